/**
 * Jest's own runtime without what costs it more processor time than many tests take: a process compiles each module once,
 * whose code all its test files share while each has a module of its own, and promises are not followed.
 */
const { Script } = require('node:vm');
const { default: Runtime } = require('jest-runtime');

const packages = /[/\\]node_modules[/\\]/;

/** By file: the text that was compiled, which another transformation would change, and the result. */
const compiled = new Map();

function scriptOf(filename, text, columnOffset) {
  const known = compiled.get(filename);
  if (known?.text === text) return known.script;
  const script = new Script(text, { filename, columnOffset });
  compiled.set(filename, { text, script });
  return script;
}

/**
 * In the place of the AsyncLocalStorage by which Jest knows the test that is running. Up to Node.js 22 one costs every promise
 * a hook; only `test.concurrent` needs it.
 */
class NoStorage {
  run(_store, work, ...words) {
    return work(...words);
  }

  getStore() {}
}

class FrugalRuntime extends Runtime {
  createScriptFromCode(source, filename) {
    const context = this._environment.getVmContext();
    if (context === null) return null;
    const names = this.constructInjectedModuleParameters();
    // A package may have a class that is called as a parameter is: in a block of its own that is no fault.
    const isShadowed = packages.test(filename) && new RegExp(`^class (?:${names.join('|')})\\b`, 'm').test(source);
    const [begin, end] = isShadowed ? ["'use strict'; {", '}'] : ['', ''];
    const head = `(function (${names.join(', ')}) {${begin}`;
    return scriptOf(filename, `${head}${source}\n${end}})`, -head.length).runInContext(context);
  }

  /** What Jest itself requires. */
  requireInternalModule(from, to) {
    return to === 'async_hooks' ? { AsyncLocalStorage: NoStorage } : super.requireInternalModule(from, to);
  }
}

// Jest takes the class itself.
module.exports = FrugalRuntime;
