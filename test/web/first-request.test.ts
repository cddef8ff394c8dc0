/** What serves requests is loaded by the first of them: a station at which nobody looks does without. */
import { request } from 'node:http';
import type { StationControl } from '../../src/control/control';
import type { StationWatch } from '../../src/control/station-watch';
import { appOf } from '../../src/web/app';
import { type ListeningServer, listen, listenerOf, usualBounds } from '../../src/web/listen';
import { got } from '../../src/web/routes';
import { startControlServer } from '../../src/web/server';

const loads: string[] = [];
jest.mock('hono', () => {
  loads.push('hono');
  return jest.requireActual('hono');
});
jest.mock('@hono/node-server', () => {
  loads.push('@hono/node-server');
  return jest.requireActual('@hono/node-server');
});

let server: ListeningServer | undefined;
afterEach(() => server?.close());

function ask(path: string): Promise<{ code: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: server?.port, path }, async (response) => {
      let text = '';
      for await (const piece of response) text += piece;
      resolve({ code: response.statusCode ?? 0, text });
    });
    asked.on('error', reject);
    asked.end();
  });
}

const watch: StationWatch = { whyUnwell: () => undefined, knowsToken: () => false, metrics: () => [] };
const place = { host: '127.0.0.1', port: 0 };
const door = {
  offers: ['anyone' as const],
  headers: {},
  valid: 'GET /',
  admit: () => ({ access: ['anyone' as const], address: '' }),
};
const routes = [got('/', ['anyone'], 'Says yes.', () => ({ json: { yes: true } }))];

test('a control that has been started has loaded nothing yet, and loads it once', async () => {
  const control = { view: async () => ({ power: 'on' }), commands: () => [], run: async () => ({}) };
  server = await startControlServer(control as unknown as StationControl, watch, { port: 0 });
  expect(loads).toEqual([]);
  expect(await ask('/status')).toEqual({ code: 200, text: '{"power":"on"}\n' });
  expect([...loads].sort()).toEqual(['@hono/node-server', 'hono']);
});

test('the application is asked for once, by the first request', async () => {
  let asked = 0;
  server = await listen(
    listenerOf(() => {
      asked += 1;
      return appOf(routes, door);
    }),
    place,
    { name: 'test', advice: '', bounds: usualBounds },
  );
  expect(asked).toBe(0);
  expect((await ask('/')).code).toBe(200);
  expect((await ask('/')).code).toBe(200);
  expect(asked).toBe(1);
});

test('one that cannot be loaded is told to whoever asked, ends nothing, and is tried again', async () => {
  let broken = true;
  server = await listen(
    listenerOf(() => {
      if (broken) throw new Error('it is not there');
      return appOf(routes, door);
    }),
    place,
    { name: 'test', advice: '', bounds: usualBounds },
  );
  expect(await ask('/')).toEqual({ code: 500, text: 'it is not there\n' });
  broken = false;
  expect((await ask('/')).code).toBe(200);
});
