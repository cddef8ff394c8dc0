/**
 * A large file by each protocol and either way: it arrives whole, and however large it is, no more of it is held at a time.
 *
 * @jest-environment ./test/support/one-realm-environment.js
 */
import { statSync, truncateSync } from 'node:fs';
import { testWithServers } from '../../support/test-with-servers';
import { credentials, kinds, Place } from './real-servers';
import { download, fileName, upload } from './support';

const bytes = 200_000_000;
/** Far less than the file, and more than what Node.js leaves lying about before it collects it. */
const heldBytesMax = 100_000_000;

let place: Place;
let mostBytes: number;

beforeEach(() => {
  mostBytes = 0;
});

afterEach(() => place?.remove());

function look(): void {
  mostBytes = Math.max(mostBytes, process.memoryUsage().arrayBuffers);
}

describe.each(kinds)('%s', (kind) => {
  testWithServers('it is fetched', async () => {
    place = new Place(kind);
    await place.serve();
    place.put('in/x.zip', Buffer.alloc(0));
    truncateSync(place.pathOf('in/x.zip'), bytes);
    const before = process.memoryUsage().arrayBuffers;
    let came = 0;
    const write = async (portion: Uint8Array): Promise<void> => {
      came += portion.length;
      look();
    };
    const url = place.urlOf('/in/x.zip');
    await download(
      url,
      { credentials, bytesMax: bytes },
      { ...place.trusting(), received: { begin: () => {}, write } },
    );
    expect(came).toBe(bytes);
    expect(mostBytes - before).toBeLessThan(heldBytesMax);
  });

  testWithServers('it is sent', async () => {
    place = new Place(kind);
    await place.serve();
    const before = process.memoryUsage().arrayBuffers;
    const file = {
      bytes,
      from: async function* (): AsyncGenerator<Uint8Array> {
        for (let at = 0; at < bytes; at += 64_000) {
          look();
          yield Buffer.alloc(Math.min(64_000, bytes - at));
        }
      },
    };
    await upload(place.urlOf('/in'), { credentials }, { ...place.trusting(), file });
    expect(statSync(place.pathOf(`in/${fileName}`)).size).toBe(bytes);
    expect(mostBytes - before).toBeLessThan(heldBytesMax);
  });
});
