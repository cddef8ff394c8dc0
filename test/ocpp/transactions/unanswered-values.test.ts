/** Values that nobody answers are flushed before long, and those that were answered are not. */
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { UnansweredValues, unansweredFlushMs } from '../../../src/ocpp/transactions/unanswered-values';

function bench() {
  const clock = new VirtualClock();
  const flushedAt: number[] = [];
  const values = new UnansweredValues(clock, {
    commit: async () => {
      flushedAt.push(clock.now());
    },
  });
  return { clock, flushedAt, values };
}

test('one that waits for its answer is flushed after ten seconds, once', async () => {
  const { clock, flushedAt, values } = bench();
  await clock.advance(100);
  values.written(['a']);
  await clock.advance(60_000);
  expect([flushedAt, unansweredFlushMs]).toEqual([[10_100], 10_000]);
});

test('one that is answered by then needs no flush', async () => {
  const { clock, flushedAt, values } = bench();
  values.written(['a', 'b']);
  await clock.advance(9_999);
  values.deleted(['b', 'a']);
  await clock.advance(60_000);
  expect(flushedAt).toEqual([]);
});

test('many share a flush, and no value waits for longer than ten seconds', async () => {
  const { clock, flushedAt, values } = bench();
  for (let second = 0; second < 30; second += 1) {
    values.written([`value ${second}`]);
    await clock.advance(1_000);
  }
  // Written at 0 to 9 s, 10 to 19 s, 20 to 29 s.
  expect(flushedAt).toEqual([10_000, 20_000, 30_000]);
});

test('what waited at one flush is no reason for the next', async () => {
  const { clock, flushedAt, values } = bench();
  values.written(['a']);
  await clock.advance(10_000);
  values.written(['b']);
  values.deleted(['b']);
  await clock.advance(20_000);
  expect(flushedAt).toEqual([10_000]);
});

test('nothing written arms nothing, and after the end nothing comes', async () => {
  const { clock, flushedAt, values } = bench();
  values.written([]);
  await clock.advance(5_000);
  values.written(['a']);
  await clock.advance(9_999);
  expect(flushedAt).toEqual([]);
  values.stop();
  await clock.advance(60_000);
  expect(flushedAt).toEqual([]);
});
