/** Watchers of a measured value keep the rules of the HAL: told soon, never inside a call, and not after they let go. */
import { VirtualClock } from '../../../../src/drivers/clock/virtual-clock';
import { Watchers } from '../../../../src/drivers/pi/i2c/watchers';

test('a watcher hears the present value once, by a timer; without one it hears nothing', async () => {
  const clock = new VirtualClock();
  const watchers = new Watchers<number | undefined>(clock);
  const heard: (number | string | undefined)[] = [];
  watchers.watch((value) => heard.push(value));
  await clock.advance(1);
  expect([heard, watchers.present]).toEqual([[], undefined]);
  watchers.tell(undefined);
  watchers.watch((value) => heard.push(`late ${value}`));
  expect(heard).toEqual([undefined]);
  await clock.advance(1);
  expect(heard).toEqual([undefined, 'late undefined']);
});

test('a value told before the timer makes the timer silent', async () => {
  const clock = new VirtualClock();
  const watchers = new Watchers<number>(clock);
  watchers.tell(1);
  const heard: number[] = [];
  watchers.watch((value) => heard.push(value));
  watchers.tell(2);
  await clock.advance(1);
  expect(heard).toEqual([2]);
});

test('who lets go hears nothing more and leaves no timer, also when another listener lets it go', async () => {
  const clock = new VirtualClock();
  const watchers = new Watchers<number>(clock);
  watchers.tell(1);
  const heard: number[] = [];
  const cancel = watchers.watch((value) => heard.push(value));
  cancel();
  cancel();
  expect(clock.pendingTimers).toBe(0);
  let cancelSecond = () => {};
  watchers.watch(() => cancelSecond());
  cancelSecond = watchers.watch((value) => heard.push(value));
  watchers.tell(2);
  await clock.advance(1);
  watchers.clear();
  watchers.tell(3);
  expect(heard).toEqual([]);
});
