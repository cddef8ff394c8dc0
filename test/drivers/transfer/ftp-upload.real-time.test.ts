/**
 * Uploads by FTP and FTPS to a small server: what is sent, what is gone on with, and what a server can say against it.
 *
 * @jest-environment ./test/support/one-realm-environment.js
 */
import { createServer, type Server } from 'node:net';
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { silenceMaxMs } from '../../../src/drivers/transfer/patience';
import { Authority, testWithOpenSsl } from '../../support/certificates';
import { FtpServer, type FtpServerOptions } from '../../support/ftp-server';
import { until } from '../../support/until';
import { content, failure, fileName, TestFile, upload } from './support';

let server: FtpServer;

afterEach(() => server?.stop());

async function serve(options: FtpServerOptions = {}): Promise<string> {
  server = await FtpServer.start(options);
  return `127.0.0.1:${server.port}`;
}

const credentials = { user: 'station 1', password: 'p@ss:w%rd' };

test('a file lies in the folder that the location names, as a whole', async () => {
  const place = await serve(credentials);
  const progress: number[] = [];
  await upload(`ftp://${place}/in/deep%20er/`, { credentials, onProgress: (done) => progress.push(done) });
  expect([...server.files.keys()]).toEqual([`/in/deep er/${fileName}`]);
  expect(server.files.get(`/in/deep er/${fileName}`)?.equals(content)).toBe(true);
  expect(progress.at(-1)).toBe(content.length);
  expect(server.heard).toContain('TYPE I');
});

test('without credentials it comes as anonymous, and begins where a login ends up', async () => {
  const place = await serve();
  await upload(`ftp://${place}`);
  expect(server.heard).toContain('USER anonymous');
  expect([...server.files.keys()]).toEqual([`/${fileName}`]);
  await upload(`ftp://${place}//in`);
  expect(server.heard.filter((line) => line.startsWith('CWD'))).toEqual(['CWD /', 'CWD in']);
});

test('what is there of an earlier try is not sent again, and what is longer is replaced', async () => {
  const place = await serve();
  const file = new TestFile();
  server.files.set(`/${fileName}`, Buffer.from(content.subarray(0, 1_000_001)));
  await upload(`ftp://${place}/`, { resumes: true }, { file });
  expect(file.begun).toEqual([1_000_001]);
  expect(server.files.get(`/${fileName}`)?.equals(content)).toBe(true);
  await upload(`ftp://${place}/`, { resumes: true }, { file });
  expect(file.begun).toHaveLength(1);
  server.files.set(`/${fileName}`, Buffer.concat([content, content]));
  await upload(`ftp://${place}/`, { resumes: true }, { file });
  server.files.set(`/${fileName}`, Buffer.from('of somebody else'));
  await upload(`ftp://${place}/`, {}, { file });
  expect(file.begun).toEqual([1_000_001, 0, 0]);
  expect(server.files.get(`/${fileName}`)?.equals(content)).toBe(true);
});

test.each<[string, FtpServerOptions, string, RegExp]>([
  ['a wrong password', { user: 'station', password: 'right' }, 'transfer.refused', /no such user or password/],
  [
    'a user who may not write',
    { answers: { STOR: '550 permission denied' } },
    'transfer.refused',
    /does not take the file/,
  ],
  ['a full server', { answers: { STOR: '552 quota exceeded' } }, 'transfer.refused', /no room for the file/],
  ['a server that is busy', { answers: { HELLO: '421 too many' } }, 'transfer.broken', /421 too many/],
  [
    'a quota that is reached on the way',
    { cutAfterBytes: 100_000, answerAfterCut: '552 quota exceeded' },
    'transfer.refused',
    /no room for the file .*552 quota/,
  ],
  ['a connection that is cut', { cutAfterBytes: 100_000 }, 'transfer.broken', /the connection ended/],
  ['data at another machine', { answers: { PASV: '227 there (10,9,8,7,100,100)' } }, 'transfer.broken', /10\.9\.8\.7/],
  ['a server without TLS', {}, 'none', /./],
])('%s', async (_what, options, code, words) => {
  const place = await serve(options);
  const failed = await failure(upload(`ftp://${place}/`, { credentials: { user: 'station', password: 'hunter2' } }));
  expect(failed).toMatchObject({ code, message: expect.stringMatching(words) });
  expect(failed.message).not.toMatch('hunter2');
});

test('no such folder, no such port, no such machine', async () => {
  const place = await serve();
  expect(await failure(upload(`ftp://${place}/nowhere`))).toMatchObject({
    code: 'transfer.notFound',
    message: `ftp://${place}: there is no folder nowhere`,
  });
  server.stop();
  expect(await failure(upload(`ftp://${place}/`))).toMatchObject({ code: 'transfer.unreachable' });
  expect(await failure(upload('ftp://nowhere.invalid/'))).toMatchObject({ code: 'transfer.unreachable' });
});

test('a command cannot be smuggled in by the location or by a name', async () => {
  const place = await serve();
  expect(await failure(upload(`ftp://${place}/in%0d%0aDELE%20x`))).toMatchObject({ code: 'transfer.unsupported' });
  const smuggled = { user: 'a\r\nDELE x', password: 'b' };
  expect(await failure(upload(`ftp://${place}/`, { credentials: smuggled }))).toMatchObject({
    code: 'transfer.broken',
  });
  expect(server.heard.filter((line) => line.startsWith('DELE'))).toEqual([]);
});

describe('a server that says nothing', () => {
  let silent: Server;
  const clock = new VirtualClock();

  beforeEach(async () => {
    silent = createServer((socket) => socket.on('error', () => {}).resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  });

  afterEach(() => silent.close());

  test.each(['ftp', 'sftp', 'http'])('is given up after a minute: %s', async (scheme) => {
    const { port } = silent.address() as { port: number };
    const connected = new Promise<void>((resolve) => silent.once('connection', () => resolve()));
    const going = failure(upload(`${scheme}://127.0.0.1:${port}/`, {}, { options: { clock } }));
    await connected;
    await clock.advance(silenceMaxMs - 1);
    expect(clock.pendingTimers).toBe(1);
    await clock.advance(1);
    expect(await going).toMatchObject({
      code: 'transfer.broken',
      message: expect.stringMatching(/nothing has moved for 60 s/),
    });
    expect(clock.pendingTimers).toBe(0);
  });
});

test('an upload that is called off ends at once, and lets go of the server', async () => {
  const place = await serve({ answers: { CWD: '' } });
  const off = new AbortController();
  const going = failure(upload(`ftp://${place}/in`, { signal: off.signal }));
  await until(() => server.heard.includes('CWD in'));
  off.abort();
  expect(await going).toMatchObject({ code: 'transfer.aborted' });
  const asked = server.heard.length;
  expect(await failure(upload(`ftp://${place}/in`, { signal: off.signal }))).toMatchObject({
    code: 'transfer.aborted',
  });
  await upload(`ftp://${place}/`);
  // What was called off before it began has not come at all.
  expect(server.heard.slice(asked).filter((line) => line.startsWith('USER'))).toHaveLength(1);
});

describe('within TLS', () => {
  const authorities: Authority[] = [];

  afterAll(() => {
    for (const authority of authorities) authority.remove();
  });

  function newAuthority(): Authority {
    const authority = new Authority();
    authorities.push(authority);
    return authority;
  }

  testWithOpenSsl('it is asked for before anything else, and covers the data', async () => {
    const authority = newAuthority();
    await serve({ ...credentials, tls: authority.issue() });
    const options = { authorities: authority.cert };
    await upload(`ftps://localhost:${server.port}/in`, { credentials }, { options });
    expect(server.files.get(`/in/${fileName}`)?.equals(content)).toBe(true);
    expect(server.heard[0]).toBe('AUTH TLS');
    expect(server.heard).toContain('PROT P');
  });

  testWithOpenSsl(
    'an unknown authority, another name and a server without TLS are refused, and told no password',
    async () => {
      const authority = newAuthority();
      await serve({ tls: authority.issue() });
      const url = `ftps://localhost:${server.port}/`;
      expect(await failure(upload(url, { credentials }))).toMatchObject({
        code: 'transfer.untrusted',
        message: expect.stringMatching(/certificate is not trusted .*--csms-ca/),
      });
      expect(server.heard.join()).not.toMatch(/USER|PASS/);
      server.stop();
      await serve({ tls: authority.issue({ names: 'DNS:other.test' }) });
      const options = { authorities: authority.cert };
      const named = upload(`ftps://localhost:${server.port}/`, { credentials }, { options });
      expect(await failure(named)).toMatchObject({
        code: 'transfer.untrusted',
        message: expect.stringMatching(/other\.test/),
      });
      server.stop();
      await serve();
      expect(await failure(upload(`ftps://localhost:${server.port}/`, { credentials }, { options }))).toMatchObject({
        code: 'transfer.untrusted',
        message: expect.stringMatching(/offers no TLS/),
      });
      expect(server.heard.join()).not.toMatch(/USER|PASS/);
    },
  );
});
