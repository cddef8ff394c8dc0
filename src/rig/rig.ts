/** A station on real hardware: threads for safety and cards, meters on their buses, and the station above them. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { absentMeter } from '../drivers/pi/absent';
import { ThreadCardReader } from '../drivers/pi/card/thread-card-reader';
import { ModbusMeter } from '../drivers/pi/meter/modbus-meter';
import { loadMap } from '../drivers/pi/meter/register-map';
import { RtuMaster } from '../drivers/pi/meter/rtu-master';
import { openSerialLine } from '../drivers/pi/meter/serial-line';
import { addressesOf } from '../drivers/pi/network';
import type { Board } from '../hal/board';
import type { Clock } from '../hal/clock';
import { connectorsOf } from '../hal/connectors';
import { GreenupError, messageOf } from '../hal/errors';
import type { CardReader, EnergyMeter, SocketParts } from '../hal/parts';
import type { RigHardware } from '../hal/wiring';
import { type RunningStation, type StationSetup, startStation } from '../main';
import { type SafetyHealth, SafetyLink, type SafetyThread } from '../safety/safety-link';
import type { SwitchTimes } from '../safety/switch-times';
import type { CardThreadData } from './card-thread';
import { SharedCardWorker } from './card-workers';
import type { SafetyThreadData } from './safety-thread';

export interface RigOptions extends Omit<StationSetup, 'parts' | 'sockets' | 'network'> {
  /** Where the count of `clock` begins, for the safety thread to share it. */
  origin: bigint;
  /** The safety thread is dead: outputs must be made safe and the process ended. */
  onDeath(reason: string): void;
  /** A contactor has moved as it was told, with its times. */
  onSwitched?(connectorId: number, times: SwitchTimes): void;
  /** Directory of the bundled entries of threads; default: that of the program. */
  threads?: string;
}

/** A worker that does not start within this time, in ms, is as good as dead. */
const ready_max_ms = 30_000;
/** Store, connection and card readers have this long to end, in ms. */
const end_max_ms = 10_000;

export class Rig {
  private constructor(
    readonly running: RunningStation,
    private readonly link: SafetyLink,
    private readonly release: () => Promise<void>,
    private readonly clock: Clock,
  ) {}

  /** Resolves when the machines run and the station is above them. Rejects with GreenupError. */
  static async start(options: RigOptions): Promise<Rig> {
    const { board, clock, origin, log } = options;
    const hardware = hardwareOf(board);
    const trouble = (line: string): void => log.warn({}, line);
    const meters = new Meters(board, hardware, clock, trouble);
    const cards = new CardReaders(options, hardware);
    const readers = cards.inOrder;
    const threadData: SafetyThreadData = { board, origin };
    const thread: SafetyThread = new Worker(entry(options, 'safety-thread.js'), { workerData: threadData });
    const link = new SafetyLink({
      thread,
      meters: meters.inOrder,
      points: board.points.length,
      clock,
      onLogLine: trouble,
      onDeath: options.onDeath,
      ...(options.onSwitched ? { onSwitched: options.onSwitched } : {}),
    });
    const release = async (): Promise<void> => {
      meters.close();
      await cards.close();
    };
    try {
      await inTime(link.ready, clock, ready_max_ms, 'the safety thread did not start');
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
      await inTime(release(), clock, end_max_ms, 'the card readers did not let go');
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
    await inTime(rest, this.clock, end_max_ms, 'the station did not end');
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
    const { board, clock, log } = options;
    const readers = board.points.flatMap(({ wiring }) => wiring?.cardReader ?? []);
    const workerData: CardThreadData = { readers, hardware };
    this.shared = new SharedCardWorker(() => new Worker(entry(options, 'card-thread.js'), { workerData }));
    this.inOrder = board.points.map(({ wiring }) => {
      const reader = wiring?.cardReader;
      return (
        reader &&
        new ThreadCardReader({
          device: reader.device,
          worker: () => this.shared.for(readers.indexOf(reader)),
          trouble: (line) => log.warn({}, line),
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

/** Meters of all connectors, those on one bus behind one master. */
class Meters {
  readonly inOrder: EnergyMeter[];
  private readonly masters = new Map<string, RtuMaster>();

  constructor(
    board: Board,
    private readonly hardware: RigHardware,
    private readonly clock: Clock,
    private readonly trouble: (line: string) => void,
  ) {
    this.inOrder = connectorsOf(board).map(({ connectorId, socket }) => {
      const name = `connector ${connectorId}`;
      const { meter } = socket.wiring ?? {};
      if (!meter) return absentMeter(`${name}: no meter is wired`);
      try {
        const master = this.master(meter.bus);
        const map = loadMap(meter.map);
        return new ModbusMeter({ master, unit: meter.unit, map, phases: socket.phases, clock, trouble });
      } catch (error) {
        trouble(`${name}: ${messageOf(error)}`);
        return absentMeter(`${name}: ${messageOf(error)}`);
      }
    });
  }

  close(): void {
    for (const master of this.masters.values()) master.close();
  }

  private master(name: string): RtuMaster {
    const known = this.masters.get(name);
    if (known) return known;
    const bus = this.hardware.serial.find((candidate) => candidate.name === name);
    if (!bus) throw new GreenupError('board.invalid', `there is no serial bus ${name}`);
    const { baudRate } = bus;
    const made = new RtuMaster(() => openSerialLine(bus), this.clock, { bus: name, baudRate, trouble: this.trouble });
    this.masters.set(name, made);
    return made;
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
