/** The machine interface against a whole simulated station in virtual time. */

import { plainBoard } from '../../src/hal/board/plain-board';
import { simulationControl } from '../../src/simulator/control';
import { JsonLines } from '../../src/simulator/json-lines';
import { jsonLineCommands } from '../../src/simulator/json-lines-commands';
import type { SimulationOptions } from '../../src/simulator/simulation';
import { type SimulatedStation, startSimulation } from './support';

interface Talk extends SimulatedStation {
  answers: string[];
  say(request: object | string): Promise<Record<string, unknown>>;
}

async function talk(wishes: Partial<SimulationOptions> = {}): Promise<Talk> {
  const station = await startSimulation(wishes);
  const answers: string[] = [];
  const log = { info: () => {}, warn: (_fields: object, message: string) => station.warnings.push(message) };
  const { simulation } = station;
  const control = simulationControl(simulation, { cutPower: () => {}, quit: () => {} });
  const lines = new JsonLines({ simulation, control, answer: (line) => answers.push(line), log });
  return {
    ...station,
    answers,
    say: async (request) => {
      const before = answers.length;
      lines.receive(`${typeof request === 'string' ? request : JSON.stringify(request)}\n`);
      while (answers.length === before) await station.advance(20);
      return JSON.parse(answers[before] ?? '');
    },
  };
}

test('a charge from plug to unplug, with the idTag spelt as given', async () => {
  const { say, central, advance, status, simulation } = await talk();
  expect(await say({ cmd: 'plug_in', connector: 1 })).toEqual({ ok: true });
  await advance(3_000);
  expect(status(1)).toBe('Preparing');
  expect(await say({ cmd: 'swipe', idTag: 'aB 1f-', connectors: [1] })).toEqual({ ok: true });
  await advance(10_000);
  expect(central.calls('StartTransaction')[0]?.payload).toMatchObject({ connectorId: 1, idTag: 'aB 1f-' });
  expect(status(1)).toBe('Charging');
  const { currentA } = simulation.world.snapshot().connectors[0] ?? {};
  expect(currentA).toEqual([32, 0, 0]);
  expect(await say({ cmd: 'plug_out', connector: 1 })).toEqual({ ok: true });
  await advance(20_000);
  expect(status(1)).toBe('Available');
  expect(central.calls('StopTransaction')).toHaveLength(1);
});

test('a tag of hexadecimal digits in small letters is not made capital', async () => {
  const { say, central, advance } = await talk();
  await say({ cmd: 'swipe', idTag: 'abcdef12', connectors: [2] });
  await advance(1_000);
  expect(central.calls('Authorize')[0]?.payload).toEqual({ idTag: 'abcdef12' });
});

test('plug_in takes another vehicle, and one end of its cable; world and flicker are as at the bench', async () => {
  const { say, simulation } = await talk();
  const first = () => simulation.world.snapshot().connectors[0];
  expect(await say({ cmd: 'plug_in', connector: 1, ev: { stateOfCharge: 99 }, cable: 20, end: 'vehicle' })).toEqual({
    ok: true,
  });
  expect(first()).toMatchObject({ plugged: false, vehicleWaits: true });
  await say({ cmd: 'plug_in', connector: 1, end: 'station' });
  expect(first()).toMatchObject({ plugged: true, cableA: 20, ev: { phases: 1, readyDelayMs: 0, stateOfCharge: 99 } });
  await say({ cmd: 'plug_out', connector: 1, end: 'station' });
  expect(first()).toMatchObject({ plugged: false, vehicleWaits: true });
  await say({ cmd: 'plug_out', connector: 1 });
  expect(first()).toMatchObject({ plugged: false, vehicleWaits: true });
  expect(await say({ cmd: 'world', connector: 1, change: { meterStepWh: 10 } })).toEqual({ ok: true });
  expect(first()?.conditions.meterStepWh).toBe(10);
  expect(await say({ cmd: 'flicker', connector: 1, signal: 'pilotShort', forMs: 100 })).toEqual({ ok: true });
});

test('a vehicle that waits at its cable stays as it is when the other end is plugged', async () => {
  const { say, simulation } = await talk();
  const first = () => simulation.world.snapshot().connectors[0];
  await say({ cmd: 'plug_in', connector: 1, ev: 'zoe-like', end: 'vehicle' });
  await say({ cmd: 'plug_in', connector: 1, end: 'station' });
  expect(first()).toMatchObject({ plugged: true, ev: { phases: 3, readyDelayMs: 8_000, minCurrentA: 8 } });
});

test('plugging in twice and out twice is ok', async () => {
  const { say, simulation } = await talk();
  const plugged = () => simulation.world.snapshot().connectors[0]?.plugged;
  for (const cmd of ['plug_in', 'plug_in']) expect(await say({ cmd, connector: 1 })).toEqual({ ok: true });
  expect(plugged()).toBe(true);
  for (const cmd of ['plug_out', 'plug_out']) expect(await say({ cmd, connector: 1 })).toEqual({ ok: true });
  expect(plugged()).toBe(false);
});

test('the vehicle pauses and resumes', async () => {
  const { say, advance, status } = await talk();
  await say({ cmd: 'plug_in', connector: 1 });
  await say({ cmd: 'swipe', idTag: 'A', connectors: [1] });
  await advance(10_000);
  await say({ cmd: 'ev_pause', connector: 1 });
  await advance(20_000);
  expect(status(1)).toBe('SuspendedEV');
  await say({ cmd: 'ev_resume', connector: 1 });
  await advance(20_000);
  expect(status(1)).toBe('Charging');
});

const raisable = [
  'ConnectorLockFailure',
  'GroundFailure',
  'HighTemperature',
  'InternalError',
  'OtherError',
  'OverCurrentFailure',
  'OverVoltage',
  'PowerMeterFailure',
  'PowerSwitchFailure',
  'ReaderFailure',
  'ResetFailure',
  'UnderVoltage',
  'WeakSignal',
];

test.each(raisable)('%s is told of an idle connector, and told to be over', async (error) => {
  const { say, advance, central } = await talk();
  const lastOf1 = () =>
    central.calls('StatusNotification').findLast(({ payload }) => payload.connectorId === 1)?.payload;
  expect(await say({ cmd: 'raise_fault', connector: 1, error })).toEqual({ ok: true });
  await advance(20_000);
  expect(lastOf1()).toMatchObject({ errorCode: error });
  expect(await say({ cmd: 'clear_fault', connector: 1, error })).toEqual({ ok: true });
  await advance(20_000);
  expect(lastOf1()).toMatchObject({ status: 'Available', errorCode: 'NoError' });
});

test('EVCommunicationError is told while a vehicle is there', async () => {
  const { say, advance, central } = await talk();
  const codes = () => central.calls('StatusNotification').map(({ payload }) => payload.errorCode);
  await say({ cmd: 'plug_in', connector: 1 });
  await advance(5_000);
  await say({ cmd: 'raise_fault', connector: 1, error: 'EVCommunicationError' });
  await advance(5_000);
  expect(codes()).toContain('EVCommunicationError');
  await say({ cmd: 'clear_fault', connector: 1, error: 'EVCommunicationError' });
  await advance(5_000);
  expect(codes().at(-1)).toBe('NoError');
});

test('diode_fail is in the world until it is taken back', async () => {
  const { say, simulation } = await talk();
  await say({ cmd: 'diode_fail', connector: 2 });
  expect(simulation.world.snapshot().connectors[1]?.faults).toEqual(['diodeMissing']);
  await say({ cmd: 'diode_fail', connector: 2, present: false });
  expect(simulation.world.snapshot().connectors[1]?.faults).toEqual([]);
});

test('a latched fault in use clears without unplugging', async () => {
  const { say, advance, status } = await talk();
  await say({ cmd: 'plug_in', connector: 1 });
  await say({ cmd: 'swipe', idTag: 'A' });
  await advance(10_000);
  await say({ cmd: 'raise_fault', connector: 1, error: 'GroundFailure' });
  await advance(5_000);
  expect(status(1)).toBe('Faulted');
  await say({ cmd: 'clear_fault', connector: 1, error: 'GroundFailure' });
  await advance(5_000);
  expect(status(1)).not.toBe('Faulted');
});

test('an attached cable has no lock to jam: the fault is told all the same', async () => {
  const { say, advance, status } = await talk({ board: plainBoard({ connectors: 1, fixedCable: [true] }) });
  expect(await say({ cmd: 'raise_fault', connector: 1, error: 'ConnectorLockFailure' })).toEqual({ ok: true });
  await advance(1_000);
  expect(status(1)).toBe('Faulted');
});

test('one of our own fault names works, and a wrong one is answered with the likely one', async () => {
  const { say, simulation } = await talk();
  expect(await say({ cmd: 'raise_fault', connector: 2, error: 'lockJammed' })).toEqual({ ok: true });
  expect(simulation.world.snapshot().connectors[1]?.faults).toEqual(['lockJammed']);
  const { ok, error } = await say({ cmd: 'raise_fault', connector: 2, error: 'GroundFailre' });
  expect(ok).toBe(false);
  expect(error).toContain('did you mean GroundFailure?');
  expect(await say({ cmd: 'raise_fault', connector: 4, error: 'GroundFailure' })).toEqual({
    ok: false,
    error: 'there is no connector 4; valid: 1, 2',
  });
});

test('the connection stays away until it is wanted again', async () => {
  const { say, advance, central } = await talk();
  await say({ cmd: 'disconnect_websocket' });
  await advance(600_000);
  expect(central.connected).toBe(false);
  await say({ cmd: 'connect_websocket' });
  await advance(1_000);
  expect(central.connected).toBe(true);
});

test('the cache takes an entry only while it is enabled', async () => {
  const { say, simulation } = await talk();
  const entry = { cmd: 'cache_add', idTag: 'KNOWN', status: 'Blocked' };
  expect((await say(entry)).error).toContain('AuthorizationCacheEnabled');
  await simulation.running.configuration.change('AuthorizationCacheEnabled', 'true', 'person');
  expect(await say(entry)).toEqual({ ok: true });
  expect(simulation.running.chargePoint.cache.find('known')).toMatchObject({ status: 'Blocked' });
  expect((await say({ ...entry, status: 'Blokked' })).error).toContain('must be Accepted, Blocked');
});

test('state tells what is believed and what is true', async () => {
  const { say } = await talk();
  await say({ cmd: 'plug_in', connector: 2 });
  const { ok, state } = (await say({ cmd: 'state' })) as { ok: boolean; state: Record<string, never> };
  expect(ok).toBe(true);
  expect(state).toMatchObject({
    power: 'on',
    connection: { status: 'Connected', registration: 'Accepted', queue: 0, network: 'up' },
    world: { connectors: [{ plugged: false }, { plugged: true }] },
  });
});

test('unknown commands, bad lines and missing parameters are answered, and the next line still works', async () => {
  const { say, answers } = await talk();
  expect((await say({ cmd: 'plug_inn', connector: 1 })).error).toContain('did you mean plug_in?');
  expect((await say({ cmd: 'dance' })).error).toContain(
    `valid: ${Object.keys(jsonLineCommands).join(', ')}`.slice(0, 40),
  );
  expect((await say('{"cmd":')).error).toContain('not JSON');
  expect((await say('[1]')).error).toContain('must be a JSON object');
  expect((await say({ connector: 1 })).error).toContain('cmd is missing');
  expect((await say({ cmd: 'plug_in' })).error).toContain('connector is missing');
  expect((await say({ cmd: 'plug_in', connector: 'x' })).error).toContain('found "x"');
  expect((await say({ cmd: 'toString' })).ok).toBe(false);
  expect(await say({ cmd: 'plug_in', connector: 1 })).toEqual({ ok: true });
  expect(answers).toHaveLength(9);
});

test('what this version does not know of a request is logged and ignored', async () => {
  const { say, warnings } = await talk();
  expect(await say({ cmd: 'plug_in', connector: 1, colour: 'red' })).toEqual({ ok: true });
  expect(warnings).toEqual([expect.stringContaining('"colour"')]);
});

test('lines may come in pieces, and are answered in their order', async () => {
  const station = await startSimulation();
  const answers: string[] = [];
  const { simulation } = station;
  const jsonLines = new JsonLines({
    simulation,
    control: simulationControl(simulation, { cutPower: () => {}, quit: () => {} }),
    answer: (line) => answers.push(line),
    log: { info: () => {}, warn: () => {} },
  });
  const lines = [
    { cmd: 'clear_fault', connector: 1, error: 'GroundFailure' }, // takes a while
    { cmd: 'nothing' },
    { cmd: 'plug_in', connector: 1 },
  ];
  for (const character of lines.map((line) => JSON.stringify(line)).join('\n')) jsonLines.receive(character);
  await station.during(jsonLines.end());
  expect(answers.map((line) => JSON.parse(line).ok)).toEqual([true, false, true]);
});

test('a line without end is refused, and what follows it still works', async () => {
  const { say } = await talk();
  expect((await say('x'.repeat(1_100_000))).error).toContain('at most');
  expect(await say({ cmd: 'plug_in', connector: 1 })).toEqual({ ok: true });
});
