/** Compliance group 25, how the station comes in: passwords and security profiles (security whitepaper, A00, A01, A05). */
import { X509Certificate } from 'node:crypto';
import { fingerprintOf } from '../../src/ocpp/link/tls';
import { Authority, testWithOpenSsl } from '../support/certificates';
import { closeTheBooks, Rig } from '../support/rig';
import { keyValue } from './support';

afterEach(closeTheBooks);

const first = 'the-first-password';
const second = 'the-second-password';
const change = (rig: Rig, key: string, value: string) => rig.call('ChangeConfiguration', { key, value });
const last = (rig: Rig) => rig.central.securities.at(-1);

const secured = (profile: string): Promise<Rig> =>
  Rig.start({ config: { AuthorizationKey: first, SecurityProfile: profile } });

test('TC_073_CS Update Charge Point Password for HTTP Basic Authentication', async () => {
  const rig = await secured('1');
  expect(rig.central.securities).toEqual([{ profile: 1, password: Buffer.from(first) }]);
  rig.central.refuses = ({ profile, ...given }) =>
    profile === 0 || !('password' in given) || !Buffer.from(second).equals(given.password);
  expect(await change(rig, 'AuthorizationKey', second)).toEqual({ status: 'Accepted' });
  await rig.until('the new password', () => rig.central.connections === 2);
  expect(last(rig)).toEqual({ profile: 1, password: Buffer.from(second) });
  // Not before the answer, which is what the central system reckons by (A01.FR.03).
  expect(await keyValue(rig, 'AuthorizationKey')).toBeUndefined();
});

test('a password that is not taken: the former one comes back, and what was to be told is told', async () => {
  const rig = await secured('1');
  rig.central.refuses = (security) => 'password' in security && Buffer.from(second).equals(security.password);
  await change(rig, 'AuthorizationKey', second);
  await rig.advance(2_000);
  rig.plug(1);
  await rig.advance(2_000);
  await rig.until('the former password', () => rig.central.connections === 2, 600_000);
  expect(last(rig)).toEqual({ profile: 1, password: Buffer.from(first) });
  expect(rig.warnings).toContain('the new AuthorizationKey is not taken: back to the former one');
  expect(rig.warnings.join()).not.toContain(second);
});

describe('with certificates', () => {
  const test = testWithOpenSsl;
  const uses = ['CentralSystemRootCertificate', 'ManufacturerRootCertificate'] as const;
  let authority: Authority;
  beforeAll(() => {
    authority = new Authority();
  });
  afterAll(() => authority.remove());

  const install = (rig: Rig, certificateType: string, certificate = authority.cert) =>
    rig.call('InstallCertificate', { certificateType, certificate });
  const ids = (rig: Rig, certificateType: string) => rig.call('GetInstalledCertificateIds', { certificateType });

  test('TC_083_CS Upgrade Charge Point Security Profile - Accepted', async () => {
    const rig = await secured('1');
    await install(rig, 'CentralSystemRootCertificate');
    expect(await change(rig, 'SecurityProfile', '2')).toEqual({ status: 'Accepted' });
    await rig.until('profile 2', () => rig.central.connections === 2);
    expect(last(rig)?.profile).toBe(2);
    expect(rig.central.urls.at(-1)).toMatch(/^wss:/);
    // Once it has connected there is no way back (A05.FR.09).
    rig.central.refuses = ({ profile }) => profile === 2;
    rig.central.drop('network down');
    await rig.advance(900_000);
    expect(new Set(rig.central.securities.slice(1).map(({ profile }) => profile))).toEqual(new Set([2]));
  });

  test('a profile that leads nowhere: back to the former one, over a power cut as well (A05.FR.08)', async () => {
    const rig = await secured('1');
    await install(rig, 'CentralSystemRootCertificate');
    rig.central.refuses = ({ profile }) => profile === 2;
    await change(rig, 'SecurityProfile', '2');
    await rig.advance(2_000);
    await rig.cutPower();
    await rig.powerOn();
    await rig.until('profile 1', () => rig.central.connections === 2, 900_000);
    expect(last(rig)?.profile).toBe(1);
    expect(await keyValue(rig, 'SecurityProfile')).toBe('1');
  });

  test.each([
    ['TC_075_1_CS Install a certificate - ManufacturerRootCertificate', uses[1], uses[0]],
    ['TC_075_2_CS Install a certificate - CentralSystemRootCertificate', uses[0], uses[1]],
  ])('%s', async (_, use, other) => {
    const rig = await Rig.start();
    expect(await ids(rig, use)).toEqual({ status: 'NotFound' });
    expect(await install(rig, use)).toEqual({ status: 'Accepted' });
    expect(await install(rig, use)).toEqual({ status: 'Accepted' });
    await rig.cutPower();
    await rig.powerOn();
    await rig.advance(2_000);
    const { status, certificateHashData } = await ids(rig, use);
    expect([status, certificateHashData]).toEqual([
      'Accepted',
      [
        {
          hashAlgorithm: 'SHA256',
          issuerNameHash: expect.stringMatching(/^[0-9a-f]{64}$/),
          issuerKeyHash: expect.stringMatching(/^[0-9a-f]{64}$/),
          serialNumber: expect.stringMatching(/^[1-9a-f][0-9a-f]*$/),
        },
      ],
    ]);
    expect(await ids(rig, other)).toEqual({ status: 'NotFound' });
  });

  test('a certificate that is none of a root, and one too many, are Rejected (M05.FR.03, 06)', async () => {
    const rig = await Rig.start({ config: { CertificateStoreMaxLength: '1' } });
    expect(await install(rig, uses[0], authority.issue().cert)).toEqual({ status: 'Rejected' });
    expect(await install(rig, uses[0], 'no certificate')).toEqual({ status: 'Rejected' });
    expect(await ids(rig, uses[0])).toEqual({ status: 'NotFound' });
    const stranger = new Authority('Somebody else');
    try {
      expect(await install(rig, uses[0])).toEqual({ status: 'Accepted' });
      expect(await install(rig, uses[1], stranger.cert)).toEqual({ status: 'Rejected' });
    } finally {
      stranger.remove();
    }
  });

  test('TC_076_CS Delete a specific certificate from the Charge Point', async () => {
    const rig = await Rig.start();
    await install(rig, uses[0]);
    const { certificateHashData } = await ids(rig, uses[0]);
    const [hash] = certificateHashData as Record<string, string>[];
    const remove = (data: object) => rig.call('DeleteCertificate', { certificateHashData: data });
    expect(await remove({ ...hash, serialNumber: '1' })).toEqual({ status: 'NotFound' });
    expect(await remove({ ...hash })).toEqual({ status: 'Accepted' });
    expect(await remove({ ...hash })).toEqual({ status: 'NotFound' });
    await rig.cutPower();
    await rig.powerOn();
    await rig.advance(2_000);
    expect(await ids(rig, uses[0])).toEqual({ status: 'NotFound' });
  });

  test('a root on which the connection rests is not deleted (M04.FR.06)', async () => {
    const rig = await Rig.start();
    await install(rig, uses[0]);
    const { certificateHashData } = await ids(rig, uses[0]);
    const [hash] = certificateHashData as Record<string, string>[];
    rig.central.root = fingerprintOf(new X509Certificate(authority.cert).fingerprint256);
    rig.central.drop('network down');
    await rig.until('the next link', () => rig.central.connections === 2);
    expect(await rig.call('DeleteCertificate', { certificateHashData: hash })).toEqual({ status: 'Failed' });
    expect(await ids(rig, uses[0])).toMatchObject({ status: 'Accepted' });
  });
});

test.each([
  ['lower', '1', '0'],
  ['the same', '1', '1'],
  ['3, for which the station has no certificate (A05.FR.04)', '1', '3'],
])('TC_084_CS Upgrade/Downgrade Charge Point Security Profile - Rejected: %s', async (_, present, wanted) => {
  const rig = await secured(present);
  expect(await change(rig, 'SecurityProfile', wanted)).toEqual({ status: 'Rejected' });
  await rig.advance(60_000);
  expect([await keyValue(rig, 'SecurityProfile'), rig.central.connections]).toEqual([present, 1]);
});

test('TC_084_CS without a root there is no profile 2 (A05.FR.03)', async () => {
  const rig = await secured('1');
  expect(await change(rig, 'SecurityProfile', '2')).toEqual({ status: 'Rejected' });
});

test('TC_084_CS without AuthorizationKey there is no profile 1 (A05.FR.02)', async () => {
  const rig = await Rig.start();
  expect(await change(rig, 'SecurityProfile', '1')).toEqual({ status: 'Rejected' });
  expect(await change(rig, 'AuthorizationKey', 'too short')).toEqual({ status: 'Rejected' });
  expect(await change(rig, 'AuthorizationKey', first)).toEqual({ status: 'Accepted' });
  expect(await change(rig, 'SecurityProfile', '1')).toEqual({ status: 'Accepted' });
  await rig.until('profile 1', () => last(rig)?.profile === 1);
});
