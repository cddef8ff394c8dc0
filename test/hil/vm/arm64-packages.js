/** Puts Node and the production packages for arm64 into a directory, as `make package` does: arm64-packages.js DIRECTORY */
const { cpSync, mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join, resolve } = require('node:path');
const { installModules, placeNode } = require('../../../tools/package/modules');
const { architectures, fetchRuntime } = require('../../../tools/package/runtime');

const directory = process.argv[2];
if (directory === undefined) {
  console.error('usage: node test/hil/vm/arm64-packages.js DIRECTORY');
  process.exit(64);
}
const project = resolve(__dirname, '..', '..', '..');
const work = mkdtempSync(join(tmpdir(), 'greenup-vm-'));
try {
  const runtime = join(work, 'runtime');
  const tree = join(work, 'tree');
  fetchRuntime(architectures.arm64, runtime);
  installModules(project, tree, architectures.arm64, runtime);
  placeNode(runtime, directory, architectures.arm64);
  cpSync(join(tree, 'node_modules'), join(directory, 'packages'), { recursive: true, verbatimSymlinks: true });
} finally {
  rmSync(work, { recursive: true, force: true });
}
