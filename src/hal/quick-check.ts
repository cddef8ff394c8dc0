/**
 * Shapes as functions. TypeBox reads a shape anew for each value that it checks; what is checked by the thousand, such as a store
 * at a start, is checked by a function that was made of the shape once. Its verdict is that of `Check` for every value, where the shape is made of the words of `shape`.
 */
import { Kind, OptionalKind, type TSchema } from '@sinclair/typebox';
import { Check } from '@sinclair/typebox/value';

type ShapeVerdict = (value: unknown) => boolean;

/** What of a shape each kind looks at; a shape that says more, such as a limit, is left to `Check`. */
const rows: Readonly<Record<string, { words: readonly string[]; verdictOf: (schema: TSchema) => ShapeVerdict }>> = {
  Array: { words: ['items'], verdictOf: ({ items }) => listVerdict(checkerOf(items)) },
  Boolean: { words: [], verdictOf: () => (value) => typeof value === 'boolean' },
  Integer: { words: [], verdictOf: () => Number.isInteger },
  Literal: {
    words: ['const'],
    verdictOf:
      ({ const: only }) =>
      (value) =>
        value === only,
  },
  Null: { words: [], verdictOf: () => (value) => value === null },
  Number: { words: [], verdictOf: () => Number.isFinite },
  Object: { words: ['properties', 'required'], verdictOf: ({ properties }) => objectVerdict(properties) },
  String: { words: [], verdictOf: () => (value) => typeof value === 'string' },
  Union: { words: ['anyOf'], verdictOf: ({ anyOf }) => choiceVerdict(anyOf) },
};

export function checkerOf(schema: TSchema): ShapeVerdict {
  const row = Object.hasOwn(rows, schema[Kind]) ? rows[schema[Kind]] : undefined;
  const isPlain = row !== undefined && Object.keys(schema).every((word) => word === 'type' || row.words.includes(word));
  return isPlain ? row.verdictOf(schema) : (value) => Check(schema, value);
}

function listVerdict(fits: ShapeVerdict): ShapeVerdict {
  return (value) => {
    if (!Array.isArray(value)) return false;
    // With the holes of a list, which `every` would pass over.
    for (const item of value) if (!fits(item)) return false;
    return true;
  };
}

function choiceVerdict(choices: readonly TSchema[]): ShapeVerdict {
  if (choices.every((choice) => choice[Kind] === 'Literal')) {
    const words = new Set<unknown>(choices.map(({ const: only }) => only));
    return (value) => words.has(value);
  }
  const verdicts = choices.map(checkerOf);
  return (value) => verdicts.some((fits) => fits(value));
}

function objectVerdict(properties: Readonly<Record<string, TSchema>>): ShapeVerdict {
  const members = Object.entries(properties).map(([name, schema]) => ({
    name,
    isOptional: schema[OptionalKind] === 'Optional',
    // It may be anything, undefined too, but must be there.
    mustBeNamed: schema[Kind] === 'Unknown',
    fits: checkerOf(schema),
  }));
  return (value) => {
    if (!isObject(value)) return false;
    for (const { name, isOptional, mustBeNamed, fits } of members) {
      const member = value[name];
      const isRight = member === undefined && (isOptional || mustBeNamed) ? isOptional || name in value : fits(member);
      if (!isRight) return false;
    }
    return true;
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
