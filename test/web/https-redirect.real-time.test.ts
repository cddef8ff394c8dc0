/** The door beside encrypted pages: it leads to the station that was called, by a name that is its own, and does nothing else. */
import { connect, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { startHttpsRedirect } from '../../src/web/https-redirect';
import type { ListeningServer } from '../../src/web/listen';
import { until } from '../support/until';

let usual: ListeningServer;
let other: ListeningServer;
const sockets: Socket[] = [];

beforeAll(async () => {
  usual = await startHttpsRedirect({ host: '127.0.0.1', port: 0, httpsPort: 443 });
  other = await startHttpsRedirect({ host: '127.0.0.1', port: 0, httpsPort: 8_443 });
});

afterAll(async () => {
  await usual.close();
  await other.close();
});

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

interface Caller {
  heard: string;
  isOver: boolean;
  socket: Socket;
}

function call({ port }: ListeningServer, words: string): Caller {
  const socket = connect(port, '127.0.0.1');
  const caller: Caller = { heard: '', isOver: false, socket };
  sockets.push(socket);
  socket.on('data', (piece) => {
    caller.heard += piece;
  });
  socket.on('close', () => {
    caller.isOver = true;
  });
  socket.on('error', () => {});
  socket.write(words);
  return caller;
}

/** All that is answered until the door shuts, which it does by itself. */
async function exchange(server: ListeningServer, words: string): Promise<string> {
  const caller = call(server, words);
  await until(() => caller.isOver);
  return caller.heard;
}

const ask = (server: ListeningServer, line: string, ...lines: string[]): Promise<string> =>
  exchange(server, [`${line} HTTP/1.1`, ...lines, '', ''].join('\r\n'));
const codeOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
const targetOf = (answer: string): string | undefined => /^location: (.*)\r$/im.exec(answer)?.[1];

test.each([
  ['192.168.1.200', 'https://192.168.1.200/a?b=c'],
  ['192.168.1.200:80', 'https://192.168.1.200/a?b=c'],
  ['[fe80::1]', 'https://[fe80::1]/a?b=c'],
  ['LocalHost:8080', 'https://localhost/a?b=c'],
  [hostname(), `https://${hostname().toLowerCase()}/a?b=c`],
  [`${hostname()}.local`, `https://${hostname().toLowerCase()}.local/a?b=c`],
])('who calls %s is led to %s', async (host, target) => {
  const answer = await ask(usual, 'GET /a?b=c', `Host: ${host}`);
  expect([codeOf(answer), targetOf(answer)]).toEqual([308, target]);
});

test('pages at another port are found there', async () => {
  expect(targetOf(await ask(other, 'GET /', 'Host: 192.168.1.200:8080'))).toBe('https://192.168.1.200:8443/');
});

test.each(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is led on, and never kept', async (method) => {
  const answer = await ask(usual, `${method} /api/log-in`, 'Host: localhost');
  expect([codeOf(answer), targetOf(answer)]).toEqual([308, 'https://localhost/api/log-in']);
  expect(answer).toMatch(/^cache-control: no-store\r$/im);
  expect(answer).toMatch(/^content-security-policy: default-src 'none';/im);
  expect(answer).toMatch(/^connection: close\r$/im);
});

test.each([
  'evil.example',
  'evil.example:80',
  'localhost.evil.example',
  `${hostname()}.evil.example`,
  '127.0.0.1.evil.example',
  'user@127.0.0.1',
  '127.0.0.1/evil.example',
  '127.0.0.1:80:80',
  '[::1].evil.example',
  '127.0.0.1 evil.example',
  '',
])('the host %j makes no target, and nothing of it is answered', async (host) => {
  const answer = await ask(usual, 'GET /', `Host: ${host}`);
  expect([400, 403]).toContain(codeOf(answer));
  expect(targetOf(answer)).toBeUndefined();
  expect(answer).not.toContain('evil');
});

test('no host at all, or two of them, make none either', async () => {
  for (const lines of [[], ['Host: localhost', 'Host: evil.example'], ['Host: evil.example', 'Host: localhost']]) {
    const answer = await ask(usual, 'GET /', ...lines);
    expect(targetOf(answer) ?? 'https://localhost/').toBe('https://localhost/');
    expect(answer).not.toContain('evil');
  }
});

test.each([
  '//evil.example/',
  '/\\evil.example',
  '/@evil.example',
  '/.evil.example',
  '/%0d%0aX-Made-Up:%201',
  '/a#b',
  '/<script>\'"',
])('the path %s stays a path of the station', async (path) => {
  const answer = await ask(usual, `GET ${path}`, 'Host: localhost');
  expect(codeOf(answer)).toBe(308);
  expect(targetOf(answer)).toBe(`https://localhost${path}`);
  expect(new URL(targetOf(answer) ?? '').host).toBe('localhost');
  expect(answer).not.toMatch(/^x-made-up/im);
});

test.each([
  'GET http://evil.example/',
  'GET https://localhost/',
  'OPTIONS *',
  'CONNECT evil.example:443',
  'GET evil',
  'GET /a\u00e9',
])('%s is no path, and is led nowhere', async (line) => {
  expect(targetOf(await ask(usual, line, 'Host: localhost'))).toBeUndefined();
});

test.each([
  ['a line of its own', 'X: a\r\n b\r\nX-Made-Up: 1\u0000'],
  ['two lengths', 'Content-Length: 2\r\nContent-Length: 3'],
  ['a length and chunks', 'Content-Length: 2\r\nTransfer-Encoding: chunked'],
])('a head with %s is not guessed at', async (_what, lines) => {
  expect(codeOf(await ask(usual, 'POST /', 'Host: localhost', lines))).toBe(400);
});

test.each([
  ['is announced and does not come', 'Content-Length: 1000000'],
  ['waits to be asked for', 'Content-Length: 1000000\r\nExpect: 100-continue'],
  ['comes in chunks without an end', 'Transfer-Encoding: chunked'],
])('a body that %s is not waited for', async (_what, lines) => {
  const answer = await ask(usual, 'POST /api/log-in', 'Host: localhost', lines);
  expect([codeOf(answer), answer.includes('100 Continue')]).toEqual([308, false]);
});

test('one address has five connections and no more, and nobody keeps one', async () => {
  const silent = [1, 2, 3, 4, 5].map(() => call(usual, 'GET / HTTP/1.1\r\n'));
  await until(() => silent.every(({ socket }) => !socket.connecting));
  const sixth = call(usual, 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await until(() => sixth.isOver);
  expect(sixth.heard).toBe('');
  silent[0]?.socket.write('Host: localhost\r\n\r\nGET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await until(() => silent[0]?.isOver === true);
  expect(silent[0]?.heard.match(/^HTTP\/1\.1/gm)).toHaveLength(1);
});
