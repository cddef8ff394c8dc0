/** A late answer is never taken for another request's, however late it is, and whatever else goes on. */
import fc from 'fast-check';
import { lateAnswerMaxMs } from '../../../../src/drivers/pi/meter/late-answers';
import { type Asked, busWith, frame, registers, watch } from './support';

const at = (address: number) => ({ unit: 3, functionCode: 4, address, count: 2 }) as const;
const longerCounts = [4, 6];

/** A slave that answers its n-th request after the n-th delay (`undefined`: never), and then at once. */
function delayed(delays: (number | undefined)[]) {
  let index = 0;
  const bus = busWith((asked) => {
    const delay = index < delays.length ? delays[index] : 10;
    index += 1;
    return delay === undefined ? [] : [{ afterMs: delay, bytes: registers(asked, (address) => address) }];
  });
  return bus;
}

test('after a time-out nothing is sent until the bus was silent for a time-out and 3.5 characters', async () => {
  // Comes within the silence after the first time-out (at 520 ms), and starts it anew.
  const { clock, line, master } = delayed([525]);
  const outcome = watch(master.read(at(0x10)));
  await clock.advance(3_000);
  const [first = 0, second = 0] = line.asked.map((asked) => asked.at);
  expect(second - first).toBeGreaterThanOrEqual(525 + 500 + 4);
  expect(second - first).toBeLessThan(525 + 500 + 10);
  expect(outcome.value).toEqual(Uint8Array.of(0, 0x10, 0, 0x11));
});

test('the next read of the same unit and length asks for more registers, and gives only those wanted', async () => {
  const { clock, line, master } = delayed([undefined, undefined, undefined]);
  const first = watch(master.read({ ...at(0x10), longerCounts }));
  await clock.advance(5_000);
  expect(first.settled).toBe(true);
  const second = watch(master.read({ ...at(0x20), longerCounts }));
  await clock.advance(1_000);
  expect(line.asked.map(({ count }) => count)).toEqual([2, 2, 2, 4]);
  expect(second.value).toEqual(Uint8Array.of(0, 0x20, 0, 0x21));
});

test('a late answer just when the next one is due is of the wrong length, and is dropped', async () => {
  // Asked thrice without answer at about 0.5, 1.0 and 1.5 s, then silent for 2 s; the third answer comes at 5.03 s.
  const bus = busWith((asked) => {
    const lateAt = bus.line.asked.length === 3 ? 5_030 : undefined;
    const delay = asked.address === 0x20 ? 100 : lateAt === undefined ? undefined : lateAt - asked.at;
    return delay === undefined ? [] : [{ afterMs: delay, bytes: registers(asked, (address) => address) }];
  });
  watch(bus.master.read({ ...at(0x10), longerCounts }));
  await bus.clock.advance(5_000);
  const second = watch(bus.master.read({ ...at(0x20), longerCounts }));
  await bus.clock.advance(3_000);
  expect(second.value).toEqual(Uint8Array.of(0, 0x20, 0, 0x21));
});

test('where a unit allows no longer read, it is left alone until no answer can come any more', async () => {
  const { clock, line, master } = delayed([undefined, undefined, undefined]);
  watch(master.read(at(0x10)));
  await clock.advance(5_000);
  const lastSent = line.asked.at(-1)?.at ?? 0;
  const second = watch(master.read(at(0x20)));
  await clock.advance(0);
  expect(second.error).toMatch(/left alone for some seconds/);
  await clock.advance(lastSent + lateAnswerMaxMs - clock.now() - 1_000);
  const third = watch(master.read(at(0x20)));
  await clock.advance(999);
  expect(line.asked).toHaveLength(3);
  await clock.advance(500);
  expect(third.value).toEqual(Uint8Array.of(0, 0x20, 0, 0x21));
});

test('after a while the shortest read is used again', async () => {
  const { clock, line, master } = delayed([undefined, undefined, undefined]);
  watch(master.read({ ...at(0x10), longerCounts }));
  await clock.advance(70_000);
  watch(master.read({ ...at(0x10), longerCounts }));
  await clock.advance(1_000);
  expect(line.asked.at(-1)?.count).toBe(2);
});

test('an exception that may be late does not end the read it is not meant for', async () => {
  // The first request is refused 3 s late, just before the answer to another.
  const bus = busWith((asked) => {
    const answer = { afterMs: 60, bytes: registers(asked, (address) => address) };
    return bus.line.asked.length <= 3 ? [] : [answer];
  });
  watch(bus.master.read({ ...at(0x10), longerCounts }));
  await bus.clock.advance(5_000);
  const second = watch(bus.master.read({ ...at(0x20), longerCounts }));
  await bus.clock.advance(20);
  bus.line.receive(frame(3, 0x84, 2));
  await bus.clock.advance(3_000);
  expect(second.value).toEqual(Uint8Array.of(0, 0x20, 0, 0x21));
});

test('a read that needed a second attempt is kept apart from the next, counted from that attempt', async () => {
  // Answered within the silence after the time-out, and then at once: one of two answers is thought to be still due.
  const { clock, line, master } = delayed([525]);
  watch(master.read(at(0x10)));
  await clock.advance(11_000);
  const again = watch(master.read(at(0x20)));
  await clock.advance(3_000);
  expect(again.settled).toBe(true);
  const [, second = 0, third = 0] = line.asked.map((asked) => asked.at);
  expect(line.asked).toHaveLength(3);
  expect(third - second).toBeGreaterThanOrEqual(lateAnswerMaxMs);
});

test('a read that ended by an exception of doubtful origin is kept apart, too', async () => {
  const bus = busWith(() => (bus.line.asked.length <= 3 ? [] : [{ afterMs: 60, bytes: frame(3, 0x84, 2) }]));
  for (const address of [0x10, 0x20, 0x30]) {
    watch(bus.master.read({ ...at(address), longerCounts }));
    await bus.clock.advance(5_000);
  }
  expect(new Set(bus.line.asked.map(({ address, count }) => `${address}: ${count}`))).toEqual(
    new Set([`${0x10}: 2`, `${0x20}: 4`, `${0x30}: 6`]),
  );
});

test('what an earlier program asked for is not taken for an answer to this one', async () => {
  const { clock, line, master } = delayed([]);
  const outcome = watch(master.read(at(0x10)));
  // Sooner than the right answer could come if it were asked for at once.
  await clock.advance(8);
  line.receive(frame(3, 4, 4, 9, 9, 9, 9));
  await clock.advance(1_000);
  expect(outcome.value).toEqual(Uint8Array.of(0, 0x10, 0, 0x11));
  expect(line.asked).toHaveLength(1);
});

/**
 * Every request is answered after a delay of its own, so answers overtake one another and fall into any window. Each
 * register's value names the read that was under way when the slave got the request; a read must see its own only.
 */
test('whatever the delays: no read resolves with bytes that belong to another', async () => {
  const delay = fc.oneof(
    fc.integer({ min: 5, max: 200 }),
    fc.integer({ min: 0, max: 5_000 }),
    // About the times at which the next request is under way.
    fc.integer({ min: 480, max: 560 }),
    fc.constant(undefined),
  );
  const step = fc.record({
    unit: fc.constantFrom(3, 3, 3, 5),
    address: fc.constantFrom(0x10, 0x20),
    count: fc.constantFrom(2, 2, 4),
    longer: fc.boolean(),
    pause: fc.constantFrom(0, 0, 100, 1_000, 2_100),
  });
  let resolved = 0;
  let late = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 4, maxLength: 25 }),
      fc.array(delay, { minLength: 10, maxLength: 75 }),
      async (steps, delays) => {
        const reading = new Map<number, number>();
        let index = 0;
        const bus = busWith((asked: Asked) => {
          const tag = reading.get(asked.unit) ?? 0;
          const afterMs = delays[index++ % delays.length];
          if (afterMs === undefined) return [];
          if (afterMs > 500) late += 1;
          return [{ afterMs, bytes: registers(asked, (address) => (asked.unit << 12) | (tag << 7) | address) }];
        });
        const outcomes: { tag: number; unit: number; address: number; count: number; bytes: Uint8Array | undefined }[] =
          [];
        const run = async (unit: number) => {
          for (const [tag, wanted] of steps.entries()) {
            if (wanted.unit !== unit) continue;
            reading.set(unit, tag);
            const { address, count, longer, pause } = wanted;
            const more = longer ? { longerCounts: [count + 2, count + 4, count + 6] } : {};
            const read = bus.master.read({ unit, functionCode: 4, address, count, ...more });
            outcomes.push({ tag, unit, address, count, bytes: await read.catch(() => undefined) });
            await new Promise<void>((resolve) => bus.clock.at(bus.clock.now() + pause, resolve));
          }
        };
        const all = watch(Promise.all([run(3), run(5)]));
        await bus.clock.advance(300_000);
        expect(all.error).toBeUndefined();
        expect(all.settled).toBe(true);
        for (const { tag, unit, address, count, bytes } of outcomes) {
          if (bytes === undefined) continue;
          resolved += 1;
          const words = Array.from({ length: count }, (_, i) => (unit << 12) | (tag << 7) | (address + i));
          expect([...bytes]).toEqual(words.flatMap((word) => [word >> 8, word & 0xff]));
        }
      },
    ),
    { numRuns: 300 },
  );
  // The property says nothing if no read ever resolves or no answer is ever late.
  expect(resolved).toBeGreaterThan(300);
  expect(late).toBeGreaterThan(300);
});
