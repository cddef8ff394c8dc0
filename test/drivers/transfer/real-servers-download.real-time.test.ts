/**
 * Downloads from the servers that central systems really run, of Debian: ProFTPD (FTP, FTPS, SFTP), OpenSSH (SFTP) and nginx.
 *
 * @jest-environment ./test/support/one-realm-environment.js
 */
import { truncateSync, utimesSync } from 'node:fs';
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { silenceMaxMs } from '../../../src/drivers/transfer/patience';
import type { DownloadRequest } from '../../../src/hal/ports';
import { testWithServers } from '../../support/test-with-servers';
import { until } from '../../support/until';
import { credentials, kinds, Place } from './real-servers';
import { content, download, failure, Received } from './support';

const triesMax = 50;

let place: Place;
let received: Received;

beforeEach(() => {
  received = new Received();
});

afterEach(() => place?.remove());

function get(
  path: string,
  more: Partial<DownloadRequest> = {},
  into: Pick<Received, 'begin' | 'write'> = received,
): Promise<void> {
  return download(place.urlOf(path), { credentials, ...more }, { ...place.trusting(), received: into });
}

describe.each(kinds)('%s', (kind) => {
  beforeEach(async () => {
    place = new Place(kind);
  });

  testWithServers('a file comes whole, with its size and by what it can be known again', async () => {
    await place.serve();
    place.put('in/x y.zip');
    await get('/in/x%20y.zip');
    expect(received.bytes.equals(content)).toBe(true);
    const begin = { fromByte: 0, totalBytes: content.length, validator: expect.stringMatching(/./) };
    expect(received.begun).toEqual([begin]);
    await get('/in/x%20y.zip', received.after());
    expect(received.begun[1]).toEqual({ ...begin, fromByte: content.length });
    expect(received.bytes.equals(content)).toBe(true);
  });

  testWithServers('cut at one place after the other it goes on there, and comes whole', async () => {
    await place.serve();
    place.put('in/x.zip');
    const proxy = await place.between();
    const places = [1, 3_000, 10_000];
    // What was on its way is lost with the connection, more or less of it.
    for (let tries = 0; received.bytes.length < 1_000_000 && tries < triesMax; tries += 1) {
      proxy.cutAfter(places[tries] ?? 500_000);
      const had = received.bytes.length;
      const begun = received.begun.length;
      const code = expect.stringMatching(/broken|unreachable/);
      expect(await failure(get('/in/x.zip', received.after()))).toMatchObject({ code });
      expect(received.bytes.equals(content.subarray(0, received.bytes.length))).toBe(true);
      for (const { fromByte } of received.begun.slice(begun)) expect(fromByte).toBe(had);
    }
    expect(received.bytes.length).toBeGreaterThanOrEqual(1_000_000);
    proxy.cutAfter(Number.POSITIVE_INFINITY);
    const had = received.bytes.length;
    await get('/in/x.zip', received.after());
    expect(received.begun.at(-1)?.fromByte).toBe(had);
    expect(received.bytes.equals(content)).toBe(true);
  });

  testWithServers('another file in its place comes from its beginning', async () => {
    await place.serve();
    place.put('in/x.zip');
    utimesSync(place.pathOf('in/x.zip'), 1_777_000_000, 1_777_000_000);
    await get('/in/x.zip');
    received.bytes = received.bytes.subarray(0, 100_000);
    const other = Buffer.from(content).reverse();
    place.put('in/x.zip', other);
    await get('/in/x.zip', received.after());
    expect(received.begun[1]?.fromByte).toBe(0);
    expect(received.bytes.equals(other)).toBe(true);
  });

  testWithServers('a wrong password, no such file, no permission and too large a file are told apart', async () => {
    await place.serve();
    place.put('in/x.zip');
    const wrong = { user: credentials.user, password: 'wrong' };
    expect(await failure(get('/in/x.zip', { credentials: wrong }))).toMatchObject({ code: 'transfer.refused' });
    for (const path of ['/in/y.zip', '/nowhere/x.zip']) {
      expect(await failure(get(path))).toMatchObject({ code: 'transfer.notFound' });
    }
    // A folder is no file; servers have their own words for it.
    expect(await failure(get('/in'))).toMatchObject({ code: expect.stringMatching(/refused|notFound/) });
    expect(await failure(get('/closed'))).toMatchObject({ code: expect.stringMatching(/refused|notFound/) });
    expect(await failure(get('/in/x.zip', { bytesMax: 2_999_999 }))).toMatchObject({
      code: 'transfer.refused',
      message: expect.stringMatching(/of 3000000 bytes is larger than the 2999999/),
    });
    expect(received.begun).toEqual([]);
  });

  testWithServers('no space here ends it with the very error of the disk', async () => {
    await place.serve();
    place.put('in/x.zip');
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    let written = 0;
    const write = async (portion: Uint8Array): Promise<void> => {
      written += portion.length;
      if (written > 1_000_000) throw full;
    };
    expect(await failure(get('/in/x.zip', {}, { begin: () => {}, write }))).toBe(full);
  });

  testWithServers('a file that ends short of what was told is broken', async () => {
    await place.serve();
    place.put('in/x.zip', Buffer.alloc(0));
    // More than the buffers on its way take.
    truncateSync(place.pathOf('in/x.zip'), 40_000_000);
    let came = 0;
    const write = async (portion: Uint8Array): Promise<void> => {
      if (came === 0) truncateSync(place.pathOf('in/x.zip'), 30_000_000);
      came += portion.length;
    };
    const going = get('/in/x.zip', { bytesMax: 50_000_000 }, { begin: () => {}, write });
    expect(await failure(going)).toMatchObject({ code: 'transfer.broken' });
    expect(came).toBeLessThanOrEqual(30_000_000);
  });

  testWithServers('a trickle is waited for; a server that falls silent is given up a minute later', async () => {
    await place.serve();
    place.put('in/x.zip');
    const proxy = await place.between();
    const clock = new VirtualClock();
    const options = place.trusting({ clock });
    let hadBytes = 0;
    let waits = 0;
    proxy.before = async () => {
      // What went before comes to the station meanwhile.
      for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      if (received.bytes.length === hadBytes) return;
      hadBytes = received.bytes.length;
      waits += 1;
      await clock.advance(silenceMaxMs - 1);
    };
    await download(place.urlOf('/in/x.zip'), { credentials }, { ...options, received });
    expect(received.bytes.equals(content)).toBe(true);
    expect(waits).toBeGreaterThan(1);
    let isHeld = false;
    proxy.cutAfter(Number.POSITIVE_INFINITY);
    proxy.before = async (moved) => {
      if (moved < 1_000_000) return;
      isHeld = true;
      await new Promise<void>(() => {});
    };
    const going = failure(download(place.urlOf('/in/x.zip'), { credentials }, options));
    await until(() => isHeld);
    await until(async () => {
      await clock.advance(silenceMaxMs);
      return clock.pendingTimers === 0;
    });
    expect(await going).toMatchObject({
      code: 'transfer.broken',
      message: expect.stringMatching(/nothing has moved for 60 s/),
    });
  });
});

testWithServers('http: a redirect is followed, but not in a circle', async () => {
  place = new Place('http');
  await place.serve();
  place.put('in/x.zip');
  await get('/moved/anything');
  expect(received.bytes.equals(content)).toBe(true);
  expect(await failure(get('/circle'))).toMatchObject({
    code: 'transfer.refused',
    message: expect.stringMatching(/sends on more than 5 times/),
  });
});
