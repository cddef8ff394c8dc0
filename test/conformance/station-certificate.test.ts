/** Compliance group 25, the station's own certificate: security profile 3 and the way back from what leads nowhere (security whitepaper, A00, A05). */
import { changeKeyByPerson } from '../../src/control/key-change';
import { nameOf } from '../../src/hal/x509/certificate-maker';
import {
  bring,
  chainOf,
  eventsOf,
  madeForStation,
  password,
  plain,
  provenBy,
  rigUnder,
} from '../support/client-certificates';
import { madeAuthority } from '../support/made-certificates';
import { closeTheBooks, type Rig, startOfTime } from '../support/rig';
import { keyValue } from './support';

afterEach(closeTheBooks);

const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];
const authority = madeAuthority();
const root = authority.pem;
const change = (rig: Rig, value: string) => rig.call('ChangeConfiguration', { key: 'SecurityProfile', value });
const inDays = (days: number) => startOfTime + days * dayMs;

test('TC_083_CS Upgrade Charge Point Security Profile - Accepted: from 2 to 3', async () => {
  const config = { AuthorizationKey: password, SecurityProfile: '2' };
  const rig = await rigUnder(root, { config });
  const own = madeForStation(authority);
  expect(await bring(rig, own)).toMatchObject({ ok: true });
  expect(await change(rig, '3')).toEqual({ status: 'Accepted' });
  await rig.until('profile 3', () => rig.central.connections === 2);
  expect(rig.central.securities.at(-1)).toEqual({ profile: 3, chain: plain(own.cert), key: own.key });
  expect(rig.central.urls.at(-1)).toMatch(/^wss:/);
  // Once it has connected there is no way back (A05.FR.09).
  rig.central.refuses = ({ profile }) => profile === 3;
  rig.central.drop('network down');
  await rig.advance(15 * minuteMs);
  expect(new Set(rig.central.securities.slice(1).map(({ profile }) => profile))).toEqual(new Set([3]));
});

test('TC_087_CS TLS - client-side certificate: it comes with each connection, over a restart as well', async () => {
  const own = madeForStation(authority);
  const rig = await provenBy(root, own);
  await rig.cutPower();
  await rig.powerOn();
  await rig.until('the next link', () => rig.central.connected);
  expect(rig.central.securities.at(-1)).toEqual({ profile: 3, chain: plain(own.cert), key: own.key });
});

test('no password leaves with profile 3, and none is wanted for it', async () => {
  const rig = await rigUnder(root);
  await bring(rig, madeForStation(authority));
  expect(await change(rig, '1')).toEqual({ status: 'Rejected' });
  expect(await change(rig, '3')).toEqual({ status: 'Accepted' });
  await rig.until('profile 3', () => rig.central.connections === 2);
  expect(Object.keys(rig.central.securities.at(-1) ?? {}).sort()).toEqual(['chain', 'key', 'profile']);
});

test('without a certificate that holds, and without a root, nobody sets profile 3 (A05.FR.03, 04)', async () => {
  const rig = await rigUnder(root);
  const byPerson = () => changeKeyByPerson(rig.running, 'SecurityProfile', '3');
  expect(await change(rig, '3')).toEqual({ status: 'Rejected' });
  expect(await byPerson()).toMatchObject({
    refused: 'needsCertificate',
    why: expect.stringContaining('no certificate'),
  });
  await bring(rig, madeForStation(authority, { from: inDays(2), to: inDays(9) }));
  expect(await byPerson()).toMatchObject({ refused: 'needsCertificate', why: expect.stringContaining('holds from') });
  await rig.advance(2 * 24 * hourMs + hourMs);
  expect(rig.running.configuration.judge('SecurityProfile', '3')).toBeUndefined();
  await rig.advance(10 * 24 * hourMs);
  expect(await byPerson()).toMatchObject({ refused: 'needsCertificate', why: expect.stringContaining('expired') });
});

test('a profile 3 that leads nowhere: back to the one before, over a power cut as well (A05.FR.08)', async () => {
  const config = { AuthorizationKey: password, SecurityProfile: '2' };
  const rig = await rigUnder(root, { config });
  await bring(rig, madeForStation(authority));
  rig.central.refuses = ({ profile }) => profile === 3;
  await change(rig, '3');
  await rig.advance(2_000);
  await rig.cutPower();
  await rig.powerOn();
  await rig.until('profile 2', () => rig.central.connections === 2, 15 * minuteMs);
  expect([rig.central.securities.at(-1)?.profile, await keyValue(rig, 'SecurityProfile')]).toEqual([2, '2']);
});

test('another certificate is used at once; when it has carried a connection the former one and its key go', async () => {
  const [own, next] = [madeForStation(authority), madeForStation(authority)];
  const rig = await provenBy(root, own);
  expect(await bring(rig, next)).toMatchObject({ ok: true });
  await rig.until('the next one', () => chainOf(rig) === plain(next.cert) && rig.central.connected);
  await rig.advance(1_000);
  expect([...rig.keyFiles.kept.values()]).toEqual([next.key]);
  await rig.cutPower();
  await rig.powerOn();
  await rig.until('the next link', () => rig.central.connected);
  expect(chainOf(rig)).toBe(plain(next.cert));
});

test('one that the central system does not take: the former one comes back, it is said, and the key is gone', async () => {
  const [own, next] = [madeForStation(authority), madeForStation(authority)];
  const rig = await provenBy(root, own);
  rig.central.refuses = (security) => security.profile === 3 && security.chain === plain(next.cert);
  await bring(rig, next);
  await rig.until('the former one', () => rig.central.connected && chainOf(rig) === plain(own.cert), hourMs);
  await rig.advance(1_000);
  expect([...rig.keyFiles.kept.values()]).toEqual([own.key]);
  expect(rig.warnings).toContainEqual(expect.stringContaining('new certificate of the station is given up'));
  expect(eventsOf(rig, 'FailedToAuthenticateAtCentralSystem').at(-1)?.info).toMatch(/certificate|401/);
  rig.central.drop('once more');
  await rig.until('a link', () => rig.central.connected, hourMs);
  expect([chainOf(rig), await keyValue(rig, 'SecurityProfile')]).toEqual([plain(own.cert), '3']);
});

test('a network that is down says nothing of the new certificate: it is used when the network is back', async () => {
  const [own, next] = [madeForStation(authority), madeForStation(authority)];
  const rig = await provenBy(root, own);
  rig.central.failsWith = 'unreachable';
  rig.central.drop('network down');
  await bring(rig, next);
  await rig.advance(5 * hourMs);
  expect(new Set(rig.central.securities.slice(2).map((s) => 'chain' in s && s.chain))).toContain(plain(next.cert));
  // The former one is the first that comes through, which says nothing against the new one either.
  await rig.until('the former one is tried', () => chainOf(rig) === plain(own.cert), hourMs);
  rig.central.failsWith = undefined;
  await rig.until('the next link', () => rig.central.connected && chainOf(rig) === plain(own.cert), hourMs);
  rig.central.drop('once more');
  await rig.until('the new one', () => rig.central.connected && chainOf(rig) === plain(next.cert), hourMs);
});

test('where neither certificate is taken, both go on being tried', async () => {
  const [own, next] = [madeForStation(authority), madeForStation(authority)];
  const rig = await provenBy(root, own);
  rig.central.refuses = () => true;
  await bring(rig, next);
  await rig.advance(5 * hourMs);
  const tried = rig.central.securities.slice(-30).map((s) => 'chain' in s && s.chain);
  expect(new Set(tried)).toEqual(new Set([plain(own.cert), plain(next.cert)]));
  rig.central.refuses = () => false;
  await rig.until('a link', () => rig.central.connected, hourMs);
});

test('profile 3 with two certificates that are not taken: back to profile 2 all the same', async () => {
  const config = { AuthorizationKey: password, SecurityProfile: '2' };
  const rig = await rigUnder(root, { config });
  const both = [madeForStation(authority), madeForStation(authority)];
  for (const each of both) await bring(rig, each);
  rig.central.refuses = ({ profile }) => profile === 3;
  await change(rig, '3');
  await rig.until('profile 2', () => rig.central.connections === 2, 5 * hourMs);
  expect(await keyValue(rig, 'SecurityProfile')).toBe('2');
  const tried = rig.central.securities.flatMap((security) => ('chain' in security ? [security.chain] : []));
  expect(new Set(tried)).toEqual(new Set(both.map(({ cert }) => plain(cert))));
});

test('a certificate that may be used later only waits for its day', async () => {
  const [own, next] = [
    madeForStation(authority, { to: inDays(20) }),
    madeForStation(authority, { from: inDays(2), to: inDays(20) }),
  ];
  const rig = await provenBy(root, own);
  await bring(rig, next);
  rig.central.drop('once more');
  await rig.until('a link', () => rig.central.connected);
  expect(chainOf(rig)).toBe(plain(own.cert));
  await rig.advance(2 * 24 * hourMs + hourMs);
  rig.central.drop('once more');
  await rig.until('a link', () => rig.central.connected);
  expect(chainOf(rig)).toBe(plain(next.cert));
});

test('a key that is lost: the station says so and does not connect; a person sets another profile', async () => {
  const rig = await provenBy(root, madeForStation(authority));
  rig.keyFiles.kept.clear();
  await rig.cutPower();
  const attempts = rig.central.securities.length;
  await rig.powerOn();
  await rig.advance(5 * minuteMs);
  expect(rig.central.securities).toHaveLength(attempts);
  expect(rig.warnings).toContainEqual(
    expect.stringMatching(/a certificate of the station cannot be used: .*no private key/),
  );
  expect(rig.warnings).toContainEqual(expect.stringContaining('no certificate of this station'));
  await rig.running.configuration.change('SecurityProfile', '2', 'person');
  await rig.until('a link', () => rig.central.connected);
});

test('a key that cannot be read this time is not swept away', async () => {
  const own = madeForStation(authority);
  const rig = await provenBy(root, own);
  await rig.cutPower();
  rig.keyFiles.fails = true;
  await rig.powerOn();
  rig.keyFiles.fails = false;
  await rig.running.chargePoint.security.keys.sweep();
  await rig.cutPower();
  await rig.powerOn();
  await rig.until('a link', () => rig.central.connected);
  expect(chainOf(rig)).toBe(plain(own.cert));
});

test('keys that nothing refers to go with the next start; so do those of a station that is reset', async () => {
  const own = madeForStation(authority);
  const rig = await provenBy(root, own);
  await rig.cutPower();
  rig.keyFiles.kept.set('left1', 'of a request that never came to anything');
  await rig.powerOn();
  await rig.advance(2_000);
  expect([...rig.keyFiles.kept.values()]).toEqual([own.key]);
  (await rig.running.orderFactoryReset())();
  await rig.restart();
  await rig.advance(2_000);
  expect(rig.keyFiles.kept.size).toBe(0);
  // With what it was delivered.
  expect(rig.central.securities.at(-1)?.profile).toBe(2);
});

test('what a person brings is refused with a reason, and leaves no key', async () => {
  const rig = await rigUnder(root);
  const own = madeForStation(authority);
  const other = madeForStation(authority, { subject: nameOf('other') });
  expect(await bring(rig, { ...own, key: other.key })).toMatchObject({ refused: 'keyDiffers' });
  expect(await bring(rig, other)).toMatchObject({ refused: 'wrongName', why: expect.stringContaining('260988') });
  expect(await bring(rig, { ...own, cert: own.cert.padEnd(100_001) })).toMatchObject({ refused: 'tooLong' });
  rig.keyFiles.fails = true;
  expect(await bring(rig, own)).toMatchObject({ refused: 'notStored' });
  rig.keyFiles.fails = false;
  expect(rig.keyFiles.kept.size).toBe(0);
  expect(rig.running.chargePoint.security.certificates.present).toBeUndefined();
});

test('the private key is in no store, report or frame', async () => {
  const own = madeForStation(authority);
  const rig = await provenBy(root, own);
  const secret = own.key.split('\n')[1] ?? '';
  expect(JSON.stringify([...(await rig.store.load())])).not.toContain(secret);
  expect(rig.central.frames.join('\n')).not.toContain(secret);
  expect(rig.warnings.join('\n')).not.toContain(secret);
});
