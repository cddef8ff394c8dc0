/** What connections may take of a station: whoever says nothing, says it slowly, or comes too often, is cut off. */
import { get } from 'node:https';
import { connect, Server, type Socket } from 'node:net';
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { KeyAndCertificate } from '../../src/hal/x509/certificate-maker';
import { giveTime } from '../../src/web/body-time';
import { type ConnectionBounds, type ListeningServer, listen, listenerOf, usualBounds } from '../../src/web/listen';
import { selfSigned } from '../../src/web/tls/self-signed';
import { until } from '../support/until';

let server: ListeningServer | undefined;
const sockets: Socket[] = [];
/** What waits at /later is answered. */
let later = (): void => {};

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server?.close();
});

async function start(given: Partial<ConnectionBounds>, tls?: KeyAndCertificate): Promise<void> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.get('/', (c) => c.text('here'));
  app.post('/', async (c) => c.text(String((await c.req.text()).length)));
  app.post('/large', async (c) => {
    giveTime(c.env.incoming, 3_600_000);
    return c.text(String((await c.req.text()).length));
  });
  const isLater = new Promise<void>((resolve) => {
    later = resolve;
  });
  app.on(['GET', 'POST'], '/later', async (c) => {
    await isLater;
    return c.text('now');
  });
  app.get('/never', () => new Promise<Response>(() => {}));
  const bounds = { ...usualBounds, ...given };
  server = await listen(
    listenerOf(() => app),
    { host: '127.0.0.1', port: 0 },
    { name: 'test', advice: 'choose another', bounds, tls },
  );
}

interface Caller {
  heard: string;
  isOver: boolean;
  socket: Socket;
}

function call(words: string): Caller {
  const socket = connect(server?.port ?? 0, '127.0.0.1');
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

const whole = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n';
const quickHead = { headMaxMs: 60, lookEveryMs: 20 };
const quickBody = { bodyMaxMs: 60 };

test.each([
  ['nothing', quickHead, ''],
  ['half a line', quickHead, 'GET / HT'],
  ['a head without an end', quickHead, 'GET / HTTP/1.1\r\nHost: h\r\n'],
  ['a body that does not come', quickBody, 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n123'],
])('who sends %s is cut off', async (_what, bounds, words) => {
  await start(bounds);
  const caller = call(words);
  await until(() => caller.isOver);
  expect(caller.heard).not.toContain('200');
});

test('who sends something large has the time that is given for it', async () => {
  await start(quickBody);
  const large = call(`${headOf('/large')}123`);
  // One that came later, and has had all its time.
  await whenServed();
  const other = call(`${headOf('/')}123`);
  await until(() => other.isOver);
  expect(large.isOver).toBe(false);
  large.socket.write('456789');
  await until(() => large.heard.endsWith('9'));
});

test('an answer may take longer than what is asked for', async () => {
  await start(quickBody);
  const answered = [call('GET /later HTTP/1.1\r\nHost: h\r\n\r\n'), call(`${headOf('/later')}123456789`)];
  await whenServed();
  const other = call(`${headOf('/')}123`);
  await until(() => other.isOver);
  later();
  await until(() => answered.every(({ heard }) => heard.endsWith('now')));
});

function headOf(path: string): string {
  return `POST ${path} HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n`;
}

/** What was written before has been read. */
async function whenServed(): Promise<void> {
  const caller = call(whole);
  await until(() => caller.heard.endsWith('here'));
}

describe('where there is encryption', () => {
  const own = selfSigned({ commonName: 'h', names: ['127.0.0.1'], from: 0, to: Date.UTC(2045, 0, 1) });

  test.each([
    ['nothing', ''],
    ['half a record', '\u0016\u0003\u0001'],
  ])('who sends %s instead of a handshake is cut off', async (_what, words) => {
    await start(quickHead, own);
    const caller = call(words);
    await until(() => caller.isOver);
    expect(caller.heard).toBe('');
  });

  test('who speaks without encryption hears nothing of what is there', async () => {
    await start({}, own);
    const caller = call(whole);
    await until(() => caller.isOver);
    expect(caller.heard).not.toContain('here');
  });

  test('the end waits for nobody who has not said hello', async () => {
    await start({ headMaxMs: 3_600_000 }, own);
    const caller = call('');
    // Once a later one has been served, the server knows of the first.
    await new Promise((resolve, reject) => {
      const place = { host: '127.0.0.1', port: server?.port, ca: own.cert, agent: false };
      get(place, (response) => response.resume().on('end', resolve)).on('error', reject);
    });
    await server?.close();
    await until(() => caller.isOver);
  });
});

test('who keeps a head growing, a line at a time, is cut off as well', async () => {
  await start(quickHead);
  const caller = call('GET / HTTP/1.1\r\n');
  const more = setInterval(() => caller.socket.write('X: y\r\n'), 10);
  await until(() => caller.isOver);
  clearInterval(more);
});

test.each([
  [
    80,
    'test port 80 may not be taken by this user: give it CAP_NET_BIND_SERVICE, as board/pi/greenup.service does, or go',
  ],
  [8_080, 'test port 8080 cannot be had (listen EACCES): go'],
])('port %i without a permission is told with the remedy', async (port, message) => {
  const refused = Object.assign(new Error('listen EACCES'), { code: 'EACCES' });
  const listening = jest.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server) {
    this.emit('error', refused);
    return this;
  });
  const options = { name: 'test', advice: 'go', bounds: usualBounds };
  await expect(
    listen(
      listenerOf(() => new Hono()),
      { host: undefined, port },
      options,
    ),
  ).rejects.toMatchObject({ message });
  listening.mockRestore();
});

test('a head that is too long is refused', async () => {
  await start({});
  const caller = call(`GET / HTTP/1.1\r\nHost: h\r\nX: ${'y'.repeat(17_000)}\r\n\r\n`);
  await until(() => caller.isOver);
  expect(caller.heard).toMatch(/^HTTP\/1\.1 431 /);
});

test('a connection on which nothing moves is cut, also while an answer is owed', async () => {
  await start({ silenceMaxMs: 60 });
  const caller = call('GET /never HTTP/1.1\r\nHost: h\r\n\r\n');
  await until(() => caller.isOver);
  expect(caller.heard).toBe('');
});

test('one address has no more than its share, and has it again when it lets go', async () => {
  await start({ connectionsOfOneMax: 2 });
  const [first, second] = [call(whole), call(whole)];
  await until(() => first.heard.endsWith('here') && second.heard.endsWith('here'));
  const third = call(whole);
  await until(() => third.isOver);
  expect(third.heard).toBe('');
  first.socket.destroy();
  let last = call(whole);
  await until(() => {
    if (last.isOver) last = call(whole);
    return last.heard.endsWith('here');
  });
});

test('too many in all are refused, and those that are there are served on', async () => {
  await start({ connectionsMax: 2 });
  const [first, second] = [call(whole), call(whole)];
  await until(() => first.heard.endsWith('here') && second.heard.endsWith('here'));
  const third = call(whole);
  await until(() => third.isOver);
  expect(third.heard).toBe('');
  first.heard = '';
  first.socket.write(whole);
  await until(() => first.heard.endsWith('here'));
});
