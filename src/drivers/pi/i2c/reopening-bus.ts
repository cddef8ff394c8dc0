/** An I2C bus that may come late or go away: it is opened when it is used, and anew when it fails for long. */
import { GreenupError } from '../../../hal/errors';
import { type I2cBus, openI2cBus } from './bus';

/** Failures in a row after which the bus is closed, so that the next use opens it anew: a USB adapter comes back as another. */
const failuresBeforeReopening = 20;

export class ReopeningBus implements I2cBus {
  private bus: I2cBus | undefined;
  private failuresInRow = 0;
  private counted = 0;

  /** `number` undefined: the board names no bus. */
  constructor(
    private readonly number: number | undefined,
    private readonly open: (number: number) => I2cBus = openI2cBus,
  ) {}

  get errors(): number {
    return this.counted;
  }

  write(address: number, bytes: Uint8Array): void {
    this.use((bus) => bus.write(address, bytes));
  }

  read(address: number, count: number): Uint8Array {
    return this.use((bus) => bus.read(address, count));
  }

  close(): void {
    this.bus?.close();
    this.bus = undefined;
  }

  private use<T>(work: (bus: I2cBus) => T): T {
    if (this.number === undefined) throw new GreenupError('board.invalid', 'hardware.i2c is missing in the board file');
    try {
      this.bus ??= this.open(this.number);
      const result = work(this.bus);
      this.failuresInRow = 0;
      return result;
    } catch (error) {
      this.counted += 1;
      this.failuresInRow += 1;
      if (this.failuresInRow >= failuresBeforeReopening) {
        this.failuresInRow = 0;
        this.close();
      }
      throw error;
    }
  }
}
