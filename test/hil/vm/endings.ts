/**
 * The station ends badly while a vehicle charges, and the watchdog resets the machine: `endings.js kill|stop BOARD`, with
 * --boots 2. First boot: the process is killed, or stands still; the coil supply drops by itself, safe-state makes the
 * lines safe, nothing feeds the watchdog. Second boot: the station comes back and closes its books.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { WorldClient } from './world-client';

const program = 'dist/greenup.js';
const state = '/run/share/state';
const healthFile = `${state}/health.json`;
const limitMs = 60_000;
/** Longer than any heartbeat that run.sh is given. */
const resetWaitMs = 60_000;
/** Line of the first coil in hil-vm.yaml. */
const coil = 'a:0';

const [how = 'kill', board = 'test/hil/vm/hil-vm.yaml'] = process.argv.slice(2);

function check(right: boolean, what: string): void {
  if (!right) throw new Error(what);
}

async function until(what: string, ready: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await ready())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${limitMs / 1_000} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

interface Station {
  child: ChildProcess;
  /** Events of its JSON lines so far. */
  events: Record<string, unknown>[];
}

function startStation(): Station {
  mkdirSync(state, { recursive: true });
  const child = spawn(process.execPath, [program, 'run', '--board', board, '--state', state, '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const events: Record<string, unknown>[] = [];
  let rest = '';
  child.stdout?.on('data', (piece: Buffer) => {
    const lines = (rest + piece.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      console.log(`  ${line}`);
      events.push(JSON.parse(line) as Record<string, unknown>);
    }
  });
  return { child, events };
}

function isHealthy(): boolean {
  return spawnSync(process.execPath, [program, 'health', '--file', healthFile]).status === 0;
}

async function firstBoot(world: WorldClient): Promise<void> {
  const { child, events } = startStation();
  await until('a healthy station', isHealthy);
  await until('connector 1 available', () => events.some((e) => e.connectorId === 1 && e.status === 'Available'));
  await world.ask({ do: 'plug', connector: 1 });
  await until('a plugged vehicle', () => events.some((e) => e.connectorId === 1 && e.status === 'Preparing'));
  await world.ask({ do: 'present', uid: '04A1B2C3', side: 'right' });
  const closed = async (): Promise<boolean> =>
    (await world.snapshot()).snapshot.connectors[0]?.contactorClosed === true;
  await until('a closed contactor', closed);
  const { pid } = JSON.parse(readFileSync(healthFile, 'utf8')) as { pid: number };
  // The process with the central system goes first: it would start the station again.
  child.kill('SIGKILL');
  process.kill(pid, how === 'stop' ? 'SIGSTOP' : 'SIGKILL');
  await until('an open contactor, for the coil supply has dropped', async () => !(await closed()));
  const level = async (): Promise<boolean | undefined> =>
    (await world.snapshot()).lines.find(({ line }) => line === coil)?.active;
  check((await level()) === true, 'the kernel did not keep the level of the coil line, so there is nothing to show');
  const safe = spawnSync(process.execPath, [program, 'safe-state', '--board', board], { encoding: 'utf8' });
  check(safe.status === 0, `safe-state: ${safe.stdout}${safe.stderr}`);
  check((await level()) === false, 'the coil line is active after safe-state');
  console.log('ok the coil supply dropped by itself, and safe-state made the lines safe; now the watchdog');
  await new Promise((resolve) => setTimeout(resolve, resetWaitMs));
  throw new Error(`the watchdog did nothing within ${resetWaitMs / 1_000} s`);
}

async function secondBoot(world: WorldClient): Promise<void> {
  const before = (await world.snapshot()).snapshot.connectors[0];
  check(before?.plugged === true && !before.contactorClosed, 'the vehicle has gone, or the contactor is closed');
  const { child, events } = startStation();
  await until('a healthy station', isHealthy);
  await until('the end of the open transaction', () => events.some((e) => e.event === 'transactionEnded'));
  const ended = events.find((e) => e.event === 'transactionEnded');
  check(ended?.reason === 'PowerLoss', `the transaction ended for ${String(ended?.reason)}`);
  const exited = new Promise((resolve) => child.on('exit', resolve));
  child.kill('SIGINT');
  await exited;
  console.log('ok the watchdog reset the machine; the station is back and has closed its books');
}

async function run(): Promise<void> {
  const world = await WorldClient.connect();
  if (process.env.GREENUP_VM_BOOT === '2') await secondBoot(world);
  else await firstBoot(world);
  world.close();
}

run().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
