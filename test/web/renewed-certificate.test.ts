/** Encrypted pages whose certificate is renewed while they are open: the new one is used without a restart, and no other. */
import { X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { pageStation } from '../../src/control/pages/page-station';
import type { StationWatch } from '../../src/control/station-watch';
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import type { KeyAndCertificate } from '../../src/hal/x509/certificate-maker';
import { StationPages } from '../../src/web/station-pages';
import { certificateLookEveryMs } from '../../src/web/tls/certificate-watch';
import { selfSigned } from '../../src/web/tls/self-signed';
import type { TlsWish } from '../../src/web/tls/wish';

jest.mock('../../src/web/static-files', () => ({
  ...jest.requireActual('../../src/web/static-files'),
  builtFiles: () => new Map(),
}));

const station = pageStation(() => undefined);
const watch: StationWatch = { whyUnwell: () => undefined, knowsToken: () => false, metrics: () => [] };
const dayMs = 86_400_000;
const startOfTime = Date.UTC(2026, 5, 1);
const issued = (lastsMs = 90 * dayMs): KeyAndCertificate =>
  selfSigned({ commonName: 'x', names: ['127.0.0.1'], from: startOfTime - dayMs, to: startOfTime + lastsMs });
const [first, second] = [issued(), issued()];
const serialOf = ({ cert }: { cert: string }): string => new X509Certificate(cert).serialNumber;

let clock: VirtualClock;
let directory: string;
let told: string[];
let pages: StationPages | undefined;
let webCert: string;
let webKey: string;

beforeEach(() => {
  clock = new VirtualClock({ systemTimeMs: startOfTime });
  directory = mkdtempSync(join(tmpdir(), 'greenup-renewal-'));
  told = [];
  webCert = join(directory, 'cert.pem');
  webKey = join(directory, 'key.pem');
});

afterEach(async () => {
  await pages?.close();
  pages = undefined;
  expect(clock.pendingTimers).toBe(0);
  rmSync(directory, { recursive: true });
});

async function open(tls: TlsWish): Promise<StationPages> {
  const place = { host: '127.0.0.1', port: 0, ifTaken: 'later' } as const;
  pages = new StationPages({ station, watch, clock, ...place, tls, directory, warn: (line) => told.push(line) });
  await pages.open();
  return pages;
}

function put({ cert, key }: KeyAndCertificate): void {
  writeFileSync(webCert, cert);
  writeFileSync(webKey, key);
}

/** The certificate that a new connection is shown, by its serial number. */
function shown(maxVersion?: 'TLSv1.1'): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: pages?.port, agent: false, rejectUnauthorized: false };
    const old = maxVersion ? { maxVersion, minVersion: 'TLSv1' as const } : {};
    get({ ...options, ...old, path: '/healthz' }, (response) => {
      const { serialNumber } = (response.socket as TLSSocket).getPeerCertificate();
      response.resume().on('end', () => resolve(serialNumber));
    }).on('error', reject);
  });
}

const look = (): Promise<void> => clock.advance(certificateLookEveryMs);
const fresh = 'the pages use a new certificate from now on';

test('files that were renewed are used within a minute, by whoever connects then', async () => {
  put(first);
  await open({ webCert, webKey });
  await look();
  expect([await shown(), told]).toEqual([serialOf(first), []]);
  put(second);
  expect(await shown()).toBe(serialOf(first));
  await look();
  expect([await shown(), told]).toEqual([serialOf(second), [fresh]]);
  await look();
  expect(told).toHaveLength(1);
  await expect(shown('TLSv1.1')).rejects.toThrow();
});

test('a file that takes the place of another is a renewal, as are links that lead elsewhere', async () => {
  for (const [name, pair] of Object.entries({ one: first, two: second })) {
    mkdirSync(join(directory, name));
    writeFileSync(join(directory, name, 'cert.pem'), pair.cert);
    writeFileSync(join(directory, name, 'key.pem'), pair.key);
  }
  // As certbot does it.
  const lead = (name: string): void => {
    for (const file of ['cert.pem', 'key.pem']) {
      symlinkSync(join(name, file), join(directory, 'fresh'));
      renameSync(join(directory, 'fresh'), join(directory, file));
    }
  };
  lead('one');
  await open({ webCert, webKey });
  lead('two');
  await look();
  expect(await shown()).toBe(serialOf(second));
  // As an editor does it.
  for (const [path, text] of [
    [webCert, first.cert],
    [webKey, first.key],
  ] as const) {
    writeFileSync(`${path}~`, text);
    renameSync(`${path}~`, path);
  }
  await look();
  expect([await shown(), told]).toEqual([serialOf(first), [fresh, fresh]]);
});

test('a certificate whose key comes a moment later is no trouble', async () => {
  put(first);
  await open({ webCert, webKey });
  writeFileSync(webCert, second.cert);
  await look();
  expect([await shown(), told]).toEqual([serialOf(first), []]);
  writeFileSync(webKey, second.key);
  await look();
  expect([await shown(), told]).toEqual([serialOf(second), [fresh]]);
});

const expired = issued(-1);
test.each<[string, () => void, RegExp]>([
  ['do not fit', () => writeFileSync(webCert, second.cert), /is not the key of the certificate/],
  ['are no certificate', () => writeFileSync(webCert, 'hello'), /holds no certificate/],
  ['are empty', () => writeFileSync(webKey, ''), /holds no private key/],
  ['are gone', () => rmSync(webKey), /cannot be read/],
  ['have expired', () => put(expired), /expired on 2026-05-31/],
])('files that %s leave the old one in use, which is told once; and then they fit again', async (_what, spoil, words) => {
  put(first);
  await open({ webCert, webKey });
  spoil();
  for (let minute = 0; minute < 20; minute += 1) await look();
  expect(await shown()).toBe(serialOf(first));
  expect(told).toEqual([
    expect.stringMatching(new RegExp(`^the pages keep the certificate that they have: .*${words.source}`)),
  ]);
  put(first);
  await look();
  expect(told.slice(1)).toEqual(['the certificate of the pages is as it must be again']);
  put(second);
  await look();
  expect([await shown(), told.slice(2)]).toEqual([serialOf(second), [fresh]]);
});

test('a second trouble after the first is told, too', async () => {
  put(first);
  await open({ webCert, webKey });
  writeFileSync(webCert, 'hello');
  await look();
  await look();
  rmSync(webCert);
  await look();
  await look();
  expect(told).toEqual([expect.stringContaining('holds no certificate'), expect.stringContaining('cannot be read')]);
});

test('one that expires while it is used is told, and stays until there is another', async () => {
  put(issued(2 * dayMs));
  await open({ webCert, webKey });
  const serial = await shown();
  await clock.advance(2 * dayMs + 2 * certificateLookEveryMs);
  expect([await shown(), told]).toEqual([serial, [expect.stringContaining('expired on 2026-06-03: have it renewed')]]);
  put(first);
  await look();
  expect(await shown()).toBe(serialOf(first));
});

describe('one that the station makes', () => {
  const kept = () => readFileSync(join(directory, 'web-tls.pem'), 'utf8');

  test('is renewed before its end, while the pages are open', async () => {
    const made = issued(31 * dayMs);
    writeFileSync(join(directory, 'web-tls.pem'), made.key + made.cert);
    await open({ webTls: 'self' });
    expect(await shown()).toBe(serialOf(made));
    await clock.advance(dayMs + certificateLookEveryMs);
    const serial = serialOf({ cert: kept() });
    expect(serial).not.toBe(serialOf(made));
    expect([await shown(), told]).toEqual([serial, [fresh]]);
  });

  test('is made anew when its file is deleted, and not again after that', async () => {
    await open({ webTls: 'self' });
    const before = await shown();
    rmSync(join(directory, 'web-tls.pem'));
    await look();
    await look();
    expect(await shown()).toBe(serialOf({ cert: kept() }));
    expect(await shown()).not.toBe(before);
    expect(told).toEqual([fresh]);
  });

  test('stays where another cannot be written', async () => {
    await open({ webTls: 'self' });
    const before = await shown();
    rmSync(join(directory, 'web-tls.pem'));
    mkdirSync(join(directory, 'web-tls.pem'));
    await look();
    await look();
    await look();
    expect([await shown(), told]).toEqual([
      before,
      [expect.stringMatching(/^the pages keep .*web-tls\.pem cannot be written/)],
    ]);
  });
});
