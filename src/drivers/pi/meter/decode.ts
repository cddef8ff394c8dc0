/** Turns the registers of one value into a number in V, A, W, Wh or Hz. */
import { type RegisterValue, registersTaken } from './register-map';

/** Digits kept after scaling: hides 230.00000000000003 and keeps all that any meter gives. */
const digits = 15;

/** `bytes` are the value's registers as on the wire. Undefined when the meter marks the value as not measured. */
export function decodeValue(value: RegisterValue, bytes: Uint8Array): number | undefined {
  const ordered = inOrder(bytes.slice(0, 2 * registersTaken(value)), value.wordOrder);
  if (isMarked(value, ordered)) return undefined;
  const raw = rawNumber(value.type, new DataView(ordered.buffer));
  return Number.isFinite(raw) ? Number((raw * value.scale).toPrecision(digits)) : undefined;
}

function rawNumber(type: RegisterValue['type'], view: DataView): number {
  switch (type) {
    case 'float32':
      return view.getFloat32(0);
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
