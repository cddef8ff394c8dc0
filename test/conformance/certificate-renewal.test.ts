/** The station's certificate is renewed in time, and used from its first day on (security whitepaper, A03, A02.FR.08). */
import { renewalOf } from '../../src/ocpp/features/certificate-renewal';
import {
  chainOf,
  eventsOf,
  madeForStation,
  plain,
  provenBy,
  signedFor,
  turnsUntil,
} from '../support/client-certificates';
import { madeAuthority } from '../support/made-certificates';
import { closeTheBooks, type Rig, startOfTime } from '../support/rig';

afterEach(closeTheBooks);

const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];
const authority = madeAuthority();
const inDays = (days: number) => startOfTime + days * dayMs;
const lasting = (fromDays: number, toDays: number) =>
  madeForStation(authority, { from: inDays(fromDays), to: inDays(toDays) });
const asked = (rig: Rig) => rig.central.calls('SignCertificate');

/** Passes days hour by hour, with turns of the loop in which keys are made. */
async function pass(rig: Rig, days: number): Promise<void> {
  for (let hour = 0; hour < days * 24; hour += 1) {
    const before = rig.keyFiles.kept.size + asked(rig).length;
    await rig.advance(hourMs);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    if (rig.keyFiles.kept.size + asked(rig).length !== before) await rig.advance(minuteMs);
  }
}

const daysOf = (rig: Rig, n: number): number => ((asked(rig)[n]?.at ?? Number.NaN) - 0) / dayMs;

test('a month before its end, and daily until another one has come (A03.FR.02)', async () => {
  const rig = await provenBy(authority.pem, lasting(-300, 60));
  await pass(rig, 29.5);
  expect(asked(rig)).toEqual([]);
  await pass(rig, 1);
  await turnsUntil(rig, 'the request', () => asked(rig).length === 1, minuteMs);
  expect(daysOf(rig, 0)).toBeGreaterThan(29.9);
  expect(daysOf(rig, 0)).toBeLessThan(31);
  // Links that come and go are no reason to ask again.
  for (let n = 0; n < 3; n += 1) {
    rig.central.drop('network down');
    await rig.until('a link', () => rig.central.connected);
    await pass(rig, 1 / 24);
  }
  expect(asked(rig)).toHaveLength(1);
  await pass(rig, 3);
  expect(asked(rig).length).toBeGreaterThanOrEqual(3);
  expect(asked(rig).length).toBeLessThanOrEqual(5);
  const last = String(asked(rig).at(-1)?.payload.csr);
  const cert = signedFor(authority, last, { from: startOfTime, to: inDays(400) });
  expect(await rig.call('CertificateSigned', { certificateChain: cert })).toEqual({ status: 'Accepted' });
  await rig.until('it is used', () => chainOf(rig) === plain(cert) && rig.central.connected);
  const count = asked(rig).length;
  await pass(rig, 5);
  expect(asked(rig)).toHaveLength(count);
});

test('one that lives less than three months is asked for in the last third of its life, more often than daily if need be', () => {
  const life = (days: number) => renewalOf({ fromMs: 0, toMs: days * dayMs });
  expect(life(365)).toEqual({ atMs: 335 * dayMs, againMs: dayMs });
  expect(life(90)).toEqual({ atMs: 60 * dayMs, againMs: dayMs });
  expect(life(30)).toEqual({ atMs: 20 * dayMs, againMs: dayMs });
  expect(life(1)).toEqual({ atMs: 16 * hourMs, againMs: 2 * hourMs });
});

test('without a connection nothing is made; with the next one it is asked for', async () => {
  const rig = await provenBy(authority.pem, lasting(-300, 31));
  rig.central.down();
  await pass(rig, 4);
  expect([asked(rig).length, rig.keyFiles.kept.size]).toEqual([0, 1]);
  rig.central.up();
  await rig.until('a link', () => rig.central.connected, hourMs);
  await turnsUntil(rig, 'the request', () => asked(rig).length === 1, 1);
});

test('one that has expired is said once a start, and used, and asked for all the same', async () => {
  const rig = await provenBy(authority.pem, lasting(-300, 2));
  await pass(rig, 4);
  const said = () => eventsOf(rig, 'InvalidChargePointCertificate').map(({ info }) => info);
  expect(said()).toEqual([expect.stringContaining('the certificate of the station has expired on 2026-05-06')]);
  rig.central.drop('once more');
  await rig.until('a link', () => rig.central.connected);
  expect(chainOf(rig)).toBeDefined();
  expect(asked(rig).length).toBeGreaterThan(2);
});

test('one for later is used on its day, without anything else that happens', async () => {
  const [own, next] = [lasting(-10, 300), lasting(2, 300)];
  const rig = await provenBy(authority.pem, own);
  await rig.running.chargePoint.security.certificates.install(next.cert, next.key);
  await rig.advance(dayMs);
  expect(chainOf(rig)).toBe(plain(own.cert));
  await rig.advance(dayMs + minuteMs);
  expect([chainOf(rig), rig.central.connected]).toEqual([plain(next.cert), true]);
});

test('so it is after a restart', async () => {
  const [own, next] = [lasting(-10, 300), lasting(2, 300)];
  const rig = await provenBy(authority.pem, own);
  await rig.running.chargePoint.security.certificates.install(next.cert, next.key);
  await rig.cutPower();
  await rig.powerOn();
  await rig.advance(2 * dayMs + hourMs);
  expect([chainOf(rig), rig.central.connected]).toEqual([plain(next.cert), true]);
});
