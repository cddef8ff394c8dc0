/**
 * Uploads by HTTP and HTTPS: PUT, a form where there is no PUT, redirects within bounds, and what a server can say against it.
 *
 * @jest-environment ./test/support/one-realm-environment.js
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { silenceMaxMs } from '../../../src/drivers/transfer/patience';
import type { OutgoingFile } from '../../../src/hal/ports';
import { Authority, testWithOpenSsl } from '../../support/certificates';
import { until } from '../../support/until';
import { content, failure, fileName, upload } from './support';

interface Heard {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

let heard: Heard[];
let servers: Server[];

beforeEach(() => {
  heard = [];
  servers = [];
});

afterEach(() => {
  for (const server of servers) server.close();
});

type Answer = (heard: Heard) => { status: number; location?: string };

async function listening(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function listener(answer: Answer): RequestListener {
  return async (request, response) => {
    const portions: Buffer[] = [];
    for await (const portion of request as IncomingMessage) portions.push(portion as Buffer);
    const { method = '', url: path = '', headers } = request;
    const one: Heard = { method, path, headers, body: Buffer.concat(portions) };
    heard.push(one);
    const { status, location } = answer(one);
    response.writeHead(status, location === undefined ? {} : { location }).end('words');
  };
}

const serve = async (answer: Answer): Promise<string> =>
  `http://127.0.0.1:${await listening(createServer(listener(answer)))}`;

const credentials = { user: 'station', password: 'p@ss:wörd' };
const basic = `Basic ${Buffer.from('station:p@ss:wörd').toString('base64')}`;

test.each([
  ['a folder', '/in/deep%20er', `/in/deep%20er/${fileName}`],
  ['a folder with a slash', '/in/', `/in/${fileName}`],
  ['nothing', '', `/${fileName}`],
  ['the name of a file', '/in/report.zip', '/in/report.zip'],
  ['a signed place', '/in/x?signature=abc%2F', '/in/x?signature=abc%2F'],
  ['a folder with a dot', '/v1.2/', `/v1.2/${fileName}`],
])('PUT to a location that is %s', async (_what, location, path) => {
  const base = await serve(() => ({ status: 201 }));
  await upload(`${base}${location}`);
  expect(heard.map((one) => [one.method, one.path])).toEqual([['PUT', path]]);
  expect(heard[0]?.body.equals(content)).toBe(true);
  expect(heard[0]?.headers).toMatchObject({
    'content-length': String(content.length),
    'content-type': 'application/zip',
  });
  expect(heard[0]?.headers.authorization).toBeUndefined();
});

test.each([404, 405, 501])('a server that answers %i to PUT gets a form at the very location', async (status) => {
  const base = await serve(({ method }) => ({ status: method === 'PUT' ? status : 200 }));
  await upload(`${base}/in`, { credentials });
  expect(heard.map((one) => [one.method, one.path])).toEqual([
    ['PUT', `/in/${fileName}`],
    ['POST', '/in'],
  ]);
  const [, form] = heard;
  expect(form?.headers.authorization).toBe(basic);
  expect(form?.headers['content-length']).toBe(String(form?.body.length));
  const text = form?.body.toString('latin1') ?? '';
  const boundary = /boundary=(\S+)$/.exec(form?.headers['content-type'] ?? '')?.[1] ?? '';
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${fileName}"\r\nContent-Type: application/zip\r\n\r\n`;
  expect(text.startsWith(head)).toBe(true);
  expect(text.slice(head.length)).toBe(`${content.toString('latin1')}\r\n--${boundary}--\r\n`);
});

test.each<[number, string]>([
  [400, 'transfer.refused'],
  [401, 'transfer.refused'],
  [403, 'transfer.refused'],
  [409, 'transfer.notFound'],
  [413, 'transfer.refused'],
  [500, 'transfer.broken'],
  [503, 'transfer.broken'],
  [507, 'transfer.refused'],
])('the answer %i is %s, and no form follows', async (status, code) => {
  const base = await serve(() => ({ status }));
  expect(await failure(upload(base, { credentials }))).toMatchObject({
    code,
    message: expect.stringMatching(`answers ${status}`),
  });
  expect(heard).toHaveLength(1);
});

test('both ways in vain: what was answered to both is told', async () => {
  const base = await serve(({ method }) => ({ status: method === 'PUT' ? 405 : 404 }));
  expect(await failure(upload(base))).toMatchObject({
    code: 'transfer.notFound',
    message: expect.stringMatching('answers 405 to PUT and 404 to POST'),
  });
});

test('it follows where it is sent on, with the file, and takes the password to the same server only', async () => {
  const elsewhere = await serve(() => ({ status: 201 }));
  const base = await serve(({ path }) =>
    path === `/in/${fileName}` ? { status: 307, location: '/moved' } : { status: 308, location: `${elsewhere}/there` },
  );
  await upload(`${base}/in`, { credentials });
  expect(heard.map(({ path, headers, body }) => [path, headers.authorization, body.length])).toEqual([
    [`/in/${fileName}`, basic, content.length],
    ['/moved', basic, content.length],
    ['/there', undefined, content.length],
  ]);
});

test('a server that sends on for ever is left', async () => {
  const base = await serve(() => ({ status: 302, location: '/again' }));
  expect(await failure(upload(base))).toMatchObject({
    code: 'transfer.refused',
    message: expect.stringMatching('sends on more than 5'),
  });
  expect(heard).toHaveLength(6);
});

test('silence is counted from what has moved last', async () => {
  const clock = new VirtualClock();
  const pause = (): Promise<void> => new Promise((resolve) => clock.at(clock.now() + silenceMaxMs - 10_000, resolve));
  const slow: OutgoingFile = {
    bytes: 3,
    from: async function* () {
      for (let count = 0; count < 3; count += 1) {
        yield Buffer.from('x');
        await pause();
      }
    },
  };
  const port = await listening(createServer((request) => request.on('error', () => {}).resume()));
  let ended = false;
  const going = failure(upload(`http://127.0.0.1:${port}`, {}, { file: slow, options: { clock } }));
  void going.then(() => {
    ended = true;
  });
  for (let count = 0; count < 3; count += 1) {
    await until(() => clock.pendingTimers === 2);
    await clock.advance(silenceMaxMs - 10_000);
  }
  // The server has the whole and says nothing to it.
  await until(() => clock.pendingTimers === 1);
  await clock.advance(silenceMaxMs - 1);
  expect(ended).toBe(false);
  await clock.advance(1);
  expect(await going).toMatchObject({ code: 'transfer.broken', message: expect.stringMatching('nothing has moved') });
});

test('a connection that is cut, and nobody at the port', async () => {
  const port = await listening(createServer((request) => request.socket.destroy()));
  expect(await failure(upload(`http://127.0.0.1:${port}`))).toMatchObject({ code: 'transfer.broken' });
  servers.pop()?.close();
  expect(await failure(upload(`http://127.0.0.1:${port}`))).toMatchObject({ code: 'transfer.unreachable' });
});

test.each([
  '',
  'files.test',
  'scp://h/',
  'file:///etc/passwd',
  'http://',
  'ws://h/',
])('the location %j is none', async (url) => {
  expect(await failure(upload(url))).toMatchObject({ code: 'transfer.unsupported' });
});

describe('HTTPS', () => {
  let authority: Authority;

  beforeEach(() => {
    authority = new Authority();
  });

  afterEach(() => authority.remove());

  const secure = async (answer: Answer, names?: string): Promise<string> => {
    const server = createSecureServer(authority.issue(names === undefined ? {} : { names }), listener(answer));
    return `https://localhost:${await listening(server)}`;
  };

  testWithOpenSsl('is trusted by an authority that was installed, and by no other', async () => {
    const base = await secure(() => ({ status: 200 }));
    await upload(base, { credentials }, { options: { authorities: authority.cert } });
    expect(heard).toHaveLength(1);
    expect(await failure(upload(base, { credentials }))).toMatchObject({
      code: 'transfer.untrusted',
      message: expect.stringMatching(/^https:\/\/localhost:\d+: its certificate is not trusted .*--csms-ca FILE/),
    });
    expect(heard).toHaveLength(1);
  });

  testWithOpenSsl('for another name it is refused', async () => {
    const base = await secure(() => ({ status: 200 }), 'DNS:other.test');
    const going = upload(base, {}, { options: { authorities: authority.cert } });
    expect(await failure(going)).toMatchObject({
      code: 'transfer.untrusted',
      message: expect.stringMatching('other.test'),
    });
  });

  testWithOpenSsl('never sends on to HTTP; HTTP may send on to HTTPS', async () => {
    const plain = await serve(() => ({ status: 200 }));
    const base = await secure(() => ({ status: 307, location: plain }));
    const options = { authorities: authority.cert };
    expect(await failure(upload(base, {}, { options }))).toMatchObject({
      code: 'transfer.untrusted',
      message: expect.stringMatching('sends on from https:// to http://'),
    });
    const good = await secure(() => ({ status: 200 }));
    const upwards = await serve(() => ({ status: 307, location: good }));
    await upload(upwards, {}, { options });
    expect(heard.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'PUT']);
  });

  testWithOpenSsl('at a port that speaks no TLS it is refused', async () => {
    const plain = await serve(() => ({ status: 200 }));
    expect(await failure(upload(plain.replace('http', 'https')))).toMatchObject({ code: 'transfer.untrusted' });
  });
});
