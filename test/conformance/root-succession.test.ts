/** AdditionalRootCertificateCheck: one root of the central system takes the place of the other, signed by it (security whitepaper, M05.FR.08 to 13). */
import { X509Certificate } from 'node:crypto';
import { fingerprintOf } from '../../src/ocpp/link/tls';
import { type MadeAuthority, madeAuthority } from '../support/made-certificates';
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

const use = 'CentralSystemRootCertificate';
/** One whose fingerprint leaves room for others before it. */
function rootInTheMiddle(): MadeAuthority {
  let made = madeAuthority('First');
  while (made.fingerprint < '4') made = madeAuthority('First');
  return made;
}

const first = rootInTheMiddle();
const second = madeAuthority('Second', {}, first);
const third = madeAuthority('Third', {}, second);
const stranger = madeAuthority('Stranger');

const checked = (value = 'true') => Rig.start({ config: { AdditionalRootCertificateCheck: value } });
const install = (rig: Rig, { pem }: MadeAuthority, certificateType = use) =>
  rig.call('InstallCertificate', { certificateType, certificate: pem });
const installed = (rig: Rig) => rig.running.chargePoint.security.roots.of(use).map(({ fingerprint }) => fingerprint);
const idsOf = async (rig: Rig) =>
  (await rig.call('GetInstalledCertificateIds', { certificateType: use })).certificateHashData as {
    serialNumber: string;
  }[];

async function restsOn(rig: Rig, { pem }: MadeAuthority): Promise<void> {
  rig.central.root = fingerprintOf(new X509Certificate(pem).fingerprint256);
  const before = rig.central.connections;
  rig.central.drop('network down');
  await rig.until('the next link', () => rig.central.connections === before + 1);
  await rig.advance(1_000);
}

test('a root that the present one has signed is installed, and the present one stays until the new one has carried a connection', async () => {
  const rig = await checked();
  expect(await install(rig, first)).toEqual({ status: 'Accepted' });
  expect(await install(rig, second)).toEqual({ status: 'Accepted' });
  expect(installed(rig)).toEqual([first.fingerprint, second.fingerprint]);
  // M05.FR.13: it is the fallback.
  await restsOn(rig, first);
  expect(installed(rig)).toEqual([first.fingerprint, second.fingerprint]);
  await restsOn(rig, second);
  expect(installed(rig)).toEqual([second.fingerprint]);
  await rig.cutPower();
  await rig.powerOn();
  await rig.advance(2_000);
  expect(installed(rig)).toEqual([second.fingerprint]);
  expect(await install(rig, third)).toEqual({ status: 'Accepted' });
  await restsOn(rig, third);
  expect(installed(rig)).toEqual([third.fingerprint]);
});

test('one that it has not signed is Rejected (M05.FR.10), also one that is signed by itself', async () => {
  const rig = await checked();
  await install(rig, first);
  expect(await install(rig, stranger)).toEqual({ status: 'Rejected' });
  expect(await install(rig, third)).toEqual({ status: 'Rejected' });
  expect(await install(rig, first)).toEqual({ status: 'Accepted' });
  expect(installed(rig)).toEqual([first.fingerprint]);
});

test('one that has carried nothing yet gives its place to another one of the same signer, and signs none itself', async () => {
  const rig = await checked();
  const better = madeAuthority('Better', {}, first);
  await install(rig, first);
  await install(rig, second);
  expect(await install(rig, third)).toEqual({ status: 'Rejected' });
  expect(await install(rig, better)).toEqual({ status: 'Accepted' });
  expect(installed(rig)).toEqual([first.fingerprint, better.fingerprint]);
  expect(await install(rig, better)).toEqual({ status: 'Accepted' });
  expect(installed(rig)).toEqual([first.fingerprint, better.fingerprint]);
});

test('so it is after a restart, in whatever order they are read', async () => {
  const rig = await checked();
  // Roots are read in the order of their fingerprints.
  let before = madeAuthority('Before', {}, first);
  for (let n = 0; n < 200 && before.fingerprint > first.fingerprint; n += 1)
    before = madeAuthority('Before', {}, first);
  await install(rig, first);
  await install(rig, before);
  await rig.cutPower();
  await rig.powerOn();
  await rig.advance(2_000);
  expect(installed(rig)).toEqual([before.fingerprint, first.fingerprint]);
  expect(await install(rig, madeAuthority('Below', {}, before))).toEqual({ status: 'Rejected' });
  expect(await install(rig, second)).toEqual({ status: 'Accepted' });
  expect(new Set(installed(rig))).toEqual(new Set([first.fingerprint, second.fingerprint]));
});

test('it is for roots of central systems alone, and where nothing is installed any root is the first', async () => {
  const rig = await checked();
  expect(await install(rig, stranger, 'ManufacturerRootCertificate')).toEqual({ status: 'Accepted' });
  expect(await install(rig, first, 'ManufacturerRootCertificate')).toEqual({ status: 'Accepted' });
  expect(await install(rig, second)).toEqual({ status: 'Rejected' });
  expect(await install(rig, stranger)).toEqual({ status: 'Accepted' });
});

test('without the check several count, each signed by itself', async () => {
  const rig = await checked('false');
  expect(await install(rig, first)).toEqual({ status: 'Accepted' });
  expect(await install(rig, second)).toEqual({ status: 'Rejected' });
  expect(await install(rig, stranger)).toEqual({ status: 'Accepted' });
  await restsOn(rig, stranger);
  expect(installed(rig)).toEqual([first.fingerprint, stranger.fingerprint]);
});

test('the new one is named by the key of its signer, and deleted by that name', async () => {
  const rig = await checked();
  await install(rig, first);
  await install(rig, second);
  await restsOn(rig, second);
  await rig.cutPower();
  await rig.powerOn();
  await rig.advance(2_000);
  const [hash] = await idsOf(rig);
  const other = await Rig.start();
  await install(other, first);
  const [own] = await idsOf(other);
  // Both are issued by the first (RFC 6960, 4.1.1).
  expect({ ...hash, serialNumber: '' }).toEqual({ ...own, serialNumber: '' });
  rig.central.root = undefined;
  rig.central.drop('network down');
  await rig.until('a link', () => rig.central.connected);
  expect(await rig.call('DeleteCertificate', { certificateHashData: hash })).toEqual({ status: 'Accepted' });
  expect(installed(rig)).toEqual([]);
});

test('a power cut while one takes the place of the other leaves one of them at least', async () => {
  for (const flushMs of [0, 50]) {
    const rig = await checked();
    await install(rig, first);
    await install(rig, second);
    rig.flushMs = flushMs;
    await restsOn(rig, second);
    await rig.cutPower('none');
    rig.flushMs = 0;
    await rig.powerOn();
    await rig.advance(2_000);
    expect(installed(rig)).toContain(second.fingerprint);
  }
});
