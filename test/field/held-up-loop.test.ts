/** A rig whose I2C bus is stuck, transfer by transfer, or whose safety loop is held up by something else, while an outlet charges. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import { loopPeriodMs, SafetyLoop } from '../../src/drivers/pi/loop';
import { rigParts } from '../../src/drivers/pi/rig-parts';
import { loadBoard } from '../../src/hal/board/board-file';
import type { Clock } from '../../src/hal/clock';
import type { MeterReading } from '../../src/hal/parts';
import type { FromSafety } from '../../src/safety/messages';
import { SafetyUnit } from '../../src/safety/safety-unit';
import { stationConfig } from '../../src/station/board-config';
import type { FaultId } from '../../src/station/faults';
import { JoinedBus } from '../drivers/pi/bus/joined-bus';
import { chips } from '../drivers/pi/chips';
import { Ads1115Model, FakeI2cBus } from '../drivers/pi/i2c/ads1115-model';
import { passUntil } from '../support/pass-until';

/** Of board/pi-retrofit-single.yaml: the domestic outlet, which needs no bus, and what the whole rig has. */
const lines = { coil: 27, feedback: 6, plug: 21, trip: 20, test: 23, pulse: 16, supply: 18 };
const domestic = 2;
const type2 = 1;
/** The pump of docs/rig.md holds the coil supply so long without a change of its line, in ms. */
const pumpHoldMs = 180;
const minuteMs = 60_000;
/** +12 V, −12 V, no plug, 25 °C at the converter. */
const atRest = [2.986, 0.292, 3.3, 1.65];
const idle: MeterReading = { energyWh: 0, powerW: 0, currentA: [0, 0, 0], voltageV: [230, 230, 230] };

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'greenup-held-up-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

function retrofit() {
  const board = loadBoard('board/pi-retrofit-single.yaml');
  if (!board.hardware) throw new Error('the board has no hardware');
  const pwmRoot = join(directory, 'fe20c000.pwm');
  const channel = join(pwmRoot, 'pwmchip0/pwm0');
  mkdirSync(channel, { recursive: true });
  const files = { period: 1_000_000, duty_cycle: 0, enable: 1, polarity: 'normal' };
  for (const [name, value] of Object.entries(files)) writeFileSync(join(channel, name), `${value}\n`);
  return { ...board, hardware: { ...board.hardware, pwmRoot } };
}

/** The electrics of the domestic outlet: the contacts are closed while the coil is on and the pump is fed. */
function electrics(clock: VirtualClock) {
  const gpio = chips(() => clock.now());
  const header = gpio.chip('header');
  const moves: ('open' | 'closed')[] = [];
  let fedUntilMs = 0;
  const settle = (): void => {
    const closed = header.active(lines.coil) && clock.now() < fedUntilMs;
    if (closed === header.active(lines.feedback)) return;
    header.set(lines.feedback, closed);
    moves.push(closed ? 'closed' : 'open');
  };
  header.onWrite = ({ line, active }) => {
    if (line === lines.pulse) {
      fedUntilMs = clock.now() + pumpHoldMs;
      clock.at(fedUntilMs, settle);
    }
    if (line === lines.test) header.set(lines.trip, active);
    settle();
  };
  header.set(lines.supply, true);
  return { gpio, header, moves };
}

/** A rig whose domestic outlet charges. */
async function charging() {
  const board = retrofit();
  const clock = new VirtualClock();
  let heldUpMs = 0;
  const loopClock: Clock = {
    now: () => clock.now(),
    at: (dueMs, run) => clock.at(dueMs + heldUpMs, run),
    systemTime: () => undefined,
  };
  const loop = new SafetyLoop(loopClock);
  const { gpio, header, moves } = electrics(clock);
  const converter = new Ads1115Model(clock);
  for (const [input, volts] of atRest.entries()) converter.set(input, volts);
  const i2c = new FakeI2cBus(new Map([[0x48, converter]]));
  const troubles: string[] = [];
  const report = ({ text }: { text: string }): void => void troubles.push(text);
  const bus = new JoinedBus({ clock, loop, i2c, gpio, report });
  const parts = rigParts({ board, loop, clock, report, gpio, watchdog: false, openBus: () => bus.link });
  const told: FromSafety[] = [];
  const unit = new SafetyUnit({
    config: stationConfig(board),
    parts,
    clock,
    beat: loop,
    send: (message) => {
      told.push(message);
      if (message.kind === 'readMeter') unit.receive({ kind: 'meter', request: message.request, reading: idle });
    },
  });
  loop.start();
  unit.start();
  const live = async (ms: number): Promise<void> => {
    for (let goneMs = 0; goneMs < ms; goneMs += 500) {
      unit.receive({ kind: 'heartbeat' });
      await clock.advance(Math.min(500, ms - goneMs));
    }
  };
  const faults = (connectorId: number): readonly FaultId[] => {
    const reports = told.flatMap((one) =>
      one.kind === 'report' && one.connectorId === connectorId ? [one.report] : [],
    );
    return reports.at(-1)?.faults ?? [];
  };
  await live(2_000);
  header.set(lines.plug, true);
  unit.receive({ kind: 'wish', connectorId: domestic, wish: { kind: 'permit', offerA: 16 } });
  await passUntil('a charge', () => moves.at(-1) === 'closed', live, { withinMs: 20_000 });
  await live(2_000);
  expect(faults(type2)).toEqual([]);
  moves.length = 0;
  troubles.length = 0;
  /** The turn after the next comes so much late, as when a call does not return. */
  const holdUp = async (ms: number): Promise<void> => {
    heldUpMs = ms;
    await clock.advance(loopPeriodMs);
    heldUpMs = 0;
    await live(ms);
  };
  return { bus, moves, troubles, faults, live, holdUp, unit, header };
}

test('a bus each of whose transfers takes a second moves no contactor that does without it', async () => {
  const rig = await charging();
  // As the drivers meet it: a transfer of a second, then ten seconds of rest.
  for (let round = 0; round < 12; round += 1) {
    rig.bus.stick();
    await rig.live(1_000);
    rig.bus.letGo();
    await rig.live(round % 2 === 0 ? 10_000 : 100);
  }
  expect(rig.moves).toEqual([]);
  expect(rig.faults(domestic)).toEqual([]);
  // Who depends on it knows: the pilot cannot be measured meanwhile.
  expect(rig.troubles).toContainEqual(expect.stringMatching(/^I2C bus: nothing was heard of i2c-1/));
});

test('a bus that is stuck for good: what hangs on it is lost, and the domestic outlet charges on', async () => {
  const rig = await charging();
  rig.bus.stick();
  await rig.live(2 * minuteMs);
  expect(rig.moves).toEqual([]);
  expect(rig.faults(domestic)).toEqual([]);
  expect(rig.faults(type2)).toEqual(expect.arrayContaining(['pilotInvalid', 'thermometerSilent']));
  expect(rig.troubles.filter((line) => line.startsWith('I2C bus'))).toHaveLength(1);
});

test.each([
  ['for a second each eleven seconds', 1_000, 11_000],
  ['for a second each two minutes', 1_000, 120_000],
  ['for 160 ms, which the pump outlasts', 160, 500],
])('a loop that is held up %s opens the contactor twice at the most, and then waits for a person', async (_how, ms, everyMs) => {
  const rig = await charging();
  for (let goneMs = 0; goneMs < 5 * minuteMs; goneMs += everyMs) {
    await rig.holdUp(ms);
    await rig.live(everyMs - ms);
  }
  expect(rig.moves).toEqual(['open', 'closed', 'open']);
  expect(rig.faults(domestic)).toEqual(['loopStood']);
  await rig.live(2 * minuteMs);
  expect(rig.moves).toHaveLength(3);
  rig.unit.receive({ kind: 'clearFaults', connectorId: domestic });
  await rig.live(2 * minuteMs);
  expect(rig.moves.at(-1)).toBe('closed');
  expect(rig.faults(domestic)).toEqual([]);
});

test('a hiccup that is shorter moves nothing', async () => {
  const rig = await charging();
  for (let count = 0; count < 100; count += 1) {
    await rig.holdUp(140);
    await rig.live(500);
  }
  expect(rig.moves).toEqual([]);
});
