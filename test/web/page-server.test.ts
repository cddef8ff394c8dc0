/** The pages over real sockets: who gets in, for how long, and that every route is closed to everybody else. */
import { type IncomingMessage, request } from 'node:http';
import type { PageCardList, PageImportPlan } from '../../src/control/pages/cards';
import type { PageStation } from '../../src/control/pages/page-station';
import type { PageView } from '../../src/control/pages/page-view';
import type { SecurityFacts } from '../../src/control/security';
import type { StationWatch } from '../../src/control/station-watch';
import type { UpdateFacts } from '../../src/control/updates';
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import type { JsonValue } from '../../src/hal/store';
import { StoredValues } from '../../src/hal/stored';
import { PagePassword } from '../../src/local/page-password';
import { startPageServer } from '../../src/web/page-server';
import { PasswordHasher } from '../../src/web/password';
import type { ControlServer } from '../../src/web/server';
import { idleMaxMs, lastsMaxMs } from '../../src/web/sessions';

const owners = 'correct horse';
const file = { type: 'text/html', etag: '"1"', bytes: new Uint8Array([1, 2]), brotli: new Uint8Array([3]) };
const done: unknown[][] = [];
const errors: unknown[] = [];
let shown: PageView | undefined;
let values: Map<string, JsonValue>;
let password: PagePassword | undefined;
let clock: VirtualClock;
let server: ControlServer;

const cardList: PageCardList = {
  cards: [],
  most: 500,
  teaching: null,
  taught: null,
  central: {
    list: { inUse: false, version: 0, entries: 0, accepted: 0 },
    cache: { inUse: false, entries: 0, accepted: 0 },
  },
};
const byDhcp = { by: 'given' as const, addresses: [], router: null, nameServers: [], ownServersOnly: false };
const networkPlan = { interfaceName: 'eth0', before: byDhcp, after: { ...byDhcp, nameServers: ['192.0.2.1'] } };
const wiredWish = { interfaceName: 'eth0', by: 'given', address: '1', mask: '', router: '', nameServers: '192.0.2.1' };
const backup = {
  format: 1 as const,
  board: 'b',
  uid: '',
  program: '',
  made: null,
  keys: {},
  modes: {},
  connection: 'on' as const,
};
const restorePlan = { made: null, uid: '', changes: [], wrong: [], digest: 'd' };
const releases: UpdateFacts = {
  ...{ runs: '1.1.0', good: '1.1.0', previous: null, trial: null, failed: [], trust: 'signed', update: null },
};
const security: SecurityFacts = {
  ...{ profile: 0, url: '', identity: '', connection: 'Disconnected', lastError: null, hasPassword: false },
  ...{
    certificate: null,
    certificateLack: null,
    lists: 0,
    roots: [],
    rootsMax: 20,
    trustsOthers: true,
  },
};
const importPlan: PageImportPlan = { added: [], changed: [], removed: [], same: 0, wrong: [], digest: 'd' };

const station: PageStation = {
  view: () => shown,
  password: () => password,
  noteLogIn: () => {},
  frames: () => ({ log: 'l', lastNumber: 0, frames: [] }),
  events: () => ({ log: 'l', lastNumber: 0, events: [] }),
  charges: { list: () => undefined, curve: () => undefined, csv: () => undefined },
  diagnostics: { look: async () => undefined, report: () => undefined },
  chooseMode: (...given) => {
    done.push(['mode', ...given]);
    return given[0] === 'left' ? 'rightSideFirst' : undefined;
  },
  saveAddress: async (...given) => {
    done.push(['address', ...given]);
    return undefined;
  },
  switchConnection: async (...given) => {
    done.push(['connection', ...given]);
    return undefined;
  },
  tryTimes: () => (shown ? { lastMsAgo: 5, nextInMs: null } : undefined),
  tryNow: () => {
    done.push(['try']);
    return undefined;
  },
  network: {
    look: async () =>
      shown ? { machine: null, wired: null, time: { unixMs: 0, source: null, central: null } } : undefined,
    plan: async (...given) => {
      done.push(['network plan', ...given]);
      return networkPlan;
    },
    begin: async (...given) => {
      done.push(['network', ...given]);
      return given[0].address === '' ? { refused: 'networkAddressInvalid' } : { open: null };
    },
    confirm: async (...given) => {
      done.push(['network confirm', ...given]);
      return given[0] ? undefined : 'networkNothing';
    },
  },
  backup: {
    make: () => (shown ? backup : undefined),
    plan: (...given) => {
      done.push(['restore plan', ...given]);
      return restorePlan;
    },
    restore: (...given) => noted('restore')(...given),
  },
  firmware: {
    look: async () => (shown ? releases : undefined),
    order: (...given) => noted('update')(...given),
    hand: async (bytes, content, downgrade) => {
      let text = '';
      for await (const portion of content) text += Buffer.from(portion).toString();
      done.push(['hand', bytes, text, downgrade]);
      return text === 'too large' ? 'noRoomForFile' : undefined;
    },
    cancel: () => noted('cancel update')(),
    previous: () => noted('previous')(),
  },
  security: {
    look: () => (shown ? security : undefined),
    setPassword: (...given) => noted('set password')(...given),
    setProfile: (...given) => noted('profile')(...given),
    addRoot: (...given) => noted('add root')(...given),
    removeRoot: (...given) => noted('remove root')(...given),
    addCertificate: (...given) => noted('certificate')(...given),
    addLists: (...given) => noted('lists')(...given),
  },
  cards: {
    list: () => (shown ? cardList : undefined),
    csv: () => (shown ? 'card,label' : undefined),
    add: (...given) => noted('add card')(...given),
    remove: (...given) => noted('remove card')(...given),
    teach: (...given) => noted('teach')(...given),
    stopTeaching: () => noted('teach no more')(),
    plan: (...given) => {
      done.push(['plan', ...given]);
      return importPlan;
    },
    take: (...given) => noted('take')(...given),
  },
  keys: {
    list: () => (shown ? [] : undefined),
    change: async (...given) => {
      done.push(['key', ...given]);
      return given[1] === '5' ? { refused: 'keyInvalid' } : { answer: 'Accepted' };
    },
  },
};

let unwell: string | undefined;
const token = 'a-token-that-nobody-guesses';
const watch: StationWatch = {
  whyUnwell: () => unwell,
  knowsToken: (shown) => shown === token,
  metrics: () => [{ name: 'greenup_x_watts', help: 'X.', type: 'gauge', samples: [{ value: 1.5 }] }],
};
/** What the station does for a page that has pages of its own, under its name. */
const noted =
  (name: string) =>
  async (...given: unknown[]): Promise<undefined> => {
    done.push([name, ...given]);
    return undefined;
  };

function passwordFrom(stored: StoredValues): PagePassword {
  const commits = {
    commit: async ({ put, del }: { put: readonly (readonly [string, JsonValue])[]; del: readonly string[] }) => {
      for (const [key, value] of put) values.set(key, value);
      for (const key of del) values.delete(key);
    },
  };
  return new PagePassword(commits, stored);
}

beforeEach(async () => {
  done.length = 0;
  errors.length = 0;
  shown = {
    station: { status: 'Available', faults: [], lastFault: null },
    sides: [],
    connection: {} as PageView['connection'],
    revisions: { frames: 0, events: 0, charges: 0, keys: 'a', cards: 'a', network: 0, firmware: 'a', security: 'a' },
    update: null,
    bench: null,
  };
  values = new Map();
  password = passwordFrom(new StoredValues(values));
  clock = new VirtualClock();
  server = await startPageServer({
    station,
    watch,
    files: new Map([['/', file]]),
    clock,
    // The cost is scrypt's, not ours to try.
    hasher: new PasswordHasher(16),
    host: '127.0.0.1',
    port: 0,
    onError: (error) => errors.push(error),
  });
});

afterEach(async () => {
  await server.close();
  expect(errors).toEqual([]);
});

interface Answer {
  code: number;
  body: Record<string, unknown>;
  text: string;
  headers: NodeJS.Dict<string | string[]>;
  cookie: string;
}

type Headers = Record<string, string | undefined>;

const host = (): string => `127.0.0.1:${server.port}`;
const own = (): Headers => ({ Origin: `http://${host()}`, 'Greenup-Page': '1', 'Content-Type': 'application/json' });

function ask(method: string, path: string, body: string | undefined, given: Headers): Promise<Answer> {
  const headers = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: server.port, method, path, headers }, (response) => {
      let text = '';
      response.on('data', (piece) => {
        text += piece;
      });
      response.on('end', () => {
        const [set = ''] = response.headers['set-cookie'] ?? [];
        const isJson = response.headers['content-type'] === 'application/json';
        resolve({
          code: response.statusCode ?? 0,
          body: isJson && text !== '' ? JSON.parse(text) : {},
          text,
          headers: response.headers,
          cookie: set.split(';')[0] ?? '',
        });
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

const get = (path: string, headers: Headers = {}): Promise<Answer> => ask('GET', path, undefined, headers);
const post = (path: string, body: object, headers: Headers = {}): Promise<Answer> =>
  ask('POST', path, JSON.stringify(body), { ...own(), ...headers });
const logIn = (text: string, user = 'admin'): Promise<Answer> => post('/api/log-in', { user, password: text });

async function owner(): Promise<string> {
  const { cookie } = await logIn('admin');
  return (await post('/api/password', { current: 'admin', next: owners }, { Cookie: cookie })).cookie;
}

/** Every route that needs a session, with something that it would take. */
const closed: [method: 'GET' | 'POST', path: string, body: object | undefined][] = [
  ['GET', '/api/live', undefined],
  ['GET', '/api/frames', undefined],
  ['GET', '/api/charges', undefined],
  ['GET', '/api/charges/curve?key=1', undefined],
  ['GET', '/api/charges/csv', undefined],
  ['GET', '/api/events', undefined],
  ['GET', '/api/diagnostics', undefined],
  ['GET', '/api/report', undefined],
  ['GET', '/openapi.json', undefined],
  ['GET', '/metrics', undefined],
  ['POST', '/api/mode', { side: 'right', mode: 'ocpp' }],
  ['POST', '/api/address', { url: 'ws://h', uid: 'X' }],
  ['POST', '/api/connection', { on: true }],
  ['GET', '/api/tries', undefined],
  ['POST', '/api/try', { now: true }],
  ['GET', '/api/cards', undefined],
  ['GET', '/api/cards/csv', undefined],
  ['POST', '/api/cards/add', { card: '04A1B2C3', label: '', lastDay: '' }],
  ['POST', '/api/cards/remove', { id: 'x' }],
  ['POST', '/api/cards/teach', { label: '', lastDay: '', seconds: 60 }],
  ['POST', '/api/cards/teach-no-more', { end: true }],
  ['POST', '/api/cards/plan', { table: '', removesOthers: false, shows: false }],
  ['POST', '/api/cards/take', { table: '', removesOthers: false, digest: 'd' }],
  ['GET', '/api/network', undefined],
  ['POST', '/api/network/change', wiredWish],
  ['POST', '/api/network/plan', wiredWish],
  ['POST', '/api/network/confirm', { keeps: true }],
  ['GET', '/api/backup', undefined],
  ['POST', '/api/backup/plan', { file: '{}' }],
  ['POST', '/api/backup/restore', { file: '{}', digest: 'd' }],
  ['GET', '/api/firmware', undefined],
  ['POST', '/api/firmware/order', { url: 'https://h/f.zip' }],
  ['POST', '/api/firmware/cancel', { now: true }],
  ['POST', '/api/firmware/previous', { restart: true }],
  ['GET', '/api/security', undefined],
  ['POST', '/api/security/password', { password: 'x' }],
  ['POST', '/api/security/profile', { profile: 2 }],
  ['POST', '/api/security/add-root', { use: 'ManufacturerRootCertificate', pem: 'x' }],
  ['POST', '/api/security/remove-root', { fingerprint: 'x' }],
  ['POST', '/api/security/certificate', { chain: 'x', key: 'y' }],
  ['POST', '/api/security/lists', { pem: 'x' }],
  ['GET', '/api/keys', undefined],
  ['POST', '/api/key', { key: 'HeartbeatInterval', value: '60' }],
];
/** What is told beside `ok`. */
const tells: Readonly<Record<string, object>> = {
  '/api/key': { answer: 'Accepted' },
  '/api/cards/plan': importPlan,
  '/api/backup/plan': restorePlan,
  '/api/network/plan': networkPlan,
  '/api/network/change': { open: null },
};
/** Rows that take whole tables. */
const roomy = ['/api/cards/plan', '/api/cards/take', '/api/backup/plan', '/api/backup/restore', '/api/security/lists'];
const changing = closed.filter(([method]) => method === 'POST');

test('the table of what is closed is whole', async () => {
  const { body } = await get('/openapi.json', { Cookie: await owner() });
  const open = ['/', '/api/session', '/api/log-in', '/api/password', '/api/log-out', '/healthz'];
  // Takes no object: tried below and in every-route.test.ts.
  const files = ['/api/firmware/file'];
  expect(Object.keys(body.paths as object).sort()).toEqual(
    [...open, ...files, ...closed.map(([, path]) => path.split('?')[0])].sort(),
  );
});

describe('the first connection', () => {
  test('admin and admin, then a new password before anything else', async () => {
    const { code, body, cookie, headers } = await logIn('admin');
    expect([code, body]).toEqual([200, { ok: true, level: 'newcomer' }]);
    expect(headers['set-cookie']?.[0]).toMatch(
      /^greenup_session=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
    );
    for (const [method, path, sent] of closed) {
      const answer = await ask(method, path, sent && JSON.stringify(sent), { ...own(), Cookie: cookie });
      expect([path, answer.code, answer.body.refused]).toEqual([path, 403, 'newPasswordFirst']);
    }
    const chosen = await post('/api/password', { current: 'admin', next: owners }, { Cookie: cookie });
    expect([chosen.code, chosen.body]).toEqual([200, { ok: true, level: 'session' }]);
    expect(chosen.cookie).not.toBe(cookie);
    expect((await post('/api/connection', { on: true }, { Cookie: chosen.cookie })).code).toBe(200);
    expect((await get('/api/session', { Cookie: cookie })).body).toEqual({ level: 'anyone' });
    expect((await logIn('admin')).code).toBe(401);
    expect((await logIn(owners)).body).toEqual({ ok: true, level: 'session' });
  });

  test.each([
    ['short', 'ninechars', 409, 'passwordShort'],
    ['short in characters, not in bytes', 'éééééé', 409, 'passwordShort'],
    ['endless', 'x'.repeat(201), 409, 'passwordLong'],
  ])('a new password is not %s', async (_what, next, code, refused) => {
    const { cookie } = await logIn('admin');
    const answer = await post('/api/password', { current: 'admin', next }, { Cookie: cookie });
    expect([answer.code, answer.body.refused]).toEqual([code, refused]);
    expect(values.size).toBe(0);
  });

  test('who changes it later must know the old one, may not take it again, and logs all others out', async () => {
    const Cookie = await owner();
    const other = (await logIn(owners)).cookie;
    expect((await post('/api/password', { current: 'admin', next: 'another one' }, { Cookie })).body.refused).toBe(
      'wrongPassword',
    );
    expect((await post('/api/password', { current: owners, next: owners }, { Cookie })).body.refused).toBe(
      'passwordOld',
    );
    expect((await post('/api/password', { current: owners, next: 'another one' }, { Cookie })).code).toBe(200);
    expect((await get('/api/session', { Cookie: other })).body).toEqual({ level: 'anyone' });
  });

  test('the password is kept as a hash, and outlives the program', async () => {
    await owner();
    expect(JSON.stringify([...values])).not.toContain(owners);
    password = passwordFrom(new StoredValues(values));
    expect((await logIn('admin')).code).toBe(401);
    expect((await logIn(owners)).code).toBe(200);
  });

  test('a password that cannot be read lets nobody in, not at the next start either, until it is reset', async () => {
    const stored = new StoredValues(new Map([['pages/password', 'rubbish']]));
    password = passwordFrom(stored);
    expect((await logIn('admin')).body.refused).toBe('passwordUnread');
    const { put, del } = stored.batch();
    expect(del).not.toContain('pages/password');
    password = passwordFrom(new StoredValues(new Map(put)));
    expect((await logIn('admin')).body.refused).toBe('passwordUnread');
    await password.reset();
    expect((await logIn('admin')).body).toEqual({ ok: true, level: 'newcomer' });
  });
});

describe('attempts', () => {
  test('the wrong user and the wrong password look the same, and each counts', async () => {
    await owner();
    const answers = [await logIn(owners, 'root'), await logIn('wrong'), await logIn('wrong')];
    expect(answers.map(({ code, body }) => [code, body.refused])).toEqual(Array(3).fill([401, 'wrongPassword']));
    const locked = await logIn(owners);
    expect([locked.code, locked.body.refused, locked.body.waitS]).toEqual([429, 'tooManyAttempts', 2]);
    expect(locked.headers['retry-after']).toBe('2');
    await clock.advance(2_000);
    expect((await logIn(owners)).code).toBe(200);
  });

  test('who is locked has nothing hashed', async () => {
    await owner();
    for (let tries = 0; tries < 3; tries += 1) await logIn('wrong');
    const matches = jest.spyOn(PasswordHasher.prototype, 'matches');
    await logIn('wrong');
    expect(matches).not.toHaveBeenCalled();
    matches.mockRestore();
  });

  test('many at once are not more than one after another', async () => {
    await owner();
    const answers = await Promise.all(Array.from({ length: 30 }, () => logIn('wrong')));
    expect(answers.filter(({ code }) => code === 401)).toHaveLength(3);
    expect(answers.filter(({ code }) => code === 429)).toHaveLength(27);
  });
});

describe('a session', () => {
  test('ends when nothing is asked in it', async () => {
    const Cookie = await owner();
    await clock.advance(idleMaxMs - 1);
    expect((await get('/api/session', { Cookie })).body).toEqual({ level: 'session' });
    await clock.advance(idleMaxMs);
    expect((await post('/api/connection', { on: true }, { Cookie })).body.refused).toBe('logInFirst');
  });

  test('ends however much is asked in it', async () => {
    const Cookie = await owner();
    for (let passedMs = 0; passedMs < lastsMaxMs; passedMs += idleMaxMs / 2) {
      expect((await get('/api/session', { Cookie })).body).toEqual({ level: 'session' });
      await clock.advance(idleMaxMs / 2);
    }
    expect((await get('/api/session', { Cookie })).body).toEqual({ level: 'anyone' });
  });

  test('ends with log-out, on the station too', async () => {
    const Cookie = await owner();
    const out = await post('/api/log-out', {}, { Cookie });
    expect(out.headers['set-cookie']?.[0]).toContain('greenup_session=; Path=/; Max-Age=0');
    expect((await get('/api/session', { Cookie })).body).toEqual({ level: 'anyone' });
  });

  test('does not begin with a password that was changed while it was being hashed', async () => {
    await owner();
    const matches = jest.spyOn(PasswordHasher.prototype, 'matches').mockImplementationOnce(async () => {
      await password?.reset();
      return true;
    });
    const { code, cookie } = await logIn(owners);
    matches.mockRestore();
    expect(code).toBe(200);
    expect((await get('/api/session', { Cookie: cookie })).body).toEqual({ level: 'anyone' });
  });

  test('ends when the password is reset at the station', async () => {
    const Cookie = await owner();
    await password?.reset();
    expect((await get('/api/session', { Cookie })).body).toEqual({ level: 'anyone' });
  });
});

describe.each(closed)('%s %s', (method, path, sent) => {
  const body = sent && JSON.stringify(sent);

  test.each([
    [undefined],
    ['greenup_session='],
    ['greenup_session=AAAA'],
    ['greenup_session=__proto__'],
    ['other=1'],
  ])('is closed to cookie %s', async (Cookie) => {
    const answer = await ask(method, path, body, { ...own(), Cookie });
    expect([answer.code, answer.body.refused]).toEqual([401, 'logInFirst']);
    expect(done).toEqual([]);
  });

  test.each([
    ['a foreign host', { Host: 'evil.example', Origin: 'http://evil.example' }],
    ['a host that only looks like ours', { Host: '127.0.0.1.evil.example', Origin: undefined }],
    ['half a number', { Host: '127.1', Origin: 'http://127.1' }],
    ['a foreign origin', { Origin: 'http://evil.example' }],
    ['another port', { Origin: 'http://127.0.0.1:1' }],
    ['no origin that can be told', { Origin: 'null' }],
    ['another scheme', { Origin: 'https://127.0.0.1' }],
  ])('is closed to %s, logged in or not', async (_what, headers) => {
    const Cookie = await owner();
    for (const cookie of [Cookie, undefined]) {
      expect((await ask(method, path, body, { ...own(), Cookie: cookie, ...headers })).code).toBe(403);
    }
    expect(done).toEqual([]);
  });
});

describe.each(changing)('%s %s', (method, path, sent) => {
  test.each([
    ['without Origin', 403, { Origin: undefined }],
    ["without the pages' header", 403, { 'Greenup-Page': undefined }],
    ['as a form', 415, { 'Content-Type': 'application/x-www-form-urlencoded' }],
    ['as text', 415, { 'Content-Type': 'text/plain' }],
    ['without a type', 415, { 'Content-Type': undefined }],
  ])('does nothing %s', async (_what, code, headers) => {
    const Cookie = await owner();
    expect((await ask(method, path, JSON.stringify(sent), { ...own(), Cookie, ...headers })).code).toBe(code);
    expect(done).toEqual([]);
  });

  test.each([
    ['nothing', '', 400],
    ['a list', '[]', 400],
    ['half of it', '{"side":', 400],
    ['another shape', '{"side":1,"url":2,"on":"yes"}', 400],
    ['more than asked', JSON.stringify({ ...sent, more: 1 }), 400],
    ['too much', JSON.stringify({ ...sent, more: 'x'.repeat(roomy.includes(path) ? 300_000 : 70_000) }), 413],
  ])('refuses %s', async (_what, body, code) => {
    const Cookie = await owner();
    expect((await ask(method, path, body, { ...own(), Cookie })).code).toBe(code);
    expect(done).toEqual([]);
  });

  test.each(['GET', 'PUT', 'DELETE', 'OPTIONS'])('is not there for %s', async (other) => {
    const Cookie = await owner();
    expect((await ask(other, path, undefined, { ...own(), Cookie })).code).toBe(405);
    expect(done).toEqual([]);
  });

  test('is done for whoever has logged in', async () => {
    const Cookie = await owner();
    const { body } = await ask(method, path, JSON.stringify(sent), { ...own(), Cookie });
    expect(body).toEqual({ ok: true, ...tells[path] });
    expect(done).toHaveLength(1);
  });
});

test('the live view comes to whoever has logged in, and ends with the session', async () => {
  const Cookie = await owner();
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request({ port: server.port, path: '/api/live', headers: { Cookie } }, resolve);
    asked.on('error', reject);
    asked.end();
  });
  expect(response.headers['content-type']).toBe('text/event-stream');
  let heard = '';
  const until = (end: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (piece: Buffer): void => {
        heard += String(piece);
        if (!heard.endsWith(end)) return;
        response.off('data', look);
        resolve();
      };
      response.on('data', look);
    });
  await until(`data: ${JSON.stringify(shown)}\n\n`);
  expect(heard).toMatch(/^retry: 1000\n\nevent: view\nid: [0-9a-f]{8}\.1\ndata: /);
  const restarting = until('.2\ndata: [[[],null]]\n\n');
  shown = undefined;
  await clock.advance(250);
  await restarting;
  const ended = new Promise((resolve) => response.once('end', resolve));
  await post('/api/log-out', {}, { Cookie });
  await clock.advance(250);
  await ended;
});

test.each(['/', '/api/live', '/api/session'])('HEAD leaves nothing open at %s', async (path) => {
  const answer = await ask('HEAD', path, undefined, { Cookie: await owner() });
  expect([answer.code, answer.headers.allow]).toEqual([405, 'GET']);
});

test('a change of the network is refused by a code, and who asked is told from where', async () => {
  const Cookie = await owner();
  done.length = 0;
  const refused = await post('/api/network/change', { ...wiredWish, address: '' }, { Cookie });
  expect([refused.code, refused.body.refused]).toEqual([409, 'networkAddressInvalid']);
  const late = await post('/api/network/confirm', { keeps: false }, { Cookie });
  expect([late.code, late.body.refused]).toEqual([409, 'networkNothing']);
  expect(done).toEqual([
    ['network', { ...wiredWish, address: '' }, '127.0.0.1'],
    ['network confirm', false, '127.0.0.1'],
  ]);
  const other = await post('/api/network/change', { ...wiredWish, by: 'shared' }, { Cookie });
  expect(other.code).toBe(400);
});

describe('a monitoring system', () => {
  test('hears whether the station is well, without a log-in and without facts', async () => {
    const well = await get('/healthz');
    expect([well.code, well.body]).toEqual([200, { ok: true }]);
    unwell = 'the safety loop is not heard';
    const answer = await get('/healthz');
    unwell = undefined;
    expect([answer.code, answer.body]).toEqual([503, { ok: false, error: 'the safety loop is not heard' }]);
  });

  test.each(['Bearer', 'bearer'])('reads the metrics with its token as %s', async (scheme) => {
    const { code, headers, text } = await get('/metrics', { Authorization: `${scheme} ${token}` });
    expect([code, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    expect(text).toContain('# TYPE greenup_x_watts gauge\ngreenup_x_watts 1.5\n');
    expect(text).toMatch(/^greenup_process_resident_memory_bytes \d+$/m);
  });

  test.each([
    undefined,
    'Bearer',
    'Bearer ',
    `Bearer ${token.slice(1)}`,
    `Bearer ${token} x`,
    `Basic ${Buffer.from(`metrics:${token}`).toString('base64')}`,
    token,
  ])('reads nothing with %s', async (Authorization) => {
    expect((await get('/metrics', { Authorization })).code).toBe(401);
  });

  test('does nothing else with its token', async () => {
    const Authorization = `Bearer ${token}`;
    for (const [method, path, sent] of closed.filter(([, path]) => path !== '/metrics')) {
      const answer = await ask(method, path, sent && JSON.stringify(sent), { ...own(), Authorization });
      expect([path, answer.code, answer.body.refused]).toEqual([path, 401, 'logInFirst']);
    }
    expect((await get('/api/session', { Authorization })).body).toEqual({ level: 'anyone' });
    expect(done).toEqual([]);
  });

  test('needs no token where somebody has logged in', async () => {
    expect((await get('/metrics', { Cookie: await owner() })).code).toBe(200);
  });
});

test('a refusal of the station has a code for the page', async () => {
  const answer = await post('/api/mode', { side: 'left', mode: 'ocpp' }, { Cookie: await owner() });
  expect([answer.code, answer.body.refused]).toEqual([409, 'rightSideFirst']);
});

test('the keys are told while the station runs; what is refused of them has a code', async () => {
  const Cookie = await owner();
  expect((await get('/api/keys', { Cookie })).body).toEqual({ keys: [] });
  const answer = await post('/api/key', { key: 'HeartbeatInterval', value: '5' }, { Cookie });
  expect([answer.code, answer.body.refused]).toEqual([409, 'keyInvalid']);
  shown = undefined;
  expect((await get('/api/keys', { Cookie })).body.refused).toBe('starting');
});

test('the file of a release is handed on as it comes, with what was ticked; what is refused of it has a code', async () => {
  const Cookie = await owner();
  const hand = (path: string, text: string): Promise<Answer> =>
    ask('POST', path, text, { ...own(), Cookie, 'Content-Type': 'application/octet-stream' });
  const large = 'x'.repeat(300_000);
  expect((await hand('/api/firmware/file?downgrade=true', large)).body).toEqual({ ok: true });
  expect((await hand('/api/firmware/file', 'short')).code).toBe(200);
  expect(done).toEqual([
    ['hand', 300_000, large, true],
    ['hand', 5, 'short', false],
  ]);
  const refused = await hand('/api/firmware/file', 'too large');
  expect([refused.code, refused.body.refused]).toEqual([409, 'noRoomForFile']);
  expect((await hand('/api/firmware/file?downgrade=perhaps', 'short')).code).toBe(400);
  expect(done).toHaveLength(3);
});

test.each(['localhost', '[::1]', '192.168.1.200'])('the station may be called %s', async (name) => {
  const Host = `${name}:${server.port}`;
  expect((await ask('POST', '/api/log-in', '{}', { ...own(), Host, Origin: `http://${Host}` })).code).toBe(400);
});

test.each([
  '/../package.json',
  '/%2e%2e/package.json',
  '//',
  '/pages.json',
  '/status',
  '/commands/plug',
  '/./',
  '/api/',
])('nothing is at %s', async (path) => {
  const Cookie = await owner();
  for (const method of ['GET', 'POST']) {
    expect((await ask(method, path, method === 'GET' ? undefined : '{}', { ...own(), Cookie })).code).toBe(404);
  }
});

test('files come out of memory, with strict headers, compressed, and once', async () => {
  const { code, headers } = await get('/');
  expect(code).toBe(200);
  expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
  expect(headers['content-security-policy']).not.toMatch(/unsafe|\*|data:|https?:/);
  expect(headers).toMatchObject({
    etag: '"1"',
    'content-type': 'text/html',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
  });
  expect((await get('/', { 'Accept-Encoding': 'gzip, br' })).headers['content-encoding']).toBe('br');
  expect((await get('/', { 'Accept-Encoding': 'gzip, brown' })).headers['content-encoding']).toBeUndefined();
  expect((await get('/', { 'If-None-Match': '"1"' })).code).toBe(304);
});

test('a refusal bears the same headers', async () => {
  const { headers } = await get('/nowhere');
  expect(headers).toHaveProperty('content-security-policy');
  expect(headers['x-frame-options']).toBe('DENY');
});
