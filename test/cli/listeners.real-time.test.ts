/** At what the programs listen is what docs/security.md says, in each way of running one, and nothing else. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { rigPorts } from '../../src/rig/pages';
import { defaultControlPort, defaultWebPort } from '../../src/terminal/station-file';
import { type Listener, listenersOf } from '../support/listeners';
import { rowsOf } from '../support/markdown';
import { until } from '../support/until';
import { bareRig } from './bare-rig';
import { buildIfOld, PlainCentral, Program } from './built-program';

interface Door {
  while: string;
  door: string;
  protocol: string;
  address: string;
  port: string;
}

const doors = rowsOf<keyof Door>('docs/security.md', 'What listens');

let directory: string;
let board: string;
let central: PlainCentral;
let programs: Program[];

beforeAll(() => buildIfOld());

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'greenup-listeners-'));
  board = join(directory, 'rig.yaml');
  writeFileSync(board, bareRig);
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
});

/** As the table says it: where it is bound to, or the name of the socket. */
function placeOf({ protocol, address }: Listener): string {
  if (protocol === 'unix') return `unix ${basename(address)}`;
  return `${protocol} ${['::', '0.0.0.0'].includes(address) ? 'every address' : address}`;
}

/** The first of an address: options and places stand behind it. */
function saidOf({ protocol, address }: Door): string {
  return `${protocol} ${address.split(/,| in /)[0]}`;
}

function start(...words: string[]): Program {
  const program = new Program(...words);
  programs.push(program);
  return program;
}

const station = () => ['--csms', central.url, '--state', join(directory, 'state')];
const anyPorts = ['--port', '0', '--web-port', '0'];

/** How a program is started whose doors are all free ones, and what it says when it has opened the last of them. */
const ways: Readonly<Record<string, () => Promise<Program>>> = {
  '`run`, simulated': async () => {
    const run = start('run', ...station(), ...anyPorts);
    await run.says(/Try in another terminal/);
    return run;
  },
  '`run` with its own central system': async () => {
    const run = start('run', '--state', join(directory, 'state'), ...anyPorts);
    await run.says(/Try in another terminal/);
    return run;
  },
  '`run`, a rig': async () => {
    const run = start('run', ...station(), '--board', board, '--web-port', '0');
    await run.says(/pages in a browser at port/);
    return run;
  },
  '`run`, a rig, by HTTPS': async () => {
    const encrypted = ['--web-tls', 'self', '--web-port', '0', '--web-redirect', '0'];
    const run = start('run', ...station(), '--board', board, ...encrypted);
    await run.says(/leads there/);
    return run;
  },
  '`rig --arm --web-port`': async () => {
    const rig = start('rig', board, '--arm', '--web-port', '0');
    await rig.says(/page in a browser/);
    return rig;
  },
  '`rig`': async () => {
    const rig = start('rig', board);
    await rig.says(/MISSING/);
    return rig;
  },
  '`rig --arm`': async () => {
    const rig = start('rig', board, '--arm');
    await rig.says(/MISSING/);
    return rig;
  },
  '`bench`': async () => {
    const init = join(directory, 'init.json');
    writeFileSync(init, JSON.stringify({ url: `${central.url}/X`, cp_id: 'X', data_dir: join(directory, 'state') }));
    const bench = start('bench', init);
    await bench.says(/"ready":true/);
    return bench;
  },
  '`demo`': async () => {
    const demo = start('demo');
    await demo.says(/Available/);
    return demo;
  },
  '`hil`': async () => {
    const hil = start('hil', '--board', 'board/simulated-double.yaml');
    await until(() => listenersOf(hil.child.pid).length > 0);
    return hil;
  },
  '`fleet`': async () => {
    const fleet = start(
      'fleet',
      '--stations',
      '1',
      '--csms',
      central.url,
      '--ramp',
      '1ms',
      '--state',
      join(directory, 'fleet'),
    );
    await central.hears('BootNotification');
    return fleet;
  },
};

const said = [...new Set(doors.flatMap((row) => row.while.split(/, (?=`)/)))];

test('each way of the table is tried, and each that is tried stands there', () => {
  expect(said.sort()).toEqual(Object.keys(ways).sort());
  expect(doors.length).toBeGreaterThan(10);
});

test.each(said)('%s', async (way) => {
  const rows = doors.filter((row) => row.while.split(/, (?=`)/).includes(way) && row.door !== 'none');
  const program = await ways[way]?.();
  // Commands of a rig are taken as soon as it works its connectors, and its pages come after that.
  const expected = rows.map(saidOf).sort();
  if (expected.includes('unix control.sock')) await until(() => existsSync(join(directory, 'state', 'control.sock')));
  expect(listenersOf(program?.child.pid).map(placeOf).sort()).toEqual(expected);
});

test('the ports are those that the program has unless it is told others', () => {
  const portsOf = (way: string) =>
    doors.flatMap((row) => (row.while === way ? Number.parseInt(row.port, 10) || [] : []));
  expect(portsOf('`run`, simulated')).toEqual([defaultControlPort, defaultWebPort]);
  expect(portsOf('`run` with its own central system')).toEqual([defaultControlPort, defaultWebPort]);
  expect(portsOf('`run`, a rig')).toEqual([rigPorts({}).port]);
  expect(rigPorts({}).redirect).toBe('none');
  const { port, redirect } = rigPorts({ webTls: 'self' });
  expect(portsOf('`run`, a rig, by HTTPS')).toEqual([port, redirect]);
});
