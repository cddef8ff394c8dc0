/** Transfers in memory behave as the port says, so that whoever uses the port can be tried with them. */
import { MockFileTransfer } from '../../../src/drivers/mock/file-transfer';
import type { DownloadBegin, DownloadRequest, OutgoingFile } from '../../../src/hal/ports';

const url = 'ftp://files.test/release.zip';
const file = Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
let transfer: MockFileTransfer;
let written: number[];

beforeEach(() => {
  transfer = new MockFileTransfer();
  transfer.files.set(url, file);
  written = [];
});

function download(request: Partial<DownloadRequest> = {}): Promise<void> {
  return transfer.download({ url, bytesMax: 100, ...request }, async (portion) => void written.push(...portion));
}

function fileOf(...portions: number[][]): OutgoingFile {
  return {
    bytes: portions.flat().length,
    from: async function* () {
      for (const portion of portions) yield Uint8Array.from(portion);
    },
  };
}

test('a download comes in portions, with progress', async () => {
  const progress: (number | undefined)[][] = [];
  await download({ onProgress: (doneBytes, totalBytes) => progress.push([doneBytes, totalBytes]) });
  expect(written).toEqual([...file]);
  expect(progress).toEqual([
    [4, 10],
    [8, 10],
    [10, 10],
  ]);
});

test('a download that broke is gone on with from the byte that was reached', async () => {
  const begins: DownloadBegin[] = [];
  const onBegin = (begin: DownloadBegin) => void begins.push(begin);
  transfer.breaksAfterBytes = 4;
  await expect(download({ onBegin })).rejects.toMatchObject({ code: 'transfer.broken' });
  transfer.breaksAfterBytes = Number.POSITIVE_INFINITY;
  const [{ validator = '' } = {}] = begins;
  await download({ onBegin, after: { bytes: 4, validator } });
  expect(written).toEqual([...file]);
  expect(begins.map(({ fromByte, totalBytes }) => [fromByte, totalBytes])).toEqual([
    [0, 10],
    [4, 10],
  ]);
});

test.each([
  [
    'the side cannot',
    () => {
      transfer.canResume = false;
    },
  ],
  ['the file is another one', () => void transfer.files.set(url, Uint8Array.from([...file].reverse()))],
])('it begins anew where it cannot go on: %s', async (_, change) => {
  const begins: DownloadBegin[] = [];
  const onBegin = (begin: DownloadBegin) => void begins.push(begin);
  await download({ onBegin });
  change();
  await download({ onBegin, after: { bytes: 4, validator: begins[0]?.validator ?? '' } });
  expect(begins[1]?.fromByte).toBe(0);
});

test('a file that is too large is refused before its first byte', async () => {
  await expect(download({ bytesMax: 9 })).rejects.toMatchObject({ code: 'transfer.refused' });
  expect(written).toEqual([]);
});

test('a transfer that is called off ends, before it begins and on its way', async () => {
  const off = new AbortController();
  const going = download({ signal: off.signal, onProgress: () => off.abort() });
  await expect(going).rejects.toMatchObject({ code: 'transfer.aborted' });
  expect(written).toEqual([1, 2, 3, 4]);
  await expect(download({ signal: off.signal })).rejects.toMatchObject({ code: 'transfer.aborted' });
  const upload = transfer.upload({ url: 'ftp://files.test/', fileName: 'log', signal: off.signal }, fileOf([1]));
  await expect(upload).rejects.toMatchObject({ code: 'transfer.aborted' });
});

test('an upload is there as a whole, or not at all', async () => {
  const log = 'ftp://files.test/log.zip';
  const place = { url: 'ftp://files.test', fileName: 'log.zip' };
  const progress: (number | undefined)[][] = [];
  const onProgress = (doneBytes: number, totalBytes?: number) => progress.push([doneBytes, totalBytes]);
  transfer.breaksAfterBytes = 2;
  await expect(transfer.upload(place, fileOf([1, 2], [3]))).rejects.toMatchObject({
    code: 'transfer.broken',
  });
  expect(transfer.files.has(log)).toBe(false);
  transfer.breaksAfterBytes = Number.POSITIVE_INFINITY;
  await transfer.upload({ ...place, onProgress }, fileOf([1, 2], [3]));
  expect([...(transfer.files.get(log) ?? [])]).toEqual([1, 2, 3]);
  expect(progress).toEqual([
    [2, 3],
    [3, 3],
  ]);
});

test.each([
  ['transfer.notFound', () => transfer.files.clear()],
  [
    'transfer.unreachable',
    () => {
      transfer.isUnreachable = true;
    },
  ],
  [
    'transfer.refused',
    () => {
      transfer.credentials = { user: 'station', password: 'secret' };
    },
  ],
])('what went wrong is told by its code: %s', async (code, spoil) => {
  spoil();
  await expect(download()).rejects.toMatchObject({ code });
  expect(written).toEqual([]);
});

test('with the right credentials it is let in', async () => {
  transfer.credentials = { user: 'station', password: 'secret' };
  await download({ credentials: { user: 'station', password: 'secret' } });
  expect(written).toHaveLength(10);
});
