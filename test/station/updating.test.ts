/** An update of the program: nobody begins to charge, and who charges goes on (OCPP 1.6, 5.19; E3.49). */

import { StoredValues } from '../../src/hal/stored';
import { reserveAnswer } from '../../src/station/reservations';
import { initialState, savedOf } from '../../src/station/saved';
import { isFreeForUpdate } from '../../src/station/updating';
import { Bench, config, plugged, settings } from './bench';

const update = (bench: Bench, on = true) => bench.post({ kind: 'updating', on });
const unavailable = { status: 'Unavailable', errorCode: 'NoError', info: 'Firmware update' };
const statuses = (bench: Bench) => [0, 1, 2, 3, 4].map((id) => bench.status(id).status);

test('"It is RECOMMENDED to set connectors that are not in use to UNAVAILABLE" (E3.49): these, and not the station', () => {
  const bench = new Bench();
  bench.charge(1);
  update(bench);
  expect(statuses(bench)).toEqual(['Available', 'Charging', 'Unavailable', 'Unavailable', 'Unavailable']);
  expect(bench.status(3)).toEqual(unavailable);
  expect(bench.permits(1)).toBe(true);
  expect(isFreeForUpdate(bench.state)).toBe(false);
  bench.card('CARD');
  // The end of it is no reason to install: its last reading is waited for.
  expect(isFreeForUpdate(bench.state)).toBe(false);
  bench.open();
  expect(bench.stops()).toMatchObject([{ reason: 'Local' }]);
  expect(statuses(bench)).toEqual(['Available', ...Array(4).fill('Unavailable')]);
  expect(bench.holdsPlug()).toBe(false);
  expect(isFreeForUpdate(bench.state)).toBe(true);
  update(bench, false);
  // The vehicle is still there.
  expect(statuses(bench)).toEqual(['Available', 'Preparing', 'Unavailable', 'Available', 'Available']);
});

test.each<[string, (bench: Bench) => void]>([
  ['a plug that waits for a card', (b) => b.report(1, plugged)],
  ['a plug for which no card came', (b) => [b.report(1, plugged), b.advance(61_000)]],
  ['a plug that is being locked', (b) => [b.report(1, plugged), b.card('CARD')]],
  ['a card that waits for a plug', (b) => b.card('CARD')],
  ['a plug that stayed after its charge', (b) => [b.charge(), b.card('CARD'), b.open()]],
])('%s: it ends as with ChangeAvailability, and nothing begins of it', (_, prepare) => {
  const bench = new Bench();
  prepare(bench);
  const records = bench.records.length;
  update(bench);
  expect(bench.session()).toEqual({ kind: 'none' });
  expect(bench.state.points[0]?.pending).toBeUndefined();
  expect(bench.status()).toEqual(unavailable);
  bench.report(1, { ...plugged, locked: true });
  bench.advance(120_000);
  expect(bench.records).toHaveLength(records);
});

test('a start that is on its way to the disk goes on', () => {
  const bench = new Bench();
  bench.report(1, plugged);
  bench.card('CARD');
  bench.report(1, { locked: true });
  expect(bench.session().kind).toBe('starting');
  update(bench);
  bench.post({ kind: 'recorded', tx: bench.key() });
  expect(bench.permits()).toBe(true);
});

test('a transaction found at start is waited for', () => {
  const tx = { key: '6-1', token: 'A', parent: null, meterStartWh: 500, lastWh: 900 };
  const bench = new Bench({}, new StoredValues(new Map([['station/transaction/1', tx]])));
  expect(isFreeForUpdate(bench.state)).toBe(false);
  update(bench);
  bench.advance(20_000);
  expect(bench.stops()).toMatchObject([{ reason: 'PowerLoss' }]);
  expect(isFreeForUpdate(bench.state)).toBe(true);
});

test('a card is refused with words and without a question, also one whose answer came late', () => {
  const bench = new Bench();
  const asked = bench.post({ kind: 'card', side: 'right', token: 'LATE' }).find((e) => e.kind === 'ask');
  update(bench);
  const refusal = (token: string) => [
    { kind: 'refused', pointIndex: 0 },
    { kind: 'cardRefused', pointIndex: 0, token, via: 'card', why: 'the station is being updated' },
  ];
  expect(bench.post({ kind: 'card', side: 'right', token: 'NEW' })).toEqual(refusal('NEW'));
  if (asked?.kind !== 'ask') throw new Error('no question');
  expect(bench.answer(asked.ask.id, { accepted: true })).toEqual(refusal('LATE'));
  expect(bench.state.points[0]?.pending).toBeUndefined();
});

test('the card of a charge stops it, and one whose cable is kept gets it', () => {
  const bench = new Bench();
  bench.charge(1, 'CARD');
  update(bench);
  bench.post({ kind: 'startVerdict', tx: bench.key(), verdict: { accepted: false, parent: undefined } });
  bench.open();
  expect(bench.holdsPlug()).toBe(true);
  bench.card('CARD');
  expect(bench.holdsPlug()).toBe(false);
});

test('nothing is promised: a reservation is Unavailable, and that of a connector ends (5.13)', () => {
  const bench = new Bench();
  const reservation = { token: 'A', parent: undefined, expiryUnixMs: 0 };
  const expiresAt = Number.POSITIVE_INFINITY;
  bench.post({ kind: 'reserve', reservation: { ...reservation, id: 1, connectorId: 1 }, expiresAt });
  bench.post({ kind: 'reserve', reservation: { ...reservation, id: 2, connectorId: 0 }, expiresAt });
  update(bench);
  expect(bench.state.reservations.map(({ id }) => id)).toEqual([2]);
  expect([0, 1, 3].map((id) => reserveAnswer(bench.state, config, id, 9))).toEqual(Array(3).fill('Unavailable'));
});

test('what ChangeAvailability has said stays, and what it says meanwhile holds', () => {
  const bench = new Bench();
  bench.charge(3);
  bench.post({ kind: 'availability', connectorId: 1, operative: false });
  update(bench);
  expect(bench.status(1)).toEqual({ ...unavailable, info: undefined });
  bench.post({ kind: 'availability', connectorId: 3, operative: false });
  bench.card('CARD', { accepted: true }, 'left');
  bench.open(3);
  update(bench, false);
  expect(statuses(bench)).toEqual(['Available', 'Unavailable', 'Available', 'Unavailable', 'Available']);
});

test('a restart ends it: nothing of it is stored', () => {
  const bench = new Bench();
  const before = savedOf(bench.state, config);
  update(bench);
  const saved = savedOf(bench.state, config);
  expect(saved).toEqual(before);
  expect(initialState(config, settings, 8, 0, new StoredValues(saved)).updating).toBe(false);
});

test('in every mode, also where nobody needs a card', () => {
  const bench = new Bench({ plugAndCharge: true });
  bench.post({ kind: 'mode', side: 'left', mode: 'free' });
  update(bench);
  const before = JSON.stringify(bench.state.points);
  for (const id of [1, 3]) bench.report(id, { ...plugged, locked: true });
  expect(bench.effects).toEqual([]);
  bench.post({ kind: 'remoteStart', connectorId: 1, token: 'A', authorise: false });
  expect(JSON.stringify(bench.state.points)).toBe(before);
  expect(bench.records).toEqual([]);
});
