/**
 * Downloads by HTTP and HTTPS: whole or after an earlier part of the very same file, and what a server can answer instead.
 *
 * @jest-environment ./test/support/one-realm-environment.js
 */
import { createServer, type IncomingHttpHeaders, type OutgoingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { Authority, testWithOpenSsl } from '../../support/certificates';
import { content, download, failure, Received } from './support';

interface Answer {
  status?: number;
  headers?: OutgoingHttpHeaders;
  body?: Buffer;
  /** The connection is cut when the body has left. */
  cut?: boolean;
}

type Script = (path: string, headers: IncomingHttpHeaders) => Answer;

let heard: { path: string; headers: IncomingHttpHeaders }[];
let servers: Server[];

beforeEach(() => {
  heard = [];
  servers = [];
});

afterEach(() => {
  for (const server of servers) server.close();
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function listener(script: Script): RequestListener {
  return ({ url: path = '', headers }, response) => {
    heard.push({ path, headers });
    const { status = 200, headers: own = {}, body, cut } = script(path, headers);
    response.writeHead(status, own);
    if (cut) response.write(body, () => response.destroy());
    else response.end(body);
  };
}

const serve = async (script: Script): Promise<string> =>
  `http://127.0.0.1:${await listening(createServer(listener(script)))}`;

const tag = '"v1"';
const length = { 'Content-Length': content.length };
const good: Answer = { headers: { ...length, ETag: tag }, body: content };

/** A server that knows ranges, with the file as it is now; each request comes to its end after so many bytes. */
function ranging(file: () => { bytes: Buffer; tag: string }, more: Answer = {}): Script {
  return (_path, headers) => {
    const { bytes, tag: now } = file();
    const first = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? Number.NaN);
    const isPart = Number.isInteger(first) && headers['if-range'] === now;
    if (isPart && first >= bytes.length)
      return { status: 416, headers: { 'Content-Range': `bytes */${bytes.length}` } };
    const body = isPart ? bytes.subarray(first) : bytes;
    const range = isPart ? { 'Content-Range': `bytes ${first}-${bytes.length - 1}/${bytes.length}` } : {};
    return {
      status: isPart ? 206 : 200,
      headers: { ETag: now, 'Content-Length': body.length, ...range },
      body,
      ...more,
    };
  };
}

/** A part of the file, as a download that broke leaves it. */
async function broken(
  bytes: number,
  script: Script = () => ({ ...good, body: content.subarray(0, bytes), cut: true }),
) {
  const received = new Received();
  const base = await serve(script);
  expect(await failure(download(`${base}/x.zip`, {}, { received }))).toMatchObject({ code: 'transfer.broken' });
  received.bytes = content.subarray(0, bytes);
  heard.length = 0;
  return received;
}

test('the whole comes as it is, at the very place, with a login for that server', async () => {
  const base = await serve(() => good);
  const received = new Received();
  const progress: unknown[] = [];
  await download(
    `${base.replace('//', '//other:secret@')}/a/../in/%2e%2e/x%20y.zip?signature=abc%2F#not`,
    { credentials: { user: 'station', password: 'p@ss:wörd' }, onProgress: (...one) => progress.push(one) },
    { received },
  );
  expect(received.bytes.equals(content)).toBe(true);
  expect(received.begun).toEqual([{ fromByte: 0, totalBytes: content.length, validator: tag }]);
  expect(progress.at(-1)).toEqual([content.length, content.length]);
  // As URLs have it (WHATWG URL, 4.4), and no name of anything here.
  expect(heard[0]?.path).toBe('/x%20y.zip?signature=abc%2F');
  expect(heard[0]?.headers).toMatchObject({
    'accept-encoding': 'identity',
    authorization: `Basic ${Buffer.from('station:p@ss:wörd').toString('base64')}`,
  });
  await download(`${base.replace('//', '//other:secret@')}/x`);
  expect(heard[1]?.headers.authorization).toBeUndefined();
});

test('a file whose length nobody tells comes whole, and so does an empty one', async () => {
  const chunked = await serve(() => ({ body: content }));
  const received = new Received();
  await download(chunked, {}, { received });
  expect(received.bytes.equals(content)).toBe(true);
  expect(received.begun).toEqual([{ fromByte: 0 }]);
  const empty = await serve(() => ({ headers: { 'Content-Length': 0 } }));
  const none = new Received();
  await download(empty, {}, { received: none });
  expect(none.begun).toEqual([{ fromByte: 0, totalBytes: 0 }]);
});

test.each([
  0,
  1,
  65_536,
  content.length - 1,
])('cut after %i bytes it is broken, and goes on after them', async (bytes) => {
  const received = await broken(bytes);
  const base = await serve(ranging(() => ({ bytes: content, tag })));
  await download(`${base}/x.zip`, received.after(), { received });
  expect(received.bytes.equals(content)).toBe(true);
  expect(received.begun.at(-1)).toEqual({ fromByte: bytes, totalBytes: content.length, validator: tag });
  expect(heard).toHaveLength(1);
  expect(heard[0]?.headers['if-range']).toBe(bytes === 0 ? undefined : tag);
});

test('what is whole already is found to be so, and nothing of it comes again', async () => {
  const base = await serve(ranging(() => ({ bytes: content, tag })));
  const received = new Received();
  await download(base, {}, { received });
  const portions: number[] = [];
  const write = async (portion: Uint8Array): Promise<void> => void portions.push(portion.length);
  await download(base, received.after(), { received: { begin: (begin) => received.begin(begin), write } });
  expect(received.begun.at(-1)).toMatchObject({ fromByte: content.length });
  expect(portions).toEqual([]);
});

const bytes = 1_000;
const rest = (first: number, more: OutgoingHttpHeaders = {}): Answer => ({
  status: 206,
  headers: {
    'Content-Range': `bytes ${first}-${content.length - 1}/${content.length}`,
    'Content-Length': content.length - first,
    ...more,
  },
  body: content.subarray(first),
});

test.each<[string, (asked: string | undefined) => Answer]>([
  ['all, as for no range', () => good],
  ['that there is no such range', (asked) => (asked ? { status: 416 } : good)],
  ['another range', (asked) => (asked ? rest(bytes) : good)],
  ['a range of another file', (asked) => (asked ? rest(bytes - 1, { ETag: '"v2"' }) : good)],
  [
    'ranges in several parts',
    (asked) =>
      asked ? { status: 206, headers: { 'Content-Type': 'multipart/byteranges; boundary=x' }, body: content } : good,
  ],
  [
    'a range of it does not say what length',
    (asked) => (asked ? { ...rest(bytes - 1), headers: { 'Content-Range': `bytes ${bytes - 1}-5000/*` } } : good),
  ],
])('it begins anew, and says so, where the server answers %s', async (_what, answer) => {
  const received = await broken(bytes);
  const base = await serve((_path, { range }) => answer(range));
  await download(base, received.after(), { received });
  expect(received.bytes.equals(content)).toBe(true);
  expect(received.begun.at(-1)).toEqual({ fromByte: 0, totalBytes: content.length, validator: tag });
  expect(heard[0]?.headers).toMatchObject({ range: `bytes=${bytes - 1}-`, 'if-range': tag });
});

test('another file in its place comes whole', async () => {
  const received = await broken(bytes);
  const other = Buffer.from(content).reverse();
  const base = await serve(ranging(() => ({ bytes: other, tag: '"v2"' })));
  await download(base, received.after(), { received });
  expect(received.bytes.equals(other)).toBe(true);
  expect(received.validator).toBe('"v2"');
});

const noon = 'Mon, 04 May 2026 12:00:00 GMT';
const second = 'Mon, 04 May 2026 12:00:01 GMT';

test.each<[string, OutgoingHttpHeaders, string | undefined]>([
  ['a strong tag', { ETag: tag, 'Last-Modified': noon, Date: second }, tag],
  ['a weak tag, which leaves no date either', { ETag: `W/${tag}`, 'Last-Modified': noon, Date: second }, undefined],
  ['a tag that is none', { ETag: 'v1' }, undefined],
  ['a date of a second before', { 'Last-Modified': noon, Date: second }, noon],
  ['a date of the very second', { 'Last-Modified': noon, Date: noon }, undefined],
  ['a date that nobody can hold against another', { 'Last-Modified': noon, Date: 'today' }, undefined],
  ['a date in another form', { 'Last-Modified': '2026-05-04T12:00:00Z', Date: second }, undefined],
  ['nothing', {}, undefined],
])('it can be known again by %s', async (_what, headers, validator) => {
  const base = await serve(() => ({ headers: { ...length, ...headers }, body: content }));
  const received = new Received();
  await download(base, {}, { received });
  expect(received.validator).toBe(validator);
});

test('it goes on by a date, too; by what is neither tag nor date it does not', async () => {
  const received = new Received();
  received.begin({ fromByte: 0, validator: noon });
  received.bytes = content.subarray(0, bytes);
  const base = await serve(ranging(() => ({ bytes: content, tag: noon }), {}));
  await download(base, received.after(), { received });
  expect(received.bytes.equals(content)).toBe(true);
  expect(heard[0]?.headers['if-range']).toBe(noon);
  for (const validator of [`W/${tag}`, '3000000 bytes of 1777000000000', `${tag}\r\nX: y`]) {
    heard.length = 0;
    await download(base, { after: { bytes, validator } }, { received });
    expect(received.bytes.equals(content)).toBe(true);
    expect(heard.map(({ headers }) => headers.range)).toEqual([undefined]);
  }
});

test.each<[string, Answer, string, RegExp]>([
  [
    'more than there may be, as told',
    { headers: { 'Content-Length': 5_001 }, body: Buffer.alloc(1), cut: true },
    'transfer.refused',
    /of 5001 bytes is larger than the 5000/,
  ],
  ['more than there may be, as it comes', { body: Buffer.alloc(5_001) }, 'transfer.refused', /larger than the 5000/],
  [
    'an end before the told length',
    { headers: { 'Content-Length': 4_000 }, body: Buffer.alloc(10), cut: true },
    'transfer.broken',
    /./,
  ],
  ['an end before the last chunk', { body: Buffer.alloc(10), cut: true }, 'transfer.broken', /./],
  [
    'a packed file',
    { headers: { 'Content-Encoding': 'gzip' }, body: Buffer.alloc(10) },
    'transfer.unsupported',
    /sends the file as gzip/,
  ],
  ['no such file', { status: 404 }, 'transfer.notFound', /answers 404: there is no such file/],
  ['a file that is gone', { status: 410 }, 'transfer.notFound', /no such file/],
  ['no permission', { status: 401 }, 'transfer.refused', /no such user or password/],
  ['nothing', { status: 204 }, 'transfer.refused', /answers 204/],
  ['a part that nobody asked for', { status: 206, body: Buffer.alloc(10) }, 'transfer.refused', /answers 206/],
  ['too many requests', { status: 429 }, 'transfer.broken', /answers 429/],
  ['an error of its own', { status: 503 }, 'transfer.broken', /answers 503/],
])('a server with %s', async (_what, answer, code, words) => {
  const base = await serve(() => answer);
  const received = new Received();
  const credentials = { user: 'station', password: 'hunter2' };
  const failed = await failure(download(base, { bytesMax: 5_000, credentials }, { received }));
  expect(failed).toMatchObject({ code, message: expect.stringMatching(words) });
  expect(failed.message).not.toMatch('hunter2');
  expect(received.bytes.length).toBeLessThanOrEqual(5_000);
});

describe('redirects', () => {
  test.each([301, 302, 303, 307, 308])('of %i are followed, and the login stays with its server', async (status) => {
    const other = await serve(ranging(() => ({ bytes: content, tag })));
    const base = await serve((path) =>
      path === '/x'
        ? { status, headers: { location: '/y' } }
        : { status, headers: { location: other.replace('//', '//a:b@') } },
    );
    const received = new Received();
    await download(`${base}/x`, { credentials: { user: 'a', password: 'b' } }, { received });
    expect(received.bytes.equals(content)).toBe(true);
    expect(heard.map(({ headers }) => headers.authorization !== undefined)).toEqual([true, true, false]);
    // To where it leads the range goes along.
    received.bytes = received.bytes.subarray(0, bytes);
    await download(`${base}/x`, received.after(), { received });
    expect(received.begun.at(-1)).toMatchObject({ fromByte: bytes });
  });

  test('end after five, in circles, too', async () => {
    const last = 20;
    const base = await serve((path) =>
      path === `/${last}` ? good : { status: 302, headers: { location: `/${Number(path.slice(1)) + 1}` } },
    );
    expect(await failure(download(`${base}/0`))).toMatchObject({
      code: 'transfer.refused',
      message: expect.stringMatching(/sends on more than 5 times/),
    });
    expect(heard.map(({ path }) => path)).toEqual(['/0', '/1', '/2', '/3', '/4', '/5']);
    const circle = await serve(() => ({ status: 302, headers: { location: '/0' } }));
    expect(await failure(download(`${circle}/0`))).toMatchObject({ code: 'transfer.refused' });
  });

  test.each(['ftp://127.0.0.1/x', 'file:///etc/passwd', 'http://['])('to %s are not followed', async (location) => {
    const base = await serve(() => ({ status: 302, headers: { location } }));
    expect(await failure(download(base))).toMatchObject({ code: expect.stringMatching(/untrusted|refused/) });
  });
});

describe('within TLS', () => {
  let authority: Authority;

  beforeEach(() => {
    authority = new Authority();
  });

  afterEach(() => authority.remove());

  async function secure(script: Script, issued: Parameters<Authority['issue']>[0] = {}): Promise<string> {
    return `https://localhost:${await listening(createSecureServer(authority.issue(issued), listener(script)))}`;
  }

  testWithOpenSsl('a server is trusted by its authority, for its name, in its time', async () => {
    const options = { authorities: authority.cert };
    const received = new Received();
    await download(await secure(() => good), {}, { received, options });
    expect(received.bytes.equals(content)).toBe(true);
    const odd = [{ names: 'DNS:other.test' }, { fromDays: -9, toDays: -2 }, { fromDays: 2 }];
    for (const issued of odd) {
      const url = await secure(() => good, issued);
      expect(await failure(download(url, {}, { options }))).toMatchObject({ code: 'transfer.untrusted' });
      await download(url, {}, { options: { trustsUnknownServers: true } });
    }
    expect(await failure(download(await secure(() => good)))).toMatchObject({ code: 'transfer.untrusted' });
    expect(heard).toHaveLength(1 + odd.length);
  });

  testWithOpenSsl('nothing sends on from HTTPS to HTTP, whomever the station trusts; HTTP may to HTTPS', async () => {
    const plain = await serve(() => good);
    const down = await secure(() => ({ status: 302, headers: { location: plain } }));
    const options = { authorities: authority.cert, trustsUnknownServers: true };
    expect(await failure(download(down, {}, { options }))).toMatchObject({
      code: 'transfer.untrusted',
      message: expect.stringMatching('sends on from https:// to http://'),
    });
    const up = await serve((path) => ({ status: 302, headers: { location: `${secured}${path}` } }));
    const secured = await secure(() => good);
    await download(up, {}, { options });
    expect(heard).toHaveLength(3);
  });
});
