/** A mark that is shown is found, however it is written; nothing else is. */
import { marksIn } from './marks';

const marks = { key: 'Mark+of/a?key', other: 'Mark-of-another' };

const codings: readonly [string, (secret: string) => string][] = [
  ['as it is', (secret) => secret],
  ['in JSON', (secret) => JSON.stringify({ secret })],
  ['in a URL', (secret) => `ftp://user:${encodeURIComponent(secret)}@host/`],
  ['in hex', (secret) => Buffer.from(secret).toString('hex')],
  ['in hex in capitals', (secret) => Buffer.from(secret).toString('hex').toUpperCase()],
  ['for HTTP', (secret) => Buffer.from(`a:${secret}`).toString('base64')],
  ['for HTTP, after a longer name', (secret) => Buffer.from(`ab:${secret}`).toString('base64')],
  ['for HTTP, before more', (secret) => Buffer.from(`abc:${secret}; and more`).toString('base64')],
  ['for URLs', (secret) => Buffer.from(`a:${secret}`).toString('base64url')],
  ['by its bytes', (secret) => JSON.stringify([...Buffer.from(secret)])],
];

test.each(codings)('%s', (_what, coded) => {
  expect(marksIn(`before ${coded(marks.key)} after`, marks)).toContainEqual(expect.stringMatching(/^key as /));
  expect(marksIn(`before ${coded('Maxk+of/a?kex')} after`, marks)).toEqual([]);
});
