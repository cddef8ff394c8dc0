/** The process that is measured: a station's main thread under load, with the socket machines in a thread or in line. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { MessageChannel, Worker } from 'node:worker_threads';
import { RealClock } from '../../src/drivers/clock/real-clock';
import { SafetyLoop } from '../../src/drivers/pi/loop';
import type { Board } from '../../src/hal/board';
import { loadBoard } from '../../src/hal/board/board-file';
import type { EnergyMeter } from '../../src/hal/parts';
import type { Trouble } from '../../src/hal/trouble';
import { SafetyLink } from '../../src/safety/safety-link';
import { stationConfig } from '../../src/station/board-config';
import { SocketGroup } from '../../src/station/shell/socket-group';
import type { Socket, SocketWish } from '../../src/station/socket/types';
import { electrics, Wires } from './electrics';
import { type LoadName, startLoad } from './loads';
import { makePwm, outletsOfBus, partsOf, wideBoard } from './rig';
import type { Answer, Question, ThreadSetup } from './safety-thread';
import type { VehiclesResult, VehiclesSetup } from './vehicles';

interface Job {
  /** `station`: with a thread for each bus beside the safety thread; `thread`: with the buses in the safety loop. */
  place: 'station' | 'thread' | 'inline';
  load: LoadName;
  outlets: number;
  changes: number;
  transferMs: number;
  withinMs: number;
  /** A board file whose safety loop is watched for so long, in place of vehicles. */
  watch?: { board: string; ms: number };
}

/** From the permission to contactors that are closed, in ms. */
const startMaxMs = 30_000;

const idle = { energyWh: 0, powerW: 0, currentA: [0, 0, 0], voltageV: [230, 230, 230] };
const meter: EnergyMeter = { read: async () => idle };
const wish: SocketWish = { kind: 'permit', offerA: 16 };
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A pilot that was not measured for 50 ms is counted; anything else is worth a line. */
let unmeasured = 0;
function onTrouble({ part, code, text }: Trouble): void {
  if (part !== 'pilot') process.stderr.write(`bench: ${text}\n`);
  else if (code === 'failed') unmeasured += 1;
}

/** The sockets, wherever their machines run. */
interface Machines {
  sockets: readonly Socket[];
  /** Share of the last second or so that the turns took. */
  busyShare(): number;
  /** Since it was last asked; `ranMs` and `waitedMs` are of the safety thread only. */
  fared(): Promise<Answer>;
  stop(): Promise<void>;
}

async function inThread(setup: ThreadSetup, board: Board, clock: RealClock): Promise<Machines> {
  const worker = new Worker(join(__dirname, 'safety-thread.js'), { workerData: setup });
  const link = new SafetyLink({
    thread: worker,
    meters: stationConfig(board).connectors.map(() => meter),
    points: board.points.length,
    clock,
    onTrouble,
    onDeath: (reason) => {
      throw new Error(reason);
    },
  });
  await link.ready;
  return {
    sockets: link.sockets,
    busyShare: () => link.health().busyShare,
    fared: () => {
      const { port1, port2 } = new MessageChannel();
      const question: Question = { kind: 'question', answerTo: port2 };
      worker.postMessage(question, [port2]);
      return new Promise((resolve) => {
        port1.once('message', (answer: Answer) => {
          port1.close();
          resolve(answer);
        });
      });
    },
    stop: async () => {
      await link.stop();
    },
  };
}

function inLine(setup: ThreadSetup, board: Board, clock: RealClock): Machines {
  const loop = new SafetyLoop(clock);
  const parts = partsOf(setup, loop, clock, onTrouble);
  const points = parts.points.map(({ sockets }) => ({ sockets: sockets.map((socket) => ({ ...socket, meter })) }));
  const group = new SocketGroup(stationConfig(board), { points }, clock);
  loop.start();
  group.start();
  return {
    sockets: group.sockets,
    busyShare: () => 0,
    fared: async () => ({ longestGapMs: loop.takeStatistics().longestGapMs, ranMs: 0, waitedMs: 0 }),
    stop: async () => {
      group.stop();
      loop.stop();
      parts.release();
    },
  };
}

async function measure(machines: Machines, job: Job, setup: ThreadSetup, directory: string) {
  const wires = new Wires(setup.electrics);
  for (let outlet = 0; outlet < job.outlets; outlet += 1) {
    wires.setCable(outlet, true);
    wires.setPilot(outlet, 6);
  }
  for (const socket of machines.sockets) socket.command(wish);
  const closed = (): number => Array.from({ length: job.outlets }, (_, i) => wires.isClosed(i)).filter(Boolean).length;
  const begun = performance.now();
  // On a busy machine the loop may have stood still meanwhile: what it opened then rests for a minute.
  while (closed() < job.outlets && performance.now() - begun < startMaxMs) await wait(20);
  if (closed() === 0) throw new Error(`no contactor closed within ${startMaxMs / 1_000} s`);
  const load = await startLoad(job.load, directory, join(__dirname, 'flood.js'));
  wires.stickBus(job.load === 'bus');
  await machines.fared();
  unmeasured = 0;
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  const { electrics: own, origin } = setup;
  const first = job.load === 'bus' ? outletsOfBus : 0;
  const workerData: VehiclesSetup = { electrics: own, origin, changes: job.changes, withinMs: job.withinMs, first };
  const vehicles = new Worker(join(__dirname, 'vehicles.js'), { workerData });
  const result = await new Promise<VehiclesResult>((resolve, reject) => {
    vehicles.on('message', resolve);
    vehicles.on('error', reject);
  });
  delays.disable();
  load.stop();
  wires.stickBus(false);
  return { ...result, ...(await machines.fared()), unmeasured, stallMaxMs: delays.max / 1e6 };
}

/** Everything at rest: what the loop alone costs. */
async function watch(machines: Machines, ms: number) {
  await wait(2_000); // started and compiled
  await machines.fared();
  const before = process.cpuUsage();
  const begun = performance.now();
  await wait(ms);
  const took = performance.now() - begun;
  const { user, system } = process.cpuUsage(before);
  const { ranMs } = await machines.fared();
  return {
    busyShare: machines.busyShare(),
    processShare: (user + system) / 1_000 / took,
    threadShare: ranMs > 0 ? ranMs / took : undefined,
  };
}

async function run(job: Job): Promise<object> {
  const directory = mkdtempSync(join(tmpdir(), 'greenup-bench-'));
  try {
    const origin = process.hrtime.bigint();
    const clock = new RealClock({ origin });
    const world = electrics(job.outlets);
    const busThreads = job.place === 'station';
    const setup: ThreadSetup = { electrics: world, directory, transferMs: job.transferMs, origin, busThreads };
    let board = wideBoard(setup);
    makePwm(directory, 'pwmchip0', job.outlets);
    if (job.watch) {
      const loaded = loadBoard(job.watch.board);
      // Found by its device, as on a Raspberry Pi 4.
      const pwmRoot = join(directory, 'fe20c000.pwm');
      makePwm(pwmRoot, 'pwmchip0', 2);
      if (!loaded.hardware) throw new Error('this board has no hardware');
      const { watchdog: _watchdog, ...hardware } = loaded.hardware;
      board = { ...loaded, hardware: { ...hardware, pwmRoot } };
      setup.board = board;
      for (let outlet = 0; outlet < job.outlets; outlet += 1) new Wires(world).setPilot(outlet, 12);
    }
    const machines = job.place === 'inline' ? inLine(setup, board, clock) : await inThread(setup, board, clock);
    const result = job.watch ? await watch(machines, job.watch.ms) : await measure(machines, job, setup, directory);
    await machines.stop();
    return result;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

run(JSON.parse(process.argv[2] ?? '')).then(
  (result) => {
    process.stdout.write(JSON.stringify(result), () => process.exit(0));
  },
  (error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
