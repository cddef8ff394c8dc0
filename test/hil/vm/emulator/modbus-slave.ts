/** The far end of an RS-485 bus: Modbus RTU units with energy meters, frame by frame (Modbus over Serial Line 1.02). */

/** What a unit answers with: values of input registers from `address` on, or an exception code. */
export type RegisterAnswer = { kind: 'registers'; words: readonly number[] } | { kind: 'exception'; code: number };

/** Rejects when the unit does not answer at all. */
export type ModbusUnit = (address: number, count: number) => Promise<RegisterAnswer>;

/** `late`: answers after the master has given up; `garbled`: with a wrong check sum. */
export type UnitFault = 'silent' | 'late' | 'garbled';

export const exceptionCode = { illegalFunction: 1, illegalAddress: 2, illegalValue: 3 } as const;

const readInputRegisters = 4;
/** Every request for reading has unit, function, address, count and check sum. */
const requestBytes = 8;
const lateMs = 1500;

export class ModbusBus {
  private readonly faults = new Map<number, UnitFault>();
  private received: Buffer = Buffer.alloc(0);

  /** `send` puts an answer on the wire; `after` calls back after so many ms. */
  constructor(
    private readonly units: ReadonlyMap<number, ModbusUnit>,
    private readonly send: (frame: Buffer) => void,
    private readonly after: (delayMs: number, run: () => void) => void,
  ) {}

  get unitNumbers(): number[] {
    return [...this.units.keys()];
  }

  setFault(unit: number, fault: UnitFault, present: boolean): void {
    if (present) this.faults.set(unit, fault);
    else if (this.faults.get(unit) === fault) this.faults.delete(unit);
  }

  /** Takes what came over the wire; bytes that are no request are passed over one by one. */
  receive(bytes: Buffer): void {
    this.received = Buffer.concat([this.received, bytes]);
    while (this.received.length >= requestBytes) {
      const frame = this.received.subarray(0, requestBytes);
      const good = modbusCrc(frame.subarray(0, requestBytes - 2)) === frame.readUInt16LE(requestBytes - 2);
      this.received = this.received.subarray(good ? requestBytes : 1);
      if (good) this.request(frame);
    }
  }

  private request(frame: Buffer): void {
    const number = frame.readUInt8(0);
    const code = frame.readUInt8(1);
    const unit = this.units.get(number);
    const fault = this.faults.get(number);
    if (unit === undefined || fault === 'silent') return;
    const answered =
      code === readInputRegisters
        ? unit(frame.readUInt16BE(2), frame.readUInt16BE(4))
        : Promise.resolve<RegisterAnswer>({ kind: 'exception', code: exceptionCode.illegalFunction });
    answered.then(
      (answer) => {
        const sealed = withCrc(body(number, code, answer));
        if (fault === 'garbled') sealed.writeUInt8(sealed.readUInt8(sealed.length - 1) ^ 0xff, sealed.length - 1);
        if (fault === 'late') this.after(lateMs, () => this.send(sealed));
        else this.send(sealed);
      },
      () => undefined, // a meter that is dead says nothing
    );
  }
}

function body(unit: number, code: number, answer: RegisterAnswer): Buffer {
  if (answer.kind === 'exception') return Buffer.from([unit, code | 0x80, answer.code]);
  const bytes = Buffer.alloc(3 + 2 * answer.words.length);
  bytes.set([unit, code, 2 * answer.words.length]);
  answer.words.forEach((word, index) => {
    bytes.writeUInt16BE(word, 3 + 2 * index);
  });
  return bytes;
}

function withCrc(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(2);
  sum.writeUInt16LE(modbusCrc(bytes));
  return Buffer.concat([bytes, sum]);
}

/** Check sum of a frame, sent low byte first. */
export function modbusCrc(bytes: Uint8Array): number {
  let sum = 0xffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum & 1) === 1 ? (sum >> 1) ^ 0xa001 : sum >> 1;
  }
  return sum;
}
