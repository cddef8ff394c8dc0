/** Indicator and coil pulse: patterns on the lines, and nothing after release. */
import { GpioIndicator } from '../../../src/drivers/pi/indicator';
import { CoilPulse } from '../../../src/drivers/pi/pulse';
import { type IndicatorPattern, indicatorPatterns } from '../../../src/hal/parts';
import { partRig, wire } from './fake-gpio';

const red = 1;
const green = 2;
const blue = 3;
const all = { red: wire(red), green: wire(green), blue: wire(blue) };

/** What is lit at each tenth of a second for two seconds, as `G` or `.`, so that patterns can be told apart. */
async function look(wiring: Partial<typeof all>, pattern: IndicatorPattern): Promise<string> {
  const { clock, gpio, context } = partRig();
  const indicator = new GpioIndicator(wiring, context);
  indicator.show(pattern);
  let seen = '';
  for (let step = 0; step < 20; step += 1) {
    const lit = [gpio.active(red) ? 'R' : '', gpio.active(green) ? 'G' : '', gpio.active(blue) ? 'B' : ''].join('');
    seen += `${lit || '.'} `;
    await clock.advance(100);
  }
  indicator.release();
  expect([red, green, blue].map((line) => gpio.active(line))).toEqual([false, false, false]);
  return seen.trim();
}

describe('indicator', () => {
  test('steady and blinking patterns', async () => {
    expect(await look(all, 'off')).toBe('. . . . . . . . . . . . . . . . . . . .');
    expect(await look(all, 'available')).toBe('G G G G G G G G G G G G G G G G G G G G');
    expect(await look(all, 'fault')).toBe('R R R R R . . . . . R R R R R . . . . .');
    expect(await look(all, 'charging')).toBe('B B B B B B B B B B B B B B B . . . . .');
    expect(await look(all, 'reserved')).toBe('RG RG . . . . . . . . . . . . . . . . . .');
  });

  test('with three lamps each pattern looks like no other', async () => {
    const looks = await Promise.all(indicatorPatterns.map((pattern) => look(all, pattern)));
    expect(new Set(looks).size).toBe(indicatorPatterns.length);
  });

  test('lamps that are not fitted are replaced where that says no wrong thing, else it stays dark', async () => {
    expect(await look({ green: wire(green), red: wire(red) }, 'charging')).toContain('G');
    expect(await look({ green: wire(green) }, 'fault')).not.toContain('G');
    expect(await look({ red: wire(red) }, 'reserved')).not.toContain('R');
    expect(await look({}, 'available')).not.toContain('G');
  });

  test('a new pattern replaces the old one at once; the same again does not disturb its rhythm', async () => {
    const { clock, gpio, context } = partRig();
    const indicator = new GpioIndicator(all, context);
    indicator.show('fault');
    await clock.advance(400);
    indicator.show('fault');
    await clock.advance(110);
    expect(gpio.active(red)).toBe(false);
    indicator.show('available');
    expect([gpio.active(red), gpio.active(green)]).toEqual([false, true]);
    await clock.advance(5000);
    expect([gpio.active(red), gpio.active(green)]).toEqual([false, true]);
  });

  test('a lamp that cannot be driven is told once and shows the pattern when it works again', async () => {
    const { clock, gpio, context, troubles } = partRig();
    const indicator = new GpioIndicator(all, context);
    gpio.fail(green, 'refused');
    indicator.show('available');
    await clock.advance(500);
    expect(troubles).toEqual([expect.stringMatching(/^indicator green: /)]);
    gpio.fail(green, undefined);
    await clock.advance(5);
    expect(gpio.active(green)).toBe(true);
  });

  test('after release nothing blinks and the lines are free', async () => {
    const { clock, gpio, context, loop } = partRig();
    const indicator = new GpioIndicator(all, context);
    indicator.show('fault');
    indicator.release();
    loop.stop();
    expect(clock.pendingTimers).toBe(0);
    const writes = gpio.writes.length;
    indicator.show('refused');
    await clock.advance(5000);
    expect(gpio.writes).toHaveLength(writes);
    expect([red, green, blue].map((line) => gpio.use(line))).toEqual(['free', 'free', 'free']);
  });
});

describe('coil pulse', () => {
  test('changes at each turn, stands still with the loop, and is inactive after release', async () => {
    const { clock, gpio, context, loop } = partRig();
    const pulse = new CoilPulse(wire(red), context);
    await clock.advance(4);
    const before = gpio.writes.length;
    await clock.advance(100);
    expect(gpio.writes.length - before).toBe(20);
    loop.stop();
    const stopped = gpio.writes.length;
    await clock.advance(1000);
    expect(gpio.writes).toHaveLength(stopped);
    loop.start();
    await clock.advance(0);
    pulse.release();
    expect(gpio.active(red)).toBe(false);
    expect(gpio.use(red)).toBe('free');
  });

  test('after a stand of the loop it rests, so that old commands first meet fresh measurements', async () => {
    const { clock, gpio, context, loop } = partRig();
    new CoilPulse(wire(red), context);
    await clock.advance(100);
    loop.stop();
    await clock.advance(140);
    loop.start();
    await clock.advance(0);
    const short = gpio.writes.length;
    await clock.advance(50);
    expect(gpio.writes.length - short).toBe(10);
    loop.stop();
    await clock.advance(200);
    loop.start();
    await clock.advance(0);
    const long = gpio.writes.length;
    await clock.advance(290);
    expect(gpio.writes).toHaveLength(long);
    await clock.advance(60);
    expect(gpio.writes.length).toBeGreaterThan(long);
  });

  test('a stand inside a turn, before the pulse has its turn, lets not one edge more through', async () => {
    const { gpio, context, loop, clock } = partRig();
    let heldUpMs = 0;
    const late = { ...clock, now: () => clock.now() + heldUpMs, at: clock.at.bind(clock), systemTime: () => undefined };
    let stands = false;
    loop.add(() => {
      if (stands) heldUpMs = 1_000;
    });
    new CoilPulse(wire(red), { ...context, clock: late });
    await clock.advance(100);
    stands = true;
    const before = gpio.writes.length;
    await clock.advance(5);
    expect(heldUpMs).toBe(1_000);
    expect(gpio.writes).toHaveLength(before);
    stands = false;
    await clock.advance(290);
    expect(gpio.writes).toHaveLength(before);
    await clock.advance(60);
    expect(gpio.writes.length).toBeGreaterThan(before);
  });

  test('a change that could not be written is no edge that is made up for after a stand', async () => {
    const { gpio, context, loop, clock } = partRig();
    new CoilPulse(wire(red), context);
    await clock.advance(100);
    gpio.fail(red, 'no');
    await clock.advance(5);
    loop.stop();
    gpio.fail(red, undefined);
    const before = gpio.writes.length;
    await clock.advance(1_000);
    loop.start();
    await clock.advance(290);
    expect(gpio.writes).toHaveLength(before);
  });
});
