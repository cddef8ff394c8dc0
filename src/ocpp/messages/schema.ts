/** The words in which OCPP messages are defined: texts, choices, times and decimals as TypeBox kinds. */

import {
  Kind,
  Array as ListOf,
  Object as ObjectOf,
  Optional,
  type Static,
  type TObject,
  type TProperties,
  type TSchema,
  type TUnsafe,
  TypeRegistry,
  Unsafe,
  Integer as WholeNumber,
  Boolean as YesOrNo,
} from '@sinclair/typebox';
import { isDateTime } from './date-time';

/** The parts of a schema that the kinds below look at; each is also plain JSON schema. */
export interface Limits extends TSchema {
  maxLength?: number;
  enum?: readonly string[];
}

interface KindRow {
  accepts: (schema: Limits, value: unknown) => boolean;
  /** What would have been valid, to follow "valid is". */
  valid: (schema: Limits) => string;
}

// RFC 3986: a scheme, then the characters that an address may hold.
const uriPattern = /^[a-z][a-z0-9+.-]*:(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[0-9a-f]{2})+$/i;

/** Characters, not UTF-16 units: a central system that validates JSON schema counts the same way. */
function fits(text: string, max: number): boolean {
  return text.length <= max || (text.length <= 2 * max && [...text].length <= max);
}

/**
 * At most one decimal (OCPP 1.6, 7.14). Asks for the nearest such number instead of dividing by 0.1, which calls
 * 0.3 wrong; and lets pass what binary arithmetic of the sender has left behind, such as 16.099999999999998.
 */
function hasOneDecimal(value: number): boolean {
  return Number.isFinite(value) && Math.abs(value - Number(value.toFixed(1))) <= 1e-7;
}

/** One row a kind of our own; TypeBox asks `accepts`, error messages ask `valid`. */
const kinds = {
  OcppText: {
    accepts: (schema, value) => typeof value === 'string' && fits(value, schema.maxLength ?? Number.POSITIVE_INFINITY),
    valid: (schema) =>
      schema.maxLength === undefined ? 'a text' : `a text of at most ${String(schema.maxLength)} characters`,
  },
  OcppChoice: {
    accepts: (schema, value) => typeof value === 'string' && (schema.enum ?? []).includes(value),
    valid: (schema) => `one of ${(schema.enum ?? []).join(', ')}`,
  },
  OcppDateTime: {
    accepts: (_schema, value) => typeof value === 'string' && isDateTime(value),
    valid: () => 'an ISO 8601 time with an offset, such as 2025-04-30T12:00:00Z',
  },
  OcppUri: {
    accepts: (_schema, value) => typeof value === 'string' && uriPattern.test(value),
    valid: () => 'a URI, such as ftp://server/folder',
  },
  OcppDecimal: {
    accepts: (_schema, value) => typeof value === 'number' && hasOneDecimal(value),
    valid: () => 'a number with at most one decimal',
  },
} satisfies Record<string, KindRow>;

for (const [name, row] of Object.entries<KindRow>(kinds)) TypeRegistry.Set<Limits>(name, row.accepts);

/** What a schema of one of our own kinds takes, in words; undefined for TypeBox's own kinds. */
export function validOf(schema: TSchema): string | undefined {
  return new Map<string, KindRow>(Object.entries(kinds)).get(schema[Kind])?.valid(schema);
}

/** A text of at most `maxLength` characters (CiStringXX of the specification), or of any length. */
export function text(maxLength?: number): TUnsafe<string> {
  return Unsafe<string>({
    [Kind]: 'OcppText',
    type: 'string',
    ...(maxLength === undefined ? {} : { maxLength }),
  });
}

/** One of the texts given, letter case included. */
export function choice<const T extends readonly string[]>(...values: T): TUnsafe<T[number]> {
  return Unsafe<T[number]>({ [Kind]: 'OcppChoice', type: 'string', enum: values });
}

/** An ISO 8601 time, kept as the text it came as; `parseDateTime` reads it. */
export function dateTime(): TUnsafe<string> {
  return Unsafe<string>({ [Kind]: 'OcppDateTime', type: 'string', format: 'date-time' });
}

export function uri(): TUnsafe<string> {
  return Unsafe<string>({ [Kind]: 'OcppUri', type: 'string', format: 'uri' });
}

/** A number with at most one decimal. */
export function decimal(): TUnsafe<number> {
  return Unsafe<number>({ [Kind]: 'OcppDecimal', type: 'number', multipleOf: 0.1 });
}

/** An object with exactly these properties: OCPP allows no others (OCPP-J errata 3.2). */
export function record<T extends TProperties>(properties: T): TObject<T> {
  return ObjectOf(properties, { additionalProperties: false });
}

export const integer = WholeNumber;
export const boolean = YesOrNo;
export const optional = Optional;

/** Zero or more. */
export const list = <T extends TSchema>(item: T) => ListOf(item);

/** One or more: the cardinality 1..* of the specification's tables, which the official JSON schemas leave out. */
export const nonEmptyList = <T extends TSchema>(item: T) => ListOf(item, { minItems: 1 });

export type { Static, TSchema };
