/** At what the programs listen is what docs/security.md says, in each way of running one, and nothing else. */
import { existsSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { rigPorts } from '../../src/rig/pages';
import { defaultControlPort, defaultWebPort } from '../../src/terminal/station-file';
import { type Listener, listenersOf } from '../support/listeners';
import { rowsOf } from '../support/markdown';
import { until } from '../support/until';
import { bareRig } from './bare-rig';
import { buildIfOld, type Program } from './built-program';
import { Scene } from './scene';

interface Door {
  while: string;
  door: string;
  protocol: string;
  address: string;
  port: string;
}

const doors = rowsOf<keyof Door>('docs/security.md', 'What listens');

let scene: Scene;
let board: string;

beforeAll(() => buildIfOld());

beforeEach(async () => {
  scene = await Scene.begin('listeners');
  board = join(scene.directory, 'rig.yaml');
  writeFileSync(board, bareRig);
});

afterEach(async () => {
  await scene.end();
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

const station = () => ['--csms', scene.central.url, '--state', join(scene.directory, 'state')];
const anyPorts = ['--port', '0', '--web-port', '0'];

/** Its doors are open before its stations start. */
async function fleet(...more: string[]): Promise<Program> {
  const state = join(scene.directory, 'fleet');
  const words = ['--stations', '1', '--csms', scene.central.url, '--ramp', '1ms', '--state', state];
  const program = scene.start('fleet', ...words, ...more);
  await scene.central.hears('BootNotification');
  return program;
}

/** How a program is started whose doors are all free ones, and what it says when it has opened the last of them. */
const ways: Readonly<Record<string, () => Promise<Program>>> = {
  '`run`, simulated': async () => {
    const run = scene.start('run', ...station(), ...anyPorts);
    await run.says(/Try in another terminal/);
    return run;
  },
  '`run` with its own central system': async () => {
    const run = scene.start('run', '--state', join(scene.directory, 'state'), ...anyPorts);
    await run.says(/Try in another terminal/);
    return run;
  },
  '`run`, a rig': async () => {
    const run = scene.start('run', ...station(), '--board', board, '--web-port', '0');
    await run.says(/pages in a browser at port/);
    return run;
  },
  '`run`, a rig, by HTTPS': async () => {
    const encrypted = ['--web-tls', 'self', '--web-port', '0', '--web-redirect', '0'];
    const run = scene.start('run', ...station(), '--board', board, ...encrypted);
    await run.says(/leads there/);
    return run;
  },
  '`rig --arm --web-port`': async () => {
    const rig = scene.start('rig', board, '--arm', '--web-port', '0');
    await rig.says(/page in a browser/);
    return rig;
  },
  '`rig`': async () => {
    const rig = scene.start('rig', board);
    await rig.says(/MISSING/);
    return rig;
  },
  '`rig --arm`': async () => {
    const rig = scene.start('rig', board, '--arm');
    await rig.says(/MISSING/);
    return rig;
  },
  '`bench`': async () => {
    const init = join(scene.directory, 'init.json');
    writeFileSync(
      init,
      JSON.stringify({ url: `${scene.central.url}/X`, cp_id: 'X', data_dir: join(scene.directory, 'state') }),
    );
    const bench = scene.start('bench', init);
    await bench.says(/"ready":true/);
    return bench;
  },
  '`demo`': async () => {
    const demo = scene.start('demo');
    await demo.says(/Available/);
    return demo;
  },
  '`hil`': async () => {
    const hil = scene.start('hil', '--board', 'board/simulated-double.yaml');
    await until(() => listenersOf(hil.child.pid).length > 0);
    return hil;
  },
  '`fleet`': () => fleet(),
  '`fleet --metrics-port`': () => fleet('--metrics-port', '0'),
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
  if (expected.includes('unix control.sock'))
    await until(() => existsSync(join(scene.directory, 'state', 'control.sock')));
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
