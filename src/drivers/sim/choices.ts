/** Tables of named values with what is valid for each, and the readers of such values from commands and from memory. */
import { CommandRefusal } from '../../hal/command-refusal';
import type { JsonValue } from '../../hal/store';
import { choicesFor } from '../../hal/suggest';

export interface Choice {
  /** What is valid, in words. */
  text: string;
  accepts: (value: unknown) => boolean;
}

export type Choices<T> = Readonly<Record<keyof T, Choice>>;

export const yesOrNo: Choice = { text: 'true or false', accepts: (value) => typeof value === 'boolean' };

export function range(from: number, to: number, unit: string): Choice {
  return {
    text: `${from} to ${to} ${unit}`,
    accepts: (value) => typeof value === 'number' && value >= from && value <= to,
  };
}

export function orNull({ text, accepts }: Choice): Choice {
  return { text: `${text}, or null`, accepts: (value) => value === null || accepts(value) };
}

/** "an object { … } with any of: a (0 to 5 A), b (true or false)". */
export function choicesText<T>(choices: Choices<T>): string {
  const names = Object.entries<Choice>(choices).map(([name, { text }]) => `${name} (${text})`);
  return `an object { … } with any of: ${names.join(', ')}`;
}

/** `base` with `change`; throws `command.invalid`, saying for which `place`, at an unknown name or a wrong value. */
export function changedValues<T extends object>(
  choices: Choices<T>,
  base: T,
  change: object,
  place: string,
  words: { has: string; value: string },
): T {
  for (const [name, value] of Object.entries(change)) {
    if (!isName(choices, name)) {
      const valid = choicesFor(name, Object.keys(choices));
      throw new CommandRefusal('optionUnfit', `${place}: ${words.has} ${name}; ${valid}`);
    }
    const { text, accepts } = choices[name];
    if (accepts(value)) continue;
    throw new CommandRefusal(
      'optionUnfit',
      `${place}: ${words.value} ${name} cannot be ${String(value)}; valid: ${text}`,
    );
  }
  return { ...base, ...change };
}

/** Values kept in memory; what is missing or wrong gets its default. */
export function restoredValues<T extends object>(
  choices: Choices<T>,
  defaults: T,
  kept: { [name: string]: JsonValue },
): T {
  const good = Object.entries(kept).filter(([name, value]) => isName(choices, name) && choices[name].accepts(value));
  return { ...defaults, ...(Object.fromEntries(good) as Partial<T>) };
}

function isName<T>(choices: Choices<T>, name: string): name is keyof T & string {
  return Object.hasOwn(choices, name);
}
