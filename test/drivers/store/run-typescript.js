/** Lets a child process of a test load the sources as they are: types are stripped on the way in, once for each text. */
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { threadId } = require('node:worker_threads');

const kept = join(__dirname, '../../../node_modules/.cache/run-typescript');
/** What the result hangs on beside the source. */
const maker = readFileSync(__filename, 'utf8') + require('typescript/package.json').version;

/** The compiler takes longer to load than such a process takes for all else, so it is loaded for what is new alone. */
function strip(source) {
  const { ModuleKind, ScriptTarget, transpileModule } = require('typescript');
  const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true };
  return transpileModule(source, { compilerOptions }).outputText;
}

function stripped(source) {
  const path = join(kept, `${createHash('sha256').update(maker).update(source).digest('hex')}.js`);
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  const text = strip(source);
  mkdirSync(kept, { recursive: true });
  // Another process may be at the same source.
  const unfinished = `${path}.${process.pid}.${threadId}`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, path);
  return text;
}

require.extensions['.ts'] = (module, path) => {
  module._compile(stripped(readFileSync(path, 'utf8')), path);
};
