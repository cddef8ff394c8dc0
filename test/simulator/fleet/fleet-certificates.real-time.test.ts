/** The command by security profile 3 over real TLS: ten stations are let in by their certificates, and one without is none. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { WebSocketServer } from 'ws';
import { keyText } from '../../../src/hal/x509/certificate-maker';
import { buildIfOld, Program } from '../../cli/built-program';
import { madeAuthority, madeCertificate } from '../../support/made-certificates';
import { until } from '../../support/until';

const authority = madeAuthority('Operator');
const ofServer = madeAuthority('Authority of the server');
const identities = Array.from({ length: 10 }, (_, number) => `CP${number + 1}`);

let server: Server;
/** By the identity in the address: the common name of the certificate that was shown, and a password. */
const came = new Map<string, { name: unknown; password: string | undefined }>();
let attempts = 0;

beforeAll(async () => {
  buildIfOld();
  server = createServer({
    ...madeCertificate(ofServer),
    ...{ ca: authority.pem, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2' },
  });
  server.on('connection', () => {
    attempts += 1;
  });
  server.on('upgrade', ({ socket, headers, url }) => {
    const name: unknown = (socket as TLSSocket).getPeerCertificate().subject.CN;
    came.set(url?.split('/').at(-1) ?? '', { name, password: headers.authorization });
  });
  new WebSocketServer({ server, handleProtocols: () => 'ocpp1.6' });
  server.listen(0, 'localhost');
  await until(() => server.listening);
});
afterAll(() => server.close());
beforeEach(() => {
  came.clear();
  attempts = 0;
});

function folder(texts: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'fleet-tls-'));
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(directory, name), text);
  return directory;
}

function words(directory: string, ...more: string[]): string[] {
  const csms = `wss://localhost:${(server.address() as AddressInfo).port}/ocpp`;
  const state = join(directory, 'state');
  return [
    ...['fleet', '--stations', '10', '--id', 'CP{1}', '--csms', csms, '--ramp', '0s', '--state', state],
    ...['--certificates', directory, ...more],
  ];
}

async function comeIn(directory: string, ...more: string[]): Promise<void> {
  const fleet = new Program(...words(directory, ...more));
  await until(
    () => came.size === identities.length,
    () => `there came ${[...came.keys()]}: ${fleet.out}${fleet.error}`,
  );
  fleet.child.kill('SIGTERM');
  expect(await fleet.ended).toEqual({ code: 0, signal: null });
  expect(came).toEqual(new Map(identities.map((identity) => [identity, { name: identity, password: undefined }])));
}

const files = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((identity) => {
      const { cert, key } = madeCertificate(authority, identity, { use: 'client', names: [] });
      return [
        [`${identity}.pem`, cert],
        [`${identity}.key`, key],
      ];
    }),
  );

test('an authority makes one for each; nothing of it is left on the disk, and a start with the same state brings others', async () => {
  const directory = folder({
    ...{ 'authority.pem': authority.pem, 'authority.key': keyText(authority.issuer.key), 'server.pem': ofServer.pem },
  });
  await comeIn(directory, '--csms-ca', join(directory, 'server.pem'));
  const state = join(directory, 'state');
  const left = readdirSync(state, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .filter((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1').includes('PRIVATE KEY'));
  expect(left).toEqual([]);
  came.clear();
  await comeIn(directory, '--csms-ca', join(directory, 'server.pem'));
});

test('files of each, with root.pem for the server', async () => {
  await comeIn(folder({ ...files(identities), 'root.pem': `${authority.pem}${ofServer.pem}` }));
});

test('one without a file is told before anything starts', async () => {
  const directory = folder({ ...files(identities.slice(0, 9)), 'root.pem': `${authority.pem}${ofServer.pem}` });
  const fleet = await Program.run(...words(directory, '--for', '5s'));
  expect([fleet.code, fleet.error]).toEqual([
    2,
    expect.stringMatching(/--certificates: station CP10 has no certificate: valid are .*CP10\.pem and .*CP10\.key/),
  ]);
  expect(attempts).toBe(0);
});
