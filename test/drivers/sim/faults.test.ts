/** Every simulated fault does what its line says, can be cleared, and is refused where it cannot be. */
import { faultKinds, type SimulatedFault, simulatedFaults } from '../../../src/drivers/sim/faults';
import { Bench, heard } from './support';

type Story = (bench: Bench, toggle: (present: boolean) => Promise<void>) => Promise<void>;

const steady = { kind: 'volts', high: expect.closeTo(5.996, 3), low: -12 };

/** One story a fault; each begins with a vehicle that charges at 16 A on connector 1. */
const stories: Record<SimulatedFault, Story> = {
  pilotShort: async (bench, toggle) => {
    const pilot = heard(bench.mode3().pilot);
    await toggle(true);
    expect(pilot.at(-1)).toEqual({ kind: 'volts', high: 0, low: 0 });
    await bench.advance(2000);
    expect(bench.truth().s2Closed).toBe(false);
    await toggle(false);
    expect(pilot.at(-1)).toEqual({ kind: 'volts', high: expect.closeTo(8.979, 3), low: -12 });
  },
  pilotOpen: async (bench, toggle) => {
    const pilot = heard(bench.mode3().pilot);
    const proximity = heard(bench.mode3().proximity);
    await toggle(true);
    expect(pilot.at(-1)).toEqual({ kind: 'volts', high: 12, low: -12 });
    expect(proximity).toEqual([{ kind: 'ohms', ohms: 220 }]);
    await bench.advance(2000);
    expect(bench.truth()).toMatchObject({ s2Closed: false, plugged: true });
    await toggle(false);
    await bench.advance(1000);
    expect(pilot.at(-1)).toEqual(steady);
  },
  diodeMissing: async (bench, toggle) => {
    const pilot = heard(bench.mode3().pilot);
    await toggle(true);
    expect(pilot.at(-1)).toEqual({ kind: 'volts', high: expect.closeTo(5.624, 3), low: expect.closeTo(-5.624, 3) });
    await toggle(false);
    expect(pilot.at(-1)).toEqual(steady);
  },
  proximityOpen: async (bench, toggle) => {
    const proximity = heard(bench.mode3().proximity);
    await toggle(true);
    expect(proximity.at(-1)).toEqual({ kind: 'ohms', ohms: Number.POSITIVE_INFINITY });
    await toggle(false);
    expect(proximity.at(-1)).toEqual({ kind: 'ohms', ohms: 220 });
  },
  lockJammed: async (bench, toggle) => {
    const lock = heard(bench.mode3().lock);
    await toggle(true);
    bench.mode3().lock?.lock();
    await bench.advance(1999);
    expect(lock).toEqual(['unlocked', 'moving']);
    await bench.advance(6);
    expect(lock).toEqual(['unlocked', 'moving', 'unlocked']);
    await toggle(false);
    bench.mode3().lock?.lock();
    await bench.advance(400);
    expect(bench.truth().locked).toBe(true);
  },
  lockSwitchStuck: async (bench, toggle) => {
    const lock = heard(bench.mode3().lock);
    await bench.advance(6);
    await toggle(true);
    await bench.advance(6);
    expect(lock).toEqual(['unlocked', 'locked']);
    // As with the driver of a rig: a bolt that is said to be there already is not moved.
    bench.mode3().lock?.lock();
    await bench.advance(400);
    expect(bench.truth().locked).toBe(false);
    bench.mode3().lock?.unlock();
    await bench.advance(1_999);
    expect(lock).toEqual(['unlocked', 'locked', 'moving']);
    await bench.advance(6);
    expect(lock).toEqual(['unlocked', 'locked', 'moving', 'locked']);
    await toggle(false);
    await bench.advance(6);
    expect(lock.at(-1)).toBe('unlocked');
  },
  welded: async (bench, toggle) => {
    const contactor = heard(bench.mode3().contactor);
    await toggle(true);
    bench.mode3().contactor.open();
    await bench.advance(1000);
    expect(contactor).toEqual(['closed']);
    expect(bench.truth().currentA[0]).toBeCloseTo(16, 6);
    await toggle(false);
    expect(contactor).toEqual(['closed', 'open']);
    expect(bench.truth().currentA[0]).toBe(0);
  },
  stuckOpen: async (bench, toggle) => {
    const contactor = heard(bench.mode3().contactor);
    await bench.advance(5);
    await toggle(true);
    bench.mode3().contactor.open();
    bench.mode3().contactor.close();
    await bench.advance(1000);
    expect(contactor).toEqual(['closed', 'open']);
    expect(bench.truth().powerW).toBe(0);
    await toggle(false);
    await bench.advance(1000);
    expect(contactor.at(-1)).toBe('closed');
  },
  residualCurrent: async (bench, toggle) => {
    const residual = heard(bench.mode3().residual);
    await toggle(true);
    expect(residual.at(-1)).toMatchObject({ tripped: true });
    bench.mode3().residual?.reset();
    await toggle(false);
    expect(residual.at(-1)).toMatchObject({ tripped: true });
    bench.mode3().residual?.reset();
    await bench.advance(5);
    expect(residual.at(-1)).toMatchObject({ tripped: false });
  },
  residualTestFails: async (bench, toggle) => {
    const residual = heard(bench.mode3().residual);
    await toggle(true);
    bench.mode3().residual?.selfTest();
    await bench.advance(705);
    expect(residual.at(-1)).toMatchObject({ test: 'failed' });
    await toggle(false);
    bench.mode3().residual?.selfTest();
    await bench.advance(705);
    expect(residual.at(-1)).toMatchObject({ test: 'passed' });
  },
  overCurrent: async (bench, toggle) => {
    await toggle(true);
    await bench.advance(2000);
    expect(bench.truth().currentA[0]).toBeCloseTo(1.25 * 16 + 3, 6);
    await toggle(false);
    await bench.advance(2000);
    expect(bench.truth().currentA[0]).toBeCloseTo(16, 6);
  },
  overTemperature: async (bench, toggle) => {
    const thermometer = heard(bench.mode3().thermometer);
    await bench.advance(5);
    await toggle(true);
    await toggle(false);
    expect(thermometer).toEqual([25, 80, 25]);
  },
  thermometerSilent: async (bench, toggle) => {
    const thermometer = heard(bench.mode3().thermometer);
    await bench.advance(5);
    await toggle(true);
    await toggle(false);
    expect(thermometer).toEqual([25, undefined, 25]);
  },
  meterSilent: async (bench, toggle) => {
    await toggle(true);
    let settled = false;
    const reading = bench.mode3().meter.read();
    reading.catch(() => {
      settled = true;
    });
    await bench.advance(299);
    expect(settled).toBe(false);
    await bench.advance(1);
    await expect(reading).rejects.toMatchObject({ code: 'part.failed', message: expect.stringMatching(/connector 1/) });
    await toggle(false);
    expect((await bench.read()).powerW).toBeGreaterThan(0);
  },
  meterAbsurd: async (bench, toggle) => {
    const { energyWh } = await bench.read();
    await toggle(true);
    expect((await bench.read()).energyWh).toBeNaN();
    expect((await bench.read()).energyWh).toBeLessThan(0);
    await toggle(false);
    expect((await bench.read()).energyWh).toBeGreaterThanOrEqual(energyWh);
  },
  readerAbsent: async (bench, toggle) => {
    const reader = heard(bench.world.parts.points[0]?.reader);
    await bench.advance(5);
    await toggle(true);
    bench.world.present('04A1B2C3', 'right');
    await bench.advance(100);
    expect(bench.world.snapshot().points[0]?.readerPresent).toBe(false);
    await toggle(false);
    expect(reader).toEqual([true, false, true].map((present) => ({ kind: 'reader', present })));
  },
  supplyLost: async (bench, toggle) => {
    const supply = heard(bench.world.parts.supply);
    const contactor = heard(bench.mode3().contactor);
    await bench.advance(5);
    await toggle(true);
    expect(bench.truth()).toMatchObject({ currentA: [0, 0, 0], voltageV: [0, 0, 0] });
    await bench.advance(25);
    expect(contactor).toEqual(['closed', 'open']);
    expect(await bench.read()).toMatchObject({ powerW: 0, voltageV: [0, 0, 0] });
    bench.mode3().contactor.open();
    bench.mode3().contactor.close();
    await bench.advance(1000);
    expect(bench.truth().contactorClosed).toBe(false);
    await toggle(false);
    expect(supply).toEqual(['present', 'lost', 'present']);
    await bench.advance(100);
    expect(bench.truth().contactorClosed).toBe(true);
  },
  underVoltage: async (bench, toggle) => {
    await toggle(true);
    expect(await bench.read()).toMatchObject({ voltageV: [180, 180, 180], powerW: expect.closeTo(180 * 48, 6) });
    await toggle(false);
    expect((await bench.read()).voltageV).toEqual([230, 230, 230]);
  },
  overVoltage: async (bench, toggle) => {
    await toggle(true);
    const before = bench.truth().energyWh;
    await bench.advance(3600_000);
    expect(bench.truth().energyWh - before).toBeCloseTo(265 * 48, 6);
    await toggle(false);
    expect((await bench.read()).voltageV).toEqual([230, 230, 230]);
  },
};

test.each(faultKinds)('%s', async (kind) => {
  const bench = new Bench();
  await bench.charge({ batteryWh: 1_000_000 }, 16);
  const connectorId = simulatedFaults[kind].scope === 'station' ? 0 : 1;
  await stories[kind](bench, async (present) => {
    bench.world.fault(connectorId, kind, present);
    const { faults, connectors } = bench.world.snapshot();
    expect([...faults, ...(connectors[0]?.faults ?? [])]).toEqual(present ? [kind] : []);
    await bench.advance(5);
  });
});

test('in Mode 2 the over-current counts from the rating of the outlet', async () => {
  const bench = new Bench();
  bench.world.plug(2);
  bench.mode2().contactor.close();
  bench.world.fault(2, 'overCurrent', true);
  await bench.advance(10_000);
  expect(bench.truth(2).currentA).toEqual([expect.closeTo(23, 6)]);
});

test('a welded contactor of an idle outlet is told closed', async () => {
  const bench = new Bench();
  const contactor = heard(bench.mode2().contactor);
  bench.world.fault(2, 'welded', true);
  await bench.advance(5);
  expect(contactor).toEqual(['closed']);
});

test.each([
  [
    1,
    'supplyLost',
    /connector 1: fault supplyLost concerns the whole station: give it for connector 0; valid here: pilot/,
  ],
  [0, 'welded', /fault welded concerns one connector: .*; valid here: supplyLost, underVoltage, overVoltage$/],
  [2, 'pilotShort', /connector 2: .* needs a Type 2 outlet .*valid here: welded, stuckOpen/],
  [3, 'lockJammed', /needs a lock, which is not there/],
  [3, 'proximityOpen', /needs a proximity/],
  [3, 'residualCurrent', /needs a residual/],
  [3, 'overTemperature', /needs a thermometer/],
  [3, 'readerAbsent', /needs a reader/],
  [1, 'gremlin', /there is no fault gremlin; valid here: pilotShort/],
  [1, 'toString', /there is no fault toString/],
  [9, 'welded', /no connector 9; valid: 1, 2, 3/],
])('on connector %d fault %s is refused, naming what can be', (connectorId, kind, message) => {
  const bench = new Bench();
  expect(() => bench.world.fault(connectorId, kind as SimulatedFault, true)).toThrow(message);
  expect(bench.world.snapshot()).toEqual(new Bench().world.snapshot());
});

test('faults that exclude each other are refused together, but each can be cleared', () => {
  const bench = new Bench();
  bench.world.fault(1, 'welded', true);
  expect(() => bench.world.fault(1, 'stuckOpen', true)).toThrow('clear welded first');
  bench.world.fault(1, 'stuckOpen', false);
  bench.world.fault(0, 'overVoltage', true);
  expect(() => bench.world.fault(0, 'underVoltage', true)).toThrow('clear overVoltage first');
});

test('every fault has a line for the help text', () => {
  for (const kind of faultKinds) expect(simulatedFaults[kind].description).toMatch(/^.{10,80}$/);
});
