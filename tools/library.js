/**
 * Builds the package of the station as a library, build/greenup-station-core-VERSION.tgz: node tools/library.js
 *
 * All code is in one bundle, so that it needs no other package and nothing is compiled when it is installed; the entries are
 * thin, so that `import` and `require` get the same classes. Declarations are those that the entries need and no more.
 */
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const { join } = require('node:path');
const { version, license, engines } = require('../package.json');
const { bundle, nativePackages } = require('./bundle');
const { writeDeclarations } = require('./library/declarations');
const { licencesOf } = require('./library/licences');

const project = join(__dirname, '..');
/** OUT: another folder than build/. */
const build = process.env.OUT ?? join(project, 'build');
const folder = join(build, 'library');
/** By name in the bundle: the file of the entry, and how it is imported behind the name of the package. */
const entries = {
  station: { file: 'index', path: '.' },
  simulator: { file: 'simulator', path: './simulator' },
  testing: { file: 'testing', path: './testing' },
};
/** Board files that come along; those of rigs are of no use without their drivers. */
const boards = ['simulated-double.yaml', 'simulated-single.yaml', 'simulated-single-t2s.yaml'];
const boardFiles = [...boards, 'catalogue.yaml', 'board.schema.json'];

function bundleAll() {
  const metafilePath = join(build, 'library.json');
  const status = bundle({
    entryPoints: { bundle: 'src/library/all.ts' },
    outdir: join(folder, 'lib'),
    external: nativePackages,
    define: { 'process.env.GREENUP_VERSION': JSON.stringify(version) },
    metafilePath,
  });
  if (status !== 0) process.exit(status);
  const metafile = JSON.parse(fs.readFileSync(metafilePath, 'utf8'));
  fs.rmSync(metafilePath);
  return Object.keys(metafile.inputs);
}

/** An entry takes its names out of the bundle, for `require` and for `import`; the types of both are the same. */
function writeEntries() {
  const bundled = require(join(folder, 'lib', 'bundle.js'));
  const write = (name, text) => fs.writeFileSync(join(folder, 'lib', name), text);
  for (const [name, { file }] of Object.entries(entries)) {
    const names = Object.keys(bundled[name]).sort().join(', ');
    write(`${file}.js`, `'use strict';\nmodule.exports = require('./bundle.js').${name};\n`);
    write(`${file}.mjs`, `import bundle from './bundle.js';\nexport const { ${names} } = bundle.${name};\n`);
    write(`${file}.d.ts`, `export * from './types/library/${file}';\n`);
    write(`${file}.d.mts`, `export * from './${file}.js';\n`);
  }
}

function conditionsOf(file) {
  return {
    import: { types: `./lib/${file}.d.mts`, default: `./lib/${file}.mjs` },
    require: { types: `./lib/${file}.d.ts`, default: `./lib/${file}.js` },
  };
}

function writePackage() {
  const paths = Object.values(entries).map(({ file, path }) => [path, conditionsOf(file)]);
  const manifest = {
    name: 'greenup-station-core',
    version,
    description:
      "The core of a Green'Up charging station (OCPP 1.6J) as a library: stations on own parts, simulated, in tests",
    license,
    type: 'commonjs',
    engines,
    main: './lib/index.js',
    types: './lib/index.d.ts',
    exports: { ...Object.fromEntries(paths), './package.json': './package.json' },
    files: ['lib', 'board', 'docs', 'CHANGELOG.md', 'LICENCES.md'],
    sideEffects: false,
  };
  fs.writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

function copyFiles() {
  const copy = (from, to = from) => fs.cpSync(join(project, from), join(folder, to), { recursive: true });
  for (const name of boardFiles) copy(`board/${name}`);
  for (const name of ['LICENSE', 'CHANGELOG.md', 'docs/api', 'docs/examples/library']) copy(name);
  // The page of the package is what its first reader wants; its links lead to the pages beside it.
  const page = fs.readFileSync(join(project, 'docs', 'library.md'), 'utf8');
  fs.writeFileSync(join(folder, 'README.md'), page.replaceAll(/\]\((api|examples)\//g, '](docs/$1/'));
}

fs.rmSync(build, { recursive: true, force: true });
fs.mkdirSync(join(folder, 'lib'), { recursive: true });
process.chdir(project);
const inputs = bundleAll();
writeDeclarations({
  project,
  entries: Object.values(entries).map(({ file }) => file),
  to: join(folder, 'lib', 'types'),
});
writeEntries();
copyFiles();
fs.writeFileSync(join(folder, 'LICENCES.md'), licencesOf(project, inputs));
writePackage();
const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', build], {
  cwd: folder,
  encoding: 'utf8',
});
process.stdout.write(`${join(build, JSON.parse(packed)[0].filename)}\n`);
