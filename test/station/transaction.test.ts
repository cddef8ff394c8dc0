/** The life of a transaction: nothing before it is durable, an end only after the contacts have opened. */
import { Bench, meterAt, plugged } from './bench';

const locking = (bench = new Bench()) => {
  bench.report(1, plugged);
  bench.card('CARD');
  return bench;
};

describe('the start', () => {
  test('waits for lock, vehicle, meter and an open contactor', () => {
    const bench = locking();
    expect(bench.wish()).toMatchObject({ kind: 'deny', plug: 'held' });
    bench.report(1, { contactor: 'closed' });
    bench.report(1, { locked: true });
    expect(bench.session().kind).toBe('locking');
    bench.report(1, { contactor: 'open', evConnected: false });
    expect(bench.session().kind).toBe('locking');
    bench.report(1, { evConnected: true, meter: undefined });
    expect(bench.session().kind).toBe('locking');
    bench.report(1, meterAt(bench.now, 1_234));
    expect(bench.records).toMatchObject([{ kind: 'start', tx: { meterStartWh: 1_234, token: 'CARD' } }]);
  });

  test('waits for a reading of the last ten seconds: at rest a meter is read seldom', () => {
    const bench = locking();
    bench.report(1, meterAt(bench.now, 1_000));
    bench.advance(10_001);
    bench.report(1, { locked: true });
    expect(bench.session().kind).toBe('locking');
    bench.report(1, meterAt(bench.now, 1_007));
    expect(bench.records).toMatchObject([{ kind: 'start', tx: { meterStartWh: 1_007 } }]);
  });

  test('gives no energy before it is durable', () => {
    const bench = locking();
    bench.report(1, { locked: true });
    expect(bench.session().kind).toBe('starting');
    bench.advance(600_000);
    expect(bench.wish()).toMatchObject({ kind: 'deny', plug: 'held' });
    bench.post({ kind: 'recorded', tx: 'another' });
    expect(bench.permits()).toBe(false);
    bench.post({ kind: 'recorded', tx: bench.key() });
    expect(bench.wish()).toEqual({ kind: 'permit', offerA: 32 });
  });

  test('is given up when no vehicle has come in time, and the plug is free again', () => {
    const bench = locking();
    bench.report(1, { evConnected: false, locked: true });
    bench.advance(61_000);
    expect(bench.session().kind).toBe('timedOut');
    expect(bench.holdsPlug()).toBe(false);
    expect(bench.records).toEqual([]);
  });

  test('is given up when the plug is drawn meanwhile', () => {
    const bench = locking();
    bench.report(1, { plugged: false, evConnected: false });
    expect(bench.session().kind).toBe('none');
  });

  test('a transaction that ends before it was durable still has its stop', () => {
    const bench = locking();
    bench.report(1, { locked: true });
    const key = bench.key();
    bench.post({ kind: 'unlock', id: 1, connectorId: 1 });
    bench.advance(5_000);
    bench.post({ kind: 'recorded', tx: key });
    expect(bench.records.map((r) => r.kind)).toEqual(['start', 'stop']);
    expect(bench.permits()).toBe(false);
  });
});

describe('the end', () => {
  test('withdraws the permission at once and records when the meter was read after the contacts opened', () => {
    const bench = new Bench();
    bench.charge();
    bench.now += 60_000;
    bench.card('CARD');
    expect(bench.wish()).toMatchObject({ kind: 'deny', plug: 'held' });
    bench.report(1, meterAt(bench.now, 1_900));
    expect(bench.stops()).toEqual([]);
    bench.now += 1_000;
    bench.report(1, { contactor: 'open' });
    expect(bench.stops()).toEqual([]);
    bench.now += 100;
    bench.report(1, meterAt(bench.now, 2_000));
    expect(bench.stops()).toMatchObject([{ meterWh: 2_000, reason: 'Local', token: 'CARD', at: bench.now }]);
  });

  test('waits 3 s for that reading, then takes the last', () => {
    const bench = new Bench();
    bench.charge();
    bench.report(1, meterAt(bench.now, 1_500));
    bench.now += 1_000;
    bench.card('CARD');
    bench.report(1, { contactor: 'open' });
    bench.advance(2_900);
    expect(bench.stops()).toEqual([]);
    bench.advance(200);
    expect(bench.stops()).toMatchObject([{ meterWh: 1_500 }]);
  });

  test('waits 15 s for a contactor that does not confirm', () => {
    const bench = new Bench();
    bench.charge();
    bench.card('CARD');
    bench.advance(14_900);
    expect(bench.session().kind).toBe('ending');
    bench.advance(200);
    expect(bench.stops()).toHaveLength(1);
  });

  test('never tells a register below one that was told', () => {
    const bench = new Bench({ sampleIntervalMs: 10_000 });
    bench.charge();
    bench.report(1, meterAt(bench.now, 1_800));
    bench.advance(10_000);
    bench.card('CARD');
    bench.open(1, 1_700);
    expect(bench.stops()[0]?.meterWh).toBe(1_800);
  });

  test('a second reason does not replace the first', () => {
    const bench = new Bench();
    bench.charge();
    bench.card('CARD');
    bench.post({ kind: 'stop', tx: bench.key(), reason: 'Remote' });
    bench.report(1, { evConnected: false });
    bench.open();
    expect(bench.stops()).toMatchObject([{ reason: 'Local' }]);
  });

  test('leaves an outlet that sees no plug free at once', () => {
    const bench = new Bench();
    bench.post({ kind: 'remoteStart', connectorId: 4, token: 'T', authorise: false });
    bench.post({ kind: 'recorded', tx: bench.key(4) });
    bench.report(4, { contactor: 'closed' });
    bench.post({ kind: 'stop', tx: bench.key(4), reason: 'Remote' });
    bench.open(4);
    expect(bench.session(4).kind).toBe('none');
  });

  test('an outlet that sees no plug ends by itself after ten minutes without current', () => {
    const bench = new Bench();
    bench.post({ kind: 'remoteStart', connectorId: 4, token: 'T', authorise: false });
    bench.post({ kind: 'recorded', tx: bench.key(4) });
    bench.report(4, { contactor: 'closed' });
    bench.advance(599_000);
    expect(bench.session(4).kind).toBe('running');
    bench.advance(2_000);
    bench.open(4);
    expect(bench.stops()).toMatchObject([{ reason: 'Local' }]);
  });
});

describe('faults', () => {
  test('one that ends: reason Other, without asking the vehicle', () => {
    const bench = new Bench();
    bench.charge();
    bench.report(1, { faults: ['residualCurrent'] });
    expect(bench.session()).toMatchObject({ kind: 'ending', reason: 'Other' });
    expect(bench.wish()).toMatchObject({ opening: 'now' });
  });

  test('the loss of the supply: reason PowerLoss', () => {
    const bench = new Bench();
    bench.charge();
    bench.fault(0, 'supplyLost');
    expect(bench.session()).toMatchObject({ kind: 'ending', reason: 'PowerLoss' });
  });

  test('one that passes: the transaction lives', () => {
    const bench = new Bench();
    bench.charge();
    bench.report(1, { faults: ['overTemperature'], contactor: 'open' });
    bench.advance(600_000);
    expect(bench.session().kind).toBe('running');
    expect(bench.status().status).toBe('Faulted');
    bench.report(1, { faults: [], contactor: 'closed' });
    expect(bench.status().status).toBe('Charging');
  });

  test('a proximity contact that breaks under a vehicle is no unplugging', () => {
    const bench = new Bench();
    bench.charge();
    bench.report(1, { plugged: false, evConnected: false, faults: ['proximityInvalid'], contactor: 'open' });
    expect(bench.session().kind).toBe('running');
    bench.report(1, { ...plugged, faults: [], contactor: 'closed' });
    expect(bench.status().status).toBe('Charging');
  });
});

describe('the vehicle leaves', () => {
  test('the plug stays locked for the card that started, if it shall not be unlocked', () => {
    const bench = new Bench({ unlockOnEvDisconnect: false });
    bench.charge(1, 'CARD');
    bench.report(1, { evConnected: false });
    bench.open();
    expect(bench.session()).toMatchObject({ kind: 'finished', keepLocked: true, keptFor: { token: 'CARD' } });
    expect(bench.holdsPlug()).toBe(true);
    bench.post({ kind: 'card', side: 'right', token: 'card' });
    expect(bench.holdsPlug()).toBe(false);
  });

  test('without the right to stop, the transaction waits for it, locked and without energy', () => {
    const bench = new Bench({ stopOnEvDisconnect: false });
    bench.charge();
    bench.report(1, { evConnected: false });
    expect(bench.status()).toMatchObject({ status: 'SuspendedEV', info: 'EV side disconnected' });
    expect(bench.wish()).toMatchObject({ kind: 'deny', plug: 'held' });
    bench.report(1, { evConnected: true });
    expect(bench.permits()).toBe(true);
  });

  test('a plug drawn at the station ends it in any case', () => {
    const bench = new Bench({ stopOnEvDisconnect: false });
    bench.charge(2);
    bench.report(2, { plugged: false, evConnected: false });
    expect(bench.session(2)).toMatchObject({ kind: 'ending', reason: 'EVDisconnected' });
  });
});

describe('the verdict on the start', () => {
  const judge = (bench: Bench, accepted: boolean, parent?: string) =>
    bench.post({ kind: 'startVerdict', tx: bench.key(), verdict: { accepted, parent } });

  test('accepted: goes on, and the group is learnt', () => {
    const bench = new Bench();
    bench.charge();
    judge(bench, true, 'GROUP');
    expect(bench.session()).toMatchObject({ kind: 'running', tx: { parent: 'GROUP' }, deauthorised: false });
  });

  test('refused: no energy, or what MaxEnergyOnInvalidId leaves', () => {
    const bench = new Bench({ maxEnergyOnInvalidWh: 100 });
    bench.charge();
    judge(bench, false);
    expect(bench.permits()).toBe(true);
    bench.report(1, meterAt(bench.now, 1_099));
    expect(bench.permits()).toBe(true);
    bench.report(1, meterAt(bench.now, 1_100));
    expect(bench.permits()).toBe(false);
    expect(bench.status().status).toBe('SuspendedEVSE');
    expect(bench.stops()).toEqual([]);
  });

  test('refused, and to be stopped: DeAuthorized, the plug kept for the card and its group', () => {
    const bench = new Bench({ stopOnInvalidId: true });
    bench.charge(1, 'CARD', 'GROUP');
    judge(bench, false);
    bench.open();
    expect(bench.stops()).toMatchObject([{ reason: 'DeAuthorized', token: undefined }]);
    expect(bench.session()).toMatchObject({ keptFor: { token: 'CARD', parent: 'GROUP' }, keepLocked: true });
    bench.card('FRIEND', { accepted: true, parent: 'other' });
    expect(bench.holdsPlug()).toBe(true);
    bench.card('FRIEND', { accepted: true, parent: 'GROUP' });
    expect(bench.holdsPlug()).toBe(false);
  });

  test('of a transaction that has ended: nothing', () => {
    const bench = new Bench({ stopOnInvalidId: true });
    const key = bench.charge();
    bench.card('CARD');
    bench.open();
    const before = bench.session();
    bench.post({ kind: 'startVerdict', tx: key, verdict: { accepted: false, parent: undefined } });
    expect(bench.session()).toEqual(before);
  });
});
