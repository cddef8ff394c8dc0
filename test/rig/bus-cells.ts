/** A bus in memory that threads share: one converter, an output and an input, and a transfer that does not return until it may. */
import type { GpioLines } from '../../src/drivers/pi/gpio/lines';
import type { I2cBus } from '../../src/drivers/pi/i2c/bus';

export const busCells = { stuck: 0, transfers: 1, code: 2, output: 3, input: 4 } as const;

export const busMemory = (): SharedArrayBuffer => new SharedArrayBuffer(4 * 8);

/** While it is stuck, whoever uses it stands still. */
function pass(cells: Int32Array): void {
  Atomics.add(cells, busCells.transfers, 1);
  Atomics.wait(cells, busCells.stuck, 1);
}

export function sharedI2c(cells: Int32Array): I2cBus {
  let pointer = 0;
  let config = 0;
  return {
    errors: 0,
    close: () => {},
    write: (_address, [first = 0, high, low]) => {
      pass(cells);
      pointer = first;
      if (high !== undefined && low !== undefined) config = (high << 8) | low;
    },
    read: () => {
      pass(cells);
      const word = pointer === 1 ? config | 0x8000 : Atomics.load(cells, busCells.code);
      return Uint8Array.of(word >> 8, word & 0xff);
    },
  };
}

export function sharedLines(cells: Int32Array): GpioLines {
  return {
    output: () => ({
      write: (active) => {
        pass(cells);
        Atomics.store(cells, busCells.output, Number(active));
      },
      release: () => {},
    }),
    input: ({ line }) => {
      if (line !== 1) throw new Error(`there is no line ${line}`);
      const read = () => {
        pass(cells);
        return Atomics.load(cells, busCells.input) === 1;
      };
      return { read, release: () => {} };
    },
  };
}
