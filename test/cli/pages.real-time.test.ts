/** The pages of `greenup run`: where they are, what takes them away, and what is said when they are open to the network. */
import { mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../support/until';
import { buildIfOld, PlainCentral, Program } from './built-program';

let state: string;
let central: PlainCentral;
let programs: Program[];

beforeAll(() => buildIfOld());

beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), 'greenup-test-'));
  central = await PlainCentral.start();
  programs = [];
});

afterEach(async () => {
  for (const { child } of programs) child.kill('SIGTERM');
  await Promise.all(programs.map(({ ended }) => ended));
  central.stop();
});

function start(...words: string[]): Program {
  const program = new Program('run', '--csms', central.url, '--state', state, '--port', '0', ...words);
  programs.push(program);
  return program;
}

const pagesOf = ({ out }: Program): string => /Its pages +(http:\S+)/.exec(out)?.[1] ?? '';
const levelAt = async (url: string, headers = {}): Promise<unknown> =>
  (await (await fetch(`${url}/api/session`, { headers })).json()) as unknown;

test('run prints their address; the password that was chosen there is lost by nothing but a reset at the station', async () => {
  const program = start('--web-port', '0');
  await program.says(/Its pages +http:\/\/127\.0\.0\.1:\d+ /);
  const url = pagesOf(program);
  const page = await fetch(url);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  const post = (path: string, body: object, cookie = ''): Promise<Response> =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Greenup-Page': '1', Origin: url, Cookie: cookie },
      body: JSON.stringify(body),
    });
  const cookieOf = (response: Response): string => (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const logIn = (password: string): Promise<Response> => post('/api/log-in', { user: 'admin', password });
  const first = cookieOf(await logIn('admin'));
  const chosen = await post('/api/password', { current: 'admin', next: 'correct horse' }, first);
  expect(await levelAt(url, { Cookie: cookieOf(chosen) })).toEqual({ level: 'session' });
  expect((await logIn('admin')).status).toBe(401);
  expect((await Program.run('password', 'reset', '--state', state)).code).toBe(0);
  expect(await levelAt(url, { Cookie: cookieOf(chosen) })).toEqual({ level: 'anyone' });
  expect(await (await logIn('admin')).json()).toEqual({ ok: true, level: 'newcomer' });
});

test('a factory reset must be meant, restarts the station in its process, and its pages are as at the first connection', async () => {
  const program = start('--web-port', '0');
  await program.says(/Its pages /);
  const url = pagesOf(program);
  expect((await Program.run('set', 'chargingStationMaxLimit', '20', '--state', state)).code).toBe(0);
  expect(await Program.run('factory-reset', '--state', state)).toMatchObject({
    code: 2,
    error: expect.stringContaining('--yes'),
  });
  const token = (await Program.run('metrics', 'token', '--state', state)).out.trim();
  const Authorization = `Bearer ${token}`;
  expect((await fetch(`${url}/metrics`, { headers: { Authorization } })).status).toBe(200);
  const boots = () => central.heard.filter(({ action }) => action === 'BootNotification').length;
  const before = boots();
  expect(await Program.run('factory-reset', '--yes', '--state', state)).toMatchObject({
    code: 0,
    out: 'the station starts anew, as it was delivered\n',
  });
  await program.says(/as it was delivered: settings/);
  await until(() => boots() > before);
  expect((await fetch(`${url}/metrics`, { headers: { Authorization } })).status).toBe(401);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

test('without them no second port is open', async () => {
  const program = start('--no-web');
  await program.says(/The bench +http:\S+ +for programs$/m);
  expect(program.out).not.toContain('Its pages');
});

test('a port that is taken is no reason to do without', async () => {
  const taken: Server = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  const program = start('--web-port', String(port));
  await program.says(/Its pages/);
  expect(pagesOf(program)).not.toBe(`http://127.0.0.1:${port}`);
  expect(await levelAt(pagesOf(program))).toEqual({ level: 'anyone' });
  taken.close();
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

test('encrypted pages have a port that leads to them where it is asked for, and one that leads nowhere is told', async () => {
  const port = await freePort();
  const encrypted = start('--web-tls', 'self', '--web-port', '0', '--web-redirect', String(port));
  await encrypted.says(/Its pages +https:\/\/127\.0\.0\.1:\d+/);
  const [, url] = /Its pages +(https:\S+)/.exec(encrypted.out) ?? [];
  const led = await fetch(`http://localhost:${port}/api/session`, { redirect: 'manual' });
  expect([led.status, led.headers.get('location')]).toEqual([
    308,
    `${url?.replace('127.0.0.1', 'localhost')}/api/session`,
  ]);
  state = mkdtempSync(join(tmpdir(), 'greenup-test-'));
  const plain = start('--web-port', '0', '--web-redirect', '0');
  await plain.says(/warning: --web-redirect leads nowhere: the pages are not encrypted/);
  expect(await levelAt(pagesOf(plain))).toEqual({ level: 'anyone' });
});

test('an address of the network is warned of, one that is not there leaves the station without pages', async () => {
  const open = start('--web-host', '0.0.0.0', '--web-port', '0');
  await open.says(/warning: the pages are open to the network at 0\.0\.0\.0/);
  state = mkdtempSync(join(tmpdir(), 'greenup-test-'));
  const without = start('--web-host', '192.0.2.1', '--web-port', '0');
  await without.says(/warning: there are no pages: web port 0 of 192\.0\.2\.1 cannot be had/);
  await without.says(/Available/);
});
