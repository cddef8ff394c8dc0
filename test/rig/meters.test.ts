/** Meters of a board: one master a bus, and a meter that cannot be had is reported and refuses. */
import { loadBoard } from '../../src/hal/board/board-file';
import { connectorsOf } from '../../src/hal/connectors';
import type { Trouble } from '../../src/hal/trouble';
import type { SerialBusWiring } from '../../src/hal/wiring';
import { rigHardwareOf } from '../../src/rig/inspection';
import { MeterBuses } from '../../src/rig/meters';
import { during, fakeRig, rigBoard } from './rig-machine';

function busesOf(board = rigBoard(), serial = rigHardwareOf(board).serial) {
  const { machine, clock, units } = fakeRig();
  const opened: string[] = [];
  const reported: Trouble[] = [];
  const openLine = (wiring: SerialBusWiring) => {
    opened.push(wiring.name);
    return machine.serialLine(wiring);
  };
  const buses = new MeterBuses({ serial, clock, openLine, report: (trouble) => reported.push(trouble) });
  return { buses, clock, units, opened, reported, connectors: connectorsOf(board) };
}

test('meters on one bus share its line, which is opened when the first is read', async () => {
  const { buses, clock, opened, reported, connectors } = busesOf();
  const meters = connectors.map((connector) => buses.meterOrRefusal(connector));
  expect(meters.every((meter) => meter !== undefined)).toBe(true);
  expect(opened).toEqual([]);
  const readings = await during(clock, Promise.all(meters.map((meter) => meter?.read())));
  expect(readings).toHaveLength(2);
  expect(opened).toEqual(['meters']);
  expect(reported).toEqual([]);
  buses.close();
});

test('a unit that is silent is reported once, as a meter', async () => {
  const { buses, clock, units, reported, connectors } = busesOf();
  units.clear();
  const [first] = connectors.map((connector) => buses.meterOrRefusal(connector));
  await expect(during(clock, Promise.resolve(first?.read()))).rejects.toThrow(/no answer/);
  expect(reported).toEqual([expect.objectContaining({ part: 'meter', code: 'failed' })]);
  buses.close();
});

test('without its bus a meter is reported with its connector and refuses; the other is had all the same', async () => {
  const { buses, reported, connectors } = busesOf(rigBoard(), []);
  const [first] = connectors.map((connector) => buses.meterOrRefusal(connector));
  await expect(first?.read()).rejects.toThrow('there is no serial bus meters');
  expect(reported[0]).toEqual({
    part: 'meter',
    connectorId: 1,
    code: 'notSetUp',
    text: 'connector 1: there is no serial bus meters',
  });
});

test('where none is wired there is none', () => {
  const { buses, reported } = busesOf();
  const [simulated] = connectorsOf(loadBoard('board/simulated-single.yaml'));
  expect(simulated && buses.meterOrRefusal(simulated)).toBeUndefined();
  expect(reported).toEqual([]);
});
