/** A serial line with Modbus slaves behind it, on a virtual clock; frames are built here, not by the code under test. */
import { VirtualClock } from '../../../../src/drivers/clock/virtual-clock';
import { RtuMaster } from '../../../../src/drivers/pi/meter/rtu-master';
import type { SerialLine } from '../../../../src/drivers/pi/meter/serial-line';
import type { Cancel, Clock } from '../../../../src/hal/clock';
import type { Trouble } from '../../../../src/hal/trouble';

/** CRC-16/MODBUS by its definition: a division of polynomials, most significant bit of each reflected byte first. */
export function crcBytes(bytes: readonly number[]): [number, number] {
  const reflect = (value: number, bits: number) => {
    let result = 0;
    for (let bit = 0; bit < bits; bit++) if (value & (1 << bit)) result |= 1 << (bits - 1 - bit);
    return result;
  };
  let remainder = 0xffff;
  for (const byte of bytes) {
    remainder ^= reflect(byte, 8) << 8;
    for (let bit = 0; bit < 8; bit++) remainder = ((remainder << 1) ^ (remainder & 0x8000 ? 0x8005 : 0)) & 0xffff;
  }
  const crc = reflect(remainder, 16);
  return [crc % 256, Math.floor(crc / 256)];
}

export function frame(...bytes: number[]): Uint8Array {
  return Uint8Array.from([...bytes, ...crcBytes(bytes)]);
}

export interface Asked {
  unit: number;
  functionCode: number;
  address: number;
  count: number;
  /** When it was sent, in ms. */
  at: number;
}

/** What a slave does with a request: an answer of bytes after some ms, in portions, or nothing. */
export type Answer = { afterMs: number; bytes: Uint8Array }[];

export function registers(asked: Asked, word: (address: number) => number): Uint8Array {
  const words = Array.from({ length: asked.count }, (_, index) => word(asked.address + index));
  return frame(asked.unit, asked.functionCode, 2 * asked.count, ...words.flatMap((w) => [w >> 8, w & 0xff]));
}

export class FakeLine implements SerialLine {
  readonly asked: Asked[] = [];
  readonly frames: Uint8Array[] = [];
  isClosed = false;
  private readonly data = new Set<(bytes: Uint8Array) => void>();
  private readonly closed = new Set<(reason: string) => void>();

  constructor(
    private readonly clock: Clock,
    private readonly slave: (asked: Asked) => Answer,
  ) {}

  write(bytes: Uint8Array): void {
    this.frames.push(bytes);
    const at = (index: number) => bytes[index] ?? 0;
    const asked: Asked = {
      unit: at(0),
      functionCode: at(1),
      address: at(2) * 256 + at(3),
      count: at(4) * 256 + at(5),
      at: this.clock.now(),
    };
    this.asked.push(asked);
    for (const { afterMs, bytes: answer } of this.slave(asked)) {
      this.clock.at(this.clock.now() + afterMs, () => this.receive(answer));
    }
  }

  receive(bytes: Uint8Array): void {
    for (const listener of [...this.data]) listener(bytes);
  }

  unplug(reason: string): void {
    for (const listener of [...this.closed]) listener(reason);
  }

  onData(listener: (bytes: Uint8Array) => void): Cancel {
    this.data.add(listener);
    return () => this.data.delete(listener);
  }

  onClosed(listener: (reason: string) => void): Cancel {
    this.closed.add(listener);
    return () => this.closed.delete(listener);
  }

  close(): void {
    this.isClosed = true;
  }
}

/** The outcome of a promise as soon as there is one. */
export function watch<T>(promise: Promise<T>): { value?: T; error?: string; settled: boolean } {
  const outcome: { value?: T; error?: string; settled: boolean } = { settled: false };
  promise.then(
    (value) => Object.assign(outcome, { value, settled: true }),
    (error: Error) => Object.assign(outcome, { error: error.message, settled: true }),
  );
  return outcome;
}

export interface Bus {
  clock: VirtualClock;
  line: FakeLine;
  master: RtuMaster;
  troubles: string[];
}

/** A master at 9600 baud on a line whose slaves answer as `slave` says. */
export function busWith(slave: (asked: Asked) => Answer, open?: () => Promise<SerialLine>): Bus {
  const clock = new VirtualClock();
  const line = new FakeLine(clock, slave);
  const troubles: string[] = [];
  const options = { bus: 'rs485', baudRate: 9600, report: ({ text }: Trouble) => troubles.push(text) };
  return { clock, line, master: new RtuMaster(open ?? (async () => line), clock, options), troubles };
}
