/** The master asks one thing at a time, tries again, always settles, and lets no silent unit hold up the others. */
import fc from 'fast-check';
import { attemptsMax, readTimeMs, silentPauseMs } from '../../../../src/drivers/pi/meter/rtu-master';
import { GreenupError } from '../../../../src/hal/errors';
import { type Answer, type Asked, busWith, FakeLine, frame, registers, watch } from './support';

const request = { unit: 3, functionCode: 4, address: 0x10, count: 2 } as const;
const right = (asked: Asked): Answer => [{ afterMs: 30, bytes: registers(asked, (address) => address) }];
const expected = Uint8Array.of(0, 0x10, 0, 0x11);
/** An open bus is first heard for a time-out; after this it is free. */
const settledMs = 600;

test('a read sends the standard frame and gives the bytes of the registers', async () => {
  const { clock, line, master } = busWith(right);
  const outcome = watch(master.read(request));
  await clock.advance(settledMs);
  expect(outcome).toEqual({ settled: true, value: expected });
  expect(line.frames).toEqual([frame(3, 4, 0, 0x10, 0, 2)]);
});

test('an answer in any portions, without long gaps or with them, is the same answer', async () => {
  const cuts = fc.array(fc.record({ size: fc.integer({ min: 1, max: 5 }), gap: fc.integer({ min: 0, max: 15 }) }), {
    minLength: 9,
    maxLength: 9,
  });
  await fc.assert(
    fc.asyncProperty(cuts, async (portions) => {
      const { clock, master, line } = busWith((asked) => {
        const bytes = registers(asked, (address) => address);
        let start = 0;
        let afterMs = 10;
        return portions.map(({ size, gap }) => {
          const part = { afterMs, bytes: bytes.subarray(start, start + size) };
          start += size;
          afterMs += gap;
          return part;
        });
      });
      const outcome = watch(master.read(request));
      await clock.advance(1_000);
      expect(outcome.value).toEqual(expected);
      expect(line.asked).toHaveLength(1);
    }),
    { numRuns: 60 },
  );
});

test('noise before or behind an answer spoils the attempt; the next one is made in silence', async () => {
  const noise = fc.uint8Array({ minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(noise, noise, fc.boolean(), async (before, behind, both) => {
      const { clock, master, line } = busWith((asked) => {
        const answer = registers(asked, (address) => address);
        if (line.asked.length > 1) return [{ afterMs: 20, bytes: answer }];
        return [{ afterMs: 20, bytes: Uint8Array.of(...before, ...answer, ...(both ? behind : [])) }];
      });
      const outcome = watch(master.read(request));
      await clock.advance(3_000);
      expect(outcome.value).toEqual(expected);
      expect(line.asked).toHaveLength(2);
      const [first, second] = line.asked;
      // 20 ms until the bytes came, then a time-out of silence.
      expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(520);
    }),
    { numRuns: 60 },
  );
});

test.each([
  ['a wrong check sum', (asked: Asked) => registers(asked, () => 0).map((b, i) => (i === 4 ? b ^ 1 : b)), /CRC/],
  ['another unit', (asked: Asked) => registers({ ...asked, unit: 4 }, () => 0), /unit 4/],
  ['another function', (asked: Asked) => registers({ ...asked, functionCode: 3 }, () => 0), /function 3/],
  ['too many registers', (asked: Asked) => registers({ ...asked, count: 3 }, () => 0), /counts 6 bytes/],
  ['half an answer', (asked: Asked) => registers(asked, () => 0).subarray(0, 5), /broke off after 5 of 9/],
])('%s is tried three times and named', async (_, answer, reason) => {
  const { clock, master, line } = busWith((asked) => [{ afterMs: 20, bytes: Uint8Array.from(answer(asked)) }]);
  const outcome = watch(master.read(request));
  await clock.advance(readTimeMs + 1_000);
  expect(line.asked).toHaveLength(attemptsMax);
  expect(outcome.error).toMatch(/^unit 3 on bus rs485: .*tried 3 times/);
  expect(outcome.error).toMatch(reason);
});

test('an exception that refuses the request is told in words, and not tried again', async () => {
  const { clock, master, line } = busWith(() => [{ afterMs: 20, bytes: frame(3, 0x84, 2) }]);
  const outcome = watch(master.read(request));
  await clock.advance(settledMs);
  expect(outcome.error).toMatch(/illegal data address/);
  expect(line.asked).toHaveLength(1);
});

test('a busy unit is asked again', async () => {
  const { clock, master, line } = busWith((asked) =>
    line.asked.length < 3 ? [{ afterMs: 20, bytes: frame(3, 0x84, 6) }] : right(asked),
  );
  const outcome = watch(master.read(request));
  await clock.advance(1_000);
  expect(outcome.value).toEqual(expected);
});

test('one request at a time, with silence between frames and a pause when the unit changes', async () => {
  const ends: number[] = [];
  const { clock, master, line } = busWith((asked) => {
    ends.push(clock.now() + 30);
    return right(asked);
  });
  const outcomes = [3, 3, 5, 3].map((unit) => watch(master.read({ ...request, unit })));
  await clock.advance(2_000);
  expect(outcomes.every(({ value }) => value !== undefined)).toBe(true);
  // Unit 3 keeps its turn, so that the pause for the change is paid once.
  expect(line.asked.map(({ unit }) => unit)).toEqual([3, 3, 3, 5]);
  const pauses = line.asked.slice(1).map(({ at }, index) => at - (ends[index] ?? 0));
  expect(pauses[0]).toBeGreaterThanOrEqual(4);
  expect(pauses[0]).toBeLessThan(10);
  expect(pauses[2]).toBeGreaterThanOrEqual(50);
  expect(pauses[2]).toBeLessThan(60);
});

test('a unit with much to read does not keep another waiting for ever', async () => {
  const { clock, master, line } = busWith(right);
  for (let index = 0; index < 20; index++) watch(master.read(request));
  watch(master.read({ ...request, unit: 5 }));
  await clock.advance(3_000);
  expect(line.asked.findIndex(({ unit }) => unit === 5)).toBe(8);
});

test('a silent unit costs the other one time-out now and then; both are told once', async () => {
  const { clock, master, line, troubles } = busWith((asked) => (asked.unit === 3 ? [] : right(asked)));
  const taken: number[] = [];
  const poll = async (unit: number) => {
    for (let index = 0; index < 30; index++) {
      const start = clock.now();
      await master.read({ ...request, unit, longerCounts: [4, 6, 8, 10, 12] }).catch(() => {});
      if (unit === 5) taken.push(clock.now() - start);
      await new Promise<void>((resolve) => clock.at(start + 1_000, resolve));
    }
  };
  const polls = Promise.all([poll(3), poll(5)]);
  await clock.advance(60_000);
  await polls;
  expect(Math.max(...taken.slice(1))).toBeLessThan(750);
  expect(taken.filter((ms) => ms > 200).length).toBeLessThan(15);
  expect(troubles).toEqual([expect.stringMatching(/^unit 3 on bus rs485: no answer within 500 ms/)]);
  expect(line.asked.filter(({ unit }) => unit === 5)).toHaveLength(30);
  // Three attempts at first, then one each time its pause is over.
  expect(line.asked.filter(({ unit }) => unit === 3).length).toBeLessThan(16);
});

test('between the attempts of one unit the others come first', async () => {
  const { clock, master, line } = busWith((asked) => (asked.unit === 3 ? [] : right(asked)));
  watch(master.read(request));
  for (const address of [1, 2]) watch(master.read({ ...request, unit: 5, address }));
  await clock.advance(5_000);
  expect(line.asked.map(({ unit }) => unit)).toEqual([3, 5, 5, 3, 3]);
});

test('a unit that answers again is told, and has its three attempts back', async () => {
  let silent = true;
  const { clock, master, troubles } = busWith((asked) => (silent ? [] : right(asked)));
  const first = watch(master.read(request));
  await clock.advance(5_000);
  expect(first.error).toMatch(/no answer within 500 ms/);
  silent = false;
  await clock.advance(10_000);
  const second = watch(master.read(request));
  await clock.advance(1_000);
  expect(second.value).toEqual(expected);
  expect(troubles[1]).toBe('unit 3 on bus rs485: answers again');
});

test('within its pause a silent unit is refused at once', async () => {
  const { clock, master, line } = busWith(() => []);
  watch(master.read(request));
  await clock.advance(3_000);
  const sent = line.asked.length;
  const outcome = watch(master.read(request));
  await clock.advance(0);
  expect(silentPauseMs).toBeGreaterThan(1_000);
  expect(outcome.error).toMatch(/no answer/);
  expect(line.asked).toHaveLength(sent);
});

describe('the line', () => {
  test('that never opens: a read still settles', async () => {
    const { clock, master } = busWith(right, () => new Promise(() => {}));
    const outcome = watch(master.read(request));
    await clock.advance(readTimeMs);
    expect(outcome.error).toMatch(/the bus had no time for it within 4 s/);
  });

  test('that cannot be opened: reason at once, told once, opened again after pauses that grow', async () => {
    const opened: number[] = [];
    const rig = busWith(right, async () => {
      opened.push(rig.clock.now());
      throw new GreenupError('part.missing', 'no such serial device: /dev/ttyUSB0');
    });
    for (let second = 0; second < 130; second++) {
      const outcome = watch(rig.master.read(request));
      await rig.clock.advance(1_000);
      expect(outcome.error).toBe('unit 3 on bus rs485: no such serial device: /dev/ttyUSB0');
    }
    expect(opened.map((at) => at / 1000)).toEqual([0, 1, 3, 7, 15, 31, 61, 91, 121]);
    expect(rig.troubles).toEqual(['bus rs485: no such serial device: /dev/ttyUSB0']);
  });

  test('that is unplugged: what is under way and what waits rejects, and it comes back', async () => {
    const lines: FakeLine[] = [];
    const rig = busWith(right, async () => {
      const line = new FakeLine(rig.clock, lines.length === 0 ? () => [] : right);
      lines.push(line);
      return line;
    });
    const outcomes = [3, 5].map((unit) => watch(rig.master.read({ ...request, unit })));
    await rig.clock.advance(520);
    lines[0]?.unplug('bad file descriptor');
    await rig.clock.advance(0);
    for (const { error } of outcomes) expect(error).toMatch(/serial line was lost \(bad file descriptor\).*unplugged/);
    await rig.clock.advance(1_000);
    const again = watch(rig.master.read({ ...request, unit: 5 }));
    await rig.clock.advance(1_000);
    expect(again.value).toEqual(expected);
    // A meter has answered: the next pause is the shortest again.
    lines[1]?.unplug('bad file descriptor');
    await rig.clock.advance(1_000);
    const third = watch(rig.master.read({ ...request, unit: 5 }));
    await rig.clock.advance(1_000);
    expect(third.value).toEqual(expected);
    const told = [expect.stringMatching(/the serial line was lost/), 'bus rs485: works again'];
    expect(rig.troubles).toEqual([...told, ...told]);
  });

  test('after close everything rejects, and the device is free', async () => {
    const { clock, master, line } = busWith(() => []);
    const under = watch(master.read(request));
    const waiting = watch(master.read({ ...request, unit: 5 }));
    await clock.advance(520);
    master.close();
    await clock.advance(0);
    const later = watch(master.read(request));
    await clock.advance(0);
    for (const { error } of [under, waiting, later]) expect(error).toMatch(/the bus was closed/);
    expect(line.isClosed).toBe(true);
  });

  test('that opens after close is closed again', async () => {
    let done = (_: FakeLine): void => {};
    const rig = busWith(right, () => new Promise((resolve) => (done = resolve)));
    const outcome = watch(rig.master.read(request));
    rig.master.close();
    done(rig.line);
    await rig.clock.advance(0);
    expect(rig.line.isClosed).toBe(true);
    expect(outcome.settled).toBe(true);
  });
});

test('a byte that follows the answer within 3.5 characters spoils it', async () => {
  const { clock, master, line } = busWith((asked) =>
    line.asked.length > 1 ? right(asked) : [...right(asked), { afterMs: 33, bytes: Uint8Array.of(0) }],
  );
  const outcome = watch(master.read(request));
  await clock.advance(2_000);
  expect(outcome.value).toEqual(expected);
  expect(line.asked).toHaveLength(2);
});

test('an adapter that repeats what is sent is named, even if it does so in portions', async () => {
  const { clock, master } = busWith(() => [
    { afterMs: 5, bytes: frame(3, 4, 0, 0x10, 0, 2).subarray(0, 4) },
    { afterMs: 15, bytes: frame(3, 4, 0, 0x10, 0, 2).subarray(4) },
  ]);
  const outcome = watch(master.read(request));
  await clock.advance(readTimeMs);
  expect(outcome.error).toMatch(/the adapter repeats what is sent/);
});

test('a byte out of nowhere is waited out before a request', async () => {
  const { clock, master, line } = busWith(right);
  watch(master.read(request));
  await clock.advance(2_000);
  line.receive(Uint8Array.of(0));
  const heard = clock.now();
  const outcome = watch(master.read(request));
  await clock.advance(100);
  expect(outcome.value).toEqual(expected);
  expect(line.asked[1]?.at).toBeCloseTo(heard + 20);
});

test('a meter that wants a longer pause gets it', async () => {
  const { clock, master, line } = busWith(right);
  for (let index = 0; index < 2; index++) watch(master.read({ ...request, pauseMs: 100 }));
  await clock.advance(2_000);
  const [first = 0, second = 0] = line.asked.map(({ at }) => at);
  expect(second - first).toBeCloseTo(30 + 100);
});

test('a bus that is never silent: reads reject in time', async () => {
  const { clock, master, line } = busWith(() => []);
  const babble = () => {
    line.receive(Uint8Array.of(0xff));
    clock.at(clock.now() + 40, babble);
  };
  babble();
  const outcomes = [3, 5].map((unit) => watch(master.read({ ...request, unit })));
  await clock.advance(readTimeMs + 1_000);
  expect(outcomes.map(({ settled }) => settled)).toEqual([true, true]);
});

test('a request that cannot be rejects', async () => {
  const { master } = busWith(right);
  await expect(master.read({ ...request, count: 0 })).rejects.toThrow('Modbus count');
});
