/** The local HTTP interface over real sockets: routes, refusals, and that pages of elsewhere stay out. */
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StationControl } from '../../src/control/control';
import type { Bench, BenchFacts } from '../../src/control/pages/bench';
import type { StationWatch } from '../../src/control/station-watch';
import type { Report } from '../../src/diagnostics/report';
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import { GreenupError } from '../../src/hal/errors';
import { type ControlServer, startControlServer } from '../../src/web/server';
import type { StaticFile } from '../../src/web/static-files';

const ran: [string, object][] = [];
const after: string[] = [];
let begun = (): void => {};
let leftAlone = (): void => {};
const reports: Report[] = [];
/** What came as the file of a release, and why it is not taken. */
const files: [bytes: number, text: string][] = [];
let refusesFiles: GreenupError | undefined;
let takes: ((content: AsyncIterable<Uint8Array>) => Promise<void>) | undefined;
const refuseReport = (): never => {
  throw new GreenupError('command.invalid', 'report: the power is off');
};
const control: StationControl = {
  view: async () => ({ power: 'off' }),
  report: () => reports.shift() ?? refuseReport(),
  updateInbox: async () => ({
    keep: async (bytes, content) => {
      await takes?.(content);
      let text = '';
      for await (const portion of content) {
        if (refusesFiles) throw refusesFiles;
        text += Buffer.from(portion).toString();
      }
      files.push([bytes, text]);
    },
  }),
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

let unwell: string | undefined;
const watch: StationWatch = {
  whyUnwell: () => unwell,
  knowsToken: () => false,
  metrics: () => [{ name: 'greenup_x_watts', help: 'X.', type: 'gauge', samples: [{ value: 1.5 }] }],
};

let server: ControlServer;

beforeEach(async () => {
  ran.length = 0;
  after.length = 0;
  files.length = 0;
  refusesFiles = undefined;
  takes = undefined;
  server = await startControlServer(control, watch, { port: 0 });
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
    ...['/status', '/report', '/update-file', '/commands', '/commands/{name}'],
    ...['/healthz', '/metrics', '/openapi.json'],
  ]);
  expect(body).toMatchObject({ openapi: '3.1.0', paths: { '/commands/{name}': { post: { requestBody: {} } } } });
});

test('a monitoring system of this machine asks without a log-in', async () => {
  expect(await ask('GET', '/healthz')).toMatchObject({ code: 200, body: { ok: true } });
  unwell = 'the power is off';
  expect(await ask('GET', '/healthz')).toMatchObject({ code: 503, body: { ok: false, error: 'the power is off' } });
  unwell = undefined;
  const text = await new Promise<string>((resolve, reject) => {
    request({ port: server.port, path: '/metrics' }, (response) => {
      let heard = '';
      response.on('data', (piece) => {
        heard += piece;
      });
      response.on('end', () => resolve(heard));
    })
      .on('error', reject)
      .end();
  });
  expect(text).toContain('greenup_x_watts 1.5\n');
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
  const headers = { Origin: `http://localhost:${server.port}`, 'Greenup-Page': '1' };
  expect((await ask('POST', '/commands/plug', '{"connector":1}', headers)).code).toBe(200);
});

test('a form of another page of this machine may not, even where a command needs no parameters', async () => {
  const { code, body } = await ask('POST', '/commands/plug', undefined, { Origin: 'http://localhost:3000' });
  expect([code, body.error]).toEqual([403, expect.stringContaining('greenup-page: 1 is missing')]);
  expect(ran).toEqual([]);
  expect((await ask('GET', '/status', undefined, { Origin: 'http://localhost:3000' })).code).toBe(200);
});

describe('with a page', () => {
  const text = (content: string): StaticFile => ({
    type: 'text/html',
    etag: `"${content}"`,
    bytes: new TextEncoder().encode(content),
    brotli: new Uint8Array(),
  });
  const files = new Map([
    ['/', text('guide')],
    ['/bench.html', text('bench')],
    ['/pages.js', text('script')],
  ]);
  let asked: number[];
  let facts: BenchFacts | null;
  let paged: ControlServer;

  beforeEach(async () => {
    asked = [];
    facts = null;
    const bench: Bench = {
      view: () => ({ power: 'off' }),
      facts: () => facts,
      pilotSteps: (after) => {
        asked.push(after);
        return { log: 'x', lastNumber: 7, steps: [] };
      },
    };
    paged = await startControlServer(control, watch, { port: 0 }, { bench, files, clock: new VirtualClock() });
  });

  afterEach(() => paged.close());

  interface Gotten {
    status: number;
    headers: NodeJS.Dict<string | string[]>;
    /** Its first piece: a stream goes on. */
    text: string;
  }

  const get = (path: string, headers = {}): Promise<Gotten> =>
    new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port: paged.port, path, headers }, (response) => {
        let text = '';
        response.on('data', (piece) => {
          text += String(piece);
          // How soon a stream is to be asked for again comes before its first event.
          if (/^retry: \d+\n\n$/.test(text)) return;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
          asked.destroy();
        });
      });
      asked.on('error', reject);
      asked.end();
    });

  test('its first page is that of the bench, under the rules of pages', async () => {
    const answer = await get('/');
    expect([answer.status, answer.text]).toEqual([200, 'bench']);
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    expect(answer.headers['x-frame-options']).toBe('DENY');
    expect((await get('/pages.js')).text).toBe('script');
    expect((await get('/bench.html')).status).toBe(404);
    expect((await get('/', { Origin: 'http://evil.example' })).status).toBe(403);
  });

  test('what there is, what happens, and what happened on the pilots', async () => {
    expect((await get('/bench')).status).toBe(503);
    facts = { board: 'b', outlets: [], faults: [], vehicles: [], cablesA: [], pages: null };
    expect(JSON.parse((await get('/bench')).text)).toEqual(facts);
    const live = await get('/live');
    expect(live.headers['content-type']).toBe('text/event-stream');
    expect(live.text).toMatch(/event: view\nid: [0-9a-f]+\.1\ndata: \{"power":"off"\}\n\n$/);
    expect(JSON.parse((await get('/pilots?after=5')).text)).toEqual({ log: 'x', lastNumber: 7, steps: [] });
    expect((await get('/pilots')).status).toBe(200);
    expect(asked).toEqual([5, 0]);
    expect((await get('/pilots?after=-1')).status).toBe(400);
  });
});

test('without a page there is none', async () => {
  expect((await ask('GET', '/')).code).toBe(404);
  expect((await ask('GET', '/live')).code).toBe(404);
});

test('a port that is taken is told with the choices', async () => {
  await expect(startControlServer(control, watch, { port: server.port })).rejects.toMatchObject({
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
  server = await startControlServer(control, watch, { port: 0 });
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
    const starting = startControlServer(control, watch, { path, mode });
    expect(statSync(path).mode & 0o777).toBe(mode);
    expect(process.umask()).toBe(usual);
    atPath = await starting;
    expect(atPath.port).toBe(0);
    expect(await askAtPath()).toBe(200);
  });

  test('it takes the place of one that died, and leaves nothing behind', async () => {
    writeFileSync(path, '');
    atPath = await startControlServer(control, watch, { path, mode: 0o600 });
    expect(await askAtPath()).toBe(200);
    await atPath.close();
    expect(existsSync(path)).toBe(false);
  });

  test('a path that cannot be had is told', async () => {
    const long = join(directory, 'x'.repeat(120));
    await expect(startControlServer(control, watch, { path: long, mode: 0o600 })).rejects.toThrow(
      'longer than 107 bytes',
    );
    await expect(startControlServer(control, watch, { path: join(path, 'x'), mode: 0o600 })).rejects.toMatchObject({
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

describe('the file of a release', () => {
  const octets = { 'Content-Type': 'application/octet-stream' };

  test('is handed on as it comes', async () => {
    const { code, body } = await ask('POST', '/update-file', 'abcdef', octets);
    expect([code, body]).toEqual([200, { ok: true, message: '6 bytes' }]);
    expect(files).toEqual([[6, 'abcdef']]);
  });

  test('may be larger than what others send, and is refused with the reason also after its first bytes', async () => {
    const large = 'x'.repeat(1_000_000);
    expect((await ask('POST', '/update-file', large, octets)).code).toBe(200);
    expect(files.map(([bytes, text]) => [bytes, text.length])).toEqual([[1_000_000, 1_000_000]]);
    refusesFiles = new GreenupError('command.invalid', 'there is no room');
    // More than is under way at once: the rest is still to come when the answer leaves.
    const { code, body } = await ask('POST', '/update-file', large.repeat(20), octets);
    expect([code, body]).toEqual([409, { ok: false, error: 'there is no room' }]);
  });

  test('of which the rest does not come is no file', async () => {
    const started = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const failed = new Promise<unknown>((resolve) => {
      takes = async (content) => {
        try {
          for await (const _ of content) begun();
        } catch (error) {
          resolve(error);
          throw error;
        }
      };
    });
    const headers = { ...octets, 'Content-Length': '9' };
    const asked = request({ host: '127.0.0.1', port: server.port, method: 'POST', path: '/update-file', headers });
    asked.on('error', () => {});
    asked.write('half');
    await started;
    asked.destroy();
    expect(await failed).toMatchObject({ message: 'the request was cut' });
    expect(files).toEqual([]);
  });
});
