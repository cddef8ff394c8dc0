/** What the schemas of our YAML files have in common: objects without further names, texts, paths and whole numbers. */
import { String as TextOf, Integer as WholeNumberOf } from '@sinclair/typebox';

const textCharactersMax = 200;
const proseCharactersMax = 1_000;

/** For an object that has no other names than those given. */
export function closed(title: string, description?: string) {
  return { additionalProperties: false, title, ...(description === undefined ? {} : { description }) };
}

/** A name or another short text. */
export function text(description: string) {
  return TextOf({ title: 'a text', description, minLength: 1, maxLength: textCharactersMax });
}

/** Something for people to read. */
export function prose(charactersMax = proseCharactersMax) {
  return TextOf({ title: 'a text', minLength: 1, maxLength: charactersMax });
}

export function devicePath(description: string) {
  return TextOf({
    title: 'the path of a device, as /dev/…,',
    description,
    minLength: 6,
    maxLength: textCharactersMax,
    pattern: '^/dev/',
  });
}

export function whole(title: string, minimum: number, maximum: number, description?: string) {
  return WholeNumberOf({ title, ...(description === undefined ? {} : { description }), minimum, maximum });
}
