/** The power of a charge is a series within a bound, whatever the charge takes, and its mean is that of what was drawn. */
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import { curvePointsMax } from '../../src/local/bounds';
import { GrowingCurve, PowerRecorder } from '../../src/local/power-curve';

const mean = (watts: readonly number[]): number => watts.reduce((sum, one) => sum + one, 0) / watts.length;

test('a point each 5 s at first; too many become half as many, each for twice the time', () => {
  const growing = new GrowingCurve();
  for (let index = 0; index < curvePointsMax - 1; index += 1) growing.add(index);
  expect(growing.curve.stepS).toBe(5);
  expect(growing.curve.watts).toHaveLength(curvePointsMax - 1);
  growing.add(curvePointsMax - 1);
  expect(growing.curve.stepS).toBe(10);
  expect(growing.curve.watts).toHaveLength(curvePointsMax / 2);
  expect(growing.curve.watts.slice(0, 3)).toEqual([1, 3, 5]);
});

test('a charge of two days has at most 240 points, which reach over all of it', async () => {
  const clock = new VirtualClock();
  const draws = (): number => (clock.now() < 86_400_000 ? 7_000.4 : 1_000);
  const recorder = new PowerRecorder(clock, draws);
  recorder.begin('a', 1);
  for (let hour = 0; hour < 48; hour += 1) await clock.advance(3_600_000);
  const curve = recorder.end('a');
  expect(curve?.watts.length).toBeLessThanOrEqual(curvePointsMax);
  const reach = (curve?.watts.length ?? 0) * (curve?.stepS ?? 0);
  expect(Math.abs(reach - 172_800)).toBeLessThan(3 * (curve?.stepS ?? 0));
  expect(Math.abs(mean(curve?.watts ?? []) - 4_000)).toBeLessThan(100);
  expect(curve?.watts[0]).toBe(7_000);
});

test('each charge has its own, and nothing is looked at when it has ended', async () => {
  const clock = new VirtualClock();
  const looked: number[] = [];
  const recorder = new PowerRecorder(clock, (connectorId) => {
    looked.push(connectorId);
    return connectorId * 1_000;
  });
  recorder.begin('a', 1);
  recorder.begin('b', 3);
  await clock.advance(5_000);
  expect(recorder.of('a')?.watts).toEqual([1_000, 1_000]);
  expect(recorder.end('b')?.watts).toEqual([3_000, 3_000]);
  expect([recorder.of('b'), recorder.end('b'), recorder.of('c')]).toEqual([undefined, undefined, undefined]);
  recorder.close();
  looked.length = 0;
  await clock.advance(60_000);
  expect(looked).toEqual([]);
});
