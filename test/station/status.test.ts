/** What the outside sees: one status out of session, availability and faults, in a fixed order (OCPP 1.6, 4.9). */
import { indicatorOf } from '../../src/station/status';
import { Bench, config, meterAt, plugged } from './bench';

const light = (bench: Bench, point = 0) => indicatorOf(bench.state, config, point);

test('Faulted goes before Unavailable, Unavailable before Preparing', () => {
  const bench = new Bench();
  bench.report(1, plugged);
  expect(bench.status().status).toBe('Preparing');
  bench.post({ kind: 'availability', connectorId: 1, operative: false });
  expect(bench.status()).toEqual({ status: 'Unavailable', errorCode: 'NoError', info: undefined });
  bench.fault(1, 'overTemperature');
  expect(bench.status()).toEqual({ status: 'Faulted', errorCode: 'HighTemperature', info: 'Too hot' });
});

test('of several faults the gravest is told', () => {
  const bench = new Bench();
  bench.fault(1, 'overTemperature');
  bench.report(1, { faults: ['residualCurrent', 'readerAbsent'] });
  expect(bench.status().errorCode).toBe('GroundFailure');
  bench.report(1, { faults: ['readerAbsent'] });
  expect(bench.status().errorCode).toBe('HighTemperature');
  bench.fault(1, 'overTemperature', false);
  expect(bench.status()).toMatchObject({ status: 'Available', errorCode: 'ReaderFailure' });
});

test('EVCommunicationError only with Preparing, SuspendedEV, SuspendedEVSE and Finishing (4.9)', () => {
  const bench = new Bench();
  bench.report(1, { faults: ['pilotShort'] });
  expect(bench.status()).toMatchObject({ status: 'Available', errorCode: 'NoError' });
  bench.report(1, plugged);
  expect(bench.status()).toMatchObject({ status: 'Preparing', errorCode: 'EVCommunicationError' });
  bench.report(1, { faults: [] });
  bench.charge();
  bench.report(1, { faults: ['pilotShort'] });
  expect(bench.status()).toMatchObject({ status: 'SuspendedEVSE', errorCode: 'EVCommunicationError' });
});

test('connector 0 knows Available, Unavailable and Faulted only, and nothing of the connectors', () => {
  const bench = new Bench();
  bench.charge();
  bench.fault(3, 'overTemperature');
  expect(bench.status(0).status).toBe('Available');
  bench.fault(0, 'supplyLost');
  expect(bench.status(0)).toMatchObject({ status: 'Faulted', errorCode: 'UnderVoltage' });
  expect(bench.status(3).errorCode).toBe('UnderVoltage');
  bench.fault(0, 'supplyLost', false);
  bench.fault(0, 'weakSignal');
  expect(bench.status(0)).toMatchObject({ status: 'Available', errorCode: 'WeakSignal' });
  bench.post({ kind: 'availability', connectorId: 0, operative: false });
  // A transaction runs: the station waits for it.
  expect(bench.status(0).status).toBe('Available');
});

test('a connector that does not exist is Unavailable', () => {
  expect(new Bench().status(9).status).toBe('Unavailable');
});

test('a grant without plug is shown at the first connector of its point, or at its own', () => {
  const bench = new Bench();
  bench.card('CARD');
  expect([1, 2, 3].map((id) => bench.status(id).status)).toEqual(['Preparing', 'Available', 'Available']);
  const other = new Bench();
  other.post({ kind: 'remoteStart', connectorId: 2, token: 'T', authorise: false });
  expect([1, 2].map((id) => other.status(id).status)).toEqual(['Available', 'Preparing']);
});

test('a running transaction is Preparing until energy flows, and says after 10 s what holds it up', () => {
  const bench = new Bench();
  bench.report(1, plugged);
  bench.card('CARD');
  bench.report(1, { locked: true });
  bench.post({ kind: 'recorded', tx: bench.key() });
  bench.report(1, { offeredA: 32 });
  expect(bench.status().status).toBe('Preparing');
  bench.advance(9_900);
  expect(bench.status().status).toBe('Preparing');
  bench.advance(200);
  expect(bench.status().status).toBe('SuspendedEV');
  bench.report(1, { offeredA: 0 });
  expect(bench.status().status).toBe('SuspendedEVSE');
});

test('below 6 A nothing can be offered: SuspendedEVSE', () => {
  const bench = new Bench();
  bench.charge();
  bench.post({ kind: 'profileLimits', stationA: undefined, connectorsA: [6] });
  expect(bench.status().status).toBe('Charging');
  bench.post({ kind: 'profileLimits', stationA: undefined, connectorsA: [5.9] });
  expect(bench.status().status).toBe('SuspendedEVSE');
});

test('a domestic vehicle that draws next to nothing for a minute is SuspendedEV', () => {
  const bench = new Bench();
  bench.charge(2);
  bench.report(2, meterAt(bench.now, 1_000, 10));
  bench.advance(120_000);
  expect(bench.status(2).status).toBe('Charging');
  bench.report(2, meterAt(bench.now, 1_100, 0.3));
  bench.advance(59_000);
  expect(bench.status(2).status).toBe('Charging');
  bench.advance(2_000);
  expect(bench.status(2).status).toBe('SuspendedEV');
  bench.report(2, meterAt(bench.now, 1_100, 6));
  expect(bench.status(2).status).toBe('Charging');
});

test('the end of a transaction keeps the status it had until the contacts are open and the meter was read', () => {
  const bench = new Bench();
  bench.charge();
  bench.report(1, { contactor: 'open' });
  expect(bench.status().status).toBe('SuspendedEV');
  bench.card('CARD');
  expect(bench.status().status).toBe('SuspendedEV');
  bench.open();
  expect(bench.status().status).toBe('Finishing');
});

test('the light shows the socket in use, and the fault before everything', () => {
  const bench = new Bench();
  expect(light(bench)).toBe('available');
  bench.report(2, { plugged: true, evConnected: true });
  expect(light(bench)).toBe('waiting');
  bench.report(2, { plugged: false, evConnected: false });
  bench.charge(1);
  expect(light(bench)).toBe('charging');
  expect(light(bench, 1)).toBe('available');
  bench.fault(2, 'overTemperature');
  expect(light(bench)).toBe('fault');
  bench.fault(2, 'overTemperature', false);
  bench.post({ kind: 'profileLimits', stationA: 0, connectorsA: [] });
  expect(light(bench)).toBe('paused');
  bench.card('CARD');
  bench.open();
  expect(light(bench)).toBe('finished');
  bench.report(1, { plugged: false, evConnected: false });
  bench.post({ kind: 'availability', connectorId: 0, operative: false });
  expect(light(bench)).toBe('unavailable');
});
