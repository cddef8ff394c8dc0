/** Certificates of a central system over real TLS while the time is not known, or another than the machine's, and lists of revoked ones. */
import { X509Certificate } from 'node:crypto';
import { StoredValues } from '../../../src/hal/stored';
import { CertificateJudge, type CertificateTime } from '../../../src/ocpp/security/certificate-judge';
import { InstalledRoots } from '../../../src/ocpp/security/installed-roots';
import { RevocationLists } from '../../../src/ocpp/security/revocation';
import {
  Authority,
  type CertificateOptions,
  type KeyAndCertificate,
  testWithOpenSsl as test,
} from '../../support/certificates';
import { nodePeer, type Outcome, outcomeAt, type TlsPeer, type TlsPeerOptions } from '../../support/tls-peers';

const dayMs = 86_400_000;
const inDays = (days: number): number => Date.now() + days * dayMs;
const password = Buffer.from('the-password-of-it');

const authorities: Authority[] = [];
function authority(...words: ConstructorParameters<typeof Authority>): Authority {
  const made = new Authority(...words);
  authorities.push(made);
  return made;
}
let central: Authority;
let stranger: Authority;
let peer: TlsPeer | undefined;

beforeAll(() => {
  central = authority('Central authority');
  stranger = authority('Somebody else');
});
afterEach(() => {
  peer?.close();
  peer = undefined;
});
afterAll(() => {
  for (const one of authorities) one.remove();
});

const localhost = 'subjectAltName = DNS:localhost';
const noLists = { isRevoked: () => false };

interface Attempt extends Partial<TlsPeerOptions> {
  time?: CertificateTime | undefined;
  revocations?: Pick<RevocationLists, 'isRevoked'>;
  host?: string;
  ca?: string;
}

async function attempt({ time, revocations = noLists, host = 'localhost', ca, ...server }: Attempt): Promise<Outcome> {
  peer?.close();
  peer = await nodePeer({ own: central.issue(), weak: true, ...server });
  const judge = new CertificateJudge({ time: () => time, revocations });
  const endpoint = { url: `wss://${host}:${peer.port}`, security: { profile: 2 as const, password }, judge };
  const outcome = await outcomeAt(endpoint, { ca: ca ?? central.cert });
  expect(peer.authorizations).toHaveLength(outcome.end === 'open' ? 1 : 0);
  return outcome;
}

const unknown = (leastDays = -400): CertificateTime => ({ source: 'unknown', leastMs: inDays(leastDays) });
const told = (days: number): CertificateTime => ({ source: 'central system', nowMs: inDays(days) });
/** Not valid before the day after tomorrow, as all certificates are to a machine whose clock begins in 1970. */
const early: CertificateOptions = { fromDays: 2, toDays: 9 };

describe('while the time is not known', () => {
  test('"not valid yet" is forgiven', async () => {
    expect(await attempt({ own: central.issue(early), time: unknown() })).toMatchObject({ end: 'open' });
  });

  test('also behind an authority between', async () => {
    const between = authority('Between', { authority: central });
    const own = between.issue(early);
    expect(await attempt({ own, between: between.cert, time: unknown() })).toMatchObject({ end: 'open' });
  });

  test('also where the certificate itself is the one that is trusted', async () => {
    const self = authority('localhost');
    expect(await attempt({ own: self.asServer(), ca: self.cert, time: unknown() })).toMatchObject({ end: 'open' });
  });

  test('one that was named itself needs no authority', () => {
    const leaf = stranger.issue(early).cert;
    const judge = new CertificateJudge({ time: () => unknown(), revocations: noLists });
    const shown = { chain: [new X509Certificate(leaf)], isRefused: true };
    expect(judge.objectionTo({ ...shown, trusted: [leaf] })).toBeUndefined();
    expect(judge.objectionTo({ ...shown, trusted: [central.cert] })?.how).toBe('certificateUnknown');
  });

  test('what is over by the machine, and not by what is known, is forgiven: the machine may be ahead', async () => {
    const own = central.issue({ fromDays: -9, toDays: -2 });
    expect(await attempt({ own, time: unknown(-5) })).toMatchObject({ end: 'open' });
  });

  test('what was over before a time that the station has lived through is refused, whatever the machine says', async () => {
    const own = central.issue({ fromDays: -9, toDays: -2 });
    const { end, words } = await attempt({ own, time: unknown(-1) });
    expect([end, words]).toEqual([
      'certificateExpired',
      expect.stringMatching(/a time that this station has lived through/),
    ]);
    expect((await attempt({ own: central.issue(), time: unknown(20) })).end).toBe('certificateExpired');
  });

  /** OpenSSL says of each "not valid yet", and nothing else. */
  test.each<[string, () => Attempt, string, RegExp]>([
    ['an authority that is not trusted', () => ({ own: stranger.issue(early) }), 'certificateUnknown', /issued by no/],
    ['another host', () => ({ own: central.issue({ ...early, names: 'DNS:other.test' }) }), 'certificateName', /other/],
    [
      'a signature that is not its own',
      () => ({ own: forged(central.issue(early)) }),
      'certificateUnknown',
      /issued by no/,
    ],
    [
      'a key that is too short',
      () => ({ own: central.issue({ ...early, key: 'rsa:1024' }) }),
      'certificateWeak',
      /1024 bits/,
    ],
    [
      'a signature with SHA-1',
      () => ({ own: central.issue({ ...early, digest: 'sha1' }) }),
      'certificateWeak',
      /signed with/,
    ],
    [
      'a use that is not that of a server',
      () => ({ own: central.issue({ ...early, extensions: [localhost, 'extendedKeyUsage = clientAuth'] }) }),
      'certificateInvalid',
      /extendedKeyUsage/,
    ],
    [
      'a critical extension that nobody knows',
      () => ({ own: central.issue({ ...early, extensions: [localhost, '1.2.3.4 = critical, ASN1:NULL'] }) }),
      'certificateUnknown',
      /critical extension/,
    ],
    ['an issuer that is no authority', () => ofLeaf(), 'certificateUnknown', /issued by no|no authority|may not issue/],
    [
      'an authority that allows some names only',
      () => {
        const some = bound('localhost');
        return { own: some.issue(early), between: some.cert };
      },
      'certificateInvalid',
      /some names only/,
    ],
  ])('%s is not forgiven with the dates', async (_what, attempted, how, words) => {
    const { end, words: said } = await attempt({ ...attempted(), time: unknown() });
    expect([end, said]).toEqual([how, expect.stringMatching(words)]);
  });

  test.each<[string, () => Attempt, string]>([
    ['an authority that is not trusted', () => ({ own: stranger.issue() }), 'certificateUnknown'],
    ['another host', () => ({ own: central.issue({ names: 'DNS:other.test' }) }), 'certificateName'],
    ['a key that is too short', () => ({ own: central.issue({ key: 'rsa:1024' }) }), 'certificateWeak'],
    [
      'an authority that allows other names only',
      () => {
        const some = bound('other.test');
        return { own: some.issue(), between: some.cert };
      },
      'certificateInvalid',
    ],
  ])('%s is refused where the dates are right by chance', async (_what, attempted, how) => {
    expect((await attempt({ ...attempted(), time: unknown() })).end).toBe(how);
  });
});

describe('by the time that the central system has told', () => {
  test('what others need and is over does not count: a root that another one has signed', async () => {
    // The same key under two certificates: the root that is trusted, and one of a former authority that has ended.
    const former = authority('Former');
    const crossed = former.certify(central, { fromDays: -9, toDays: -2 });
    const own = central.issue(early);
    expect((await attempt({ own, between: crossed, time: told(3) })).end).toBe('open');
    expect((await attempt({ own, between: crossed, time: unknown(-1) })).end).toBe('open');
  });

  test.each<[string, CertificateOptions, CertificateTime, string]>([
    ['valid, and not yet by the machine', early, told(3), 'open'],
    ['over, and valid by the machine', {}, told(20), 'certificateExpired'],
    ['not valid yet, and valid by the machine', {}, told(-3), 'certificateEarly'],
    ['not valid yet by both', early, told(0), 'certificateEarly'],
    ['over by both', { fromDays: -9, toDays: -2 }, told(0), 'certificateExpired'],
  ])('%s', async (_what, options, time, how) => {
    const { end, words } = await attempt({ own: central.issue(options), time });
    expect([end, words]).toEqual([how, how === 'open' ? '' : expect.stringMatching(/the time of the central system/)]);
  });
});

/** An authority that allows names under this one only. */
function bound(name: string): Authority {
  const extensions = ['basicConstraints = critical, CA:TRUE', `nameConstraints = permitted;DNS:${name}`];
  return authority('Bound', { authority: central, options: { extensions } });
}

/** An element of DER near the end is the signature: its last byte is another one. */
function forged({ key, cert }: KeyAndCertificate): KeyAndCertificate {
  const der = Buffer.from(new X509Certificate(cert).raw);
  der[der.length - 1] = (der.at(-1) as number) ^ 1;
  return { key, cert: pemOf(der) };
}

function pemOf(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

/** Somebody who owns a certificate of a server issues another with it. */
function ofLeaf(): Attempt {
  const thief = authority('Thief', {
    authority: central,
    options: { extensions: ['basicConstraints = critical, CA:FALSE'] },
  });
  return { own: thief.issue(early), between: thief.cert };
}

describe('lists of revoked certificates', () => {
  const commits = { commit: async () => {} };
  async function lists(...pems: string[]): Promise<RevocationLists> {
    const roots = new InstalledRoots(commits, new StoredValues(new Map()));
    for (const root of [central, stranger]) {
      const fingerprint = new X509Certificate(root.cert).fingerprint256;
      await roots.install('CentralSystemRootCertificate', { pem: root.cert, fingerprint });
    }
    const made = new RevocationLists(commits, new StoredValues(new Map()), roots, () => Date.now());
    for (const pem of pems) expect(await made.install(Buffer.from(pem))).toEqual([expect.anything()]);
    return made;
  }

  test('one that names the certificate: it is refused, before a password has left', async () => {
    const own = central.issue();
    central.revoke(own.cert);
    const revocations = await lists(central.revocationList());
    const { end, words } = await attempt({ own, revocations });
    expect([end, words]).toEqual(['certificateRevoked', expect.stringMatching(/on a list of revoked ones/)]);
  });

  test('one that is out of date still counts, and locks nobody else out', async () => {
    const own = central.issue();
    const good = central.issue();
    central.revoke(own.cert);
    const revocations = await lists(central.revocationList({ fromDays: -9, toDays: -2 }));
    expect((await attempt({ own, revocations })).end).toBe('certificateRevoked');
    expect((await attempt({ own: good, revocations })).end).toBe('open');
  });

  test('one of another authority locks nobody out', async () => {
    const theirs = stranger.issue();
    stranger.revoke(theirs.cert);
    const revocations = await lists(stranger.revocationList());
    expect((await attempt({ revocations })).end).toBe('open');
  });

  test('one that names an authority between', async () => {
    const between = authority('Between that was revoked', { authority: central });
    central.revoke(between.cert);
    const revocations = await lists(central.revocationList());
    const { end, words } = await attempt({ own: between.issue(), between: between.cert, revocations });
    expect([end, words]).toEqual(['certificateRevoked', expect.stringMatching(/Between that was revoked/)]);
  });

  test('they count as well while the time is not known', async () => {
    const own = central.issue(early);
    central.revoke(own.cert);
    const revocations = await lists(central.revocationList());
    expect((await attempt({ own, revocations, time: unknown() })).end).toBe('certificateRevoked');
  });

  test('what cannot be read is not believed', async () => {
    const revocations = {
      isRevoked: () => {
        throw new RangeError('DER that ends too early');
      },
    };
    const { end, words } = await attempt({ revocations });
    expect([end, words]).toEqual(['certificateInvalid', expect.stringMatching(/cannot be read/)]);
  });
});
