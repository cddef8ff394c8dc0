/** A bus that comes late, goes away and comes back as another. */
import type { I2cBus } from '../../../../src/drivers/pi/i2c/bus';
import { ReopeningBus } from '../../../../src/drivers/pi/i2c/reopening-bus';
import { GreenupError } from '../../../../src/hal/errors';

const gone = new GreenupError('part.failed', 'the bus went away');

class Adapter implements I2cBus {
  errors = 0;
  works = true;
  closed = 0;
  readonly written: [number, number[]][] = [];

  write(address: number, bytes: Uint8Array): void {
    this.use();
    this.written.push([address, [...bytes]]);
  }

  read(address: number, count: number): Uint8Array {
    this.use();
    return new Uint8Array(count).fill(address);
  }

  close(): void {
    this.closed += 1;
  }

  private use(): void {
    if (!this.works) throw gone;
  }
}

function bench(number: number | undefined = 1) {
  const opened: { number: number; adapter: Adapter }[] = [];
  const machine = { has: true };
  const bus = new ReopeningBus(number, (which) => {
    if (!machine.has) throw new GreenupError('part.missing', 'there is no /dev/i2c-1');
    const adapter = new Adapter();
    opened.push({ number: which, adapter });
    return adapter;
  });
  return { bus, opened, machine };
}

const failure = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
};

test('it is opened at the first use, once, and passes on what is asked', () => {
  const { bus, opened } = bench(3);
  expect(opened).toEqual([]);
  bus.write(0x48, Uint8Array.of(1, 2));
  expect([...bus.read(0x49, 2)]).toEqual([0x49, 0x49]);
  expect(opened).toHaveLength(1);
  expect(opened[0]).toMatchObject({ number: 3, adapter: { written: [[0x48, [1, 2]]] } });
});

test('a bus that comes late is found at the next use', () => {
  const { bus, opened, machine } = bench();
  machine.has = false;
  for (let count = 0; count < 50; count += 1) expect(() => bus.read(0x48, 2)).toThrow('there is no /dev/i2c-1');
  expect(bus.errors).toBe(50);
  machine.has = true;
  expect(bus.read(0x48, 2)).toHaveLength(2);
  expect(opened).toHaveLength(1);
});

test('after 20 failures in a row it is closed and opened anew: an adapter that was plugged in again works', () => {
  const { bus, opened } = bench();
  bus.read(0x48, 2);
  const first = opened[0]?.adapter;
  if (first) first.works = false;
  for (let count = 1; count <= 19; count += 1) expect(failure(() => bus.read(0x48, 2))).toBe(gone);
  expect(first?.closed).toBe(0);
  expect(failure(() => bus.write(0x48, Uint8Array.of(0)))).toBe(gone);
  expect(first?.closed).toBe(1);
  expect(bus.read(0x48, 2)).toHaveLength(2);
  expect(opened).toHaveLength(2);
  expect(bus.errors).toBe(20);
});

test('a transfer that works in between starts the count anew: one chip of two that is dead does not close the bus', () => {
  const { bus, opened } = bench();
  bus.read(0x48, 2);
  const [only] = opened;
  for (let count = 0; count < 100; count += 1) {
    if (only) only.adapter.works = count % 10 === 9;
    failure(() => bus.read(0x48, 2));
  }
  expect(opened).toHaveLength(1);
  expect(only?.adapter.closed).toBe(0);
  expect(bus.errors).toBe(90);
});

test('a board that names no bus is told so', () => {
  const opened: number[] = [];
  const bus = new ReopeningBus(undefined, (which) => {
    opened.push(which);
    return new Adapter();
  });
  expect(() => bus.read(0x48, 2)).toThrow(/hardware\.i2c is missing/);
  expect(opened).toEqual([]);
});

test('closing closes what is open, and is harmless otherwise', () => {
  const { bus, opened } = bench();
  bus.close();
  expect(opened).toEqual([]);
  bus.read(0x48, 2);
  bus.close();
  bus.close();
  expect(opened[0]?.adapter.closed).toBe(1);
});
