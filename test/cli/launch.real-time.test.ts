/** The first file of the built program finds the rest beside it and runs it as if it were that file itself. */
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../support/until';
import { buildIfOld } from './built-program';

let folder: string;
beforeAll(buildIfOld);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'launch-'));
  copyFileSync(join(__dirname, '../../dist/greenup.js'), join(folder, 'greenup.js'));
  writeFileSync(join(folder, 'beside.js'), 'module.exports = 42;');
  writeFileSync(
    join(folder, 'program.js'),
    `console.log(JSON.stringify([process.argv[1], process.argv[2], __filename, require('./beside')]));`,
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

function launch(env: Record<string, string> = {}, word = 'word'): unknown {
  const own = { ...process.env, STATE_DIRECTORY: undefined, ...env };
  const { stdout } = spawnSync(process.execPath, [join(folder, 'greenup.js'), word], { env: own, encoding: 'utf8' });
  return JSON.parse(stdout);
}

const caches = () => readdirSync(folder).filter((name) => name.endsWith('.code-cache'));

test('arguments, place and modules are those of the program', () => {
  expect(launch()).toEqual([join(folder, 'greenup.js'), 'word', join(folder, 'program.js'), 42]);
  expect(caches()).toEqual([]);
});

test('the build has the cache kept beside the program, and the next start does the same with it', () => {
  const first = launch({ GREENUP_CODE_CACHE: 'keep' });
  expect(caches()).toEqual([expect.stringContaining(`${process.version}-${process.arch}`)]);
  expect(launch()).toEqual(first);
});

test('the two commands that are a station have a cache of their own, all others have one together', () => {
  const keep = { GREENUP_CODE_CACHE: 'keep' };
  for (const word of ['run', 'bench', 'status', 'demo']) launch(keep, word);
  const uses = caches().map((name) => name.replace(/^.*-([a-z]+)\.code-cache$/, '$1'));
  expect(uses.sort()).toEqual(['bench', 'commands', 'run']);
});

test('the built program is in ASCII, as its launcher reads it, and the build has made a cache for each use', () => {
  // What is not ASCII the bundler writes as an escape.
  // A few characters about it: the whole would not tell where.
  expect(/.{0,40}[^\0-\x7f].{0,40}/.exec(readFileSync('dist/program.js', 'latin1'))?.[0]).toBeUndefined();
  const made = readdirSync('dist').filter((name) => name.endsWith('.code-cache'));
  expect(made.map((name) => name.replace(/^.*-([a-z]+)\.code-cache$/, '$1')).sort()).toEqual([
    'bench',
    'commands',
    'run',
  ]);
});

test('a station reads no script of a package: all are in the bundle, and the code cache has them', () => {
  const listed = join(folder, 'listed.json');
  writeFileSync(
    join(folder, 'list.js'),
    `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(listed)}, JSON.stringify(Object.keys(require.cache))));`,
  );
  writeFileSync(join(folder, 'init.json'), JSON.stringify({ data_dir: join(folder, 'data') }));
  const words = ['--require', join(folder, 'list.js'), 'dist/greenup.js', 'bench', join(folder, 'init.json')];
  const { status, stdout } = spawnSync(process.execPath, words, { input: '', encoding: 'utf8' });
  expect([status, stdout]).toEqual([0, '{"ready":true}\n']);
  const files: string[] = JSON.parse(readFileSync(listed, 'utf8'));
  expect(files.filter((file) => file.endsWith('.node'))).toEqual([expect.stringContaining('classic-level')]);
  const scripts = files.filter((file) => file.includes('node_modules') && file.endsWith('.js'));
  expect(scripts).toEqual([]);
});

test.each([
  'bench',
  'run',
])('%s opens its store before it loads network and encryption, which then cost no time', async (command) => {
  const listed = join(folder, 'listed.json');
  const [file, whole] = [`${listed}.new`, listed].map((path) => JSON.stringify(path));
  writeFileSync(
    join(folder, 'watch.js'),
    `const [{ Module }, { renameSync, writeFileSync }] = [require('module'), require('fs')];
     const load = Module._load;
     Module._load = function (name, ...rest) {
       if (name.endsWith('.node')) {
         writeFileSync(${file}, JSON.stringify(process.moduleLoadList));
         renameSync(${file}, ${whole});
       }
       return load.call(this, name, ...rest);
     };`,
  );
  const state = join(folder, 'state');
  writeFileSync(join(folder, 'init.json'), JSON.stringify({ data_dir: state }));
  const station = [
    '--csms',
    'ws://127.0.0.1:9/ocpp',
    '--state',
    state,
    '--supervised',
    'mains',
    '--port',
    '0',
    '--no-web',
  ];
  const words = command === 'bench' ? [join(folder, 'init.json')] : station;
  const preload = ['--require', join(folder, 'watch.js'), 'dist/greenup.js'];
  const child = spawn(process.execPath, [...preload, command, ...words], { stdio: 'ignore' });
  const ended = new Promise((resolve) => child.on('exit', resolve));
  try {
    await until(() => existsSync(listed) || child.exitCode !== null);
    const loaded: string[] = JSON.parse(readFileSync(listed, 'utf8'));
    expect(loaded).toContain('NativeModule fs');
    for (const name of ['https', 'tls', 'crypto']) expect(loaded).not.toContain(`NativeModule ${name}`);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
});
