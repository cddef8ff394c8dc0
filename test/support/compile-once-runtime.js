/** Jest's own runtime, but a process compiles each module once: all test files of it share the code, each has a module of its own. */
const { Script } = require('node:vm');
const { default: Runtime } = require('jest-runtime');

/** By file: the text that was compiled, which a test that transforms it in another way would change, and the result. */
const compiled = new Map();

function scriptOf(filename, text, columnOffset) {
  const known = compiled.get(filename);
  if (known?.text === text) return known.script;
  const script = new Script(text, { filename, columnOffset });
  compiled.set(filename, { text, script });
  return script;
}

class CompileOnceRuntime extends Runtime {
  /** In the place of Jest's, which compiles a module anew for each test file; the rest of a run by far is the tests themselves. */
  createScriptFromCode(source, filename) {
    const context = this._environment.getVmContext();
    if (context === null) return null;
    const head = `(function (${this.constructInjectedModuleParameters().join(', ')}) {`;
    return scriptOf(filename, `${head}${source}\n})`, -head.length).runInContext(context);
  }
}

// Jest takes the class itself.
module.exports = CompileOnceRuntime;
