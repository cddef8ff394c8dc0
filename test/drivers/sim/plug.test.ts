/** The two ends of a cable go in and out one by one, and the parts show only what is at the outlet. */
import { Bench, heard, TestMemory } from './support';

const ohms = (bench: Bench): number[] => {
  const values: number[] = [];
  bench.mode3().proximity?.watch((reading) => values.push(reading.kind === 'ohms' ? reading.ohms : Number.NaN));
  return values;
};

test('a cable without vehicle shows its rating and no vehicle; the vehicle comes later', async () => {
  const bench = new Bench();
  const told = ohms(bench);
  bench.world.plug(1, { cableA: 20, ends: 'station' });
  await bench.advance(1_000);
  expect(told.at(-1)).toBe(680);
  expect(bench.truth()).toMatchObject({ plugged: false, cableA: 20, pilotHighV: 12 });
  bench.world.plug(1, { ev: { phases: 1 }, ends: 'vehicle' });
  await bench.advance(1_000);
  expect(bench.truth()).toMatchObject({ plugged: true, cableA: 20, ev: { phases: 1 } });
  expect(bench.truth().pilotHighV).toBeCloseTo(8.98, 2);
});

test('a vehicle’s end without the station’s end shows nothing; with it the vehicle is there at once', async () => {
  const bench = new Bench();
  const told = ohms(bench);
  bench.world.plug(1, { cableA: 13, ev: { batteryWh: 9_000 }, ends: 'vehicle' });
  await bench.advance(1_000);
  expect(bench.truth()).toMatchObject({ plugged: false, vehicleWaits: true, cableA: null, pilotHighV: 12 });
  expect(told).toEqual([Number.POSITIVE_INFINITY]);
  bench.world.plug(1, { ends: 'station' });
  await bench.advance(1_000);
  expect(bench.truth()).toMatchObject({ plugged: true, vehicleWaits: false, cableA: 13, ev: { batteryWh: 9_000 } });
});

test('without its station’s end a vehicle keeps cable and charge, through a power cut too', async () => {
  const memory = new TestMemory();
  const bench = new Bench({ memory });
  bench.world.plug(1, { cableA: 20, ev: { stateOfCharge: 55 } });
  bench.world.unplug(1, { ends: 'station' });
  expect(bench.truth()).toMatchObject({ plugged: false, vehicleWaits: true, cableA: null });
  const after = new Bench({ memory });
  expect(after.truth()).toMatchObject({ plugged: false, vehicleWaits: true });
  after.world.plug(1);
  expect(after.truth()).toMatchObject({ plugged: true, cableA: 20, ev: { stateOfCharge: 55 } });
});

test('a cable that is left in on purpose stays when the bolt lets go; one that is to go does not', async () => {
  const bench = new Bench();
  const { lock } = bench.mode3();
  for (const ends of ['vehicle', 'both'] as const) {
    if (bench.truth().cableA === null) bench.world.plug(1);
    else bench.world.plug(1, { ends: 'vehicle' });
    lock?.lock();
    await bench.advance(1_000);
    bench.world.unplug(1, { ends });
    expect(bench.truth()).toMatchObject({ plugged: false, cableA: 32 });
    lock?.unlock();
    await bench.advance(1_000);
    expect(bench.truth().cableA).toBe(ends === 'vehicle' ? 32 : null);
  }
});

test('a bolt that is out keeps the station’s end', async () => {
  const bench = new Bench();
  bench.world.plug(1);
  bench.mode3().lock?.lock();
  await bench.advance(1_000);
  expect(() => bench.world.unplug(1, { ends: 'station' })).toThrow(/connector 1: the lock holds the plug/);
  bench.world.unplug(1, { ends: 'station', force: true });
  expect(bench.truth()).toMatchObject({ plugged: false, vehicleWaits: true });
});

test('what is in cannot be put in, what is out cannot be taken out', () => {
  const bench = new Bench();
  expect(() => bench.world.unplug(1, { ends: 'station' })).toThrow(/nothing is plugged/);
  bench.world.plug(1, { ends: 'station' });
  expect(() => bench.world.plug(1, { ends: 'station' })).toThrow(/a cable is plugged already/);
  expect(() => bench.world.unplug(1, { ends: 'vehicle' })).toThrow(/no vehicle is plugged/);
  bench.world.unplug(1);
  bench.world.plug(1, { ends: 'vehicle' });
  expect(() => bench.world.plug(1, { ends: 'vehicle' })).toThrow(/a vehicle is at the cable already/);
  expect(() => bench.world.unplug(1, { ends: 'station' })).toThrow(/no cable is plugged/);
  expect(() => bench.world.plug(2, { ends: 'station' })).toThrow(/of a cord only the plug counts/);
  expect(() => bench.world.plug(3, { ends: 'vehicle' })).toThrow(/the cable is attached/);
});

describe('a Mode 2 cord', () => {
  const drawn = async (bench: Bench): Promise<number | undefined> => {
    bench.mode2().contactor.close();
    await bench.advance(10_000);
    return bench.truth(2).currentA[0];
  };

  test.each([
    ['of 8 A', { cordA: 8 }, true, 8],
    ['with the contact, in a Green’Up outlet', { cordA: 8, cordGreenUpA: 14 }, true, 14],
    ['with the contact, in an ordinary outlet', { cordA: 8, cordGreenUpA: 14 }, false, 8],
    ['without the contact, in a Green’Up outlet', { cordA: 10 }, true, 10],
  ])('%s: what it allows is drawn', async (_, ev, greenUpContact, amps) => {
    const bench = new Bench();
    bench.world.set(2, { greenUpContact });
    bench.world.plug(2, { ev });
    expect(await drawn(bench)).toBeCloseTo(amps, 6);
  });

  test('loses the contact while it charges: the vehicle follows', async () => {
    const bench = new Bench();
    bench.world.plug(2, { ev: { cordA: 8, cordGreenUpA: 14 } });
    expect(await drawn(bench)).toBeCloseTo(14, 6);
    bench.world.set(2, { greenUpContact: false });
    expect(await drawn(bench)).toBeCloseTo(8, 6);
  });
});

test('the parts tell nothing of a vehicle that waits', async () => {
  const bench = new Bench();
  const told = heard(bench.mode3().pilot);
  bench.world.plug(1, { ends: 'vehicle' });
  await bench.advance(1_000);
  expect(told).toEqual([{ kind: 'volts', high: 12, low: 12 }]);
  expect(() => bench.world.ev(1, { paused: true })).toThrow(/no vehicle is plugged/);
});
