import { runCardThread } from '../../drivers/pi/card/card-thread';
import { SafetyLoop } from '../../drivers/pi/loop';
import { ModbusMeter } from '../../drivers/pi/meter/modbus-meter';
import { loadMap } from '../../drivers/pi/meter/register-map';
import { RtuMaster } from '../../drivers/pi/meter/rtu-master';
import { rigParts } from '../../drivers/pi/rig-parts';
import type { Board } from '../../hal/board';
import { type BoardConnector, connectorNames, connectorsOf } from '../../hal/connectors';
import { messageOf } from '../../hal/errors';
import type { CardEvent, EnergyMeter } from '../../hal/parts';
import type { CardReaderWiring } from '../../hal/wiring';
import { type RigMachine, rigHardwareOf } from '../inspection';
import { ConnectorSamples } from '../samples';
import type { BenchConnector, PartName } from './model';
import { RigBench } from './work';

/** Loop and bus are counted for this long, in ms. */
const count_period_ms = 1_000;
/** Raw samples are gathered for this long, in ms. */
const sample_period_ms = 500;

export interface BenchHardware {
  bench: RigBench;
  /** Contactors open, everything let go, and all outputs put at their safe levels; problems with the latter. */
  release(): string[];
}

export interface BenchHardwareOptions {
  board: Board;
  machine: RigMachine;
  armed: boolean;
  /** Told each line of trouble, once where it is the same line again. */
  trouble(line: string): void;
}

/** Never throws for a part: what cannot be had is told, and the rest goes on. The watchdog stays alone. */
export function benchHardware(options: BenchHardwareOptions): BenchHardware {
  const { board, machine, armed } = options;
  const { clock, i2c } = machine;
  const told: string[] = [];
  let bench: RigBench | undefined;
  const trouble = (line: string): void => {
    if (!told.includes(line)) options.trouble(line);
    told.push(line);
    bench?.trouble(line);
  };
  const loop = new SafetyLoop(clock);
  const parts = rigParts({
    board: armed ? board : withoutPulse(board),
    loop,
    clock,
    i2c,
    watchdog: false,
    trouble,
    ...gpioOf(machine),
  });
  const meters = new BenchMeters(board, machine, trouble);
  const names = connectorNames(board);
  const connectors = connectorsOf(board).flatMap((connector, index): BenchConnector[] => {
    const point = parts.points[connector.pointIndex];
    const socket = point?.sockets[connector.socketIndex];
    if (!socket) return [];
    const meter = meters.of(connector);
    const { indicator } = point;
    return [
      {
        connectorId: connector.connectorId,
        name: names[index] ?? '',
        parts: socket,
        missing: missingOf(connector.connectorId, told),
        ...(meter ? { meter } : {}),
        ...(indicator ? { indicator } : {}),
      },
    ];
  });
  const { supply, resetButton } = parts;
  const made = new RigBench({
    board: board.name,
    connectors,
    clock,
    armed,
    ...(supply ? { supply } : {}),
    ...(resetButton ? { resetButton } : {}),
  });
  bench = made;
  for (const line of told) made.trouble(line);
  const stopReaders = board.points.map(({ side, wiring }) =>
    wiring?.cardReader ? startReader(wiring.cardReader, machine, trouble, (event) => made.seen(side, event)) : () => {},
  );
  let cancelCount = (): void => {};
  const count = (): void => {
    made.measured(loop.takeStatistics(), i2c.errors);
    cancelCount = clock.at(clock.now() + count_period_ms, count);
  };
  const samples = connectorsOf(board).flatMap(({ connectorId, socket }) =>
    socket.wiring ? [{ connectorId, inputs: new ConnectorSamples(socket.wiring, parts.sampler) }] : [],
  );
  let cancelSamples = (): void => {};
  const takeSamples = (): void => {
    for (const { connectorId, inputs } of samples) made.sampled(connectorId, inputs.take());
    cancelSamples = clock.at(clock.now() + sample_period_ms, takeSamples);
  };
  loop.start();
  count();
  takeSamples();
  return {
    bench: made,
    release: () => {
      made.stop();
      cancelCount();
      cancelSamples();
      for (const { inputs } of samples) inputs.stop();
      loop.stop();
      for (const stop of stopReaders) stop();
      meters.close();
      parts.release();
      return machine.makeSafe();
    },
  };
}

/** How the drivers begin their lines of trouble. What could not be set up is told before anything was tried. */
const beginnings: Readonly<Record<string, PartName>> = {
  contactor: 'contactor',
  'pilot PWM': 'pilot',
  lock: 'lock',
  'residual current monitor': 'residual',
  'plug detector': 'plug',
};

function missingOf(connectorId: number, told: readonly string[]): PartName[] {
  return Object.entries(beginnings)
    .filter(([beginning]) => told.some((line) => line.startsWith(`connector ${connectorId}: ${beginning}`)))
    .map(([, part]) => part);
}

/** Not armed, the coils stay without their supply, too. */
function withoutPulse(board: Board): Board {
  if (!board.hardware) return board;
  const { pulse: _left, ...hardware } = board.hardware;
  return { ...board, hardware };
}

/** Without the package for lines `rigParts` itself finds out, and tells it once. */
function gpioOf(machine: RigMachine): { gpio?: ReturnType<RigMachine['gpio']> } {
  try {
    return { gpio: machine.gpio() };
  } catch {
    return {};
  }
}

/**
 * The reader's own loop, in this thread: its addons load in one thread of a process only, and a board may have two
 * readers. Each look at a reader blocks for up to some 30 ms, which shows as a gap of the safety loop.
 */
function startReader(
  { device, reset }: CardReaderWiring,
  machine: RigMachine,
  trouble: (line: string) => void,
  seen: (event: CardEvent) => void,
): () => void {
  let hear: (message: unknown) => void = () => {};
  runCardThread(
    {
      postMessage: (message) => {
        if (message.kind === 'event') seen(message.event);
        else trouble(message.line);
      },
      on: (_event, listener) => {
        hear = listener;
      },
      close: () => {},
    },
    {
      device,
      clock: machine.clock,
      openBus: (path) => machine.spi(path),
      library: () => machine.cardLibrary(),
      ...(reset ? { resetLine: () => machine.gpio().output(reset) } : {}),
    },
  );
  return () => hear({ kind: 'stop' });
}

/** Meters of all connectors, those on one bus behind one master. */
class BenchMeters {
  private readonly masters = new Map<string, RtuMaster>();

  constructor(
    private readonly board: Board,
    private readonly machine: RigMachine,
    private readonly trouble: (line: string) => void,
  ) {}

  of({ connectorId, socket }: BoardConnector): EnergyMeter | undefined {
    const { meter } = socket.wiring ?? {};
    if (!meter) return undefined;
    const { bus, unit, map } = meter;
    const { phases } = socket;
    const { clock } = this.machine;
    try {
      const master = this.master(bus);
      return new ModbusMeter({ master, unit, map: loadMap(map), phases, clock, trouble: this.trouble });
    } catch (error) {
      this.trouble(`connector ${connectorId}: ${messageOf(error)}`);
      return { read: () => Promise.reject(error) };
    }
  }

  close(): void {
    for (const master of this.masters.values()) master.close();
  }

  private master(name: string): RtuMaster {
    const known = this.masters.get(name);
    if (known) return known;
    const bus = rigHardwareOf(this.board).serial.find((candidate) => candidate.name === name);
    // The check of board files has found each bus.
    if (!bus) throw new Error(`there is no serial bus ${name}`);
    const { machine, trouble } = this;
    const { baudRate } = bus;
    const made = new RtuMaster(() => machine.serialLine(bus), machine.clock, { bus: name, baudRate, trouble });
    this.masters.set(name, made);
    return made;
  }
}
