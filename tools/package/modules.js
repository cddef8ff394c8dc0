/** The production packages for another architecture: addons built for it, and only what runs left over. */
const { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } = require('node:fs');
const { basename, dirname, extname, join } = require('node:path');
const { has, run } = require('./run');

/** Addons without a binary of their own for every platform. */
const built = ['epoll', 'i2c-bus', 'rpio', 'spi-device'];

/** Every package with an addon: each must load on the rig. */
const native = [...built, '@serialport/bindings-cpp', 'classic-level'];

/** Needed to build, never to run. */
const buildOnly = ['nan', 'napi-macros', 'node-addon-api', '.bin', '.package-lock.json'];

/** Directories of sources, tests and other platforms, below any package. */
const needless = new Set(['test', 'tests', 'example', 'examples', 'deps', 'obj.target', '.deps', '.github', 'typings']);

const kept = new Set(['.js', '.cjs', '.mjs', '.json', '.node']);

/** Removed below one package, where the name alone does not tell. */
const needlessIn = {
  rxjs: ['src', 'dist/bundles', 'dist/esm', 'dist/esm5', 'dist/types'],
  yaml: ['browser'],
  'i2c-bus': ['integration-test', 'doc'],
  'spi-device': ['integration-test', 'doc'],
  onoff: ['integration-test', 'doc'],
};

/** Installs the production packages into `directory` and builds the addons against the headers in `runtime`. */
function installModules(project, directory, architecture, runtime) {
  mkdirSync(directory, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(project, file), join(directory, file));
  const words = ['ci', '--omit=dev', '--ignore-scripts', '--prefer-offline', '--no-fund', '--no-audit'];
  run('npm', [...words, '--loglevel=error'], { cwd: directory });
  const { triplet, node } = architecture;
  const tools = { CC: 'gcc', CXX: 'g++', LINK: 'g++', AR: 'ar' };
  const env = { ...process.env };
  for (const [variable, tool] of Object.entries(tools)) env[variable] = `${triplet}-${tool}`;
  const gyp = join(dirname(npmProgram()), '..', 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  for (const name of built) {
    const cwd = join(directory, 'node_modules', name);
    run(process.execPath, [gyp, 'rebuild', `--arch=${node}`, `--nodedir=${runtime}`], { cwd, env });
  }
}

function npmProgram() {
  return run('/bin/sh', ['-c', 'readlink -f "$(command -v npm)"']).trim();
}

/** Leaves only what runs on the architecture, stripped. */
function prune(directory, architecture) {
  const modules = join(directory, 'node_modules');
  for (const name of buildOnly) rmSync(join(modules, name), { recursive: true, force: true });
  for (const [name, paths] of Object.entries(needlessIn)) {
    for (const path of paths) rmSync(join(modules, name, path), { recursive: true, force: true });
  }
  pruneBelow(modules, `linux-${architecture.node}`);
  for (const addon of addonsIn(modules)) run(`${architecture.triplet}-strip`, ['--strip-unneeded', addon]);
}

/** Returns true if nothing is left. */
function pruneBelow(directory, platform) {
  let left = 0;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    const foreign = basename(directory) === 'prebuilds' && entry.name !== platform;
    const emptied = entry.isDirectory() && (needless.has(entry.name) || foreign || pruneBelow(path, platform));
    if (emptied || (!entry.isDirectory() && !runs(entry.name))) rmSync(path, { recursive: true, force: true });
    else left += 1;
  }
  return left === 0;
}

function runs(name) {
  if (name.includes('.musl.')) return false;
  return kept.has(extname(name)) || /^licen[cs]e/i.test(name);
}

/** Every addon below a directory. */
function addonsIn(directory) {
  return readdirSync(directory, { recursive: true })
    .filter((path) => path.endsWith('.node'))
    .map((path) => join(directory, path))
    .sort();
}

/** Throws unless every addon is there, is of the architecture, and loads in the runtime of the package. */
function verify(tree, architecture) {
  const modules = join(tree, 'node_modules');
  const addons = addonsIn(modules);
  for (const name of native) {
    const own = addons.filter((path) => path.startsWith(`${join(modules, name)}/`));
    if (own.length !== 1) throw new Error(`${name} has ${own.length} addons for ${architecture.node}, expected one`);
  }
  const node = join(tree, 'bin', 'node');
  for (const path of [node, ...addons]) {
    if (run('readelf', ['-h', path]).includes(`Machine:                           ${architecture.machine}`)) continue;
    throw new Error(`${path} is not built for ${architecture.node}`);
  }
  const load = native.map((name) => `require(${JSON.stringify(name)});`).join('');
  const words = [node, '-e', `${load}process.stdout.write(process.version)`];
  if (architecture.node === process.arch) return run(words[0], words.slice(1), { cwd: tree });
  const { emulator, triplet } = architecture;
  if (!has(emulator)) return undefined;
  return run(emulator, ['-L', `/usr/${triplet}`, ...words], { cwd: tree });
}

/** The newest symbols that node and the addons want of the system's libraries, such as { GLIBC: '2.28' }. */
function wantedVersions(tree) {
  const newest = {};
  for (const path of [join(tree, 'bin', 'node'), ...addonsIn(join(tree, 'node_modules'))]) {
    const symbols = run('readelf', ['-V', '-W', path]);
    for (const [, library, version] of symbols.matchAll(/\b(GLIBC|GLIBCXX)_([0-9.]+)/g)) {
      if (!newest[library] || compare(version, newest[library]) > 0) newest[library] = version;
    }
  }
  return newest;
}

function compare(a, b) {
  const [left, right] = [a, b].map((text) => text.split('.').map(Number));
  for (let index = 0; index < 3; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The runtime's program alone, without its symbols: they are a fifth of it. */
function placeNode(runtime, tree, architecture) {
  const node = join(tree, 'bin', 'node');
  copyFileSync(join(runtime, 'bin', 'node'), node);
  chmodSync(node, 0o755);
  run(`${architecture.triplet}-strip`, [node]);
  if (!existsSync(join(runtime, 'LICENSE'))) throw new Error('the runtime came without its licence');
}

module.exports = { installModules, placeNode, prune, verify, wantedVersions };
