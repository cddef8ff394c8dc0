/** A store on a full disk: what lies there is known, commits fail until there is room, and their order is kept. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryStore } from '../../../src/drivers/store/memory-store';
import { openPatiently, type PatientStoreMedium, untilDiskWorks } from '../../../src/drivers/store/patient-store';
import { GreenupError } from '../../../src/hal/errors';
import type { JsonValue } from '../../../src/hal/store';

let parent: string;
let directory: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'patient-'));
  directory = join(parent, 'store');
});
afterEach(() => rmSync(parent, { recursive: true }));

/** A disk on which the store `inner` lies, in files that stand for it. */
class Disk implements PatientStoreMedium {
  full = true;
  inner = new MemoryStore({ durable: new Map<string, JsonValue>([['a', 1]]) });
  readonly opened: string[] = [];

  async open(place: string): Promise<MemoryStore> {
    this.opened.push(place);
    if (this.full && place === directory) throw new GreenupError('store.failed', 'no space left');
    if (place === directory) return this.inner;
    return new MemoryStore({
      durable: new Map(Object.entries(JSON.parse(readFileSync(join(place, '000001.log'), 'utf8')))),
    });
  }

  async isFull(): Promise<boolean> {
    return this.full;
  }
}

function withFiles(): void {
  mkdirSync(join(directory, 'lost'), { recursive: true });
  for (const [name, text] of [
    ['CURRENT', 'x'],
    ['LOCK', ''],
    ['000001.log', '{"a":1}'],
  ] as const) {
    writeFileSync(join(directory, name), text);
  }
}

const put = (key: string, value: JsonValue) => ({ put: [[key, value] as [string, JsonValue]], del: [] });

test('what lies on a full disk is read from a copy, which is gone afterwards', async () => {
  withFiles();
  const disk = new Disk();
  const store = await openPatiently(directory, disk);
  expect(await store.load()).toEqual(new Map([['a', 1]]));
  expect(store.warning).toMatch(/the disk is full; nobody can charge until there is room/);
  const copy = disk.opened[1] ?? directory;
  expect(copy).not.toBe(directory);
  expect(existsSync(copy)).toBe(false);
  expect(readdirSync(directory).sort()).toEqual(['000001.log', 'CURRENT', 'LOCK', 'lost']);
});

test('each commit tries, and those that succeed keep their order', async () => {
  withFiles();
  const disk = new Disk();
  const store = await openPatiently(directory, disk);
  await expect(store.commit(put('b', 0))).rejects.toMatchObject({ code: 'store.failed' });
  const value = { n: 1 };
  const first = store.commit(put('b', value));
  value.n = 9;
  disk.full = false;
  const later = [2, 3, 4].map((n) => store.commit(put('b', { n })));
  await first.catch(() => undefined);
  await Promise.all(later);
  expect(disk.inner.durable.get('b')).toEqual({ n: 4 });
  expect(disk.opened.filter((place) => place === directory)).toHaveLength(2);
  expect(await store.load()).toEqual(
    new Map<string, JsonValue>([
      ['a', 1],
      ['b', { n: 4 }],
    ]),
  );
  await store.close();
  await expect(disk.inner.load()).rejects.toThrow('closed');
});

test('a first start on a full disk has an empty store', async () => {
  const store = await openPatiently(directory, new Disk());
  expect(await store.load()).toEqual(new Map());
});

test('nothing is tried any more after the end', async () => {
  const disk = new Disk();
  const store = await openPatiently(directory, disk);
  await store.close();
  disk.full = false;
  await expect(store.commit(put('b', 1))).rejects.toThrow('it is closed');
});

test('what else is wrong is an error as ever, and so is a copy that cannot be read', async () => {
  const disk = new Disk();
  const other: PatientStoreMedium = { open: (place) => disk.open(place), isFull: async () => false };
  await expect(openPatiently(directory, other)).rejects.toThrow('no space left');
  withFiles();
  writeFileSync(join(directory, '000001.log'), 'damaged');
  await expect(openPatiently(directory, disk)).rejects.toThrow(/no space left; nor can it be read elsewhere \(/);
});

test('whatever is wrong with a directory, its opening is waited for no longer than it takes', async () => {
  await expect(untilDiskWorks('/proc/none')).resolves.toBeUndefined();
});
