/** Converters, lines and outlets of a rig in memory that threads share, behind the real drivers. */

import type { GpioLines } from '../../src/drivers/pi/gpio/lines';
import type { I2cBus } from '../../src/drivers/pi/i2c/bus';
import { GreenupError } from '../../src/hal/errors';

/** What each outlet has; `opened` is the time of the last command to open, in ms on the common count. */
export interface Electrics {
  memory: SharedArrayBuffer;
  outlets: number;
}

/** Rung at each command to a contactor, so that the vehicles need not poll. */
const bell = 0;
/** Not 0: each transfer on the bus of the first four outlets takes a second. */
const stuckBus = 1;
const head = 2;
/** A transfer on a stuck bus, in ms: the time after which the adapter of a Raspberry Pi gives up. */
const stuckTransferMs = 1_000;

export function electrics(outlets: number): Electrics {
  // Numbers of 8 bytes first, then those of 4.
  return { memory: new SharedArrayBuffer(8 * outlets + 4 * (head + 3 * outlets)), outlets };
}

export class Wires {
  private readonly openedAt: Float64Array;
  private readonly cells: Int32Array;

  constructor(private readonly world: Electrics) {
    this.openedAt = new Float64Array(world.memory, 0, world.outlets);
    this.cells = new Int32Array(world.memory, 8 * world.outlets);
  }

  get bellCount(): number {
    return Atomics.load(this.cells, bell);
  }

  /** Sleeps until a contactor was commanded since `count`, or so many ms have passed. */
  sleep(count: number, ms: number): void {
    Atomics.wait(this.cells, bell, count, Math.max(ms, 0));
  }

  isClosed(outlet: number): boolean {
    return Atomics.load(this.cells, head + outlet) === 1;
  }

  command(outlet: number, close: boolean, now: number): void {
    if (Atomics.load(this.cells, head + outlet) === Number(close)) return;
    if (!close) this.openedAt[outlet] = now;
    Atomics.store(this.cells, head + outlet, Number(close));
    Atomics.add(this.cells, bell, 1);
    Atomics.notify(this.cells, bell);
  }

  /** Time of the last command to open, in ms; read it after the contactor is seen open. */
  openedAtMs(outlet: number): number {
    return this.openedAt[outlet] ?? 0;
  }

  /** Upper plateau of the pilot, in V. */
  setPilot(outlet: number, volts: number): void {
    Atomics.store(this.cells, head + this.world.outlets + outlet, Math.round(volts * 1_000));
  }

  /** Whether a cable is in the outlet. */
  setCable(outlet: number, isIn: boolean): void {
    Atomics.store(this.cells, head + 2 * this.world.outlets + outlet, Number(isIn));
  }

  hasCable(outlet: number): boolean {
    return Atomics.load(this.cells, head + 2 * this.world.outlets + outlet) === 1;
  }

  stickBus(stuck: boolean): void {
    Atomics.store(this.cells, stuckBus, Number(stuck));
  }

  get busIsStuck(): boolean {
    return Atomics.load(this.cells, stuckBus) === 1;
  }

  pilot(outlet: number): number {
    return Atomics.load(this.cells, head + this.world.outlets + outlet) / 1_000;
  }
}

/** Coil of outlet n is line 2n, its mirror contact 2n + 1; the contactor follows at once. Other lines lead nowhere. */
export function wiredGpio(wires: Wires, outlets: number, now: () => number): GpioLines {
  return {
    output: ({ chip, line }) => ({
      write: (active) => {
        if (chip === 'contactors' && line < 2 * outlets) wires.command(line >> 1, active, now());
      },
      release: () => {},
    }),
    input: ({ chip, line }) => ({
      read: () => chip === 'contactors' && wires.isClosed(line >> 1),
      release: () => {},
    }),
  };
}

const gain = 8.9091;
const offset = -14.6018;
const stepV = 4.096 / 0x8000;
/** Both inputs of the pilot are calibrated as in the board files. */
export const pilotCalibration = { gain, offset };
const codeOf = (volts: number): number => Math.round(volts / stepV);
const lowPlateau = codeOf((-12 - offset) / gain);
/** 220 Ω under 1 kΩ at 3.3 V: a cable of 32 A; nothing: no plug. 10 kΩ of NTC under 10 kΩ: 25 °C. */
const cable = codeOf(0.595);
const noCable = codeOf(3.3);
const warm = codeOf(1.65);

/**
 * ADS1115 converters at 0x48 and on, one an outlet from `first` on. A result is the value at the start of its
 * conversion; each transfer keeps the caller busy for `transferMs`.
 */
export function wiredI2c(wires: Wires, first: number, transferMs: number): I2cBus {
  const chips = new Map<number, { pointer: number; config: number; code: number }>();
  const chip = (address: number) => {
    const made = chips.get(address) ?? { pointer: 0, config: 0, code: 0 };
    chips.set(address, made);
    return made;
  };
  const wire = (): void => {
    if (first === 0 && wires.busIsStuck) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, stuckTransferMs);
      throw new GreenupError('part.failed', 'the bus is stuck');
    }
    if (transferMs === 0) return;
    const end = performance.now() + transferMs;
    while (performance.now() < end);
  };
  return {
    errors: 0,
    close: () => {},
    write: (address, [pointer = 0, high, low]) => {
      wire();
      const own = chip(address);
      own.pointer = pointer;
      if (pointer !== 1 || high === undefined || low === undefined) return;
      own.config = (high << 8) | low;
      const upper = codeOf((wires.pilot(first + address - 0x48) - offset) / gain);
      const plug = wires.hasCable(first + address - 0x48) ? cable : noCable;
      own.code = [upper, lowPlateau, plug, warm][(high >> 4) & 3] ?? 0;
    },
    read: (address, count) => {
      wire();
      const { pointer, config, code } = chip(address);
      const word = pointer === 1 ? config | 0x8000 : code;
      return Uint8Array.of(word >> 8, word & 0xff).subarray(0, count);
    },
  };
}
