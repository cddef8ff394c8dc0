/**
 * What holds for downloads by whichever protocol: portion after portion, what fails here passes through, and an end is an end.
 *
 * @jest-environment ./test/support/one-realm-environment.js
 */
import { createServer } from 'node:http';
import { createServer as createSocketServer } from 'node:net';
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { silenceMaxMs } from '../../../src/drivers/transfer/patience';
import { FtpServer } from '../../support/ftp-server';
import { SftpServer } from '../../support/sftp-server';
import { until } from '../../support/until';
import { content, download, failure, Received } from './support';

const schemes = ['ftp', 'sftp', 'http'] as const;
type Scheme = (typeof schemes)[number];

let stop: () => void | Promise<void>;

afterEach(() => stop());

/** The URL of a file with `content`. */
async function serve(scheme: Scheme): Promise<string> {
  if (scheme === 'http') {
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'Content-Length': content.length }).end(content);
    });
    stop = () => {
      server.closeAllConnections();
      server.close();
    };
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as { port: number }).port}/x`;
  }
  const server = scheme === 'ftp' ? await FtpServer.start() : await SftpServer.start();
  server.files.set('/x', content);
  stop = () => server.stop();
  return `${scheme}://127.0.0.1:${server.port}/x`;
}

const begin = (): void => {};

describe.each(schemes)('%s', (scheme) => {
  test('each portion is waited for before the next one comes', async () => {
    const url = await serve(scheme);
    const received = new Received();
    let writing = 0;
    let most = 0;
    const write = async (portion: Uint8Array): Promise<void> => {
      writing += 1;
      most = Math.max(most, writing);
      await new Promise((resolve) => setImmediate(resolve));
      await received.write(portion);
      writing -= 1;
    };
    await download(url, {}, { received: { begin, write } });
    expect([most, writing]).toEqual([1, 0]);
    expect(received.bytes.equals(content)).toBe(true);
  });

  test('what writing throws passes through as it is, and nothing more is written', async () => {
    const url = await serve(scheme);
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    let written = 0;
    const write = async (): Promise<void> => {
      written += 1;
      if (written === 2) throw full;
    };
    expect(await failure(download(url, {}, { received: { begin, write } }))).toBe(full);
    expect(written).toBe(2);
  });

  test('called off while a portion is written, it ends when that one is written, and no other comes', async () => {
    const url = await serve(scheme);
    const off = new AbortController();
    const written: string[] = [];
    let release = (): void => {};
    const write = async (): Promise<void> => {
      written.push('begun');
      await new Promise<void>((resolve) => {
        release = resolve;
      });
      written.push('done');
    };
    let isOver = false;
    const going = failure(download(url, { signal: off.signal }, { received: { begin, write } })).finally(() => {
      isOver = true;
    });
    await until(() => written.length === 1);
    off.abort();
    await new Promise((resolve) => setImmediate(resolve));
    expect(isOver).toBe(false);
    release();
    expect(await going).toMatchObject({ code: 'transfer.aborted' });
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(written).toEqual(['begun', 'done']);
  });

  test('a disk that is slower than a minute is no silence of the server', async () => {
    const url = await serve(scheme);
    const clock = new VirtualClock();
    const received = new Received();
    let slow = 0;
    const write = async (portion: Uint8Array): Promise<void> => {
      slow += 1;
      if (slow === 1) await clock.advance(3 * silenceMaxMs);
      await received.write(portion);
    };
    await download(url, {}, { received: { begin, write }, options: { clock } });
    expect(received.bytes.equals(content)).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });

  test('a server that says nothing is given up after a minute', async () => {
    const silent = createSocketServer((socket) => socket.on('error', () => {}).resume());
    stop = () => void silent.close();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    const clock = new VirtualClock();
    const connected = new Promise<void>((resolve) => silent.once('connection', () => resolve()));
    const going = failure(download(`${scheme}://127.0.0.1:${port}/x`, {}, { options: { clock } }));
    await connected;
    await clock.advance(silenceMaxMs - 1);
    expect(clock.pendingTimers).toBe(1);
    await clock.advance(1);
    expect(await going).toMatchObject({
      code: 'transfer.broken',
      message: expect.stringMatching(/nothing has moved for 60 s/),
    });
  });
});

test('a server that falls silent in the middle is given up a minute after its last portion', async () => {
  const clock = new VirtualClock();
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Length': content.length }).write(content.subarray(0, 1_000));
  });
  stop = () => {
    server.closeAllConnections();
    server.close();
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const received = new Received();
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/x`;
  const going = failure(download(url, {}, { received, options: { clock } }));
  await until(() => received.bytes.length === 1_000);
  await clock.advance(silenceMaxMs - 1);
  expect(clock.pendingTimers).toBe(1);
  await clock.advance(1);
  expect(await going).toMatchObject({ code: 'transfer.broken', message: expect.stringMatching(/nothing has moved/) });
});

test('a location that is none rejects, and does not throw', async () => {
  stop = () => {};
  const going = download('gopher://x/');
  expect(await failure(going)).toMatchObject({ code: 'transfer.unsupported' });
});
