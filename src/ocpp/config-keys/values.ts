/** Checks a value against its type and brings it into the one form in which it is kept and reported. */
import type { IntegerType, ListType, TextType, UrlType, ValueType } from './types';

/** Longest value of a key, in characters: CiString500 (OCPP 1.6, 6.7 and 7.29). */
export const valueLengthMax = 500;

export type CheckedValue = { ok: true; value: string } | { ok: false; reason: string };

/** What the values of other keys leave of a list. */
export interface ListLimits {
  /** Greatest number of items. */
  itemsMax?: number;
  /** The words allowed, out of those of the type. */
  words?: readonly string[];
}

const accepted = (value: string): CheckedValue => ({ ok: true, value });
const refused = (reason: string): CheckedValue => ({ ok: false, reason });

/** The canonical form of `raw`, or why it is no value of this type. `limits` concern lists only. */
export function checkValue(type: ValueType, raw: string, limits: ListLimits = {}): CheckedValue {
  switch (type.kind) {
    case 'boolean':
      return /^(true|false)$/i.test(raw) ? accepted(raw.toLowerCase()) : refused('must be true or false');
    case 'integer':
      return checkInteger(type, raw);
    case 'text':
      return checkText(type, raw);
    case 'url':
      return checkUrl(type, raw);
    case 'list':
      return checkList(type, raw, limits);
    default: {
      const impossible: never = type;
      return impossible;
    }
  }
}

/** Plain decimal digits only: no sign, blank, exponent or leading zero, so that what is read back is what was written. */
function checkInteger(type: IntegerType, raw: string): CheckedValue {
  const value = Number(raw);
  const inRange = (value >= type.min && value <= type.max) || (value === 0 && type.zeroIsOff === true);
  return /^(0|[1-9]\d*)$/.test(raw) && inRange ? accepted(raw) : refused(`must be ${typeInWords(type)}`);
}

function checkText(type: TextType, raw: string): CheckedValue {
  const fits = raw.length >= type.minLength && raw.length <= type.maxLength;
  return fits && (type.format?.pattern.test(raw) ?? true) ? accepted(raw) : refused(`must be ${typeInWords(type)}`);
}

function checkUrl(type: UrlType, raw: string): CheckedValue {
  if (isUrl(type, raw)) return accepted(raw);
  // Written for a browser, or without a scheme.
  const [, secure = '', rest = ''] = /^(?:http(s)?:\/\/)?(.+)$/i.exec(raw) ?? [];
  const likely = `ws${secure.toLowerCase()}://${rest}`;
  const question = !rest.includes('://') && isUrl(type, likely) ? `; was ${likely} meant?` : '';
  return refused(`must be ${typeInWords(type)}${question}`);
}

/** A fragment is not allowed in a WebSocket URL (RFC 6455, 3); a password in it would be shown to every reader. */
function isUrl(type: UrlType, raw: string): boolean {
  if (raw.length > type.maxLength || /\s/.test(raw) || !URL.canParse(raw)) return false;
  const url = new URL(raw);
  const plain = !raw.includes('#') && url.username === '' && url.password === '';
  return plain && type.schemes.includes(url.protocol) && url.hostname !== '';
}

/** Blanks around a word, its case and repetitions do not matter; one unknown word refuses the whole (3.16.4). */
function checkList(type: ListType, raw: string, limits: ListLimits): CheckedValue {
  const { words = type.words, itemsMax = words.length } = limits;
  const written = raw.trim() === '' ? [] : raw.split(',').map((word) => word.trim());
  const found = new Set<string>();
  for (const word of written) {
    const known = words.find((candidate) => candidate.toLowerCase() === word.toLowerCase());
    if (known === undefined) return refused(`has "${word}", which is none of: ${words.join(', ')}`);
    found.add(known);
  }
  if (found.size < type.minItems || found.size > itemsMax) {
    return refused(`has ${found.size} items; allowed are ${type.minItems} to ${itemsMax}`);
  }
  return accepted([...found].join(','));
}

/** The items of a list in its kept form. */
export function listItems(value: string): string[] {
  return value === '' ? [] : value.split(',');
}

/** What values a type allows, as a phrase: "a number from 10 to 86400 s". */
export function typeInWords(type: ValueType): string {
  switch (type.kind) {
    case 'boolean':
      return 'true or false';
    case 'integer': {
      const unit = type.unit === undefined ? '' : ` ${type.unit}`;
      if (type.min === type.max) return `${type.min}${unit}`;
      return `${type.zeroIsOff ? '0, or ' : ''}a whole number from ${type.min} to ${type.max}${unit}`;
    }
    case 'text': {
      const format = type.format === undefined ? '' : `: ${type.format.words}`;
      return `${type.minLength} to ${type.maxLength} characters${format}`;
    }
    case 'url':
      return `a URL with ${type.schemes.join('// or ')}//, without user, password or fragment, at most ${type.maxLength} characters`;
    case 'list': {
      const least = type.minItems > 0 ? `at least ${type.minItems} of` : 'none or more of';
      const most = type.maxItemsKey === undefined ? '' : `, at most ${type.maxItemsKey} of them`;
      const words = type.wordsKey === undefined ? `: ${type.words.join(', ')}` : ` the words in ${type.wordsKey}`;
      return `${least}${words}${most}`;
    }
    default: {
      const impossible: never = type;
      return impossible;
    }
  }
}
