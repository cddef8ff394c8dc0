/** Every fault that the simulated world can have, in every phase of a charge: what is told, what opens, what ends, what heals. */
import { type SimulatedFault, simulatedFaults } from '../../src/drivers/sim/faults';
import { type FaultId, faults } from '../../src/station/faults';
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

type Phase = 'Available' | 'Preparing' | 'Charging';

interface Row {
  /** What the station must take it for. */
  is: FaultId;
  /** Where it can be noticed; a lock, a test or a current shows its fault only when it is used. */
  noticedIn: readonly Phase[];
  /** Charging: within how many ms the contactor must really be open; absent: it need not open by itself. */
  opensWithinMs?: number;
  /** Charging: the transaction may have ended when the fault is gone, although the table does not ask for it. */
  mayEnd?: true;
}

const always: readonly Phase[] = ['Available', 'Preparing', 'Charging'];
/** One row a fault; `pilotOpen` is told as a vehicle that left (disconnect.test.ts). */
const rows: Record<Exclude<SimulatedFault, 'pilotOpen'>, Row> = {
  pilotShort: { is: 'pilotShort', noticedIn: ['Preparing', 'Charging'], opensWithinMs: 100 },
  diodeMissing: { is: 'diodeMissing', noticedIn: ['Charging'], opensWithinMs: 400 },
  // Without the contact nobody can tell the vehicle's cable from one that was drawn.
  proximityOpen: { is: 'proximityInvalid', noticedIn: ['Preparing', 'Charging'], opensWithinMs: 400, mayEnd: true },
  lockJammed: { is: 'lockFailed', noticedIn: [] },
  // At rest the bolt is told to go back and is not seen to; while charging the switch says what is so.
  lockSwitchStuck: { is: 'unlockFailed', noticedIn: ['Available', 'Preparing'] },
  welded: { is: 'contactorWelded', noticedIn: ['Available', 'Preparing'] },
  stuckOpen: { is: 'contactorStuckOpen', noticedIn: ['Charging'], opensWithinMs: 100 },
  residualCurrent: { is: 'residualCurrent', noticedIn: always, opensWithinMs: 100 },
  residualTestFails: { is: 'residualTestFailed', noticedIn: [] },
  // Ten seconds of too much current, then the vehicle is asked for up to six.
  overCurrent: { is: 'overCurrent', noticedIn: ['Charging'], opensWithinMs: 20_000 },
  overTemperature: { is: 'overTemperature', noticedIn: always, opensWithinMs: 100 },
  thermometerSilent: { is: 'thermometerSilent', noticedIn: always },
  // Three readings fail, then the vehicle is asked for up to six seconds.
  meterSilent: { is: 'meterSilent', noticedIn: always, opensWithinMs: 12_000 },
  meterAbsurd: { is: 'meterSilent', noticedIn: always, opensWithinMs: 12_000 },
  readerAbsent: { is: 'readerAbsent', noticedIn: always },
  supplyLost: { is: 'supplyLost', noticedIn: always, opensWithinMs: 100 },
  underVoltage: { is: 'underVoltage', noticedIn: always, opensWithinMs: 12_000 },
  overVoltage: { is: 'overVoltage', noticedIn: always, opensWithinMs: 12_000 },
};

const cases = Object.entries(rows).flatMap(([kind, row]) =>
  always.map((phase) => [kind as SimulatedFault, phase, row] as const),
);

async function rigIn(phase: Phase): Promise<Rig> {
  const rig = await Rig.start({ config: { ConnectionTimeOut: '600' } });
  if (phase === 'Preparing') {
    rig.plug(1);
    await rig.expectStatus(1, 'Preparing');
  } else if (phase === 'Charging') {
    await rig.charge(1);
    await rig.advance(10_000);
  }
  return rig;
}

const place = (kind: SimulatedFault) => (simulatedFaults[kind].scope === 'station' ? 0 : 1);

/** Status while the fault is there. */
function statusWith(phase: Phase, id: FaultId): string {
  const { shows } = faults[id];
  if (shows === 'faulted') return 'Faulted';
  return shows === 'suspended' && phase === 'Charging' ? 'SuspendedEVSE' : phase;
}

test.each(cases)('%s while %s', async (kind, phase, row) => {
  const rig = await rigIn(phase);
  const fault = faults[row.is];
  const noticed = row.noticedIn.includes(phase);
  const ends = noticed && phase === 'Charging' && fault.endsTransaction;
  rig.fault(place(kind), kind);
  if (phase === 'Charging' && row.opensWithinMs !== undefined) {
    await rig.advance(row.opensWithinMs);
    expect(rig.truth(1).contactorClosed).toBe(false);
  }
  await rig.advance(20_000);

  if (!noticed) expect(rig.report(1)).toMatchObject({ status: phase, errorCode: 'NoError' });
  else expect(rig.report(1)).toMatchObject({ status: statusWith(phase, row.is), errorCode: fault.errorCode });
  const stops = rig.central.calls('StopTransaction').map((r) => r.payload.reason);
  expect(stops).toEqual(ends ? [kind === 'supplyLost' ? 'PowerLoss' : 'Other'] : []);

  rig.fault(place(kind), kind, false);
  await rig.advance(40_000);
  const cured = !noticed || fault.clears === 'itself';
  if (!cured) {
    expect(rig.report(1).errorCode).toBe(fault.errorCode);
    return;
  }
  // I1 to I8: back to the pre-fault state, or to Finishing where the transaction has ended meanwhile.
  const ended = ends || (row.mayEnd === true && rig.central.calls('StopTransaction').length > 0);
  expect(rig.report(1)).toMatchObject({ status: ended ? 'Finishing' : phase, errorCode: 'NoError' });
});

test.each(['diodeMissing', 'overCurrent'] as const)('%s heals when the plug is drawn', async (kind) => {
  const rig = await rigIn('Charging');
  rig.fault(1, kind);
  await rig.advance(20_000);
  rig.fault(1, kind, false);
  rig.unplug(1);
  await rig.expectCall('StatusNotification', { connectorId: 1, status: 'Available', errorCode: 'NoError' });
});

test.each([
  'residualCurrent',
  'stuckOpen',
  'welded',
] as const)('%s heals by hand, once its cause is gone', async (kind) => {
  const rig = await Rig.start();
  rig.fault(1, kind);
  rig.plug(1);
  await rig.advance(2_000);
  rig.present('04A1B2C3');
  await rig.advance(20_000);
  expect(rig.status(1)).toBe('Faulted');
  rig.fault(1, kind, false);
  await rig.advance(20_000);
  expect(rig.status(1)).toBe('Faulted');
  rig.running.clearFaults(1);
  await rig.advance(5_000);
  expect(rig.status(1)).not.toBe('Faulted');
});

test('a lock that does not lock: Faulted with ConnectorLockFailure, and no transaction', async () => {
  const rig = await Rig.start();
  rig.fault(1, 'lockJammed');
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  rig.present('04A1B2C3');
  await rig.expectCall('StatusNotification', { connectorId: 1, status: 'Faulted', errorCode: 'ConnectorLockFailure' });
  await rig.expectNone('StartTransaction', 60_000);
  expect(rig.truth(1).contactorClosed).toBe(false);
  rig.unplug(1);
  await rig.expectCall('StatusNotification', { connectorId: 1, status: 'Available', errorCode: 'NoError' });
});

test('a switch of the lock that says locked all the time: no charge, not even where the bolt may really hold', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  rig.fault(1, 'lockSwitchStuck');
  await rig.advance(60_000);
  expect(rig.status(1)).toBe('Charging');
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction', { reason: 'Local' });
  await rig.advance(10_000);
  expect(rig.report(1)).toMatchObject({ status: 'Finishing', errorCode: 'ConnectorLockFailure' });
  rig.unplug(1);
  await rig.expectCall('StatusNotification', { connectorId: 1, status: 'Faulted', errorCode: 'ConnectorLockFailure' });
  rig.plug(1);
  await rig.advance(2_000);
  rig.present('04A1B2C3');
  await rig.expectNone('StartTransaction', 60_000);
  rig.unplug(1);
  rig.fault(1, 'lockSwitchStuck', false);
  await rig.expectStatus(1, 'Available');
  await rig.charge(1);
});

test('a failed self test of the residual current monitor ends the transaction before any energy', async () => {
  const rig = await Rig.start();
  rig.fault(1, 'residualTestFails');
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  rig.present('04A1B2C3');
  await rig.expectCall('StatusNotification', { connectorId: 1, status: 'Faulted', errorCode: 'GroundFailure' });
  await rig.expectCall('StopTransaction', { reason: 'Other' });
  expect(rig.truth(1).energyWh).toBe(0);
});

test('contacts that weld while charging are told when they should open, and the transaction is closed all the same', async () => {
  const rig = await rigIn('Charging');
  rig.leakWh = 50;
  rig.fault(1, 'welded');
  await rig.advance(30_000);
  expect(rig.status(1)).toBe('Charging');
  rig.present('04A1B2C3');
  await rig.expectCall('StatusNotification', { connectorId: 1, status: 'Faulted', errorCode: 'PowerSwitchFailure' });
  await rig.expectCall('StopTransaction', { reason: 'Local' });
  // The plug may be live: it stays locked.
  expect(rig.truth(1)).toMatchObject({ contactorClosed: true, locked: true });
});

test('with welded contacts at one socket the other of the point never closes', async () => {
  const rig = await Rig.start();
  rig.fault(1, 'welded');
  await rig.expectStatus(1, 'Faulted');
  rig.plug(2);
  await rig.advance(5_000);
  rig.present('04A1B2C3');
  await rig.advance(60_000);
  expect(rig.truth(2).contactorClosed).toBe(false);
});

test('while Faulted nothing starts, neither by card nor from afar', async () => {
  const rig = await Rig.start();
  rig.fault(1, 'overTemperature');
  await rig.expectStatus(1, 'Faulted');
  rig.plug(1);
  await rig.advance(2_000);
  rig.present('04A1B2C3');
  await rig.expectNone('StartTransaction', 30_000);
  expect(await rig.call('RemoteStartTransaction', { connectorId: 1, idTag: 'REMOTE' })).toEqual({ status: 'Rejected' });
});

test('a fault that passes after ConnectionTimeOut leads back to Finishing, the pre-fault state', async () => {
  const rig = await Rig.start({ config: { ConnectionTimeOut: '20' } });
  rig.plug(1);
  await rig.expectStatus(1, 'Finishing');
  rig.fault(1, 'overTemperature');
  await rig.expectStatus(1, 'Faulted');
  rig.fault(1, 'overTemperature', false);
  await rig.expectStatus(1, 'Finishing');
  await rig.expectNone('StatusNotification', 60_000);
});

test('a stop while Faulted ends the transaction and shows Finishing when the fault is gone', async () => {
  const rig = await rigIn('Charging');
  rig.fault(1, 'overTemperature');
  await rig.expectStatus(1, 'Faulted');
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction', { reason: 'Local' });
  rig.fault(1, 'overTemperature', false);
  await rig.expectStatus(1, 'Finishing');
});

test('an absent reader is told for both sockets of its side and leaves the other side alone', async () => {
  const rig = await Rig.start();
  rig.fault(1, 'readerAbsent');
  await rig.advance(2_000);
  const told = rig
    .since('StatusNotification')
    .map((r) => [r.payload.connectorId, r.payload.status, r.payload.errorCode]);
  expect(told).toEqual([
    [1, 'Available', 'ReaderFailure'],
    [2, 'Available', 'ReaderFailure'],
  ]);
});

test('a reader that comes back mends nothing of the sockets: a residual current still waits for a person', async () => {
  const rig = await Rig.start();
  rig.fault(1, 'residualCurrent');
  await rig.expectStatus(1, 'Faulted');
  rig.fault(1, 'residualCurrent', false);
  rig.fault(1, 'readerAbsent');
  await rig.advance(2_000);
  rig.fault(1, 'readerAbsent', false);
  await rig.advance(5_000);
  expect(rig.report(1)).toMatchObject({ status: 'Faulted', errorCode: 'GroundFailure' });
  rig.running.clearFaults(2);
  await rig.advance(1_000);
  expect(rig.status(1)).toBe('Faulted');
  rig.running.clearFaults(1);
  await rig.expectStatus(1, 'Available');
});

test('an event whose work fails is told, and those behind it are worked all the same', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  const { station, chargePoint } = rig.running;
  const failing = (): void => {
    // Arises while this one is worked on, and waits behind it.
    station.post({ kind: 'card', side: 'right', token: '04A1B2C3' });
    throw new Error('what is above broke');
  };
  jest.spyOn(chargePoint, 'changed').mockImplementationOnce(failing);
  station.post({ kind: 'fault', connectorId: 0, fault: 'weakSignal', present: true });
  expect(rig.warnings.at(-1)).toContain('what is above broke');
  await rig.expectCall('StopTransaction', { reason: 'Local' });
  expect(rig.truth(1).contactorClosed).toBe(false);
});

test('the supply is lost: every connector and the station are Faulted, every transaction ends, and all comes back', async () => {
  const rig = await Rig.start();
  await rig.charge(1, { card: 'AAAA0001' });
  await rig.charge(4, { card: 'BBBB0002' });
  await rig.advance(30_000);
  rig.forget();
  rig.fault(0, 'supplyLost');
  await rig.advance(10_000);
  expect([0, 1, 2, 3, 4].map((id) => rig.report(id).errorCode)).toEqual(Array(5).fill('UnderVoltage'));
  expect(rig.since('StopTransaction').map((r) => r.payload.reason)).toEqual(['PowerLoss', 'PowerLoss']);
  rig.fault(0, 'supplyLost', false);
  await rig.advance(5_000);
  expect([0, 1, 2, 3, 4].map((id) => rig.status(id))).toEqual([
    'Available',
    'Finishing',
    'Unavailable',
    'Unavailable',
    'Finishing',
  ]);
});

test('a silent thermometer lets the vehicle have 6 A', async () => {
  const rig = await rigIn('Charging');
  rig.fault(1, 'thermometerSilent');
  await rig.advance(30_000);
  expect(rig.truth(1).currentA).toEqual([6, 6, 6]);
});

test('a vehicle that asks for ventilation gets no energy, and that is told as EVCommunicationError', async () => {
  const rig = await Rig.start();
  rig.plug(1, { ev: { needsVentilation: true } });
  await rig.expectStatus(1, 'Preparing');
  rig.present('04A1B2C3');
  await rig.expectCall('StartTransaction');
  await rig.expectCall('StatusNotification', { status: 'SuspendedEVSE', errorCode: 'EVCommunicationError' });
  await rig.advance(60_000);
  expect(rig.truth(1)).toMatchObject({ contactorClosed: false, energyWh: 0 });
  expect(rig.status(1)).toMatch(/^Suspended/);
});
