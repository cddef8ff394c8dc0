/** A release is confirmed when it was healthy for a minute, once, and without a break; on trial it needs more, and not for ever. */
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import type { SlotVersions } from '../../src/hal/ports';
import { acceptanceMaxMs, ReleaseTrial, trialHealthyMs, trialMaxMs } from '../../src/release/release-trial';

interface Wanted {
  confirm?: () => Promise<void>;
  giveUp?: () => Promise<void>;
  onTrial?: string;
  versions?: () => Promise<SlotVersions>;
}

function bench({ confirm, giveUp, onTrial, versions }: Wanted = {}) {
  const clock = new VirtualClock();
  const warnings: string[] = [];
  const reasons: string[] = [];
  let confirmed = 0;
  const found: SlotVersions = {
    ...{ good: 'a', next: 'b', failed: [], installed: ['b', 'a'] },
    trial: onTrial === undefined ? undefined : { version: onTrial, startsLeft: 2 },
  };
  const trial = new ReleaseTrial({
    clock,
    slots: {
      confirm: async () => {
        confirmed += 1;
        await confirm?.();
      },
      running: () => ({ version: 'b' }),
      versions: versions ?? (async () => found),
    },
    giveUp: async (reason) => {
      reasons.push(reason);
      await giveUp?.();
    },
    warn: (message) => warnings.push(message),
  });
  const judge = (healthy: boolean, accepted = true) =>
    trial.judge({ healthy, accepted, reasons: healthy ? [] : ['connector 2 has not reported yet'] });
  return { clock, judge, warnings, reasons, confirmed: () => confirmed };
}

test('a minute of health confirms it, once', async () => {
  const { clock, judge, confirmed } = bench();
  judge(true);
  await clock.advance(trialHealthyMs - 1);
  judge(true);
  expect(confirmed()).toBe(0);
  await clock.advance(1);
  judge(true);
  judge(true);
  await clock.advance(10 * trialHealthyMs);
  judge(true);
  expect(confirmed()).toBe(1);
});

test('a break begins the minute anew', async () => {
  const { clock, judge, confirmed } = bench();
  judge(true);
  await clock.advance(trialHealthyMs - 1);
  judge(false);
  await clock.advance(1_000);
  judge(true);
  await clock.advance(trialHealthyMs - 1);
  judge(true);
  expect(confirmed()).toBe(0);
  await clock.advance(1);
  judge(true);
  expect(confirmed()).toBe(1);
});

test('a medium that fails is a warning', async () => {
  const { clock, judge, warnings } = bench({ confirm: () => Promise.reject(new Error('read-only')) });
  judge(true);
  await clock.advance(trialHealthyMs);
  judge(true);
  await clock.advance(0);
  expect(warnings).toEqual(['the release cannot be confirmed: read-only']);
});

test('on trial it is confirmed when the central system accepts it, or when that was waited for long enough', async () => {
  const first = bench({ onTrial: 'b' });
  first.judge(true, false);
  await first.clock.advance(acceptanceMaxMs - 1);
  first.judge(true, false);
  expect(first.confirmed()).toBe(0);
  first.judge(true, true);
  expect(first.confirmed()).toBe(1);

  const alone = bench({ onTrial: 'b' });
  alone.judge(true, false);
  await alone.clock.advance(acceptanceMaxMs);
  alone.judge(true, false);
  expect(alone.confirmed()).toBe(1);
});

test('a good one that starts again needs no central system, nor does one while another is on trial', async () => {
  for (const onTrial of [undefined, 'c']) {
    const { clock, judge, confirmed } = bench(onTrial === undefined ? {} : { onTrial });
    judge(true, false);
    await clock.advance(trialHealthyMs);
    judge(true, false);
    expect(confirmed()).toBe(1);
  }
});

test('on trial it is given up after half an hour, once and with the reason', async () => {
  const { clock, judge, reasons, confirmed } = bench({ onTrial: 'b' });
  judge(false);
  await clock.advance(trialMaxMs - 1);
  judge(false);
  expect(reasons).toEqual([]);
  await clock.advance(1);
  judge(false);
  judge(true);
  await clock.advance(trialHealthyMs);
  judge(true);
  expect(reasons).toEqual(['did not prove itself within 30 minutes: connector 2 has not reported yet']);
  expect(confirmed()).toBe(0);
});

test('a good one is never given up here', async () => {
  const { clock, judge, reasons } = bench();
  judge(false);
  await clock.advance(2 * trialMaxMs);
  judge(false);
  expect(reasons).toEqual([]);
});

test('where the slots cannot be read it is judged as one on trial, and what cannot be given up is a warning', async () => {
  const { clock, judge, warnings, confirmed } = bench({
    versions: () => Promise.reject(new Error('no medium')),
    giveUp: () => Promise.reject(new Error('read-only')),
  });
  judge(true, false);
  await clock.advance(trialHealthyMs);
  judge(true, false);
  expect(confirmed()).toBe(0);
  judge(false, false);
  await clock.advance(trialMaxMs);
  judge(false, false);
  await clock.advance(0);
  expect(warnings).toEqual(['the release cannot be given up: read-only']);
});
