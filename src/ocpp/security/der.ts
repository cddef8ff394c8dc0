/** Reads the parts of DER (X.690) that a certificate is made of, as far as somebody needs them. */

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
