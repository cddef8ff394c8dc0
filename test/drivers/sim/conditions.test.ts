/** What a bench sets as values: the parts show it, the meter counts with its own faults, and people may do half a plugging. */
import { Bench, heard, TestMemory } from './support';

test('temperature, voltage and frequency are what was set, and survive a power cut', async () => {
  const memory = new TestMemory();
  const bench = new Bench({ memory });
  const told = heard(bench.mode3().thermometer);
  await bench.charge({}, 16);
  bench.world.set(1, { temperatureC: 71.5 });
  bench.world.set(0, { voltageV: 207, frequencyHz: 49.7 });
  await bench.advance(1_000);
  expect(told).toEqual([25, 71.5]);
  expect(await bench.read()).toMatchObject({ voltageV: [207, 207, 207], frequencyHz: 49.7 });
  expect(bench.truth().powerW).toBeCloseTo(3 * 207 * 16, 3);
  const after = new Bench({ memory });
  expect(after.world.snapshot()).toMatchObject({ mainsV: 207, conditions: { voltageV: 207, frequencyHz: 49.7 } });
  expect(after.truth().temperatureC).toBe(71.5);
  after.world.set(0, { voltageV: null });
  expect(after.world.snapshot().mainsV).toBe(230);
});

test('a meter measures too much, in its own steps; the vehicle gets what it gets', async () => {
  const bench = new Bench();
  bench.world.set(1, { meterErrorPercent: 2, meterStepWh: 100 });
  await bench.charge({ rampAPerSecond: 1000, batteryWh: 100_000 }, 16);
  const before = bench.truth();
  await bench.advance(3600_000);
  const { energyWh, powerW } = await bench.read();
  expect(powerW).toBeCloseTo(1.02 * 3 * 230 * 16, 3);
  expect(energyWh % 100).toBe(0);
  const flowed = bench.truth().energyWh - before.energyWh;
  expect(flowed).toBeCloseTo(1.02 * 3 * 230 * 16, -1);
  expect(bench.truth().energyWh - energyWh).toBeGreaterThanOrEqual(0);
  expect(bench.truth().energyWh - energyWh).toBeLessThan(100);
});

test('a power factor lowers power and energy, not the current; a rippling current swings around its mean', async () => {
  const bench = new Bench();
  await bench.charge({ powerFactor: 0.5, rippleA: 2, rampAPerSecond: 1000 }, 16);
  const from = bench.truth().energyWh;
  const seen: number[] = [];
  for (let second = 0; second < 330; second++) {
    await bench.advance(1_000);
    seen.push(bench.truth().currentA[0] ?? 0);
  }
  expect(Math.min(...seen)).toBeLessThan(14.1);
  expect(Math.max(...seen)).toBeGreaterThan(17.9);
  expect(Math.max(...seen)).toBeLessThanOrEqual(18);
  expect(seen.reduce((a, b) => a + b) / seen.length).toBeCloseTo(16, 1);
  expect(bench.truth().energyWh - from).toBeCloseTo((330 / 3600) * 0.5 * 3 * 230 * 16, 1);
});

describe('a residual current', () => {
  test.each([
    [5.9, undefined],
    [6, 10_000],
    [60, 300],
    [300, 100],
  ])('of %d mA trips the monitor after %p ms of flowing', async (residualMa, afterMs) => {
    const bench = new Bench();
    const told = heard(bench.mode3().residual);
    bench.world.set(1, { residualMa });
    await bench.charge({}, 16);
    bench.mode3().contactor.open();
    await bench.advance(5_000);
    bench.mode3().residual?.reset();
    bench.mode3().contactor.close();
    await bench.advance(30 + (afterMs ?? 60_000) - 1);
    expect(bench.truth().residualTripped).toBe(false);
    await bench.advance(10);
    expect(bench.truth().residualTripped).toBe(afterMs !== undefined);
    expect(told.at(-1)?.tripped).toBe(afterMs !== undefined);
  });

  test('flows only while the vehicle has mains; until then a reset is of no use', async () => {
    const bench = new Bench();
    bench.world.set(1, { residualMa: 30 });
    await bench.advance(60_000);
    expect(bench.truth().residualTripped).toBe(false);
    await bench.charge({}, 16);
    await bench.advance(1_000);
    bench.mode3().residual?.reset();
    expect(bench.truth().residualTripped).toBe(true);
    bench.mode3().contactor.open();
    await bench.advance(1_000);
    bench.mode3().residual?.reset();
    expect(bench.truth().residualTripped).toBe(false);
  });

  test('that grows trips sooner', async () => {
    const bench = new Bench();
    await bench.charge({}, 16);
    bench.world.set(1, { residualMa: 6 });
    await bench.advance(5_000);
    bench.world.set(1, { residualMa: 200 });
    await bench.advance(99);
    expect(bench.truth().residualTripped).toBe(false);
    await bench.advance(1);
    expect(bench.truth().residualTripped).toBe(true);
  });
});

describe('a signal that flickers', () => {
  test('the bolt’s switch shows for a moment what is not so', async () => {
    const bench = new Bench();
    bench.world.plug(1);
    bench.mode3().lock?.lock();
    await bench.advance(1_000);
    const told = heard(bench.mode3().lock);
    await bench.advance(5);
    bench.world.flicker(1, 'lock', { forMs: 50 });
    await bench.advance(49);
    expect(told).toEqual(['locked', 'unlocked']);
    await bench.advance(1_000);
    expect(told).toEqual(['locked', 'unlocked', 'locked']);
    expect(bench.truth().locked).toBe(true);
  });

  test('several times, at a rhythm of its own', async () => {
    const bench = new Bench();
    const told = heard(bench.mode3().contactor);
    await bench.advance(5);
    bench.world.flicker(1, 'contactor', { forMs: 20, times: 3, everyMs: 100 });
    await bench.advance(205);
    expect(told).toEqual(['open', 'closed', 'open', 'closed', 'open', 'closed']);
    await bench.advance(10_000);
    expect(told).toHaveLength(7);
    expect(bench.truth().contactorClosed).toBe(false);
  });

  test.each([
    ['pilotOpen', 12],
    ['pilotShort', 0],
  ] as const)('%s: the pilot is at %d V meanwhile', async (signal, high) => {
    const bench = new Bench();
    bench.world.plug(1);
    await bench.advance(5);
    const told = heard(bench.mode3().pilot);
    await bench.advance(5);
    bench.world.flicker(1, signal, { forMs: 10 });
    await bench.advance(20);
    expect(told.map((reading) => reading.kind === 'volts' && Math.round(reading.high))).toEqual([9, high, 9]);
  });

  test('is refused where it is not, and where one would not end before the next', () => {
    const bench = new Bench();
    expect(() => bench.world.flicker(2, 'pilotOpen', { forMs: 20 })).toThrow(/connector 2: there is no pilot/);
    expect(() => bench.world.flicker(3, 'lock', { forMs: 20 })).toThrow(/connector 3: there is no lock/);
    expect(() => bench.world.flicker(1, 'lock', { forMs: 20, times: 2, everyMs: 20 })).toThrow(/cannot begin after 20/);
  });
});

test.each([
  [1, { heat: 3 }, /connector 1: there is no condition heat; valid: temperatureC, residualMa/],
  [1, { temperatureC: 200 }, /condition temperatureC cannot be 200; valid: -40 to 150 °C/],
  [1, { greenUpContact: false }, /greenUpContact needs a domestic outlet \(Mode 2\)/],
  [3, { temperatureC: 30 }, /connector 3: condition temperatureC needs a thermometer/],
  [3, { residualMa: 30 }, /needs a residual current monitor/],
  [0, { voltageV: 500 }, /connector 0 \(the station\): condition voltageV cannot be 500; valid: 1 to 400 V, or null/],
])('connector %d: %j is refused', (connectorId, change, message) => {
  expect(() => new Bench().world.set(connectorId, change)).toThrow(message);
});
