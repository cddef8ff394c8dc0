/** Our message definitions against the JSON schemas of the Open Charge Alliance, where those are at hand. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ValidateFunction } from 'ajv';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { check, messages } from '../../../src/ocpp/messages';
import { runs } from '../../support/soak';

/** Not part of this project: unpack them there to have the comparison run. */
const folder = join(__dirname, '../../../../shared/spec/schemas');

interface Json {
  $schema?: string;
  $id?: string;
  $ref?: string;
  definitions?: Record<string, Json>;
  javaType?: string;
  additionalItems?: boolean;
  id?: string;
  title?: string;
  type?: string;
  properties?: Record<string, Json>;
  required?: string[];
  additionalProperties?: boolean;
  items?: Json;
  minItems?: number;
  enum?: string[];
  maxLength?: number;
  format?: string;
  multipleOf?: number;
}

/** "1..*" in the tables of chapters 6 and 7; the official schemas let these be empty. */
const neverEmpty = ['meterValue', 'sampledValue', 'chargingSchedulePeriod'];

/** Those of the whitepaper are of a later draft: what they refer to is put in its place, and their names are left out. */
function plainSchema(schema: Json, definitions = schema.definitions ?? {}): Json {
  const { $ref, definitions: _, $id: __, javaType: ___, additionalItems: ____, ...rest } = schema;
  if ($ref !== undefined) return plainSchema(definitions[$ref.replace('#/definitions/', '')] ?? {}, definitions);
  const inner = (property: Json): Json => plainSchema(property, definitions);
  if (rest.items !== undefined) rest.items = inner(rest.items);
  if (rest.properties !== undefined) rest.properties = mapped(rest.properties, inner);
  return rest;
}

function official(file: string): Json {
  const whitepaper = join(folder, 'security', file);
  if (!existsSync(whitepaper)) return JSON.parse(readFileSync(join(folder, 'core', file), 'utf8')) as Json;
  const { $schema: _, ...schema } = plainSchema(JSON.parse(readFileSync(whitepaper, 'utf8')) as Json);
  // An empty message has no word of its properties there.
  return { properties: {}, ...schema };
}

/** An official schema with what the errata and the tables of the specification add to it. */
function amended(schema: Json, name = ''): Json {
  const amendment: Json = {};
  // J errata 2.1: StopTransaction was to get the second spelling too; this edition of the file may not have it yet.
  if (name === 'unit' && schema.enum?.includes('Celcius')) amendment.enum = [...new Set([...schema.enum, 'Celsius'])];
  if (neverEmpty.includes(name)) amendment.minItems = 1;
  if (schema.items !== undefined) amendment.items = amended(schema.items);
  if (schema.properties !== undefined) amendment.properties = mapped(schema.properties, amended);
  return { ...schema, ...amendment };
}

/** A schema without its labels, its lists in one order. */
function tidy(schema: Json): Json {
  const tidied = { ...schema };
  for (const label of ['$schema', 'id', 'title'] as const) delete tidied[label];
  // On a text the word means nothing.
  if (schema.type === 'string') delete tidied.additionalProperties;
  if (schema.required !== undefined) tidied.required = schema.required.slice().sort();
  if (schema.enum !== undefined) tidied.enum = schema.enum.slice().sort();
  if (schema.items !== undefined) tidied.items = tidy(schema.items);
  if (schema.properties !== undefined) tidied.properties = mapped(schema.properties, tidy);
  return tidied;
}

function mapped(
  properties: Record<string, Json>,
  change: (property: Json, name: string) => Json,
): Record<string, Json> {
  return Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, change(property, name)]));
}

const times = fc
  .tuple(
    fc.date({ noInvalidDate: true, min: new Date('1970-01-01'), max: new Date('2100-01-01') }),
    fc.constantFrom('Z', 'z', '+02:00', '-0530', '+14', ''),
    fc.constantFrom('', '.0', '.123456'),
  )
  .map(([date, offset, fraction]) => date.toISOString().slice(0, 19) + fraction + (offset === '' ? 'Z' : offset));
const addresses = fc.constantFrom('ftp://a/', 'https://user:pw@host:8443/x%20y?z=1#f', 'sftp://[::1]/log', 'a:b');

/** Values that our schema ought to take. */
function valid(schema: Json): fc.Arbitrary<unknown> {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.format === 'date-time') return times;
  if (schema.format === 'uri') return addresses;
  switch (schema.type) {
    case 'string':
      // 'binary' counts characters beyond the basic plane as one each, as JSON schema does.
      return fc.string({ unit: 'binary', maxLength: schema.maxLength ?? 600, size: 'max' });
    case 'integer':
      return fc.oneof(fc.integer(), fc.constantFrom(0, -1, 2 ** 53));
    case 'number':
      return fc.integer({ min: -100, max: 1_000_000 }).map((tenths) => tenths / 10);
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(valid(schema.items ?? {}), { minLength: schema.minItems ?? 0, maxLength: 3 });
    case 'object': {
      const fields: Record<string, fc.Arbitrary<unknown>> = {};
      for (const [name, property] of Object.entries(schema.properties ?? {})) fields[name] = valid(property);
      return fc.record(fields, { requiredKeys: schema.required ?? [] });
    }
    default:
      throw new Error(`a schema of type ${String(schema.type)}`);
  }
}

const awkward = fc.constantFrom<unknown>(
  ...[null, true, 0, -1, 1.5, 8.1, 8.15, 1e20, '', 'accepted', 'Accepted', 'A', 'no address', 'a:b', '1', [], {}],
  ...[20, 21, 25, 26, 50, 51, 255, 256, 500, 501].flatMap((n) => ['x'.repeat(n), '🔌'.repeat(n)]),
  ...['2025-04-30T12:00:00Z', '2025-04-30T12:00:00', '2025-02-29T12:00:00Z', '2025-04-30', '2025-04-30T25:00:00Z'],
  ...[[{}], [null], ['x'], { status: 'Accepted' }, { extra: 1 }],
);

type Holder = Record<string, unknown> | unknown[];

function holders(value: unknown): Holder[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value as Holder, ...Object.values(value).flatMap(holders)];
}

/** A value with one thing changed: a field removed, replaced by something awkward, or added. */
function mutated(schema: Json): fc.Arbitrary<unknown> {
  const where = fc.tuple(fc.nat(), fc.nat(), fc.constantFrom('remove', 'replace', 'add'), awkward);
  return fc.tuple(valid(schema), where).map(([value, [site, field, what, instead]]) => {
    const copy: unknown = structuredClone(value);
    const all = holders(copy);
    const holder = all[site % all.length];
    const names = Object.keys(holder ?? {});
    const name = names[field % Math.max(names.length, 1)];
    if (holder === undefined) return instead;
    if (Array.isArray(holder)) {
      if (what === 'remove') holder.splice(field % (holder.length + 1), 1);
      else holder[field % (holder.length + 1)] = instead;
    } else if (what === 'add' || name === undefined) holder.extra = instead;
    else if (what === 'remove') delete holder[name];
    else holder[name] = instead;
    return copy;
  });
}

const sides = [
  ['request', ''],
  ['response', 'Response'],
] as const;
const cases = Object.entries(messages).flatMap(([action, message]) =>
  sides.map(([side, suffix]) => ({ file: `${action}${suffix}.json`, ours: message[side] })),
);

if (existsSync(folder)) {
  describe.each(cases)('$file', ({ file, ours }) => {
    const theirs = official(file);
    // Multiples of 0.1 without the trap of binary fractions.
    const ajv = addFormats(new Ajv({ strict: false, multipleOfPrecision: 6 }));
    const validate: ValidateFunction = ajv.compile(amended(theirs));
    const plain = JSON.parse(JSON.stringify(ours)) as Json;

    test('says the same as ours', () => {
      expect(tidy(plain)).toEqual(tidy(amended(theirs)));
    });

    test('and ours both take every valid value', () => {
      fc.assert(
        fc.property(valid(plain), (value) => {
          expect(check(ours, value)).toBeUndefined();
          expect([validate(value), validate.errors]).toEqual([true, null]);
        }),
        { numRuns: runs(40) },
      );
    });

    test('and ours agree on every value with something changed', () => {
      let refused = 0;
      fc.assert(
        fc.property(mutated(plain), (value) => {
          const violation = check(ours, value);
          if (violation !== undefined) refused += 1;
          expect([violation, validate(value)]).toEqual([violation, violation === undefined]);
        }),
        { numRuns: runs(150) },
      );
      expect(refused).toBeGreaterThan(30);
    });
  });
} else {
  test('the official schemas are not there: only our own cases (table.test.ts, check.test.ts) have run', () => {
    console.warn(`no official OCPP 1.6 schemas in ${folder}: nothing to compare with`);
    expect(cases).toHaveLength(78);
  });
}
