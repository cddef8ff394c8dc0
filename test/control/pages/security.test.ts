/** What the page "Security" sees and does; what the station refuses has a code that the page has words for. */
import { pageStation } from '../../../src/control/pages/page-station';
import { madeForStation, serialNumber } from '../../support/client-certificates';
import { madeAuthority } from '../../support/made-certificates';
import { closeTheBooks, Rig } from '../../support/rig';

afterEach(closeTheBooks);

const password = 'open-sesame-open';

async function started() {
  const rig = await Rig.start();
  const pages = pageStation(() => rig.running);
  /** Commits take their time. */
  const done = async <Result>(work: Promise<Result>): Promise<Result> => {
    await rig.advance(100);
    return work;
  };
  return { rig, pages, security: pages.security, done };
}

test('password and profile are set as by a person, and the password is shown to nobody', async () => {
  const { rig, pages, security, done } = await started();
  expect(security.look()).toMatchObject({ profile: 0, hasPassword: false, connection: 'Connected', roots: [] });
  expect(await done(security.setPassword(password))).toBeUndefined();
  expect(await done(security.setProfile(1))).toBeUndefined();
  await rig.advance(5_000);
  expect(rig.central.securities.at(-1)).toEqual({ profile: 1, password: Buffer.from(password) });
  expect(security.look()).toMatchObject({ profile: 1, hasPassword: true });
  expect(JSON.stringify([security.look(), pages.view()])).not.toContain(password);
});

test('what is refused has a code, and changes nothing', async () => {
  const { security, done } = await started();
  expect(await done(security.setPassword('short'))).toBe('keyInvalid');
  expect(await done(security.setProfile(2))).toBe('keyInvalid');
  expect(await done(security.addRoot('CentralSystemRootCertificate', 'no certificate'))).toBe('rootInvalid');
  expect(await done(security.removeRoot('0'.repeat(64)))).toBe('rootUnknown');
  expect(await done(security.addCertificate('no certificate', 'no key'))).toBe('certificateInvalid');
  expect(await done(security.addLists('no list'))).toBe('listInvalid');
  expect(security.look()).toMatchObject({ profile: 0, hasPassword: false, roots: [] });
});

test('a root comes and goes, for each use, and every page hears of it', async () => {
  const { pages, security, done } = await started();
  const { pem, fingerprint } = madeAuthority();
  const revisions = [pages.view()?.revisions.security];
  for (const use of ['CentralSystemRootCertificate', 'ManufacturerRootCertificate'] as const) {
    expect(await done(security.addRoot(use, pem))).toBeUndefined();
    revisions.push(pages.view()?.revisions.security);
  }
  expect(security.look()?.roots).toMatchObject([
    { use: 'CentralSystemRootCertificate', fingerprint, subject: 'CN=Test authority', carries: false },
    { use: 'ManufacturerRootCertificate', fingerprint },
  ]);
  expect(new Set(revisions).size).toBe(3);
  expect(await done(security.removeRoot(fingerprint))).toBeUndefined();
  expect(security.look()?.roots).toEqual([]);
});

test('the certificate of the station is installed with its key, shown without it, and used for profile 3', async () => {
  const { rig, pages, security, done } = await started();
  const authority = madeAuthority();
  await done(security.addRoot('CentralSystemRootCertificate', authority.pem));
  const before = pages.view()?.revisions.security;
  const { cert, key } = madeForStation(authority);
  expect(security.look()).toMatchObject({ certificate: null });
  expect(await done(security.addCertificate(cert, key))).toBeUndefined();
  expect(security.look()).toMatchObject({ certificate: { subject: `CN=${serialNumber}` }, certificateLack: null });
  expect(pages.view()?.revisions.security).not.toBe(before);
  expect(JSON.stringify([security.look(), pages.view()])).not.toContain('PRIVATE KEY');
  expect(await done(security.setProfile(3))).toBeUndefined();
  await rig.advance(5_000);
  expect(rig.central.securities.at(-1)).toMatchObject({ profile: 3 });
});

test('without a running station nothing is done', async () => {
  const { security } = pageStation(() => undefined);
  expect(security.look()).toBeUndefined();
  expect(await security.setPassword(password)).toBe('starting');
  expect(await security.removeRoot('x')).toBe('starting');
});
