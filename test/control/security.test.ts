/** What a person does about the security of a station, on a station that has no simulation around it: as a rig offers it. */
import { X509Certificate } from 'node:crypto';
import { removeRoot } from '../../src/control/security';
import { stationControl } from '../../src/control/station-commands';
import { revocationList } from '../../src/hal/x509/certificate-maker';
import { madeAuthority, madeCertificate } from '../support/made-certificates';
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

const password = 'open-sesame-open';

async function secure(rig: Rig, request: object): Promise<string> {
  let message: string | undefined;
  const took = (text: string) => {
    message = text;
  };
  void stationControl(() => rig.running)
    .run('security', { ...request })
    .then(
      (answer) => took(answer.message),
      (error: Error & { refusal?: string }) => took(`${error.refusal}: ${error.message}`),
    );
  for (let waitedMs = 0; message === undefined && waitedMs < 10_000; waitedMs += 50) await rig.advance(50);
  return message ?? 'no answer';
}

const addRoot = (rig: Rig, certificate: string, use?: string) => secure(rig, { action: 'addRoot', certificate, use });

test('status tells profile, place, password and roots', async () => {
  const rig = await Rig.start();
  expect(await secure(rig, { action: 'status' })).toMatch(
    /^security profile {2}0: no password, as URL says\ncentral system {4}ws:.*, as .*: connected\npassword {10}not set \(AuthorizationKey\)\ncertificate {7}none\nroots {13}0 of at most 20; those of the system or of --csms-ca count, too$/,
  );
});

test('the password is set by a person, reaches the central system at the next connection, and is nowhere in answers', async () => {
  const rig = await Rig.start();
  expect(await secure(rig, { action: 'password', password })).not.toContain(password);
  expect(await secure(rig, { action: 'profile', profile: 1 })).toBe('security profile 1: a password, as URL says');
  await rig.advance(5_000);
  expect(rig.running.configuration.provenance('AuthorizationKey').from).toBe('person');
  expect(rig.central.securities.at(-1)).toEqual({ profile: 1, password: Buffer.from(password) });
  const status = await secure(rig, { action: 'status' });
  expect(status).toMatch(/^security profile {2}1:[\s\S]*: connected\npassword {10}set/);
  expect(status).not.toContain(password);
});

test('a password that is none is refused with what is valid, and not repeated', async () => {
  const rig = await Rig.start();
  const answer = await secure(rig, { action: 'password', password: 'short one' });
  expect(answer).toMatch(/^keyInvalid: security: AuthorizationKey: must be /);
  expect(answer).not.toContain('short');
});

test('a profile that wants a password is refused without one, and a person may lower it', async () => {
  const rig = await Rig.start();
  expect(await secure(rig, { action: 'profile', profile: 1 })).toMatch(/^keyInvalid: .*AuthorizationKey must be set/);
  await secure(rig, { action: 'password', password });
  await secure(rig, { action: 'profile', profile: 2 });
  expect(await secure(rig, { action: 'profile', profile: 0 })).toBe('security profile 0: no password, as URL says');
  expect(rig.running.configuration.integer('SecurityProfile')).toBe(0);
});

test('a root is installed as InstallCertificate would, for either use, and outlives a power cut', async () => {
  const rig = await Rig.start();
  const { pem, fingerprint } = madeAuthority();
  expect(await addRoot(rig, pem)).toBe(
    `installed: ${fingerprint.slice(0, 16)}  central system: CN=Test authority, until 2044-01-01`,
  );
  expect(await addRoot(rig, `words\r\n${pem.replaceAll('\n', '\r\n')}`, 'manufacturer')).toMatch(/ {2}manufacturer: /);
  await rig.cutPower();
  await rig.powerOn();
  await rig.advance(5_000);
  const status = await secure(rig, { action: 'status' });
  expect(status).toMatch(/roots +2 of at most 20/);
  expect(
    await rig.call('GetInstalledCertificateIds', { certificateType: 'CentralSystemRootCertificate' }),
  ).toMatchObject({ status: 'Accepted' });
});

test.each([
  ['is no certificate', () => 'hello', /found 0 certificates in PEM/],
  ['has two', () => madeAuthority().pem + madeAuthority().pem, /found 2 certificates in PEM/],
  ['is of no authority', () => madeCertificate(madeAuthority()).cert, /is none of an authority/],
  ['has expired', () => madeAuthority('Old', { to: Date.UTC(2025, 0, 1) }).pem, /has expired/],
])('a root that %s is refused', async (_what, pem, why) => {
  const rig = await Rig.start();
  const answer = await addRoot(rig, pem());
  expect(answer).toMatch(/^rootInvalid: security: root: /);
  expect(answer).toMatch(why);
});

test('there is room for so many, and the same once more takes none', async () => {
  const rig = await Rig.start({ config: { CertificateStoreMaxLength: '1' } });
  const { pem } = madeAuthority();
  await addRoot(rig, pem);
  expect(await addRoot(rig, pem)).toMatch(/^installed: /);
  expect(await addRoot(rig, madeAuthority().pem)).toMatch(/^rootsFull: .*CertificateStoreMaxLength is 1/);
});

test('one is removed by the beginning of its fingerprint, with colons and capitals or not', async () => {
  const rig = await Rig.start();
  const { pem, fingerprint } = madeAuthority();
  await addRoot(rig, pem);
  await addRoot(rig, pem, 'manufacturer');
  const beginning = fingerprint
    .slice(0, 10)
    .toUpperCase()
    .replaceAll(/(..)(?=.)/g, '$1:');
  expect(await secure(rig, { action: 'removeRoot', fingerprint: beginning })).toMatch(/^removed: .*\nremoved: .*$/);
  expect(rig.running.chargePoint.security.roots.all).toEqual([]);
});

test('nothing is removed where none is meant, or more than one', async () => {
  const rig = await Rig.start();
  expect(await secure(rig, { action: 'removeRoot', fingerprint: 'ffffffff' })).toMatch(
    /^rootUnknown: .*no root has .*; valid: none is installed$/,
  );
  const { pem, fingerprint } = madeAuthority();
  await addRoot(rig, pem);
  const other = fingerprint.startsWith('ffffffff') ? 'eeeeeeee' : 'ffffffff';
  expect(await secure(rig, { action: 'removeRoot', fingerprint: other })).toMatch(
    new RegExp(`valid: ${fingerprint.slice(0, 16)}$`),
  );
  expect(rig.running.chargePoint.security.roots.all).toHaveLength(1);
});

test('a beginning that two roots have names none', async () => {
  const rig = await Rig.start();
  for (const name of ['One', 'Two']) await addRoot(rig, madeAuthority(name).pem);
  await expect(removeRoot(rig.running, '')).rejects.toThrow(/2 roots have a fingerprint that begins with/);
  expect(rig.running.chargePoint.security.roots.all).toHaveLength(2);
});

test('the root that carries the connection is removed by a person, who is told so', async () => {
  const rig = await Rig.start();
  const { pem, fingerprint } = madeAuthority();
  await addRoot(rig, pem);
  rig.running.chargePoint.security.endpoint.reached(fingerprint);
  expect(await secure(rig, { action: 'status' })).toMatch(/, the connection rests on it$/);
  expect(await secure(rig, { action: 'status' })).not.toContain('--csms-ca count');
  expect(await secure(rig, { action: 'removeRoot', fingerprint: fingerprint.slice(0, 8) })).toMatch(
    /\nthe present connection rests on it: the next one needs another$/,
  );
});

test('what is done is a security event', async () => {
  const rig = await Rig.start();
  await addRoot(rig, madeAuthority().pem);
  expect(rig.running.chargePoint.securityEvents().map(({ type }) => type)).toContain(
    'ReconfigurationOfSecurityParameters',
  );
});

test.each([
  [{ action: 'password' }, 'password'],
  [{ action: 'profile' }, 'profile'],
  [{ action: 'addRoot' }, 'certificate'],
  [{ action: 'removeRoot' }, 'fingerprint'],
  [{ action: 'addCertificate' }, 'certificate'],
  [{ action: 'addCertificate', certificate: 'x' }, 'privateKey'],
  [{ action: 'addList' }, 'list'],
])('%j names what is missing', async (request, name) => {
  expect(await secure(await Rig.start(), request)).toMatch(
    new RegExp(`^requestUnfit: security: .*: ${name} is missing`),
  );
});

describe("the station's certificate", () => {
  const bring = (rig: Rig, { cert, key }: { cert: string; key: string }) =>
    secure(rig, { action: 'addCertificate', certificate: cert, privateKey: key });

  test('is installed with its key, told, and used from profile 3 on', async () => {
    const rig = await Rig.start();
    const authority = madeAuthority();
    await addRoot(rig, authority.pem);
    expect(await secure(rig, { action: 'profile', profile: 3 })).toMatch(/^keyInvalid: .*no certificate/);
    const own = madeCertificate(authority, '260988', { use: 'client', names: [] });
    expect(await bring(rig, own)).toBe("installed: the station's certificate, until 2044-01-01");
    const status = await secure(rig, { action: 'status' });
    expect(status).toMatch(/\ncertificate {7}[0-9a-f]{16} {2}CN=260988, until 2044-01-01\n/);
    expect(status).not.toContain('PRIVATE');
    expect(await secure(rig, { action: 'profile', profile: 3 })).toMatch(/^security profile 3: a certificate/);
    await rig.advance(5_000);
    expect(rig.central.securities.at(-1)).toMatchObject({ profile: 3 });
  });

  test('of nobody who is trusted, or for another station, or with another key, is refused', async () => {
    const rig = await Rig.start();
    const authority = madeAuthority();
    const own = madeCertificate(authority, '260988', { use: 'client', names: [] });
    expect(await bring(rig, own)).toMatch(/^certificateInvalid: security: certificate: /);
    await addRoot(rig, authority.pem);
    const other = madeCertificate(authority, '999', { use: 'client', names: [] });
    expect(await bring(rig, other)).toMatch(/^certificateInvalid: .*serial number/);
    expect(await bring(rig, { ...own, key: other.key })).toMatch(/^certificateInvalid: /);
    expect(await secure(rig, { action: 'status' })).toMatch(/\ncertificate {7}none\n/);
  });
});

describe('a list of revoked certificates', () => {
  const dates = { from: Date.UTC(2025, 0, 1), to: Date.UTC(2030, 0, 1) };
  const add = (rig: Rig, text: string) =>
    secure(rig, { action: 'addList', list: Buffer.from(text).toString('base64') });

  test('of a root that is installed counts, and is told', async () => {
    const rig = await Rig.start();
    const { issuer, pem } = madeAuthority();
    await addRoot(rig, pem);
    const list = revocationList([Buffer.from([7]), Buffer.from([8])], dates, issuer);
    expect(await add(rig, list)).toBe('of CN=Test authority 2 certificates are revoked');
    expect(await secure(rig, { action: 'status' })).toMatch(/\nrevoked {11}by 1 list$/);
    const { revocations } = rig.running.chargePoint.security;
    const seven = madeCertificate({ issuer, pem, fingerprint: '' }, 'localhost', { serial: Buffer.from([7]) });
    expect(revocations.isRevoked(new X509Certificate(seven.cert))).toBe(true);
  });

  test('of nobody who is trusted, or that is none, is refused', async () => {
    const rig = await Rig.start();
    expect(await add(rig, revocationList([], dates, madeAuthority().issuer))).toMatch(/^listInvalid: security: list: /);
    expect(await add(rig, 'hello')).toMatch(/^listInvalid: security: list: /);
  });
});
