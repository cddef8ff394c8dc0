/** The declaration files of the library: those of its entries, and of what they mention, without what is marked @internal. */
const fs = require('node:fs');
const { dirname, join, relative } = require('node:path');
const ts = require('typescript');

/** Writes them below `to`, in the folders of the sources. Throws where one does not come to be, or needs another package. */
function writeDeclarations({ project, entries, to }) {
  const sources = join(project, 'src');
  const { config } = ts.readConfigFile(join(project, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, project);
  const program = ts.createProgram(
    entries.map((name) => join(sources, 'library', `${name}.ts`)),
    {
      ...options,
      ...{ noEmit: false, incremental: false, declaration: true, emitDeclarationOnly: true, stripInternal: true },
      ...{ rootDir: sources, outDir: to, types: ['node'], removeComments: false },
    },
  );
  const written = new Set();
  const write = (file) => {
    if (written.has(file)) return;
    written.add(file);
    const text = declarationOf(program, file);
    const place = join(to, relative(sources, file)).replace(/\.ts$/, '.d.ts');
    fs.mkdirSync(dirname(place), { recursive: true });
    fs.writeFileSync(place, text);
    for (const [, name] of text.matchAll(/(?:\bfrom |\bimport\()['"]([^'"]+)['"]/g)) {
      if (!name.startsWith('.')) throw new Error(`${file}: its types need the package ${name}`);
      write(sourceOf(program, join(dirname(file), name)));
    }
  };
  for (const name of entries) write(join(sources, 'library', `${name}.ts`));
}

function sourceOf(program, path) {
  const file = [`${path}.ts`, join(path, 'index.ts')].find((name) => program.getSourceFile(name));
  if (file === undefined) throw new Error(`${path}: a declaration mentions it, and it is no source`);
  return file;
}

function declarationOf(program, file) {
  let text;
  const source = program.getSourceFile(file);
  const { diagnostics } = program.emit(source, (_name, content) => (text = content), undefined, true);
  if (text !== undefined && diagnostics.length === 0) return text;
  throw new Error(
    `${file}: ${diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' ')).join('; ')}`,
  );
}

module.exports = { writeDeclarations };
