/** A power cut of a simulated machine loses what was not flushed, once, and a kill loses nothing. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryStore } from '../../src/drivers/store/memory-store';
import { Mains } from '../../src/simulator/mains';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'mains-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A station has written twenty values one after the other; the seed decides how many of them a cut leaves. */
async function written(seed: number) {
  const mains = new Mains(directory, seed);
  const disk = new MemoryStore();
  const store = await mains.behind(Promise.resolve(disk));
  await store.load();
  await store.commit({ put: [['flushed', true]], del: [] });
  for (let n = 0; n < 20; n += 1) await store.commit({ put: [[`value ${n}`, n]], del: [] }, 'written');
  return { mains, disk };
}

async function foundBy(disk: MemoryStore): Promise<string[]> {
  const store = await new Mains(directory, 1).behind(Promise.resolve(disk));
  return [...(await store.load()).keys()];
}

test('after a cut the first of the values are there, as many as the seed says, and after the next start no more are lost', async () => {
  const counts: number[] = [];
  for (const seed of [1, 1, 2, 3_000_000_000]) {
    const { mains, disk } = await written(seed);
    mains.cut();
    const found = await foundBy(disk);
    const values = found.filter((key) => key !== 'flushed');
    expect(found).toContain('flushed');
    expect(new Set(values)).toEqual(new Set(values.map((_, n) => `value ${n}`)));
    counts.push(values.length);
    expect(await foundBy(disk.kill())).toEqual(found);
    expect(existsSync(join(directory, 'power-cut.json'))).toBe(false);
  }
  expect(counts[0]).toBe(counts[1]);
  expect(new Set(counts).size).toBeGreaterThan(1);
  expect(Math.min(...counts)).toBeLessThan(20);
});

test('a process that is killed loses nothing', async () => {
  const { disk } = await written(1);
  expect(await foundBy(disk.kill())).toHaveLength(21);
});
