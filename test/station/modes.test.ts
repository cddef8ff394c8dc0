/** Charging modes (guide, steps 3 and 4): free, cards known here, OCPP on both sides, and none. */
import type { JsonValue } from '../../src/hal/store';
import { StoredValues } from '../../src/hal/stored';
import { limitOf } from '../../src/station/limits';
import { initialState, savedOf } from '../../src/station/saved';
import type { ChargingMode } from '../../src/station/types';
import { Bench, config, plugged, settings } from './bench';

const setMode = (bench: Bench, mode: ChargingMode, side: 'right' | 'left' = 'right') =>
  bench.post({ kind: 'mode', side, mode });
const modes = (bench: Bench) => bench.state.points.map(({ mode }) => mode);
const asked = (bench: Bench) => bench.effects.flatMap((e) => (e.kind === 'ask' ? [e.ask] : []));
const records = (bench: Bench) => bench.records.map(({ kind, tx }) => [kind, tx.local]);

/** Two sides, right and left, in these modes. */
function inModes(right: ChargingMode, left: ChargingMode = right): Bench {
  const bench = new Bench();
  setMode(bench, right === 'ocpp' ? 'ocpp' : right);
  if (left !== 'ocpp') setMode(bench, left, 'left');
  return bench;
}

test('a station that nobody has told otherwise speaks OCPP', () => {
  expect(modes(new Bench())).toEqual(['ocpp', 'ocpp']);
});

test('OCPP is imposed on both sides and ends on both; other modes are each side for itself', () => {
  const bench = inModes('free');
  expect(modes(bench)).toEqual(['free', 'free']);
  setMode(bench, 'cards', 'left');
  expect(modes(bench)).toEqual(['free', 'cards']);
  setMode(bench, 'ocpp', 'left');
  expect(modes(bench)).toEqual(['ocpp', 'ocpp']);
});

test('free: a vehicle that is plugged in charges without being asked, once for each plug, as local history', () => {
  const bench = inModes('free');
  bench.report(1, plugged);
  expect(asked(bench)).toEqual([]);
  bench.report(1, { locked: true });
  bench.post({ kind: 'recorded', tx: bench.key() });
  expect(bench.permits()).toBe(true);
  bench.post({ kind: 'stop', tx: bench.key(), reason: 'Local' });
  bench.open();
  expect(records(bench)).toEqual([
    ['start', true],
    ['stop', true],
  ]);
  bench.advance(3_600_000);
  expect(bench.session().kind).toBe('finished');
  bench.report(1, { plugged: false, evConnected: false, locked: false });
  bench.report(1, plugged);
  expect(bench.session().kind).toBe('locking');
});

test('free: a cable without vehicle starts nothing', () => {
  const bench = inModes('free');
  bench.report(1, { ...plugged, evConnected: false });
  expect(bench.session().kind).toBe('waiting');
});

test('free: a card is of no use, and refused where it is shown', () => {
  const bench = inModes('free');
  bench.post({ kind: 'card', side: 'right', token: 'CARD' });
  expect(bench.effects).toContainEqual({ kind: 'refused', pointIndex: 0 });
});

test('free: one socket of a point at a time', () => {
  const bench = inModes('free');
  bench.report(1, plugged);
  bench.report(1, { locked: true });
  bench.post({ kind: 'recorded', tx: bench.key() });
  bench.report(2, plugged);
  expect(bench.session(2).kind).toBe('none');
  expect(bench.permits(2)).toBe(false);
});

test('cards: the cards of the station are asked, at start, stop and release; the record is local', () => {
  const bench = inModes('cards');
  bench.report(1, plugged);
  bench.card('CARD');
  bench.report(1, { locked: true });
  const key = bench.key();
  bench.post({ kind: 'recorded', tx: key });
  expect(records(bench)).toEqual([['start', true]]);
  bench.post({ kind: 'card', side: 'right', token: 'OTHER' });
  expect(asked(bench)).toMatchObject([{ purpose: 'stop', local: true }]);
  // Nobody has a group here: another card stops nothing.
  bench.answer(asked(bench)[0]?.id ?? 0, { accepted: true });
  expect(bench.session().kind).toBe('running');
});

test('none: nobody charges, and each card is refused', () => {
  const bench = inModes('none');
  bench.report(1, plugged);
  bench.post({ kind: 'card', side: 'right', token: 'CARD' });
  expect(bench.effects).toContainEqual({ kind: 'refused', pointIndex: 0 });
  bench.post({ kind: 'remoteStart', connectorId: 1, token: 'CARD', authorise: false });
  expect(bench.session().kind).toBe('waiting');
});

test.each(['free', 'cards', 'none'] as const)('%s: a remote start and plug-and-charge are of no use', (mode) => {
  const bench = new Bench({ plugAndCharge: true });
  setMode(bench, mode);
  bench.post({ kind: 'remoteStart', connectorId: 1, token: 'CARD', authorise: true });
  bench.post({ kind: 'remoteStart', connectorId: 1, token: 'CARD', authorise: false });
  expect(asked(bench)).toEqual([]);
  expect(bench.state.points[0]?.pending).toBeUndefined();
  bench.report(1, plugged);
  expect(asked(bench)).toEqual([]);
});

test.each([
  'free',
  'cards',
  'none',
] as const)('what charges goes on as it began when the mode becomes %s: its stop is told, and its card asks the central system', (mode) => {
  const bench = new Bench();
  const key = bench.charge(1, 'CARD');
  setMode(bench, mode);
  expect(bench.permits()).toBe(true);
  bench.post({ kind: 'card', side: 'right', token: 'FAMILY' });
  expect(asked(bench)).toMatchObject([{ purpose: 'stop' }]);
  expect(asked(bench)[0]?.local).toBeUndefined();
  bench.post({ kind: 'stop', tx: key, reason: 'Local' });
  bench.open();
  expect(records(bench)).toEqual([
    ['start', undefined],
    ['stop', undefined],
  ]);
});

test('a grant and a question of the former mode are worth nothing in the new one', () => {
  const bench = new Bench();
  bench.card('CARD');
  expect(bench.state.points[0]?.pending).toBeDefined();
  bench.post({ kind: 'card', side: 'left', token: 'LEFT' });
  setMode(bench, 'none');
  expect(bench.state.points[0]?.pending).toBeUndefined();
  expect(bench.state.asks).toEqual([]);
  bench.report(1, plugged);
  expect(bench.session().kind).toBe('waiting');
});

test('a plug that was about to be locked is let go when the mode changes', () => {
  const bench = new Bench();
  bench.report(1, plugged);
  bench.card('CARD');
  expect(bench.session().kind).toBe('locking');
  setMode(bench, 'none');
  expect(bench.session().kind).toBe('waiting');
  bench.report(1, { locked: true });
  expect(bench.records).toEqual([]);
});

test('the same mode again changes nothing', () => {
  const bench = new Bench();
  bench.card('CARD');
  const { state } = bench;
  setMode(bench, 'ocpp');
  expect(bench.state).toEqual(state);
});

test('profiles of the central system restrain nothing without it', () => {
  const bench = new Bench();
  bench.post({ kind: 'profileLimits', stationA: 8, stationW: 2_000, connectorsA: [7, 7, 7, 7] });
  expect(limitOf(bench.state, config, 1).by).toBe('stationProfile');
  setMode(bench, 'free');
  expect(limitOf(bench.state, config, 1)).toMatchObject({ amps: 32, by: 'socket' });
  expect(limitOf(bench.state, config, 1).sources.map(({ source }) => source)).not.toContain('profile');
});

const reborn = (stored: Map<string, JsonValue>, usualMode?: ChargingMode) => {
  const values = new StoredValues(stored);
  const state = initialState(config, settings, 8, 0, values, () => [], usualMode);
  return { state, values };
};

test('a mode that was chosen survives a power cut; without one the station has its usual mode', () => {
  const bench = inModes('free', 'cards');
  expect(reborn(savedOf(bench.state, config), 'ocpp').state.points.map(({ mode }) => mode)).toEqual(['free', 'cards']);
  expect(reborn(new Map(), 'none').state.points.map(({ mode }) => mode)).toEqual(['none', 'none']);
  expect(reborn(savedOf(new Bench().state, config)).state.points.map(({ mode }) => mode)).toEqual(['ocpp', 'ocpp']);
});

test('a mode that cannot be read lets nobody charge, now and at the next start', () => {
  const { state, values } = reborn(new Map([['station/mode/left', 'everybody']]));
  expect(state.points.map(({ mode }) => mode)).toEqual(['ocpp', 'none']);
  expect(values.news).toMatchObject([{ key: 'station/mode/left', value: 'everybody' }]);
  expect(values.get('station/mode/left')).toBe('none');
});

test('a local charge that a power cut has interrupted ends as local', () => {
  const bench = inModes('free');
  bench.report(1, plugged);
  bench.report(1, { locked: true });
  expect(reborn(savedOf(bench.state, config)).state.connectors[0]?.session).toMatchObject({
    kind: 'recovering',
    tx: { local: true },
  });
});
