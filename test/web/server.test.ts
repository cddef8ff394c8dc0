/** The local HTTP interface over real sockets: routes, refusals, and that pages of elsewhere stay out. */
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StationControl } from '../../src/control/control';
import type { Report } from '../../src/diagnostics/report';
import { GreenupError } from '../../src/hal/errors';
import { type ControlServer, startControlServer } from '../../src/web/server';

const ran: [string, object][] = [];
const after: string[] = [];
let begun = (): void => {};
let leftAlone = (): void => {};
const reports: Report[] = [];
const refuseReport = (): never => {
  throw new GreenupError('command.invalid', 'report: the power is off');
};
const control: StationControl = {
  view: async () => ({ power: 'off' }),
  report: () => reports.shift() ?? refuseReport(),
  commands: () => [
    { name: 'plug', summary: 'Plugs in.', scope: 'simulated', parameters: { connector: 'a number' } },
    { name: 'break', summary: 'Breaks.', scope: 'any', parameters: {} },
    { name: 'wait', summary: 'Waits.', scope: 'any', parameters: {} },
  ],
  run: async (name, values, gone) => {
    if (name === 'wait') {
      begun();
      await new Promise((resolve) => gone?.addEventListener('abort', resolve));
      leftAlone();
    }
    if (name === 'break') throw new Error('it broke');
    if (values.connector === 9) throw new GreenupError('command.invalid', 'there is no connector 9');
    ran.push([name, values]);
    return { message: 'done', afterwards: () => after.push(name) };
  },
};

let server: ControlServer;

beforeEach(async () => {
  ran.length = 0;
  after.length = 0;
  server = await startControlServer(control, { port: 0 });
});

afterEach(() => server.close());

interface Answer {
  code: number;
  body: Record<string, unknown>;
  headers: NodeJS.Dict<string | string[]>;
}

function ask(method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const type = body === undefined ? {} : { 'Content-Type': 'application/json' };
    const asked = request(
      { host: '127.0.0.1', port: server.port, method, path, headers: { ...type, ...headers } },
      (response) => {
        let text = '';
        response.on('data', (piece) => {
          text += piece;
        });
        response.on('end', () =>
          resolve({ code: response.statusCode ?? 0, body: JSON.parse(text), headers: response.headers }),
        );
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}

test('status and the list of commands are read', async () => {
  expect(await ask('GET', '/status')).toMatchObject({ code: 200, body: { power: 'off' } });
  const { body, headers } = await ask('GET', '/commands?x=1');
  expect(body.commands).toHaveLength(3);
  expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
});

/** A report of these portions; resolves when it has been ended, whole or not. */
function reportOf(portions: Iterable<string>): Promise<void> {
  return new Promise((resolve) => {
    const content = async function* () {
      try {
        for (const portion of portions) yield Buffer.from(portion);
      } finally {
        resolve();
      }
    };
    reports.push({ fileName: 'greenup-CP1.zip', content });
  });
}

function download(): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: server.port, path: '/report' }, resolve).on('error', reject).end();
  });
}

test('the report is sent as a file, as it is made, and a refusal of it in words', async () => {
  const ended = reportOf(['one', 'two', 'three']);
  const response = await download();
  expect(response.headers).toMatchObject({
    'content-disposition': 'attachment; filename="greenup-CP1.zip"',
    'content-type': 'application/zip',
    'cache-control': 'no-store',
  });
  let text = '';
  for await (const portion of response) text += portion;
  expect(text).toBe('onetwothree');
  await ended;
  const refused = { ok: false, error: 'report: the power is off' };
  expect(await ask('GET', '/report')).toMatchObject({ code: 409, body: refused });
  expect(await ask('POST', '/report')).toMatchObject({ code: 405 });
});

test('a report that nobody reads any more is not made to its end', async () => {
  const ended = reportOf({
    *[Symbol.iterator]() {
      for (;;) yield 'x'.repeat(100_000);
    },
  });
  const response = await download();
  response.destroy();
  await ended;
});

test('the interface describes itself', async () => {
  const { code, body } = await ask('GET', '/openapi.json');
  expect(code).toBe(200);
  expect(Object.keys(body.paths as object)).toEqual([
    '/status',
    '/report',
    '/commands',
    '/commands/{name}',
    '/openapi.json',
  ]);
  expect(body).toMatchObject({ openapi: '3.1.0', paths: { '/commands/{name}': { post: { requestBody: {} } } } });
});

test.each([
  '/commands/',
  '/commands/plug/',
  '/commands/../status',
  '/%2e%2e/etc/passwd',
  '//status',
  '/status/',
])('nothing is at %s', async (path) => {
  expect((await ask('POST', path, '{}')).code).toBe(404);
  expect(ran).toEqual([]);
});

test('a command runs, and what follows comes after the answer', async () => {
  const { code, body } = await ask('POST', '/commands/plug', '{"connector":1}');
  expect([code, body]).toEqual([200, { ok: true, message: 'done' }]);
  expect(ran).toEqual([['plug', { connector: 1 }]]);
  expect(after).toEqual(['plug']);
});

test('a command without a body has no parameters', async () => {
  expect((await ask('POST', '/commands/plug')).code).toBe(200);
  expect(ran).toEqual([['plug', {}]]);
});

test.each([
  ['POST', '/commands/plug', '{"connector":9}', 409, 'there is no connector 9'],
  ['POST', '/commands/break', '{}', 500, 'it broke'],
  ['POST', '/commands/plgu', '{}', 404, 'did you mean plug? Valid: plug, break'],
  ['POST', '/commands/plug', '{', 400, 'not JSON'],
  ['POST', '/commands/plug', '[1]', 400, 'must be a JSON object'],
  ['POST', '/commands/plug', 'x'.repeat(70_000), 413, 'at most'],
  ['GET', '/nowhere', undefined, 404, 'GET /status'],
  ['POST', '/status', '{}', 405, 'valid: GET'],
  ['GET', '/commands/plug', undefined, 405, 'valid: POST'],
])('%s %s %s is answered with %i', async (method, path, body, code, why) => {
  const answer = await ask(method, path, body);
  expect(answer.code).toBe(code);
  expect(answer.body).toEqual({ ok: false, error: expect.stringContaining(why) });
  expect(ran).toEqual([]);
});

test.each([
  [{ 'Content-Type': 'text/plain' }, 415],
  [{ Host: 'evil.example' }, 403],
  [{ Origin: 'http://evil.example' }, 403],
  [{ Origin: 'null' }, 403],
])('%j is kept out with %i', async (headers, code) => {
  expect((await ask('POST', '/commands/plug', '{"connector":1}', headers)).code).toBe(code);
  expect(ran).toEqual([]);
});

test('a page of this machine may use it', async () => {
  const headers = { Origin: `http://localhost:${server.port}` };
  expect((await ask('POST', '/commands/plug', '{"connector":1}', headers)).code).toBe(200);
});

test('a port that is taken is told with the choices', async () => {
  await expect(startControlServer(control, { port: server.port })).rejects.toMatchObject({
    code: 'config.invalid',
    message: expect.stringContaining(`control port ${server.port} of 127.0.0.1 is in use`),
  });
});

test('it listens on this machine only, and closing drops whoever is still there', async () => {
  const socket = connect(server.port, '127.0.0.1');
  await new Promise((resolve) => socket.on('connect', resolve));
  const closed = new Promise((resolve) => socket.on('close', resolve));
  expect(socket.remoteAddress).toBe('127.0.0.1');
  await server.close();
  await closed;
  server = await startControlServer(control, { port: 0 });
});

describe('at a Unix socket', () => {
  let directory: string;
  let path: string;
  let atPath: ControlServer | undefined;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'greenup-socket-'));
    path = join(directory, 'control.sock');
  });

  afterEach(async () => {
    await atPath?.close();
    atPath = undefined;
    rmSync(directory, { recursive: true });
  });

  const askAtPath = (): Promise<number> =>
    new Promise((resolve, reject) => {
      request({ socketPath: path, path: '/status' }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
        .on('error', reject)
        .end();
    });

  test.each([0o660, 0o600])('it has no port, and is for those of mode %o from its first moment', async (mode) => {
    const usual = process.umask();
    const starting = startControlServer(control, { path, mode });
    expect(statSync(path).mode & 0o777).toBe(mode);
    expect(process.umask()).toBe(usual);
    atPath = await starting;
    expect(atPath.port).toBe(0);
    expect(await askAtPath()).toBe(200);
  });

  test('it takes the place of one that died, and leaves nothing behind', async () => {
    writeFileSync(path, '');
    atPath = await startControlServer(control, { path, mode: 0o600 });
    expect(await askAtPath()).toBe(200);
    await atPath.close();
    expect(existsSync(path)).toBe(false);
  });

  test('a path that cannot be had is told', async () => {
    const long = join(directory, 'x'.repeat(120));
    await expect(startControlServer(control, { path: long, mode: 0o600 })).rejects.toThrow('longer than 107 bytes');
    await expect(startControlServer(control, { path: join(path, 'x'), mode: 0o600 })).rejects.toMatchObject({
      code: 'config.invalid',
      message: expect.stringContaining('control socket'),
    });
  });
});

test('a command hears that who asked has hung up', async () => {
  const heard = new Promise<void>((resolve) => {
    leftAlone = resolve;
  });
  const started = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const asked = request({ host: '127.0.0.1', port: server.port, method: 'POST', path: '/commands/wait' });
  asked.on('error', () => {});
  asked.end();
  await started;
  asked.destroy();
  await heard;
});
