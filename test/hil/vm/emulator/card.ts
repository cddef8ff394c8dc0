/** A contactless card as ISO/IEC 14443-3 type A has it: wake-up, cascade, selection and halt. */

/** What a card answers; `bits` counts the valid bits of the last byte, 0 for all eight. */
export interface CardAnswer {
  bytes: readonly number[];
  bits: number;
}

const command = { request: 0x26, wakeUp: 0x52, halt: 0x50 } as const;
/** SEL of the three cascade levels. */
const selects = [0x93, 0x95, 0x97];
const anticollision = 0x20;
const selection = 0x70;
const cascadeTag = 0x88;
const sakIncomplete = 0x04;
const sakComplete = 0x08;
const notAcknowledged: CardAnswer = { bytes: [0], bits: 4 };

/** First byte of the ATQA by the length of the UID; bit frame anticollision. */
const answersToRequest: Readonly<Record<number, number>> = { 4: 0x04, 7: 0x44, 10: 0x84 };

export class Card {
  private state: 'idle' | 'ready' | 'active' | 'halted' = 'idle';
  private wasHalted = false;
  private level = 0;
  private readonly levels: readonly (readonly number[])[];

  /** `uid`: 4, 7 or 10 bytes. */
  constructor(private readonly uid: Uint8Array) {
    this.levels = levelsOf(uid);
  }

  /** The card lost its field. */
  lostField(): void {
    this.state = 'idle';
  }

  /** Takes a frame whose last byte has `lastBits` bits (0: all); undefined: silence. */
  answer(frame: readonly number[], lastBits: number): CardAnswer | undefined {
    if (lastBits === 7) return this.shortFrame(frame[0] ?? 0);
    switch (this.state) {
      case 'idle':
      case 'halted':
        return undefined;
      case 'ready':
        return this.select(frame);
      case 'active':
        if (frame[0] !== command.halt || frame[1] !== 0) return notAcknowledged;
        this.state = 'halted';
        return undefined;
      default:
        return this.state satisfies never;
    }
  }

  private shortFrame(code: number): CardAnswer | undefined {
    const heard = code === command.wakeUp || (code === command.request && this.state !== 'halted');
    if (!heard || this.state === 'ready' || this.state === 'active') {
      this.fallBack();
      return undefined;
    }
    this.wasHalted = this.state === 'halted';
    this.state = 'ready';
    this.level = 0;
    return { bytes: [answersToRequest[this.uid.length] ?? 0, 0], bits: 0 };
  }

  private select(frame: readonly number[]): CardAnswer | undefined {
    const part = this.levels[this.level];
    if (part === undefined || frame[0] !== selects[this.level]) return this.fallBack();
    const whole = [...part, part.reduce((sum, byte) => sum ^ byte, 0)];
    if (frame[1] === anticollision && frame.length === 2) return { bytes: whole, bits: 0 };
    const body = frame.slice(0, 7);
    const meant = frame[1] === selection && whole.every((byte, index) => frame[2 + index] === byte);
    if (!meant || !endsWith(frame, crcA(body))) return this.fallBack();
    const last = this.level === this.levels.length - 1;
    if (last) this.state = 'active';
    else this.level += 1;
    const sak = last ? sakComplete : sakIncomplete;
    return { bytes: [sak, ...crcA([sak])], bits: 0 };
  }

  private fallBack(): undefined {
    if (this.state === 'ready' || this.state === 'active') this.state = this.wasHalted ? 'halted' : 'idle';
    return undefined;
  }
}

/** CRC_A of a frame, low byte first (ISO/IEC 14443-3, 6.2.4 and annex B). */
export function crcA(bytes: readonly number[]): [number, number] {
  let sum = 0x6363;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum & 1) === 1 ? (sum >> 1) ^ 0x8408 : sum >> 1;
  }
  return [sum & 0xff, sum >> 8];
}

function levelsOf(uid: Uint8Array): number[][] {
  const bytes = [...uid];
  const levels: number[][] = [];
  while (bytes.length > 4) levels.push([cascadeTag, ...bytes.splice(0, 3)]);
  return [...levels, bytes];
}

function endsWith(frame: readonly number[], crc: readonly number[]): boolean {
  return frame.length === 9 && frame[7] === crc[0] && frame[8] === crc[1];
}
