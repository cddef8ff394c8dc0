/** UnlockConnector: the transaction first, then the bolt, within a time (OCPP 1.6, 5.18). */
import { Bench, meterAt, plugged } from './bench';

const results = (bench: Bench) => bench.effects.flatMap((e) => (e.kind === 'unlocked' ? [e.result] : []));
const unlock = (bench: Bench) => bench.post({ kind: 'unlock', id: 5, connectorId: 1 });

test('nothing locked: done at once', () => {
  const bench = new Bench();
  unlock(bench);
  expect(results(bench)).toEqual(['unlocked']);
});

test('a kept plug is let go of, and the answer waits for the feedback', () => {
  const bench = new Bench({ unlockOnEvDisconnect: false });
  bench.charge();
  bench.report(1, { evConnected: false });
  bench.open();
  unlock(bench);
  expect(bench.holdsPlug()).toBe(false);
  expect(results(bench)).toEqual([]);
  bench.report(1, { locked: false });
  expect(results(bench)).toEqual(['unlocked']);
});

test('a running transaction is finished first, reason UnlockCommand', () => {
  const bench = new Bench();
  bench.charge();
  unlock(bench);
  expect(bench.session()).toMatchObject({ kind: 'ending', reason: 'UnlockCommand' });
  bench.open();
  expect(results(bench)).toEqual([]);
  bench.report(1, { locked: false });
  expect(results(bench)).toEqual(['unlocked']);
});

test('while the transaction still ends, neither its contacts nor a bolt that reads open are an answer', () => {
  const bench = new Bench();
  bench.charge();
  unlock(bench);
  // The contactor may be closed: the plug stays locked, and the command waits.
  expect([bench.holdsPlug(), bench.permits()]).toEqual([true, false]);
  bench.report(1, { locked: false });
  expect(results(bench)).toEqual([]);
  bench.report(1, { contactor: 'open', offeredA: 0 });
  expect([bench.session().kind, results(bench)]).toEqual(['ending', []]);
  bench.now += 100;
  bench.report(1, meterAt(bench.now, 2_000));
  // OCPP 1.6, 5.18: the transaction first, then the answer.
  expect(bench.effects.map((e) => e.kind)).toEqual(['record', 'unlocked']);
  expect(bench.stops()).toMatchObject([{ reason: 'UnlockCommand', meterWh: 2_000 }]);
  expect(bench.session()).toMatchObject({ kind: 'finished', keepLocked: false, keptFor: undefined });
});

test('a cable that would stay locked for its user is let go of all the same', () => {
  const bench = new Bench({ unlockOnEvDisconnect: false });
  bench.charge();
  bench.report(1, { evConnected: false });
  expect(bench.session()).toMatchObject({ kind: 'ending', keepLocked: true });
  unlock(bench);
  bench.open();
  expect(bench.session()).toMatchObject({ kind: 'finished', keepLocked: false, keptFor: undefined });
  expect(bench.holdsPlug()).toBe(false);
});

test('with a transaction to end first it has 25 s, 10 s more than a contactor that does not confirm', () => {
  const bench = new Bench();
  bench.charge();
  unlock(bench);
  bench.advance(24_900);
  expect([bench.stops().length, results(bench)]).toEqual([1, []]);
  bench.advance(200);
  expect(results(bench)).toEqual(['failed']);
});

test('a failure of an earlier attempt is judged again once the bolt has been sent back and had its time', () => {
  const bench = new Bench();
  bench.charge();
  bench.card('CARD');
  bench.open();
  bench.report(1, { faults: ['unlockFailed'] });
  unlock(bench);
  bench.advance(1_400);
  expect(results(bench)).toEqual([]);
  // Nothing is reported any more: the station judges by itself, at its own deadline.
  bench.advance(100);
  expect(results(bench)).toEqual(['failed']);
});

test('a jammed bolt: failed, by the fault or by time', () => {
  const bench = new Bench();
  bench.charge();
  bench.card('CARD');
  bench.open();
  unlock(bench);
  bench.report(1, { faults: ['unlockFailed'] });
  expect(results(bench)).toEqual(['failed']);
  const slow = new Bench();
  slow.charge();
  slow.card('CARD');
  slow.open();
  unlock(slow);
  slow.advance(8_900);
  expect(results(slow)).toEqual([]);
  slow.advance(200);
  expect(results(slow)).toEqual(['failed']);
});

test('after a failure the bolt is sent back first, so that the command is a new attempt (5.18)', () => {
  const bench = new Bench();
  bench.charge();
  bench.card('CARD');
  bench.open();
  bench.report(1, { faults: ['unlockFailed'] });
  expect(bench.holdsPlug()).toBe(false);
  unlock(bench);
  expect(results(bench)).toEqual([]);
  expect(bench.holdsPlug()).toBe(true);
  bench.advance(600);
  expect(bench.holdsPlug()).toBe(false);
  bench.report(1, { faults: [], locked: false });
  expect(results(bench)).toEqual(['unlocked']);
});

test('a second failure is told as well', () => {
  const bench = new Bench();
  bench.charge();
  bench.card('CARD');
  bench.open();
  bench.report(1, { faults: ['unlockFailed'] });
  unlock(bench);
  bench.report(1, { faults: [] });
  bench.advance(2_000);
  expect(results(bench)).toEqual([]);
  bench.report(1, { faults: ['unlockFailed'] });
  expect(results(bench)).toEqual(['failed']);
});

test('a card that was being served is forgotten', () => {
  const bench = new Bench();
  bench.report(1, { ...plugged, evConnected: false });
  bench.card('CARD');
  unlock(bench);
  expect(bench.session().kind).toBe('timedOut');
  expect(bench.holdsPlug()).toBe(false);
});
