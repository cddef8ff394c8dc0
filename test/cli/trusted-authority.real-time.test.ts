/** The built program with `--csms-ca`: it connects over wss to whom the named authority vouches for, and to nobody else. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';
import { Authority, testWithOpenSsl as test } from '../support/certificates';
import { until } from '../support/until';
import { buildIfOld, Program } from './built-program';

let directory: string;
let authority: Authority;
let server: Server;
let programs: Program[];

beforeAll(() => buildIfOld());

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'greenup-tls-'));
  authority = new Authority();
  server = createServer(authority.issue());
  new WebSocketServer({ server, handleProtocols: () => 'ocpp1.6' });
  server.listen(0, 'localhost');
  await until(() => server.listening);
  programs = [];
});

afterEach(async () => {
  for (const { child } of programs) child.kill('SIGKILL');
  await Promise.all(programs.map(({ ended }) => ended));
  server.close();
  authority.remove();
  rmSync(directory, { recursive: true, force: true });
});

function words(...more: string[]): string[] {
  const { port } = server.address() as AddressInfo;
  const place = ['--state', join(directory, 'state'), '--port', '0', '--json'];
  return ['run', '--csms', `wss://localhost:${port}`, ...place, ...more];
}

function start(...more: string[]): Program {
  const program = new Program(...words(...more));
  programs.push(program);
  return program;
}

test('the authority that is named is trusted', async () => {
  await start('--csms-ca', authority.path).says(/"event":"connected"/);
});

test('without it one line says why there is no connection', async () => {
  await start().says(/"event":"unreachable".*unknown authority: .*--csms-ca FILE/);
});

test.each([
  ['is not there', '/nowhere/ca.pem', /--csms-ca: cannot be read: .*\n$/],
  ['holds no certificate', 'package.json', /--csms-ca: package.json has no certificate in PEM\n$/],
  ['holds a broken one', undefined, /--csms-ca: .* has a certificate that is none: .*\n$/],
])('a file that %s is refused with one line', async (_what, path, line) => {
  const broken = join(directory, 'broken.pem');
  writeFileSync(broken, '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n');
  const { code, error } = await Program.run(...words('--csms-ca', path ?? broken));
  expect(code).toBe(1);
  expect(error).toMatch(line);
  expect(error.trim()).not.toContain('\n');
});
