/** `greenup hil`: tells the stories of hardware in the loop on a rig, or in simulation, and writes a report. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openGpio } from '../../drivers/pi/gpio/backends';
import { makeBoardSafe } from '../../drivers/pi/gpio/safe-state';
import { RelayEmulator } from '../../drivers/pi/relay-emulator';
import { RealClock } from '../../drivers/real-clock';
import { SimulatedWorld } from '../../drivers/sim/world';
import { WorldEmulator } from '../../drivers/sim/world-emulator';
import { LevelStore } from '../../drivers/store/level-store';
import type { Board } from '../../hal/board';
import { loadBoard } from '../../hal/board-file';
import type { VehicleEmulator } from '../../hal/vehicle-emulator';
import { type RunningStation, type StationSetup, startStation } from '../../main';
import { WsTransport } from '../../ocpp/ws-transport';
import { Rig } from '../../rig/rig';
import { CentralSystem } from '../central-system';
import { exitCodes } from '../exit';
import { connectorNames } from '../station-status';
import { HilBench } from './hil-bench';
import { type StoryResult, tellStories, wordsOf } from './hil-runner';
import { CombinedEmulator, PersonEmulator } from './person';
import { RemoteEmulator } from './remote-emulator';
import { stories } from './stories';

export interface HilOptions {
  board: string;
  /** Path of the socket of an emulated rig; absent: relays of the board, and a person for the rest. */
  emulator?: string;
  /** Part of the names of the stories to tell; absent: all. */
  only?: string;
  /** File for the report as JSON. */
  report?: string;
  patienceS: number;
}

const identity = 'HIL';

interface Stage {
  running: RunningStation;
  emulator: VehicleEmulator;
  stop(): Promise<void>;
}

export async function runHil(options: HilOptions): Promise<number> {
  const board = loadBoard(options.board);
  const chosen = stories.filter(({ name }) => name.includes(options.only ?? ''));
  if (chosen.length === 0) {
    process.stderr.write(`greenup: no story has "${options.only}" in its name; there are:\n`);
    for (const { name } of stories) process.stderr.write(`  ${name}\n`);
    return exitCodes.usage;
  }
  const state = mkdtempSync(join(tmpdir(), 'greenup-hil-'));
  const central = new CentralSystem();
  const { url } = await central.start();
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  try {
    const stage = await stageOf(board, options, url, state, say);
    try {
      const { running, emulator } = stage;
      say(`${board.name}: ${chosen.length} stories, played by ${emulator.name}`);
      const clock = stage.clock;
      const bench = new HilBench({
        board,
        clock,
        running,
        emulator,
        central,
        patienceMs: options.patienceS * 1_000,
        say,
        clearFaults: () => running.clearFaults(),
      });
      await bench.until('registration', () => running.chargePoint.registration === 'Accepted');
      await bench.until('every connector is available', () =>
        bench.connectors.every(({ connectorId }) => bench.statusOf(connectorId) === 'Available'),
      );
      return tell(board, emulator, await tellStories(bench, chosen), options, say);
    } finally {
      stage.emulator.close();
      await stage.stop();
    }
  } finally {
    await central.stop();
    rmSync(state, { recursive: true, force: true });
  }
}

function tell(
  board: Board,
  emulator: VehicleEmulator,
  results: readonly StoryResult[],
  options: HilOptions,
  say: (line: string) => void,
): number {
  const count = (outcome: StoryResult['outcome']): number => results.filter((r) => r.outcome === outcome).length;
  say('');
  for (const result of results) say(`${result.outcome.padEnd(8)} ${result.name}: ${wordsOf(result)}`);
  say(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);
  if (options.report !== undefined) {
    const report = { at: new Date().toISOString(), board: board.name, emulator: emulator.name, stories: results };
    writeFileSync(options.report, `${JSON.stringify(report, null, 2)}\n`);
  }
  return count('failed') === 0 && count('passed') > 0 ? exitCodes.ok : exitCodes.failed;
}

async function stageOf(
  board: Board,
  options: HilOptions,
  url: string,
  state: string,
  say: (line: string) => void,
): Promise<Stage & { clock: RealClock }> {
  const origin = process.hrtime.bigint();
  const clock = new RealClock({ origin });
  const setup: Omit<StationSetup, 'parts'> = {
    board,
    clock,
    store: await LevelStore.open(join(state, 'store')),
    transport: new WsTransport(),
    random: Math.random,
    log: { info: () => {}, warn: (_fields, message) => say(`  (${message})`) },
    initialConfiguration: { URL: url, UID: identity },
  };
  if (board.drivers === 'simulated') {
    const world = new SimulatedWorld({ board, clock });
    const running = await startStation({ ...setup, parts: world.parts });
    const stop = async (): Promise<void> => {
      await running.stop();
      world.close();
    };
    return { running, emulator: new WorldEmulator(world), stop, clock };
  }
  const onDeath = (reason: string): void => {
    process.stderr.write(`greenup: ${reason}\n`);
    leaveSafe(board);
    process.exit(exitCodes.failed);
  };
  const rig = await Rig.start({ ...setup, origin, onDeath });
  const stop = async (): Promise<void> => {
    await rig.stop().finally(() => leaveSafe(board));
  };
  return { running: rig.running, emulator: await emulatorOf(board, options), stop, clock };
}

async function emulatorOf(board: Board, { emulator }: HilOptions): Promise<VehicleEmulator> {
  if (emulator !== undefined) return RemoteEmulator.connect(emulator, board);
  const names = connectorNames({ board });
  const person = new PersonEmulator((connectorId) => names[connectorId - 1] ?? '');
  const wired = board.points.some(({ sockets }) => sockets.some(({ wiring }) => wiring?.emulator));
  if (!wired || !board.hardware) return person;
  return new CombinedEmulator([new RelayEmulator(board, openGpio(board.hardware)), person]);
}

function leaveSafe(board: Board): void {
  for (const line of makeBoardSafe(board)) process.stderr.write(`greenup: ${line}\n`);
}
