/** Plug contact, mains supply and reset button: what is believed, and when. */
import { GpioButton } from '../../../src/drivers/pi/button';
import { GpioPlugDetector } from '../../../src/drivers/pi/plug';
import { GpioSupplyMonitor } from '../../../src/drivers/pi/supply';
import { heard, partRig, wire } from './fake-gpio';

const line = 7;

describe('plug detector', () => {
  test('tells the contact once it has stood still for 40 ms', async () => {
    const { clock, gpio, context } = partRig();
    const told = heard(new GpioPlugDetector(wire(line), context));
    await clock.advance(35);
    expect(told).toEqual([]);
    await clock.advance(30);
    expect(told).toEqual([false]);
    for (const level of [true, false, true, false, true]) {
      gpio.set(line, level);
      await clock.advance(20);
    }
    expect(told).toEqual([false]);
    await clock.advance(60);
    expect(told).toEqual([false, true]);
  });

  test('a contact that cannot be read counts as no plug', async () => {
    const { clock, gpio, context, troubles } = partRig();
    gpio.set(line, true);
    const told = heard(new GpioPlugDetector(wire(line), context));
    await clock.advance(50);
    gpio.fail(line, 'gone');
    await clock.advance(100);
    expect(told).toEqual([true, false]);
    expect(troubles).toEqual([expect.stringMatching(/^plug detector contact: /)]);
  });

  test('release frees the line and ends the telling', async () => {
    const { clock, gpio, context } = partRig();
    const detector = new GpioPlugDetector(wire(line), context);
    const told = heard(detector);
    detector.release();
    await clock.advance(100);
    expect(told).toEqual([]);
    expect(gpio.use(line)).toBe('free');
  });
});

describe('supply monitor', () => {
  test('a loss is told within 10 ms, a return only after half a second', async () => {
    const { clock, gpio, context } = partRig();
    gpio.set(line, true);
    const told = heard(new GpioSupplyMonitor(wire(line), context));
    await clock.advance(10);
    expect(told).toEqual(['present']);
    gpio.set(line, false);
    await clock.advance(10);
    expect(told).toEqual(['present', 'lost']);
    gpio.set(line, true);
    await clock.advance(490);
    gpio.set(line, false);
    await clock.advance(20);
    gpio.set(line, true);
    await clock.advance(500);
    expect(told).toEqual(['present', 'lost']);
    await clock.advance(10);
    expect(told).toEqual(['present', 'lost', 'present']);
  });

  test('a line that cannot be read is trouble, not a loss of the mains', async () => {
    const { clock, gpio, context, troubles } = partRig();
    gpio.set(line, true);
    const monitor = new GpioSupplyMonitor(wire(line), context);
    const told = heard(monitor);
    await clock.advance(20);
    gpio.fail(line, 'gone');
    await clock.advance(990);
    expect(told).toEqual(['present']);
    expect(troubles).toHaveLength(1);
    monitor.release();
    expect(gpio.use(line)).toBe('free');
  });
});

test('a supply line that cannot be read for a second counts as lost, also from the start', async () => {
  const { clock, gpio, context } = partRig();
  gpio.set(line, true);
  const told = heard(new GpioSupplyMonitor(wire(line), context));
  await clock.advance(20);
  gpio.fail(line, 'gone');
  await clock.advance(1_020);
  expect(told).toEqual(['present', 'lost']);
  gpio.fail(line, undefined);
  await clock.advance(520);
  expect(told).toEqual(['present', 'lost', 'present']);
  const other = partRig();
  const heardOther = heard(new GpioSupplyMonitor(wire(line), other.context));
  other.gpio.fail(line, 'gone');
  await other.clock.advance(1_020);
  expect(heardOther).toEqual(['lost']);
});

describe('reset button', () => {
  test('a button that cannot be read was not let go', async () => {
    const { clock, gpio, context } = partRig();
    gpio.set(line, true);
    const told = heard(new GpioButton(wire(line), context));
    await clock.advance(500);
    gpio.fail(line, 'gone');
    await clock.advance(200);
    gpio.fail(line, undefined);
    await clock.advance(10_000);
    expect(told).toEqual([]);
  });

  test('is told after 2 s, once a hold', async () => {
    const { clock, gpio, context } = partRig();
    const told = heard(new GpioButton(wire(line), context));
    await clock.advance(100);
    gpio.set(line, true);
    await clock.advance(2020);
    expect(told).toEqual([]);
    await clock.advance(20);
    expect(told).toEqual(['held']);
    await clock.advance(7_000);
    expect(told).toEqual(['held']);
    gpio.set(line, false);
    await clock.advance(100);
    gpio.set(line, true);
    await clock.advance(2100);
    expect(told).toEqual(['held', 'held']);
  });

  test('is told again after 10 s, and when it is let go after that', async () => {
    const { clock, gpio, context } = partRig();
    const told = heard(new GpioButton(wire(line), context));
    await clock.advance(100);
    gpio.set(line, true);
    await clock.advance(9_980);
    expect(told).toEqual(['held']);
    await clock.advance(80);
    expect(told).toEqual(['held', 'heldLong']);
    await clock.advance(19_000);
    gpio.set(line, false);
    await clock.advance(100);
    expect(told).toEqual(['held', 'heldLong', 'letGo']);
    gpio.set(line, true);
    await clock.advance(5_000);
    gpio.set(line, false);
    await clock.advance(100);
    expect(told).toEqual(['held', 'heldLong', 'letGo', 'held']);
  });

  test('one that stays down for half a minute is stuck, and lets nothing go', async () => {
    const { clock, gpio, context } = partRig();
    const told = heard(new GpioButton(wire(line), context));
    await clock.advance(100);
    gpio.set(line, true);
    await clock.advance(31_000);
    expect(told).toEqual(['held', 'heldLong', 'stuck']);
    await clock.advance(600_000);
    gpio.set(line, false);
    await clock.advance(100);
    expect(told).toEqual(['held', 'heldLong', 'stuck']);
  });

  test('one that cannot be read any more while it is held long is stuck', async () => {
    const { clock, gpio, context } = partRig();
    const told = heard(new GpioButton(wire(line), context));
    await clock.advance(100);
    gpio.set(line, true);
    await clock.advance(11_000);
    gpio.fail(line, 'gone');
    await clock.advance(100);
    gpio.fail(line, undefined);
    gpio.set(line, false);
    await clock.advance(100);
    expect(told).toEqual(['held', 'heldLong', 'stuck']);
  });

  test('a hold that is interrupted begins anew', async () => {
    const { clock, gpio, context } = partRig();
    const told = heard(new GpioButton(wire(line), context));
    await clock.advance(100);
    for (let touch = 0; touch < 3; touch += 1) {
      gpio.set(line, true);
      await clock.advance(1500);
      gpio.set(line, false);
      await clock.advance(100);
    }
    expect(told).toEqual([]);
  });

  test('a button that is down from the start counts only after it was let go', async () => {
    const { clock, gpio, context } = partRig();
    gpio.set(line, true);
    const button = new GpioButton(wire(line), context);
    const told = heard(button);
    await clock.advance(10_000);
    expect(told).toEqual([]);
    gpio.set(line, false);
    await clock.advance(100);
    gpio.set(line, true);
    await clock.advance(2100);
    expect(told).toEqual(['held']);
    button.release();
    expect(gpio.use(line)).toBe('free');
  });
});
