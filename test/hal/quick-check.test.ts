/** A shape as a function has the verdict that TypeBox has of every value, whatever the shape. */
import { Kind, type TSchema } from '@sinclair/typebox';
import { Check } from '@sinclair/typebox/value';
import {
  type Arbitrary,
  array,
  assert,
  boolean,
  constantFrom,
  dictionary,
  integer,
  letrec,
  oneof,
  option,
  property,
  string,
  tuple,
} from 'fast-check';
import { checkerOf } from '../../src/hal/quick-check';
import { shape } from '../../src/hal/shapes';

const names = ['a', 'b', '__proto__', 'toString'];
const leaves: readonly TSchema[] = [
  shape.Boolean(),
  shape.Integer(),
  shape.Number(),
  shape.String(),
  shape.Null(),
  shape.Unknown(),
  shape.Literal('x'),
  shape.Literal(1),
  // Limits, which the quick way leaves to TypeBox.
  shape.String({ maxLength: 1 }),
  shape.Integer({ minimum: 0 }),
];

const { schemas } = letrec<{ schemas: TSchema; members: Record<string, TSchema> }>((tie) => ({
  schemas: oneof(
    { depthSize: 'small' },
    constantFrom(...leaves),
    tie('members').map((members) => shape.Object(members)),
    tie('members').map((members) => shape.Object(members, { additionalProperties: false })),
    tie('schemas').map((items) => shape.Array(items)),
    tie('schemas').map((items) => shape.Array(items, { minItems: 1 })),
    array(tie('schemas'), { minLength: 2, maxLength: 3 }).map((choices) => shape.Union(choices)),
  ),
  members: dictionary(
    constantFrom(...names),
    oneof(
      tie('schemas'),
      tie('schemas').map((schema) => shape.Optional(schema)),
    ),
    { maxKeys: 3, noNullPrototype: true },
  ),
}));

const { values } = letrec<{ values: unknown }>((tie) => ({
  values: oneof(
    { depthSize: 'small' },
    oneof(
      boolean(),
      integer({ min: -1, max: 2 }),
      constantFrom(1.5, Number.NaN, Number.POSITIVE_INFINITY),
      string({ maxLength: 2 }),
    ),
    constantFrom('x', null, undefined),
    array(tie('values'), { maxLength: 2 }),
    dictionary(constantFrom(...names), tie('values'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

/** A value that fits, or is wrong in one place: by chance alone objects seldom fit. */
function fitting(schema: TSchema): Arbitrary<unknown> {
  switch (schema[Kind]) {
    case 'Object': {
      const members = Object.entries(schema.properties as Record<string, TSchema>).map(([name, member]) =>
        option(fitting(member), { nil: undefined, freq: 8 }).map((value): [string, unknown] => [name, value]),
      );
      return tuple(...members).map((entries) => Object.fromEntries(entries));
    }
    case 'Array':
      return array(fitting(schema.items), { maxLength: 2 });
    case 'Union':
      return oneof(...(schema.anyOf as TSchema[]).map(fitting));
    case 'Literal':
      return constantFrom(schema.const);
    default:
      return values;
  }
}

test('of any value', () => {
  assert(
    property(schemas, values, (schema, value) => {
      expect(checkerOf(schema)(value)).toBe(Check(schema, value));
    }),
    { numRuns: 2_000 },
  );
});

test('of values that are nearly right', () => {
  let fits = 0;
  assert(
    property(
      schemas.chain((schema) => fitting(schema).map((value) => [schema, value] as const)),
      ([schema, value]) => {
        const isRight = Check(schema, value);
        if (isRight) fits += 1;
        expect(checkerOf(schema)(value)).toBe(isRight);
      },
    ),
    { numRuns: 2_000 },
  );
  expect(fits).toBeGreaterThan(300);
});

test('of a list with holes, and of a member that must be there and may be anything', () => {
  const holes = new Array(2);
  const numbers = shape.Array(shape.Number());
  expect([checkerOf(numbers)(holes), Check(numbers, holes)]).toEqual([false, false]);
  const any = shape.Object({ a: shape.Unknown() });
  for (const value of [{}, { a: undefined }, { a: 1 }]) expect(checkerOf(any)(value)).toBe(Check(any, value));
});
