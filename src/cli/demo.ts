/** `greenup demo`: one whole charge in virtual time, against the embedded central system, with a verdict at its end. */

import { CentralSystem } from '../csms/central-system';
import type { LedgerRow } from '../csms/ledger';
import { VirtualClock } from '../drivers/clock/virtual-clock';
import { MemoryStore } from '../drivers/store/memory-store';
import { loadBoard } from '../hal/board/board-file';
import { GreenupError } from '../hal/errors';
import { programFile } from '../hal/program-files';
import type { JsonValue } from '../hal/store';
import { WsTransport } from '../ocpp/link/ws-transport';
import { DemoTransport } from '../simulator/demo-transport';
import { Simulation } from '../simulator/simulation';
import { statusOf } from '../station/status';
import { exitCodes } from '../terminal/exit';
import { durationInWords, kilowattHours, type Paint, paintFor } from '../terminal/words';
import { Printer } from './printer';

export interface DemoOptions {
  board?: string | undefined;
}

const connectorId = 1;
const card = '04A1B2C3';
/** The driver comes back after this long, in ms. */
const charge_ms = 30 * 60_000;
/** For each thing that is waited for, in ms of virtual time. */
const patience_ms = 120_000;
const step_ms = 100;

export async function runDemo({ board: boardPath }: DemoOptions): Promise<number> {
  const board = loadBoard(boardPath ?? programFile('board/simulated-double.yaml'));
  const transport = new DemoTransport(new WsTransport());
  const clock = new VirtualClock({ systemTimeMs: Date.now(), settle: () => transport.quiet() });
  const central = new CentralSystem({ now: () => clock.systemTime() ?? 0 });
  const { url } = await central.start();
  const printer = new Printer({ board, clock, json: false });
  const paint = paintFor(process.stdout);
  process.stdout.write(
    `${paint('bold', board.name)}, a built-in central system, one vehicle, half an hour of virtual time:\n\n`,
  );
  printer.open();
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
    log: { info: () => {}, warn: (_fields, message) => printer.warn(message) },
    configuration: { URL: url, UID: 'DEMO' },
    seed: 1,
    followCentralTime: true,
    onNotice: (notice) => printer.notice(notice),
    onWarning: (message) => printer.warn(message),
    onReset: (reset) => printer.event({ event: 'restarting', reset }),
    restarts: true,
  });
  try {
    await playCharge(simulation, clock, (line) => printer.say(paint('cyan', line)));
    return judge(simulation, central.transactions()[0], transport, paint);
  } finally {
    await simulation.stop();
    await central.stop();
  }
}

async function playCharge(simulation: Simulation, clock: VirtualClock, say: (line: string) => void): Promise<void> {
  const { chargePoint, station } = simulation.running;
  const until = async (what: string, reached: () => boolean): Promise<void> => {
    for (let waited = 0; !reached(); waited += step_ms) {
      if (waited > patience_ms) throw new GreenupError('command.invalid', `demo: ${what} did not come to be`);
      await clock.advance(step_ms);
    }
  };
  const status = (wanted: string) =>
    until(`status ${wanted}`, () => statusOf(station.state, station.config, connectorId).status === wanted);
  await until('registration', () => chargePoint.registration === 'Accepted');
  await status('Available');
  await clock.advance(5_000);
  say('a car is plugged in');
  simulation.world.plug(connectorId);
  await status('Preparing');
  await clock.advance(10_000);
  say(`its driver shows card ${card}`);
  simulation.world.present(card, 'right');
  await status('Charging');
  await clock.advance(charge_ms);
  say('the driver comes back and shows the card again');
  simulation.world.present(card, 'right');
  await status('Finishing');
  await until('delivery', () => chargePoint.outbox.size === 0);
  await clock.advance(5_000);
  say('the car is unplugged');
  simulation.world.unplug(connectorId);
  await status('Available');
  await clock.advance(1_000);
}

function judge(
  simulation: Simulation,
  transaction: LedgerRow | undefined,
  transport: DemoTransport,
  paint: Paint,
): number {
  // A new world's register starts at 0, so it holds this one charge.
  const meterWh = simulation.world.snapshot().connectors[connectorId - 1]?.energyWh ?? 0;
  const stop = transaction?.stop;
  const ledgerWh = stop && stop.meterWh - transaction.meterStartWh;
  // OCPP carries whole watt hours.
  const equal = ledgerWh !== undefined && Math.abs(ledgerWh - meterWh) <= 1;
  const durationS = stop && (Date.parse(stop.at) - Date.parse(transaction.startedAt)) / 1_000;
  const verdict = equal
    ? paint('green', 'the ledger of the central system equals the meter')
    : paint('red', `the ledger of the central system has ${ledgerWh ?? 'no'} Wh: it does NOT equal the meter`);
  const rows = [
    ['Transaction', transaction === undefined ? 'none' : String(transaction.transactionId)],
    ['Duration', durationS === undefined ? 'open' : durationInWords(durationS)],
    ['Energy', kilowattHours(meterWh)],
    [
      'Messages',
      `${transport.messages} sent: ${[...transport.sent].map(([name, count]) => `${name} ${count}`).join(', ')}`,
    ],
    ['Verdict', verdict],
  ];
  const lines = rows.map(([name = '', value = '']) => `  ${name.padEnd(12)} ${value}\n`);
  process.stdout.write(`\n${lines.join('')}`);
  return equal ? exitCodes.ok : exitCodes.failed;
}
