/**
 * Downloads by SFTP from a small server: whole or after an earlier part of the very same file, and what it can say against it.
 *
 * @jest-environment ./test/support/one-realm-environment.js
 */
import { SftpServer, type SftpServerOptions } from '../../support/sftp-server';
import { content, download, failure, Received, TestHosts } from './support';

let server: SftpServer;

afterEach(() => server?.stop());

async function serve(options: SftpServerOptions = {}): Promise<string> {
  server = await SftpServer.start(options);
  server.files.set('/in/deep er/x y.zip', content);
  server.files.set('/x.zip', content);
  server.files.set('x.zip', content);
  return `127.0.0.1:${server.port}`;
}

const credentials = { user: 'station', password: 'p@ss:w%rd' };
const validator = `${content.length} bytes of 1777000000000`;
const after = { bytes: 1_000_001, validator };
/** As a download that broke has left it. */
function begun(): Received {
  const received = new Received();
  received.begin({ fromByte: 0, validator });
  received.bytes = content.subarray(0, after.bytes);
  return received;
}

test('the file that the location names comes as a whole, from the root or from home', async () => {
  const place = await serve(credentials);
  const received = new Received();
  await download(`sftp://${place}/in/deep%20er/x%20y.zip`, { credentials }, { received });
  expect(received.bytes.equals(content)).toBe(true);
  expect(received.begun).toEqual([{ fromByte: 0, totalBytes: content.length, validator }]);
  await download(`sftp://${place}/~/x.zip`, { credentials }, { received });
  expect(received.bytes.equals(content)).toBe(true);
  expect(await failure(download(`sftp://${place}/`, { credentials }))).toMatchObject({ code: 'transfer.notFound' });
});

test.each([1, 40_000])('portions are in order where the server sends %i bytes at a time, too', async (least) => {
  const file = content.subarray(0, least * 100 + 7);
  const place = await serve({ readBytesMax: least });
  server.files.set('/x.zip', file);
  const received = new Received();
  await download(`sftp://${place}/x.zip`, {}, { received });
  expect(received.bytes.equals(file)).toBe(true);
});

test.each<[string, SftpServerOptions]>([
  ['an empty file', { told: { size: 0 } }],
  ['a file whose size is not told', { told: { size: undefined as unknown as number } }],
])('%s comes, too', async (_what, options) => {
  const place = await serve(options);
  const received = new Received();
  await download(`sftp://${place}/x.zip`, {}, { received });
  const isEmpty = options.told?.size === 0;
  expect(received.bytes.equals(isEmpty ? Buffer.alloc(0) : content)).toBe(true);
  expect(received.begun[0]?.totalBytes).toBe(isEmpty ? 0 : undefined);
});

test.each([1, 70_001, 2_000_000])('cut after some %i bytes it is broken, and goes on after them', async (bytes) => {
  const cut = await serve({ cutAfterBytes: bytes });
  const received = new Received();
  expect(await failure(download(`sftp://${cut}/x.zip`, {}, { received }))).toMatchObject({ code: 'transfer.broken' });
  expect(received.bytes.equals(content.subarray(0, received.bytes.length))).toBe(true);
  await server.stop();
  const already = received.bytes.length;
  const whole = await serve();
  await download(`sftp://${whole}/x.zip`, received.after(), { received });
  expect(received.bytes.equals(content)).toBe(true);
  expect(received.begun.at(-1)?.fromByte).toBe(already);
});

test('what is whole already is found to be so', async () => {
  const place = await serve();
  const received = begun();
  received.bytes = content;
  await download(`sftp://${place}/x.zip`, received.after(), { received });
  expect(received.begun.at(-1)).toMatchObject({ fromByte: content.length });
  expect(received.bytes.equals(content)).toBe(true);
});

test.each<[string, SftpServerOptions]>([
  ['another time', { told: { mtime: 1_777_000_001 } }],
  ['another size', { told: { size: content.length - 1 } }],
])('it begins anew, and says so, with %s', async (_what, options) => {
  const place = await serve(options);
  const received = begun();
  await download(`sftp://${place}/x.zip`, { after }, { received });
  expect(received.begun.at(-1)?.fromByte).toBe(0);
  expect(received.bytes.equals(content.subarray(0, options.told?.size))).toBe(true);
});

test.each<[string, SftpServerOptions, string, string, RegExp]>([
  [
    'a wrong password',
    { user: 'station', password: 'right' },
    '/x.zip',
    'transfer.refused',
    /no such user or password/,
  ],
  ['no such file', {}, '/nowhere.zip', 'transfer.notFound', /there is no file \/nowhere\.zip/],
  ['no permission', { openStatus: 3 }, '/x.zip', 'transfer.refused', /does not permit it/],
  ['a failure of the server', { openStatus: 4 }, '/x.zip', 'transfer.refused', /does not give the file/],
  ['a connection that is cut', { cutAfterBytes: 100_000 }, '/x.zip', 'transfer.broken', /the connection ended/],
  [
    'an end before the told size',
    { told: { size: 3_000_001 } },
    '/x.zip',
    'transfer.broken',
    /ended after 3000000 of 3000001/,
  ],
  ['more than there may be', { told: { size: 10_000_001 } }, '/x.zip', 'transfer.refused', /larger than the 10000000/],
])('%s', async (_what, options, path, code, words) => {
  const place = await serve(options);
  const received = new Received();
  const given = { user: 'station', password: 'hunter2' };
  const failed = await failure(download(`sftp://${place}${path}`, { credentials: given }, { received }));
  expect(failed).toMatchObject({ code, message: expect.stringMatching(words) });
  expect(failed.message).not.toMatch('hunter2');
});

test('a key that has changed is refused before any password, whomever else the station trusts', async () => {
  const place = await serve(credentials);
  const hosts = new TestHosts();
  hosts.keys.set(place, 'ecdsa-sha2-nistp256 SHA256:another');
  const options = { trustsUnknownServers: true };
  expect(await failure(download(`sftp://${place}/x.zip`, { credentials }, { hosts, options }))).toMatchObject({
    code: 'transfer.untrusted',
    message: expect.stringMatching(/its key has changed/),
  });
  expect(server.methods).toEqual([]);
});
