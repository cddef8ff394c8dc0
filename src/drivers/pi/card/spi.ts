/** The SPI bus of a card reader, and its adapter over the `spi-device` package. */
import { readdirSync } from 'node:fs';
import { GreenupError, messageOf, systemCode } from '../../../hal/errors';
import { nativePackage } from '../packages';

/** A device behind one chip select line. Both methods block: use them in a worker thread only. */
export interface SpiBus {
  /** Sends the bytes in one chip select frame and returns as many that came in meanwhile. Throws `part.failed`. */
  transfer(bytes: Uint8Array): Uint8Array;
  close(): void;
}

/** The part of `spi-device` that is used here. */
export interface SpiPackage {
  openSync(bus: number, device: number, options: { mode: number; maxSpeedHz: number }): SpiPackageDevice;
}

export interface SpiPackageDevice {
  transferSync(message: SpiPackageMessage[]): unknown;
  closeSync(): void;
}

export interface SpiPackageMessage {
  sendBuffer: Buffer;
  receiveBuffer: Buffer;
  byteLength: number;
  speedHz: number;
}

/** What the adapter needs of the machine; tests hand in another. */
export interface SpiSystem {
  load(): SpiPackage;
  /** Names in /dev. */
  deviceNames(): string[];
}

const realSystem: SpiSystem = {
  load: () => nativePackage<SpiPackage>('spi-device', () => require('spi-device')),
  deviceNames: () => readdirSync('/dev'),
};

/** Clock idles low, data are taken at the rising edge: what the MFRC522 speaks (datasheet 8.1.2). */
const spiMode = 0;

/** The MFRC522 allows 10 MHz; wires on a bench like less. */
const defaultSpeedHz = 1_000_000;

/** Linux names SPI devices by bus and chip select. */
const devicePath = /^\/dev\/spidev(\d{1,5})\.(\d{1,5})$/;

/**
 * Opens the device, as `/dev/spidev0.0`. Throws `config.invalid` for any other form of path, `part.missing` when the
 * package or the device is absent or closed to this user.
 */
export function openSpi(device: string, speedHz = defaultSpeedHz, system: SpiSystem = realSystem): SpiBus {
  const [, bus, chipSelect] = devicePath.exec(device) ?? [];
  if (bus === undefined || chipSelect === undefined) {
    throw new GreenupError(
      'config.invalid',
      `${device} is no SPI device: write /dev/spidev<bus>.<chip select>, as /dev/spidev0.0`,
    );
  }
  const library = system.load();
  let opened: SpiPackageDevice;
  try {
    opened = library.openSync(Number(bus), Number(chipSelect), { mode: spiMode, maxSpeedHz: speedHz });
  } catch (error) {
    throw openingError(device, error, system);
  }
  return new SpiDeviceBus(device, opened, speedHz);
}

class SpiDeviceBus implements SpiBus {
  private closed = false;

  constructor(
    private readonly path: string,
    private readonly device: SpiPackageDevice,
    private readonly speedHz: number,
  ) {}

  transfer(bytes: Uint8Array): Uint8Array {
    if (this.closed) throw new GreenupError('part.failed', `${this.path} was closed: open it again`);
    const receiveBuffer = Buffer.alloc(bytes.length);
    const message = { sendBuffer: Buffer.from(bytes), receiveBuffer, byteLength: bytes.length, speedHz: this.speedHz };
    try {
      this.device.transferSync([message]);
    } catch (error) {
      throw new GreenupError('part.failed', `${this.path} did not take a transfer: ${messageOf(error)}`, {
        cause: error,
      });
    }
    return receiveBuffer;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    try {
      this.device.closeSync();
    } catch {
      // The device is gone; there is nothing left to close.
    }
  }
}

function openingError(device: string, error: unknown, system: SpiSystem): GreenupError {
  const code = codeOf(error);
  const text = openingTexts[code]?.(system) ?? `${messageOf(error)}; see dmesg`;
  return new GreenupError('part.missing', `${device} cannot be opened: ${text}`, { cause: error });
}

const notThere = (system: SpiSystem): string => `no such device; ${othersThere(system)}`;
const notAllowed = (): string =>
  'no permission; add the user to group spi (sudo usermod -aG spi $USER), then log in again';

/** What to do, by the kernel's error. ENXIO and ENODEV: the node is left over, its device is gone. */
const openingTexts: Readonly<Record<string, (system: SpiSystem) => string>> = {
  ENOENT: notThere,
  ENXIO: notThere,
  ENODEV: notThere,
  EACCES: notAllowed,
  EPERM: notAllowed,
};

function othersThere(system: SpiSystem): string {
  const there = spiDevices(system);
  if (there.length > 0) return `there is ${there.join(', ')}`;
  return 'there is no SPI device at all: switch SPI on with dtparam=spi=on in config.txt and restart';
}

function spiDevices(system: SpiSystem): string[] {
  try {
    return system
      .deviceNames()
      .map((name) => `/dev/${name}`)
      .filter((path) => devicePath.test(path))
      .sort();
  } catch {
    return [];
  }
}

function codeOf(error: unknown): string {
  // Some versions of the package give the code in the text only.
  return systemCode(error) ?? /\bE[A-Z]{3,}\b/.exec(messageOf(error))?.[0] ?? '';
}
