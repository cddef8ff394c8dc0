/** Compliance group 25, a certificate that the station asks for: SignCertificate and CertificateSigned (security whitepaper, A02, A03). */
import { X509Certificate } from 'node:crypto';
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
  signedFor,
  turnsUntil,
} from '../support/client-certificates';
import { madeAuthority } from '../support/made-certificates';
import { boardWith, closeTheBooks, Rig, startOfTime } from '../support/rig';

afterEach(closeTheBooks);

const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];
const authority = madeAuthority();
const root = authority.pem;
const own = madeForStation(authority);

const trigger = (rig: Rig) => rig.call('ExtendedTriggerMessage', { requestedMessage: 'SignChargePointCertificate' });
const deliver = (rig: Rig, certificateChain: string) => rig.call('CertificateSigned', { certificateChain });
const asked = (rig: Rig) => rig.central.calls('SignCertificate');
const csrOf = (rig: Rig, n = asked(rig).length) => String(asked(rig)[n - 1]?.payload.csr);

/** Until the central system has the request number `n`. */
async function request(rig: Rig, n = asked(rig).length + 1): Promise<string> {
  expect(await trigger(rig)).toEqual({ status: 'Accepted' });
  await turnsUntil(rig, `SignCertificate ${n}`, () => asked(rig).length >= n, 1);
  await rig.advance(1_000);
  return csrOf(rig, n);
}

test('TC_074_CS Update Charge Point Certificate by request of Central System', async () => {
  const rig = await provenBy(root, own);
  const csr = await request(rig);
  expect(csr).toMatch(/^-----BEGIN CERTIFICATE REQUEST-----\n/);
  const cert = signedFor(authority, csr);
  const before = rig.central.connections;
  expect(await deliver(rig, cert)).toEqual({ status: 'Accepted' });
  await rig.until('the next link', () => rig.central.connections === before + 1);
  expect(chainOf(rig)).toBe(plain(cert));
  await rig.advance(1_000);
  // Its key alone is left (A02.FR.10).
  expect(rig.keyFiles.kept.size).toBe(1);
  expect([...rig.keyFiles.kept.values()]).not.toContain(own.key);
  await rig.cutPower();
  await rig.powerOn();
  await rig.until('a link', () => rig.central.connected);
  expect(chainOf(rig)).toBe(plain(cert));
});

test('TC_077_CS Invalid ChargePointCertificate Security Event', async () => {
  const rig = await provenBy(root, own);
  const csr = await request(rig);
  rig.forget();
  expect(await deliver(rig, signedFor(madeAuthority(), csr))).toEqual({ status: 'Rejected' });
  const { payload } = await rig.expectCall('SecurityEventNotification', { type: 'InvalidChargePointCertificate' });
  expect(payload.techInfo).toContain('issued by no certificate that is installed');
  await rig.advance(minuteMs);
  expect(chainOf(rig)).toBe(plain(own.cert));
  // The right one may still come.
  expect(await deliver(rig, signedFor(authority, csr))).toEqual({ status: 'Accepted' });
});

test.each<[string, (csr: string) => string, string]>([
  ['for another key', () => madeForStation(authority).cert, 'no certificate is for the key'],
  ['for another station', (csr) => signedFor(authority, csr, { subject: nameOf('260989') }), 'common name is "260989"'],
  ['that is over', (csr) => signedFor(authority, csr, { to: startOfTime - dayMs }), 'expired'],
  ['for servers', (csr) => signedFor(authority, csr, { use: 'server' }), 'not for clients'],
  ['that is none', () => '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', 'cannot be read'],
  ['of nothing', () => '', 'no certificate in PEM'],
])('a certificate %s is Rejected, with the event and a reason, and changes nothing', async (_, made, why) => {
  const rig = await provenBy(root, own);
  const csr = await request(rig);
  expect(await deliver(rig, made(csr))).toEqual({ status: 'Rejected' });
  expect(eventsOf(rig, 'InvalidChargePointCertificate').at(-1)?.info).toContain(why);
  expect(rig.running.chargePoint.security.certificates.newest?.chain).toBe(plain(own.cert));
});

test('one that nobody has asked for is Rejected', async () => {
  const rig = await provenBy(root, own);
  expect(await deliver(rig, own.cert)).toEqual({ status: 'Rejected' });
  expect(eventsOf(rig, 'InvalidChargePointCertificate').at(-1)?.info).toBe('no request waits for a certificate');
});

test('more than CertificateSignedMaxChainSize bytes are Rejected, and more than a message may have', async () => {
  const rig = await rigUnder(root, { config: { CertificateSignedMaxChainSize: '2000' } });
  const cert = signedFor(authority, await request(rig));
  expect(await deliver(rig, cert.padEnd(2_001))).toEqual({ status: 'Rejected' });
  // Bytes count, not characters.
  expect(await deliver(rig, cert + 'é'.repeat(1_001 - Math.floor(cert.length / 2)))).toEqual({ status: 'Rejected' });
  expect(await deliver(rig, 'x'.repeat(10_001))).toEqual({ status: 'Rejected' });
  expect(await deliver(rig, cert.padEnd(2_000))).toEqual({ status: 'Accepted' });
});

test('a chain with CRLF, in the wrong order, and an authority between', async () => {
  const rig = await provenBy(root, own);
  const csr = await request(rig);
  const between = madeAuthority('Between', {}, authority);
  const cert = signedFor(between, csr);
  const text = [between.pem, root, cert].join('').replaceAll('\n', '\r\n');
  expect(await deliver(rig, text)).toEqual({ status: 'Accepted' });
  await rig.until('it is used', () => chainOf(rig) === plain(cert) + plain(between.pem));
});

test('with a lower profile it is kept for the day of profile 3, over a power cut as well', async () => {
  const rig = await rigUnder(root, { config: { AuthorizationKey: password, SecurityProfile: '1' } });
  const cert = signedFor(authority, await request(rig));
  expect(await deliver(rig, cert)).toEqual({ status: 'Accepted' });
  await rig.advance(minuteMs);
  expect([rig.central.connections, rig.central.securities.at(-1)?.profile]).toEqual([1, 1]);
  await rig.cutPower();
  await rig.powerOn();
  await rig.advance(2_000);
  await rig.configure('SecurityProfile', '3');
  await rig.until('profile 3', () => chainOf(rig) === plain(cert));
});

describe('the request', () => {
  const subjectOf = (csr: string) => new X509Certificate(signedFor(authority, csr)).publicKey.asymmetricKeyDetails;

  test('names station and operator, and is new each time (A02.FR.02, 03, 13)', async () => {
    const rig = await provenBy(root, own, { config: { CpoName: '#41 Zoë, Œuvres + Cie' } });
    const [first, second] = [await request(rig), await request(rig)];
    expect(first).not.toBe(second);
    const der = Buffer.from(first.replaceAll(/-----[A-Z ]+-----|\s/g, ''), 'base64');
    expect(der.includes(Buffer.from('260988'))).toBe(true);
    expect(der.includes(Buffer.from('#41 Zoë, Œuvres + Cie'))).toBe(true);
    expect(rig.warnings.join()).not.toContain('CpoName');
    expect(subjectOf(first)).toEqual({ namedCurve: 'prime256v1' });
    // That of the first came to nothing.
    expect(rig.keyFiles.kept.size).toBe(2);
    expect(await deliver(rig, signedFor(authority, first))).toEqual({ status: 'Rejected' });
    expect(await deliver(rig, signedFor(authority, second))).toEqual({ status: 'Accepted' });
  });

  test('without CpoName it names no operator, which is said once', async () => {
    const rig = await provenBy(root, own);
    await request(rig);
    await request(rig);
    expect(rig.warnings.filter((line) => line.includes('CpoName'))).toHaveLength(1);
  });

  test('is for a key of RSA where CertificateRsaBits says so', async () => {
    const rig = await provenBy(root, own);
    await rig.configure('CertificateRsaBits', '2048');
    expect(subjectOf(await request(rig))).toMatchObject({ modulusLength: 2_048 });
  });

  test('is Rejected on a rig whose serial number is the example of every board', async () => {
    const rig = await Rig.start({ board: { ...boardWith({}), drivers: 'pi' } });
    expect(await trigger(rig)).toEqual({ status: 'Rejected' });
    const { certificates } = rig.running.chargePoint.security;
    expect(certificates.renew()).toEqual({ refused: 'serialNumber', why: expect.stringContaining('board file') });
  });

  test('of a person leaves as well', async () => {
    const rig = await provenBy(root, own);
    rig.central.answer('SignCertificate', () => ({ status: 'Accepted' }));
    expect(rig.running.chargePoint.security.certificates.renew()).toEqual({ ok: true });
    await turnsUntil(rig, 'SignCertificate', () => asked(rig).length === 1, 1);
  });

  test('leaves while the station is Pending, when it is triggered (A00.FR.806)', async () => {
    const rig = Rig.prepare();
    rig.central.answer('SignCertificate', () => ({ status: 'Accepted' }));
    rig.central.answer('BootNotification', () => ({
      status: 'Pending',
      currentTime: rig.central.time(),
      interval: 300,
    }));
    await rig.powerOn();
    await rig.advance(2_000);
    await trigger(rig);
    await turnsUntil(rig, 'SignCertificate', () => asked(rig).length === 1, 1);
  });

  test('that is Rejected is sent again, ever more seldom, and comes to nothing in the end; its key goes', async () => {
    const rig = await provenBy(root, own);
    rig.central.answer('SignCertificate', () => ({ status: 'Rejected' }));
    await request(rig);
    await rig.advance(2 * hourMs);
    const at = asked(rig).map((call) => call.at);
    const waits = at.slice(1).map((time, n) => Math.round((time - (at[n] ?? 0)) / minuteMs));
    expect(waits).toEqual([1, 2, 4, 8, 16]);
    expect(new Set(asked(rig).map(({ payload }) => payload.csr)).size).toBe(1);
    expect([...rig.keyFiles.kept.values()]).toEqual([own.key]);
    expect(rig.warnings).toContainEqual(expect.stringContaining('nothing comes of the request'));
    expect(await deliver(rig, signedFor(authority, csrOf(rig, 1)))).toEqual({ status: 'Rejected' });
  });

  test('that is not answered is sent again as well', async () => {
    const rig = await provenBy(root, own);
    rig.central.answer('SignCertificate', () => 'silence');
    await request(rig);
    await rig.advance(3 * hourMs);
    expect(asked(rig)).toHaveLength(6);
    expect([...rig.keyFiles.kept.values()]).toEqual([own.key]);
  });

  test('is not sent again to a central system that does not know it', async () => {
    const rig = await provenBy(root, own);
    rig.central.answer('SignCertificate', () => ({ callError: 'NotImplemented' }));
    await request(rig);
    await rig.advance(2 * hourMs);
    expect(asked(rig)).toHaveLength(1);
    expect(rig.warnings).toContainEqual(expect.stringContaining('knows no SignCertificate'));
    expect(rig.keyFiles.kept.size).toBe(1);
  });

  test('that was not answered leaves again over the next link, and after a power cut; one that was does not', async () => {
    const rig = await provenBy(root, own);
    rig.central.answer('SignCertificate', () => 'silence');
    const csr = await request(rig);
    rig.central.drop('network down');
    await rig.until('the second', () => asked(rig).length === 2, minuteMs);
    await rig.cutPower();
    rig.central.answer('SignCertificate', () => ({ status: 'Accepted' }));
    await rig.powerOn();
    await rig.until('the third', () => asked(rig).length === 3, minuteMs);
    await rig.advance(minuteMs);
    await rig.cutPower();
    await rig.powerOn();
    await rig.advance(hourMs);
    expect(asked(rig).map(({ payload }) => payload.csr)).toEqual([csr, csr, csr]);
    const cert = signedFor(authority, csr);
    expect(await deliver(rig, cert)).toEqual({ status: 'Accepted' });
    await rig.until('it is used', () => chainOf(rig) === plain(cert) && rig.central.connected);
  });

  test('of a station that keeps no keys, or whose disk takes none, is none', async () => {
    const rig = await provenBy(root, own);
    rig.central.answer('SignCertificate', () => ({ status: 'Accepted' }));
    rig.keyFiles.fails = true;
    await trigger(rig);
    await turnsUntil(rig, 'the warning', () => rig.warnings.some((line) => line.includes('no request for a')), 1);
    expect(asked(rig)).toHaveLength(0);
    rig.keyFiles.fails = false;
    await request(rig);
  });
});

describe('while the time is not known', () => {
  const over = madeForStation(authority, { from: startOfTime - 9 * dayMs, to: startOfTime - dayMs });

  /** A station with profile 3 that has these certificates, the first of which has carried a connection. */
  async function timeless(...brought: { cert: string; key: string }[]): Promise<Rig> {
    const config = { AuthorizationKey: password, SecurityProfile: '2' };
    const rig = Rig.prepare({ config, systemTimeMs: null });
    rig.audited = false;
    const currentTime = '1970-01-01T00:00:00Z';
    rig.central.answer('BootNotification', () => ({ status: 'Accepted', currentTime, interval: 300 }));
    rig.central.answer('Heartbeat', () => ({ currentTime }));
    await rig.powerOn();
    await rig.advance(2_000);
    await rig.call('InstallCertificate', { certificateType: 'CentralSystemRootCertificate', certificate: root });
    for (const each of brought) {
      expect(await bring(rig, each)).toMatchObject({ ok: true });
      if (each === brought[0]) await rig.configure('SecurityProfile', '3');
      await rig.until('profile 3', () => chainOf(rig) === plain(each.cert));
      await rig.advance(2_000);
    }
    return rig;
  }
  const tellTime = (rig: Rig): void => {
    rig.central.answerAsUsual();
  };

  test('one that is over is taken and used, and said to be over as soon as the time is known', async () => {
    const rig = await timeless(over);
    expect(eventsOf(rig, 'InvalidChargePointCertificate')).toEqual([]);
    tellTime(rig);
    await rig.advance(10 * minuteMs);
    expect(eventsOf(rig, 'InvalidChargePointCertificate').map(({ info }) => info)).toEqual([
      expect.stringContaining('the certificate of the station has expired on'),
    ]);
    expect(rig.warnings).toContainEqual(expect.stringContaining('has expired on'));
    expect(chainOf(rig)).toBe(plain(over.cert));
  });

  test('a new one that is over, as it turns out, is given up without another try', async () => {
    const rig = await timeless(own);
    rig.central.failsWith = 'unreachable';
    rig.central.drop('network down');
    expect(await bring(rig, over)).toMatchObject({ ok: true });
    await rig.until(
      'the former one is tried',
      () => {
        const tried = rig.central.securities.slice(-7).map((security) => 'chain' in security && security.chain);
        return tried.includes(plain(over.cert)) && chainOf(rig) === plain(own.cert);
      },
      hourMs,
    );
    tellTime(rig);
    rig.central.failsWith = undefined;
    await rig.until('a link', () => rig.central.connected && chainOf(rig) === plain(own.cert), hourMs);
    await rig.advance(10 * minuteMs);
    expect(rig.running.chargePoint.security.certificates.newest?.chain).toBe(plain(own.cert));
    expect([...rig.keyFiles.kept.values()]).toEqual([own.key]);
    expect(eventsOf(rig, 'InvalidChargePointCertificate').at(-1)?.info).toContain('the new certificate');
  });
});
