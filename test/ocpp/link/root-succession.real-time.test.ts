/** A root that is signed by the one whose place it takes, over real TLS: with both, and alone (security whitepaper, 7.1, M05.FR.12 and 13). */
import { X509Certificate } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { fingerprintOf, partialAnchors } from '../../../src/ocpp/link/tls';
import { WsTransport } from '../../../src/ocpp/link/ws-transport';
import { Authority, type KeyAndCertificate, testWithOpenSsl as test } from '../../support/certificates';
import { until } from '../../support/until';

let former: Authority;
let present: Authority;
const ends: (() => void)[] = [];

beforeAll(() => {
  former = new Authority('Former');
  present = new Authority('Present', { authority: former });
});
afterAll(() => {
  former.remove();
  present.remove();
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** The root on which trust rests, or why there is none. */
async function rootFor(own: KeyAndCertificate, pem: readonly string[]): Promise<string | undefined> {
  const server = createServer(own);
  new WebSocketServer({ server, handleProtocols: () => 'ocpp1.6' });
  ends.push(() => server.close());
  server.listen(0, 'localhost');
  await until(() => server.listening);
  const url = `wss://localhost:${(server.address() as AddressInfo).port}`;
  let found: { root: string | undefined } | undefined;
  const link = new WsTransport().connect(
    { url, identity: 'CP', security: { profile: 0 }, authorities: { pem, alone: true } },
    'ocpp1.6',
    {
      open: (root) => {
        found = { root };
      },
      message: () => {},
      pong: () => {},
      drained: () => {},
      close: (reason) => {
        found ??= { root: reason };
      },
    },
  );
  await until(() => found !== undefined);
  link.terminate();
  return found?.root;
}

const nameOf = (pem: string): string => fingerprintOf(new X509Certificate(pem).fingerprint256);

test('while both are there, trust rests on the one that has issued the certificate', async () => {
  const both = [former.cert, present.cert];
  expect(await rootFor(present.issue(), both)).toBe(nameOf(present.cert));
  expect(await rootFor(former.issue(), both)).toBe(nameOf(former.cert));
});

test('the new one counts alone when the former one is gone; the former one does not count by it', async () => {
  expect(await rootFor(present.issue(), [present.cert])).toBe(nameOf(present.cert));
  expect(await rootFor(former.issue(), [present.cert])).toMatch(/unknown authority|authority of its own/);
});

test('a server that brings the new root as one between is trusted by the former one, and does not count as the new one', async () => {
  const own = present.issue();
  const served = { key: own.key, cert: own.cert + present.cert };
  expect(await rootFor(served, [former.cert])).toBe(nameOf(former.cert));
});

test('only roots that somebody else has signed are anchors of a part of a chain', () => {
  expect(partialAnchors([former.cert, present.cert])).toEqual([nameOf(present.cert)]);
  expect(partialAnchors([])).toEqual([]);
});
