/** A fleet that is killed again and again in the middle of its work loses nothing and tells nothing twice. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SharedLevelStore } from '../../../src/drivers/store/shared-level-store';
import { buildIfOld, Program } from '../../cli/built-program';
import { runs } from '../../support/soak';
import { until } from '../../support/until';
import { StrictBooks } from './strict-books';

const stations = 50;
/** In `make verify`, which sets SOAK, more often. */
const kills = Math.min(20, runs(3));

/** At which request of all, how often it came. */
const places: readonly (readonly [action: string, after: number])[] = [
  ['StartTransaction', 25],
  ['StopTransaction', 12],
  ['MeterValues', 10],
  ['StatusNotification', 130],
];

beforeAll(buildIfOld);

const books = new StrictBooks();
afterAll(() => books.close());

/** After so many of these, counted from now on, before or after the last is answered. */
async function killAt(fleet: Program, action: string, after: number): Promise<void> {
  const killed = new Promise<void>((resolve) => {
    let left = after;
    books.onRequest = (name) => {
      if (name !== action) return;
      left -= 1;
      if (left > 0) return;
      books.onRequest = () => {};
      fleet.child.kill('SIGKILL');
      resolve();
    };
  });
  await Promise.race([
    killed,
    fleet.ended.then(() => Promise.reject(new Error(`it ended: ${fleet.out}${fleet.error}`))),
  ]);
  expect((await fleet.ended).signal).toBe('SIGKILL');
}

test(`after ${kills} kills each transaction was begun once and ended once, and no Wh is missing between them`, async () => {
  const url = await books.listen();
  const state = mkdtempSync(join(tmpdir(), 'fleet-'));
  const words = ['fleet', '--stations', String(stations), '--csms', url, '--state', state, '--seed', '7'];
  const busy = [
    ...words,
    '--ramp',
    '1s',
    '--traffic',
    'test/simulator/fleet/busy.yaml',
    '--config',
    'MeterValueSampleInterval=10',
  ];
  for (let kill = 0; kill < kills; kill += 1) {
    // Far enough for charges that began in this run, and at another place each time.
    const [action, after] = places[kill % places.length] ?? ['StartTransaction', 1];
    await killAt(new Program(...busy), action, after + Math.floor(kill / places.length));
  }
  expect(books.booked.length).toBeGreaterThan(10 * kills);

  const last = new Program(...words, '--ramp', '1s', '--json');
  await last.says(/"started":50/);
  await until(
    () => books.open.length === 0,
    () => `still open: ${JSON.stringify(books.open.slice(0, 5))}\n${last.error}`,
  );
  last.child.kill('SIGTERM');
  expect(await last.ended).toEqual({ code: 0, signal: null });
  const { starts } = JSON.parse(last.out.trimEnd().split('\n').at(-1) ?? '').report;
  expect(starts).toMatchObject({ new: 0, takenUp: stations });
  expect(starts.inTransaction).toBeGreaterThan(0);

  expect(books.faults).toEqual([]);
  expect(books.booked.filter(({ startIds, stopIds }) => startIds.size !== 1 || stopIds.size !== 1)).toEqual([]);
  expect(books.booked.some(({ reason }) => reason === 'PowerLoss')).toBe(true);
  const gaps: string[] = [];
  for (const [outlet, all] of books.ofOutlets()) {
    for (const [place, { meterStartWh, meterStopWh = Number.NaN }] of all.entries()) {
      const before = all[place - 1]?.meterStopWh ?? 0;
      if (meterStartWh !== before) gaps.push(`${outlet}: ${before} Wh, then ${meterStartWh}`);
      if (!(meterStopWh >= meterStartWh)) gaps.push(`${outlet}: from ${meterStartWh} to ${meterStopWh} Wh`);
    }
  }
  expect(gaps).toEqual([]);
  expect(await registers(state)).toEqual(
    new Map([...books.ofOutlets()].map(([outlet, all]) => [outlet, all.at(-1)?.meterStopWh])),
  );
});

/** What the meters of outlets that were used have come to, in whole Wh. */
async function registers(state: string): Promise<Map<string, number>> {
  const store = await SharedLevelStore.open(join(state, 'store'));
  const found = new Map<string, number>();
  for (const identity of new Set(books.booked.map((one) => one.identity))) {
    const world = (await store.store(identity).load()).get('simulator/world') as {
      connectors: Record<string, { energyWh: number }>;
    };
    for (const [id, { energyWh }] of Object.entries(world.connectors)) {
      if (books.ofOutlets().has(`${identity} ${id}`)) found.set(`${identity} ${id}`, Math.floor(energyWh));
    }
  }
  await store.close();
  return found;
}
