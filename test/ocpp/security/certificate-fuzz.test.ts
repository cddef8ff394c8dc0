/** Certificates whose bytes were changed, in PEM and in DER: none is taken for the station's, and none ends the program. */
import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { keyText, newKeyPair } from '../../../src/hal/x509/certificate-maker';
import { readChain } from '../../../src/ocpp/security/certificate-chain';
import { madeForStation, serialNumber } from '../../support/client-certificates';
import { madeAuthority } from '../../support/made-certificates';

const root = madeAuthority();
const between = madeAuthority('Between', {}, root);
const { cert, key } = madeForStation(between);
const whole = cert + between.pem;
const demands = { key, serialNumber, roots: [root.pem], nowMs: Date.UTC(2026, 0, 1) };
const taken = readChain(whole, demands);

/** What counts: the same chain, or none. */
function isRefusedOrTheSame(text: string, with_ = demands): boolean {
  const outcome = readChain(text, with_);
  return 'refused' in outcome ? outcome.why !== '' : 'pem' in taken && outcome.pem === taken.pem;
}

const pemOf = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`;

const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 });

function changed(bytes: Uint8Array, by: readonly (readonly [at: number, value: number])[]): Buffer {
  const copy = Buffer.from(bytes);
  for (const [at, value] of by) copy[at % copy.length] = value;
  return copy;
}

test('what is changed begins as a chain that is taken', () => {
  expect('pem' in taken).toBe(true);
});

test('bytes of PEM', () => {
  fc.assert(
    fc.property(changes, (by) => {
      expect(isRefusedOrTheSame(changed(Buffer.from(whole), by).toString('latin1'))).toBe(true);
    }),
    { numRuns: 400 },
  );
});

test.each([
  ['the station', cert, between.pem],
  ['the authority between', between.pem, cert],
])('bytes of DER of %s', (_, one, other) => {
  const der = new X509Certificate(one).raw;
  fc.assert(
    fc.property(changes, (by) => {
      expect(isRefusedOrTheSame(pemOf(changed(der, by)) + other)).toBe(true);
    }),
    { numRuns: 400 },
  );
});

test('a part of it, more than it, and anything else', () => {
  const der = new X509Certificate(cert).raw;
  fc.assert(
    fc.property(fc.nat({ max: der.length - 1 }), fc.uint8Array({ maxLength: 200 }), (length, rest) => {
      expect(isRefusedOrTheSame(pemOf(Buffer.concat([der.subarray(0, length), rest])) + between.pem)).toBe(true);
      expect(isRefusedOrTheSame(pemOf(rest))).toBe(true);
    }),
    { numRuns: 300 },
  );
  fc.assert(fc.property(fc.string({ maxLength: 500 }), (text) => isRefusedOrTheSame(text)));
});

test('another key, and keys whose bytes were changed', () => {
  const other = keyText(newKeyPair().privateKey);
  expect(readChain(whole, { ...demands, key: other })).toMatchObject({ refused: 'keyDiffers' });
  fc.assert(
    fc.property(changes, (by) => {
      const text = changed(Buffer.from(key), by).toString('latin1');
      expect(() => readChain(whole, { ...demands, key: text })).not.toThrow();
    }),
    { numRuns: 200 },
  );
});
