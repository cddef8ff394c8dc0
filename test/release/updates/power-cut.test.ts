/** The power is cut after every operation of an update: the machine always starts a whole release, and the update comes to one end. */
import { removeDirectories as removePackages } from '../package/support';
import { fact, removeDirectories, started } from '../support';
import { formerRelease, PowerBench } from './power-bench';

afterAll(() => {
  removeDirectories();
  removePackages();
});

const ends = (told: readonly string[]): string[] => told.filter((step) => /installed|Failed/.test(step));

/** How many operations an update takes that nothing disturbs. */
async function operationsOf(proves: boolean): Promise<number> {
  const bench = await PowerBench.make();
  bench.start();
  bench.power.lasts(Number.POSITIVE_INFINITY);
  await bench.order();
  await bench.toTheEnd(proves);
  return bench.power.made;
}

test('an update that nothing disturbs is told step by step', async () => {
  const bench = await PowerBench.make();
  bench.start();
  expect(started(bench.root)).toContain(formerRelease);
  await bench.order();
  expect(await bench.toTheEnd(true)).toBe('installed');
  expect(bench.told).toEqual(['downloading', 'downloaded', 'installing', 'trial', 'installed']);
  expect(fact(bench.root, 'good')).toBe(`${bench.release}\n`);
  expect(started(bench.root)).toBe('new');
});

test('wherever the power is cut, the new release is installed in the end, or was never ordered', async () => {
  const operations = await operationsOf(true);
  expect(operations).toBeGreaterThan(40);
  for (let operation = 0; operation < operations; operation += 1) {
    const bench = await PowerBench.make();
    bench.start();
    bench.power.lasts(operation);
    await bench.order();
    const end = await bench.toTheEnd(true);
    const found = { operation, end, runs: started(bench.root), good: fact(bench.root, 'good')?.trim() };
    if (end === undefined) expect(found).toMatchObject({ good: formerRelease });
    else expect(found).toEqual({ operation, end: 'installed', runs: 'new', good: bench.release });
    expect(ends(bench.told).length).toBeLessThanOrEqual(1);
  }
});

test('wherever the power is cut, a release that does not prove itself is given up once, and the former one runs', async () => {
  const operations = await operationsOf(false);
  for (let operation = 0; operation < operations; operation += 1) {
    const bench = await PowerBench.make();
    bench.start();
    bench.power.lasts(operation);
    await bench.order();
    const end = await bench.toTheEnd(false);
    const found = { operation, end, good: fact(bench.root, 'good')?.trim() };
    if (end === undefined) expect(found).toMatchObject({ good: formerRelease });
    else expect(found).toEqual({ operation, end: 'installationFailed', good: formerRelease });
    expect(started(bench.root)).toContain(formerRelease);
    expect(ends(bench.told).length).toBeLessThanOrEqual(1);
  }
});
