/** A station on real hardware: threads for safety and cards, meters on their buses, and the station above them. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { absentMeter } from '../drivers/pi/absent';
import { ThreadCardReader } from '../drivers/pi/card/thread-card-reader';
import { openSerialLine } from '../drivers/pi/meter/serial-line';
import { addressesOf } from '../drivers/pi/network';
import type { Board } from '../hal/board';
import type { Clock } from '../hal/clock';
import { connectorsOf } from '../hal/connectors';
import { GreenupError } from '../hal/errors';
import type { CardReader, SocketParts } from '../hal/parts';
import type { ReportTrouble } from '../hal/trouble';
import type { RigHardware } from '../hal/wiring';
import { type RunningStation, type StationSetup, startStation } from '../main';
import { type SafetyHealth, SafetyLink, type SafetyThread } from '../safety/safety-link';
import type { SwitchTimes } from '../safety/switch-times';
import type { CardThreadData } from './card-thread';
import { SharedCardWorker } from './card-workers';
import { MeterBuses } from './meters';
import type { SafetyThreadData } from './safety-thread';

export interface RigOptions extends Omit<StationSetup, 'parts' | 'sockets' | 'network'> {
  /** Where the count of `clock` begins, for the safety thread to share it. */
  origin: bigint;
  /** Takes what is wrong with parts, buses and threads. */
  report: ReportTrouble;
  /** The safety thread is dead: outputs must be made safe and the process ended. */
  onDeath(reason: string): void;
  /** A contactor has moved as it was told, with its times. */
  onSwitched?(connectorId: number, times: SwitchTimes): void;
  /** Directory of the bundled entries of threads; default: that of the program. */
  threads?: string;
}

/** A worker that does not start within this time, in ms, is as good as dead. */
const readyMaxMs = 30_000;
/** Store, connection and card readers have this long to end, in ms. */
const endMaxMs = 10_000;

export class Rig {
  private constructor(
    readonly running: RunningStation,
    private readonly link: SafetyLink,
    private readonly release: () => Promise<void>,
    private readonly clock: Clock,
  ) {}

  /** Resolves when the machines run and the station is above them. Rejects with GreenupError. */
  static async start(options: RigOptions): Promise<Rig> {
    const { board, clock, origin, report } = options;
    const hardware = hardwareOf(board);
    const meters = new MeterBuses({ serial: hardware.serial, clock, openLine: (bus) => openSerialLine(bus), report });
    const cards = new CardReaders(options, hardware);
    const readers = cards.inOrder;
    const threadData: SafetyThreadData = { board, origin };
    const thread: SafetyThread = new Worker(entry(options, 'safety-thread.js'), { workerData: threadData });
    const link = new SafetyLink({
      thread,
      meters: connectorsOf(board).map(
        (connector) =>
          meters.meterOrRefusal(connector) ?? absentMeter(`connector ${connector.connectorId}: no meter is wired`),
      ),
      points: board.points.length,
      clock,
      onTrouble: report,
      onDeath: options.onDeath,
      ...(options.onSwitched ? { onSwitched: options.onSwitched } : {}),
    });
    const release = async (): Promise<void> => {
      meters.close();
      await cards.close();
    };
    try {
      await inTime(link.ready, clock, readyMaxMs, 'the safety thread did not start');
      const { network, wifi } = hardware;
      const running = await startStation({
        ...options,
        parts: stationParts(board, link, readers, hardware),
        sockets: link.sockets,
        network: {
          ...(network === undefined ? {} : { ethernet: () => addressesOf(network) }),
          ...(wifi === undefined ? {} : { wifi: () => addressesOf(wifi) }),
        },
      });
      link.hearWhile(() => running.station.runs);
      return new Rig(running, link, release, clock);
    } catch (error) {
      await link.stop();
      await inTime(release(), clock, endMaxMs, 'the card readers did not let go');
      throw error;
    }
  }

  safety(): SafetyHealth {
    return this.link.health();
  }

  /**
   * Orderly end: contactors open and the safety thread ended, at most 4 s from now; then `threadEnded`, and only then is
   * anything waited for that a disk or a card reader may hold up. Resolves with false when the safety thread had to be
   * forced: the outputs must be made safe without it. Rejects when the rest could not be ended in order, or in 10 s.
   */
  async stop(threadEnded: () => void = () => {}): Promise<boolean> {
    // The station hears nothing any more from here on.
    const stopped = this.running.stop();
    stopped.catch(() => {}); // It is waited for below.
    const orderly = await this.link.stop();
    threadEnded();
    const rest = Promise.all([stopped, this.release()]);
    await inTime(rest, this.clock, endMaxMs, 'the station did not end');
    return orderly;
  }

  /** Ends the safety thread at once, without order; false: it cannot be ended. */
  kill(): Promise<boolean> {
    return this.link.kill();
  }
}

function hardwareOf(board: Board): RigHardware {
  if (board.drivers === 'pi' && board.hardware) return board.hardware;
  throw new GreenupError('board.invalid', `board ${board.name} is simulated: a rig needs a board with drivers: pi`);
}

async function inTime(done: Promise<unknown>, clock: Clock, ms: number, what: string): Promise<void> {
  let cancel = (): void => {};
  const late = new Promise<never>((_, reject) => {
    const reason = `${what} within ${ms / 1_000} s`;
    cancel = clock.at(clock.now() + ms, () => reject(new GreenupError('part.failed', reason)));
  });
  try {
    await Promise.race([done, late]);
  } finally {
    cancel();
  }
}

function entry({ threads }: RigOptions, file: string): string {
  return join(threads ?? __dirname, file);
}

/** Card readers of all points, in one thread. */
class CardReaders {
  /** In the order of points; undefined where there is none. */
  readonly inOrder: (ThreadCardReader | undefined)[];
  private readonly shared: SharedCardWorker;

  constructor(options: RigOptions, hardware: RigHardware) {
    const { board, clock, report } = options;
    const readers = board.points.flatMap(({ wiring }) => wiring?.cardReader ?? []);
    const workerData: CardThreadData = { readers, hardware };
    this.shared = new SharedCardWorker(() => new Worker(entry(options, 'card-thread.js'), { workerData }));
    this.inOrder = board.points.map(({ side, wiring }) => {
      const reader = wiring?.cardReader;
      return (
        reader &&
        new ThreadCardReader({
          device: reader.device,
          worker: () => this.shared.for(readers.indexOf(reader)),
          report: (trouble) => report({ ...trouble, side }),
          clock,
        })
      );
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.inOrder.map((reader) => reader?.close()));
    await this.shared.end();
  }
}

/** What the station itself listens to; sockets and their parts are with the safety thread. */
function stationParts(
  board: Board,
  link: SafetyLink,
  readers: readonly (CardReader | undefined)[],
  hardware: RigHardware,
): StationSetup['parts'] {
  const sockets: SocketParts[] = [];
  return {
    points: board.points.map((_point, index) => {
      const reader = readers[index];
      const indicator = link.indicators[index];
      return { sockets, ...(reader ? { reader } : {}), ...(indicator ? { indicator } : {}) };
    }),
    ...(hardware.supply ? { supply: link.supply } : {}),
    ...(hardware.resetButton ? { resetButton: link.resetButton } : {}),
  };
}
