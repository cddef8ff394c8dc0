/**
 * Downloads by FTP and FTPS from a small server: whole or after an earlier part of the very same file, and what it can say.
 *
 * @jest-environment ./test/support/one-realm-environment.js
 */
import { Authority, testWithOpenSsl } from '../../support/certificates';
import { FtpServer, type FtpServerOptions } from '../../support/ftp-server';
import { content, download, failure, Received } from './support';

let server: FtpServer;

afterEach(() => server?.stop());

async function serve(options: FtpServerOptions = {}): Promise<string> {
  server = await FtpServer.start(options);
  server.files.set('/in/deep er/x y.zip', content);
  server.files.set('/x.zip', content);
  return `127.0.0.1:${server.port}`;
}

const credentials = { user: 'station 1', password: 'p@ss:w%rd' };
const validator = `${content.length} bytes of ${Date.parse('2026-05-04T08:00:00Z')}`;
const after = { bytes: 1_000_001, validator };
/** As a download that broke has left it. */
function begun(): Received {
  const received = new Received();
  received.begin({ fromByte: 0, validator });
  received.bytes = content.subarray(0, after.bytes);
  return received;
}

test('the file that the location names comes as a whole', async () => {
  const place = await serve(credentials);
  const received = new Received();
  await download(`ftp://${place}/in/deep%20er/x%20y.zip`, { credentials }, { received });
  expect(received.bytes.equals(content)).toBe(true);
  expect(received.begun).toEqual([{ fromByte: 0, totalBytes: content.length, validator }]);
  expect(server.heard).toContain('TYPE I');
  await download(`ftp://${place}//in/deep%20er/x%20y.zip`, { credentials });
  expect(server.heard.filter((line) => line.startsWith('CWD'))).toEqual([
    'CWD in',
    'CWD deep er',
    'CWD /',
    'CWD in',
    'CWD deep er',
  ]);
  expect(await failure(download(`ftp://${place}/`, { credentials }))).toMatchObject({ code: 'transfer.notFound' });
});

test('an empty file comes, too', async () => {
  const place = await serve();
  server.files.set('/x.zip', Buffer.alloc(0));
  const received = new Received();
  await download(`ftp://${place}/x.zip`, {}, { received });
  expect(received.begun).toMatchObject([{ fromByte: 0, totalBytes: 0 }]);
});

test.each([
  0,
  1,
  70_001,
  content.length - 1,
])('cut after %i bytes it is broken, and goes on after them', async (bytes) => {
  const cut = await serve({ cutAfterBytes: bytes });
  const received = new Received();
  expect(await failure(download(`ftp://${cut}/x.zip`, {}, { received }))).toMatchObject({ code: 'transfer.broken' });
  expect(received.bytes.length).toBeLessThanOrEqual(bytes);
  server.stop();
  const already = received.bytes.length;
  const whole = await serve();
  await download(`ftp://${whole}/x.zip`, received.after(), { received });
  expect(received.bytes.equals(content)).toBe(true);
  expect(received.begun.at(-1)?.fromByte).toBe(already);
});

test('what is there is not sent again, and what is whole is not asked for', async () => {
  const place = await serve();
  const received = begun();
  await download(`ftp://${place}/x.zip`, { after }, { received });
  expect(received.bytes.equals(content)).toBe(true);
  expect(server.heard).toContain('REST 1000001');
  server.heard.length = 0;
  await download(`ftp://${place}/x.zip`, received.after(), { received });
  expect(received.begun.at(-1)).toMatchObject({ fromByte: content.length });
  expect(server.heard.filter((line) => line.startsWith('RETR'))).toEqual([]);
});

test.each<[string, FtpServerOptions, (server: FtpServer) => void]>([
  ['another time', {}, (one) => (one.changed = '20260504080001')],
  ['another size', {}, (one) => one.files.set('/x.zip', Buffer.concat([content, content]))],
  ['no size', { answers: { SIZE: '502 what?' } }, () => {}],
  ['no time', { answers: { MDTM: '502 what?' } }, () => {}],
  ['a size that is no number', { answers: { SIZE: '213 much' } }, () => {}],
  ['a time that is none', { answers: { MDTM: '213 noon' } }, () => {}],
  ['a server that begins files at their beginning only', { answers: { REST: '502 what?' } }, () => {}],
])('it begins anew, and says so, with %s', async (_what, options, change) => {
  const place = await serve(options);
  change(server);
  const received = begun();
  await download(`ftp://${place}/x.zip`, { after }, { received });
  expect(received.bytes.equals(server.files.get('/x.zip') ?? Buffer.alloc(0))).toBe(true);
  expect(received.begun.at(-1)?.fromByte).toBe(0);
  const { SIZE, MDTM } = options.answers ?? {};
  if (SIZE !== undefined || MDTM !== undefined) expect(received.validator).toBeUndefined();
});

test.each<[string, FtpServerOptions, string, RegExp]>([
  ['a wrong password', { user: 'station', password: 'right' }, 'transfer.refused', /no such user or password/],
  [
    'no such file',
    { answers: { RETR: '550 nothing' } },
    'transfer.notFound',
    /no file x\.zip, or it is not to be read \(550 nothing/,
  ],
  [
    'no such file, which is said after the end of the data',
    {},
    'transfer.notFound',
    /no file y\.zip, or .* \(550 there is none/,
  ],
  ['a file that is busy', { answers: { RETR: '450 later' } }, 'transfer.broken', /450 later/],
  ['a server that gives none', { answers: { RETR: '553 no' } }, 'transfer.refused', /does not give the file/],
  ['a connection that is cut', { cutAfterBytes: 100_000 }, 'transfer.broken', /./],
  [
    'an end that looks well',
    { cutAfterBytes: 100_000, answerAfterCut: '226 all of it' },
    'transfer.broken',
    /ended after 100000 of 3000000 bytes/,
  ],
  [
    'an end that is told',
    { cutAfterBytes: 100_000, answerAfterCut: '451 the disk' },
    'transfer.broken',
    /451 the disk/,
  ],
  ['more than was told', { answers: { SIZE: '213 1000' } }, 'transfer.broken', /more comes than the 1000/],
  ['data at another machine', { answers: { PASV: '227 there (10,9,8,7,100,100)' } }, 'transfer.broken', /10\.9\.8\.7/],
])('%s', async (what, options, code, words) => {
  const place = await serve(options);
  const name = what.includes('which is said') ? 'y' : 'x';
  const failed = await failure(
    download(`ftp://${place}/${name}.zip`, { credentials: { user: 'station', password: 'hunter2' } }),
  );
  expect(failed).toMatchObject({ code, message: expect.stringMatching(words) });
  expect(failed.message).not.toMatch('hunter2');
});

test('more than there may be is not even asked for; where the size is not told, it ends there', async () => {
  const place = await serve();
  const received = new Received();
  const large = { code: 'transfer.refused', message: expect.stringMatching(/larger than the 5000 bytes/) };
  expect(await failure(download(`ftp://${place}/x.zip`, { bytesMax: 5_000 }, { received }))).toMatchObject(large);
  expect(server.heard.filter((line) => line.startsWith('RETR'))).toEqual([]);
  server.stop();
  const silent = await serve({ answers: { SIZE: '502 what?' } });
  expect(await failure(download(`ftp://${silent}/x.zip`, { bytesMax: 5_000 }, { received }))).toMatchObject(large);
  expect(received.bytes.length).toBeLessThanOrEqual(5_000);
});

test('a command cannot be smuggled in by the location', async () => {
  const place = await serve();
  for (const path of ['x%0d%0aDELE%20y', 'in%0aDELE%20y/x', '%00']) {
    expect(await failure(download(`ftp://${place}/${path}`))).toMatchObject({ code: 'transfer.unsupported' });
  }
  // Dots are a matter of the server.
  expect(await failure(download(`ftp://${place}/%2e%2e%2fx.zip`))).toMatchObject({ code: 'transfer.notFound' });
  expect(server.heard.filter((line) => line.startsWith('DELE'))).toEqual([]);
});

describe('within TLS', () => {
  let authority: Authority;

  beforeEach(() => {
    authority = new Authority();
  });

  afterEach(() => authority.remove());

  testWithOpenSsl('it comes from a server that is trusted, and in the session of the login', async () => {
    await serve({ ...credentials, tls: authority.issue(), requiresSameSession: true });
    const url = `ftps://localhost:${server.port}/x.zip`;
    const received = new Received();
    await download(url, { credentials }, { received, options: { authorities: authority.cert } });
    expect(received.bytes.equals(content)).toBe(true);
    expect(server.heard).toContain('PROT P');
    server.heard.length = 0;
    expect(await failure(download(url, { credentials }))).toMatchObject({ code: 'transfer.untrusted' });
    expect(server.heard.join()).not.toMatch(/USER|PASS/);
  });

  testWithOpenSsl('where nobody is asked for a proof, one that nobody vouches for is taken', async () => {
    await serve({ tls: authority.issue({ names: 'DNS:other.test', fromDays: -9, toDays: -2 }) });
    const received = new Received();
    const options = { trustsUnknownServers: true };
    await download(`ftps://localhost:${server.port}/x.zip`, {}, { received, options });
    expect(received.bytes.equals(content)).toBe(true);
    server.stop();
    // Without TLS it is not taken even so.
    await serve();
    expect(await failure(download(`ftps://localhost:${server.port}/x.zip`, {}, { options }))).toMatchObject({
      code: 'transfer.untrusted',
    });
  });
});
