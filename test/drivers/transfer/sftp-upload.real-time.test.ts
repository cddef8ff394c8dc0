/**
 * Uploads by SFTP to a small server: what is sent, by what a server is known, and what it can say against it.
 *
 * @jest-environment ./test/support/one-realm-environment.js
 */
import { newHostKey, SftpServer, type SftpServerOptions } from '../../support/sftp-server';
import { content, failure, fileName, TestFile, TestHosts, upload } from './support';

let server: SftpServer;
let hosts: TestHosts;

beforeEach(() => {
  hosts = new TestHosts();
});

afterEach(() => server?.stop());

async function serve(options: SftpServerOptions = {}): Promise<string> {
  server = await SftpServer.start(options);
  return `127.0.0.1:${server.port}`;
}

const credentials = { user: 'station', password: 'p@ss:w%rd' };

test('a file lies in the folder that the location names, from the root or from home', async () => {
  const place = await serve(credentials);
  await upload(`sftp://${place}/in/deep%20er/`, { credentials }, { hosts });
  expect([...server.files.keys()]).toEqual([`/in/deep er/${fileName}`]);
  expect(server.files.get(`/in/deep er/${fileName}`)?.equals(content)).toBe(true);
  await upload(`sftp://${place}/~/in`, { credentials }, { hosts });
  expect([...server.files.keys()].at(-1)).toBe(`in/${fileName}`);
});

test('a server that asks for the password in another way gets it, too', async () => {
  const place = await serve({ ...credentials, asks: true });
  await upload(`sftp://${place}/`, { credentials }, { hosts });
  expect(server.methods.at(-1)).toBe('keyboard-interactive');
});

test('what is there of an earlier try is not sent again', async () => {
  const place = await serve();
  const file = new TestFile();
  server.files.set(`/${fileName}`, Buffer.from(content.subarray(0, 1_000_001)));
  await upload(`sftp://${place}/`, { resumes: true }, { hosts, file });
  expect(file.begun).toEqual([1_000_001]);
  expect(server.files.get(`/${fileName}`)?.equals(content)).toBe(true);
  server.files.set(`/${fileName}`, Buffer.concat([content, content]));
  await upload(`sftp://${place}/`, { resumes: true }, { hosts, file });
  expect(file.begun).toEqual([1_000_001, 0]);
  expect(server.files.get(`/${fileName}`)?.equals(content)).toBe(true);
});

test('the key of the first time is told and kept; another one later is refused before any password', async () => {
  const place = await serve(credentials);
  const told: string[] = [];
  await upload(`sftp://${place}/`, { credentials }, { hosts, told });
  const key = hosts.keys.get(place);
  expect(key).toMatch(/^ecdsa-sha2-nistp256 SHA256:\S{43}$/);
  expect(told).toEqual([`sftp://${place}: met for the first time; from now on it must prove itself by its key ${key}`]);
  await upload(`sftp://${place}/`, { credentials }, { hosts, told });
  expect(told).toHaveLength(1);
  const [name, former = ''] = [...hosts.keys][0] ?? [];
  hosts.keys.set(name ?? '', `${former.slice(0, -1)}?`);
  server.methods.length = 0;
  const refused = await failure(upload(`sftp://${place}/`, { credentials }, { hosts }));
  expect(refused).toMatchObject({ code: 'transfer.untrusted' });
  expect(refused.message).toMatch(/its key has changed from .* to .*: .* greenup hosts forget 127\.0\.0\.1:\d+$/);
  expect(server.methods).toEqual([]);
});

test('a server that got a key of another type beside its own is the same', async () => {
  const rsa = newHostKey('rsa');
  const place = await serve({ hostKeys: [rsa] });
  await upload(`sftp://${place}/`, {}, { hosts });
  const known = hosts.keys.get(place) ?? '';
  expect(known).toMatch(/^ssh-rsa /);
  await server.stop();
  const both = await serve({ hostKeys: [newHostKey('ecdsa'), rsa] });
  hosts.keys.set(both, known);
  await upload(`sftp://${both}/`, {}, { hosts });
});

test.each<[string, SftpServerOptions, string, string, RegExp]>([
  ['a wrong password', { user: 'station', password: 'right' }, '/', 'transfer.refused', /no such user or password/],
  ['no such folder', {}, '/nowhere', 'transfer.notFound', /there is no folder \/nowhere/],
  ['no permission', { openStatus: 3 }, '/', 'transfer.refused', /does not permit it/],
  ['no room', { openStatus: 4 }, '/', 'transfer.refused', /no room, or a limit/],
  ['a connection that is cut', { cutAfterBytes: 100_000 }, '/', 'transfer.broken', /the connection ended/],
])('%s', async (_what, options, path, code, words) => {
  const place = await serve(options);
  const given = { user: 'station', password: 'hunter2' };
  const failed = await failure(upload(`sftp://${place}${path}`, { credentials: given }, { hosts }));
  expect(failed).toMatchObject({ code, message: expect.stringMatching(words) });
  expect(failed.message).not.toMatch('hunter2');
});

test('nobody at the port', async () => {
  const place = await serve();
  await server.stop();
  expect(await failure(upload(`sftp://${place}/`, {}, { hosts }))).toMatchObject({ code: 'transfer.unreachable' });
});
