/** What a station says as its password, and how it finds out which reading of it the central system means. */
import type { JsonValue } from '../../../src/hal/store';
import { StoredValues } from '../../../src/hal/stored';
import { Password } from '../../../src/ocpp/security/password';

const stored = 'security/literal-password';
const hexadecimal = '00112233445566778899AABBCCDDEEFF';
const withNothing = (): Password => new Password(new StoredValues(new Map()));
const textOf = (password: Password, key: string): string => Buffer.from(password.bytesOf(key)).toString('latin1');

test.each([
  ['16 bytes', hexadecimal, Buffer.from(hexadecimal, 'hex')],
  ['20 bytes', 'ff'.repeat(20), Buffer.alloc(20, 0xff)],
  ['an odd number of digits', `${hexadecimal}A`, Buffer.from(`${hexadecimal}A`)],
  ['too few for 16 bytes', hexadecimal.slice(2), Buffer.from(hexadecimal.slice(2))],
  ['a letter that is no digit', `${hexadecimal.slice(1)}g`, Buffer.from(`${hexadecimal.slice(1)}g`)],
  ['a sentence', 'open-sesame-open', Buffer.from('open-sesame-open')],
])('a key of %s', (_, key, bytes) => {
  expect(Buffer.from(withNothing().bytesOf(key))).toEqual(bytes);
});

test('the text itself is tried once when the bytes are refused, and the bytes again after it', () => {
  const password = withNothing();
  const tried = [0, 1, 2, 3].map(() => {
    const text = textOf(password, hexadecimal);
    password.refused(hexadecimal);
    return text === hexadecimal;
  });
  expect(tried).toEqual([false, true, false, false]);
  expect(password.taken()).toBeUndefined();
});

test('what was taken is remembered over a start, until there is another key', () => {
  const password = withNothing();
  password.refused(hexadecimal);
  const batch = password.taken();
  expect(batch).toEqual({ put: [[stored, true]], del: [] });
  expect(password.taken()).toBeUndefined();
  const next = new Password(
    new StoredValues(new Map<string, JsonValue>(batch?.put.map(([key, value]) => [key, value]))),
  );
  expect(textOf(next, hexadecimal)).toBe(hexadecimal);
  expect(next.changed()).toEqual({ put: [], del: [stored] });
  expect(textOf(next, hexadecimal)).not.toBe(hexadecimal);
});

test('one that was taken literally and is refused later is tried as bytes', () => {
  const password = new Password(new StoredValues(new Map<string, JsonValue>([[stored, true]])));
  password.refused(hexadecimal);
  expect(textOf(password, hexadecimal)).not.toBe(hexadecimal);
  expect(password.taken()).toEqual({ put: [], del: [stored] });
});

test('a key that has one reading is not read in another way', () => {
  const password = withNothing();
  password.refused('open-sesame-open');
  expect(textOf(password, hexadecimal)).not.toBe(hexadecimal);
});
