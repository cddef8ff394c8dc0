/** The lock pulses its motor until the switch agrees, and never drives both sides of the bridge. */
import { GpioLock } from '../../../src/drivers/pi/lock';
import { type FakeWrite, heard, type PartRig, partRig, wire } from './fake-gpio';

const lockLine = 1;
const unlockLine = 2;
const boltSwitch = 3;
const wiring = { lock: wire(lockLine), unlock: wire(unlockLine), feedback: wire(boltSwitch), pulseMs: 300, tries: 3 };

let bridgeShorted = false;
afterEach(() => {
  expect(bridgeShorted).toBe(false);
});

/** A bolt that has arrived after `travelMs` of motor; the jammed one never moves. */
function motor({ gpio, clock }: PartRig, options: { travelMs?: number; jammed?: () => boolean } = {}): void {
  let cancel = (): void => {};
  gpio.onWrite = ({ line, active }) => {
    if (gpio.active(lockLine) && gpio.active(unlockLine)) bridgeShorted = true;
    cancel();
    if (!active || options.jammed?.()) return;
    cancel = clock.at(clock.now() + (options.travelMs ?? 200), () => gpio.set(boltSwitch, line === lockLine));
  };
}

/** Line, level and instant from `start` on, as `1 on 5`; a command takes effect at the next turn, 5 ms later. */
function story(writes: readonly FakeWrite[], start: number): string[] {
  return writes.map(({ at, line, active }) => `${line} ${active ? 'on' : 'off'} ${at - start}`);
}

describe('plug lock on an H-bridge', () => {
  test('one pulse, then a rest, then the switch is believed', async () => {
    const rig = partRig();
    motor(rig);
    const lock = new GpioLock(wiring, rig.context);
    const told = heard(lock);
    await rig.clock.advance(200);
    expect(told).toEqual(['unknown', 'unlocked']);
    const start = rig.clock.now();
    lock.lock();
    expect(told).toHaveLength(2);
    await rig.clock.advance(390);
    expect(told).toEqual(['unknown', 'unlocked', 'moving']);
    await rig.clock.advance(20);
    expect(told).toEqual(['unknown', 'unlocked', 'moving', 'locked']);
    expect(story(rig.gpio.writes, start)).toEqual(['1 on 5', '1 off 305']);
    await rig.clock.advance(5000);
    expect(rig.gpio.writes).toHaveLength(2);
    expect(rig.troubles).toEqual([]);
  });

  test.each([
    'unlock',
    'lock',
  ] as const)('told to %s while the switch flickers to that side, the bolt is driven there', async (goal) => {
    const rig = partRig();
    motor(rig);
    const lock = new GpioLock(wiring, rig.context);
    const told = heard(lock);
    await rig.clock.advance(200);
    lock.lock();
    await rig.clock.advance(1_000);
    if (goal === 'lock') {
      lock.unlock();
      await rig.clock.advance(1_000);
    }
    const before = rig.gpio.active(boltSwitch);
    rig.gpio.set(boltSwitch, !before);
    await rig.clock.advance(100);
    lock[goal]();
    rig.gpio.set(boltSwitch, before);
    await rig.clock.advance(1_000);
    expect(rig.gpio.active(boltSwitch)).toBe(goal === 'lock');
    expect(told.at(-1)).toBe(`${goal}ed`);
    expect(rig.troubles).toEqual([]);
  });

  test('a command for the place where the bolt rests does not run the motor', async () => {
    const rig = partRig();
    const lock = new GpioLock(wiring, rig.context);
    await rig.clock.advance(200);
    lock.unlock();
    await rig.clock.advance(1000);
    expect(rig.gpio.writes).toEqual([]);
  });

  test('before the switch was read, a command runs the motor', async () => {
    const rig = partRig();
    const lock = new GpioLock(wiring, rig.context);
    lock.unlock();
    await rig.clock.advance(1000);
    expect(rig.gpio.writes.map(({ line }) => line)).toEqual([unlockLine, unlockLine]);
  });

  test('a jammed bolt is tried again after pauses, then its true place and the trouble are told once', async () => {
    const rig = partRig();
    motor(rig, { jammed: () => true });
    const lock = new GpioLock(wiring, rig.context);
    const told = heard(lock);
    await rig.clock.advance(200);
    const start = rig.clock.now();
    lock.lock();
    await rig.clock.advance(10_000);
    expect(story(rig.gpio.writes, start)).toEqual([
      '1 on 5',
      '1 off 305',
      '1 on 1405',
      '1 off 1705',
      '1 on 2805',
      '1 off 3105',
    ]);
    expect(told).toEqual(['unknown', 'unlocked', 'moving', 'unlocked']);
    expect(rig.troubles).toEqual([expect.stringMatching(/not show the bolt locked after 3 tries .*unlocked/)]);
  });

  test('a second try that works ends the command', async () => {
    const rig = partRig();
    let jammed = true;
    motor(rig, { jammed: () => jammed });
    const lock = new GpioLock(wiring, rig.context);
    const told = heard(lock);
    await rig.clock.advance(200);
    lock.lock();
    await rig.clock.advance(1000);
    jammed = false;
    await rig.clock.advance(10_000);
    expect(rig.gpio.writes).toHaveLength(4);
    expect(told.at(-1)).toBe('locked');
    expect(rig.troubles).toEqual([]);
  });

  test('the other command takes over: motor off, at least 100 ms of rest, then back', async () => {
    const rig = partRig();
    motor(rig);
    const lock = new GpioLock(wiring, rig.context);
    const told = heard(lock);
    await rig.clock.advance(200);
    const start = rig.clock.now();
    lock.lock();
    await rig.clock.advance(150);
    lock.unlock();
    expect(rig.gpio.active(lockLine)).toBe(false);
    await rig.clock.advance(1000);
    expect(story(rig.gpio.writes, start)).toEqual(['1 on 5', '1 off 150', '2 on 250', '2 off 550']);
    expect(told).toEqual(['unknown', 'unlocked', 'moving', 'unlocked']);
  });

  test('the same command again changes nothing', async () => {
    const rig = partRig();
    motor(rig);
    const lock = new GpioLock(wiring, rig.context);
    await rig.clock.advance(200);
    lock.lock();
    await rig.clock.advance(150);
    lock.lock();
    await rig.clock.advance(2000);
    expect(rig.gpio.writes).toHaveLength(2);
  });

  test('a side that cannot be switched off keeps the other off, for as long as it lasts', async () => {
    const rig = partRig();
    motor(rig);
    const lock = new GpioLock(wiring, rig.context);
    const told = heard(lock);
    await rig.clock.advance(200);
    lock.lock();
    await rig.clock.advance(150);
    rig.gpio.fail(lockLine, 'stuck');
    lock.unlock();
    await rig.clock.advance(3000);
    expect(rig.gpio.active(lockLine)).toBe(true);
    expect(rig.gpio.active(unlockLine)).toBe(false);
    const freed = rig.clock.now();
    rig.gpio.fail(lockLine, undefined);
    await rig.clock.advance(2000);
    expect(story(rig.gpio.writes.slice(1), freed)).toEqual(['1 off 5', '2 on 105', '2 off 405']);
    expect(told.at(-1)).toBe('unlocked');
  });

  test('a side that cannot be switched on counts as a try and is not switched on later by itself', async () => {
    const rig = partRig();
    motor(rig);
    const lock = new GpioLock({ ...wiring, tries: 1 }, rig.context);
    const told = heard(lock);
    await rig.clock.advance(200);
    rig.gpio.fail(lockLine, 'refused');
    lock.lock();
    await rig.clock.advance(500);
    rig.gpio.fail(lockLine, undefined);
    await rig.clock.advance(2000);
    expect(rig.gpio.writes).toEqual([]);
    expect(told).toEqual(['unknown', 'unlocked', 'moving', 'unlocked']);
    expect(rig.troubles[0]).toMatch(/^lock motor line to lock: .*refused/);
  });

  test('a bolt moved by hand is told, an unreadable switch too', async () => {
    const rig = partRig();
    const told = heard(new GpioLock(wiring, rig.context));
    await rig.clock.advance(200);
    rig.gpio.set(boltSwitch, true);
    await rig.clock.advance(100);
    rig.gpio.fail(boltSwitch, 'gone');
    await rig.clock.advance(100);
    expect(told).toEqual(['unknown', 'unlocked', 'locked', 'unknown']);
  });

  test('release stops the motor at once and frees the lines', async () => {
    const rig = partRig();
    const lock = new GpioLock(wiring, rig.context);
    await rig.clock.advance(200);
    lock.lock();
    await rig.clock.advance(50);
    expect(rig.gpio.active(lockLine)).toBe(true);
    lock.release();
    expect(rig.gpio.active(lockLine)).toBe(false);
    expect([lockLine, unlockLine, boltSwitch].map((line) => rig.gpio.use(line))).toEqual(['free', 'free', 'free']);
    lock.unlock();
    await rig.clock.advance(5000);
    expect(rig.gpio.active(unlockLine)).toBe(false);
  });
});
