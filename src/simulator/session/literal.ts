/** JSON values as TypeScript writes them. */
import type { JsonValue } from '../../hal/store';

const plainName = /^[A-Za-z_$][\w$]*$/;

export function literal(value: JsonValue): string {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return typeof value === 'number' ? numeral(value) : String(value);
  const members = Object.entries(value).map(
    ([name, inner]) => `${plainName.test(name) ? name : text(name)}: ${literal(inner)}`,
  );
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

/** With double quotes where there are single ones within it. */
function text(value: string): string {
  const quoted = JSON.stringify(value);
  return value.includes("'") ? quoted : `'${quoted.slice(1, -1).replaceAll('\\"', '"')}'`;
}

const groupedFrom = 1_000;

/** 12345 is 12_345. */
export function numeral(value: number): string {
  if (!Number.isInteger(value) || Math.abs(value) < groupedFrom) return String(value);
  return String(value).replace(/\B(?=(\d{3})+$)/g, '_');
}
