/** Two sockets of one point: break, wait, check, make; never both closed. */

import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { MockLog, mockMode2Parts, mockMode3Parts } from '../../../src/drivers/mock/parts';
import { interlock } from '../../../src/station/shell/interlock';
import { SocketRunner } from '../../../src/station/shell/socket';
import { domesticConfig, endHolding, permit, type2Config } from '../socket/machine';
import { PointBench, type2Socket } from '../socket/point-bench';

/** Both want energy; whichever closes is noted with the time, and both at once is an error. */
function point() {
  const both: number[] = [];
  const b: PointBench = new PointBench(undefined, () => {
    if (b === undefined) return;
    if (b.truth(1).contactorClosed && b.truth(2).contactorClosed) both.push(b.clock.now());
  });
  return { b, both };
}

async function type2Charging() {
  const bench = point();
  const { b } = bench;
  await b.advance(5_000);
  b.world.plug(1);
  b.world.plug(2);
  b.wish(1, permit(16));
  await b.advance(10_000);
  expect(b.truth(1).contactorClosed).toBe(true);
  return bench;
}

test('a socket whose twin is in use waits, and closes 500 ms after the twin has opened, not before', async () => {
  const { b, both } = await type2Charging();
  b.wish(2, permit(16));
  await b.advance(60_000);
  expect(b.truth(2).contactorClosed).toBe(false);
  b.wish(1, endHolding);
  await b.until(() => !b.truth(1).contactorClosed, 10_000);
  const waited = await b.until(() => b.truth(2).contactorClosed, 10_000);
  expect(waited).toBeGreaterThanOrEqual(500);
  expect(waited).toBeLessThanOrEqual(700);
  expect(both).toEqual([]);
});

test('two that become ready at the same instant: one closes, the other waits', async () => {
  for (const order of [
    [1, 2],
    [2, 1],
  ]) {
    const both: number[] = [];
    const b: PointBench = new PointBench([type2Socket, type2Socket], () => {
      if (b?.truth(1).contactorClosed && b.truth(2).contactorClosed) both.push(b.clock.now());
    });
    await b.advance(5_000);
    b.world.plug(1);
    b.world.plug(2);
    for (const id of order) b.wish(id, permit(16));
    await b.advance(30_000);
    expect([b.truth(1).contactorClosed, b.truth(2).contactorClosed].sort()).toEqual([false, true]);
    expect(both).toEqual([]);
  }
});

test('a twin whose contacts weld keeps the other socket open for good', async () => {
  const { b } = await type2Charging();
  b.world.fault(1, 'welded', true);
  b.wish(1, endHolding);
  b.wish(2, permit(16));
  await b.advance(120_000);
  expect(b.truth(2).contactorClosed).toBe(false);
});

test('a twin that closes against all commands opens the other one within 100 ms', async () => {
  const { b } = await type2Charging();
  b.world.fault(2, 'welded', true);
  expect(await b.until(() => !b.truth(1).contactorClosed, 1_000)).toBeLessThanOrEqual(100);
});

test('a twin that is told to close counts as closed although its contacts still are open', async () => {
  const clock = new VirtualClock();
  const log = new MockLog(clock);
  const [first, second] = [mockMode2Parts(log), mockMode3Parts(new MockLog(clock))];
  const runners = [
    new SocketRunner(first, { ...domesticConfig, residual: false, plugDetector: false }, clock),
    new SocketRunner(second, { ...type2Config, residual: false }, clock),
  ];
  interlock(runners);
  const twinsOfSecond: boolean[] = [];
  const feed = runners[1]?.feed.bind(runners[1]);
  if (!runners[1] || !feed) throw new Error('no second runner');
  runners[1].feed = (event) => {
    if (event.kind === 'twin') twinsOfSecond.push(event.open);
    feed(event);
  };
  first.contactor.emit('open');
  second.contactor.emit('open');
  second.pilot.emit({ kind: 'volts', high: 12, low: 12 });
  second.proximity.emit({ kind: 'ohms', ohms: Number.POSITIVE_INFINITY });
  await clock.advance(1_000);
  expect(twinsOfSecond.at(-1)).toBe(true);
  runners[0]?.command(permit(16));
  expect(log.words('contactor')).toEqual(['contactor.close']);
  expect(twinsOfSecond.at(-1)).toBe(false);
  // Each reading of the meter is a report, and none of them says anything new of the contacts.
  const told = twinsOfSecond.length;
  first.contactor.emit('closed');
  await clock.advance(60_000);
  expect(twinsOfSecond.length).toBe(told);
});

test('a socket without feedback from its contactor keeps its twin open', async () => {
  const clock = new VirtualClock();
  const log = new MockLog(clock);
  const [mute, other] = [mockMode3Parts(new MockLog(clock)), mockMode2Parts(log)];
  const runners = [
    new SocketRunner(mute, type2Config, clock),
    new SocketRunner(other, { ...domesticConfig, residual: false, plugDetector: false }, clock),
  ];
  interlock(runners);
  other.contactor.emit('open');
  runners[1]?.command(permit(16));
  await clock.advance(60_000);
  expect(log.words('contactor')).toEqual([]);
  mute.contactor.emit('open');
  await clock.advance(499);
  expect(log.words('contactor')).toEqual([]);
  await clock.advance(1);
  expect(log.words('contactor')).toEqual(['contactor.close']);
});

test('a socket alone on its point has no twin to wait for; after letting go nothing is passed on', async () => {
  const clock = new VirtualClock();
  const log = new MockLog(clock);
  const [first, second] = [mockMode2Parts(log), mockMode2Parts(new MockLog(clock))];
  const config = { ...domesticConfig, residual: false, plugDetector: false };
  const alone = new SocketRunner(first, config, clock);
  interlock([alone])();
  first.contactor.emit('open');
  alone.command(permit(16));
  await clock.advance(500);
  first.contactor.emit('closed');
  expect(log.words('contactor')).toEqual(['contactor.close']);
  interlock([alone, new SocketRunner(second, config, clock)])();
  second.contactor.emit('closed');
  await clock.advance(1_000);
  expect(log.words('contactor')).toEqual(['contactor.close']);
});
