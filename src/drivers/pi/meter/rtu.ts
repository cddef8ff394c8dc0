/** Frames of Modbus RTU (Modbus over Serial Line 1.02): requests to read registers, and the judgement of what comes back. */

export interface RegisterRequest {
  /** Modbus unit, 1 to 247. */
  unit: number;
  /** 3 reads holding registers, 4 reads input registers. */
  functionCode: 3 | 4;
  /** First register as on the wire, 0 to 65535. */
  address: number;
  /** Registers of 16 bits, 1 to 125. */
  count: number;
}

/** What the bytes received so far are. `registers` and `exception` hold only if no more bytes come. */
export type ReplyJudgement =
  | { kind: 'none' }
  | { kind: 'partial'; reason: string }
  | { kind: 'registers'; bytes: Uint8Array }
  | { kind: 'exception'; code: number }
  | { kind: 'garbled'; reason: string };

export const unitMax = 247;
export const registersPerReadMax = 125;

/** Start, eight data, parity or second stop, stop: what the standard counts with. */
const characterBits = 11;
/** Above 19200 baud the pause between frames is fixed. */
const frameGapMinMs = 1.75;
const frameGapCharacters = 3.5;
const exceptionBit = 0x80;
const exceptionBytes = 5;
/** Unit, function, byte count, and two bytes of check sum. */
const replyOverheadBytes = 5;
export const requestBytes = 8;

/** The exception of a unit that does not have the registers asked for. */
export const illegalAddress = 2;

const exceptionTexts: Readonly<Record<number, string>> = {
  1: 'illegal function: the meter does not know it',
  [illegalAddress]: 'illegal data address: the meter has no such registers; is it the right register map?',
  3: 'illegal data value: the meter refuses this number of registers',
  4: 'device failure',
  5: 'acknowledge: the meter needs more time',
  6: 'device busy',
  8: 'memory parity error',
  10: 'gateway path unavailable',
  11: 'gateway target does not answer',
};

export function exceptionText(code: number): string {
  return `exception ${code}, ${exceptionTexts[code] ?? 'unknown to the standard'}`;
}

/** CRC-16 with polynomial 0xA001 (reflected 0x8005), starting from 0xFFFF; goes on the wire low byte first. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}

/** The bytes with their check sum behind. */
export function withCrc(bytes: Uint8Array): Uint8Array {
  const crc = crc16(bytes);
  return Uint8Array.of(...bytes, crc & 0xff, crc >> 8);
}

/** The frame of a request. Throws RangeError for a request that no frame can hold. */
export function requestFrame({ unit, functionCode, address, count }: RegisterRequest): Uint8Array {
  within('unit', unit, 1, unitMax);
  within('count', count, 1, registersPerReadMax);
  within('address', address, 0, 0x10000 - count);
  return withCrc(Uint8Array.of(unit, functionCode, address >> 8, address & 0xff, count >> 8, count & 0xff));
}

/** Bytes of a full answer that is no exception. */
export function replyBytes(count: number): number {
  return replyOverheadBytes + 2 * count;
}

/** Silence that ends a frame: 3.5 characters, at least 1.75 ms. In ms. */
export function frameGapMs(baudRate: number): number {
  return Math.max(frameGapMinMs, transmissionMs(frameGapCharacters, baudRate));
}

/** How long so many characters are on the wire, in ms. */
export function transmissionMs(characters: number, baudRate: number): number {
  return (characters * characterBits * 1000) / baudRate;
}

/**
 * Judges everything that came since the request was sent. It never looks for a frame within the bytes: one byte too
 * many, in front or behind, and all of them are garbled, since nothing then tells which of them were meant.
 */
export function judgeReply(request: RegisterRequest, received: Uint8Array): ReplyJudgement {
  const [unit, functionCode, third] = received;
  if (unit === undefined) return { kind: 'none' };
  if (unit !== request.unit) return garbled(`an answer of unit ${unit} came instead`);
  if (functionCode === undefined) return partial(received.length, replyBytes(request.count));
  if (functionCode === (request.functionCode | exceptionBit)) {
    return whole(received, exceptionBytes) ?? { kind: 'exception', code: third ?? 0 };
  }
  if (functionCode !== request.functionCode) {
    return garbled(`an answer to function ${functionCode} came, asked was ${request.functionCode}`);
  }
  if (third !== undefined && third !== 2 * request.count) {
    return garbled(
      isEcho(request, received)
        ? 'the adapter repeats what is sent; switch its receiver off while it sends (echo off)'
        : `the answer counts ${third} bytes, asked were ${2 * request.count}`,
    );
  }
  const length = replyBytes(request.count);
  return whole(received, length) ?? { kind: 'registers', bytes: received.slice(3, length - 2) };
}

/** Undefined when the bytes are exactly one frame with a right check sum. */
function whole(received: Uint8Array, length: number): ReplyJudgement | undefined {
  if (received.length < length) return partial(received.length, length);
  if (received.length > length) return garbled(`${received.length - length} bytes too many came with the answer`);
  // Over a frame with its own check sum behind, the sum is 0.
  return crc16(received) === 0 ? undefined : garbled('wrong check sum (CRC): noise, wrong parity or two units at once');
}

function isEcho(request: RegisterRequest, received: Uint8Array): boolean {
  const frame = requestFrame(request);
  return received.length >= frame.length && frame.every((byte, index) => received[index] === byte);
}

function partial(have: number, need: number): ReplyJudgement {
  return { kind: 'partial', reason: `the answer broke off after ${have} of ${need} bytes` };
}

function garbled(reason: string): ReplyJudgement {
  return { kind: 'garbled', reason };
}

function within(name: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`Modbus ${name} must be a whole number from ${min} to ${max}, not ${value}`);
  }
}
