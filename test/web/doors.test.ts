/** Two doors: whoever fills the one with connections keeps nobody out of the other. */
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { pageStation } from '../../src/control/pages/page-station';
import type { StationWatch } from '../../src/control/station-watch';
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import { startPageServer } from '../../src/web/page-server';
import { PasswordHasher } from '../../src/web/password';
import { type ControlServer, startControlServer } from '../../src/web/server';

/** One that has not started yet. */
const station = pageStation(() => undefined);
const watch: StationWatch = { whyUnwell: () => undefined, knowsToken: () => false, metrics: () => [] };

/** The most that the pages let one address have. */
const connectionsOfOneMax = 40;

function connected({ port }: ControlServer): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.on('error', reject);
  });
}

function wellAt({ port }: ControlServer): Promise<number | 'cut'> {
  return new Promise((resolve) => {
    request({ host: '127.0.0.1', port, path: '/healthz', agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', () => resolve('cut'))
      .end();
  });
}

test('connections that say nothing fill the pages for their address, and the bench interface answers on', async () => {
  const common = { station, watch, files: new Map(), clock: new VirtualClock(), hasher: new PasswordHasher(16) };
  const pages = await startPageServer({ ...common, host: '127.0.0.1', port: 0, onError: () => {} });
  const control = {
    view: async () => ({ power: 'off' as const }),
    report: () => ({ fileName: '', content: async function* () {} }),
    updateInbox: async () => ({ keep: async () => {} }),
    commands: () => [],
    run: async () => ({ message: '' }),
  };
  const bench = await startControlServer(control, watch, { port: 0 });
  expect(await wellAt(pages)).toBe(200);
  const silent: Socket[] = [];
  for (let count = 0; count < connectionsOfOneMax; count += 1) silent.push(await connected(pages));
  expect(await wellAt(pages)).toBe('cut');
  expect(await wellAt(bench)).toBe(200);
  await Promise.all(silent.map((socket) => new Promise((resolve) => socket.once('close', resolve).destroy())));
  // The server hears of it a moment later.
  let answer = await wellAt(pages);
  for (let tries = 0; answer === 'cut' && tries < 1_000; tries += 1) answer = await wellAt(pages);
  expect(answer).toBe(200);
  await pages.close();
  await bench.close();
});
