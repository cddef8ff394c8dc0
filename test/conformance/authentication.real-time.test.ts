/** Compliance group 25 against a central system that others have written: how the station comes in, over real sockets (security whitepaper, A00). */
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { ServerOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changeKeyByPerson } from '../../src/control/key-change';
import { fingerprintOf } from '../../src/ocpp/link/tls';
import { LiveStation } from '../e2e/live-station';
import { StrictCentral } from '../e2e/strict-central';
import { Authority, testWithOpenSsl } from '../support/certificates';
import { issueForStation } from '../support/client-certificates';
import { until } from '../support/until';

const password = 'the-password-of-it';
const authorization = `Basic ${Buffer.from(`GREENUP 1:${password}`).toString('base64')}`;
const inHex = Buffer.from(password).toString('hex');

let central: StrictCentral;
let station: LiveStation | undefined;
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'greenup-conformance-'));
});
afterEach(async () => {
  await station?.stop();
  station = undefined;
  await central.close();
  rmSync(directory, { recursive: true, force: true });
});

const config = (SecurityProfile: string, AuthorizationKey = password) => ({ AuthorizationKey, SecurityProfile });
const lastEnd = () => station?.running.chargePoint.connection.lastEnd;
const events = () => (station?.running.chargePoint.securityEvents() ?? []).map(({ type }) => type);

describe('TC_085_CS Basic Authentication - Valid username/password combination', () => {
  test('the identity and the key are what lets it in', async () => {
    central = new StrictCentral({ password: Buffer.from(password) });
    station = await LiveStation.start(directory, await central.listen(), { config: config('1') });
    await central.request('BootNotification');
    expect(central.handshakes).toEqual([{ identity: 'GREENUP 1', password: inHex, authorization }]);
    expect([central.violations, central.oddities]).toEqual([[], []]);
  });

  test('another key does not, and is said', async () => {
    central = new StrictCentral({ password: Buffer.from('another-password-') });
    station = await LiveStation.start(directory, await central.listen(), { config: config('1') });
    await until(() => lastEnd() !== undefined);
    expect([lastEnd(), central.requests]).toEqual(['unauthorised', []]);
    await until(() => events().includes('FailedToAuthenticateAtCentralSystem'));
  });
});

describe('over TLS', () => {
  const test = testWithOpenSsl;
  let authority: Authority;
  let stations: Authority;
  beforeAll(() => {
    authority = new Authority();
    stations = new Authority('Authority of stations');
  });
  afterAll(() => {
    authority.remove();
    stations.remove();
  });

  const suites = /^TLS_(AES|CHACHA20|ECDHE_(RSA|ECDSA)_WITH_AES_(128|256)_GCM|RSA_WITH_AES_(128|256)_GCM)/;

  test.each<[string, ServerOptions, string]>([
    ['TLS 1.3', {}, 'TLSv1.3'],
    ['TLS 1.2', { maxVersion: 'TLSv1.2' }, 'TLSv1.2'],
  ])('TC_086_CS TLS - server-side certificate - Valid: %s', async (_, options, version) => {
    central = new StrictCentral({ password: Buffer.from(password), tls: { ...authority.issue(), ...options } });
    const url = await central.listen();
    station = await LiveStation.start(directory, url, { config: config('2'), ca: authority.cert });
    await central.request('BootNotification');
    const [handshake] = central.handshakes;
    expect(handshake).toMatchObject({ identity: 'GREENUP 1', password: inHex, authorization, version });
    expect(handshake?.suite).toMatch(suites);
    expect([central.violations, central.oddities, events()]).toEqual([[], [], ['StartupOfTheDevice']]);
  });

  test('profile 2 with a URL of ws:// comes by TLS to the same port', async () => {
    central = new StrictCentral({ tls: authority.issue() });
    const url = (await central.listen()).replace('wss:', 'ws:');
    station = await LiveStation.start(directory, url, { config: config('2'), ca: authority.cert });
    await central.request('BootNotification');
    expect(central.handshakes).toEqual([expect.objectContaining({ version: 'TLSv1.3', authorization })]);
  });

  test('profile 2 at a server without TLS: no byte of the password leaves, nor when URL is set to it', async () => {
    central = new StrictCentral();
    const url = await central.listen();
    const withTls = new StrictCentral({ tls: authority.issue() });
    try {
      const first = await withTls.listen();
      station = await LiveStation.start(directory, first, { config: config('2'), ca: authority.cert });
      await withTls.request('BootNotification');
      await withTls.call('ChangeConfiguration', { key: 'URL', value: url });
      // After five attempts in vain it is back where it came from.
      await until(() => withTls.connections === 2);
      expect([central.handshakes, central.turnedAway]).toEqual([[], 0]);
    } finally {
      await station?.stop();
      station = undefined;
      await withTls.close();
    }
  });

  test('TC_087_CS TLS - client-side certificate - valid, with security profile 3', async () => {
    const tls = { ...authority.issue(), ca: stations.cert, requestCert: true, rejectUnauthorized: true };
    central = new StrictCentral({ tls });
    station = await LiveStation.start(directory, await central.listen(), { ca: authority.cert });
    const { roots, certificates } = station.running.chargePoint.security;
    for (const { cert: pem } of [authority, stations]) {
      const fingerprint = fingerprintOf(new X509Certificate(pem).fingerprint256);
      await roots.install('CentralSystemRootCertificate', { pem, fingerprint });
    }
    await until(() => lastEnd() !== undefined);
    // Without its certificate it is not let in.
    expect([lastEnd(), central.handshakes]).toEqual(['ownCertificateMissing', []]);
    const own = issueForStation(stations);
    expect(await certificates.install(own.cert, own.key)).toMatchObject({ ok: true });
    expect(await changeKeyByPerson(station.running, 'SecurityProfile', '3')).toMatchObject({ answer: 'Accepted' });
    await central.request('BootNotification');
    expect(central.handshakes).toEqual([
      expect.objectContaining({ proof: '260988', authorization: undefined, version: 'TLSv1.3' }),
    ]);
  });
});
