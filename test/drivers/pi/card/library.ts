/** A stand-in for the package `mfrc522-rpi`, and the package itself where it is installed for this Node. */
import type { Mfrc522Library, Mfrc522LibraryClass } from '../../../../src/drivers/pi/card/mfrc522';
import { nativePackage } from '../../../../src/drivers/pi/packages';
import { GreenupError, messageOf } from '../../../../src/hal/errors';

const readsMax = 2000;

/** Behaves as the package does where it matters: it waits for interrupts, and says little about what went wrong. */
export class LibraryStandIn implements Mfrc522Library {
  constructor(
    private readonly spi: {
      open(): void;
      write(bytes: Uint8Array): void;
      transfer(bytes: Uint8Array): Uint8Array;
    },
  ) {
    spi.open();
  }

  writeRegister(address: number, value: number): void {
    this.spi.write(Uint8Array.of(address << 1, value));
  }

  readRegister(address: number): number {
    return this.spi.transfer(Uint8Array.of((address << 1) | 0x80, 0))[1] ?? 0;
  }

  toCard(command: number, bytes: readonly number[]): { status: boolean; data: number[]; bitSize: number } {
    this.writeRegister(0x04, this.readRegister(0x04) & 0x7f);
    this.writeRegister(0x0a, 0x80);
    this.writeRegister(0x01, 0);
    for (const byte of bytes) this.writeRegister(0x09, byte);
    this.writeRegister(0x01, command);
    this.writeRegister(0x0d, this.readRegister(0x0d) | 0x80);
    const notices = this.await(0x04, 0x31);
    this.writeRegister(0x0d, this.readRegister(0x0d) & 0x7f);
    if (notices === 0 || (this.readRegister(0x06) & 0x1b) !== 0) return { status: false, data: [], bitSize: 0 };
    const count = this.readRegister(0x0a);
    const lastBits = this.readRegister(0x0c) & 7;
    const data = Array.from({ length: Math.min(Math.max(count, 1), 16) }, () => this.readRegister(0x09));
    return { status: (notices & 1) === 0, data, bitSize: lastBits === 0 ? 8 * count : 8 * (count - 1) + lastBits };
  }

  calculateCRC(bytes: readonly number[]): number[] {
    // The package's own slip: this writes the notice's bit as 0, which leaves it standing.
    this.writeRegister(0x05, this.readRegister(0x05) & ~0x04);
    this.writeRegister(0x0a, 0x80);
    for (const byte of bytes) this.writeRegister(0x09, byte);
    this.writeRegister(0x01, 3);
    this.await(0x05, 0x04);
    return [this.readRegister(0x22), this.readRegister(0x21)];
  }

  private await(address: number, bits: number): number {
    for (let reads = 0; reads < readsMax; reads++) {
      const value = this.readRegister(address);
      if ((value & bits) !== 0) return value;
    }
    return 0;
  }
}

const absent = /Cannot find module|Could not locate the bindings file|NODE_MODULE_VERSION|did not self-register/;

/** The package, or why it cannot be tried here: not installed, or built for another Node. Any other failure is thrown. */
export function packagedLibrary(): { library: Mfrc522LibraryClass } | { missing: string } {
  try {
    return { library: nativePackage<Mfrc522LibraryClass>('mfrc522-rpi', () => require('mfrc522-rpi')) };
  } catch (error) {
    const cause = error instanceof GreenupError ? messageOf(error.cause) : '';
    if (absent.test(cause)) {
      return { missing: cause };
    }
    throw error;
  }
}
