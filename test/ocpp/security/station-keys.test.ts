/** Names of the station's private keys: letters and digits, and none that another key has. */
import { MemoryKeyFiles } from '../../../src/drivers/store/memory-key-files';
import { StationKeys } from '../../../src/ocpp/security/station-keys';

const log = { info: () => {}, warn: () => {} };

/** Draws that come again and again, as at each boot of a test. */
function drawing(values: number[]): () => number {
  let next = 0;
  return () => values[next++ % values.length] ?? 0;
}

test('a name that is taken is not given twice', async () => {
  const keyFiles = new MemoryKeyFiles();
  const keys = new StationKeys({ log, keyFiles, random: drawing([0.1, 0.1, 0.1, 0.1, 0.2, 0.3]) });
  const names = [await keys.keep('one'), await keys.keep('two')];
  expect(new Set(names).size).toBe(2);
  expect(names.map((name) => [keys.textOf(name), keyFiles.kept.get(name)])).toEqual([
    ['one', 'one'],
    ['two', 'two'],
  ]);
  expect(names.join('')).toMatch(/^[a-z0-9]+$/);
});

test('nor is that of a key which could not be read', async () => {
  const keyFiles = new MemoryKeyFiles();
  const name = await new StationKeys({ log, keyFiles, random: () => 0.5 }).keep('one');
  const later = new StationKeys({ log, keyFiles, random: drawing([0.5, 0.5, 0.6, 0.7]) });
  keyFiles.fails = true;
  expect(await later.read(name)).toContain('a failure was asked for');
  keyFiles.fails = false;
  expect(await later.keep('two')).not.toBe(name);
  expect(keyFiles.kept.get(name)).toBe('one');
});

test('one that is provided lies in no file, is found by its name, and goes when nobody refers to it', async () => {
  const keyFiles = new MemoryKeyFiles();
  const keys = new StationKeys({ log, keyFiles, random: drawing([0.1, 0.2]) });
  const name = keys.provide('one');
  expect(await keys.read(name)).toBeUndefined();
  expect(keys.textOf(name)).toBe('one');
  expect(await keys.keep('two')).not.toBe(name);
  expect([...keyFiles.kept.values()]).toEqual(['two']);
  await keys.drop(name);
  expect(await keys.read(name)).toContain('there is no private key');
});

test('a station that keeps no keys says so', async () => {
  const keys = new StationKeys({ log, keyFiles: undefined, random: () => 0.5 });
  expect(keys.canKeep).toBe(false);
  await expect(keys.keep('one')).rejects.toMatchObject({ code: 'store.failed' });
  expect(await keys.read('a1')).toBe('there is no private key a1');
  await keys.sweep();
});
