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

export class Rig {
  private constructor(
    readonly running: RunningStation,
    private readonly link: SafetyLink,
    private readonly release: () => Promise<boolean>,
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
      onTrouble: trouble,
      onDeath: options.onDeath,
      ...(options.onSwitched ? { onSwitched: options.onSwitched } : {}),
    });
    const release = async (): Promise<boolean> => {
      const [orderly] = await Promise.all([link.stop(), cards.close()]);
      meters.close();
      return orderly;
    };
    try {
      await inTime(link.ready, clock);
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
      return new Rig(running, link, release);
    } catch (error) {
      await release();
      throw error;
    }
  }

  safety(): SafetyHealth {
    return this.link.health();
  }

  /**
   * Orderly end: contactors open, threads ended, connection and store closed. The contactors do not wait for the disk.
   * Resolves with false when the safety thread had to be forced: the outputs must be made safe without it. Rejects when
   * the station could not be ended in order; threads and outputs are let go all the same.
   */
  async stop(): Promise<boolean> {
    // The station hears nothing any more from here on; then the thread, at the same time as the disk.
    const stopped = this.running.stop();
    const [orderly] = await Promise.all([this.release(), stopped]);
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

async function inTime(ready: Promise<void>, clock: Clock): Promise<void> {
  let cancel = (): void => {};
  const late = new Promise<never>((_, reject) => {
    const reason = `the safety thread did not start within ${ready_max_ms / 1_000} s`;
    cancel = clock.at(clock.now() + ready_max_ms, () => reject(new GreenupError('part.failed', reason)));
  });
  await Promise.race([ready, late]);
  cancel();
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
