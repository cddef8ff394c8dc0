/** How often the runner has the meter read: at the edges at once, each second behind closed contacts, seldom at rest. */
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { MockLog } from '../../../src/drivers/mock/parts';
import { SocketRunner } from '../../../src/station/shell/socket';
import { timings } from '../../../src/station/socket/timings';
import type { SocketReport } from '../../../src/station/socket/types';
import { end, endHolding, permit, reading, type2Config } from '../socket/machine';
import { outletAtRest } from './outlet-at-rest';

const minuteMs = 60_000;

/** An outlet without vehicle whose last readings are done: it rests. */
async function atRest() {
  const clock = new VirtualClock({ startMs: 10_000 });
  const log = new MockLog(clock);
  const parts = outletAtRest(log);
  parts.meter.reading = reading({ energyWh: 1_000 });
  const runner = new SocketRunner(parts, type2Config, clock);
  runner.feed({ kind: 'twin', open: true });
  const reports: SocketReport[] = [];
  runner.watch((report) => reports.push(report));
  await clock.advance(minuteMs);
  log.clear();
  /** Readings in so long. */
  const readsIn = async (ms: number): Promise<number> => {
    log.clear();
    await clock.advance(ms);
    return log.words('meter').length;
  };
  const plugIn = (): void => {
    parts.proximity.emit({ kind: 'ohms', ohms: 220 });
    parts.pilot.emit({ kind: 'volts', high: 9, low: 9 });
  };
  return { clock, log, parts, runner, reports, readsIn, plugIn };
}

test('an outlet at rest has its meter read each five minutes', async () => {
  const { readsIn } = await atRest();
  expect(await readsIn(60 * minuteMs)).toBe(12);
});

test('behind contacts that are closed, or not known to be open, the meter is read each second', async () => {
  for (const feedback of ['closed', 'unknown'] as const) {
    const { parts, readsIn } = await atRest();
    parts.contactor.emit(feedback);
    const reads = await readsIn(minuteMs);
    expect(reads).toBeGreaterThanOrEqual(56);
    expect(reads).toBeLessThanOrEqual(61);
  }
});

test.each([
  ['may charge', permit(16)],
  ['keeps its plug', endHolding],
])('an outlet that %s has its meter read at once, then each 5 s; when that is over at once, and then it rests', async (_what, wish) => {
  const { clock, log, runner, plugIn, readsIn } = await atRest();
  plugIn();
  await clock.advance(minuteMs);
  log.clear();
  runner.command(wish);
  expect(log.words('meter')).toHaveLength(1);
  const reads = await readsIn(minuteMs);
  expect(reads).toBeGreaterThanOrEqual(11);
  expect(reads).toBeLessThanOrEqual(13);
  log.clear();
  runner.command(end);
  expect(log.words('meter')).toHaveLength(1);
  await clock.advance(timings.meterSettleMs);
  expect(await readsIn(4 * minuteMs)).toBeLessThanOrEqual(1);
});

test('another offer within a permission is no reason to read', async () => {
  const { clock, log, runner, plugIn } = await atRest();
  plugIn();
  runner.command(permit(16));
  await clock.advance(minuteMs + 50);
  log.clear();
  runner.command(permit(10));
  expect(log.words('meter')).toEqual([]);
});

test('a plug that comes or goes has the meter read once it is believed', async () => {
  const { parts, plugIn, readsIn } = await atRest();
  plugIn();
  expect(await readsIn(1_000)).toBeGreaterThanOrEqual(1);
  expect(await readsIn(minuteMs)).toBe(0);
  parts.pilot.emit({ kind: 'volts', high: 12, low: 12 });
  parts.proximity.emit({ kind: 'ohms', ohms: Number.POSITIVE_INFINITY });
  expect(await readsIn(1_000)).toBeGreaterThanOrEqual(1);
});

test('whoever wants a reading gets it, also while one is under way', async () => {
  const { clock, runner, parts, reports } = await atRest();
  runner.readMeter();
  await clock.advance(10);
  parts.meter.reading = reading({ energyWh: 1_001 });
  runner.readMeter();
  const asked = clock.now();
  await clock.advance(50);
  expect(reports.at(-1)?.meter?.at).toBeGreaterThanOrEqual(asked);
});

test('a meter that is lost at rest is told within five and a half minutes, and in 4 s when somebody plugs in', async () => {
  const quiet = await atRest();
  quiet.parts.meter.reading = undefined;
  await quiet.clock.advance(5.5 * minuteMs);
  expect(quiet.reports.at(-1)?.faults).toEqual(['meterSilent']);
  const plugged = await atRest();
  plugged.parts.meter.reading = undefined;
  plugged.plugIn();
  await plugged.clock.advance(4_000);
  expect(plugged.reports.at(-1)?.faults).toEqual(['meterSilent']);
});

test('one that tells nonsense at rest is told as soon after', async () => {
  const { parts, clock, reports } = await atRest();
  parts.meter.reading = reading({ energyWh: -1 });
  await clock.advance(5.5 * minuteMs);
  expect(reports.at(-1)?.faults).toEqual(['meterSilent']);
});

test('a mains voltage out of bounds is followed each 5 s, and told as soon as ever once it was seen', async () => {
  const { parts, runner, clock, reports, readsIn } = await atRest();
  parts.meter.reading = reading({ energyWh: 1_000, voltageV: [180, 180, 180] });
  runner.readMeter();
  await clock.advance(2 * timings.meterIdleMs + 100);
  expect(reports.at(-1)?.faults).toEqual(['underVoltage']);
  expect(await readsIn(minuteMs)).toBeGreaterThanOrEqual(11);
  parts.meter.reading = reading({ energyWh: 1_000 });
  await clock.advance(timings.voltageGoodMs + 2 * timings.meterIdleMs);
  expect(reports.at(-1)?.faults).toEqual([]);
  expect(await readsIn(minuteMs)).toBe(0);
});

test('a meter that shows the last of a charge late is read until it has: nothing of it is left for the next', async () => {
  const { parts, clock, reports, readsIn } = await atRest();
  parts.contactor.emit('closed');
  await clock.advance(minuteMs);
  parts.contactor.emit('open');
  await clock.advance(1_500);
  parts.meter.reading = reading({ energyWh: 1_012 });
  await clock.advance(timings.meterIdleMs + 100);
  expect(reports.at(-1)?.meter?.reading.energyWh).toBe(1_012);
  await clock.advance(2 * timings.meterSettleMs);
  expect(await readsIn(minuteMs)).toBe(0);
});

test('a register that counts, or a current that flows, behind contacts that say open is followed each 5 s', async () => {
  for (const oddity of ['energy', 'current']) {
    const { parts, clock, runner, readsIn } = await atRest();
    let energyWh = 1_000;
    const counts = (): void => {
      if (oddity === 'energy') energyWh += 10;
      parts.meter.reading = reading({ energyWh, currentA: oddity === 'current' ? [8] : [0] });
      clock.at(clock.now() + 1_000, counts);
    };
    counts();
    runner.readMeter();
    await clock.advance(1_000);
    const reads = await readsIn(minuteMs);
    expect(reads).toBeGreaterThanOrEqual(11);
    expect(reads).toBeLessThanOrEqual(13);
  }
});
