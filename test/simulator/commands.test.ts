/** The table of bench commands: what a person does, what it leads to, and what is refused. */

import { loadBoard } from '../../src/hal/board/board-file';
import { benchService } from '../../src/simulator/bench-service';
import { benchCommand } from '../../src/simulator/commands';
import { stationStatus } from '../../src/simulator/station-status';
import { type Bench, startBench } from '../cli/support';

const run = (bench: Bench, name: string, request: object) =>
  bench.during(benchCommand(name).run(bench.simulation, { ...request }));

test('plug, tap, stop and unplug make a whole charge', async () => {
  const bench = await startBench({ board: loadBoard('board/simulated-double.yaml') });
  await run(bench, 'plug', { connector: 3, cable: 20, ev: { maxCurrentA: 16 } });
  await bench.advance(3_000);
  expect(bench.status(4)).toBe('Unavailable');
  await run(bench, 'tap', { card: '04a1b2c3', side: 'left' });
  await bench.advance(20_000);
  expect(bench.central.calls('StartTransaction')[0]?.payload).toMatchObject({ connectorId: 3, idTag: '04A1B2C3' });
  const during = stationStatus(bench.simulation).connectors[2];
  expect(during).toMatchObject({
    name: 'left T2S',
    status: 'Charging',
    limit: { amps: 20, by: 'cable' },
    offeredA: 20,
  });
  expect(during?.drawnA).toEqual([16, 16, 16]);
  expect(during?.transaction).toMatchObject({ transactionId: 1001, idTag: '04A1B2C3' });
  await run(bench, 'stop', { connector: 3 });
  await bench.advance(20_000);
  expect(bench.central.calls('StopTransaction')[0]?.payload).toMatchObject({ reason: 'Local', transactionId: 1001 });
  await run(bench, 'unplug', { connector: 3 });
  await bench.advance(3_000);
  expect(bench.status(3)).toBe('Available');
  expect(bench.happenings.map((h) => h.event)).toEqual(
    expect.arrayContaining(['connected', 'status', 'transactionStarted', 'transactionEnded']),
  );
});

test('an ended charge is told with its energy and duration', async () => {
  const bench = await startBench();
  await run(bench, 'plug', { connector: 1 });
  await run(bench, 'tap', { card: 'X' });
  await bench.advance(3_600_000);
  await run(bench, 'stop', { connector: 1 });
  await bench.advance(10_000);
  const ended = bench.happenings.find((h) => h.event === 'transactionEnded');
  expect(ended).toMatchObject({ connectorId: 1, idTag: 'X', reason: 'Local' });
  const { energyWh, durationS } = ended as { energyWh: number; durationS: number };
  expect(energyWh).toBeGreaterThan(21_000);
  expect(Math.abs(durationS - 3_600)).toBeLessThan(10);
});

test('the card goes to the first side that has a reader', async () => {
  const bench = await startBench();
  expect(await run(bench, 'tap', { card: 'X' })).toContain('right');
});

test('surroundings are set, and the station makes of them what it does of any value', async () => {
  const bench = await startBench();
  await run(bench, 'plug', { connector: 1, ev: 'model-3-like' });
  await run(bench, 'tap', { card: 'X' });
  await bench.advance(20_000);
  expect(stationStatus(bench.simulation).connectors[0]).toMatchObject({ status: 'Charging', drawnA: [16, 16, 16] });
  await run(bench, 'world', { connector: 1, change: { residualMa: 30 } });
  await bench.advance(20_000);
  expect(stationStatus(bench.simulation).connectors[0]).toMatchObject({
    status: 'Faulted',
    errorCode: 'GroundFailure',
  });
  expect(await run(bench, 'world', { connector: 0, change: { voltageV: 231 } })).toBe('station: voltageV changed');
  expect(stationStatus(bench.simulation).world.mainsV).toBe(231);
});

test('a ready-made vehicle may be changed; its cable goes in end by end', async () => {
  const bench = await startBench();
  const request = { connector: 1, end: 'vehicle', ev: { like: 'zoe-like', stateOfCharge: 50 } };
  expect(await run(bench, 'plug', request)).toBe("connector 1: the vehicle's end of a cable is plugged in");
  expect(bench.simulation.world.snapshot().connectors[0]).toMatchObject({ plugged: false, vehicleWaits: true });
  await run(bench, 'plug', { connector: 1, end: 'station' });
  const ev = { minCurrentA: 8, powerFactor: 0.95, stateOfCharge: 50, phases: 3 };
  expect(bench.simulation.world.snapshot().connectors[0]).toMatchObject({ plugged: true, ev });
  await run(bench, 'unplug', { connector: 1, end: 'station' });
  expect(bench.simulation.world.snapshot().connectors[0]).toMatchObject({ plugged: false, vehicleWaits: true });
});

test('a signal flickers for as long as it is told', async () => {
  const bench = await startBench();
  await run(bench, 'flicker', { connector: 1, signal: 'pilotShort', forMs: 500, times: 2, everyMs: 2_000 });
  const volts = () => bench.simulation.world.snapshot().connectors[0]?.pilotHighV;
  await bench.advance(400);
  expect(volts()).toBe(0);
  await bench.advance(1_000);
  expect(volts()).toBe(12);
  await bench.advance(1_000);
  expect(volts()).toBe(0);
});

test('the network goes down and comes back', async () => {
  const bench = await startBench();
  await run(bench, 'network', { state: 'down' });
  await bench.advance(300_000);
  expect(bench.central.connections).toBe(1);
  expect(stationStatus(bench.simulation).connection).toMatchObject({ status: 'Disconnected', network: 'down' });
  await run(bench, 'network', { state: 'up' });
  await bench.advance(1_000);
  expect(bench.central.connections).toBe(2);
});

test('a station that restarts finds the network as it is', async () => {
  const bench = await startBench();
  await run(bench, 'network', { state: 'down' });
  bench.simulation.running.station.post({ kind: 'reset', hard: true });
  await bench.advance(30_000);
  expect(bench.happenings.map((h) => h.event)).toContain('restarting');
  expect(bench.central.connections).toBe(1);
  await run(bench, 'network', { state: 'up' });
  await bench.advance(2_000);
  expect(bench.central.connections).toBe(2);
});

test.each([
  ['plug', { conector: 1 }, 'did you mean connector?'],
  ['plug', { connector: 0 }, 'from 1 to 4'],
  ['plug', { connector: 3 }, 'there is no connector 3; valid: 1, 2'],
  ['plug', { connector: 1, cable: 16 }, 'must be 13, 20, 32, 63'],
  ['plug', { connector: 1, ev: { phasis: 1 } }, 'no option phasis; valid: phases'],
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
  ['fault', { connector: 9, kind: 'overTemperature' }, 'from 0 to 4'],
  ['network', { state: 'sideways' }, 'must be down, up'],
  ['stop', { connector: 2 }, 'no transaction'],
])('%s %j is refused: %s', async (name, request, why) => {
  const bench = await startBench();
  await expect(run(bench, name, request)).rejects.toMatchObject({
    code: 'command.invalid',
    message: expect.stringContaining(why),
  });
});

test('an unknown command names the likely one', () => {
  expect(() => benchCommand('unplugg')).toThrow('did you mean unplug?');
  expect(() => benchCommand('constructor')).toThrow('there is no command');
});

test('the service cuts the power and ends the station only after its answer', async () => {
  const { simulation } = await startBench();
  const done: string[] = [];
  const service = benchService(simulation, { cut: () => done.push('cut'), quit: () => done.push('quit') });
  const cut = await service.run('power', { state: 'cut' });
  const quit = await service.run('quit', {});
  expect(done).toEqual([]);
  cut.afterwards?.();
  quit.afterwards?.();
  expect(done).toEqual(['cut', 'quit']);
  await expect(service.run('power', { state: 'on' })).rejects.toThrow('it is on already');
  expect(service.commands().map(({ name }) => name)).toEqual([
    'plug',
    'unplug',
    'tap',
    'ev',
    'fault',
    'world',
    'flicker',
    'network',
    'advance',
    'stop',
    'power',
    'quit',
  ]);
});
