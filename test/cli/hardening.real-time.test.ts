/** What other users of the machine can read of a station's files and memory, tried with the built program. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listeningPorts } from '../support/listeners';
import { until } from '../support/until';
import { bareRig } from './bare-rig';
import { buildIfOld, Program } from './built-program';
import { Scene } from './scene';

let scene: Scene;
let usualMask: number;

beforeAll(() => buildIfOld());

beforeEach(async () => {
  // As of a login and of the service up to now: whoever starts the program does nothing for it.
  usualMask = process.umask(0o022);
  scene = await Scene.begin('hardening');
});

afterEach(async () => {
  await scene.end();
  process.umask(usualMask);
});

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

/** What in a directory, or itself, somebody else than its owner may use. */
function openIn(path: string): string[] {
  const all = [path, ...readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name))];
  return all.filter((one) => existsSync(one) && (modeOf(one) & 0o077) !== 0);
}

function rigFile(): string {
  const path = join(scene.directory, 'rig.yaml');
  writeFileSync(path, bareRig);
  return path;
}

function initFile(): string {
  const path = join(scene.directory, 'init.json');
  writeFileSync(path, JSON.stringify({ url: `${scene.central.url}/X`, cp_id: 'X', data_dir: scene.state }));
  return path;
}

/** Each way to have a station with a state directory; resolves when it has told the central system of itself. */
const stations: readonly [string, () => Promise<Program>][] = [
  [
    'run, simulated',
    async () => {
      const run = scene.start(
        'run',
        '--csms',
        scene.central.url,
        '--state',
        scene.state,
        '--port',
        '0',
        '--web-port',
        '0',
        '--web-tls',
        'self',
      );
      await scene.central.hears('StatusNotification', { connectorId: 1 });
      await run.says(/https:/);
      return run;
    },
  ],
  [
    'run, with a central system of its own',
    async () => {
      const run = scene.start('run', '--state', scene.state, '--port', '0', '--no-web', '--json');
      await until(() => existsSync(join(scene.state, 'bench.json')));
      return run;
    },
  ],
  [
    'run, a rig',
    async () => {
      const run = scene.start(
        'run',
        '--no-web',
        '--csms',
        scene.central.url,
        '--board',
        rigFile(),
        '--state',
        scene.state,
      );
      await until(() => existsSync(join(scene.state, 'control.sock')));
      return run;
    },
  ],
  [
    'bench',
    async () => {
      const run = scene.start('bench', initFile());
      await run.says(/"ready":true/);
      return run;
    },
  ],
];

/** Of a rig, whatever the mode of its directory: for programs of every user, and without secrets. */
const forAll = ['health.json', 'board-in-use.json'];

describe.each(stations)('%s', (_name, begin) => {
  test('keeps its files from everybody else, whatever the umask it was started with', async () => {
    const run = await begin();
    expect(modeOf(scene.state)).toBe(0o700);
    expect(openIn(scene.state).filter((path) => !forAll.some((name) => path === join(scene.state, name)))).toEqual([]);
    expect(run.out + run.error).not.toContain('open to other users');
  });

  test('closes a directory that was open, and says so once', async () => {
    mkdirSync(scene.state, { mode: 0o755 });
    const run = await begin();
    expect(modeOf(scene.state)).toBe(0o700);
    const told = () =>
      (run.out + run.error).split('was open to other users of this machine, and is closed to them now');
    await until(
      () => told().length > 1,
      () => run.out + run.error,
    );
    expect(told()).toHaveLength(2);
  });

  test('starts no debugger at SIGUSR1, and leaves no memory to a dump', async () => {
    await begin();
    const { pid } = scene.programs[0]?.child ?? {};
    const family = [pid, ...childrenOf(pid)];
    const before = family.map(listeningPorts);
    // The line that the debugger writes; it listens then, too.
    for (const one of family) process.kill(one ?? 0, 'SIGUSR1');
    await Program.run('--version');
    expect(family.map(listeningPorts)).toEqual(before);
    expect(scene.programs[0]?.error).not.toContain('Debugger');
    for (const one of family) {
      expect(readFileSync(`/proc/${one}/coredump_filter`, 'utf8').trim()).toMatch(/^0+$/);
    }
  });
});

function childrenOf(pid: number | undefined): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}

test('the parts of a rig worked by hand: neither a debugger nor a dump', async () => {
  const rig = scene.start('rig', rigFile(), '--arm', '--web-port', '0');
  await rig.says(/page in a browser of this machine/);
  const before = listeningPorts(rig.child.pid);
  expect(before).toHaveLength(1);
  rig.child.kill('SIGUSR1');
  await Program.run('--version');
  expect(listeningPorts(rig.child.pid)).toEqual(before);
  expect(readFileSync(`/proc/${rig.child.pid}/coredump_filter`, 'utf8').trim()).toMatch(/^0+$/);
});

test('as a service its group commands, and everybody may ask how it is: socket, word of health and board are opened by name', async () => {
  const runtime = join(scene.directory, 'runtime');
  mkdirSync(runtime, { mode: 0o755 });
  jest.replaceProperty(process, 'env', { ...process.env, RUNTIME_DIRECTORY: runtime, NOTIFY_SOCKET: '' });
  scene.start('run', '--no-web', '--csms', scene.central.url, '--board', rigFile(), '--state', scene.state);
  await until(() => ['control.sock', 'health.json'].every((name) => existsSync(join(runtime, name))));
  const modes = Object.fromEntries(readdirSync(runtime).map((name) => [name, modeOf(join(runtime, name)).toString(8)]));
  expect(modes).toEqual({ 'control.sock': '660', 'health.json': '644', 'board-in-use.json': '644' });
  expect(modeOf(runtime)).toBe(0o755);
  expect(openIn(scene.state)).toEqual([]);
});

test('a directory that all users share, such as /tmp, stays as it is, and the station says what to do', async () => {
  mkdirSync(scene.state, { mode: 0o700 });
  chmodSync(scene.state, 0o1777);
  const run = scene.start('run', '--no-web', '--csms', scene.central.url, '--state', scene.state, '--port', '0');
  await run.says(/is open to other users of this machine, as one that all share: choose a directory of its own/);
  expect(modeOf(scene.state)).toBe(0o777);
});
