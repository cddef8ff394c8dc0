/** What must hold for every row of all doors, whoever adds one: the rows are taken from the tables themselves. */
import { connect } from 'node:net';
import { Value } from '@sinclair/typebox/value';
import type { StationControl } from '../../src/control/control';
import type { ArmedRig } from '../../src/control/pages/armed-rig';
import type { BenchFacts } from '../../src/control/pages/bench';
import { type PageStation, pageStation } from '../../src/control/pages/page-station';
import type { PageView } from '../../src/control/pages/page-view';
import type { StationWatch } from '../../src/control/station-watch';
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import type { JsonValue } from '../../src/hal/store';
import { StoredValues } from '../../src/hal/stored';
import { PagePassword } from '../../src/local/page-password';
import { Attempts } from '../../src/web/attempts';
import { type BenchPage, benchPageRoutes } from '../../src/web/bench-page-routes';
import { Live } from '../../src/web/live';
import { LogIn } from '../../src/web/log-in';
import { pageTable, startPageServer } from '../../src/web/page-server';
import { PasswordHasher } from '../../src/web/password';
import { rigTable } from '../../src/web/rig-routes';
import { startRigServer } from '../../src/web/rig-server';
import type { Route } from '../../src/web/routes';
import { benchTable, type ControlServer, startControlServer } from '../../src/web/server';
import { idleMaxMs, lastsMaxMs, Sessions } from '../../src/web/sessions';

const ownersPassword = 'correct horse';
const acts: string[] = [];
const errors: unknown[] = [];
const clock = new VirtualClock();
const hasher = new PasswordHasher(16);
const files = new Map([['/', { type: 'text/html', etag: '"1"', bytes: new Uint8Array(), brotli: new Uint8Array() }]]);
const watch: StationWatch = { whyUnwell: () => undefined, knowsToken: () => false, metrics: () => [] };
const commits = { commit: async () => {} };
let password: PagePassword;

/** What is asked of it and of its parts is noted as an act. */
function watched<Part extends object>(part: Part): Part {
  return new Proxy(part, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member === 'object' && member !== null) return watched(member);
      if (typeof member !== 'function') return member;
      return (...given: unknown[]) => {
        acts.push(String(name));
        return member.apply(target, given);
      };
    },
  });
}

/** One that has not started, so that whatever a row asks of it, also of those that are not written yet, is answered. */
const starting = watched(pageStation(() => undefined));
const station: PageStation = {
  ...starting,
  password: () => password,
  noteLogIn: () => {},
  view: () => ({}) as PageView,
};

const control: StationControl = {
  view: async () => ({ power: 'off' }),
  report: () => {
    acts.push('report');
    return { fileName: 'report.zip', content: async function* () {} };
  },
  updateInbox: async () => ({
    keep: async (_bytes, content) => {
      acts.push('updateInbox');
      for await (const _ of content);
    },
  }),
  commands: () => [{ name: 'plug', summary: 'Plugs in.', scope: 'simulated', parameters: {} }],
  run: async (name) => {
    acts.push(name);
    return { message: 'done' };
  },
};

const sessions = new Sessions(() => 'x');
const logIn = new LogIn({ station, attempts: new Attempts(), sessions, hasher, clock });
const live = new Live({ clock, view: () => ({}), name: 'live', onError: () => {} });
const loopDelay = { read: () => undefined };
const pageRows = pageTable({ station, watch, files, logIn, live, loopDelay, ofPages: loopDelay, isEncrypted: false });
const benchPage: BenchPage = {
  bench: {
    view: () => ({ power: 'off' }),
    facts: () => ({}) as BenchFacts,
    pilotSteps: () => ({ log: '', lastNumber: 0, steps: [] }),
  },
  files,
  clock,
};
const benchLive = new Live({ clock, view: () => ({}), name: 'bench', onError: () => {} });
const benchRows = benchTable(control, watch, loopDelay, benchPageRoutes(benchPage, benchLive));

const rig: ArmedRig = {
  view: () => null,
  pilotSteps: async () => ({ log: '', lastNumber: 0, steps: [] }),
  act: async (act) => {
    acts.push(act);
    return { kind: 'done', line: '' };
  },
  here: async (page) => {
    acts.push(page);
  },
};
const rigRows = rigTable(rig, files, benchLive);

let pages: ControlServer;
let bench: ControlServer;
let armed: ControlServer;

beforeAll(async () => {
  password = passwordFrom(new Map());
  const options = { station, watch, files, clock, hasher, host: '127.0.0.1', port: 0 };
  pages = await startPageServer({ ...options, onError: (error) => errors.push(error) });
  bench = await startControlServer(control, watch, { port: 0 }, benchPage);
  armed = await startRigServer({ rig, files, port: 0, clock });
});

afterAll(async () => {
  await pages.close();
  await bench.close();
  await armed.close();
});

beforeEach(async () => {
  // No attempt, lock or session of the test before counts any more.
  await clock.advance(lastsMaxMs);
  password = passwordFrom(new Map());
  acts.length = 0;
  errors.length = 0;
});

afterEach(() => expect(errors).toEqual([]));

function passwordFrom(values: Map<string, JsonValue>): PagePassword {
  return new PagePassword(commits, new StoredValues(values));
}

interface Answer {
  code: number;
  head: string;
  body: string;
}

type Headers = Record<string, string | undefined>;

/** As bytes, for a client of Node.js would not send all of this; the head of an answer is enough. */
function exchange(port: number, bytes: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    const tell = (): void => {
      const end = text.indexOf('\r\n\r\n');
      const [head, body] = end < 0 ? [text, ''] : [text.slice(0, end), text.slice(end + 4)];
      socket.destroy();
      resolve({ code: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0), head, body });
    };
    socket.on('data', (piece) => {
      text += piece;
      // Events have no end.
      if (text.includes('text/event-stream') && text.includes('\r\n\r\n')) tell();
    });
    socket.on('close', tell);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // A server that has said no reads no further.
      if (text === '' && error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
  });
}

function send(server: ControlServer, method: string, path: string, headers: Headers, body = ''): Promise<Answer> {
  const all = {
    Host: `127.0.0.1:${server.port}`,
    Connection: 'close',
    ...(body === '' ? {} : { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(body)) }),
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  return exchange(server.port, `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}

const ofOurPage = (): Headers => ({ Origin: `http://127.0.0.1:${pages.port}`, 'Greenup-Page': '1' });

function sessionIn({ head }: Answer): string {
  return /set-cookie: (greenup_session=[^;]+)/i.exec(head)?.[1] ?? '';
}

async function logInAs(text: string): Promise<string> {
  const body = JSON.stringify({ user: 'admin', password: text });
  return sessionIn(await send(pages, 'POST', '/api/log-in', ofOurPage(), body));
}

async function choose(current: string, next: string, Cookie: string): Promise<string> {
  const body = JSON.stringify({ current, next });
  return sessionIn(await send(pages, 'POST', '/api/password', { ...ofOurPage(), Cookie }, body));
}

const newcomer = (): Promise<string> => logInAs('admin');
const owner = async (): Promise<string> => choose('admin', ownersPassword, await newcomer());

const pathOf = ({ path }: Route): string => path.replace(':name', 'plug');

/** The path with something of the shape of what may be asked for. */
function targetOf(row: Route): string {
  const { query } = row;
  const given = query ? Object.entries(Value.Create(query)).map(([name, value]) => `${name}=${String(value)}`) : [];
  return pathOf(row) + (given.length > 0 ? `?${given.join('&')}` : '');
}

/** Something of the row's shape. */
function bodyOf({ method, body, streamBytesMax }: Route): string {
  if (streamBytesMax !== undefined) return 'bytes';
  return method === 'GET' ? '' : JSON.stringify(body ? Value.Create(body) : {});
}

const typeOf = ({ streamBytesMax }: Route): Headers =>
  streamBytesMax === undefined ? {} : { 'Content-Type': 'application/octet-stream' };

const ask = (row: Route, headers: Headers, body = bodyOf(row)): Promise<Answer> =>
  send(pages, row.method, targetOf(row), { ...ofOurPage(), ...typeOf(row), ...headers }, body);

const named = (rows: readonly Route[]): [name: string, row: Route][] =>
  rows.map((row) => [`${row.method} ${row.path}`, row]);
const closed = pageRows.filter(({ who }) => !who.includes('anyone'));
const changing = pageRows.filter(({ method }) => method === 'POST');

test('both tables have rows of all kinds, and each row somebody who may', () => {
  expect(closed.length).toBeGreaterThan(5);
  expect(changing.length).toBeGreaterThan(5);
  expect(pageRows.every(({ who }) => who.length > 0 && who.every((one) => one !== 'bench' || who.length > 1))).toBe(
    true,
  );
  expect(benchRows.every(({ who }) => who.includes('bench'))).toBe(true);
  expect(rigRows.every(({ who }) => who.join() === 'rig')).toBe(true);
});

describe.each(
  named(rigRows.filter(({ path }) => path !== '/' && path !== '/openapi.json')),
)('%s works an armed rig', (_name, row) => {
  test('and is no row of a station that runs', () => {
    expect(pageRows.filter(({ path, who }) => path === row.path || who.includes('rig'))).toEqual([]);
    // On a rig this door has no page.
    const ofService = benchTable(control, watch, loopDelay, []);
    expect(ofService.filter(({ path, who }) => path === row.path || who.includes('rig'))).toEqual([]);
  });

  test('and is not at the doors of a station that runs', async () => {
    const Cookie = await owner();
    const atPages = await send(pages, row.method, targetOf(row), { ...ofOurPage(), Cookie }, bodyOf(row));
    expect(atPages.code).toBe(404);
    const service = await startControlServer(control, watch, { port: 0 });
    expect((await send(service, row.method, targetOf(row), { 'Greenup-Page': '1' }, bodyOf(row))).code).toBe(404);
    await service.close();
    expect(acts).toEqual([]);
  });
});

describe.each(named(pageRows))('%s at the pages', (_name, row) => {
  test('is there for whoever may', async () => {
    const { code } = await ask(row, { Cookie: await owner() });
    // What it makes of a body that only has the right shape is its own matter.
    expect([200, 400, 401, 404, 409]).toContain(code);
    if (row.method === 'GET' && !row.path.includes(':name')) expect([200, 409]).toContain(code);
  });

  test.each([
    ['a foreign host', { Host: 'evil.example', Origin: 'http://evil.example' }],
    ['a foreign host, as it is typed', { Host: 'evil.example', Origin: undefined }],
    ['a foreign origin', { Origin: 'http://evil.example' }],
    ['another port of this machine', { Origin: 'http://127.0.0.1:1' }],
    ['an origin that hides', { Origin: 'null' }],
  ])('refuses %s, logged in or not', async (_what, headers) => {
    for (const Cookie of [undefined, await owner()]) expect((await ask(row, { Cookie, ...headers })).code).toBe(403);
    expect(acts).toEqual([]);
  });

  test.each([
    'GET',
    'POST',
    'PUT',
    'DELETE',
    'PATCH',
    'OPTIONS',
    'HEAD',
    'PROPFIND',
  ])('knows its methods: %s', async (method) => {
    if (pageRows.some((other) => other.path === row.path && other.method === method)) return;
    const { code, head } = await send(pages, method, pathOf(row), { ...ofOurPage(), Cookie: await owner() });
    expect([code, /^allow: .+$/im.test(head)]).toEqual([405, true]);
    expect(acts).toEqual([]);
  });

  const path = pathOf(row);
  const encoded = `${path.slice(0, -1)}%${path.slice(-1).charCodeAt(0).toString(16)}`;
  test.each([
    `${path}/`,
    `/${path}`,
    `//evil.example${path}`,
    `/.${path}`,
    `/x/..${path}`,
    `/%2e%2e${path}`,
    `${path}/.`,
    `${path}/../openapi.json`,
    `${path}%2f`,
    `/%2f${path.slice(1)}`,
    `${path}%00`,
    `${path}%0d%0aX-Made-Up:%201`,
    `${path};x=1`,
    `${path}\\`,
    encoded,
    `http://127.0.0.1${path}`,
    `http://evil.example${path}`,
    `*`,
  ])('is nowhere else: %s', async (other) => {
    const Cookie = await owner();
    const answer = await send(pages, row.method, other, { ...ofOurPage(), Cookie }, bodyOf(row));
    expect([400, 404]).toContain(answer.code);
    expect(answer.head).not.toMatch(/^x-made-up/im);
    expect(acts).toEqual([]);
  });

  test.each([
    ['the path', `${path}?a=%0d%0aX-Made-Up:%201`, {}],
    ['the cookie', path, { Cookie: 'greenup_session=%0d%0aX-Made-Up:%201' }],
    ['the etag', path, { 'If-None-Match': '"1"%0d%0aX-Made-Up: 1' }],
  ])('writes nothing of %s into its answer', async (_what, target, headers) => {
    const { head } = await send(pages, row.method, target, { ...ofOurPage(), ...headers }, bodyOf(row));
    expect(head).not.toMatch(/x-made-up/i);
  });

  test.each([
    ['a line of its own', 'X: a\r\n b\r\nX-Made-Up: 1\u0000'],
    ['a bare line feed', 'X: a\nGreenup-Page: 1\rb: c'],
    ['two lengths', 'Content-Length: 2\r\nContent-Length: 3'],
    ['a length and chunks', 'Content-Length: 2\r\nTransfer-Encoding: chunked'],
    ['a name with a space', 'Greenup-Page : 1'],
  ])('does not guess at a head with %s', async (_what, lines) => {
    const head = `${row.method} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${pages.port}\r\nConnection: close\r\n${lines}\r\n\r\n`;
    expect((await exchange(pages.port, head)).code).toBe(400);
    expect(acts).toEqual([]);
  });

  test.each([
    undefined,
    '',
    'a b',
    '127.0.0.1:99999999',
    '127.0.0.1/x',
    'user@127.0.0.1',
  ])('refuses the host %j', async (Host) => {
    for (const Cookie of [undefined, await owner()]) {
      expect([400, 403]).toContain((await ask(row, { Cookie, Host, Origin: Host && `http://${Host}` })).code);
    }
    expect(acts).toEqual([]);
  });

  test('bears the headers of the door, refused or not', async () => {
    for (const headers of [{}, { Host: 'evil.example' }, { Cookie: await owner() }]) {
      const { head } = await ask(row, headers);
      for (const name of ['content-security-policy', 'x-content-type-options: nosniff', 'x-frame-options: DENY']) {
        expect(head.toLowerCase()).toContain(name.toLowerCase());
      }
      expect(head).not.toMatch(/^(access-control-|x-powered-by|server:)/im);
    }
  });
});

describe.each(named(closed))('%s is closed', (_name, row) => {
  const refusedAs = async (headers: Headers): Promise<unknown[]> => {
    const { code, body } = await ask(row, headers);
    return [code, JSON.parse(body).refused];
  };
  const out = [401, 'logInFirst'];
  const newcomers = row.who.includes('newcomer');

  test.each([
    undefined,
    'greenup_session=',
    'greenup_session=AAAA',
    'greenup_session=undefined',
    'greenup_session=__proto__',
    'greenup_session=constructor',
    'other=1',
  ])('to the cookie %s', async (Cookie) => {
    await owner();
    expect(await refusedAs({ Cookie })).toEqual(out);
    expect(acts).toEqual([]);
  });

  test('to a session that was logged out', async () => {
    const Cookie = await owner();
    await send(pages, 'POST', '/api/log-out', { ...ofOurPage(), Cookie }, '{}');
    expect(await refusedAs({ Cookie })).toEqual(out);
    expect(acts).toEqual([]);
  });

  test('to a session of another password, chosen or reset', async () => {
    const old = await owner();
    const Cookie = await choose(ownersPassword, 'another password', old);
    expect(Cookie).not.toBe('');
    expect(await refusedAs({ Cookie: old })).toEqual(out);
    await password.reset();
    expect(await refusedAs({ Cookie })).toEqual(out);
    expect(acts).toEqual([]);
  });

  test('to a session that is over, by silence or by age', async () => {
    const silent = await owner();
    await clock.advance(idleMaxMs);
    expect(await refusedAs({ Cookie: silent })).toEqual(out);
    const old = await logInAs(ownersPassword);
    for (let passedMs = 0; passedMs < lastsMaxMs; passedMs += idleMaxMs / 2) {
      await send(pages, 'GET', '/api/session', { Cookie: old });
      await clock.advance(idleMaxMs / 2);
    }
    expect(await refusedAs({ Cookie: old })).toEqual(out);
    expect(acts).toEqual([]);
  });

  test('to a newcomer, but for what a newcomer needs', async () => {
    const Cookie = await newcomer();
    const [code, refused] = await refusedAs({ Cookie });
    if (newcomers) expect([code, refused]).not.toEqual([403, 'newPasswordFirst']);
    else expect([code, refused]).toEqual([403, 'newPasswordFirst']);
    expect(acts).toEqual([]);
  });
});

describe.each(named(changing))('%s changes something', (_name, row) => {
  test.each([
    ['without Origin', 403, { Origin: undefined }],
    ["without the pages' header", 403, { 'Greenup-Page': undefined }],
    ["with another word in the pages' header", 403, { 'Greenup-Page': 'yes' }],
    ['as a form', 415, { 'Content-Type': 'application/x-www-form-urlencoded' }],
    ['as a form with a file', 415, { 'Content-Type': 'multipart/form-data; boundary=x' }],
    ['as text', 415, { 'Content-Type': 'text/plain' }],
    ['without a type', 415, { 'Content-Type': undefined }],
  ])('and not %s', async (_what, code, headers) => {
    expect((await ask(row, { Cookie: await owner(), ...headers })).code).toBe(code);
    expect(acts).toEqual([]);
  });

  if (row.streamBytesMax !== undefined) {
    const { streamBytesMax } = row;
    test.each<[string, number, Headers]>([
      ['nothing', 400, { 'Content-Length': '0' }],
      ['too much', 413, { 'Content-Length': String(streamBytesMax + 1) }],
      ['an object', 415, { 'Content-Type': 'application/json' }],
    ])('and not for %s', async (_what, code, headers) => {
      const sent = headers['Content-Length'] === undefined ? bodyOf(row) : '';
      expect((await ask(row, { Cookie: await owner(), ...headers }, sent)).code).toBe(code);
      expect(acts).toEqual([]);
    });

    test('and not for something without a length', async () => {
      const headers = { 'Transfer-Encoding': 'chunked', 'Content-Length': undefined };
      expect((await ask(row, { Cookie: await owner(), ...headers }, '5\r\nbytes\r\n0\r\n\r\n')).code).toBe(411);
      expect(acts).toEqual([]);
    });
    return;
  }

  const whole = bodyOf(row);
  test.each([
    ['a list', '[]', 400],
    ['a number', '7', 400],
    ['half of it', '{"a":', 400],
    ['more than its members', JSON.stringify({ ...JSON.parse(whole), madeUp: 1 }), 400],
    ['a prototype', `{"__proto__":{"madeUp":1},${whole.slice(1).replace(/^\}/, '"x":1}')}`, 400],
    ['too much', JSON.stringify({ ...JSON.parse(whole), madeUp: 'x'.repeat((row.bodyBytesMax ?? 65_536) + 1) }), 413],
  ])('and not for %s', async (_what, body, code) => {
    expect((await ask(row, { Cookie: await owner() }, body)).code).toBe(code);
    expect(acts).toEqual([]);
  });
});

interface OwnMachineDoor {
  door: string;
  rows: readonly Route[];
  server: () => ControlServer;
  /** What a program sends that may change something. */
  ofProgram: Headers;
}

const ownMachineDoors: readonly OwnMachineDoor[] = [
  { door: 'the bench interface', rows: benchRows, server: () => bench, ofProgram: {} },
  { door: 'the page of an armed rig', rows: rigRows, server: () => armed, ofProgram: { 'Greenup-Page': '1' } },
];
const ownMachineRows = ownMachineDoors.flatMap(({ rows, ...door }) =>
  rows.map((row) => ({ ...door, row, name: `${row.method} ${row.path}` })),
);

describe.each(ownMachineRows)('$name at $door', ({ row, server, ofProgram }) => {
  const askDoor = (headers: Headers, body = bodyOf(row)): Promise<Answer> =>
    send(server(), row.method, pathOf(row), { ...typeOf(row), ...ofProgram, ...headers }, body);

  test('is there for programs of this machine', async () => {
    expect((await askDoor({})).code).toBe(200);
  });

  test.each([
    ['a foreign host', { Host: 'evil.example' }],
    ['another machine', { Host: '192.168.1.200' }],
    ['a foreign origin', { Origin: 'http://evil.example' }],
    ['an origin that hides', { Origin: 'null' }],
    ['an origin that only begins like this machine', { Origin: 'http://localhost.evil.example' }],
  ])('refuses %s', async (_what, headers) => {
    expect((await askDoor(headers)).code).toBe(403);
    expect(acts).toEqual([]);
  });

  test.each([
    `/${pathOf(row)}`,
    `/.${pathOf(row)}`,
    `${pathOf(row)}%00`,
    `${pathOf(row)}/`,
    `http://127.0.0.1${pathOf(row)}`,
  ])('is nowhere else: %s', async (path) => {
    expect([400, 404]).toContain((await send(server(), row.method, path, ofProgram, bodyOf(row))).code);
    expect(acts).toEqual([]);
  });

  if (row.method !== 'POST') return;

  test('takes neither too much nor a form', async () => {
    if (row.streamBytesMax === undefined) {
      expect((await askDoor({}, JSON.stringify({ x: 'x'.repeat(70_000) }))).code).toBe(413);
    } else {
      expect((await askDoor({ 'Content-Length': String(row.streamBytesMax + 1) }, '')).code).toBe(413);
    }
    expect((await askDoor({ 'Content-Type': 'text/plain' }, '{"x":1}')).code).toBe(415);
    expect(acts).toEqual([]);
  });

  test("nothing is changed by a page of this machine without the pages' header", async () => {
    expect((await askDoor({ Origin: 'http://localhost:1', 'Greenup-Page': undefined })).code).toBe(403);
    expect(acts).toEqual([]);
  });
});

describe.each(named(rigRows.filter(({ method }) => method === 'POST')))('%s at an armed rig', (_name, row) => {
  const whole = bodyOf(row);
  test.each([
    ['a program that does not say so', 403, { 'Greenup-Page': undefined }, whole],
    ['more than its members', 400, {}, JSON.stringify({ ...JSON.parse(whole), madeUp: 1 })],
    ['nothing', 400, {}, '{}'],
    ['a page without a name', 400, {}, JSON.stringify({ ...JSON.parse(whole), page: '' })],
    ['an act that is none', 400, {}, JSON.stringify({ ...JSON.parse(whole), act: 'constructor' })],
    ['half of it', 400, {}, '{"a":'],
  ])('takes nothing of %s', async (_what, code, headers, body) => {
    const answer = await send(armed, row.method, pathOf(row), { 'Greenup-Page': '1', ...headers }, body);
    expect(answer.code).toBe(code);
    expect(acts).toEqual([]);
  });
});
