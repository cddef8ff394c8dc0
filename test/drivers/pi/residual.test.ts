/** The residual current monitor latches trips, and a test neither hides a real one nor makes a false one. */
import { GpioResidualMonitor } from '../../../src/drivers/pi/residual';
import { heard, type PartRig, partRig, wire } from './fake-gpio';

const trip = 1;
const testLine = 2;
const resetLine = 3;
const wiring = { trip: wire(trip), test: wire(testLine), tripMs: 500 };
const latchingWiring = { ...wiring, reset: wire(resetLine) };

/** A monitor that follows its test input after these times; undefined: it does not follow. */
function follower({ gpio, clock }: PartRig, onMs: number | undefined, offMs: number | undefined): void {
  gpio.onWrite = ({ line, active }) => {
    const delay = active ? onMs : offMs;
    if (line === testLine && delay !== undefined) clock.at(clock.now() + delay, () => gpio.set(trip, active));
  };
}

/** A monitor that keeps its trip until a reset pulse, while no residual current flows. */
function latching({ gpio, clock }: PartRig, flows: () => boolean = () => false): void {
  gpio.onWrite = ({ line, active }) => {
    if (line === testLine && active) clock.at(clock.now() + 80, () => gpio.set(trip, true));
    if (line !== resetLine) return;
    if (active) gpio.set(trip, false);
    else if (flows()) clock.at(clock.now() + 50, () => gpio.set(trip, true));
  };
}

describe('residual current monitor on GPIO', () => {
  test('a trip of one sample is told and stays until it is reset', async () => {
    const { clock, gpio, context } = partRig();
    const monitor = new GpioResidualMonitor(wiring, context);
    const told = heard(monitor);
    await clock.advance(20);
    expect(told).toEqual([{ tripped: false, test: 'none' }]);
    gpio.set(trip, true);
    await clock.advance(5);
    expect(told.at(-1)).toEqual({ tripped: true, test: 'none' });
    gpio.set(trip, false);
    await clock.advance(5000);
    expect(told).toHaveLength(2);
    monitor.reset();
    expect(told).toHaveLength(2);
    await clock.advance(5);
    expect(told.at(-1)).toEqual({ tripped: false, test: 'none' });
  });

  test('a reset while the current flows has no effect, then or later', async () => {
    const { clock, gpio, context } = partRig();
    const monitor = new GpioResidualMonitor(wiring, context);
    const told = heard(monitor);
    gpio.set(trip, true);
    await clock.advance(20);
    monitor.reset();
    await clock.advance(50);
    gpio.set(trip, false);
    await clock.advance(5000);
    expect(told).toEqual([{ tripped: true, test: 'none' }]);
  });

  test('the self test trips, lets go and passes, and its trip is not told as one', async () => {
    const rig = partRig();
    follower(rig, 80, 120);
    const monitor = new GpioResidualMonitor(wiring, rig.context);
    const told = heard(monitor);
    await rig.clock.advance(20);
    monitor.selfTest();
    await rig.clock.advance(1000);
    expect(told).toEqual([
      { tripped: false, test: 'none' },
      { tripped: false, test: 'running' },
      { tripped: false, test: 'passed' },
    ]);
    expect(rig.gpio.writes.map(({ line, active }) => [line, active])).toEqual([
      [testLine, true],
      [testLine, false],
    ]);
  });

  test('a monitor that does not trip within 500 ms fails, and its late trip is not a real one', async () => {
    const rig = partRig();
    follower(rig, 520, 100);
    const monitor = new GpioResidualMonitor(wiring, rig.context);
    const told = heard(monitor);
    await rig.clock.advance(20);
    monitor.selfTest();
    await rig.clock.advance(3000);
    expect(rig.gpio.writes.map(({ at }) => at - (rig.gpio.writes[0]?.at ?? 0))).toEqual([0, 500]);
    expect(told.slice(1)).toEqual([
      { tripped: false, test: 'running' },
      { tripped: false, test: 'failed' },
    ]);
  });

  test('a trip that does not go away within 2 s after the test is real, within 3 s in all', async () => {
    const rig = partRig();
    follower(rig, 490, undefined);
    const monitor = new GpioResidualMonitor(wiring, rig.context);
    const told = heard(monitor);
    await rig.clock.advance(20);
    monitor.selfTest();
    await rig.clock.advance(2400);
    expect(told.at(-1)?.test).toBe('running');
    await rig.clock.advance(599);
    expect(told.slice(1)).toEqual([
      { tripped: false, test: 'running' },
      { tripped: true, test: 'failed' },
    ]);
  });

  test('a reset from before a test does not clear the trip that the test has left', async () => {
    const rig = partRig();
    const monitor = new GpioResidualMonitor(wiring, rig.context);
    rig.gpio.set(trip, true);
    await rig.clock.advance(20);
    rig.gpio.set(trip, false);
    follower(rig, 80, undefined);
    monitor.reset();
    monitor.selfTest();
    const told = heard(monitor);
    monitor.watch(({ test }) => {
      if (test === 'failed') rig.gpio.set(trip, false);
    });
    await rig.clock.advance(3000);
    expect(rig.gpio.active(trip)).toBe(false);
    expect(told.at(-1)).toEqual({ tripped: true, test: 'failed' });
  });

  test('a trip before the test begins is real: the test fails and its current is not switched on', async () => {
    const rig = partRig();
    const monitor = new GpioResidualMonitor(wiring, rig.context);
    const told = heard(monitor);
    await rig.clock.advance(20);
    rig.gpio.set(trip, true);
    monitor.selfTest();
    await rig.clock.advance(100);
    expect(told.slice(1)).toEqual([
      { tripped: false, test: 'running' },
      { tripped: true, test: 'failed' },
    ]);
    expect(rig.gpio.writes).toEqual([]);
  });

  test('a trip after a passed test is real', async () => {
    const rig = partRig();
    follower(rig, 80, 80);
    const monitor = new GpioResidualMonitor(wiring, rig.context);
    const told = heard(monitor);
    monitor.selfTest();
    await rig.clock.advance(1000);
    rig.gpio.set(trip, true);
    await rig.clock.advance(5);
    expect(told.at(-1)).toEqual({ tripped: true, test: 'passed' });
  });

  test('a second call while a test runs does not start another', async () => {
    const rig = partRig();
    follower(rig, 80, 200);
    const monitor = new GpioResidualMonitor(wiring, rig.context);
    const told = heard(monitor);
    monitor.selfTest();
    await rig.clock.advance(150);
    monitor.selfTest();
    await rig.clock.advance(2000);
    expect(rig.gpio.writes).toHaveLength(2);
    expect(told.at(-1)).toEqual({ tripped: false, test: 'passed' });
  });

  test('a test input that cannot be driven fails the test', async () => {
    const rig = partRig();
    follower(rig, 80, 80);
    const monitor = new GpioResidualMonitor(wiring, rig.context);
    const told = heard(monitor);
    await rig.clock.advance(20);
    rig.gpio.fail(testLine, 'refused');
    monitor.selfTest();
    await rig.clock.advance(1000);
    expect(told.at(-1)).toEqual({ tripped: false, test: 'failed' });
  });

  test('an unreadable trip output counts as a trip and is told as trouble once', async () => {
    const { clock, gpio, context, troubles } = partRig();
    const told = heard(new GpioResidualMonitor(wiring, context));
    await clock.advance(20);
    gpio.fail(trip, 'gone');
    await clock.advance(500);
    expect(told.at(-1)).toEqual({ tripped: true, test: 'none' });
    expect(troubles).toHaveLength(1);
  });

  test('a monitor that latches is reset by a pulse after its test, and passes', async () => {
    const rig = partRig();
    latching(rig);
    const monitor = new GpioResidualMonitor(latchingWiring, rig.context);
    const told = heard(monitor);
    await rig.clock.advance(20);
    monitor.selfTest();
    await rig.clock.advance(2000);
    expect(told.at(-1)).toEqual({ tripped: false, test: 'passed' });
    const pulses = rig.gpio.writes.filter(({ line }) => line === resetLine);
    expect(pulses.map(({ active }) => active)).toEqual([true, false]);
    expect((pulses[1]?.at ?? 0) - (pulses[0]?.at ?? 0)).toBe(100);
  });

  test('a latched trip is cleared by reset once the current has gone, not while it flows', async () => {
    const rig = partRig();
    let flows = true;
    latching(rig, () => flows);
    const monitor = new GpioResidualMonitor(latchingWiring, rig.context);
    const told = heard(monitor);
    rig.gpio.set(trip, true);
    await rig.clock.advance(20);
    monitor.reset();
    await rig.clock.advance(3000);
    expect(told).toEqual([{ tripped: true, test: 'none' }]);
    flows = false;
    monitor.reset();
    await rig.clock.advance(3000);
    expect(told.at(-1)).toEqual({ tripped: false, test: 'none' });
  });

  test('a test asked for during a reset waits until the reset pulse is over', async () => {
    const rig = partRig();
    latching(rig);
    const monitor = new GpioResidualMonitor(latchingWiring, rig.context);
    rig.gpio.set(trip, true);
    await rig.clock.advance(20);
    monitor.reset();
    monitor.selfTest();
    const told = heard(monitor);
    await rig.clock.advance(2900);
    expect(told.at(-1)).toEqual({ tripped: false, test: 'passed' });
  });

  test('release in the midst of a test switches the test current off', async () => {
    const rig = partRig();
    const monitor = new GpioResidualMonitor(latchingWiring, rig.context);
    monitor.selfTest();
    await rig.clock.advance(50);
    expect(rig.gpio.active(testLine)).toBe(true);
    monitor.release();
    expect(rig.gpio.active(testLine)).toBe(false);
    expect([trip, testLine, resetLine].map((line) => rig.gpio.use(line))).toEqual(['free', 'free', 'free']);
  });
});
