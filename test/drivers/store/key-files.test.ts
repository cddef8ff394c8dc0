/** Private keys on the disk: whole or not there, for the eyes of one user, and none forgotten. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileKeyFiles } from '../../../src/drivers/store/key-files';
import { MemoryKeyFiles } from '../../../src/drivers/store/memory-key-files';
import type { KeyFiles } from '../../../src/hal/ports';

let state: string;
let directory: string;

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'greenup-keys-'));
  directory = join(state, 'keys');
});

afterEach(() => rmSync(state, { recursive: true }));

const modeOf = (path: string): number => statSync(path).mode & 0o777;

describe.each<[string, () => KeyFiles]>([
  ['on the disk', () => new FileKeyFiles(directory)],
  ['in memory', () => new MemoryKeyFiles()],
])('%s', (_, open) => {
  test('what is kept is read, written over, named and removed', async () => {
    const keys = open();
    expect([await keys.names(), await keys.read('a1')]).toEqual([[], undefined]);
    await keys.keep('a1', 'one');
    await keys.keep('b2', 'two');
    await keys.keep('a1', 'three');
    expect([await keys.read('a1'), [...(await keys.names())].sort()]).toEqual(['three', ['a1', 'b2']]);
    await keys.remove('a1');
    await keys.remove('never');
    expect([await keys.read('a1'), await keys.names()]).toEqual([undefined, ['b2']]);
  });
});

test('no one else can read a key or enter their directory, whatever was there before', async () => {
  mkdirSync(directory, { mode: 0o755 });
  writeFileSync(join(directory, 'a1.pem.part'), 'half', { mode: 0o644 });
  writeFileSync(join(directory, 'a1.pem'), 'before', { mode: 0o644 });
  await new FileKeyFiles(directory).keep('a1', 'one');
  expect([modeOf(directory), modeOf(join(directory, 'a1.pem'))]).toEqual([0o700, 0o600]);
  expect([readdirSync(directory), readFileSync(join(directory, 'a1.pem'), 'utf8')]).toEqual([['a1.pem'], 'one']);
});

test('half of a key, as a power cut leaves it, is named once and goes with the key; what is none is left alone', async () => {
  const keys = new FileKeyFiles(directory);
  await keys.keep('a1', 'one');
  for (const name of ['a1.pem.part', 'b2.pem.part', 'notes.txt', 'c-3.pem'])
    writeFileSync(join(directory, name), 'half');
  expect([...(await keys.names())].sort()).toEqual(['a1', 'b2']);
  for (const name of await keys.names()) await keys.remove(name);
  expect(readdirSync(directory).sort()).toEqual(['c-3.pem', 'notes.txt']);
});

test('a disk that refuses is told with its place; a removal never is', async () => {
  writeFileSync(directory, 'no directory');
  const keys = new FileKeyFiles(directory);
  const failed = { code: 'store.failed', message: expect.stringContaining(directory) };
  await expect(keys.keep('a1', 'one')).rejects.toMatchObject(failed);
  await expect(keys.read('a1')).rejects.toMatchObject(failed);
  await expect(keys.names()).rejects.toMatchObject(failed);
  await expect(keys.remove('a1')).resolves.toBeUndefined();
});

test('the mode does not depend on the umask of the process', async () => {
  const before = process.umask(0);
  try {
    await new FileKeyFiles(directory).keep('a1', 'one');
    expect([modeOf(directory), modeOf(join(directory, 'a1.pem'))]).toEqual([0o700, 0o600]);
  } finally {
    process.umask(before);
    chmodSync(directory, 0o700);
  }
});
