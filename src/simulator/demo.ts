/** The demo: one whole charge in virtual time, against an embedded central system. */
import { CentralSystem } from '../csms/central-system';
import type { LedgerRow } from '../csms/ledger';
import { VirtualClock } from '../drivers/clock/virtual-clock';
import { MemoryStore } from '../drivers/store/memory-store';
import type { Board } from '../hal/board';
import type { Clock } from '../hal/clock';
import { GreenupError } from '../hal/errors';
import type { JsonValue } from '../hal/store';
import { WsTransport } from '../ocpp/link/ws-transport';
import type { Notice } from '../station/notices';
import { statusOf } from '../station/status';
import { DemoTransport } from './demo-transport';
import { Simulation } from './simulation';

/** Who shows what happens. */
export interface DemoAudience {
  notice(notice: Notice): void;
  warn(message: string): void;
  /** What the driver does, in one line. */
  deed(line: string): void;
}

export interface DemoResult {
  /** As the central system knows it; undefined: it knows none. */
  transaction: LedgerRow | undefined;
  /** What the meter counted. */
  meterWh: number;
  /** Messages that the station sent, by action. */
  sent: ReadonlyMap<string, number>;
  messages: number;
}

const connectorId = 1;
const card = '04A1B2C3';
/** The driver comes back after this long, in ms. */
const chargeMs = 30 * 60_000;
/** For each thing that is waited for, in ms of virtual time. */
const patienceMs = 120_000;
const stepMs = 100;

/** `audienceOf` is asked once, when the clock of the station is known. */
export async function playDemo(board: Board, audienceOf: (clock: Clock) => DemoAudience): Promise<DemoResult> {
  const transport = new DemoTransport(new WsTransport());
  const clock = new VirtualClock({ systemTimeMs: Date.now(), settle: () => transport.quiet() });
  const central = new CentralSystem({ now: () => clock.systemTime() ?? 0 });
  const { url } = await central.start();
  const audience = audienceOf(clock);
  let memory: JsonValue | undefined;
  const simulation = await Simulation.start({
    board,
    clock,
    openStore: async () => new MemoryStore(),
    memory: {
      load: () => memory,
      save: (value) => {
        memory = value;
      },
    },
    transport,
    log: { info: () => {}, warn: (_fields, message) => audience.warn(message) },
    configuration: { URL: url, UID: 'DEMO' },
    seed: 1,
    followCentralTime: () => true,
    onNotice: (notice) => audience.notice(notice),
    onWarning: (message) => audience.warn(message),
    onReset: () => {},
    restarts: true,
  });
  try {
    await playCharge(simulation, clock, (line) => audience.deed(line));
    // A new world's register starts at 0, so it holds this one charge.
    const meterWh = simulation.world.snapshot().connectors[connectorId - 1]?.energyWh ?? 0;
    const { sent, messages } = transport;
    return { transaction: central.transactions()[0], meterWh, sent, messages };
  } finally {
    await simulation.stop();
    await central.stop();
  }
}

async function playCharge(simulation: Simulation, clock: VirtualClock, deed: (line: string) => void): Promise<void> {
  const { chargePoint, station } = simulation.running;
  const until = async (what: string, reached: () => boolean): Promise<void> => {
    for (let waitedMs = 0; !reached(); waitedMs += stepMs) {
      if (waitedMs > patienceMs) throw new GreenupError('command.invalid', `demo: ${what} did not come to be`);
      await clock.advance(stepMs);
    }
  };
  const status = (wanted: string) =>
    until(`status ${wanted}`, () => statusOf(station.state, station.config, connectorId).status === wanted);
  await until('registration', () => chargePoint.registration === 'Accepted');
  await status('Available');
  await clock.advance(5_000);
  deed('a car is plugged in');
  simulation.world.plug(connectorId);
  await status('Preparing');
  await clock.advance(10_000);
  deed(`its driver shows card ${card}`);
  simulation.world.present(card, 'right');
  await status('Charging');
  await clock.advance(chargeMs);
  deed('the driver comes back and shows the card again');
  simulation.world.present(card, 'right');
  await status('Finishing');
  await until('delivery', () => chargePoint.outbox.size === 0);
  await clock.advance(5_000);
  deed('the car is unplugged');
  simulation.world.unplug(connectorId);
  await status('Available');
  await clock.advance(1_000);
}
