/** The certificate that comes with a signed update: under which roots it counts, and what is refused before anything is fetched. */
import { execFileSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { readSigningCertificate, type SigningDemands } from '../../../src/ocpp/security/signing-certificate';
import { testWithOpenSsl } from '../../support/certificates';
import { Maker, type SignerWish } from '../../support/signing';

const nowMs = Date.UTC(2026, 4, 4);
const dayMs = 86_400_000;
const maker = new Maker();
const none = { isRevoked: () => false };

const read = (text: string, demands: Partial<SigningDemands> = {}) =>
  readSigningCertificate(text, { roots: [maker.root.pem], revocations: none, nowMs, ...demands });

test('one that the root has issued counts, in PEM of any form', () => {
  const expected = { signer: maker.rsa.cert };
  const oneLine = maker.rsa.cert.replaceAll('\n', '');
  for (const text of [
    maker.rsa.cert,
    maker.rsa.cert.replaceAll('\n', '\r\n'),
    `subject=Firmware\n${maker.rsa.cert}`,
    oneLine,
  ]) {
    expect(read(text)).toEqual(expected);
  }
  expect(read(maker.ec.cert)).toEqual({ signer: maker.ec.cert });
});

test('the root may stand beside it, and other roots may be installed', () => {
  const others = [new Maker().root.pem, maker.root.pem];
  for (const text of [maker.rsa.cert + maker.root.pem, maker.root.pem + maker.rsa.cert]) {
    expect(read(text, { roots: others })).toEqual({ signer: maker.rsa.cert });
  }
});

const issued = (wish: SignerWish) => maker.issue(wish).cert;
const weak = () => generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey;

test.each<[string, () => string, RegExp]>([
  ['nothing', () => '', /^there is no certificate in PEM$/],
  ['words', () => 'hello', /^there is no certificate in PEM$/],
  ['a key', () => maker.rsa.key, /^there is no certificate in PEM$/],
  [
    'one that is cut',
    () => '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
    /^a certificate cannot be read/,
  ],
  ['the root itself', () => maker.root.pem, /is one of an authority$/],
  ['an authority', () => issued({ use: 'authority' }), /is one of an authority$/],
  ['two that could be meant', () => maker.rsa.cert + maker.ec.cert, /^2 certificates are none of authorities/],
  ['many', () => maker.root.pem.repeat(9), /^found 9 certificates in PEM, and 8 are the most$/],
  ['one of another maker', () => new Maker().rsa.cert, /is issued by no certificate that is installed/],
  ['one for servers', () => issued({ use: 'server' }), /for other purposes .*valid: codeSigning$/],
  ['one for clients', () => issued({ use: 'client' }), /for other purposes/],
  ['an expired one', () => issued({ to: nowMs - dayMs }), /has expired on/],
  ['one of tomorrow', () => issued({ from: nowMs + dayMs }), /is not valid before/],
  ['a short key', () => issued({ publicKey: weak() }), /its RSA key has 1024 bits; valid: 2048 or more$/],
  [
    'a key that signs no digests',
    () => issued({ publicKey: generateKeyPairSync('ed25519').publicKey }),
    /has a key of ed25519; valid: RSA, and elliptic curves$/,
  ],
])('%s is InvalidCertificate, with the reason', (_, made, why) => {
  expect(read(made())).toEqual({ refused: 'InvalidCertificate', why: expect.stringMatching(why) });
});

test('without an installed root the reason says what to install', () => {
  expect(read(maker.rsa.cert, { roots: [] })).toEqual({
    refused: 'InvalidCertificate',
    why: expect.stringContaining('install that of the maker by InstallCertificate'),
  });
});

test('while the time is not known nothing is said against dates', () => {
  const expired = issued({ to: nowMs - dayMs });
  expect(read(expired, { nowMs: undefined })).toEqual({ signer: expired });
});

test('one of the same name that another has signed does not count', () => {
  const stranger = new Maker();
  expect(stranger.root.issuer.name).toEqual(maker.root.issuer.name);
  expect(read(stranger.rsa.cert + stranger.root.pem)).toMatchObject({ refused: 'InvalidCertificate' });
});

test('a root that has expired carries nothing', () => {
  expect(read(maker.rsa.cert, { nowMs: Date.UTC(2045, 0, 1) })).toMatchObject({ refused: 'InvalidCertificate' });
});

test('one that is revoked, or whose authority is, is RevokedCertificate; one that is wrong besides is InvalidCertificate', () => {
  const revocations = { isRevoked: ({ subject }: X509Certificate) => /Firmware/.test(subject) };
  expect(read(maker.rsa.cert, { revocations })).toEqual({
    refused: 'RevokedCertificate',
    why: expect.stringMatching(/Firmware was revoked by its authority$/),
  });
  expect(read(issued({ to: nowMs - dayMs }), { revocations })).toMatchObject({ refused: 'InvalidCertificate' });
});

test('whatever comes in: an answer, and no fault', () => {
  const bytes = Buffer.from(new X509Certificate(maker.ec.cert).raw);
  const damaged = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(bytes.length)).map(([at, value, length]) => {
    const other = Buffer.from(bytes);
    other[at] = value;
    return `-----BEGIN CERTIFICATE-----\n${other.subarray(0, length).toString('base64')}\n-----END CERTIFICATE-----`;
  });
  fc.assert(
    fc.property(fc.oneof(damaged, fc.string()), (text) => {
      const found = read(text);
      if (!('refused' in found)) expect(found).toEqual({ signer: maker.ec.cert });
    }),
    { numRuns: 500 },
  );
});

describe('chains and constraints as OpenSSL makes them', () => {
  const test = testWithOpenSsl;
  const folder = mkdtempSync(join(tmpdir(), 'greenup-chain-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const text = (name: string) => readFileSync(join(folder, `${name}.pem`), 'utf8');
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout'];

  function root(name: string, ...extensions: string[]): string {
    const added = extensions.flatMap((line) => ['-addext', line]);
    openssl(
      'req',
      '-x509',
      '-subj',
      `/CN=${name}`,
      '-days',
      '30',
      ...key,
      `${name}.key`,
      ...added,
      '-out',
      `${name}.pem`,
    );
    return text(name);
  }

  function below(issuer: string, name: string, extensions: string, ...options: string[]): string {
    openssl('req', '-new', '-subj', `/CN=${name}`, ...key, `${name}.key`, '-out', `${name}.csr`);
    writeFileSync(join(folder, 'ext'), extensions);
    const by = ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`, '-CAcreateserial', '-extfile', 'ext'];
    openssl('x509', '-req', '-days', '20', '-in', `${name}.csr`, ...by, ...options, '-out', `${name}.pem`);
    return text(name);
  }

  const authority = 'basicConstraints=critical,CA:TRUE';
  const leaf = 'basicConstraints=CA:FALSE';
  const judged = (given: string, root: string, revocations: SigningDemands['revocations'] = none) => {
    const found = readSigningCertificate(given, { roots: [root], revocations, nowMs: Date.now() });
    return 'refused' in found ? found.why : 'taken';
  };

  test('authorities between it and the root, in any order, and not without one of them', () => {
    const upper = root('root');
    const [one, two, own] = [
      below('root', 'one', authority),
      below('one', 'two', authority),
      below('two', 'own', leaf),
    ];
    expect(judged(own + two + one, upper)).toBe('taken');
    expect(judged(one + own + two + upper, upper)).toBe('taken');
    expect(judged(own + two, upper)).toMatch(/CN=two is issued by no certificate/);
    expect(judged(own + one, upper)).toMatch(/CN=own is issued by no certificate/);
    const isOne = { isRevoked: ({ subject }: X509Certificate) => subject === 'CN=one' };
    expect(judged(own + two + one, upper, isOne)).toMatch(/CN=one was revoked/);
  });

  test.each([
    ['is none, but has issued it', leaf, /is one of an authority|none of authorities/],
    ['may issue no certificates', `${authority}\nkeyUsage=critical,digitalSignature`, /none of authorities/],
    ['has expired', authority, /has expired/, ['-days', '-1']],
    [
      'knows more than this station',
      `${authority}\n1.2.3.4=critical,DER:0500`,
      /critical extension that is not known here: 1\.2\.3\.4/,
    ],
  ] as const)('an authority between that %s carries nothing', (_, extensions, why, options: readonly string[] = []) => {
    const upper = root('root');
    const between = below('root', 'between', extensions, ...options);
    expect(judged(below('between', 'own', leaf) + between, upper)).toMatch(why);
  });

  test('the length of the path that an authority allows is kept', () => {
    const upper = root('root', 'basicConstraints=critical,CA:TRUE,pathlen:0');
    const own = below('root', 'own', leaf);
    expect(judged(own, upper)).toBe('taken');
    const between = below('root', 'between', authority);
    expect(judged(below('between', 'own2', leaf) + between, upper)).toMatch(/allows 0 authorities below it/);
  });

  test.each([
    ['digitalSignature', 'keyUsage=critical,digitalSignature', 'taken'],
    ['nonRepudiation', 'keyUsage=nonRepudiation', 'taken'],
    ['keyAgreement alone', 'keyUsage=critical,keyAgreement', /may not sign/],
    ['signing of programs', 'extendedKeyUsage=critical,codeSigning,emailProtection', 'taken'],
    ['anything', 'extendedKeyUsage=anyExtendedKeyUsage', 'taken'],
    ['mail', 'extendedKeyUsage=emailProtection', /for other purposes/],
    ['something that is not known', '1.2.3.4=critical,DER:0500', /critical extension/],
    ['something that need not be known', '1.2.3.4=DER:0500', 'taken'],
  ])('one for %s', (_, extension, expected) => {
    const upper = root('root');
    const found = judged(below('root', 'own', `${leaf}\n${extension}`), upper);
    if (typeof expected === 'string') expect(found).toBe(expected);
    else expect(found).toMatch(expected);
  });

  test('one that is signed with SHA-1 is none', () => {
    const upper = root('root');
    expect(judged(below('root', 'own', leaf, '-sha1'), upper)).toMatch(/signed with 1\.2\.840\.10045\.4\.1/);
  });

  test('the key of a certificate is read as OpenSSL reads it', () => {
    root('root');
    const own = below('root', 'own', leaf);
    const told = openssl('x509', '-in', 'own.pem', '-noout', '-pubkey').toString();
    const found = readSigningCertificate(own, { roots: [text('root')], revocations: none, nowMs: Date.now() });
    if ('refused' in found) throw new Error(found.why);
    expect(createPublicKey(found.signer).equals(createPublicKey(told))).toBe(true);
  });
});
