/** A release on trial is confirmed when it was healthy for a minute, once, and without a break. */
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import { ReleaseTrial, trialHealthyMs } from '../../src/release/release-trial';

function bench(confirm: () => Promise<void> = async () => {}) {
  const clock = new VirtualClock();
  const warnings: string[] = [];
  let confirmed = 0;
  const slots = {
    confirm: () => {
      confirmed += 1;
      return confirm();
    },
  };
  const trial = new ReleaseTrial({ slots, clock, warn: (message) => warnings.push(message) });
  return { clock, trial, warnings, confirmed: () => confirmed };
}

test('a minute of health confirms it, once', async () => {
  const { clock, trial, confirmed } = bench();
  trial.judge(true);
  await clock.advance(trialHealthyMs - 1);
  trial.judge(true);
  expect(confirmed()).toBe(0);
  await clock.advance(1);
  trial.judge(true);
  trial.judge(true);
  await clock.advance(10 * trialHealthyMs);
  trial.judge(true);
  expect(confirmed()).toBe(1);
});

test('a break begins the minute anew', async () => {
  const { clock, trial, confirmed } = bench();
  trial.judge(true);
  await clock.advance(trialHealthyMs - 1);
  trial.judge(false);
  await clock.advance(1_000);
  trial.judge(true);
  await clock.advance(trialHealthyMs - 1);
  trial.judge(true);
  expect(confirmed()).toBe(0);
  await clock.advance(1);
  trial.judge(true);
  expect(confirmed()).toBe(1);
});

test('a medium that fails is a warning', async () => {
  const { clock, trial, warnings } = bench(() => Promise.reject(new Error('read-only')));
  trial.judge(true);
  await clock.advance(trialHealthyMs);
  trial.judge(true);
  await clock.advance(0);
  expect(warnings).toEqual(['the release cannot be confirmed: read-only']);
});
