/** The I2C bus over a fake of package i2c-bus: bytes, counts, and what each error tells the person at the bench. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openI2cBus } from '../../../../src/drivers/pi/i2c/bus';

let devices = '';

beforeEach(() => {
  devices = mkdtempSync(join(tmpdir(), 'greenup-i2c-'));
  for (const name of ['i2c-1', 'i2c-20', 'i2c-3', 'i2cx-4']) writeFileSync(join(devices, name), '');
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(devices, { recursive: true });
});

/** One handle for each opening, as the package gives; `fault` is thrown by each transfer while it is set. */
class FakePackage {
  readonly calls: string[] = [];
  opened = 0;
  fault: string | undefined;
  moved: number | undefined;

  openSync(bus: number) {
    this.opened += 1;
    const handle = this.opened;
    const transfer = (length: number): number => {
      if (this.fault !== undefined) throw Object.assign(new Error(`${this.fault}: something`), { code: this.fault });
      return this.moved ?? length;
    };
    return {
      i2cWriteSync: (address: number, length: number, buffer: Buffer): number => {
        this.calls.push(`${handle}: write ${bus} ${address} ${buffer.subarray(0, length).toString('hex')}`);
        return transfer(length);
      },
      i2cReadSync: (address: number, length: number, buffer: Buffer): number => {
        this.calls.push(`${handle}: read ${bus} ${address} ${length}`);
        buffer.fill(0xab);
        return transfer(length);
      },
      closeSync: (): void => {
        this.calls.push(`${handle}: close`);
      },
    };
  }
}

function opened() {
  const fake = new FakePackage();
  return { fake, bus: openI2cBus(1, { devices, load: () => fake }) };
}

test('bytes go to and come from the address asked', () => {
  const { fake, bus } = opened();
  bus.write(0x48, Uint8Array.of(1, 0xc3, 0xe3));
  expect([...bus.read(0x49, 2)]).toEqual([0xab, 0xab]);
  bus.close();
  bus.close();
  expect(fake.calls).toEqual(['1: write 1 72 01c3e3', '1: read 1 73 2', '1: close']);
  expect(bus.errors).toBe(0);
});

test('a bus that is not there: the message names those that are, and how to enable one', () => {
  expect(() => openI2cBus(7, { devices, load: () => new FakePackage() })).toThrow(
    expect.objectContaining({
      code: 'part.missing',
      message: `I2C bus 7: there is no ${devices}/i2c-7; this machine has bus 1, 3, 20; choose one that exists, or enable it (Raspberry Pi: dtparam=i2c_arm=on in config.txt, module i2c-dev)`,
    }),
  );
  const nowhere = join(devices, 'none');
  expect(() => openI2cBus(1, { devices: nowhere })).toThrow(/this machine has none; choose/);
});

test('a bus without permission: the message names the group', () => {
  chmodSync(join(devices, 'i2c-1'), 0);
  // Whoever runs tests as root may open everything.
  const denied = Object.assign(new Error('EACCES'), { code: 'EACCES' });
  jest.spyOn(jest.requireActual<typeof import('node:fs')>('node:fs'), 'accessSync').mockImplementation(() => {
    throw denied;
  });
  expect(() => openI2cBus(1, { devices })).toThrow(
    expect.objectContaining({
      code: 'part.failed',
      message: expect.stringMatching(/no permission for .*i2c-1: add the user to group i2c/),
    }),
  );
});

test('a package that is absent: the message says how to get it', () => {
  const load = () => {
    throw new Error("Cannot find module 'i2c-bus'");
  };
  expect(() => openI2cBus(1, { devices, load })).toThrow(
    expect.objectContaining({ code: 'package.missing', message: expect.stringContaining('npm install i2c-bus') }),
  );
});

test.each([
  ['ENXIO', /^I2C bus 1, address 0x48: no device answers: check its wiring, supply and address \(ENXIO\)$/],
  ['EREMOTEIO', /no device answers: check its wiring/],
  ['EIO', /the transfer broke off/],
  ['ETIMEDOUT', /the bus is stuck .*pull-up/],
  ['EBUSY', /a driver of the kernel holds this address: remove its dtoverlay/],
  ['ENODEV', /the bus went away/],
  ['EODD', /^I2C bus 1, address 0x48: EODD: something$/],
])('a transfer that ends with %s says what to do, and is counted', (code, message) => {
  const { fake, bus } = opened();
  fake.fault = code;
  expect(() => bus.read(0x48, 2)).toThrow(
    expect.objectContaining({ code: 'part.failed', message: expect.stringMatching(message) }),
  );
  expect(() => bus.write(0x48, Uint8Array.of(0))).toThrow(message);
  expect(bus.errors).toBe(2);
});

test('a transfer that moves too few bytes is a failed one', () => {
  const { fake, bus } = opened();
  fake.moved = 1;
  expect(() => bus.read(0x48, 2)).toThrow('I2C bus 1, address 0x48: only 1 of 2 bytes went over');
  expect(bus.errors).toBe(1);
});

test.each([
  ['ENXIO', 1],
  ['ETIMEDOUT', 1],
  ['EBUSY', 2],
  ['ENODEV', 2],
])('after %s the next transfer uses handle %i: one that the kernel refused is never used again', (code, handle) => {
  const { fake, bus } = opened();
  fake.fault = code;
  expect(() => bus.write(0x48, Uint8Array.of(0))).toThrow();
  fake.fault = undefined;
  bus.write(0x48, Uint8Array.of(0));
  expect(fake.calls.at(-1)).toBe(`${handle}: write 1 72 00`);
  expect(fake.calls.includes('1: close')).toBe(handle === 2);
});
