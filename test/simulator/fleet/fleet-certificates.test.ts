/** A fleet by security profile 3: each station has its own certificate, of files or made for it, and what cannot be is said before. */
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedAuthority, organisation } from '../../../src/csms/authority';
import { type CertificateWish, keyText, nameOf, newKeyPair } from '../../../src/hal/x509/certificate-maker';
import { FleetCertificates, type FleetCertificatesOptions } from '../../../src/simulator/fleet/fleet-certificates';
import { signedFor } from '../../support/client-certificates';
import { type MadeAuthority, madeAuthority, madeCertificate } from '../../support/made-certificates';
import { type FleetBench, fleetBench } from './support';

const nowMs = Date.UTC(2026, 4, 4, 8);
const dayMs = 86_400_000;
const turnsMax = 50_000;

let authority: MadeAuthority;
let stranger: MadeAuthority;
beforeAll(() => {
  authority = madeAuthority('Operator');
  stranger = madeAuthority('Somebody else');
});

function folder(texts: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'fleet-certificates-'));
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(directory, name), text);
  return directory;
}

const ofAuthority = ({ pem, issuer }: MadeAuthority) => ({
  'authority.pem': pem,
  'authority.key': keyText(issuer.key),
});

const client = (identity: string, by = authority, wish: Partial<CertificateWish> = {}) =>
  madeCertificate(by, identity, { use: 'client', names: [], ...wish });

function ofStation(identity: string, made = client(identity)): Record<string, string> {
  const name = encodeURIComponent(identity);
  return { [`${name}.pem`]: made.cert, [`${name}.key`]: made.key };
}

function read(texts: Readonly<Record<string, string>>, wishes: Partial<FleetCertificatesOptions> = {}) {
  const directory = folder(texts);
  return FleetCertificates.read({
    ...{ directory, ca: undefined, identityOf: (index) => `CP${index}`, stations: { first: 1, last: 2 } },
    ...{ state: join(directory, 'state'), now: () => nowMs, ...wishes },
  });
}

function shownBy(chain: string): Record<string, unknown> {
  return { ...new X509Certificate(chain).toLegacyObject().subject };
}

test('files of a station are its own; who has none is given one by the authority, another at each start', () => {
  const own = client('CP1');
  const certificates = read({ ...ofAuthority(authority), ...ofStation('CP1', own) });
  expect(certificates.memberOf('CP1').provided()).toMatchObject({ chain: own.cert, key: own.key });
  const { provided } = certificates.memberOf('CP2');
  const [first, second] = [provided(), provided()];
  expect(shownBy(first.chain).CN).toBe('CP2');
  expect(new X509Certificate(first.chain).verify(new X509Certificate(authority.pem).publicKey)).toBe(true);
  expect(second.key).not.toBe(first.key);
  expect([first.fromMs, first.toMs]).toEqual([nowMs - dayMs, nowMs + 365 * dayMs]);
  expect(first.roots).toMatchObject([{ fingerprint: authority.fingerprint }]);
});

test('what an authority makes names its organisation', () => {
  const { pem, key } = EmbeddedAuthority.make(() => nowMs);
  const { chain } = read({ 'authority.pem': pem, 'authority.key': key }).memberOf('CP1').provided();
  expect(shownBy(chain)).toMatchObject({ CN: 'CP1', O: organisation });
});

test('an authority below a root comes along with what it has made, and the root is what stations trust', () => {
  const between = madeAuthority('Between', {}, authority);
  const certificates = read({ ...ofAuthority(between), 'root.pem': authority.pem });
  const { chain, roots } = certificates.memberOf('CP2').provided();
  expect(chain.match(/BEGIN/g)).toHaveLength(2);
  expect(chain).toContain(between.pem);
  expect(roots.map(({ fingerprint }) => fingerprint)).toEqual([authority.fingerprint]);
});

test('without root.pem certificates may lead to an authority of --csms-ca, which counts beside installed ones anyway', () => {
  const certificates = read({ ...ofStation('CP1'), ...ofStation('CP2') }, { ca: `${stranger.pem}${authority.pem}` });
  expect(certificates.memberOf('CP2').provided().roots).toEqual([]);
});

test('a part of a fleet looks at its own stations alone, by names as in their addresses', () => {
  const wishes = { identityOf: (index: number) => `FR*${index}/A`, stations: { first: 7, last: 7 } };
  const certificates = read({ 'root.pem': authority.pem, ...ofStation('FR*7/A') }, wishes);
  expect(shownBy(certificates.memberOf('FR*7/A').provided().chain).CN).toBe('FR*7/A');
});

describe('refused before anything starts', () => {
  const both = () => ({ 'root.pem': authority.pem, ...ofStation('CP1'), ...ofStation('CP2') });

  test.each<[string, () => Record<string, string>, RegExp]>([
    ['no root', () => ({ ...ofStation('CP1'), ...ofStation('CP2') }), /no root .*: valid is .*root\.pem, or --csms-ca/],
    [
      'a station without files',
      () => ({ 'root.pem': authority.pem, ...ofStation('CP1') }),
      /station CP2 has no certificate: valid are .*CP2\.pem and .*CP2\.key, or for all .*authority\.pem and authority\.key/,
    ],
    [
      'a certificate without its key',
      () => ({ ...both(), 'CP2.key': '' }),
      /station CP2: .*CP2\.pem: the private key cannot be read/,
    ],
    [
      'the key of another',
      () => ({ ...both(), 'CP2.key': client('CP2').key }),
      /station CP2: .*CP2\.pem: no certificate is for the key/,
    ],
    [
      'the name of another',
      () => ({ ...both(), ...ofStation('CP2', client('CP1')) }),
      /CP2\.pem: the common name is "CP1"; valid: .*CP2/,
    ],
    [
      'a server certificate',
      () => ({ ...both(), ...ofStation('CP2', client('CP2', authority, { use: 'server' })) }),
      /CP2\.pem: .*not for clients/,
    ],
    [
      'one that is over',
      () => ({ ...both(), ...ofStation('CP2', client('CP2', authority, { to: nowMs - 1 })) }),
      /CP2\.pem: a certificate has expired/,
    ],
    [
      'one of a stranger',
      () => ({ ...both(), ...ofStation('CP2', client('CP2', stranger)) }),
      /station CP2: .*CP2\.pem: /,
    ],
    [
      'a bad file where the authority would do',
      () => ({ ...ofAuthority(authority), ...ofStation('CP2', client('CP1')) }),
      /CP2\.pem: the common name/,
    ],
    [
      'a root that is none',
      () => ({ ...both(), 'root.pem': client('x').cert }),
      /root\.pem: the certificate is none of an authority/,
    ],
    ['a root without PEM', () => ({ ...both(), 'root.pem': 'hello' }), /root\.pem has no certificate in PEM/],
    [
      'an authority without a key',
      () => ({ 'authority.pem': authority.pem }),
      /authority\.key is not there, and .*authority\.pem is/,
    ],
    [
      'a key without its authority',
      () => ({ 'authority.key': keyText(authority.issuer.key) }),
      /authority\.pem is not there/,
    ],
    [
      'an authority without PEM',
      () => ({ ...ofAuthority(authority), 'authority.pem': '' }),
      /authority\.pem has no certificate in PEM/,
    ],
    [
      'a key that is none',
      () => ({ ...ofAuthority(authority), 'authority.key': 'secret' }),
      /authority\.key: cannot be read; valid: PEM without a password$/,
    ],
    [
      'the key of another authority',
      () => ({ ...ofAuthority(authority), 'authority.key': keyText(newKeyPair().privateKey) }),
      /authority\.key: is not the key of/,
    ],
    ['an authority that is over', () => ofAuthority(madeAuthority('Old', { to: nowMs - 1 })), /authority\.pem: /],
    [
      'an authority that is a station',
      () => {
        const { cert, key } = client('CP1');
        return { 'root.pem': authority.pem, 'authority.pem': cert, 'authority.key': key };
      },
      /station CP1: .*authority\.pem: /,
    ],
  ])('%s', (_, texts, message) => {
    const attempt = () => read(texts());
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(expect.objectContaining({ code: 'config.invalid' }));
  });

  test('an authority on another curve', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const cert = madeCertificate(authority, 'Between', { use: 'authority', names: [], publicKey }).cert;
    const texts = { 'root.pem': authority.pem, 'authority.pem': cert, 'authority.key': keyText(privateKey) };
    expect(() => read(texts)).toThrow(/authority\.key: valid is a key on the curve P-256/);
  });

  test.each([
    ['x'.repeat(26), /station x+: with certificates the identity is the serial number, of 25 characters at most/],
    ['10.0.0.1', /station 10\.0\.0\.1: .* no address can be one/],
  ])('the identity %s', (identity, message) => {
    expect(() => read(ofAuthority(authority), { identityOf: () => identity })).toThrow(message);
  });
});

/** Keys are made by threads and lie in files, which virtual time does not wait for: the loop turns until something is true. */
async function turnsUntil(clock: FleetBench['clock'], isTrue: () => boolean): Promise<void> {
  for (let turn = 0; !isTrue(); turn += 1) {
    if (turn > turnsMax) throw new Error('it did not come');
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(10);
  }
}

describe('stations that come by certificates', () => {
  function bench(wishes: Partial<FleetCertificatesOptions> = {}) {
    const directory = folder(ofAuthority(authority));
    const state = join(directory, 'state');
    const certificates = FleetCertificates.read({
      ...{ directory, ca: undefined, identityOf: (index) => `CP${index}`, stations: { first: 1, last: 3 } },
      ...{ state, now: () => nowMs, ...wishes },
    });
    const made = fleetBench({
      ...{
        certificates,
        csms: 'wss://central.test/ocpp',
        configurationOf: () => ({ SecurityProfile: '3', CpoName: 'Operator' }),
      },
    });
    const chainOf = (identity: string): string => {
      const security = made.central(identity).securities.at(-1);
      return security?.profile === 3 ? security.chain : '';
    };
    return { ...made, directory, state, chainOf };
  }

  test('each shows its own, is known by its identity as serial number, and stores no key', async () => {
    const { fleet, clock, central, chainOf, stores, state, warnings, during } = bench();
    await during(fleet.start());
    await clock.advance(5_000);
    for (const identity of ['CP1', 'CP2', 'CP3']) {
      expect(shownBy(chainOf(identity)).CN).toBe(identity);
      expect(central(identity).calls('BootNotification')[0]?.payload).toMatchObject({
        chargeBoxSerialNumber: identity,
      });
      const stored = JSON.stringify([...(stores.get(identity)?.written ?? [])]);
      expect(stored).not.toMatch(/CERTIFICATE|PRIVATE/);
    }
    expect(() => readdirSync(join(state, 'keys'))).toThrow(/ENOENT/);
    expect(warnings).toEqual([]);
    await during(fleet.stop());
  });

  test('a restart brings another one for the same station', async () => {
    const { fleet, clock, chainOf, during } = bench();
    await during(fleet.start());
    await clock.advance(5_000);
    const before = chainOf('CP2');
    const [, station] = fleet.members;
    if (!station) throw new Error('no station');
    await during(station.cut());
    await during(station.bringBack());
    await clock.advance(30_000);
    expect(chainOf('CP2')).not.toBe(before);
    expect(shownBy(chainOf('CP2')).CN).toBe('CP2');
    await during(fleet.stop());
  });

  test('a station whose files are gone when it restarts says so, and tries again', async () => {
    const { fleet, clock, directory, warnings, central, during } = bench();
    await during(fleet.start());
    await clock.advance(5_000);
    const texts = ofStation('CP2', client('CP1'));
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(directory, name), text);
    const [, station] = fleet.members;
    if (!station) throw new Error('no station');
    await during(station.cut());
    await during(station.bringBack());
    expect(station.running()).toBeUndefined();
    expect(warnings).toEqual([
      expect.stringMatching(/^CP2: .*tries again: --certificates: station CP2: .*CP2\.pem: the common name/),
    ]);
    for (const name of Object.keys(texts)) rmSync(join(directory, name));
    await clock.advance(30_000);
    expect(central('CP2').calls('BootNotification')).toHaveLength(2);
    await during(fleet.stop());
  });

  test('one that the central system gives meanwhile takes its place, and outlives a restart with its key', async () => {
    const { fleet, clock, central, chainOf, state, during } = bench();
    await during(fleet.start());
    await clock.advance(5_000);
    const one = central('CP1');
    one.sendText('[2,"t","ExtendedTriggerMessage",{"requestedMessage":"SignChargePointCertificate"}]');
    await turnsUntil(clock, () => one.calls('SignCertificate').length > 0);
    const { csr } = one.calls('SignCertificate')[0]?.payload as { csr: string };
    const given = signedFor(authority, csr, { subject: nameOf('CP1') });
    one.sendText(JSON.stringify([2, 's', 'CertificateSigned', { certificateChain: given }]));
    await turnsUntil(clock, () => chainOf('CP1') === given);
    expect(readdirSync(join(state, 'keys', 'CP1'))).toHaveLength(1);
    await clock.advance(5_000);
    const [station] = fleet.members;
    if (!station) throw new Error('no station');
    await during(station.cut());
    const { length } = one.securities;
    void station.bringBack();
    await turnsUntil(clock, () => one.securities.length > length);
    expect(chainOf('CP1')).toBe(given);
    await during(fleet.stop());
  });
});
