/** Pages that cannot be had: told once, tried again where they belong to one address, and there as soon as they can be. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pageStation } from '../../src/control/pages/page-station';
import type { StationWatch } from '../../src/control/station-watch';
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import { StationPages } from '../../src/web/station-pages';
import { selfSigned } from '../../src/web/tls/self-signed';
import { until } from '../support/until';

jest.mock('../../src/web/static-files', () => ({
  ...jest.requireActual('../../src/web/static-files'),
  builtFiles: () => new Map(),
}));

/** One that has not started yet. */
const station = pageStation(() => undefined);

const watch: StationWatch = { whyUnwell: () => undefined, knowsToken: () => false, metrics: () => [] };

let clock: VirtualClock;
let directory: string;
let warnings: string[];
let other: Server;
let taken: number;
const opened: StationPages[] = [];

beforeEach(async () => {
  clock = new VirtualClock();
  directory = mkdtempSync(join(tmpdir(), 'greenup-pages-'));
  warnings = [];
  other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  taken = (other.address() as AddressInfo).port;
});

afterEach(async () => {
  for (const pages of opened.splice(0)) await pages.close();
  other.close();
  rmSync(directory, { recursive: true });
});

async function open(given: Partial<ConstructorParameters<typeof StationPages>[0]>): Promise<StationPages> {
  const place = { host: '127.0.0.1', port: 0, ifTaken: 'later' } as const;
  const usual = { station, watch, clock, ...place, tls: {}, directory };
  const pages = new StationPages({ ...usual, ...given, warn: (line) => warnings.push(line) });
  opened.push(pages);
  await pages.open();
  return pages;
}

test('a port that another program has is told once with the remedy, and taken when it is free', async () => {
  const pages = await open({ port: taken });
  expect(pages.port).toBeUndefined();
  expect(warnings).toEqual([
    `there are no pages: web port ${taken} of 127.0.0.1 is in use, perhaps by another station: end that one, or choose another with --web-port (0: any that is free), or leave the pages out with --no-web`,
  ]);
  await clock.advance(30_000);
  await until(() => clock.pendingTimers === 1);
  expect(warnings).toHaveLength(1);
  await new Promise((resolve) => other.close(resolve));
  await clock.advance(30_000);
  await until(() => pages.port !== undefined);
  expect([pages.port, warnings.at(-1)]).toEqual([taken, `the pages are there, at port ${taken}`]);
});

test('an address that the network has not given yet is waited for', async () => {
  const pages = await open({ host: '192.0.2.1' });
  expect([pages.port, clock.pendingTimers]).toEqual([undefined, 1]);
  expect(warnings).toEqual([expect.stringContaining('web port 0 of 192.0.2.1 cannot be had')]);
});

test('where any port will do, one that is taken is no news', async () => {
  const pages = await open({ port: taken, ifTaken: 'another' });
  expect(pages.port).toBeGreaterThan(0);
  expect(pages.port).not.toBe(taken);
  expect(warnings).toEqual([]);
});

test('where no address is named, they are at every address of the machine', async () => {
  const pages = await open({ host: undefined });
  for (const host of ['127.0.0.1', '127.0.0.2']) {
    expect((await fetch(`http://${host}:${pages.port}/api/session`)).status).toBe(200);
  }
});

test('files that do not fit leave no pages, not even without encryption, until they do', async () => {
  const [webCert, webKey] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
  const pages = await open({ tls: { webCert, webKey } });
  expect(pages.port).toBeUndefined();
  expect(warnings).toEqual([expect.stringContaining(`there are no pages: --web-cert ${webCert}: cannot be read`)]);
  const { cert, key } = selfSigned({ commonName: 'x', names: ['127.0.0.1'], from: 0, to: Date.UTC(2045, 0, 1) });
  writeFileSync(webCert, cert);
  writeFileSync(webKey, key);
  await clock.advance(30_000);
  await until(() => pages.port !== undefined);
});

describe('what leads to encrypted pages', () => {
  const redirected = (port: number | undefined): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/x`, { redirect: 'manual' });

  test('is beside them, and goes with them', async () => {
    const pages = await open({ tls: { webTls: 'self' }, redirectPort: 0 });
    const { redirectPort } = pages;
    const answer = await redirected(redirectPort);
    expect([answer.status, answer.headers.get('location')]).toEqual([308, `https://127.0.0.1:${pages.port}/x`]);
    await pages.close();
    expect(pages.redirectPort).toBeUndefined();
    await expect(redirected(redirectPort)).rejects.toThrow();
    expect(warnings).toEqual([]);
  });

  test('is missed by nobody where another program has its port: that is told once, and the pages are there', async () => {
    const pages = await open({ tls: { webTls: 'self' }, redirectPort: taken });
    expect([pages.redirectPort, pages.port]).toEqual([undefined, expect.any(Number)]);
    await clock.advance(3_600_000);
    expect(warnings).toEqual([
      `nobody is led from HTTP to the pages by HTTPS: redirect port ${taken} of 127.0.0.1 is in use, perhaps by another station: end that one, or choose another with --web-redirect, or none with --web-redirect none`,
    ]);
  });

  test('is not there before the pages are, and comes with them', async () => {
    const pages = await open({ tls: { webTls: 'self' }, port: taken, redirectPort: 0 });
    expect([pages.port, pages.redirectPort]).toEqual([undefined, undefined]);
    await new Promise((resolve) => other.close(resolve));
    await clock.advance(30_000);
    await until(() => pages.redirectPort !== undefined);
    expect((await redirected(pages.redirectPort)).headers.get('location')).toBe(`https://127.0.0.1:${taken}/x`);
  });

  test('leads nowhere without encryption: there is none, where it was not asked for', async () => {
    expect((await open({ redirectPort: 0 })).redirectPort).toBeUndefined();
    expect((await open({ tls: { webTls: 'self' } })).redirectPort).toBeUndefined();
  });
});

test('pages that were taken away are not tried again', async () => {
  const pages = await open({ port: taken });
  await pages.close();
  expect(clock.pendingTimers).toBe(0);
});
