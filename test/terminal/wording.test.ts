/** Events and statuses in words, with colours only where they are wanted. */

import { simulationView } from '../../src/simulator/simulation-view';
import type { Limit } from '../../src/station/limits';
import { paintFor } from '../../src/terminal/colour';
import type { RunEvent } from '../../src/terminal/run-events';
import { statusPage } from '../../src/terminal/status-page';
import { amperes, causeName, durationText, eventLine, kilowattHours } from '../../src/terminal/wording';
import { startSimulation } from '../simulator/support';

const plain = paintFor({ isTTY: false }, {});

test('colours need a terminal, and yield to NO_COLOR and TERM=dumb', () => {
  expect(paintFor({ isTTY: true }, {})('red', 'x')).toBe('\u001b[31mx\u001b[0m');
  for (const paint of [
    plain,
    paintFor({}, {}),
    paintFor({ isTTY: true }, { NO_COLOR: '1' }),
    paintFor({ isTTY: true }, { TERM: 'dumb' }),
  ]) {
    expect(paint('red', 'x')).toBe('x');
  }
});

const lines: [RunEvent, string][] = [
  [{ event: 'ended' }, 'station: it has ended in order'],
  [{ event: 'connected', url: 'ws://h' }, 'central system: connected'],
  [{ event: 'disconnected', reason: 'why' }, 'central system: disconnected (why)'],
  [
    { event: 'unreachable', url: 'ws://h', reason: 'why' },
    'central system: cannot be reached (why); it is tried again',
  ],
  [{ event: 'status', connectorId: 2, status: 'Available', errorCode: 'NoError' }, '2 left T2S: Available'],
  [
    { event: 'status', connectorId: 0, status: 'Faulted', errorCode: 'UnderVoltage', info: 'low' },
    'station: Faulted UnderVoltage (low)',
  ],
  [
    { event: 'transactionStarted', connectorId: 1, idTag: 'A', meterStartWh: 5 },
    '1 right T2S: transaction started, card A',
  ],
  [
    { event: 'transactionEnded', connectorId: 1, idTag: 'A', reason: 'EVDisconnected', energyWh: 1234, durationS: 61 },
    '1 right T2S: transaction ended (the vehicle was unplugged): 1.234 kWh in 1 min 01 s',
  ],
  [
    { event: 'transactionEnded', connectorId: 1, idTag: 'A', reason: 'Other', energyWh: 0, durationS: null },
    '1 right T2S: transaction ended (Other): 0.000 kWh',
  ],
  [{ event: 'restarting', reset: 'hard' }, 'station: restarts (hard reset)'],
  [{ event: 'power', on: false }, 'station: the power is off'],
  [{ event: 'warning', message: 'careful' }, 'warning: careful'],
];

test.each(lines)('%j', (event, line) => {
  expect(eventLine(event, ['right T2S', 'left T2S'], plain)).toBe(line);
});

test('numbers for people', () => {
  expect(kilowattHours(11_009)).toBe('11.009 kWh');
  expect([0, 59, 61, 3_600, 7_265].map(durationText)).toEqual([
    '0 s',
    '59 s',
    '1 min 01 s',
    '1 h 00 min',
    '2 h 01 min',
  ]);
});

test('the page names limits, the one that rules, faults and what waits', async () => {
  const station = await startSimulation();
  station.simulation.world.plug(1, { cableA: 20 });
  await station.advance(2_000);
  station.simulation.world.fault(1, 'overTemperature', true);
  await station.advance(2_000);
  const page = statusPage(simulationView(station.simulation), plain);
  expect(page).toContain('plain-2');
  expect(page).toContain('Connected, ws://central.test/ocpp as BENCH1');
  expect(page).toContain('registration Accepted');
  expect(page).toMatch(/1 right T2S +Faulted HighTemperature/);
  expect(page).toMatch(/limit \d+ A by temperature \(cable 20, socket 63/);
  expect(page).toContain('faults: overTemperature');
});

test.each<[Limit['by'], Limit['sources'][number]['profile'], string]>([
  ['cable', undefined, 'cable'],
  ['socket', undefined, 'socket'],
  ['installation', undefined, 'installation'],
  ['station', undefined, 'chargingStationMaxLimit'],
  ['temperature', undefined, 'temperature'],
  ['profile', { purpose: 'TxProfile', id: 4 }, 'TxProfile 4'],
  ['profile', { purpose: 'TxDefaultProfile', id: 5 }, 'TxDefaultProfile 5'],
  ['stationProfile', { purpose: 'ChargePointMaxProfile', id: 6 }, 'ChargePointMaxProfile 6'],
  ['sharing', undefined, 'sharing'],
  ['fault', undefined, 'fault'],
  ['authorisation', undefined, 'a card that is not authorised any more'],
])('a limit by %s, %j is told as %s', (by, profile, told) => {
  const other = { source: by, amps: 12, profile: { purpose: 'TxProfile', id: 99 } };
  const ruling = { source: by, amps: 6, ...(profile ? { profile } : {}) };
  expect(causeName({ amps: 6, by, sources: [{ source: 'socket', amps: 32 }, other, ruling] })).toBe(told);
});

test.each([
  [6.666_666_7, '6.7'],
  [16, '16'],
  [0.04, '0'],
  [9.999, '10'],
])('%d A are told as %s', (amps, told) => {
  expect(amperes(amps)).toBe(told);
});

test.each([
  [59.6, '1 min 00 s'],
  [119.6, '2 min 00 s'],
  [3_599.5, '1 h 00 min'],
])('%d s are rounded as a whole: %s', (seconds, told) => {
  expect(durationText(seconds)).toBe(told);
});
