/** Takes out of frames what nobody may read: the values of secret keys, passwords in URLs; and cards, where they are not asked for. */
import { findKey } from '../config-keys/index';
import type { ObservedFrame } from './observed-frame';

/** Stands where a secret was. */
export const secretMask = '***';

/** Names whose values are secret whatever table they are in, in any case. */
const secretName = /authorizationkey|password|passwd|privatekey|secret/i;
/** A card under a name of its own; `token` is what the station itself calls it. */
const cardName = /^((parent)?idTag|token)$/i;
/** The keys that hold a card, such as defaultIdTag1. */
const cardKey = /idTag\d*$/i;
/** User and password before the host of a URL. */
const userInUrl = /:\/\/[^\s/?#]*@/g;
/** The parameters of a URL. */
const urlParameter = /([?&])([^\s=&#?]+)=[^\s&#]*/g;
const secretParameter = /authorizationkey|password|passwd|secret|token/i;
/** Keys of the store that end with the number of a card, as lines about such a value have them. */
const storedCard = /(\blocal\/card\/|\bcache\/|\blist\/entry\/)([^\s"]+)/g;
/** Deeper than any message of OCPP goes; what is further down is left out. */
const depthMax = 24;
/** A card with this many characters shows the last of them. */
const longCardCharacters = 8;
const shownCardCharacters = 4;

export function isSecretKey(key: string): boolean {
  return findKey(key)?.secret === true || secretName.test(key);
}

/** The same text with the passwords of its URLs masked. */
export function withoutPasswords(text: string): string {
  // Most texts have neither, and a search for two characters costs less than two patterns.
  if (!text.includes('://') && !text.includes('=')) return text;
  return text
    .replaceAll(userInUrl, `://${secretMask}@`)
    .replaceAll(urlParameter, (whole, mark, name) =>
      secretParameter.test(name) ? `${mark}${name}=${secretMask}` : whole,
    );
}

/** The same without secrets; the very same object where there are none. An object with a `key` that is secret has its `value` masked, in requests and in answers. */
export function withoutSecrets(payload: object): object {
  return mapped(payload, (name, value, holder) => {
    if (name !== undefined && secretName.test(name)) return secretMask;
    if (name?.toLowerCase() === 'value' && isSecretKey(keyOf(holder))) return secretMask;
    return typeof value === 'string' ? withoutPasswords(value) : value;
  });
}

/** Something of a name that is secret, of a URL, of JSON in a text, or that is spelt in another way. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters of ASCII
const suspicious = /key|passw|secret|:\/\/|[?&\\]|"\s*[[{]|[^\x00-\x7f]/i;

/** Whether nothing of a payload can need a mask, by the text that it was read from: so it is with most messages of a charge. */
export function hasNothingSecret(text: string, payload: object): boolean {
  return !suspicious.test(text) && !isDeeper(payload, depthMax);
}

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth === 0) return true;
  for (const name in value) if (isDeeper(value[name as keyof typeof value], depth - 1)) return true;
  return false;
}

/** The same with card numbers that show at most their last four characters. */
export function withoutCards({ payload, text: _, ...frame }: ObservedFrame): ObservedFrame {
  return { ...frame, ...(payload === undefined ? {} : { payload: withoutCardNumbers(payload) }) };
}

/** The same for anything; the very same object where there are none. */
export function withoutCardNumbers(payload: object): object {
  return mapped(payload, cardMasked);
}

/** The same text with the cards masked that are part of the keys under which the store has them. */
export function withoutStoredCards(text: string): string {
  return text.replaceAll(storedCard, (_whole, place: string, card: string) => `${place}${maskedCard(card)}`);
}

/** Whether a configuration key holds the number of a card. */
export function isCardKey(key: string): boolean {
  return cardKey.test(key);
}

export function maskedCard(card: string): string {
  return card.length < longCardCharacters ? secretMask : `…${card.slice(-shownCardCharacters)}`;
}

function cardMasked(name: string | undefined, value: unknown, holder: object): unknown {
  if (name === undefined || typeof value !== 'string' || value === '') return value;
  const isCard = cardName.test(name) || (name.toLowerCase() === 'value' && isCardKey(keyOf(holder)));
  return isCard ? maskedCard(value) : value;
}

/** Central systems spell member names in any case. */
function keyOf(holder: object): string {
  const key = Object.entries(holder).find(([name]) => name.toLowerCase() === 'key')?.[1];
  return typeof key === 'string' ? key : '';
}

type MemberChange = (name: string | undefined, value: unknown, holder: object) => unknown;

/** Values that nothing changes stay the very same. */
function mapped(payload: object, change: MemberChange): object {
  const walk = (name: string | undefined, value: unknown, holder: object, depth: number): unknown => {
    const changed = change(name, value, holder);
    if (changed !== value) return changed;
    if (typeof value === 'string') return inText(value, (inner) => walk(undefined, inner, holder, depth + 1));
    if (typeof value !== 'object' || value === null) return value;
    if (depth >= depthMax) return secretMask;
    return Array.isArray(value)
      ? itemsOf(value, (item) => walk(name, item, value, depth + 1))
      : membersOf(value, (member, inner) => walk(member, inner, value, depth + 1));
  };
  return walk(undefined, payload, payload, 0) as object;
}

function itemsOf(list: readonly unknown[], walk: (item: unknown) => unknown): readonly unknown[] {
  let changed: unknown[] | undefined;
  for (const [index, item] of list.entries()) {
    const walked = walk(item);
    if (walked === item) continue;
    changed ??= [...list];
    changed[index] = walked;
  }
  return changed ?? list;
}

function membersOf(holder: object, walk: (name: string, value: unknown) => unknown): object {
  let changed: Map<string, unknown> | undefined;
  for (const [name, value] of Object.entries(holder)) {
    const walked = walk(name, value);
    if (walked === value) continue;
    changed ??= new Map(Object.entries(holder));
    changed.set(name, walked);
  }
  // Not by assignment: a member may be called __proto__.
  return changed ? Object.fromEntries(changed) : holder;
}

/** DataTransfer carries JSON as a text: what is in it is masked, too. */
function inText(text: string, walk: (value: object) => unknown): string {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return text;
    const walked = walk(value);
    return walked === value ? text : JSON.stringify(walked);
  } catch {
    return text;
  }
}
