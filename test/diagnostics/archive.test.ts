/** The zip of a report: whole whatever becomes of one of its files, bounded, and made no faster than it is read. */
import {
  type ArchiveEntry,
  archiveBytesMax,
  archiveOf,
  entryBytesMax,
  entryMaxMs,
} from '../../src/diagnostics/archive';
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import { bytesOf, unzip } from '../support/unzip';

const clock = new VirtualClock({ systemTimeMs: Date.UTC(2026, 4, 4, 8) });

const entry = (name: string, content: ArchiveEntry['content']): ArchiveEntry => ({ name, about: 'of a test', content });

async function read(...entries: ArchiveEntry[]): Promise<Map<string, string>> {
  return unzip(await bytesOf(archiveOf(entries, { clock, title: 'A test\n\n' })));
}

test('it holds the texts, and a list of them', async () => {
  const files = await read(
    entry('a.txt', () => ['one\n', 'two é\n']),
    entry('empty.txt', () => []),
  );
  expect([...files]).toEqual([
    ['a.txt', 'one\ntwo é\n'],
    ['empty.txt', ''],
    [
      'contents.txt',
      expect.stringMatching(/^A test\n\na\.txt +of a test; 11 bytes\nempty\.txt +of a test; 0 bytes\n$/),
    ],
  ]);
});

test('a text that fails is told in its place, without passwords, and the others are whole', async () => {
  const files = await read(
    entry('broken.txt', function* () {
      yield 'begun\n';
      throw new Error('ftp://user:hunter2@h cannot be read');
    }),
    entry('missing.txt', () => {
      throw new Error('there is none');
    }),
    entry('late.txt', async function* () {
      yield 'x';
      await Promise.reject(new Error('later'));
    }),
    entry('whole.txt', () => ['whole']),
  );
  expect(files.get('broken.txt')).toBe('begun\n\n[not whole: ftp://***@h cannot be read]\n');
  expect(files.get('missing.txt')).toMatch('[not whole: there is none]');
  expect(files.get('late.txt')).toMatch('[not whole: later]');
  expect(files.get('whole.txt')).toBe('whole');
  expect(files.get('contents.txt')).toMatch(/missing\.txt +of a test; 0 bytes, not whole: there is none\n/);
});

test('a text without end is cut, and so are all together', async () => {
  const endless = (name: string) =>
    entry(name, function* () {
      for (;;) yield 'é'.repeat(50_000);
    });
  const files = await read(
    ...['1', '2', '3', '4', '5'].map(endless),
    entry('after', () => ['x']),
  );
  const bytes = [...files].map(([, text]) => Buffer.byteLength(text));
  expect(Math.max(...bytes)).toBeLessThan(entryBytesMax + 200);
  expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThan(archiveBytesMax + 2_000);
  expect(files.get('3')).toMatch(`[not whole: there is room for ${entryBytesMax} bytes]`);
  expect(files.get('after')).toMatch('[not whole: there is room for 0 bytes]');
});

test('a text that does not come is not waited for, and is told so', async () => {
  let told: AbortSignal | undefined;
  const reading = read(
    entry('silent.txt', (ended) => {
      told = ended;
      return { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
    }),
    entry('whole.txt', () => ['whole']),
  );
  while (clock.pendingTimers === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(told?.aborted).toBe(false);
  await clock.advance(entryMaxMs);
  const files = await reading;
  expect(files.get('silent.txt')).toBe('\n[not whole: it took longer than 20 s]\n');
  expect(files.get('whole.txt')).toBe('whole');
  expect(told?.aborted).toBe(true);
  expect(clock.pendingTimers).toBe(0);
});

test('it is made no faster than it is read, and whoever stops reading ends it', async () => {
  let made = 0;
  let told: AbortSignal | undefined;
  const noise = Buffer.alloc(60_000, 0).map((_, index) => (index * 7_919 + index ** 2) % 251);
  const archive = archiveOf(
    [
      entry('much.txt', function* (ended) {
        told = ended;
        for (; made < 1_000; made += 1) yield Buffer.from(noise).toString('base64') + made;
      }),
    ],
    { clock, title: '' },
  );
  await archive.next();
  for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(made).toBeLessThan(500);
  await archive.return(undefined);
  expect(told?.aborted).toBe(true);
});
