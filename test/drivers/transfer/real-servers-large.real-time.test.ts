/**
 * A large file by each protocol and either way: it arrives whole, and however large it is, no more of it is held at a time.
 *
 * @jest-environment ./test/support/one-realm-environment.js
 */
import { statSync, truncateSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { testWithServers } from '../../support/test-with-servers';
import { credentials, kinds, Place } from './real-servers';
import { download, fileName, upload } from './support';

const bytes = 200_000_000;
/** Far less than the file. */
const heldBytesMax = 8_000_000;
/** What is not held any more lies about until it is collected, and when that is differs from one Node.js to the next. */
const lookEachBytes = 20_000_000;

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** Twice: memory outside of the heap is given back beside the first. */
function collect(): void {
  gc();
  gc();
}

let place: Place;
let beforeBytes: number;
let mostBytes: number;
let nextLookAt: number;

beforeEach(() => {
  collect();
  beforeBytes = process.memoryUsage().arrayBuffers;
  mostBytes = 0;
  nextLookAt = lookEachBytes;
});

afterEach(() => place?.remove());

/** So many bytes of the file have passed. */
function look(passedBytes: number): void {
  if (passedBytes < nextLookAt) return;
  nextLookAt += lookEachBytes;
  collect();
  mostBytes = Math.max(mostBytes, process.memoryUsage().arrayBuffers - beforeBytes);
}

describe.each(kinds)('%s', (kind) => {
  testWithServers('it is fetched', async () => {
    place = new Place(kind);
    await place.serve();
    place.put('in/x.zip', Buffer.alloc(0));
    truncateSync(place.pathOf('in/x.zip'), bytes);
    let came = 0;
    const write = async (portion: Uint8Array): Promise<void> => {
      came += portion.length;
      look(came);
    };
    const url = place.urlOf('/in/x.zip');
    await download(
      url,
      { credentials, bytesMax: bytes },
      { ...place.trusting(), received: { begin: () => {}, write } },
    );
    expect(came).toBe(bytes);
    expect(mostBytes).toBeLessThan(heldBytesMax);
    expect(nextLookAt).toBeGreaterThan(bytes);
  });

  testWithServers('it is sent', async () => {
    place = new Place(kind);
    await place.serve();
    const file = {
      bytes,
      from: async function* (): AsyncGenerator<Uint8Array> {
        for (let at = 0; at < bytes; at += 64_000) {
          look(at);
          yield Buffer.alloc(Math.min(64_000, bytes - at));
        }
      },
    };
    await upload(place.urlOf('/in'), { credentials }, { ...place.trusting(), file });
    expect(statSync(place.pathOf(`in/${fileName}`)).size).toBe(bytes);
    expect(mostBytes).toBeLessThan(heldBytesMax);
    expect(nextLookAt).toBeGreaterThanOrEqual(bytes);
  });
});
