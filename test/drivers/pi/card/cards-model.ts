/** Behavioural cards of ISO/IEC 14443-3 type A, and what a reader hears when several answer at once. */

/** CRC_A: polynomial x^16 + x^12 + x^5 + 1, low bit first; sent low byte first. */
export function crcA(bytes: readonly number[], preset = 0x6363): number[] {
  let crc = preset;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >> 1 : (crc >> 1) ^ 0x8408;
  }
  return [crc & 0xff, crc >> 8];
}

export interface CardFaults {
  /** Cascade level, 1 to 3, whose check byte is wrong. */
  wrongCheckByte?: number;
  /** Cascade level whose SAK bears a wrong CRC. */
  wrongSakCrc?: number;
  /** SAK given at every level, whatever is true. */
  sak?: number;
  /** Answers so many frames and is then out of the field. */
  leavesAfter?: number;
  /** Answers the halt command, which must be met with silence, and stays active. */
  refusesHalt?: boolean;
  /** UID bytes as sent at each level; for cards that break the rules of the cascade tag. */
  levels?: number[][];
}

type CardState = 'unpowered' | 'idle' | 'ready' | 'active' | 'halt';

export class CardModel {
  state: CardState = 'unpowered';
  selections = 0;
  private wasHalted = false;
  private level = 0;
  private answers = 0;

  constructor(
    readonly uid: readonly number[],
    private readonly faults: CardFaults = {},
  ) {}

  /** Without the field a card forgets everything. */
  field(on: boolean): void {
    if (!on) this.state = 'unpowered';
    else if (this.state === 'unpowered') this.state = 'idle';
  }

  /** Whole bytes and the number of bits of the last one (0: eight). Undefined: it keeps silent. */
  hear(frame: readonly number[], lastBits: number): number[] | undefined {
    if (this.faults.leavesAfter !== undefined && this.answers >= this.faults.leavesAfter) return undefined;
    const answer = this.answer(frame, lastBits);
    if (answer !== undefined) this.answers += 1;
    return answer;
  }

  private answer(frame: readonly number[], lastBits: number): number[] | undefined {
    if (this.state === 'unpowered') return undefined;
    const short = frame.length === 1 && lastBits === 7;
    if (this.state === 'idle' || this.state === 'halt') {
      const called = short && (frame[0] === 0x52 || (frame[0] === 0x26 && this.state === 'idle'));
      if (!called) return undefined;
      this.wasHalted = this.state === 'halt';
      this.state = 'ready';
      this.level = 0;
      return [[0x04, 0x44, 0x84][this.levels().length - 1] ?? 0, 0x00];
    }
    if (this.state === 'ready' && !short) return this.select(frame);
    if (this.state === 'active' && frame[0] === 0x50 && frame[1] === 0 && intact(frame, 4)) {
      if (this.faults.refusesHalt === true) return [0x04];
      this.state = 'halt';
      return undefined;
    }
    return this.fallBack();
  }

  private select(frame: readonly number[]): number[] | undefined {
    const uid = this.levels()[this.level] ?? [];
    const check = uid.reduce((sum, byte) => sum ^ byte, 0);
    const sent = [...uid, this.faults.wrongCheckByte === this.level + 1 ? check ^ 0x10 : check];
    if (frame[0] !== [0x93, 0x95, 0x97][this.level]) return this.fallBack();
    if (frame.length === 2 && frame[1] === 0x20) return sent;
    const meant = frame[1] === 0x70 && sent.every((byte, index) => frame[2 + index] === byte);
    if (!meant || !intact(frame, 9)) return this.fallBack();
    const last = this.level === this.levels().length - 1;
    const sak = this.faults.sak ?? (last ? 0x08 : 0x04);
    const crc = crcA([sak]);
    const wrong = this.faults.wrongSakCrc === this.level + 1;
    if (last) {
      this.state = 'active';
      this.selections += 1;
    } else this.level += 1;
    return [sak, crc[0] ?? 0, (crc[1] ?? 0) ^ (wrong ? 0x01 : 0)];
  }

  private fallBack(): undefined {
    this.state = this.wasHalted ? 'halt' : 'idle';
  }

  private levels(): number[][] {
    const { uid, faults } = this;
    if (faults.levels !== undefined) return faults.levels;
    if (uid.length === 4) return [[...uid]];
    const first = [0x88, ...uid.slice(0, 3)];
    return uid.length === 7 ? [first, uid.slice(3)] : [first, [0x88, ...uid.slice(3, 6)], uid.slice(6)];
  }
}

function intact(frame: readonly number[], length: number): boolean {
  const [low, high] = crcA(frame.slice(0, length - 2));
  return frame.length === length && frame[length - 2] === low && frame[length - 1] === high;
}

/** `collisionAt`: the first bit, counted from 0, in which two answers differ; from there on bits read as 0. */
export interface Heard {
  bytes: number[];
  collisionAt: number | undefined;
}

export function heard(answers: readonly (readonly number[])[]): Heard | undefined {
  const [first] = answers;
  if (first === undefined) return undefined;
  const bits = 8 * Math.max(...answers.map((answer) => answer.length));
  const bytes: number[] = [];
  for (let bit = 0; bit < bits; bit++) {
    const index = bit >> 3;
    const values = new Set(answers.filter((a) => a.length > index).map((a) => ((a[index] ?? 0) >> (bit & 7)) & 1));
    if (values.size > 1) return { bytes: [...bytes, ...Array(bits / 8 - bytes.length).fill(0)], collisionAt: bit };
    bytes[index] = (bytes[index] ?? 0) | ((values.has(1) ? 1 : 0) << (bit & 7));
  }
  return { bytes, collisionAt: undefined };
}
