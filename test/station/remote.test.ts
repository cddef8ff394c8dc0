/** Where a remote start can be tried (OCPP 1.6, 5.11). */
import { remoteStartTarget } from '../../src/station/remote';
import { Bench, config, plugged } from './bench';

const target = (bench: Bench, connectorId?: number) => remoteStartTarget(bench.state, config, connectorId, 'REMOTE');

test('a named connector, free or with a vehicle that waits, or left plugged in after a charge', () => {
  const bench = new Bench();
  expect(target(bench, 3)).toEqual({ connectorId: 3 });
  bench.report(1, plugged);
  expect(target(bench, 1)).toEqual({ connectorId: 1 });
  bench.advance(61_000);
  expect(bench.session().kind).toBe('timedOut');
  expect(target(bench, 1)).toEqual({ connectorId: 1 });
});

test('none named: where a vehicle waits, else the first that can', () => {
  const bench = new Bench();
  expect(target(bench)).toEqual({ connectorId: 1 });
  bench.report(3, plugged);
  expect(target(bench)).toEqual({ connectorId: 3 });
  bench.post({ kind: 'availability', connectorId: 3, operative: false });
  expect(target(bench)).toEqual({ connectorId: 1 });
});

test.each<[string, RegExp, (bench: Bench) => void]>([
  ['a reset is under way', /about to restart/, (b) => [b.charge(3), b.post({ kind: 'reset', hard: false })]],
  ['the program is updated', /being updated/, (b) => b.post({ kind: 'updating', on: true })],
  ['it is faulted', /faulted/, (b) => b.fault(1, 'overTemperature')],
  ['it is inoperative', /is inoperative/, (b) => b.post({ kind: 'availability', connectorId: 1, operative: false })],
  [
    'the station is inoperative',
    /is inoperative/,
    (b) => b.post({ kind: 'availability', connectorId: 0, operative: false }),
  ],
  ['its twin is in use', /other socket/, (b) => b.report(2, plugged)],
  ['a transaction runs', /in use/, (b) => b.charge(1)],
  ['a card is being served', /in use/, (b) => [b.report(1, { ...plugged, evConnected: false }), b.card('CARD')]],
  ['another user is expected', /another user/, (b) => b.card('CARD')],
])('refused because %s', (_why, reason, prepare) => {
  const bench = new Bench();
  prepare(bench);
  const answer = target(bench, 1);
  expect('refused' in answer && answer.refused).toMatch(reason);
});

test('a change to inoperative that is scheduled counts already', () => {
  const bench = new Bench();
  bench.charge(3);
  bench.post({ kind: 'availability', connectorId: 0, operative: false });
  expect(bench.state.operative).toBe(true);
  expect(target(bench, 1)).toHaveProperty('refused');
});

test.each([0, -1, 5, 1.5])('connector %p does not exist', (id) => {
  expect(target(new Bench(), id)).toHaveProperty('refused', `there is no connector ${id}`);
});

test('asking changes nothing', () => {
  const bench = new Bench();
  const before = JSON.stringify(bench.state);
  target(bench, 1);
  target(bench);
  expect(JSON.stringify(bench.state)).toBe(before);
});
