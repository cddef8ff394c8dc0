/** A fleet starts at its pace, is what its stations are, and each of them fails, loses its power and ends by itself. */
import { MemoryStore } from '../../../src/drivers/store/memory-store';
import { GreenupError } from '../../../src/hal/errors';
import { noLink } from '../../../src/ocpp/link/transport';
import { statusOf } from '../../../src/station/status';
import { fleetBench } from './support';

/** When each station was first heard of, in ms. */
async function arrivals(wishes: Parameters<typeof fleetBench>[0], stations: number): Promise<number[]> {
  const { fleet, central, during, clock } = fleetBench({ stations: { first: 1, last: stations }, ...wishes });
  await during(fleet.start());
  await clock.advance(5_000);
  const at = fleet.members.map(({ identity }) => central(identity).calls('BootNotification')[0]?.at ?? Number.NaN);
  await during(fleet.stop());
  return at;
}

test('each station comes as itself, and is accepted', async () => {
  const { fleet, central, clock, during } = fleetBench({ stations: { first: 8, last: 10 } });
  await during(fleet.start());
  await clock.advance(5_000);
  expect(fleet.members.map(({ index, identity }) => `${index} ${identity}`)).toEqual(['8 CP8', '9 CP9', '10 CP10']);
  expect(fleet.members.map((one) => one.running()?.chargePoint.registration)).toEqual(Array(3).fill('Accepted'));
  expect(central('CP9').urls).toEqual(['ws://central.test/ocpp/CP9']);
  expect(fleet.gate.counts).toMatchObject({ open: 3, opened: 3 });
  await during(fleet.stop());
  expect(fleet.gate.counts.open).toBe(0);
  expect(fleet.members.every((one) => one.running() === undefined)).toBe(true);
});

test('the starts are spread over the ramp, each in its part of it, by the seed', async () => {
  const at = await arrivals({ rampMs: 60_000 }, 12);
  for (const [index, ms] of at.entries()) {
    expect(ms).toBeGreaterThanOrEqual(index * 5_000);
    expect(ms).toBeLessThan((index + 1) * 5_000 + 1_000);
  }
  const gaps = new Set(at.slice(1).map((ms, index) => Math.round(ms - (at[index] ?? 0))));
  expect(gaps.size).toBeGreaterThan(8);
  expect(await arrivals({ rampMs: 60_000 }, 12)).toEqual(at);
  expect(await arrivals({ rampMs: 60_000, seed: 2 }, 12)).not.toEqual(at);
});

test('who stops during the ramp waits for none of it', async () => {
  const { fleet, clock, during } = fleetBench({ stations: { first: 1, last: 10 }, rampMs: 3_600_000 });
  const started = fleet.start();
  await clock.advance(1_000_000);
  const { length } = fleet.members;
  expect(length).toBeLessThan(5);
  const before = clock.now();
  await during(fleet.stop());
  await started;
  expect(clock.now() - before).toBeLessThan(10_000);
  expect(fleet.members).toHaveLength(length);
});

test('no more links are opened at once than was told', async () => {
  const silent = { connect: () => noLink };
  const { fleet, clock } = fleetBench({ stations: { first: 1, last: 9 }, openingMax: 2, transport: silent });
  void fleet.start();
  await clock.advance(100);
  expect(fleet.gate.counts).toMatchObject({ opening: 2, waiting: 7 });
});

test('causes of failures are counted, and the stations go on trying by their own rules', async () => {
  const { fleet, clock, central, during } = fleetBench();
  central('CP1').failsWith = 'refused';
  central('CP2').refuses = () => true;
  await during(fleet.start());
  await clock.advance(1_000);
  expect([...fleet.gate.counts.failed].sort()).toEqual([
    ['refused', 1],
    ['unauthorised', 1],
  ]);
  central('CP1').failsWith = undefined;
  await clock.advance(300_000);
  expect(fleet.members[0]?.running()?.chargePoint.registration).toBe('Accepted');
  expect(fleet.gate.counts.failed.get('refused')).toBe(1);
  await during(fleet.stop());
});

describe('mains of one station that go and come back', () => {
  async function chargingFleet() {
    const bench = fleetBench({ stations: { first: 1, last: 2 } });
    await bench.during(bench.fleet.start());
    await bench.clock.advance(5_000);
    const [station] = bench.fleet.members;
    if (!station) throw new Error('no station');
    station.world.plug(1, {});
    await bench.clock.advance(5_000);
    station.world.present('04A1B2C3', 'right');
    await bench.clock.advance(600_000);
    expect(bench.central('CP1').calls('StartTransaction')).toHaveLength(1);
    return { ...bench, station };
  }

  test('its plug and its meter stay, its transaction ends as PowerLoss, and no other station hears of it', async () => {
    const { station, central, clock, during, fleet, ends } = await chargingFleet();
    const before = station.world.snapshot().connectors[0];
    const frames = central('CP1').received.length;
    await during(station.cut());
    expect(ends[0]).toBe('CP1 drops');
    expect(station.running()).toBeUndefined();
    await clock.advance(60_000);
    expect(central('CP1').received).toHaveLength(frames);
    await during(station.bringBack());
    await clock.advance(60_000);
    const after = station.world.snapshot().connectors[0];
    expect(after?.plugged).toBe(true);
    expect(after?.energyWh).toBeGreaterThanOrEqual(Math.floor(before?.energyWh ?? Number.NaN));
    const [stop] = central('CP1').calls('StopTransaction');
    expect(stop?.payload).toMatchObject({ reason: 'PowerLoss' });
    expect(central('CP2').calls('BootNotification')).toHaveLength(1);
    await during(fleet.stop());
  });

  test('what its program wanted to store at its end is not stored', async () => {
    const { station, stores, during, fleet } = await chargingFleet();
    const before = JSON.stringify(
      [...(stores.get('CP1')?.written ?? [])].filter(([key]) => !key.startsWith('simulator/')),
    );
    await during(station.cut());
    const after = JSON.stringify(
      [...(stores.get('CP1')?.written ?? [])].filter(([key]) => !key.startsWith('simulator/')),
    );
    expect(after).toBe(before);
    await during(fleet.stop());
  });

  test('cut twice and brought back twice is once; after the end of the fleet it stays dark', async () => {
    const { station, central, clock, during, fleet } = await chargingFleet();
    await during(Promise.all([station.cut(), station.cut(), station.bringBack(), station.bringBack()]));
    await clock.advance(30_000);
    expect(central('CP1').calls('BootNotification')).toHaveLength(2);
    await during(fleet.stop());
    await during(station.bringBack());
    expect(station.running()).toBeUndefined();
  });
});

test('a world that changes where nothing is stored is kept within seconds', async () => {
  const { fleet, clock, during, stores } = fleetBench();
  await during(fleet.start());
  await clock.advance(5_000);
  fleet.members[1]?.world.set(0, { voltageV: 235 });
  await clock.advance(2_000);
  expect(stores.get('CP2')?.written.get('simulator/world')).toMatchObject({ conditions: { voltageV: 235 } });
  await during(fleet.stop());
});

test('a reset by the central system restarts that station in place, with its plug', async () => {
  const { fleet, clock, central, during } = fleetBench();
  await during(fleet.start());
  await clock.advance(5_000);
  const station = fleet.members[2];
  station?.world.plug(1, {});
  await clock.advance(3_000);
  central('CP3').sendText('[2,"r","Reset",{"type":"Soft"}]');
  await clock.advance(20_000);
  expect(central('CP3').calls('BootNotification')).toHaveLength(2);
  const running = station?.running();
  if (!running) throw new Error('it is not there');
  expect(statusOf(running.station.state, running.station.config, 1).status).toBe('Preparing');
  await during(fleet.stop());
});

test('a station whose store cannot be read is told of, tried again, and keeps nobody waiting', async () => {
  let broken = true;
  const { fleet, clock, warnings, during } = fleetBench({
    storeOf: (identity) => {
      const store = new MemoryStore();
      const load = store.load.bind(store);
      store.load = async () => {
        if (identity === 'CP2' && broken) throw new GreenupError('store.failed', 'input/output error');
        return load();
      };
      return store;
    },
  });
  await during(fleet.start());
  await clock.advance(5_000);
  expect(fleet.members.map((one) => one.running() !== undefined)).toEqual([true, false, true]);
  expect(warnings).toEqual([expect.stringMatching(/^CP2: .*tries again: input\/output error/)]);
  broken = false;
  await clock.advance(15_000);
  expect(fleet.members[1]?.running()?.chargePoint.registration).toBe('Accepted');
  await during(fleet.stop());
});
