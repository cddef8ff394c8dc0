/** An MFRC522 reader chip as a slave on SPI, with cards in its field (NXP data sheet, chapters 8 and 9). */
import { type Card, type CardAnswer, crcA } from './card';

/** What is wired to a chip select line. */
export interface SpiSlave {
  /** One frame of the chip select; returns as many bytes. */
  transfer(sent: Uint8Array): Buffer;
}

const register = {
  command: 0x01,
  comIrq: 0x04,
  divIrq: 0x05,
  error: 0x06,
  fifoData: 0x09,
  fifoLevel: 0x0a,
  control: 0x0c,
  bitFraming: 0x0d,
  collision: 0x0e,
  mode: 0x11,
  txControl: 0x14,
  crcHigh: 0x21,
  crcLow: 0x22,
  version: 0x37,
} as const;

const command = { idle: 0x00, calculateCrc: 0x03, transceive: 0x0c, softReset: 0x0f } as const;
const interrupt = { timer: 0x01, idle: 0x10, received: 0x20, transmitted: 0x40 } as const;
const crcReady = 0x04;
const collisionError = 0x08;
const noCollisionPlace = 0x20;
const antennaOn = 0x03;
const startSend = 0x80;
const fifoBytes = 64;
const resetValues: readonly (readonly [number, number])[] = [
  [register.command, 0x20],
  [register.comIrq, 0x14],
  [register.collision, 0xa0],
  [register.mode, 0x3f],
  [register.txControl, 0x80],
  [register.version, 0x92],
];

export class Mfrc522 implements SpiSlave {
  private readonly registers = new Uint8Array(64);
  private fifo: number[] = [];
  private cards: readonly Card[] = [];
  private heldInReset = false;
  /** False: nothing drives the data line. */
  powered = true;

  constructor() {
    this.reset();
  }

  /** The reset input; the chip starts anew when it is let go. */
  setHeldInReset(held: boolean): void {
    this.heldInReset = held;
    if (held) this.reset();
  }

  /** Replaces what lies on the reader. */
  setField(cards: readonly Card[]): void {
    this.cards = cards;
  }

  transfer(sent: Uint8Array): Buffer {
    const received = Buffer.alloc(sent.length);
    const [head = 0, ...rest] = sent;
    if (!this.powered || this.heldInReset) return received;
    let address = addressIn(head);
    rest.forEach((byte, index) => {
      if ((head & 0x80) === 0) {
        this.write(address, byte);
        return;
      }
      received[index + 1] = this.read(address);
      address = addressIn(byte);
    });
    return received;
  }

  private reset(): void {
    this.registers.fill(0);
    for (const [address, value] of resetValues) this.registers[address] = value;
    this.fifo = [];
    for (const card of this.cards) card.lostField();
  }

  private value(address: number): number {
    return this.registers[address] ?? 0;
  }

  private raise(address: number, bits: number): void {
    this.registers[address] = this.value(address) | bits;
  }

  private read(address: number): number {
    if (address === register.fifoData) return this.fifo.shift() ?? 0;
    if (address === register.fifoLevel) return this.fifo.length;
    return this.value(address);
  }

  private write(address: number, value: number): void {
    switch (address) {
      case register.comIrq:
      case register.divIrq: // the top bit tells whether the marked bits are set or cleared
        this.registers[address] =
          (value & 0x80) === 0 ? this.value(address) & ~value : this.value(address) | (value & 0x7f);
        return;
      case register.fifoData:
        if (this.fifo.length < fifoBytes) this.fifo.push(value);
        return;
      case register.fifoLevel:
        if ((value & 0x80) !== 0) this.fifo = [];
        return;
      case register.command:
        this.start(value);
        return;
      case register.bitFraming:
        this.registers[address] = value & 0x7f;
        if ((value & startSend) !== 0 && (this.value(register.command) & 15) === command.transceive) {
          this.transceive(value & 7);
        }
        return;
      case register.txControl:
        this.registers[address] = value;
        if ((value & antennaOn) === 0) for (const card of this.cards) card.lostField();
        return;
      case register.error:
      case register.version:
        return;
      default:
        this.registers[address] = value;
    }
  }

  private start(value: number): void {
    this.registers[register.command] = value;
    if ((value & 15) === command.softReset) this.reset();
    if ((value & 15) !== command.calculateCrc) return;
    const [low, high] = crcA(this.fifo.splice(0));
    this.registers[register.crcLow] = low;
    this.registers[register.crcHigh] = high;
    this.raise(register.divIrq, crcReady);
  }

  private transceive(lastBits: number): void {
    const frame = this.fifo.splice(0);
    this.registers[register.error] = 0;
    this.registers[register.collision] = (this.value(register.collision) & 0x80) | noCollisionPlace;
    this.registers[register.control] = this.value(register.control) & ~7;
    this.raise(register.comIrq, interrupt.transmitted);
    const heard = (this.value(register.txControl) & antennaOn) === antennaOn ? this.cards : [];
    const answers = heard.map((card) => card.answer(frame, lastBits)).filter((answer) => answer !== undefined);
    const [first] = answers;
    if (first === undefined) {
      this.raise(register.comIrq, interrupt.timer);
      return;
    }
    const collided = firstDifferentBit(answers);
    const whole = collided === undefined;
    this.fifo.push(...(whole ? first.bytes : first.bytes.slice(0, Math.floor(collided / 8) + 1)));
    this.raise(register.control, whole ? first.bits : (collided + 1) % 8);
    if (!whole) {
      this.raise(register.error, collisionError);
      // Bits count from 1 to 32, and 32 shows as 0.
      const place = collided < 32 ? (collided + 1) & 0x1f : noCollisionPlace;
      this.registers[register.collision] = (this.value(register.collision) & 0x80) | place;
    }
    this.raise(register.comIrq, interrupt.received | interrupt.idle);
  }
}

function addressIn(byte: number): number {
  return (byte >> 1) & 0x3f;
}

/** Where answers that come at the same time differ first, in bits as sent: lowest of each byte first. */
function firstDifferentBit(answers: readonly CardAnswer[]): number | undefined {
  const places = answers.slice(1).flatMap((answer) => {
    const differences = answers[0]?.bytes.map((byte, index) => byte ^ (answer.bytes[index] ?? 0)) ?? [];
    const byte = differences.findIndex((difference) => difference !== 0);
    const bits = differences[byte] ?? 0;
    return byte === -1 ? [] : [byte * 8 + 31 - Math.clz32(bits & -bits)];
  });
  return places.length === 0 ? undefined : Math.min(...places);
}
