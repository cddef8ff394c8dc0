/** A meter reads few registers at a time, doubts what it gets, and its energy never falls. */
import { VirtualClock } from '../../../../src/drivers/clock/virtual-clock';
import { jumpReadings } from '../../../../src/drivers/pi/meter/energy-register';
import { lateAnswerMaxMs } from '../../../../src/drivers/pi/meter/late-answers';
import { ModbusMeter, readingTimeMaxMs } from '../../../../src/drivers/pi/meter/modbus-meter';
import { planReads } from '../../../../src/drivers/pi/meter/reading-plan';
import { knownMaps, loadMap } from '../../../../src/drivers/pi/meter/register-map';
import type { ReadRequest } from '../../../../src/drivers/pi/meter/rtu-job';
import { GreenupError } from '../../../../src/hal/errors';
import type { ReportTrouble } from '../../../../src/hal/trouble';
import { thresholds } from '../../../../src/station/socket/timings';
import { type Asked, busWith, frame, registers, watch } from './support';

type Words = Map<number, number>;

/** Registers of an SDM630 by address of the wire; values as single precision floats. */
function sdm630(values: Record<number, number>): Words {
  const words: Words = new Map();
  for (const [address, value] of Object.entries(values)) {
    const view = new DataView(new ArrayBuffer(4));
    view.setFloat32(0, value);
    words.set(Number(address), view.getUint16(0));
    words.set(Number(address) + 1, view.getUint16(2));
  }
  return words;
}

const usual = {
  0: 230,
  2: 231,
  4: 232,
  6: 10,
  8: 11,
  10: 12,
  12: 2300,
  14: 2541,
  16: 2784,
  52: 7625,
  70: 50,
  72: 1000,
};

interface Setting {
  map?: string;
  phases?: 1 | 3;
  /** Time that a request takes, in ms. */
  takesMs?: number;
}

/** A meter whose registers the test sets; what was asked for is kept. */
function meterOf(words: Words, { map = 'eastron-sdm630', phases = 3, takesMs = 20 }: Setting = {}) {
  const clock = new VirtualClock();
  const asked: ReadRequest[] = [];
  const troubles: string[] = [];
  const state = { words, failure: undefined as Error | undefined };
  const read = async (request: ReadRequest) => {
    asked.push(request);
    await new Promise<void>((resolve) => clock.at(clock.now() + takesMs, resolve));
    if (state.failure !== undefined) throw state.failure;
    const list = Array.from({ length: request.count }, (_, index) => state.words.get(request.address + index) ?? 0);
    return Uint8Array.from(list.flatMap((word) => [word >> 8, word & 0xff]));
  };
  const meter = new ModbusMeter({
    master: { bus: 'rs485', read },
    unit: 3,
    map: loadMap(map),
    phases,
    clock,
    report: ({ text }) => troubles.push(text),
  });
  const now = async (afterMs = 1_000) => {
    const outcome = watch(meter.read());
    await clock.advance(Math.max(afterMs, 1));
    return outcome;
  };
  return { clock, meter, asked, troubles, state, now };
}

test('three phases: everything the meter gives, in the units of the station', async () => {
  const { now, asked } = meterOf(sdm630(usual));
  expect((await now()).value).toEqual({
    energyWh: 1_000_000,
    powerW: 7625,
    voltageV: [230, 231, 232],
    currentA: [10, 11, 12],
    phasePowerW: [2300, 2541, 2784],
    frequencyHz: 50,
  });
  expect(asked.map(({ address, count }) => [address, count])).toEqual([
    [0, 18],
    [0x34, 2],
    [0x46, 4],
  ]);
  expect(asked[0]).toMatchObject({ unit: 3, functionCode: 4, longerCounts: [20, 22, 24, 26], timeoutMs: 500 });
});

test('a single-phase socket is on L1', async () => {
  const { now } = meterOf(sdm630({ ...usual, 52: 2300 }), { phases: 1 });
  expect((await now()).value).toMatchObject({ voltageV: [230], currentA: [10], phasePowerW: [2300], powerW: 2300 });
});

test('without a register for all phases power is their sum', async () => {
  const { now } = meterOf(sdm630({ ...usual, 12: -2300 }), { map: 'eastron-sdm120', phases: 1 });
  expect((await now()).value).toMatchObject({ powerW: -2300, phasePowerW: [-2300] });
});

test('a meter that gives no voltage and current leaves them out', async () => {
  const { now } = meterOf(sdm630(usual), { map: 'eastron-sdm72d-v1' });
  expect((await now()).value).toEqual({ energyWh: 1_000_000, powerW: 7625, voltageV: [], currentA: [] });
});

test('a phase marked as not measured takes no other phase’s place', async () => {
  const { now, state } = meterOf(sdm630({ ...usual, 2: Number.NaN, 8: Number.NaN, 70: 0 }));
  const { value } = await now();
  expect(value).toMatchObject({ voltageV: [230, 0, 232], currentA: [10, 0, 12] });
  expect(value).not.toHaveProperty('frequencyHz');
  state.words = sdm630({ ...usual, 4: Number.NaN, 10: Number.POSITIVE_INFINITY });
  expect((await now()).value).toMatchObject({ voltageV: [230, 231], currentA: [10, 11] });
});

test('a three-phase socket on a single-phase meter is refused at start', () => {
  expect(() => meterOf(new Map(), { map: 'eastron-sdm120', phases: 3 })).toThrow(
    'energy meter eastron-sdm120, unit 3 on bus rs485: measures one phase, but its socket has 3',
  );
});

test.each([
  [0, 501, /register 0x0000 \(voltage of L1\) gives 501 V, which must be from 0 to 500/],
  [2, -1, /register 0x0002 \(voltage of L2\)/],
  [10, 201, /register 0x000A \(current of L3\) gives 201 A/],
  [10, -201, /current of L3/],
  [12, 1e30, /power of L1/],
  [0x34, -100_001, /register 0x0034 \(power\) gives -100001 W/],
  [0x46, 71, /frequency/],
  [0x48, -1, /energyImport\) gives -1000 Wh/],
  [0x48, 3e38, /energyImport/],
  [0x48, Number.NaN, /no energy or no power/],
])('register %i with %d is no reading', async (address, value, reason) => {
  const { now } = meterOf(sdm630({ ...usual, [address]: value }));
  const { error } = await now();
  expect(error).toMatch(reason);
  expect(error).toMatch(/^energy meter eastron-sdm630, unit 3 on bus rs485: /);
});

test('what fails on the bus fails the reading, with the name of the meter', async () => {
  const { state, meter, clock } = meterOf(sdm630(usual));
  state.failure = new GreenupError('part.missing', 'unit 3 on bus rs485: no such serial device: /dev/x');
  const attempt = meter.read();
  const check = expect(attempt).rejects.toMatchObject({
    code: 'part.missing',
    message: 'energy meter eastron-sdm630, unit 3 on bus rs485: no such serial device: /dev/x',
  });
  await clock.advance(100);
  await check;
});

test('calls while a reading is under way share it; the next call reads anew', async () => {
  const { meter, asked, clock } = meterOf(sdm630(usual));
  const [first, second] = [meter.read(), meter.read()];
  await clock.advance(1_000);
  expect(await first).toBe(await second);
  expect(asked).toHaveLength(3);
  const third = meter.read();
  await clock.advance(1_000);
  expect(await third).not.toBe(await first);
});

test('registers that were read too far apart are no reading', async () => {
  const slow = meterOf(sdm630(usual), { takesMs: readingTimeMaxMs / 2 + 1 });
  expect((await slow.now(10_000)).error).toMatch(/its values were read over 3002 ms, more than 3000 ms/);
  const fair = meterOf(sdm630(usual), { takesMs: readingTimeMaxMs / 2 });
  expect((await fair.now(10_000)).error).toBeUndefined();
});

describe('the energy register', () => {
  const at = (kWh: number) => sdm630({ ...usual, 72: kWh });

  test('may stand still and rise as fast as the socket delivers', async () => {
    const { now, state } = meterOf(at(1000));
    await now(3_600_000);
    for (const kWh of [1000, 1040, 1080]) {
      state.words = at(kWh);
      expect((await now(3_600_000)).error).toBeUndefined();
    }
  });

  test.each([
    ['fell', 2],
    ['jumped', 6000],
  ])('that %s is refused, then followed from a new base: nobody pays for the jump', async (change, kWh) => {
    const { now, state, troubles } = meterOf(at(1000));
    await now();
    state.words = at(kWh);
    for (let index = 1; index < jumpReadings; index++) {
      expect((await now()).error).toMatch(
        new RegExp(
          `register ${change} from 1000000 Wh to ${kWh * 1000} Wh in \\d s, which the outlet cannot have drawn`,
        ),
      );
    }
    expect(troubles).toEqual([]);
    expect((await now()).value?.energyWh).toBe(1_000_000);
    expect(troubles).toEqual([expect.stringMatching(/counted on from there since 5 readings agree/)]);
    state.words = at(kWh + 0.1);
    expect((await now()).value?.energyWh).toBeCloseTo(1_000_100, 0);
    // What was drawn while it was refused counts.
    state.words = at(50);
    await now();
    state.words = at(50.1);
    for (let index = 2; index < jumpReadings; index++) await now();
    expect((await now()).value?.energyWh).toBeCloseTo(1_000_200, 0);
  });

  test('is out of favour longer than the station waits for a meter, so that the jump is told', () => {
    expect(jumpReadings - 1).toBeGreaterThanOrEqual(thresholds.meterFailuresMax);
  });

  test('one that jumps for a moment is forgotten', async () => {
    const { now, state } = meterOf(at(1000));
    await now();
    const outcomes: (number | undefined)[] = [];
    for (const kWh of [1100, 1100, 1100, 1100, 1000, 1100, 1300, 1100, 1000]) {
      state.words = at(kWh);
      outcomes.push((await now()).value?.energyWh);
    }
    // 1100 never comes five times in a row.
    const no = undefined;
    expect(outcomes).toEqual([no, no, no, no, 1_000_000, no, no, no, 1_000_000]);
  });
});

test('no plan asks for more than the meter allows, and each read has room to be told from a late one', () => {
  for (const name of knownMaps()) {
    const map = loadMap(name);
    for (const phases of [1, map.phases] as const) {
      const plan = planReads(map, phases);
      expect(plan.length).toBeLessThanOrEqual(6);
      for (const { address, count, longerCounts, values } of plan) {
        expect(Math.max(count, ...longerCounts)).toBeLessThanOrEqual(map.registersMax);
        expect(longerCounts.length).toBeGreaterThanOrEqual(2);
        for (const value of values) expect(value.address).toBeGreaterThanOrEqual(address);
      }
      const fetched = plan.flatMap(({ values }) => values);
      const wanted = map.values.filter((value) => value.quantity !== 'energyExport' && (value.phase ?? 1) <= phases);
      expect(fetched.map(({ address }) => address).sort()).toEqual(wanted.map(({ address }) => address).sort());
    }
  }
});

test('two meters on a bus with a real master: one silent, the other gives a reading each second', async () => {
  const words = sdm630(usual);
  const { clock, master } = busWith((asked) =>
    asked.unit === 3 ? [] : [{ afterMs: 60, bytes: registers(asked, (address) => words.get(address) ?? 0) }],
  );
  const map = loadMap('eastron-sdm630');
  const meters = [3, 4].map((unit) => new ModbusMeter({ master, unit, map, phases: 3, clock, report: () => {} }));
  await clock.advance(1_000);
  const good: boolean[][] = [];
  for (let second = 0; second < 60; second++) {
    const outcomes = meters.map((meter) => watch(meter.read()));
    await clock.advance(1_000);
    good.push(outcomes.map(({ value }) => value !== undefined));
  }
  expect(good.some(([silent]) => silent)).toBe(false);
  // The first second is that of the bus's first silence.
  expect(good.slice(4).every(([, other]) => other)).toBe(true);
});

describe('a meter that has not all registers of its map answers exception 2', () => {
  /** A meter of `map` on the line; requests that touch a missing register are refused. */
  function partialMeter(map: string, words: Words, missing: readonly number[]) {
    const bus = busWith((asked) => {
      const touches = missing.some((address) => address >= asked.address && address < asked.address + asked.count);
      const refusal = frame(asked.unit, asked.functionCode | 0x80, 2);
      const bytes = touches ? refusal : registers(asked, (address) => words.get(address) ?? 0);
      return [{ afterMs: 20, bytes }];
    });
    const troubles: string[] = [];
    const report: ReportTrouble = ({ text }) => troubles.push(text);
    const newMeter = () =>
      new ModbusMeter({ master: bus.master, unit: 3, map: loadMap(map), phases: 3, clock: bus.clock, report });
    const read = async (meter: ModbusMeter) => {
      const outcome = watch(meter.read());
      await bus.clock.advance(3_000);
      return outcome;
    };
    return { ...bus, troubles, newMeter, read };
  }

  /** EM24: low word first; 100 V and 1 A on each phase, 300 W, 50 Hz, 1234.5 kWh. */
  const em24 = new Map<number, number>([
    ...[0, 2, 4, 0x0c, 0x0e, 0x10, 0x12, 0x14, 0x16].map((address): [number, number] => [address, 1000]),
    [0x28, 3000],
    [0x37, 500],
    [0x3e, 12_345],
    [0x42, 7],
  ]);

  test('the total energy of an EM24, not what a person can reset', async () => {
    const { newMeter, read } = partialMeter('carlo-gavazzi-em24', em24, []);
    expect((await read(newMeter())).value).toMatchObject({ energyWh: 1_234_500, powerW: 300, frequencyHz: 50 });
  });

  test('without a frequency it stays in use: told once, asked for again only by the next start', async () => {
    const { newMeter, read, line, troubles } = partialMeter('carlo-gavazzi-em24', em24, [0x37]);
    const meter = newMeter();
    const first = await read(meter);
    expect(first.value).toMatchObject({ energyWh: 1_234_500, powerW: 300, voltageV: [100, 100, 100] });
    expect(first.value).not.toHaveProperty('frequencyHz');
    expect((await read(meter)).value?.energyWh).toBe(1_234_500);
    expect(line.asked.filter(({ address }) => address === 0x37)).toHaveLength(1);
    expect(troubles).toEqual([
      'energy meter carlo-gavazzi-em24, unit 3 on bus rs485: has no register 0x0037 (frequency), which is left out until the next start',
    ]);
    await read(newMeter());
    expect(line.asked.filter(({ address }) => address === 0x37)).toHaveLength(2);
  });

  test('a frequency that is read together with the energy is found out and read no more; the energy is', async () => {
    const words = sdm630(usual);
    const { newMeter, read, line } = partialMeter('eastron-sdm630', words, [0x46, 0x47]);
    const meter = newMeter();
    expect((await read(meter)).value).toMatchObject({ energyWh: 1_000_000, powerW: 7625 });
    line.asked.length = 0;
    expect((await read(meter)).value).not.toHaveProperty('frequencyHz');
    expect(line.asked.map(({ address, count }) => [address, count])).toEqual([
      [0, 18],
      [0x34, 2],
      [0x48, 2],
    ]);
  });

  test('registers between two values that it has not are read along no more', async () => {
    const words = new Map([0x5003, 0x5b15, 0x5b17, 0x5b19, 0x5b1b].map((address) => [address, 10_000]));
    const { newMeter, read, line, troubles } = partialMeter('abb-b23', words, [0x5b08]);
    const meter = newMeter();
    expect((await read(meter)).value).toMatchObject({ energyWh: 100_000, powerW: 100, phasePowerW: [100, 100, 100] });
    line.asked.length = 0;
    await read(meter);
    const touches = line.asked.some(({ address, count }) => address <= 0x5b08 && 0x5b08 < address + count);
    expect([touches, troubles]).toEqual([false, []]);
  });

  test.each([
    ['energy', 0x3e],
    ['current', 0x0e],
  ])('without %s, which charging needs, every reading fails and says why', async (_, address) => {
    const { newMeter, read, troubles } = partialMeter('carlo-gavazzi-em24', em24, [address]);
    const meter = newMeter();
    for (let index = 0; index < 4; index++) {
      expect((await read(meter)).error).toBe(
        'energy meter carlo-gavazzi-em24, unit 3 on bus rs485: exception 2, illegal data address: the meter has no such registers; is it the right register map?',
      );
    }
    expect(troubles).toEqual([]);
  });

  /** An EM24 whose answers to the read of its frequency the test makes, by turn and number of registers. */
  function meterWith(answer: (turn: number, asked: Asked) => 'silence' | 'refusal' | 'registers') {
    let turn = 0;
    const bus = busWith((asked) => {
      const how = asked.address === 0x37 ? answer(turn++, asked) : 'registers';
      if (how === 'silence') return [];
      const refusal = frame(asked.unit, asked.functionCode | 0x80, 2);
      return [{ afterMs: 20, bytes: how === 'refusal' ? refusal : registers(asked, (at) => em24.get(at) ?? 0) }];
    });
    const troubles: string[] = [];
    const report: ReportTrouble = ({ text }) => troubles.push(text);
    const map = loadMap('carlo-gavazzi-em24');
    const meter = new ModbusMeter({ master: bus.master, unit: 3, map, phases: 3, clock: bus.clock, report });
    return { ...bus, meter, leftOut: () => troubles.filter((line) => line.includes('left out')) };
  }

  test('a read that was made longer, to be told from a late answer, proves nothing when it is refused', async () => {
    // Silent at first, and then a meter that refuses to read on behind its values.
    const { meter, clock, leftOut } = meterWith((turn, { count }) =>
      turn < 3 ? 'silence' : count > 1 ? 'refusal' : 'registers',
    );
    const outcomes = [watch(meter.read())];
    await clock.advance(lateAnswerMaxMs + 5_000);
    for (let reading = 0; reading < 10; reading++) {
      outcomes.push(watch(meter.read()));
      await clock.advance(lateAnswerMaxMs);
    }
    expect(outcomes.map(({ error }) => error !== undefined)).toContain(true);
    expect(outcomes.at(-1)?.value?.frequencyHz).toBe(50);
    expect(leftOut()).toEqual([]);
  });

  test('nor does an exception that may belong to an earlier attempt', async () => {
    const { meter, clock, leftOut } = meterWith((turn) => (['silence', 'refusal'] as const)[turn] ?? 'registers');
    const outcome = watch(meter.read());
    await clock.advance(5_000);
    expect(outcome.value?.frequencyHz).toBe(50);
    expect(leftOut()).toEqual([]);
  });
});
