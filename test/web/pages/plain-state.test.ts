/** Each state of a socket has a plain word, and the page answers with the socket that says most. */
import type { PageConnector, PageView } from '../../../src/control/pages/page-view';
import { answeringSocket, plainStateOf } from '../../../src/web/pages/plain-state';

const free: PageConnector = {
  connectorId: 1,
  kind: 'T2S',
  status: 'Available',
  session: 'none',
  outOfUse: null,
  faults: [],
  powerW: 0,
  drawnA: 0,
  offeredA: 0,
  limit: { amps: 32, by: 'socket', others: [] },
  energyWh: null,
  todayWh: 0,
  registerWh: 0,
  lastFault: null,
};
const paused: Partial<PageConnector> = { status: 'SuspendedEVSE', session: 'running' };

test.each([
  ['free', {}],
  ['charging', { status: 'Charging' }],
  ['vehiclePauses', { status: 'SuspendedEV' }],
  ['limitPauses', { ...paused, limit: { amps: 5.9, by: 'profile', others: [] } }],
  ['stationPauses', { ...paused, limit: { amps: 6, by: 'profile', others: [] } }],
  ['faultPauses', { ...paused, faults: ['pilotShort'], limit: { amps: 0, by: 'fault', others: [] } }],
  ['faulted', { status: 'Faulted', faults: ['overTemperature'] }],
  ['cardWanted', { status: 'Preparing', session: 'waiting' }],
  ['plugWanted', { status: 'Preparing' }],
  ['begins', { status: 'Preparing', session: 'starting' }],
  ['unplug', { status: 'Finishing', session: 'finished' }],
  ['noCardCame', { status: 'Finishing', session: 'timedOut' }],
  ['reserved', { status: 'Reserved' }],
  ['twin', { status: 'Unavailable', outOfUse: 'twinInUse' }],
  ['updating', { status: 'Unavailable', outOfUse: 'updating' }],
  ['outOfUse', { status: 'Unavailable', outOfUse: 'inoperative' }],
] as [string, Partial<PageConnector>][])('%s', (state, change) => {
  expect(plainStateOf({ ...free, ...change }, 'ocpp')).toBe(state);
});

test('where no mode was chosen nobody charges', () => {
  expect(plainStateOf(free, 'none')).toBe('nobody');
});

function answer(...changes: Partial<PageConnector>[]): string | undefined {
  const connectors = changes.map((change) => ({ ...free, ...change }));
  const view = { sides: [{ side: 'right', mode: 'ocpp', connectors }] } as unknown as PageView;
  return answeringSocket(view)?.state;
}

test('what charges is the answer, then what keeps it from charging, then what is free', () => {
  const faulted = { status: 'Faulted' } as const;
  expect(answer({}, faulted, { status: 'Charging' })).toBe('charging');
  expect(answer({}, { status: 'Preparing', session: 'waiting' }, faulted)).toBe('faulted');
  expect(answer({ status: 'Unavailable' }, {}, { status: 'Preparing', session: 'waiting' })).toBe('cardWanted');
  expect(answer({ status: 'Unavailable' }, {})).toBe('free');
});
