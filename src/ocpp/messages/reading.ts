/** Reads payloads of the other side as they are meant: a fault that does no harm is mended or left out, and noted. */

import { Kind, KindGuard, OptionalKind, type TSchema } from '@sinclair/typebox';
import type { Reading } from '../link/protocol';
import { check, checkTolerant } from './check';
import { isDateTime } from './date-time';
import type { Limits } from './schema';

/** Members that measure something. Whole numbers of any other name are ids, which nobody may round. */
const measures: ReadonlySet<string> = new Set(['interval']);

/** Notes what was found at a path, without any value: the same fault makes the same note. */
type Note = (path: string, found: string) => void;
type Mend = (schema: TSchema, value: unknown, path: string, note: Note) => unknown;

/** A request is held against its schema strictly; only a time may lack its zone, which then is UTC. */
export function readRequest(schema: TSchema, payload: object): Reading {
  const { mended, notes } = mendedBy(mendTime, schema, payload);
  return { payload: mended, notes, violation: check(schema, mended) };
}

/**
 * Of a response everything that can be read is used: what was asked for has been done, whatever else is wrong.
 * null is the same as absent; an optional member that is wrong is left out; a whole number may be a text, and a
 * duration may have decimals; the letter case of a word does not matter; [] stands for {}.
 */
export function readResponse(schema: TSchema, payload: object): Reading {
  const { mended, notes } = mendedBy(mendAny, schema, payload);
  return { payload: mended, notes, violation: checkTolerant(schema, mended) };
}

function mendedBy(mend: Mend, schema: TSchema, payload: object): { mended: object; notes: string[] } {
  const notes: string[] = [];
  const note: Note = (path, found) => {
    const line = `${path}: ${found}`;
    if (!notes.includes(line)) notes.push(line);
  };
  return { mended: mend(schema, payload, '', note) as object, notes };
}

function mendTime(schema: TSchema, value: unknown, path: string, note: Note): unknown {
  if (Array.isArray(value) && KindGuard.IsArray(schema)) {
    return value.map((item) => mendTime(schema.items, item, `${path}[]`, note));
  }
  if (isRecord(value) && KindGuard.IsObject(schema)) {
    const mended = { ...value };
    for (const [name, member] of Object.entries(schema.properties)) {
      if (Object.hasOwn(value, name)) mended[name] = mendTime(member, value[name], below(path, name), note);
    }
    return mended;
  }
  return schema[Kind] === 'OcppDateTime' ? inUtc(value, path, note) : value;
}

function mendAny(schema: TSchema, value: unknown, path: string, note: Note): unknown {
  if (KindGuard.IsObject(schema)) return mendObject(schema.properties, value, path, note);
  if (KindGuard.IsInteger(schema)) return wholeNumber(value, path, note);
  if (schema[Kind] === 'OcppDateTime') return inUtc(value, path, note);
  if (schema[Kind] === 'OcppChoice') return word((schema as Limits).enum ?? [], value, path, note);
  return value;
}

function mendObject(members: Record<string, TSchema>, value: unknown, path: string, note: Note): unknown {
  if (Array.isArray(value) && value.length === 0) {
    note(path || 'payload', '[] stands for {}');
    return {};
  }
  if (!isRecord(value)) return value;
  const mended = { ...value };
  for (const [name, schema] of Object.entries(members)) {
    if (!Object.hasOwn(value, name)) continue;
    const place = below(path, name);
    const member = value[name] === null ? undefined : mendAny(schema, value[name], place, note);
    const isWrong = member !== undefined && checkTolerant(schema, member) !== undefined;
    if (isWrong && schema[OptionalKind] === 'Optional') note(place, 'not valid, left out');
    if (member === undefined || (isWrong && schema[OptionalKind] === 'Optional')) delete mended[name];
    else mended[name] = member;
  }
  return mended;
}

/** Beyond 2^53 the number that was read may not be the one that was sent: it is as good as none. */
function wholeNumber(value: unknown, path: string, note: Note): unknown {
  const isDigits = typeof value === 'string' && /^\s*[+-]?\d+(?:\.\d+)?\s*$/.test(value);
  const number = isDigits ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return value;
  if (Math.abs(number) > Number.MAX_SAFE_INTEGER) {
    note(path, 'too large to be kept exactly, left out');
    return undefined;
  }
  if (isDigits) note(path, 'a number as text');
  if (Number.isInteger(number) || !measures.has(path)) return number;
  note(path, 'a whole number with decimals, rounded');
  return Math.round(number);
}

function word(words: readonly string[], value: unknown, path: string, note: Note): unknown {
  if (typeof value !== 'string' || words.includes(value)) return value;
  const meant = words.find((known) => known.toLowerCase() === value.trim().toLowerCase());
  if (meant !== undefined) note(path, 'letter case is not that of OCPP');
  return meant ?? value;
}

function inUtc(value: unknown, path: string, note: Note): unknown {
  if (typeof value !== 'string' || isDateTime(value) || !isDateTime(`${value}Z`)) return value;
  note(path, 'a time without a zone, read as UTC');
  return `${value}Z`;
}

function below(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
