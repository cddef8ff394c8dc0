import { runCardThread } from '../../drivers/pi/card/card-thread';
import { SafetyLoop } from '../../drivers/pi/loop';
import { rigParts } from '../../drivers/pi/rig-parts';
import type { Board } from '../../hal/board';
import { connectorName, connectorsOf } from '../../hal/connectors';
import type { CardEvent } from '../../hal/parts';
import type { ReportTrouble, Trouble } from '../../hal/trouble';
import type { CardReaderWiring } from '../../hal/wiring';
import { type RigMachine, rigHardwareOf } from '../inspection';
import { MeterBuses } from '../meters';
import { ConnectorSamples } from '../samples';
import type { BenchConnector, ConnectorModel, ViewedPart } from './model';
import { RigBench } from './work';

/** Loop and bus are counted for this long, in ms. */
const countPeriodMs = 1_000;
/** Raw samples are gathered for this long, in ms. */
const samplePeriodMs = 500;

export interface BenchHardware {
  bench: RigBench;
  /** Contactors open, everything let go, and all outputs put at their safe levels; what is wrong with the latter. */
  release(): Trouble[];
}

export interface BenchHardwareOptions {
  board: Board;
  machine: RigMachine;
  armed: boolean;
  /** Called once for each line, where it is the same again. */
  report: ReportTrouble;
  /** What is driven or read at a pilot is another one now. */
  pilotChanged?: ((model: ConnectorModel) => void) | undefined;
}

/** Never throws for a part: what cannot be had is reported, and the rest goes on. The watchdog stays alone. */
export function benchHardware(options: BenchHardwareOptions): BenchHardware {
  const { board, machine, armed, pilotChanged } = options;
  const { clock, i2c } = machine;
  const reported: Trouble[] = [];
  let bench: RigBench | undefined;
  const report = (trouble: Trouble): void => {
    if (!reported.some(({ text }) => text === trouble.text)) options.report(trouble);
    reported.push(trouble);
    bench?.take(trouble);
  };
  const loop = new SafetyLoop(clock);
  const parts = rigParts({
    board: armed ? board : withoutPulse(board),
    loop,
    clock,
    i2c,
    watchdog: false,
    report,
    ...gpioOf(machine),
  });
  const { serial } = rigHardwareOf(board);
  const meters = new MeterBuses({ serial, clock, openLine: (bus) => machine.serialLine(bus), report });
  const connectors = connectorsOf(board).flatMap((connector): BenchConnector[] => {
    const point = parts.points[connector.pointIndex];
    const socket = point?.sockets[connector.socketIndex];
    if (!socket) return [];
    const { connectorId } = connector;
    const meter = meters.meterOrRefusal(connector);
    const { indicator } = point;
    return [
      {
        connectorId,
        name: connectorName(connector),
        side: connector.side,
        parts: socket,
        missing: viewedParts.filter((part) => parts.isMissing(connectorId, part)),
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
    ...(pilotChanged ? { pilotChanged } : {}),
  });
  bench = made;
  for (const trouble of reported) made.take(trouble);
  const stopReaders = board.points.map(({ side, wiring }) =>
    wiring?.cardReader ? startReader(wiring.cardReader, machine, report, (event) => made.seen(side, event)) : () => {},
  );
  let cancelCount = (): void => {};
  const count = (): void => {
    made.measured(loop.takeStatistics(), i2c.errors);
    cancelCount = clock.at(clock.now() + countPeriodMs, count);
  };
  const samples = connectorsOf(board).flatMap(({ connectorId, socket }) =>
    socket.wiring ? [{ connectorId, inputs: new ConnectorSamples(socket.wiring, parts.sampler) }] : [],
  );
  let cancelSamples = (): void => {};
  const takeSamples = (): void => {
    for (const { connectorId, inputs } of samples) made.sampled(connectorId, inputs.take());
    cancelSamples = clock.at(clock.now() + samplePeriodMs, takeSamples);
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

/** What the view calls missing: a meter shows for itself. */
const viewedParts: readonly ViewedPart[] = [
  'contactor',
  'pilot',
  'proximity',
  'lock',
  'residual',
  'plug',
  'thermometer',
];

/** Not armed, the coils stay without their supply, too. */
function withoutPulse(board: Board): Board {
  if (!board.hardware) return board;
  const { pulse: _left, ...hardware } = board.hardware;
  return { ...board, hardware };
}

/** Without the package for lines `rigParts` itself finds out, and reports it once. */
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
  report: ReportTrouble,
  seen: (event: CardEvent) => void,
): () => void {
  let hear: (message: unknown) => void = () => {};
  runCardThread(
    {
      postMessage: (message) => {
        if (message.kind === 'event') seen(message.event);
        else report(message.trouble);
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
