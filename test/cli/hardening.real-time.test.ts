/** What other users of the machine can read of a station's files and memory, tried with the built program. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listeningPorts } from '../support/listeners';
import { until } from '../support/until';
import { bareRig } from './bare-rig';
import { buildIfOld, PlainCentral, Program } from './built-program';

let directory: string;
let state: string;
let central: PlainCentral;
let programs: Program[];
let usualMask: number;

beforeAll(() => buildIfOld());

beforeEach(async () => {
  // As of a login and of the service up to now: whoever starts the program does nothing for it.
  usualMask = process.umask(0o022);
  directory = mkdtempSync(join(tmpdir(), 'greenup-hardening-'));
  state = join(directory, 'state');
  central = await PlainCentral.start();
  programs = [];
  const { RUNTIME_DIRECTORY: _service, NOTIFY_SOCKET: _socket, ...environment } = process.env;
  jest.replaceProperty(process, 'env', environment);
});

afterEach(async () => {
  jest.restoreAllMocks();
  for (const { child } of programs) child.kill('SIGKILL');
  await Promise.all(programs.map(({ ended }) => ended));
  central.stop();
  rmSync(directory, { recursive: true, force: true });
  process.umask(usualMask);
});

function start(...words: string[]): Program {
  const program = new Program(...words);
  programs.push(program);
  return program;
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

/** What in a directory, or itself, somebody else than its owner may use. */
function openIn(path: string): string[] {
  const all = [path, ...readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name))];
  return all.filter((one) => existsSync(one) && (modeOf(one) & 0o077) !== 0);
}

function rigFile(): string {
  const path = join(directory, 'rig.yaml');
  writeFileSync(path, bareRig);
  return path;
}

function initFile(): string {
  const path = join(directory, 'init.json');
  writeFileSync(path, JSON.stringify({ url: `${central.url}/X`, cp_id: 'X', data_dir: state }));
  return path;
}

/** Each way to have a station with a state directory; resolves when it has told the central system of itself. */
const stations: readonly [string, () => Promise<Program>][] = [
  [
    'run, simulated',
    async () => {
      const run = start(
        'run',
        '--csms',
        central.url,
        '--state',
        state,
        '--port',
        '0',
        '--web-port',
        '0',
        '--web-tls',
        'self',
      );
      await central.hears('StatusNotification', { connectorId: 1 });
      await run.says(/https:/);
      return run;
    },
  ],
  [
    'run, with a central system of its own',
    async () => {
      const run = start('run', '--state', state, '--port', '0', '--no-web', '--json');
      await until(() => existsSync(join(state, 'bench.json')));
      return run;
    },
  ],
  [
    'run, a rig',
    async () => {
      const run = start('run', '--no-web', '--csms', central.url, '--board', rigFile(), '--state', state);
      await until(() => existsSync(join(state, 'control.sock')));
      return run;
    },
  ],
  [
    'bench',
    async () => {
      const run = start('bench', initFile());
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
    expect(modeOf(state)).toBe(0o700);
    expect(openIn(state).filter((path) => !forAll.some((name) => path === join(state, name)))).toEqual([]);
    expect(run.out + run.error).not.toContain('open to other users');
  });

  test('closes a directory that was open, and says so once', async () => {
    mkdirSync(state, { mode: 0o755 });
    const run = await begin();
    expect(modeOf(state)).toBe(0o700);
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
    const { pid } = programs[0]?.child ?? {};
    const family = [pid, ...childrenOf(pid)];
    const before = family.map(listeningPorts);
    // The line that the debugger writes; it listens then, too.
    for (const one of family) process.kill(one ?? 0, 'SIGUSR1');
    await Program.run('--version');
    expect(family.map(listeningPorts)).toEqual(before);
    expect(programs[0]?.error).not.toContain('Debugger');
    for (const one of family) {
      expect(readFileSync(`/proc/${one}/coredump_filter`, 'utf8').trim()).toMatch(/^0+$/);
    }
  });
});

function childrenOf(pid: number | undefined): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}

test('the parts of a rig worked by hand: neither a debugger nor a dump', async () => {
  const rig = start('rig', rigFile(), '--arm', '--web-port', '0');
  await rig.says(/page in a browser of this machine/);
  const before = listeningPorts(rig.child.pid);
  expect(before).toHaveLength(1);
  rig.child.kill('SIGUSR1');
  await Program.run('--version');
  expect(listeningPorts(rig.child.pid)).toEqual(before);
  expect(readFileSync(`/proc/${rig.child.pid}/coredump_filter`, 'utf8').trim()).toMatch(/^0+$/);
});

test('as a service its group commands, and everybody may ask how it is: socket, word of health and board are opened by name', async () => {
  const runtime = join(directory, 'runtime');
  mkdirSync(runtime, { mode: 0o755 });
  jest.replaceProperty(process, 'env', { ...process.env, RUNTIME_DIRECTORY: runtime, NOTIFY_SOCKET: '' });
  start('run', '--no-web', '--csms', central.url, '--board', rigFile(), '--state', state);
  await until(() => ['control.sock', 'health.json'].every((name) => existsSync(join(runtime, name))));
  const modes = Object.fromEntries(readdirSync(runtime).map((name) => [name, modeOf(join(runtime, name)).toString(8)]));
  expect(modes).toEqual({ 'control.sock': '660', 'health.json': '644', 'board-in-use.json': '644' });
  expect(modeOf(runtime)).toBe(0o755);
  expect(openIn(state)).toEqual([]);
});

test('a directory that all users share, such as /tmp, stays as it is, and the station says what to do', async () => {
  mkdirSync(state, { mode: 0o700 });
  chmodSync(state, 0o1777);
  const run = start('run', '--no-web', '--csms', central.url, '--state', state, '--port', '0');
  await run.says(/is open to other users of this machine, as one that all share: choose a directory of its own/);
  expect(modeOf(state)).toBe(0o777);
});
