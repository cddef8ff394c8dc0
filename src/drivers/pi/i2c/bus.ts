/** One I2C bus of the kernel, worked by package i2c-bus in calls that block for less than a millisecond as a rule. */
import { accessSync, constants, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { GreenupError, messageOf, systemCode } from '../../../hal/errors';
import { nativePackage } from '../packages';

/**
 * Plain reads and writes. Both throw `part.failed` with one clear line when a transfer fails. For a worker thread: a
 * transfer waits for the wire, and up to the adapter's own time-out where the bus is stuck.
 */
export interface I2cBus {
  write(address: number, bytes: Uint8Array): void;
  read(address: number, count: number): Uint8Array;
  close(): void;
  /** Transfers that failed since the bus was opened. */
  readonly errors: number;
}

/** What is used of package i2c-bus. */
interface NativeBus {
  i2cReadSync(address: number, length: number, buffer: Buffer): number;
  i2cWriteSync(address: number, length: number, buffer: Buffer): number;
  closeSync(): void;
}

interface NativeI2c {
  openSync(bus: number): NativeBus;
}

export interface I2cBusOptions {
  /** Where the device files are; default /dev. */
  devices?: string;
  /** Loads package i2c-bus; default: require. */
  load?: () => unknown;
}

/**
 * Opens bus `number` (1 is /dev/i2c-1). Throws `part.missing` when the bus is absent, `package.missing` when the
 * package is, `part.failed` when the bus may not be used.
 */
export function openI2cBus(number: number, options: I2cBusOptions = {}): I2cBus {
  const devices = options.devices ?? '/dev';
  const path = join(devices, `i2c-${number}`);
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw cannotOpen(number, path, devices, error);
  }
  const native = nativePackage<NativeI2c>('i2c-bus', options.load ?? (() => require('i2c-bus')));
  return new KernelI2cBus(number, native);
}

class KernelI2cBus implements I2cBus {
  errors = 0;
  private bus: NativeBus | undefined;

  constructor(
    private readonly number: number,
    private readonly native: NativeI2c,
  ) {
    this.bus = native.openSync(number);
  }

  write(address: number, bytes: Uint8Array): void {
    const buffer = Buffer.from(bytes);
    this.transfer(address, buffer.length, (bus) => bus.i2cWriteSync(address, buffer.length, buffer));
  }

  read(address: number, count: number): Uint8Array {
    const buffer = Buffer.alloc(count);
    this.transfer(address, count, (bus) => bus.i2cReadSync(address, count, buffer));
    return buffer;
  }

  close(): void {
    const bus = this.bus;
    this.bus = undefined;
    try {
      bus?.closeSync();
    } catch {
      // A handle whose adapter was unplugged cannot be closed again; nothing is lost with it.
    }
  }

  private transfer(address: number, count: number, run: (bus: NativeBus) => number): void {
    try {
      this.bus ??= this.native.openSync(this.number);
      const moved = run(this.bus);
      if (moved !== count) throw new Error(`only ${moved} of ${count} bytes went over`);
    } catch (error) {
      this.errors += 1;
      // The package keeps a device file whose address the kernel refused, and would then talk to address 0; and a file
      // of an adapter that was unplugged never works again. A fresh handle has neither fault.
      if (!wireFaults.has(systemCode(error) ?? '')) this.close();
      throw transferFailed(this.number, address, error);
    }
  }
}

/** Errors of a transfer after which the handle is still good. */
const wireFaults: ReadonlySet<string> = new Set(['ENXIO', 'EREMOTEIO', 'EIO', 'ETIMEDOUT', 'EAGAIN']);

const silent = 'no device answers: check its wiring, supply and address';

/** What an error code of a transfer means, and what to do. */
const transferAdvice: Readonly<Record<string, string>> = {
  ENXIO: silent,
  EREMOTEIO: silent,
  EIO: `the transfer broke off; either ${silent}, or the lines are disturbed`,
  ETIMEDOUT: 'the bus is stuck or too slow: look for a short circuit and for missing pull-up resistors',
  EAGAIN: 'another master holds the bus',
  EBUSY: 'a driver of the kernel holds this address: remove its dtoverlay from config.txt and restart',
  ENODEV: 'the bus went away: plug its adapter in again',
  ENOENT: 'the bus went away: plug its adapter in again',
  EACCES: 'no permission: add the user to group i2c',
};

function transferFailed(bus: number, address: number, error: unknown): GreenupError {
  const code = systemCode(error) ?? '';
  const advice = transferAdvice[code];
  const what = advice === undefined ? messageOf(error) : `${advice} (${code})`;
  return new GreenupError('part.failed', `I2C bus ${bus}, address ${hex(address)}: ${what}`, { cause: error });
}

function cannotOpen(number: number, path: string, devices: string, error: unknown): GreenupError {
  const code = systemCode(error) ?? '';
  if (code === 'EACCES' || code === 'EPERM') {
    const advice = 'add the user to group i2c and log in again, or set SupplementaryGroups=i2c in the unit';
    return new GreenupError('part.failed', `I2C bus ${number}: no permission for ${path}: ${advice}`, { cause: error });
  }
  const others = busesIn(devices);
  const present = others.length > 0 ? `this machine has bus ${others.join(', ')}` : 'this machine has none';
  const advice =
    'choose one that exists, or enable it (Raspberry Pi: dtparam=i2c_arm=on in config.txt, module i2c-dev)';
  return new GreenupError('part.missing', `I2C bus ${number}: there is no ${path}; ${present}; ${advice}`, {
    cause: error,
  });
}

function busesIn(devices: string): number[] {
  try {
    const numbers = readdirSync(devices).map((name) => /^i2c-(\d+)$/.exec(name)?.[1]);
    return numbers
      .filter((text) => text !== undefined)
      .map(Number)
      .sort((a, b) => a - b);
  } catch {
    return [];
  }
}

function hex(address: number): string {
  return `0x${address.toString(16)}`;
}
