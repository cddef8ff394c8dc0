/** The delay of the event loop: measured from the first question on, and no longer than somebody asks. */
import { LoopDelay } from '../../src/web/loop-delay';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('nothing is measured until somebody asks, and nothing any more when nobody has asked for ten minutes', () => {
  const delay = new LoopDelay();
  expect(delay.isMeasuring).toBe(false);
  expect(delay.read()).toBeUndefined();
  expect(delay.isMeasuring).toBe(true);
  jest.advanceTimersByTime(599_000);
  delay.read();
  jest.advanceTimersByTime(599_000);
  expect(delay.isMeasuring).toBe(true);
  jest.advanceTimersByTime(1_000);
  expect(delay.isMeasuring).toBe(false);
  expect(delay.read()).toBeUndefined();
  delay.stop();
  expect([delay.isMeasuring, jest.getTimerCount()]).toEqual([false, 0]);
});
