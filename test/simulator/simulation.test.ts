/** Assembly of a simulated station: restarts in place, values that win, and its end. */
import { MemoryStore } from '../../src/drivers/store/memory-store';
import { startSimulation } from './support';

test('a reset restarts the station in place: a new boot, the plug still in', async () => {
  const { simulation, central, advance, events, status } = await startSimulation();
  simulation.world.plug(2);
  await advance(2_000);
  const first = simulation.running;
  central.sendText('[2,"r","Reset",{"type":"Soft"}]');
  await advance(10_000);
  expect(simulation.running).not.toBe(first);
  expect(events).toContainEqual({ event: 'restarting', reset: 'soft' });
  expect(central.calls('BootNotification')).toHaveLength(2);
  expect(simulation.world.snapshot().connectors[1]?.plugged).toBe(true);
  expect(status(2)).toBe('Preparing');
});

test('an owner may take the reset into its own hands', async () => {
  const resets: string[] = [];
  const { central, advance } = await startSimulation({ onReset: (how) => resets.push(how), restarts: false });
  central.sendText('[2,"r","Reset",{"type":"Hard"}]');
  await advance(10_000);
  expect(resets).toEqual(['hard']);
  expect(central.calls('BootNotification')).toHaveLength(1);
});

test('what the command line says wins over what is stored, but not over what is changed afterwards', async () => {
  const { simulation, central, advance } = await startSimulation({ address: { UID: { value: 'FLAG', rank: 'run' } } });
  expect(central.urls).toEqual(['ws://central.test/ocpp/FLAG']);
  await simulation.running.configuration.change('UID', 'CHANGED', 'person');
  await advance(5_000);
  simulation.running.station.post({ kind: 'reset', hard: false });
  await advance(10_000);
  expect(central.urls.at(-1)).toBe('ws://central.test/ocpp/CHANGED');
});

test('initial values yield to stored ones', async () => {
  const { simulation, central, advance } = await startSimulation();
  await simulation.running.configuration.change('UID', 'STORED', 'person');
  simulation.running.station.post({ kind: 'reset', hard: false });
  await advance(10_000);
  expect(central.urls.at(-1)).toBe('ws://central.test/ocpp/STORED');
});

test('an orderly end opens the contactor and closes the connection, and keeps the world', async () => {
  const kept: unknown[] = [];
  const { simulation, central, advance, during } = await startSimulation({
    memory: { load: () => undefined, save: (value) => kept.push(value) },
  });
  simulation.world.plug(1);
  await advance(1_000);
  const before = kept.length;
  await during(simulation.stop());
  await advance(100);
  expect(central.connected).toBe(false);
  expect(kept.length).toBeGreaterThan(before);
  expect(() => simulation.running).toThrow('the station is starting or ending');
});

test('a restart that fails is told to the owner', async () => {
  const failures: unknown[] = [];
  let opened = 0;
  const { central, advance } = await startSimulation({
    openStore: async () => {
      opened += 1;
      if (opened > 1) throw new Error('the disk is gone');
      return new MemoryStore();
    },
    onFailure: (error) => failures.push(error),
  });
  central.sendText('[2,"r","Reset",{"type":"Soft"}]');
  await advance(10_000);
  expect(failures).toEqual([expect.objectContaining({ message: 'the disk is gone' })]);
});

test('a warning of the store is told', async () => {
  const { events } = await startSimulation({
    openStore: async () => Object.assign(new MemoryStore(), { warning: 'it was mended' }),
  });
  expect(events).toContainEqual({ event: 'warning', message: 'it was mended' });
});

test('what is said of its pages is told, and stands in the event log over a restart', async () => {
  const station = await startSimulation();
  station.simulation.warn('the pages use a new certificate from now on');
  expect(station.events).toContainEqual({
    event: 'warning',
    message: 'the pages use a new certificate from now on',
  });
  station.simulation.running.station.post({ kind: 'reset', hard: true });
  await station.advance(30_000);
  const texts = station.simulation.running.events.recent(0).map(({ text }) => text);
  expect(texts).toContainEqual(expect.stringContaining('the pages use a new certificate from now on'));
});

test('of attempts in a row that fail only the first is told', async () => {
  const { events, central, advance } = await startSimulation();
  central.down();
  await advance(600_000);
  const told = events.filter((h) => h.event === 'unreachable' || h.event === 'disconnected');
  expect(told).toHaveLength(1);
  central.up();
  await advance(600_000);
  expect(events.filter((h) => h.event === 'connected')).toHaveLength(2);
});
