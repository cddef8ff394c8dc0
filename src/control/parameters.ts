/** Reads named parameters out of JSON objects by a table: every mistake is told with its name and the valid choices. */
import { canBeNow } from '../hal/clock';
import { CommandRefusal, type RefusedCommand } from '../hal/command-refusal';
import { choicesFor } from '../hal/suggest';

/** One parameter: what is valid, in words, and its value, or undefined for a value that is not valid. */
export interface Parameter<T> {
  valid: string;
  optional: boolean;
  /** Of a value that is not valid; `requestUnfit` unless there are better words for it. */
  refusal?: RefusedCommand;
  read(value: unknown): T | undefined;
}

export type Parameters = Readonly<Record<string, Parameter<unknown>>>;
export type ValuesOf<P extends Parameters> = { [Name in keyof P]: P[Name] extends Parameter<infer T> ? T : never };

/** How much of a wrong value is shown. */
const shownCharactersMax = 60;

function parameter<T>(valid: string, read: (value: unknown) => T | undefined): Parameter<T> {
  return { valid, optional: false, read };
}

export function optional<T>(required: Parameter<T>): Parameter<T | undefined> {
  return { ...required, optional: true };
}

export function wholeNumber(from: number, to: number, what = 'a whole number'): Parameter<number> {
  return parameter(`${what} from ${from} to ${to}`, (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to ? value : undefined,
  );
}

export function number(from: number, to: number): Parameter<number> {
  return parameter(`a number from ${from} to ${to}`, (value) =>
    typeof value === 'number' && value >= from && value <= to ? value : undefined,
  );
}

export function text(charactersMin: number, charactersMax: number): Parameter<string> {
  return parameter(`a text of ${charactersMin} to ${charactersMax} characters`, (value) =>
    typeof value === 'string' && value.length >= charactersMin && value.length <= charactersMax ? value : undefined,
  );
}

/** As Unix time in ms; see `canBeNow`. */
export const dateTime = parameter('a date and time from 2024 to 2099, such as 2026-05-04T08:00:00Z', (value) => {
  const ms =
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(value)
      ? Date.parse(value)
      : Number.NaN;
  return canBeNow(ms) ? ms : undefined;
});

export const yesOrNo = parameter('true or false', (value) => (typeof value === 'boolean' ? value : undefined));

export function oneOf<const Word extends string | number>(words: readonly Word[]): Parameter<Word> {
  return parameter(words.join(', '), (value) => words.find((word) => word === value));
}

export function listOf<T>(item: Parameter<T>, what: string, itemsMax: number): Parameter<T[]> {
  return parameter(`a list of ${what}, each ${item.valid}`, (value) => {
    if (!Array.isArray(value) || value.length > itemsMax) return undefined;
    const items = value.map((entry) => item.read(entry));
    return items.every((entry): entry is T & {} => entry !== undefined) ? items : undefined;
  });
}

export const jsonObject = objectOf('an object { … }');

/** An object whose names are judged by who takes it; `valid` says which there are. */
export function objectOf(valid: string): Parameter<Record<string, unknown>> {
  return parameter(valid, (value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined,
  );
}

/**
 * The values of `given` by the table `parameters`. Throws `command.invalid`, naming `place`, the parameter and what is
 * valid, for the first that is missing or wrong. What the table does not know is left for `unknownNames`.
 */
export function readParameters<P extends Parameters>(
  parameters: P,
  given: Readonly<Record<string, unknown>>,
  place: string,
): ValuesOf<P> {
  const values: Record<string, unknown> = {};
  for (const [name, { valid, optional: isOptional, refusal = 'requestUnfit', read }] of Object.entries(parameters)) {
    const value = given[name];
    if (value === undefined || (value === null && isOptional)) {
      if (!isOptional) throw new CommandRefusal(refusal, `${place}: ${name} is missing; must be ${valid}`);
      continue;
    }
    const accepted = read(value);
    if (accepted === undefined) {
      throw new CommandRefusal(refusal, `${place}: ${name}: found ${shown(value)}; must be ${valid}`);
    }
    values[name] = accepted;
  }
  return values as ValuesOf<P>;
}

/** One line for each name in `given` that the table does not know, with the name that was likely meant. */
export function unknownNames(parameters: Parameters, given: object, place: string): string[] {
  const known = Object.keys(parameters);
  return Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => `${place}: ${unknownWord('name', name, known)}`);
}

/** "there is no fault x; did you mean y? Valid: …" */
export function unknownWord(kind: string, word: string, valid: readonly string[]): string {
  return `there is no ${kind} ${shown(word)}; ${choicesFor(word, valid)}`;
}

function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? String(value);
  return json.length <= shownCharactersMax ? json : `${json.slice(0, shownCharactersMax)}…`;
}
