/** Reads the parts of DER (X.690) that a certificate is made of, as far as somebody needs them. */
import { tags } from '../../hal/x509/der-writer';

export interface DerPart {
  tag: number;
  /** With tag and length. */
  whole: Uint8Array;
  content: Uint8Array;
}

/** Throws a RangeError for what ends too early, or has a length that DER does not know. */
function partAt(bytes: Uint8Array, at: number): DerPart {
  const tag = byteAt(bytes, at);
  const first = byteAt(bytes, at + 1);
  let begin = at + 2;
  let length = first;
  if (first > 0x7f) {
    const digits = first & 0x7f;
    if (digits === 0 || digits > 4) throw new RangeError('a length of DER that is none');
    length = 0;
    for (let n = 0; n < digits; n += 1) length = length * 256 + byteAt(bytes, begin + n);
    begin += digits;
  }
  const end = begin + length;
  if (end > bytes.length) throw new RangeError('DER that ends too early');
  return { tag, whole: bytes.subarray(at, end), content: bytes.subarray(begin, end) };
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw new RangeError('DER that ends too early');
  return byte;
}

/** What lies side by side in a sequence. */
export function partsOf(content: Uint8Array): DerPart[] {
  const parts: DerPart[] = [];
  for (let at = 0; at < content.length; ) {
    const part = partAt(content, at);
    parts.push(part);
    at += part.whole.length;
  }
  return parts;
}

/** The one value that these bytes are, and nothing behind it. */
export function valueIn(bytes: Uint8Array): DerPart {
  const [value, ...others] = partsOf(bytes);
  if (value === undefined || others.length > 0) throw new RangeError('DER of more or less than one value');
  return value;
}

/** The parts of a SEQUENCE; throws a RangeError where it is something else. */
export function sequenceOf(part: DerPart | undefined): DerPart[] {
  return partsOf(contentOf(part, tags.sequence));
}

/** The content of a part that must have this tag. */
export function contentOf(part: DerPart | undefined, tag: number): Uint8Array {
  if (part?.tag !== tag) throw new RangeError(`DER of another kind (${part?.tag ?? 'nothing'}, and must be ${tag})`);
  return part.content;
}

/** A number of any length, in hexadecimal without leading zeros. */
export function numberOf(part: DerPart | undefined): string {
  const digits = Buffer.from(contentOf(part, tags.integer)).toString('hex');
  return digits.replace(/^0+(?=.)/, '');
}

/** With points, such as 2.5.29.19. */
export function objectIdentifierOf(part: DerPart | undefined): string {
  const numbers: number[] = [];
  let number = 0;
  for (const byte of contentOf(part, tags.objectId)) {
    number = number * 128 + (byte & 0x7f);
    if (byte > 0x7f) continue;
    numbers.push(number);
    number = 0;
  }
  const [first = 0, ...rest] = numbers;
  const root = Math.min(2, Math.floor(first / 40));
  return [root, first - root * 40, ...rest].join('.');
}

/** The bytes of a BIT STRING that has no unused bits. */
export function bytesOfBits(part: DerPart | undefined): Uint8Array {
  const content = contentOf(part, tags.bitString);
  if (content[0] !== 0) throw new RangeError('a BIT STRING of DER with unused bits');
  return content.subarray(1);
}

/** In ms of Unix time: UTCTime, whose years are those from 1950 to 2049, or GeneralizedTime, both without fractions and in UTC (RFC 5280, 4.1.2.5). */
export function timeOf(part: DerPart | undefined): number {
  const isShort = part?.tag === tags.utcTime;
  const text = Buffer.from(contentOf(part, isShort ? tags.utcTime : tags.generalizedTime)).toString('latin1');
  const fields = (
    isShort ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/ : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/
  ).exec(text);
  if (!fields) throw new RangeError('a time of DER that is none');
  const [told = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields.slice(1).map(Number);
  const year = isShort ? told + (told < 50 ? 2_000 : 1_900) : told;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
