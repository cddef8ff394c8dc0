/**
 * Builds the package for a rig, and beside it that for updates, not yet signed: node tools/package/build.js [arm64|amd64]
 *
 * Environment: OUT, the directory for both (out/); SOURCE_DATE_EPOCH, seconds since 1970 of every file in them (the last
 * commit's); EXPIRES and FOLLOWS, of the package for updates (`greenup package make --help`). The same sources give the same
 * packages, byte for byte. The last line printed is the path of the Debian package.
 */
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const { tmpdir } = require('node:os');
const { join, resolve } = require('node:path');
const { makePackage } = require('./deb');
const { installModules, placeNode, prune, verify, wantedVersions } = require('./modules');
const { has, run } = require('./run');
const { architectures, fetchRuntime, version: nodeVersion } = require('./runtime');
const { withRuntime } = require('./sbom');

const project = resolve(__dirname, '..', '..');

/** Tools that the build calls, and the Debian packages that have them. */
function neededTools({ triplet }) {
  const suffix = triplet === 'x86_64-linux-gnu' ? 'x86-64-linux-gnu' : triplet;
  return {
    [`${triplet}-g++`]: `g++-${suffix}`,
    [`${triplet}-strip`]: `binutils-${suffix}`,
    readelf: 'binutils',
    'dpkg-deb': 'dpkg',
    make: 'make',
    python3: 'python3',
    xz: 'xz-utils',
  };
}

/** Installs what is missing where that can be done, or says what to install. */
function provideTools(architecture) {
  const missing = Object.entries(neededTools(architecture)).filter(([tool]) => !has(tool));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(([, name]) => name))];
  const command = `apt-get install ${packages.join(' ')}`;
  if (process.getuid?.() !== 0 || !has('apt-get')) {
    throw new Error(`${missing.map(([tool]) => tool).join(', ')} are missing; on Debian: sudo ${command}`);
  }
  console.log(`Installing ${packages.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  if (spawnSync('apt-get', install, { env, stdio: 'ignore' }).status === 0) return;
  run('apt-get', ['update'], { env });
  run('apt-get', install, { env });
}

/** The last commit's time; without a repository, that of the project file. */
function sourceDate() {
  const given = process.env.SOURCE_DATE_EPOCH;
  if (given !== undefined) {
    if (!/^\d+$/.test(given)) throw new Error(`SOURCE_DATE_EPOCH is "${given}": it must be seconds since 1970`);
    return Number(given);
  }
  const { status, stdout } = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: project, encoding: 'utf8' });
  if (status === 0) return Number(stdout.trim());
  return Math.floor(fs.statSync(join(project, 'package.json')).mtimeMs / 1000);
}

/** The program and what it reads at run time. */
function placeProgram(tree) {
  const bundles = fs.readdirSync(join(project, 'dist')).filter((name) => name.endsWith('.js') || name === 'pages.json');
  if (!bundles.includes('greenup.js')) throw new Error('dist/greenup.js is missing after the build');
  fs.mkdirSync(join(tree, 'dist'), { recursive: true });
  for (const name of bundles) fs.copyFileSync(join(project, 'dist', name), join(tree, 'dist', name));
  for (const name of ['board', 'docs']) fs.cpSync(join(project, name), join(tree, name), { recursive: true });
  for (const name of ['README.md', 'CHANGELOG.md', 'SECURITY.md'])
    fs.copyFileSync(join(project, name), join(tree, name));
  fs.mkdirSync(join(tree, 'bin'), { recursive: true });
  for (const name of ['greenup', 'greenup-station']) {
    fs.copyFileSync(join(project, 'board', 'pi', name), join(tree, 'bin', name));
    fs.chmodSync(join(tree, 'bin', name), 0o755);
  }
}

/** What the release is made of, with its Node.js. */
function placeSbom(tree, { npm, digest }) {
  const ofProgram = JSON.parse(fs.readFileSync(join(project, 'dist', 'sbom.cdx.json'), 'utf8'));
  const whole = withRuntime(ofProgram, { npm, digest, version: nodeVersion });
  fs.writeFileSync(join(tree, 'sbom.cdx.json'), `${JSON.stringify(whole, null, 1)}\n`);
}

/** The package for updates; the name of the release, which is made of its files, comes from there. */
function packUpdate(tree, path, epoch) {
  const { EXPIRES, FOLLOWS } = process.env;
  const fields = [...(EXPIRES ? ['--expires', EXPIRES] : []), ...(FOLLOWS ? ['--follows', FOLLOWS] : [])];
  const words = [join(project, 'dist', 'greenup.js'), 'package', 'make', tree, '--out', path, '--json', ...fields];
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(epoch) };
  return JSON.parse(run(process.execPath, words, { env })).release;
}

function buildTree(work, architecture) {
  const tree = join(work, 'tree');
  const runtime = join(work, 'runtime');
  console.log(`Fetching Node.js ${nodeVersion} for ${architecture.node}`);
  fetchRuntime(architecture, runtime);
  console.log('Installing packages and building addons');
  installModules(project, tree, architecture, runtime);
  fs.rmSync(join(tree, 'package-lock.json'));
  prune(tree, architecture);
  placeProgram(tree);
  placeNode(runtime, tree, architecture);
  placeSbom(tree, architecture);
  fs.copyFileSync(join(runtime, 'LICENSE'), join(tree, 'bin', 'LICENSE.node'));
  const loaded = verify(tree, architecture);
  if (loaded === undefined)
    console.log(`All addons are there; not tried: ${architecture.emulator} is missing (qemu-user-static)`);
  else console.log(`All addons load in Node.js ${loaded}`);
  return tree;
}

function build(architectureName) {
  const architecture = architectures[architectureName];
  if (architecture === undefined) {
    throw new Error(`${architectureName}: there are packages for ${Object.keys(architectures).join(' and ')} only`);
  }
  const { version } = require('../../package.json');
  const out = resolve(process.env.OUT || join(project, 'out'));
  const epoch = sourceDate();
  provideTools(architecture);
  console.log('Building the program');
  run('make', ['--silent', 'dist/greenup.js'], { cwd: project });
  const work = fs.mkdtempSync(join(tmpdir(), 'greenup-package-'));
  try {
    const tree = buildTree(work, architecture);
    fs.mkdirSync(out, { recursive: true });
    const name = join(out, `greenup_${version}_${architectureName}`);
    const path = `${name}.deb`;
    console.log('Packing');
    const release = packUpdate(tree, `${name}.zip`, epoch);
    console.log(`${name}.zip holds release ${release} for updates, not signed yet (greenup package sign)`);
    const wanted = wantedVersions(tree);
    makePackage({ project, work, tree, release, version, architecture: architectureName, epoch, wanted, path });
    console.log(path);
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}

try {
  build(process.argv[2] || 'arm64');
} catch (error) {
  console.error(`package: ${error.message}`);
  process.exitCode = 1;
}
