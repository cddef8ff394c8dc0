/** One telling of the stories of hardware in the loop: the station and its central system, on a rig or in simulation. */
import { mkdtempSync, rmSync } from 'node:fs';
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
import type { VehicleEmulator } from '../hal/vehicle-emulator';
import { type RunningStation, type StationSetup, startStation } from '../main';
import { WsTransport } from '../ocpp/link/ws-transport';
import { RigEnding, refuseSecondUser } from '../rig/ending';
import { Rig } from '../rig/rig';
import { ExitError, exitCodes } from '../terminal/exit';
import { CombinedEmulator, PersonEmulator } from './person';
import { RemoteEmulator } from './remote-emulator';
import { type StoryResult, tellStories } from './runner';
import { type HilStory, stories } from './stories';
import { Storyteller, type SwitchRow, timedParts } from './storyteller';

export interface HilSessionOptions {
  /** Board file. */
  board: string;
  /** Path of the socket of an emulated rig; absent: relays of the board, and a person for the rest. */
  emulator?: string;
  /** Part of the names of the stories to tell; absent: all. */
  only?: string;
  /** Connectors to tell them for; absent: all. */
  connectors?: readonly number[];
  /** Longest wait for anything, in ms. */
  patienceMs: number;
  say(line: string): void;
}

export interface HilResults {
  results: StoryResult[];
  /** Who played the vehicle. */
  emulator: string;
}

interface Stage {
  clock: RealClock;
  running: RunningStation;
  emulator: VehicleEmulator;
  stop(): Promise<void>;
}

const identity = 'HIL';

export class HilSession {
  private readonly switches: SwitchRow[] = [];

  private constructor(
    readonly board: Board,
    private readonly options: HilSessionOptions,
    private readonly chosen: { stories: readonly HilStory[]; connectors: readonly BoardConnector[] },
  ) {}

  /** Nothing is worked yet. Throws when the board is wrong or in use, and when nothing of what is asked for is there. */
  static prepare(options: HilSessionOptions): HilSession {
    const board = loadBoard(options.board, checkMeters);
    if (board.drivers === 'pi') refuseSecondUser(board);
    return new HilSession(board, options, {
      stories: storiesFor(options),
      connectors: connectorsFor(board, options),
    });
  }

  /**
   * Tells the stories, and hands over what came of them before anything is closed, which may fail. When `ended` comes
   * first, rejects with it. In any case everything is safe and closed then.
   */
  async play(ended: Promise<Error>, report: (results: HilResults) => void): Promise<void> {
    const state = mkdtempSync(join(tmpdir(), 'greenup-hil-'));
    const central = new CentralSystem();
    const { url } = await central.start();
    try {
      await this.playWith(central, await this.setUp(url, state), ended, report);
    } finally {
      await central.stop();
      rmSync(state, { recursive: true, force: true });
    }
  }

  private async playWith(
    central: CentralSystem,
    stage: Stage,
    ended: Promise<Error>,
    report: (results: HilResults) => void,
  ): Promise<void> {
    const { board, options } = this;
    const { running, emulator, clock } = stage;
    const { say, patienceMs } = options;
    const unless = async <T>(done: Promise<T>): Promise<T> => {
      const first = await Promise.race([done, ended]);
      if (first instanceof Error) throw first;
      return first as T;
    };
    try {
      say(`${board.name}: ${this.chosen.stories.length} stories, played by ${emulator.name}`);
      const storyteller = new Storyteller({
        board,
        clock,
        running,
        emulator,
        central,
        patienceMs,
        say,
        clearFaults: () => running.clearFaults(),
        switches: this.switches,
        judgesTimes: board.drivers === 'pi' && options.emulator === undefined,
      });
      await unless(storyteller.until('registration', () => running.chargePoint.registration === 'Accepted'));
      await unless(storyteller.atRest());
      const results = await unless(tellStories(storyteller, this.chosen.stories, this.chosen.connectors));
      report({ results, emulator: emulator.name });
    } finally {
      try {
        emulator.close();
      } finally {
        await stage.stop();
      }
    }
  }

  private async setUp(url: string, state: string): Promise<Stage> {
    const { board } = this;
    const origin = process.hrtime.bigint();
    const clock = new RealClock({ origin });
    const setup: Omit<StationSetup, 'parts'> = {
      board,
      clock,
      store: await LevelStore.open(join(state, 'store')),
      transport: new WsTransport(),
      random: Math.random,
      log: { info: () => {}, warn: (_fields, message) => this.options.say(`  (${message})`) },
      initialConfiguration: { URL: url, UID: identity },
    };
    if (board.drivers === 'simulated') {
      const world = new SimulatedWorld({ board, clock });
      const running = await startStation({
        ...setup,
        parts: timedParts(world.parts, clock, (row) => this.switches.push(row)),
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
      onSwitched: (connectorId, times) => this.switches.push({ connectorId, ...times }),
    });
    ending.rig = rig;
    const stop = (): Promise<void> => ending.stop(rig);
    try {
      return { running: rig.running, emulator: await this.emulator(), stop, clock };
    } catch (error) {
      await stop();
      throw error;
    }
  }

  private async emulator(): Promise<VehicleEmulator> {
    const { board, options } = this;
    if (options.emulator !== undefined) return RemoteEmulator.connect(options.emulator, board);
    const names = connectorNames(board);
    const wired = board.points.some(({ sockets }) => sockets.some(({ wiring }) => wiring?.emulator));
    const relays = wired && board.hardware ? [new RelayEmulator(board, gpioBackendOf(board.hardware).open())] : [];
    const person = new PersonEmulator((connectorId) => names[connectorId - 1] ?? '');
    return relays.length === 0 ? person : new CombinedEmulator([...relays, person]);
  }
}

function storiesFor({ only = '' }: HilSessionOptions): readonly HilStory[] {
  const chosen = stories.filter(({ name }) => name.includes(only));
  if (chosen.length > 0) return chosen;
  const names = stories.map(({ name }) => `\n  ${name}`).join('');
  throw new ExitError(exitCodes.usage, `no story has "${only}" in its name; there are:${names}`);
}

function connectorsFor(board: Board, { connectors: wanted }: HilSessionOptions): readonly BoardConnector[] {
  const all = connectorsOf(board);
  const unknown = wanted?.find((id) => !all.some(({ connectorId }) => connectorId === id));
  if (unknown !== undefined) {
    const there = all.map((connector) => `${connector.connectorId} (${connectorName(connector)})`).join(', ');
    throw new ExitError(exitCodes.usage, `${board.name} has no connector ${unknown}; it has ${there}`);
  }
  return wanted === undefined ? all : all.filter(({ connectorId }) => wanted.includes(connectorId));
}
