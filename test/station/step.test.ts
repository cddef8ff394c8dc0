/** The order of rules in one step: sessions, availability, unlocks, resets, and what no event may ever do. */
import { Bench, plugged, settings } from './bench';

describe('plug and time', () => {
  test('a plug begins a session, its end ends it', () => {
    const bench = new Bench();
    bench.report(1, plugged);
    expect(bench.session()).toMatchObject({ kind: 'waiting', deadline: bench.now + 60_000 });
    bench.report(1, { plugged: false, evConnected: false });
    expect(bench.session().kind).toBe('none');
  });

  test('the first of two plugs of a point has it; when it leaves the other gets its turn', () => {
    const bench = new Bench();
    bench.report(2, { plugged: true, evConnected: true });
    bench.report(1, plugged);
    expect([bench.session(1).kind, bench.session(2).kind]).toEqual(['none', 'waiting']);
    bench.report(2, { plugged: false, evConnected: false });
    bench.post({ kind: 'tick' });
    expect([bench.session(1).kind, bench.session(2).kind]).toEqual(['waiting', 'none']);
  });

  test('a plug found together with a fault waits for the fault to pass', () => {
    const bench = new Bench();
    bench.report(1, { ...plugged, faults: ['overTemperature'] });
    expect(bench.session().kind).toBe('none');
    bench.report(1, { faults: [] });
    expect(bench.session().kind).toBe('waiting');
  });
});

describe('availability', () => {
  const set = (bench: Bench, connectorId: number, operative: boolean) =>
    bench.post({ kind: 'availability', connectorId, operative });

  test('takes effect at once where no transaction runs, and ends what was being prepared', () => {
    const bench = new Bench();
    bench.report(1, plugged);
    set(bench, 1, false);
    expect(bench.state.connectors[0]).toMatchObject({
      operative: false,
      scheduled: undefined,
      session: { kind: 'none' },
    });
  });

  test('waits for the transaction, and the last word counts', () => {
    const bench = new Bench();
    bench.charge();
    set(bench, 1, false);
    set(bench, 1, true);
    set(bench, 1, false);
    expect(bench.state.connectors[0]?.scheduled).toBe(false);
    bench.card('CARD');
    bench.open();
    expect(bench.state.connectors[0]).toMatchObject({ operative: false, scheduled: undefined });
    expect(bench.holdsPlug()).toBe(false);
  });

  test('of connector 0 waits for the last transaction, that of each connector for its own', () => {
    const bench = new Bench();
    bench.charge(1);
    set(bench, 0, false);
    expect(bench.state.connectors.map((c) => c.operative)).toEqual([true, false, false, false]);
    expect(bench.state.operative).toBe(true);
    bench.card('CARD');
    bench.open();
    expect(bench.state.operative).toBe(false);
  });

  test('of a connector that does not exist changes nothing', () => {
    const bench = new Bench();
    const before = JSON.stringify(bench.state);
    set(bench, 9, false);
    expect(JSON.stringify(bench.state)).toBe(before);
  });
});

describe('unlock', () => {
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
});

describe('reset', () => {
  const restarts = (bench: Bench) => bench.effects.filter((e) => e.kind === 'restart');

  test('idle: at once, and only once', () => {
    const bench = new Bench();
    expect(bench.post({ kind: 'reset', hard: true })).toContainEqual({ kind: 'restart', hard: true });
    bench.post({ kind: 'tick' });
    bench.post({ kind: 'reset', hard: false });
    expect(restarts(bench)).toEqual([]);
  });

  test('soft: after the transactions have ended in order, with reason SoftReset', () => {
    const bench = new Bench();
    bench.charge(1);
    bench.charge(3, 'OTHER');
    bench.post({ kind: 'reset', hard: false });
    expect(bench.wish(1)).toMatchObject({ kind: 'deny', opening: 'askFirst' });
    bench.open(1);
    expect(restarts(bench)).toEqual([]);
    bench.open(3);
    expect(restarts(bench)).toHaveLength(1);
    expect(bench.stops().map((s) => s.reason)).toEqual(['SoftReset', 'SoftReset']);
  });

  test.each([
    [true, 3_000, 'HardReset'],
    [false, 15_000, 'SoftReset'],
  ])('hard %p: waits at most %i ms for a contactor', (hard, ms, reason) => {
    const bench = new Bench();
    bench.charge();
    bench.post({ kind: 'reset', hard });
    expect(bench.wish()).toMatchObject({ opening: hard ? 'now' : 'askFirst' });
    bench.advance(ms - 100);
    expect(bench.stops()).toEqual([]);
    bench.advance(200);
    expect(bench.stops()).toMatchObject([{ reason }]);
  });

  test('a vehicle that comes meanwhile is not served', () => {
    const bench = new Bench();
    bench.charge(1);
    bench.post({ kind: 'reset', hard: false });
    bench.report(3, plugged);
    expect(bench.session(3).kind).toBe('none');
  });
});

test('settings act at once: the interval of samples, the limit', () => {
  const bench = new Bench();
  bench.charge();
  bench.advance(25_000);
  bench.post({ kind: 'settings', settings: { ...settings, sampleIntervalMs: 10_000, stationMaxA: 10 } });
  expect(bench.wish()).toEqual({ kind: 'permit', offerA: 10 });
  bench.advance(10_000);
  expect(bench.records.filter((r) => r.kind === 'sample')).toHaveLength(1);
});

test('a fault told by others passes when they say so, and touches none of the socket', () => {
  const bench = new Bench();
  bench.report(1, { faults: ['residualCurrent'] });
  bench.fault(1, 'otherError');
  expect(bench.fault(1, 'otherError', false)).toEqual([]);
  expect(bench.status()).toMatchObject({ status: 'Faulted', errorCode: 'GroundFailure' });
  bench.report(1, { faults: [] });
  expect(bench.status().status).toBe('Available');
});
