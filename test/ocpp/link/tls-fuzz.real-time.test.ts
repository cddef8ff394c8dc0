/** Random answers after the ClientHello, and certificates with bytes changed: nothing crashes, and nobody is believed. */
import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { CertificateJudge } from '../../../src/ocpp/security/certificate-judge';
import { Authority, type KeyAndCertificate, testWithOpenSsl } from '../../support/certificates';
import { runs } from '../../support/soak';
import { bytesPeer, nodePeer, outcomeAt, type TlsPeer } from '../../support/tls-peers';

const password = Buffer.from('the-password-of-it');
const security = { profile: 2 as const, password };

/** How much of the form of a record is kept, so that some answers get far. */
const answers = fc.oneof(
  fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes)),
  fc
    .tuple(
      fc.constantFrom(20, 21, 22, 23, 24),
      fc.constantFrom(0x0300, 0x0301, 0x0303, 0x0304),
      fc.uint8Array({ maxLength: 400 }),
    )
    .map(([kind, version, body]) => recordOf(kind, version, body)),
  fc
    .tuple(fc.constantFrom(1, 2, 4, 8, 11, 13, 15, 20), fc.uint8Array({ maxLength: 300 }))
    .map(([kind, body]) => recordOf(22, 0x0303, [kind, 0, body.length >> 8, body.length & 255, ...body])),
);

function recordOf(kind: number, version: number, body: ArrayLike<number>): Buffer {
  return Buffer.from([kind, version >> 8, version & 255, body.length >> 8, body.length & 255, ...Array.from(body)]);
}

test('whatever answers a ClientHello: the link ends in order, and no password has left', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(answers, { minLength: 1, maxLength: 3 }), async (parts) => {
      const peer = await bytesPeer((wire) => wire.end(Buffer.concat(parts)));
      try {
        const { end, words } = await outcomeAt({ url: `wss://127.0.0.1:${peer.port}`, security });
        expect([end, words]).not.toContain('open');
        expect(words).not.toMatch(/\n/);
        expect(peer.heard()).not.toContain('the-password');
      } finally {
        peer.close();
      }
    }),
    { numRuns: runs(150) },
  );
});

describe('certificates', () => {
  const test = testWithOpenSsl;
  let authority: Authority;
  let good: KeyAndCertificate;
  let early: KeyAndCertificate;
  let der: Buffer;
  beforeAll(() => {
    authority = new Authority();
    good = authority.issue();
    early = authority.issue({ fromDays: 2, toDays: 9 });
    der = Buffer.from(new X509Certificate(good.cert).raw);
  });
  afterAll(() => authority.remove());

  const judges = {
    'the machine knows the time': new CertificateJudge({
      time: () => undefined,
      revocations: { isRevoked: () => false },
    }),
    'nobody knows the time': new CertificateJudge({
      time: () => ({ source: 'unknown', leastMs: Date.UTC(2024, 0, 1) }),
      revocations: { isRevoked: () => false },
    }),
  };
  type Judge = keyof typeof judges;

  /** One byte each: outside the signature every one of them is signed. */
  const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 3 });

  test.each(Object.keys(judges) as Judge[])('with bytes changed are not taken while %s', async (which) => {
    const own = which === 'nobody knows the time' ? early : good;
    const original = Buffer.from(new X509Certificate(own.cert).raw);
    await fc.assert(
      fc.asyncProperty(changes, async (bytes) => {
        const changed = Buffer.from(original);
        for (const [at, by] of bytes) changed[at % changed.length] = (changed[at % changed.length] as number) ^ by;
        if (changed.equals(original)) return;
        let peer: TlsPeer;
        try {
          peer = await nodePeer({ own: { key: own.key, cert: pemOf(changed) } });
        } catch {
          // A server cannot show it either.
          return;
        }
        try {
          const endpoint = { url: `wss://localhost:${peer.port}`, security, judge: judges[which] };
          const { end, words } = await outcomeAt(endpoint, { ca: authority.cert });
          expect(end).not.toBe('open');
          expect(words).not.toMatch(/\n/);
          expect(peer.authorizations).toEqual([]);
        } finally {
          peer.close();
        }
      }),
      { numRuns: runs(60) },
    );
  });

  /** A judge reads what OpenSSL has let through, which on the wire is never quite broken: here it gets anything. */
  test('a judge that is shown anything says no, or why it cannot read it', () => {
    const judge = judges['nobody knows the time'];
    fc.assert(
      fc.property(changes, (bytes) => {
        const changed = Buffer.from(der);
        for (const [at, by] of bytes) changed[at % changed.length] = (changed[at % changed.length] as number) ^ by;
        if (changed.equals(der)) return;
        let certificate: X509Certificate;
        try {
          certificate = new X509Certificate(changed);
        } catch {
          return;
        }
        let verdict: unknown;
        try {
          verdict = judge.objectionTo({ chain: [certificate], isRefused: true, trusted: [authority.cert] });
        } catch (error) {
          verdict = error;
        }
        // Errors of node:crypto are of another realm.
        expect(verdict).toHaveProperty('message');
      }),
      { numRuns: runs(300) },
    );
  });
});

function pemOf(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
