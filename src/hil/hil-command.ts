/** `greenup hil`: tells the stories of hardware in the loop on a rig, or in simulation, and writes a report. */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CentralSystem } from '../csms/central-system';
import { RealClock } from '../drivers/clock/real-clock';
import { gpioBackendOf } from '../drivers/pi/gpio/backends';
import { checkMeters } from '../drivers/pi/meter/meter-checks';
import { RelayEmulator } from '../drivers/pi/relay-emulator';
import { SimulatedWorld } from '../drivers/sim/world';
import { WorldEmulator } from '../drivers/sim/world-emulator';
import { LevelStore } from '../drivers/store/level-store';
import type { Board } from '../hal/board';
import { loadBoard } from '../hal/board/board-file';
import { type BoardConnector, connectorName, connectorNames, connectorsOf } from '../hal/connectors';
import { messageOf } from '../hal/errors';
import type { VehicleEmulator } from '../hal/vehicle-emulator';
import { type RunningStation, type StationSetup, startStation } from '../main';
import { WsTransport } from '../ocpp/link/ws-transport';
import { RigEnding, refuseSecondUser } from '../rig/ending';
import { Rig } from '../rig/rig';
import { Ending, endOfProcess, exitCodes } from '../terminal/exit';
import { CombinedEmulator, PersonEmulator } from './person';
import { RemoteEmulator } from './remote-emulator';
import { type StoryResult, tellStories, titleOf, wordsOf } from './runner';
import { type Story, stories } from './stories';
import { HilBench, type SwitchRow, timedParts } from './storyteller';

export interface HilOptions {
  board: string;
  /** Path of the socket of an emulated rig; absent: relays of the board, and a person for the rest. */
  emulator?: string;
  /** Part of the names of the stories to tell; absent: all. */
  only?: string;
  /** Connectors to tell them for; absent: all. */
  connectors?: readonly number[];
  /** File for the report as JSON. */
  report?: string;
  patienceS: number;
}

const identity = 'HIL';
/** Exit code of a program that Ctrl-C ended. */
const interrupted = 130;

interface Stage {
  clock: RealClock;
  running: RunningStation;
  emulator: VehicleEmulator;
  stop(): Promise<void>;
}

/** Exit code 0: nothing failed; 1: a story did, or none could be told; 130: somebody ended it, with outputs safe. */
export async function runHil(options: HilOptions): Promise<number> {
  const board = loadBoard(options.board);
  checkMeters(board, options.board);
  if (board.drivers === 'pi') refuseSecondUser(board);
  const told = { stories: storiesFor(options), connectors: connectorsFor(board, options) };
  const ended = endOfProcess().then(() => new Ending(interrupted, 'ended before all stories were told'));
  // Before the first story: a report that cannot be written after the last one would be lost.
  const report = options.report === undefined ? undefined : openReport(options.report);
  const state = mkdtempSync(join(tmpdir(), 'greenup-hil-'));
  const central = new CentralSystem();
  const { url } = await central.start();
  try {
    return await play({ board, options, url, state, central, ended, ...told, ...(report ? { report } : {}) });
  } finally {
    await central.stop();
    rmSync(state, { recursive: true, force: true });
  }
}

interface Play {
  board: Board;
  options: HilOptions;
  url: string;
  state: string;
  central: CentralSystem;
  stories: readonly Story[];
  connectors: readonly BoardConnector[];
  report?: (text: string) => void;
  ended: Promise<Ending>;
}

async function play({ board, options, url, state, central, ended, ...told }: Play): Promise<number> {
  const switches: SwitchRow[] = [];
  const stage = await stageOf(board, options, url, state, switches);
  const { running, emulator, clock } = stage;
  const { stories, connectors, report } = told;
  const unless = async <T>(done: Promise<T>): Promise<T> => {
    const first = await Promise.race([done, ended]);
    if (first instanceof Ending) throw first;
    return first;
  };
  try {
    say(`${board.name}: ${stories.length} stories, played by ${emulator.name}`);
    const bench = new HilBench({
      board,
      clock,
      running,
      emulator,
      central,
      patienceMs: options.patienceS * 1_000,
      say,
      clearFaults: () => running.clearFaults(),
      switches,
      judgesTimes: board.drivers === 'pi' && options.emulator === undefined,
    });
    await unless(bench.until('registration', () => running.chargePoint.registration === 'Accepted'));
    await unless(bench.atRest());
    const results = await unless(tellStories(bench, stories, connectors));
    report?.(`${JSON.stringify(reportOf(board, emulator, results), null, 2)}\n`);
    return summary(results, connectors);
  } finally {
    try {
      emulator.close();
    } finally {
      await stage.stop();
    }
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function storiesFor({ only = '' }: HilOptions): readonly Story[] {
  const chosen = stories.filter(({ name }) => name.includes(only));
  if (chosen.length > 0) return chosen;
  const names = stories.map(({ name }) => `\n  ${name}`).join('');
  throw new Ending(exitCodes.usage, `no story has "${only}" in its name; there are:${names}`);
}

function connectorsFor(board: Board, { connectors: wanted }: HilOptions): readonly BoardConnector[] {
  const all = connectorsOf(board);
  const unknown = wanted?.find((id) => !all.some(({ connectorId }) => connectorId === id));
  if (unknown !== undefined) {
    const there = all.map((connector) => `${connector.connectorId} (${connectorName(connector)})`).join(', ');
    throw new Ending(exitCodes.usage, `${board.name} has no connector ${unknown}; it has ${there}`);
  }
  return wanted === undefined ? all : all.filter(({ connectorId }) => wanted.includes(connectorId));
}

function openReport(path: string): (text: string) => void {
  try {
    const file = openSync(path, 'w');
    return (text) => {
      writeSync(file, text);
      closeSync(file);
    };
  } catch (error) {
    throw new Ending(exitCodes.usage, `--report ${path}: it cannot be written: ${messageOf(error)}`);
  }
}

function reportOf(board: Board, emulator: VehicleEmulator, results: readonly StoryResult[]): object {
  return { at: new Date().toISOString(), board: board.name, emulator: emulator.name, stories: results };
}

function summary(results: readonly StoryResult[], connectors: readonly BoardConnector[]): number {
  const count = (outcome: StoryResult['outcome']): number => results.filter((r) => r.outcome === outcome).length;
  say('');
  for (const result of results) {
    const connector = connectors.find(({ connectorId }) => connectorId === result.connectorId);
    say(`${result.outcome.padEnd(8)} ${titleOf(result.name, connector)}: ${wordsOf(result)}`);
  }
  say(`${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);
  return count('failed') === 0 && count('passed') > 0 ? exitCodes.ok : exitCodes.failed;
}

async function stageOf(
  board: Board,
  options: HilOptions,
  url: string,
  state: string,
  switches: SwitchRow[],
): Promise<Stage> {
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
    const running = await startStation({
      ...setup,
      parts: timedParts(world.parts, clock, (row) => switches.push(row)),
    });
    const stop = async (): Promise<void> => {
      await running.stop();
      world.close();
    };
    return { running, emulator: new WorldEmulator(world), stop, clock };
  }
  const ending = new RigEnding(board, () => false);
  const rig = await Rig.start({
    ...setup,
    origin,
    report: ({ text }) => setup.log.warn({}, text),
    onDeath: (reason) => ending.emergency(reason),
    onSwitched: (connectorId, times) => switches.push({ connectorId, ...times }),
  });
  ending.rig = rig;
  const stop = (): Promise<void> => ending.stop(rig);
  try {
    return { running: rig.running, emulator: await emulatorOf(board, options), stop, clock };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function emulatorOf(board: Board, { emulator }: HilOptions): Promise<VehicleEmulator> {
  if (emulator !== undefined) return RemoteEmulator.connect(emulator, board);
  const names = connectorNames(board);
  const wired = board.points.some(({ sockets }) => sockets.some(({ wiring }) => wiring?.emulator));
  const relays = wired && board.hardware ? [new RelayEmulator(board, gpioBackendOf(board.hardware).open())] : [];
  const person = new PersonEmulator((connectorId) => names[connectorId - 1] ?? '');
  return relays.length === 0 ? person : new CombinedEmulator([...relays, person]);
}
