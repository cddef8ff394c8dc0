/** The registers of simulated meters never fall behind what the station has stored, whatever became of the world's memory. */
import { MemoryStore } from '../../src/drivers/store/memory-store';
import type { JsonValue } from '../../src/hal/store';
import { startSimulation } from './support';

const forgetful = { load: () => undefined, save: () => {}, failing: true };

test('a world whose memory cannot be written has its registers from the store after a restart', async () => {
  let store = new MemoryStore();
  const openStore = async () => {
    store = new MemoryStore({ durable: store.durable });
    return store;
  };
  const first = await startSimulation({ memory: forgetful, openStore });
  first.simulation.world.plug(1, {});
  await first.advance(5_000);
  first.simulation.world.present('04A1B2C3', 'right');
  await first.advance(600_000);
  const [register = 0] = first.simulation.world.snapshot().connectors.map(({ energyWh }) => energyWh);
  expect(register).toBeGreaterThan(1_000);
  const durable: ReadonlyMap<string, JsonValue> = new Map(store.durable);

  const next = await startSimulation({ memory: forgetful, openStore: async () => new MemoryStore({ durable }) });
  const [found = 0] = next.simulation.world.snapshot().connectors.map(({ energyWh }) => energyWh);
  const transaction = durable.get('station/transaction/1') as { lastWh: number };
  expect(transaction.lastWh).toBeGreaterThan(0);
  expect(found).toBeGreaterThanOrEqual(transaction.lastWh);
  await next.during(next.simulation.stop());
  await first.during(first.simulation.stop());
});

test('a memory that knows more than the store is not taken back', async () => {
  const durable = new Map<string, JsonValue>([['simulator/registers', { 1: 5, 2: 7_000 }]]);
  const memory = { load: () => ({ version: 1, wholes: 1, connectors: { 1: { energyWh: 900 } } }), save: () => {} };
  const { simulation, during } = await startSimulation({ memory, openStore: async () => new MemoryStore({ durable }) });
  expect(simulation.world.snapshot().connectors.map(({ energyWh }) => energyWh)).toEqual([900, 7_000]);
  await during(simulation.stop());
});
