/** Says what is wrong with a payload, in the error codes and the words that a CALLERROR carries. */

import { KindGuard, type TSchema } from '@sinclair/typebox';
import { Errors, type ValueError, ValueErrorType } from '@sinclair/typebox/errors';
import { Check } from '@sinclair/typebox/value';
import type { Violation } from '../link/protocol';
import type { RpcErrorCode } from './error-codes';
import { validOf } from './schema';

/** Characters of a received text that a message repeats. */
const quotedTextMax = 40;
/** Characters of a path that a message repeats: a name in it may be the sender's invention. */
const pathTextMax = 80;

interface Rule {
  code: RpcErrorCode;
  valid: (error: ValueError) => string;
}

const wrongType: Rule = { code: 'TypeConstraintViolation', valid: (error) => expected(error.schema) };

/** What each finding means by J 4.2.3, table 7; findings of our own kinds are told apart in `ruleOf`. */
const rules = new Map<ValueErrorType, Rule>([
  [ValueErrorType.ObjectRequiredProperty, { code: 'OccurenceConstraintViolation', valid: wrongType.valid }],
  [ValueErrorType.ArrayMinItems, { code: 'OccurenceConstraintViolation', valid: () => 'at least one element' }],
  [ValueErrorType.ObjectAdditionalProperties, { code: 'FormationViolation', valid: knownNames }],
  [ValueErrorType.Object, wrongType],
  [ValueErrorType.Array, wrongType],
  [ValueErrorType.Integer, wrongType],
  [ValueErrorType.Boolean, wrongType],
]);

/**
 * Checks a request against its schema, unknown properties included (J errata 3.2).
 * Returns the first violation, or undefined for a valid value. A property whose value is undefined counts as absent.
 */
export function check(schema: TSchema, value: unknown): Violation | undefined {
  if (Check(schema, value)) return undefined;
  return firstViolation(schema, value, () => false);
}

/** As `check`, for confirmations received: unknown additional properties, at any depth, are ignored. */
export function checkTolerant(schema: TSchema, value: unknown): Violation | undefined {
  if (Check(schema, value)) return undefined;
  return firstViolation(schema, value, (error) => error.type === ValueErrorType.ObjectAdditionalProperties);
}

function firstViolation(
  schema: TSchema,
  value: unknown,
  ignored: (error: ValueError) => boolean,
): Violation | undefined {
  for (const error of Errors(schema, value)) {
    if (!ignored(error)) return violationOf(error);
  }
  return undefined;
}

function violationOf(error: ValueError): Violation & { code: RpcErrorCode } {
  const rule = ruleOf(error);
  const path = pathOf(error.path);
  const found = error.type === ValueErrorType.ObjectAdditionalProperties ? 'an unknown property' : foundIn(error);
  return { code: rule.code, message: `${path}: found ${found}, valid is ${rule.valid(error)}` };
}

function ruleOf(error: ValueError): Rule {
  const valid = () => expected(error.schema);
  if (error.path === '' && error.type === ValueErrorType.Object) {
    return { code: 'FormationViolation', valid };
  }
  if (error.value === undefined) return { code: 'OccurenceConstraintViolation', valid };
  const rule = rules.get(error.type);
  if (rule !== undefined) return rule;
  const sameType = typeof error.value === error.schema.type;
  return { code: sameType ? 'PropertyConstraintViolation' : 'TypeConstraintViolation', valid };
}

function expected(schema: TSchema): string {
  const own = validOf(schema);
  if (own !== undefined) return own;
  return named(String(schema.type));
}

function named(type: string): string {
  return /^[aio]/.test(type) ? `an ${type}` : `a ${type}`;
}

function knownNames(error: ValueError): string {
  const names = KindGuard.IsObject(error.schema) ? Object.keys(error.schema.properties) : [];
  return names.length === 0 ? 'no property' : names.join(', ');
}

/** `/meterValue/0/timestamp` becomes `meterValue[0].timestamp`; the whole payload is called so. */
function pathOf(pointer: string): string {
  const text = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
  return pointer === '' ? 'payload' : shortened(text, pathTextMax);
}

/** Never the content of objects, arrays and texts too long: it may be long, deep or secret. */
function foundIn({ value, schema }: ValueError): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array';
  if (typeof value === 'string') {
    const tooLong = schema.maxLength !== undefined;
    return tooLong ? `a text of ${value.length} characters` : JSON.stringify(shortened(value, quotedTextMax));
  }
  const isFigure = typeof value === 'number' && (schema.type === 'number' || schema.type === 'integer');
  return isFigure ? String(value) : named(typeof value);
}

function shortened(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max)}…`;
}
