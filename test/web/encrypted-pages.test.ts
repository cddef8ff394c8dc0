/** The pages by HTTPS: the same rules, with a cookie that goes nowhere else and an origin that is encrypted. */
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { pageStation } from '../../src/control/pages/page-station';
import type { StationWatch } from '../../src/control/station-watch';
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import { StoredValues } from '../../src/hal/stored';
import { PagePassword } from '../../src/local/page-password';
import type { ListeningServer } from '../../src/web/listen';
import { startPageServer } from '../../src/web/page-server';
import { PasswordHasher } from '../../src/web/password';
import { selfSigned } from '../../src/web/tls/self-signed';

const own = selfSigned({ commonName: 'x', names: ['127.0.0.1'], from: 0, to: Date.UTC(2045, 0, 1) });
const password = new PagePassword({ commit: async () => {} }, new StoredValues(new Map()));
const station = { ...pageStation(() => undefined), password: () => password };
const watch: StationWatch = { whyUnwell: () => undefined, knowsToken: () => false, metrics: () => [] };

let server: ListeningServer;

async function start(isSelfMade: boolean): Promise<void> {
  const common = { station, watch, files: new Map(), clock: new VirtualClock(), hasher: new PasswordHasher(16) };
  const place = { host: '127.0.0.1', port: 0, credentials: { ...own, isSelfMade } };
  server = await startPageServer({ ...common, ...place, onError: () => {} });
}

afterEach(() => server.close());

function send(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string,
): Promise<{ code: number; headers: IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    // Verified as by somebody who trusts this certificate.
    const options = { host: '127.0.0.1', port: server.port, method, path, headers, ca: own.cert, agent: false };
    request(options, (response) => {
      response.resume();
      resolve({ code: response.statusCode ?? 0, headers: response.headers });
    })
      .on('error', reject)
      .end(body);
  });
}

const logIn = (origin: string) => {
  const headers = { Origin: origin, 'Greenup-Page': '1', 'Content-Type': 'application/json' };
  return send('POST', '/api/log-in', headers, JSON.stringify({ user: 'admin', password: 'admin' }));
};

test('a log-in from the encrypted page gives a cookie that goes nowhere else', async () => {
  await start(true);
  const { code, headers } = await logIn(`https://127.0.0.1:${server.port}`);
  expect(code).toBe(200);
  expect(headers['set-cookie']?.[0]).toMatch(/; HttpOnly; SameSite=Strict; Secure$/);
});

test('the same page without encryption is a page of elsewhere', async () => {
  await start(true);
  expect((await logIn(`http://127.0.0.1:${server.port}`)).code).toBe(403);
});

test('a browser is told to stay only where the certificate is one that it can know', async () => {
  await start(true);
  expect((await send('GET', '/healthz')).headers).not.toHaveProperty('strict-transport-security');
  await server.close();
  await start(false);
  expect((await send('GET', '/healthz')).headers['strict-transport-security']).toBe('max-age=2592000');
});

test('old forms of TLS are not spoken', async () => {
  await start(true);
  const old = new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: server.port, path: '/healthz', ca: own.cert, agent: false };
    request({ ...options, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }, resolve)
      .on('error', reject)
      .end();
  });
  await expect(old).rejects.toThrow();
});
