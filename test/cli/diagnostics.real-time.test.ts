/** Diagnostics of the built program, sent to real servers of this machine by three protocols. */
import { mkdtempSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FtpServer } from '../support/ftp-server';
import { SftpServer } from '../support/sftp-server';
import { unzip } from '../support/unzip';
import { buildIfOld, PlainCentral, Program } from './built-program';

let state: string;
let central: PlainCentral;
let program: Program;

beforeAll(() => buildIfOld());

beforeEach(async () => {
  state = join(mkdtempSync(join(tmpdir(), 'greenup-test-')), 'state');
  central = await PlainCentral.start();
  program = new Program('run', '--csms', central.url, '--id', 'CP1', '--port', '0', '--no-web', '--state', state);
  await central.hears('StatusNotification', { connectorId: 4 });
});

afterEach(async () => {
  program.child.kill('SIGKILL');
  await program.ended;
  central.stop();
});

/** What the files hold when the central system has heard that one was sent. */
async function sent(location: string, files: ReadonlyMap<string, Buffer>): Promise<Map<string, string>> {
  central.send('GetDiagnostics', { location, retries: 0 });
  await central.hears('DiagnosticsStatusNotification', { status: 'Uploading' });
  await central.hears('DiagnosticsStatusNotification', { status: 'Uploaded' });
  const [[name, zip = Buffer.alloc(0)] = ['']] = files;
  expect(name).toMatch(/^\/in\/greenup-CP1-\d{8}T\d{6}Z\.zip$/);
  expect(readdirSync(state)).not.toContain('outgoing.zip');
  return unzip(zip);
}

test('by HTTP', async () => {
  const files = new Map<string, Buffer>();
  const server = createServer(async (request, response) => {
    const portions: Buffer[] = [];
    for await (const portion of request) portions.push(portion as Buffer);
    files.set(request.url ?? '', Buffer.concat(portions));
    response.writeHead(201).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const texts = await sent(`http://127.0.0.1:${(server.address() as AddressInfo).port}/in`, files);
    expect(texts.get('frames.jsonl')).toMatch('GetDiagnostics');
    expect(texts.get('contents.txt')).not.toMatch('not whole');
  } finally {
    server.close();
  }
});

test('by FTP, and the password is in none of it', async () => {
  const server = await FtpServer.start({ user: 'station', password: 'hunter2' });
  try {
    const texts = await sent(`ftp://station:hunter2@127.0.0.1:${server.port}/in`, server.files);
    expect([...texts.values()].join('\n')).not.toMatch('hunter2');
    expect(texts.get('frames.jsonl')).toMatch('ftp://***@127.0.0.1');
    expect(program.out + program.error).not.toMatch('hunter2');
  } finally {
    server.stop();
  }
});

test('by SFTP; the key of the first time is told, listed and kept', async () => {
  const server = await SftpServer.start({ user: 'station', password: 'hunter2' });
  try {
    await sent(`sftp://station:hunter2@127.0.0.1:${server.port}/in`, server.files);
    await program.says(/met for the first time; .* SHA256:/);
    const listed = await Program.run('hosts', '--state', state);
    expect(listed.out).toMatch(new RegExp(`^127\\.0\\.0\\.1:${server.port} ecdsa-sha2-nistp256 SHA256:\\S{43}\n$`));
  } finally {
    server.stop();
  }
});
