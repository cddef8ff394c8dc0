/** The simulated street outlives the station's process: meters, vehicles, bolts and faults come back. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileWorldMemory, type WorldMemory } from '../../../src/drivers/sim/memory';
import type { JsonValue } from '../../../src/hal/store';
import { Bench, heard, TestMemory } from './support';

/** The hour of the listener, in ms, and what it heard. */
let now = 0;
let warnings: string[] = [];
const listener = { clock: { now: () => now }, warn: (message: string) => warnings.push(message) };
beforeEach(() => {
  now = 0;
  warnings = [];
});

test('after a power cut the world is as it was, with open contactors and a vehicle that was not offered anything', async () => {
  const memory = new TestMemory();
  const bench = new Bench({ memory });
  await bench.charge({ batteryWh: 20_000, stateOfCharge: 30 }, 16);
  bench.mode3().lock?.lock();
  bench.world.plug(2, { ev: { drawA: 14 } });
  bench.world.fault(2, 'overTemperature', true);
  bench.world.fault(1, 'readerAbsent', true);
  bench.world.fault(0, 'overVoltage', true);
  await bench.advance(60_000);
  const reading = await bench.read();
  const truth = bench.truth();

  const next = new Bench({ memory });
  const pilot = heard(next.mode3().pilot);
  await next.advance(5000);
  expect(next.truth()).toMatchObject({
    plugged: true,
    cableA: 32,
    locked: true,
    s2Closed: false,
    contactorClosed: false,
    pilotOutput: { kind: 'steady' },
    ev: { batteryWh: 20_000, stateOfCharge: expect.closeTo(truth.ev?.stateOfCharge ?? 0, 1) },
  });
  expect(next.truth(2)).toMatchObject({ plugged: true, temperatureC: 80, ev: { drawA: 14 } });
  expect(next.world.snapshot()).toMatchObject({
    faults: ['overVoltage'],
    mainsV: 265,
    points: [{ readerPresent: false }, {}],
  });
  expect(pilot).toEqual([{ kind: 'volts', high: expect.closeTo(8.979, 3), low: expect.closeTo(8.979, 3) }]);
  expect((await next.read()).energyWh).toBe(reading.energyWh);
});

/** Cuts the power again and again between readings, and resolves with the last one. */
async function readThroughCuts(memory: () => WorldMemory): Promise<number> {
  let seen = 0;
  for (let boot = 0; boot < 5; boot += 1) {
    const bench = new Bench({ memory: memory() });
    if (boot === 0) bench.world.plug(1, { ev: { batteryWh: 1_000_000 } });
    bench.offer(32);
    bench.mode3().contactor.close();
    for (let turn = 0; turn < 7; turn += 1) {
      const { energyWh } = await bench.read();
      expect(energyWh).toBeGreaterThanOrEqual(seen);
      seen = energyWh;
      await bench.advance(777);
    }
  }
  return seen;
}

test('no reading that the station has seen is ever taken back, wherever the power is cut', async () => {
  const memory = new TestMemory();
  expect(await readThroughCuts(() => memory)).toBeGreaterThan(100);
});

test('a command is kept at once, an idle world keeps nothing, and flowing energy without readings every 2 s', async () => {
  const memory = new TestMemory();
  const bench = new Bench({ memory });
  await bench.advance(60_000);
  expect(memory.saves).toBe(0);
  bench.world.plug(1);
  expect(memory.saves).toBe(1);
  await bench.read();
  expect(memory.saves).toBe(1);
  bench.offer(16);
  bench.mode3().contactor.close();
  await bench.advance(100_000);
  expect(memory.saves).toBeGreaterThanOrEqual(48);
  expect(memory.saves).toBeLessThanOrEqual(52);
  bench.mode3().contactor.open();
  await bench.advance(5000);
  expect(bench.clock.pendingTimers).toBe(0);
});

test('close keeps the last energy', async () => {
  const memory = new TestMemory();
  const bench = new Bench({ memory });
  await bench.charge({}, 16);
  await bench.advance(1234);
  const { energyWh } = bench.truth();
  bench.world.close();
  expect(new Bench({ memory }).truth().energyWh).toBe(energyWh);
});

test.each<[string, JsonValue]>([
  ['a text', 'x'],
  ['a list', [1]],
  [
    'wrong fields',
    { connectors: { 1: { energyWh: 'x', ev: { phases: 7, drawA: 9 }, faults: 3, cableA: 1 } }, faults: [{}] },
  ],
  ['faults of another board', { faults: ['welded?'], connectors: { 3: { faults: ['lockJammed', 'gone'] } } }],
])('memory that is not understood (%s) is passed over', async (_, value) => {
  const memory = new TestMemory();
  memory.save(value);
  const bench = new Bench({ memory });
  await bench.advance(100);
  expect(bench.truth().energyWh).toBe(0);
  expect(bench.world.snapshot()).toMatchObject({ faults: [], connectors: [{ faults: [] }, {}, { faults: [] }] });
});

test('a welded contactor of a domestic socket feeds its cord as soon as the world is back', async () => {
  const memory = new TestMemory();
  const bench = new Bench({ memory });
  bench.world.plug(2);
  bench.world.fault(2, 'welded', true);
  const next = new Bench({ memory });
  await next.advance(5000);
  expect(next.truth(2)).toMatchObject({ contactorClosed: true, currentA: [expect.closeTo(10, 6)] });
});

describe('in a file', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'world-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  test('no reading is taken back, and none makes the file anew', async () => {
    const path = join(directory, 'world.json');
    let wholes = 0;
    const counting = (): WorldMemory => {
      const memory = fileWorldMemory(path, listener);
      const save = (value: JsonValue) => {
        wholes += 1;
        memory.save(value);
      };
      return { ...memory, save };
    };
    expect(await readThroughCuts(counting)).toBeGreaterThan(100);
    expect(wholes).toBe(1);
  });

  test('after a cut the battery is as full as the register says', async () => {
    const path = join(directory, 'world.json');
    const bench = new Bench({ memory: fileWorldMemory(path, listener) });
    await bench.charge({ batteryWh: 10_000, stateOfCharge: 20 }, 16);
    await bench.advance(60_000);
    const { energyWh } = await bench.read();
    const next = new Bench({ memory: fileWorldMemory(path, listener) });
    expect(next.truth().ev?.stateOfCharge).toBeCloseTo(20 + (100 * energyWh) / 10_000, 1);
    expect((await next.read()).energyWh).toBe(energyWh);
  });

  test('what flowed before a change does not undo it, and what cannot be read leaves the rest as it was', async () => {
    const path = join(directory, 'world.json');
    const bench = new Bench({ memory: fileWorldMemory(path, listener) });
    await bench.charge({}, 16);
    await bench.read();
    bench.world.ev(1, { stateOfCharge: 50 });
    expect(new Bench({ memory: fileWorldMemory(path, listener) }).truth().ev?.stateOfCharge).toBe(50);
    await bench.advance(10_000);
    await writeFile(`${path}.flow`, '{"wholes":3,"conn');
    expect(new Bench({ memory: fileWorldMemory(path, listener) }).truth().ev?.stateOfCharge).toBe(50);
  });

  test('it is replaced as a whole, in a directory made if need be', async () => {
    const path = join(directory, 'deep', 'world.json');
    const memory = fileWorldMemory(path, listener);
    expect(memory.load()).toBeUndefined();
    expect(memory.warning).toBeUndefined();
    memory.save({ a: 1 });
    memory.save({ a: 2 });
    expect(fileWorldMemory(path, listener).load()).toEqual({ a: 2 });
    expect(await readdir(join(directory, 'deep'))).toEqual(['world.json']);
  });

  test('a broken file means a new world and a warning, and is replaced at the next save', async () => {
    const path = join(directory, 'world.json');
    await writeFile(path, '{"a":');
    const memory = fileWorldMemory(path, listener);
    expect(memory.load()).toBeUndefined();
    expect(memory.warning).toMatch(/world\.json cannot be read .* starts anew/);
    memory.save({ a: 3 });
    expect(await readFile(path, 'utf8')).toBe('{"a":3}');
  });

  test('a write that fails is a warning, not an end', async () => {
    await writeFile(join(directory, 'file'), '');
    const memory = fileWorldMemory(join(directory, 'file', 'world.json'), listener);
    memory.save(1);
    expect(warnings).toEqual([expect.stringMatching(/cannot be kept in .*file\/world\.json \(/)]);
  });

  test.each([
    'world.json.new',
    'world.json.flow',
  ])('%s that cannot be written is told when it begins, each hour, and when it is over', async (name) => {
    const memory = fileWorldMemory(join(directory, 'world.json'), listener);
    const save = (): void => (name.endsWith('.flow') ? memory.flow : memory)?.save(1);
    await mkdir(join(directory, name));
    for (const atMs of [0, 1_000, 3_599_999]) {
      now = atMs;
      save();
    }
    expect(warnings).toEqual([expect.stringContaining('cannot be kept')]);
    now = 3_600_000;
    save();
    expect(warnings).toHaveLength(2);
    expect(memory.failing).toBe(name === 'world.json.new');
    await rm(join(directory, name), { recursive: true });
    save();
    save();
    expect(warnings.slice(2)).toEqual([expect.stringContaining('is kept in')]);
    expect(memory.failing).toBe(false);
  });

  test('while only what flows can be written, over itself as on a full disk, no register falls back', async () => {
    const path = join(directory, 'world.json');
    const bench = new Bench({ memory: fileWorldMemory(path, listener) });
    await bench.charge({}, 16);
    await bench.read();
    await mkdir(`${path}.new`);
    await bench.advance(60_000);
    bench.world.ev(1, { drawA: 12 });
    await bench.advance(60_000);
    const { energyWh } = await bench.read();
    expect(energyWh).toBeGreaterThan(100);
    expect((await new Bench({ memory: fileWorldMemory(path, listener) }).read()).energyWh).toBeGreaterThanOrEqual(
      energyWh,
    );
  });
});
