/** The tables of commands of a simulated station: what a person does, what it leads to, and what is refused. */

import type { StationControl } from '../../src/control/control';
import { SimulatedClock } from '../../src/drivers/clock/simulated-clock';
import { evDefaults } from '../../src/drivers/sim/ev-options';
import { loadBoard } from '../../src/hal/board/board-file';
import { plainBoard } from '../../src/hal/board/plain-board';
import { simulationCommands, simulationControl } from '../../src/simulator/control';
import { simulationView } from '../../src/simulator/simulation-view';
import { ScriptedCentral } from '../../src/testing/central';
import { FakeHost } from '../support/fake-host';
import { type SimulatedStation, startSimulation } from './support';

const controlOf = ({ simulation }: SimulatedStation): StationControl =>
  simulationControl(simulation, { cutPower: () => {}, quit: () => {} });

const run = async (station: SimulatedStation, name: string, request: object): Promise<string> =>
  (await station.during(controlOf(station).run(name, { ...request }))).message;

test('plug, tap, stop and unplug make a whole charge', async () => {
  const station = await startSimulation({ board: loadBoard('board/simulated-double.yaml') });
  await run(station, 'plug', { connector: 3, cable: 20, ev: { maxCurrentA: 16 } });
  await station.advance(3_000);
  expect(station.status(4)).toBe('Unavailable');
  await run(station, 'tap', { card: '04a1b2c3', side: 'left' });
  await station.advance(20_000);
  expect(station.central.calls('StartTransaction')[0]?.payload).toMatchObject({ connectorId: 3, idTag: '04A1B2C3' });
  const during = simulationView(station.simulation).connectors[2];
  expect(during).toMatchObject({
    name: 'left T2S',
    status: 'Charging',
    limit: { amps: 20, by: 'cable' },
    offeredA: 20,
  });
  expect(during?.drawnA).toEqual([16, 16, 16]);
  expect(during?.transaction).toMatchObject({ transactionId: 1001, idTag: '04A1B2C3' });
  await run(station, 'stop', { connector: 3 });
  await station.advance(20_000);
  expect(station.central.calls('StopTransaction')[0]?.payload).toMatchObject({ reason: 'Local', transactionId: 1001 });
  await run(station, 'unplug', { connector: 3 });
  await station.advance(3_000);
  expect(station.status(3)).toBe('Available');
  expect(station.events.map((h) => h.event)).toEqual(
    expect.arrayContaining(['connected', 'status', 'transactionStarted', 'transactionEnded']),
  );
});

test('time runs at a speed, or stands still, as it is told', async () => {
  const host = new FakeHost();
  const clock = new SimulatedClock({ host });
  const central = new ScriptedCentral(clock, Date.UTC(2026, 0, 1));
  const starting = startSimulation({ clock, transport: central });
  const station = await starting;
  const time = async (request: object) => (await controlOf(station).run('time', { ...request })).message;
  expect(await time({ speed: 60 })).toBe('time runs 60 times as fast as outside');
  expect([clock.speed, clock.stepped]).toEqual([60, false]);
  expect(await time({ state: 'stands' })).toBe('time stands still until "advance"');
  expect([clock.speed, clock.stepped]).toEqual([60, true]);
  await expect(time({ speed: 0.5 })).rejects.toThrow('a number from 1 to 1000');
  expect(await time({ state: 'runs', speed: 1 })).toBe('time runs as fast as outside');
  const virtual = await startSimulation();
  await expect(run(virtual, 'time', { speed: 2 })).rejects.toThrow('it cannot be changed here');
});

test('an ended charge is told with its energy and duration', async () => {
  const station = await startSimulation();
  await run(station, 'plug', { connector: 1 });
  await run(station, 'tap', { card: 'X' });
  await station.advance(3_600_000);
  await run(station, 'stop', { connector: 1 });
  await station.advance(10_000);
  const ended = station.events.find((h) => h.event === 'transactionEnded');
  expect(ended).toMatchObject({ connectorId: 1, idTag: 'X', reason: 'Local' });
  const { energyWh, durationS } = ended as { energyWh: number; durationS: number };
  expect(energyWh).toBeGreaterThan(21_000);
  expect(Math.abs(durationS - 3_600)).toBeLessThan(10);
});

test('the card goes to the first side that has a reader', async () => {
  const station = await startSimulation();
  expect(await run(station, 'tap', { card: 'X' })).toContain('right');
});

test('a card is told in capitals, or as it is spelt', async () => {
  const station = await startSimulation();
  await run(station, 'tap', { card: 'abcdef12' });
  await run(station, 'tap', { card: 'abcdef34', side: 'left', asSpelt: true });
  await station.advance(2_000);
  const asked = station.central.calls('Authorize').map(({ payload }) => payload.idTag);
  expect(asked).toEqual(['ABCDEF12', 'abcdef34']);
  const single = await startSimulation({ board: plainBoard({ connectors: 1 }) });
  const tap = { card: 'X', side: 'left', asSpelt: true };
  await expect(run(single, 'tap', tap)).rejects.toThrow('tap: side left has no card reader');
});

test('surroundings are set, and the station makes of them what it does of any value', async () => {
  const station = await startSimulation();
  await run(station, 'plug', { connector: 1, ev: 'model-3-like' });
  await run(station, 'tap', { card: 'X' });
  await station.advance(20_000);
  expect(simulationView(station.simulation).connectors[0]).toMatchObject({ status: 'Charging', drawnA: [16, 16, 16] });
  await run(station, 'world', { connector: 1, change: { residualMa: 30 } });
  await station.advance(20_000);
  expect(simulationView(station.simulation).connectors[0]).toMatchObject({
    status: 'Faulted',
    errorCode: 'GroundFailure',
  });
  expect(await run(station, 'world', { connector: 0, change: { voltageV: 231 } })).toBe('station: voltageV changed');
  expect(simulationView(station.simulation).world.mainsV).toBe(231);
});

test('a ready-made vehicle may be changed; its cable goes in end by end', async () => {
  const station = await startSimulation();
  const request = { connector: 1, end: 'vehicle', ev: { like: 'zoe-like', stateOfCharge: 50 } };
  expect(await run(station, 'plug', request)).toBe("connector 1: the vehicle's end of a cable is plugged in");
  expect(station.simulation.world.snapshot().connectors[0]).toMatchObject({ plugged: false, vehicleWaits: true });
  await run(station, 'plug', { connector: 1, end: 'station' });
  const ev = { minCurrentA: 8, powerFactor: 0.95, stateOfCharge: 50, phases: 3 };
  expect(station.simulation.world.snapshot().connectors[0]).toMatchObject({ plugged: true, ev });
  await run(station, 'unplug', { connector: 1, end: 'station' });
  expect(station.simulation.world.snapshot().connectors[0]).toMatchObject({ plugged: false, vehicleWaits: true });
});

test('a signal flickers for as long as it is told', async () => {
  const station = await startSimulation();
  await run(station, 'flicker', { connector: 1, signal: 'pilotShort', forMs: 500, times: 2, everyMs: 2_000 });
  const volts = () => station.simulation.world.snapshot().connectors[0]?.pilotHighV;
  await station.advance(400);
  expect(volts()).toBe(0);
  await station.advance(1_000);
  expect(volts()).toBe(12);
  await station.advance(1_000);
  expect(volts()).toBe(0);
});

test('the network goes down and comes back', async () => {
  const station = await startSimulation();
  await run(station, 'network', { state: 'down' });
  await station.advance(300_000);
  expect(station.central.connections).toBe(1);
  expect(simulationView(station.simulation).connection).toMatchObject({ status: 'Disconnected', network: 'down' });
  await run(station, 'network', { state: 'up' });
  await station.advance(1_000);
  expect(station.central.connections).toBe(2);
});

test('a station that restarts finds the network as it is', async () => {
  const station = await startSimulation();
  await run(station, 'network', { state: 'down' });
  station.simulation.running.station.post({ kind: 'reset', hard: true });
  await station.advance(30_000);
  expect(station.events.map((h) => h.event)).toContain('restarting');
  expect(station.central.connections).toBe(1);
  await run(station, 'network', { state: 'up' });
  await station.advance(2_000);
  expect(station.central.connections).toBe(2);
});

test.each([
  ['plug', { conector: 1 }, 'did you mean connector?'],
  ['plug', { connector: 0 }, 'connector: found 0; must be the number of a connector of the station'],
  ['plug', { connector: 3 }, 'there is no connector 3; valid: 1, 2'],
  ['plug', { connector: 1, cable: 16 }, 'must be 13, 20, 32, 63'],
  ['plug', { connector: 1, ev: { phasis: 1 } }, 'no option phasis; did you mean phases? Valid: phases'],
  ['plug', { connector: 1, ev: 'zoe-lik' }, 'did you mean zoe-like?'],
  ['plug', { connector: 1, ev: 3 }, 'the name of a ready-made vehicle, or an object'],
  ['plug', { connector: 1, end: 'left' }, 'must be both, station, vehicle'],
  ['world', { connector: 1, change: { heat: 1 } }, 'there is no condition heat; valid: temperatureC'],
  ['flicker', { connector: 1, signal: 'lock', forMs: 5 }, 'a whole number of ms from 6 to 60000'],
  ['flicker', { connector: 1, signal: 'bolt', forMs: 50 }, 'must be lock, contactor, pilotOpen, pilotShort'],
  ['unplug', { connector: 1 }, 'plugged'],
  ['tap', { card: 'x'.repeat(21) }, '1 to 20 characters'],
  ['ev', { connector: 1, change: { paused: true } }, 'no vehicle is plugged'],
  ['fault', { connector: 1, kind: 'overTemp' }, 'did you mean overTemperature?'],
  ['fault', { connector: 9, kind: 'overTemperature' }, 'there is no connector 9; valid: 1, 2'],
  ['network', { state: 'sideways' }, 'must be down, up'],
  ['stop', { connector: 2 }, 'no transaction'],
])('%s %j is refused: %s', async (name, request, why) => {
  const station = await startSimulation();
  await expect(run(station, name, request)).rejects.toMatchObject({
    code: 'command.invalid',
    message: expect.stringContaining(why),
    refusal: expect.any(String),
  });
});

/** Every command with a name that it does not know, without anything, and with each parameter as nothing can be. */
const unfit = simulationCommands.flatMap(({ name, parameters }) => [
  ...[{ 'no such name': 1 }, ...Object.keys(parameters).map((parameter) => ({ [parameter]: [[]] }))].map(
    (request): [string, object] => [name, request],
  ),
]);

test.each(unfit)('%s %j is refused with a code', async (name, request) => {
  const station = await startSimulation();
  await expect(run(station, name, request)).rejects.toMatchObject({
    code: 'command.invalid',
    refusal: expect.any(String),
  });
});

test.each([
  ['plug', { connector: 1 }, 'plug', { connector: 1 }, 'vehiclePlugged'],
  ['plug', { connector: 1, end: 'station' }, 'plug', { connector: 1, end: 'station' }, 'cablePlugged'],
  ['plug', { connector: 1, end: 'vehicle' }, 'plug', { connector: 1, end: 'vehicle' }, 'vehicleThere'],
  ['plug', { connector: 1, end: 'vehicle' }, 'unplug', { connector: 1, end: 'station' }, 'noCable'],
  ['fault', { connector: 1, kind: 'welded' }, 'fault', { connector: 1, kind: 'stuckOpen' }, 'excluded'],
  ['fault', { connector: 1, kind: 'welded' }, 'fault', { connector: 0, kind: 'welded' }, 'faultNotHere'],
  ['network', { state: 'up' }, 'tap', { card: 'two words' }, 'cardInvalid'],
  ['network', { state: 'up' }, 'tap', { card: '' }, 'cardInvalid'],
  ['network', { state: 'up' }, 'advance', { ms: 1 }, 'timeRuns'],
  ['network', { state: 'up' }, 'power', { state: 'on' }, 'powerOnAlready'],
  ['network', { state: 'up' }, 'session', {}, 'noSession'],
])('after %s %j, %s %j is refused as %s: %s', async (first, before, name, request, refusal) => {
  const station = await startSimulation();
  await run(station, first, before);
  await expect(run(station, name, request)).rejects.toMatchObject({ refusal });
});

test('a tap that changes nothing says so by a code, too', async () => {
  const station = await startSimulation();
  const tap = () => station.during(controlOf(station).run('tap', { card: '04A1B2C3' }));
  expect(await tap()).not.toHaveProperty('refusal');
  await run(station, 'fault', { connector: 1, kind: 'readerAbsent' });
  expect(await tap()).toMatchObject({
    facts: { refused: 'the reader does not answer: it has not seen the card' },
    refusal: 'readerSilent',
  });
});

test('an unknown command names the likely one', async () => {
  const station = await startSimulation();
  await expect(run(station, 'unplugg', {})).rejects.toThrow('did you mean unplug?');
  await expect(run(station, 'constructor', {})).rejects.toThrow('there is no command');
});

test('the control cuts the power and ends the station only after its answer', async () => {
  const { simulation } = await startSimulation();
  const done: string[] = [];
  const control = simulationControl(simulation, { cutPower: () => done.push('cut'), quit: () => done.push('quit') });
  const cut = await control.run('power', { state: 'cut' });
  const quit = await control.run('quit', {});
  expect(done).toEqual([]);
  cut.afterwards?.();
  quit.afterwards?.();
  expect(done).toEqual(['cut', 'quit']);
  await expect(control.run('power', { state: 'on' })).rejects.toThrow('it is on already');
  expect(control.commands().map(({ name }) => name)).toEqual([
    'plug',
    'unplug',
    'tap',
    'ev',
    'fault',
    'update-fault',
    'world',
    'flicker',
    'network',
    'time',
    'advance',
    'stop',
    'unlock',
    'clear',
    'availability',
    'set',
    'mode',
    'connection',
    'cards',
    'backup',
    'restore',
    'password',
    'metrics',
    'factory-reset',
    'history',
    'update',
    'hosts',
    'security',
    'frames',
    'wait',
    'power',
    'quit',
    'session',
    'story',
  ]);
});

test('the list of commands names the options of a vehicle and the conditions around it, with what is valid', () => {
  const changeOf = (name: string) => simulationCommands.find((row) => row.name === name)?.parameters.change ?? '';
  for (const option of Object.keys(evDefaults)) expect(changeOf('ev')).toContain(` ${option} (`);
  expect(changeOf('ev')).toContain('stateOfCharge (0 to 100');
  for (const condition of ['temperatureC', 'residualMa', 'meterErrorPercent', 'voltageV', 'frequencyHz']) {
    expect(changeOf('world')).toContain(` ${condition} (`);
  }
});

test.each([
  ['ev', { connector: 1, change: { maxCurent: 3 } }, 'did you mean maxCurrentA? Valid: '],
  ['world', { connector: 1, change: { temp: 3 } }, 'did you mean temperatureC? Valid: '],
  ['world', { connector: 0, change: { voltage: 3 } }, 'did you mean voltageV? Valid: '],
  ['fault', { connector: 1, kind: 'overTemprature' }, 'did you mean overTemperature?'],
])('%s %j: what was likely meant is said', async (name, request, question) => {
  const station = await startSimulation();
  station.simulation.world.plug(1);
  await station.advance(1_000);
  await expect(run(station, name, request)).rejects.toMatchObject({ message: expect.stringContaining(question) });
});
