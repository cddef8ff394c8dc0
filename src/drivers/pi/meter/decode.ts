/** Turns the registers of one value into a number in V, A, W, Wh or Hz. */
import { type RegisterValue, registersTaken } from './register-map';

/** Digits kept after scaling: hides 230.00000000000003 and keeps all that any meter gives. */
const digits = 15;
/** Single precision tells apart at least six decimal digits, and nine tell all of its numbers apart (IEEE 754). */
const singleDigitsMin = 6;
const singleDigitsMax = 9;

/** `bytes` are the value's registers as on the wire. Undefined when the meter marks the value as not measured. */
export function decodeValue(value: RegisterValue, bytes: Uint8Array): number | undefined {
  const ordered = inOrder(bytes.slice(0, 2 * registersTaken(value)), value.wordOrder);
  if (isMarked(value, ordered)) return undefined;
  const raw = rawNumber(value.type, new DataView(ordered.buffer));
  return Number.isFinite(raw) ? withoutDust(raw * value.scale) : undefined;
}

/** The number without what binary fractions leave behind its last digit. */
export function withoutDust(number: number): number {
  return Number(number.toPrecision(digits));
}

function rawNumber(type: RegisterValue['type'], view: DataView): number {
  switch (type) {
    case 'float32':
      return decimalOf(view.getFloat32(0));
    case 'int16':
      return view.getInt16(0);
    case 'uint16':
      return view.getUint16(0);
    case 'int32':
      return view.getInt32(0);
    case 'uint32':
      return view.getUint32(0);
    case 'int64':
      return Number(view.getBigInt64(0));
    case 'uint64':
      return Number(view.getBigUint64(0));
    default:
      return type satisfies never;
  }
}

/**
 * The shortest decimal number that is this one in single precision. A meter counts in decimal steps: 1234.07 kWh comes as
 * 1234.0699462890625, and taken at its word it would be billed as 1,234,069 Wh.
 */
function decimalOf(single: number): number {
  for (let kept = singleDigitsMin; kept < singleDigitsMax; kept++) {
    const decimal = Number(single.toPrecision(kept));
    if (Math.fround(decimal) === single) return decimal;
  }
  return single;
}

/** `ones`: all bits set. `max`: all but the first, the largest signed number. */
function isMarked({ notANumber }: RegisterValue, bytes: Uint8Array): boolean {
  if (notANumber === undefined) return false;
  const first = notANumber === 'ones' ? 0xff : 0x7f;
  return bytes.every((byte, index) => byte === (index === 0 ? first : 0xff));
}

/** Within a register the high byte is always first; only the order of registers differs between meters. */
function inOrder(bytes: Uint8Array, order: RegisterValue['wordOrder']): Uint8Array<ArrayBuffer> {
  const ordered = new Uint8Array(bytes.length);
  for (let index = 0; index < bytes.length; index += 2) {
    const target = order === 'high-first' ? index : bytes.length - 2 - index;
    ordered.set(bytes.subarray(index, index + 2), target);
  }
  return ordered;
}
