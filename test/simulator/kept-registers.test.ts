/** The registers of simulated meters never fall behind what the station has stored, whatever became of the world's memory. */
import { MemoryStore } from '../../src/drivers/store/memory-store';
import type { JsonValue } from '../../src/hal/store';
import { keepingRegisters } from '../../src/simulator/kept-registers';
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

test.each([
  'written',
  'flushed',
] as const)('a commit that is to be %s is no more and no less than that', async (durability) => {
  const store = new MemoryStore();
  let energyWh = 0;
  const keeping = keepingRegisters(store, { registersWh: () => ({ 1: energyWh }), raiseRegisters: () => {} });
  const durable = durability === 'flushed';
  // With registers that have moved, with those that have not, and with nothing to put.
  energyWh = 5;
  for (const put of [[['a', 1]], [['b', 2]], []] as [string, number][][])
    await keeping.commit({ put, del: [] }, durability);
  expect([...(await store.load()).keys()]).toEqual(['a', 'b', 'simulator/registers']);
  expect([...store.durable.keys()].sort()).toEqual(durable ? ['a', 'b', 'simulator/registers'] : []);
  expect(store.flushes).toBe(durable ? 3 : 0);
});
