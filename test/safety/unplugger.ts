/** A thread that draws the plug at a given time, whatever the main thread is doing, and notes when. */
import { workerData } from 'node:worker_threads';
import { RealClock } from '../../src/drivers/clock/real-clock';
import { cells, cellsOf } from './shared-world';

const { memory, origin, atMs } = workerData as { memory: SharedArrayBuffer; origin: bigint; atMs: number };
const clock = new RealClock({ origin });
const shared = cellsOf(memory);
clock.at(atMs, () => {
  Atomics.store(shared, cells.unpluggedTurn, Atomics.load(shared, cells.turns));
  Atomics.store(shared, cells.unpluggedAt, Math.round(clock.now()));
  Atomics.store(shared, cells.pilotMillivolts, 12_000);
});
