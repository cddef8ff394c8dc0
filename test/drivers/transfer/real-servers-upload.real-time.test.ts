/**
 * Uploads to the servers that central systems really run, of Debian: ProFTPD (FTP, FTPS, SFTP), OpenSSH (SFTP) and nginx.
 *
 * @jest-environment ./test/support/one-realm-environment.js
 */
import { existsSync, readFileSync } from 'node:fs';
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { silenceMaxMs } from '../../../src/drivers/transfer/patience';
import type { UploadRequest } from '../../../src/hal/ports';
import { testWithServers } from '../../support/test-with-servers';
import { until } from '../../support/until';
import { credentials, httpKinds, kinds, Place, resumingKinds } from './real-servers';
import { content, failure, fileName, TestFile, upload } from './support';

const triesMax = 50;

let place: Place;

afterEach(() => place?.remove());

function send(path: string, more: Partial<UploadRequest> = {}, file = new TestFile()): Promise<void> {
  return upload(place.urlOf(path), { credentials, ...more }, { ...place.trusting(), file });
}

function arrived(name = `in/${fileName}`): Buffer {
  return readFileSync(place.pathOf(name));
}

describe.each(kinds)('%s', (kind) => {
  beforeEach(async () => {
    place = new Place(kind);
  });

  testWithServers('a file arrives whole, and replaces one of its name', async () => {
    await place.serve();
    await send('/in');
    expect(arrived().equals(content)).toBe(true);
    await send('/in/');
    expect(arrived().equals(content)).toBe(true);
  });

  testWithServers('a wrong password, no such folder and no permission are told apart', async () => {
    await place.serve();
    const wrong = { user: credentials.user, password: 'wrong' };
    expect(await failure(send('/in', { credentials: wrong }))).toMatchObject({ code: 'transfer.refused' });
    // nginx says of a folder that is not there: Internal Server Error.
    const missing = httpKinds.includes(kind) ? 'transfer.broken' : 'transfer.notFound';
    expect(await failure(send('/nowhere'))).toMatchObject({ code: missing });
    expect(await failure(send('/closed'))).toMatchObject({ code: 'transfer.refused' });
    expect(existsSync(place.pathOf(`closed/${fileName}`))).toBe(false);
  });

  if (kind !== 'openssh') {
    testWithServers('no room there for so large a file is refused', async () => {
      await place.serve();
      expect(await failure(send('/small'))).toMatchObject({
        code: 'transfer.refused',
        message: expect.stringMatching(kind === 'sftp' ? /no room, or a limit/ : /no room|552/),
      });
    });
  }

  testWithServers('cut at one place after the other it goes on where it can, and arrives whole', async () => {
    await place.serve();
    const proxy = await place.between();
    const file = new TestFile();
    const places = [1, 3_000, 500_001];
    const canGoOn = resumingKinds.includes(kind);
    // What was on its way is lost with the connection, more or less of it.
    const goesOn = (): boolean => (file.begun.at(-1) ?? 0) > 0;
    for (let tries = 0; tries < places.length || (canGoOn && !goesOn() && tries < triesMax); tries += 1) {
      proxy.cutAfter(places[tries] ?? 700_000);
      const code = expect.stringMatching(/broken|unreachable/);
      expect(await failure(send('/in', { resumes: true }, file))).toMatchObject({ code });
    }
    proxy.cutAfter(Number.POSITIVE_INFINITY);
    const begun = file.begun.length;
    await send('/in', { resumes: true }, file);
    expect(arrived().equals(content)).toBe(true);
    expect((file.begun[begun] ?? 0) > 0).toBe(canGoOn);
  });

  testWithServers('a server that falls silent on the way is given up a minute later', async () => {
    await place.serve();
    const proxy = await place.between();
    const clock = new VirtualClock();
    let isHeld = false;
    proxy.before = async (moved) => {
      if (moved < 500_000) return;
      isHeld = true;
      await new Promise<void>(() => {});
    };
    const going = failure(
      upload(place.urlOf('/in'), { credentials }, { ...place.trusting({ clock }), file: new TestFile() }),
    );
    await until(() => isHeld);
    // What the station itself still hands out until the buffers are full counts as well.
    await until(async () => {
      await clock.advance(silenceMaxMs);
      return clock.pendingTimers === 0;
    });
    expect(await going).toMatchObject({
      code: 'transfer.broken',
      message: expect.stringMatching(/nothing has moved/),
    });
  });
});

testWithServers(
  'http: where there is no PUT a form is taken, and a redirect is followed, but not in a circle',
  async () => {
    place = new Place('http');
    await place.serve();
    await send('/form');
    await send('/moved/x.zip');
    expect(await failure(send('/circle/x.zip'))).toMatchObject({
      code: 'transfer.refused',
      message: expect.stringMatching(/sends on more than 5 times/),
    });
  },
);
