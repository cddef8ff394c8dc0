/** A behavioural MFRC522 on an SPI bus: registers, FIFO, timer, interrupts, CRC unit and antenna, with cards before it. */
import type { SpiBus } from '../../../../src/drivers/pi/card/spi';
import { type CardModel, crcA, heard } from './cards-model';

/** SPI at 1 MHz, with a little pause between frames. */
const byteMicroseconds = 8;
const pauseMicroseconds = 4;
/** A card answers 91 µs after the reader's last bit; a byte with parity lasts 85 µs at 106 kbit/s. */
const answerDelayMicroseconds = 91;
const answerByteMicroseconds = 85;
const crcMicroseconds = 60;
const wakeMicroseconds = 100;
const carrierMegahertz = 13.56;

const timerIrq = 0x01;
const receivedIrq = 0x20;
const crcIrq = 0x04;
const resetValues: readonly (readonly [number, number])[] = [
  [0x01, 0x20],
  [0x02, 0x80],
  [0x04, 0x14],
  [0x0e, 0x80],
  [0x11, 0x3f],
  [0x14, 0x80],
];

/** `none`: works. Not wired, the data line reads as all zeros or all ones. */
type Wiring = 'none' | 'zeros' | 'ones' | 'throws';

export class Mfrc522Model implements SpiBus {
  cards: CardModel[] = [];
  version = 0x92;
  unplugged: Wiring = 'none';
  /** Spoils so many of the next answers: `parity`, or a false `collision` with or without a place. */
  disturb: { kind: 'parity' | 'collision' | 'collisionNowhere'; answers: number } | undefined;
  /** Registers that do not take a value. */
  readonly stuck = new Set<number>();
  /** Called before each transfer, with its number. */
  onTransfer: (count: number) => void = () => {};
  transfers = 0;
  softResets = 0;
  microseconds = 0;
  closed = false;

  private registers = new Uint8Array(64);
  private fifo: number[] = [];
  private pending: { at: number; run: () => void }[] = [];
  private timer: { at: number; run: () => void } | undefined;

  constructor() {
    this.loseRegisters();
  }

  /** As the chip does after a loss of power: cards lose the field too. */
  losePower(): void {
    this.loseRegisters();
  }

  antennaOn(): boolean {
    return (this.register(0x14) & 3) === 3;
  }

  /** What stands in a register, without time passing. */
  register(address: number): number {
    return this.registers[address] ?? 0;
  }

  transfer(bytes: Uint8Array): Uint8Array {
    this.transfers += 1;
    this.onTransfer(this.transfers);
    if (this.closed) throw new Error('transfer on a closed bus');
    if (this.unplugged === 'throws') throw new Error('EIO, input/output error');
    this.pass(bytes.length * byteMicroseconds + pauseMicroseconds);
    const back = new Uint8Array(bytes.length);
    if (this.unplugged !== 'none') return back.fill(this.unplugged === 'ones' ? 0xff : 0);
    const first = bytes[0] ?? 0;
    const address = (first >> 1) & 0x3f;
    if ((first & 0x80) !== 0) back[1] = this.read(address);
    else this.write(address, bytes[1] ?? 0);
    return back;
  }

  close(): void {
    this.closed = true;
  }

  private loseRegisters(): void {
    this.registers = new Uint8Array(64);
    for (const [address, value] of resetValues) this.registers[address] = value;
    this.fifo = [];
    this.pending = [];
    for (const card of this.cards) card.field(false);
  }

  private pass(microseconds: number): void {
    this.microseconds += microseconds;
    const due = this.pending.filter(({ at }) => at <= this.microseconds);
    this.pending = this.pending.filter(({ at }) => at > this.microseconds);
    for (const { run } of due.sort((a, b) => a.at - b.at)) run();
  }

  private later(microseconds: number, run: () => void): { at: number; run: () => void } {
    const entry = { at: this.microseconds + microseconds, run };
    this.pending.push(entry);
    return entry;
  }

  private set(address: number, value: number): void {
    this.registers[address] = value;
  }

  private read(address: number): number {
    switch (address) {
      case 0x09:
        return this.fifo.shift() ?? 0;
      case 0x0a:
        return this.fifo.length;
      case 0x37:
        return this.version;
      default:
        return this.register(address);
    }
  }

  private write(address: number, value: number): void {
    // While it wakes up, the chip takes nothing.
    if ((this.register(0x01) & 0x10) !== 0 || this.stuck.has(address)) return;
    switch (address) {
      case 0x01:
        this.command(value);
        return;
      case 0x04:
      case 0x05:
        // The top bit says whether the marked bits are set or cleared.
        this.set(
          address,
          (value & 0x80) !== 0 ? this.register(address) | (value & 0x7f) : this.register(address) & ~value,
        );
        return;
      case 0x09:
        if (this.fifo.length < 64) this.fifo.push(value);
        return;
      case 0x0a:
        if ((value & 0x80) !== 0) this.fifo = [];
        return;
      case 0x0d:
        this.set(address, value & 0x7f);
        if ((value & 0x80) !== 0 && (this.register(0x01) & 0x0f) === 0x0c) this.transmit();
        return;
      case 0x06:
      case 0x37:
        return;
      default:
        this.set(address, value);
        if (address === 0x14) for (const card of this.cards) card.field(this.antennaOn());
    }
  }

  private command(value: number): void {
    const command = value & 0x0f;
    this.set(0x01, (this.register(0x01) & 0xf0) | command);
    if (command === 0x0f) {
      this.softResets += 1;
      this.loseRegisters();
      this.set(0x01, 0x30);
      this.later(wakeMicroseconds, () => this.set(0x01, 0x20));
    } else if (command === 0x03) {
      this.set(0x06, 0);
      const [low = 0, high = 0] = crcA(this.fifo.splice(0), crcPresets[this.register(0x11) & 3]);
      this.later(crcMicroseconds, () => {
        this.set(0x22, low);
        this.set(0x21, high);
        this.set(0x05, this.register(0x05) | crcIrq);
      });
    } else if (command === 0) this.pending = this.pending.filter((entry) => entry === this.timer);
  }

  private transmit(): void {
    const frame = this.fifo.splice(0);
    this.set(0x06, 0);
    this.set(0x0c, this.register(0x0c) & ~0x07);
    this.set(0x0e, this.register(0x0e) | 0x20);
    for (const card of this.cards) card.field(this.antennaOn());
    const answers = this.cards.map((card) => card.hear(frame, this.register(0x0d) & 7)).filter((a) => a !== undefined);
    const sound = heard(answers);
    const sentMicroseconds = frame.length * answerByteMicroseconds;
    const wait = this.timerMicroseconds();
    const delay = answerDelayMicroseconds + answerByteMicroseconds / 2;
    if (sound === undefined || wait < delay) {
      this.timer = this.later(sentMicroseconds + wait, () => this.set(0x04, this.register(0x04) | timerIrq));
      return;
    }
    this.later(sentMicroseconds + delay + sound.bytes.length * answerByteMicroseconds, () => {
      this.receive(sound.bytes, sound.collisionAt);
    });
  }

  private receive(bytes: number[], collisionAt: number | undefined): void {
    this.fifo.push(...bytes);
    this.set(0x04, this.register(0x04) | receivedIrq);
    if (collisionAt !== undefined) {
      this.set(0x06, this.register(0x06) | 0x08);
      // Bits are counted from 1; 32 is told as 0; what lies beyond has no place.
      if (collisionAt < 32) this.set(0x0e, (this.register(0x0e) & 0x80) | ((collisionAt + 1) & 0x1f));
    }
    const { disturb } = this;
    if (disturb === undefined || disturb.answers === 0) return;
    disturb.answers -= 1;
    this.set(0x06, this.register(0x06) | (disturb.kind === 'parity' ? 0x02 : 0x08));
    if (disturb.kind === 'collision') this.set(0x0e, (this.register(0x0e) & 0x80) | 0x05);
  }

  /** Time from the end of a transmission to the timer's notice, by the registers. */
  private timerMicroseconds(): number {
    const mode = this.register(0x2a);
    if ((mode & 0x80) === 0) return Number.POSITIVE_INFINITY;
    const prescaler = ((mode & 0x0f) << 8) | this.register(0x2b);
    const reload = (this.register(0x2c) << 8) | this.register(0x2d);
    return ((2 * prescaler + 1) * (reload + 1)) / carrierMegahertz;
  }
}

const crcPresets: readonly number[] = [0x0000, 0x6363, 0xa671, 0xffff];
