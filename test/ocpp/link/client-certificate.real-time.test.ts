/** Security profile 3 over real TLS: what the station asks for is signed by OpenSSL, and lets it in at a server that wants a certificate. */
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { WebSocketServer } from 'ws';
import type { ClientCertificate } from '../../../src/ocpp/link/endpoint';
import { WsTransport } from '../../../src/ocpp/link/ws-transport';
import { readChain } from '../../../src/ocpp/security/certificate-chain';
import { makeRequest } from '../../../src/ocpp/security/certificate-request';
import { Authority, testWithOpenSsl as test } from '../../support/certificates';
import { clientOptions, issueForStation, serialNumber } from '../../support/client-certificates';
import { until } from '../../support/until';

let authority: Authority;
let stranger: Authority;
const ends: (() => void)[] = [];

beforeAll(() => {
  authority = new Authority();
  stranger = new Authority('Somebody else');
});
afterAll(() => {
  authority.remove();
  stranger.remove();
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** What the server saw of whoever came in, and how the link ended that was tried. */
async function attempt(
  own: ClientCertificate,
): Promise<{ subjects: unknown[]; authorizations: unknown[]; ended: string }> {
  const subjects: unknown[] = [];
  const authorizations: unknown[] = [];
  const server = createServer({
    ...authority.issue(),
    ca: authority.cert,
    requestCert: true,
    rejectUnauthorized: true,
  });
  server.on('upgrade', ({ socket, headers }) => {
    subjects.push({ ...(socket as TLSSocket).getPeerCertificate().subject });
    authorizations.push(headers.authorization);
  });
  new WebSocketServer({ server, handleProtocols: () => 'ocpp1.6' });
  ends.push(() => server.close());
  server.listen(0, 'localhost');
  await until(() => server.listening);
  const heard: string[] = [];
  const endpoint = {
    url: `wss://localhost:${(server.address() as AddressInfo).port}`,
    identity: 'CP 1',
    security: { profile: 3 as const, ...own },
    authorities: { pem: [authority.cert], alone: true },
  };
  const link = new WsTransport().connect(endpoint, 'ocpp1.6', {
    open: () => heard.push('open'),
    message: () => {},
    pong: () => {},
    drained: () => {},
    close: (reason) => heard.push(reason),
  });
  await until(() => heard.length > 0);
  link.terminate();
  return { subjects, authorizations, ended: String(heard[0]) };
}

test.each([
  ['on the curve P-256', 0],
  ['of RSA', 2_048],
])('a key %s: the request is sound, OpenSSL signs it, and the station is let in by it without a password', async (_, rsaBits) => {
  const wish = { serialNumber, organisation: '#1 Zoë & Cie, "Paris"', rsaBits };
  const { key, csr } = await makeRequest(wish);
  expect(csr.length).toBeLessThan(5_500);
  const told = execFileSync(
    'openssl',
    ['req', '-noout', '-verify', '-subject', '-nameopt', 'utf8,sep_multiline', '-text'],
    {
      input: csr,
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  ).toString();
  expect(told).toContain(`CN=${serialNumber}`);
  expect(told).toContain('O=#1 Zoë & Cie, "Paris"');
  expect(told).toMatch(/Key Usage: critical\s+Digital Signature/);
  expect(told).toMatch(/Extended Key Usage:\s+TLS Web Client Authentication/);
  const cert = authority.sign(csr, clientOptions());
  const chain = readChain(cert, { key, serialNumber, roots: [authority.cert], nowMs: Date.now() });
  expect(chain).toMatchObject({ pem: new X509Certificate(cert).toString() });
  const found = await attempt({ chain: 'pem' in chain ? chain.pem : '', key });
  expect(found).toMatchObject({ ended: 'open', authorizations: [undefined] });
  expect(found.subjects).toEqual([expect.objectContaining({ CN: serialNumber })]);
});

test('an authority between that the server does not have comes with the certificate', async () => {
  const between = new Authority('Between', { authority });
  try {
    const { cert, key } = issueForStation(between);
    const text = between.cert + cert;
    const chain = readChain(text, { key, serialNumber, roots: [authority.cert], nowMs: Date.now() });
    expect(await attempt({ chain: 'pem' in chain ? chain.pem : '', key })).toMatchObject({ ended: 'open' });
  } finally {
    between.remove();
  }
});

test('a certificate of somebody else, one for another key, and one that is none: no link, and nothing is thrown', async () => {
  const other = issueForStation(stranger);
  expect((await attempt({ chain: other.cert, key: other.key })).ended).not.toBe('open');
  const own = issueForStation(authority);
  expect((await attempt({ chain: own.cert, key: other.key })).ended).not.toBe('open');
  expect((await attempt({ chain: 'no certificate', key: own.key })).ended).not.toBe('open');
});
