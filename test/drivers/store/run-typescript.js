/** Lets a child process of a test load the sources as they are: types are stripped on the way in. */
const { readFileSync } = require('node:fs');
const typescript = require('typescript');

const compilerOptions = {
  module: typescript.ModuleKind.CommonJS,
  target: typescript.ScriptTarget.ES2022,
  esModuleInterop: true,
};

require.extensions['.ts'] = (module, path) => {
  const { outputText } = typescript.transpileModule(readFileSync(path, 'utf8'), { compilerOptions });
  module._compile(outputText, path);
};
