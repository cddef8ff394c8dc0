/** A fault that waits for a person is not forgotten by any restart, and nobody far away can end it. */
import type { SimulatedFault } from '../../src/drivers/sim/faults';
import type { Button } from '../../src/hal/parts';
import type { JsonValue } from '../../src/hal/store';
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

const kinds = {
  residualCurrent: 'GroundFailure',
  stuckOpen: 'PowerSwitchFailure',
  welded: 'PowerSwitchFailure',
} as const satisfies Partial<Record<SimulatedFault, string>>;
type Kind = keyof typeof kinds;
const everyKind = Object.keys(kinds) as Kind[];

/** The cause was there and is gone; what it left behind waits for a person. */
async function faulted(kind: Kind, options: Parameters<typeof Rig.start>[0] = {}): Promise<Rig> {
  const rig = await Rig.start(options);
  rig.fault(1, kind);
  rig.plug(1);
  await rig.advance(2_000);
  rig.present('04A1B2C3');
  await rig.advance(20_000);
  rig.fault(1, kind, false);
  await rig.advance(5_000);
  expect(rig.report(1)).toMatchObject({ status: 'Faulted', errorCode: kinds[kind] });
  rig.forget();
  return rig;
}

async function powerCut(rig: Rig): Promise<void> {
  await rig.cutPower();
  await rig.powerOn();
}

const restarts: Record<string, (rig: Rig) => Promise<void>> = {
  'a power cut': powerCut,
  'Reset Soft': async (rig) => {
    await rig.call('Reset', { type: 'Soft' });
    await rig.restart();
  },
  'Reset Hard': async (rig) => {
    await rig.call('Reset', { type: 'Hard' });
    await rig.restart();
  },
  'two restarts': async (rig) => {
    await powerCut(rig);
    await rig.advance(60_000);
    await powerCut(rig);
  },
  'a cut right after the start': async (rig) => {
    await powerCut(rig);
    await powerCut(rig);
  },
};

describe.each(everyKind)('%s', (kind) => {
  test.each(Object.keys(restarts))('stands again after %s, no charge begins, and a person ends it', async (how) => {
    const rig = await faulted(kind);
    await restarts[how]?.(rig);
    await rig.expectCall('StatusNotification', { connectorId: 1, status: 'Faulted', errorCode: kinds[kind] });
    rig.unplug(1);
    await rig.advance(2_000);
    rig.plug(1);
    rig.present('04A1B2C3');
    expect(await rig.call('RemoteStartTransaction', { connectorId: 1, idTag: 'A' })).toEqual({ status: 'Rejected' });
    await rig.expectNone('StartTransaction', 120_000);
    expect(rig.truth(1).contactorClosed).toBe(false);
    rig.running.clearFaults(1);
    await rig.expectStatus(1, 'Preparing');
    rig.present('04A1B2C3');
    await rig.expectStatus(1, 'Charging');
    // And it is forgotten for good.
    await powerCut(rig);
    await rig.advance(20_000);
    expect(rig.report(1).errorCode).toBe('NoError');
  });
});

test('with its cause still there it does not end by hand, and not by a restart after that', async () => {
  const rig = await faulted('residualCurrent');
  rig.fault(1, 'residualCurrent');
  await powerCut(rig);
  rig.running.clearFaults();
  await rig.advance(10_000);
  expect(rig.report(1)).toMatchObject({ status: 'Faulted', errorCode: 'GroundFailure' });
  rig.fault(1, 'residualCurrent', false);
  await powerCut(rig);
  await rig.advance(10_000);
  expect(rig.report(1)).toMatchObject({ status: 'Faulted', errorCode: 'GroundFailure' });
});

test('the reset button ends a stored one, on every connector, for good', async () => {
  const held: (() => void)[] = [];
  const resetButton: Button = {
    watch: (listener) => {
      held.push(() => listener('held'));
      return () => held.pop();
    },
  };
  const rig = await faulted('residualCurrent', { parts: (parts) => ({ ...parts, resetButton }) });
  await powerCut(rig);
  await rig.expectStatus(1, 'Faulted');
  held.at(-1)?.();
  await rig.expectCall('StatusNotification', { connectorId: 1, errorCode: 'NoError' });
  await powerCut(rig);
  await rig.advance(20_000);
  expect(rig.report(1).errorCode).toBe('NoError');
});

test('the other connectors charge meanwhile, also after the restart', async () => {
  const rig = await faulted('residualCurrent');
  await powerCut(rig);
  await rig.expectStatus(1, 'Faulted');
  await rig.charge(3);
});

test('no message of the central system ends it', async () => {
  const rig = await faulted('residualCurrent');
  await powerCut(rig);
  await rig.advance(5_000);
  for (const [action, payload] of [
    ['ChangeAvailability', { connectorId: 1, type: 'Inoperative' }],
    ['ChangeAvailability', { connectorId: 1, type: 'Operative' }],
    ['UnlockConnector', { connectorId: 1 }],
    ['ClearCache', {}],
    ['ClearChargingProfile', {}],
    ['DataTransfer', { vendorId: 'Legrand', messageId: 'clear' }],
    ['TriggerMessage', { requestedMessage: 'BootNotification' }],
  ] as const) {
    await rig.call(action, payload);
    await rig.advance(2_000);
    expect([action, rig.report(1).status]).toEqual([action, 'Faulted']);
  }
});

test('the contacts open before anything of it is stored', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  await rig.advance(10_000);
  rig.flushMs = 60_000;
  rig.fault(1, 'residualCurrent');
  await rig.advance(100);
  expect(rig.truth(1).contactorClosed).toBe(false);
  expect([...rig.store.durable.keys()].filter((key) => key.startsWith('station/latchedFault/'))).toEqual([]);
});

test.each<[string, string, JsonValue, string]>([
  ['whose value is damaged', 'station/latchedFault/1/residualCurrent', 'x', 'GroundFailure'],
  ['of a name that nobody knows', 'station/latchedFault/1/fireInside', true, 'InternalError'],
  ['of a connector that cannot be read', 'station/latchedFault/one/residualCurrent', true, 'GroundFailure'],
])('a stored fault %s stands until a person has looked', async (_what, key, value, errorCode) => {
  const rig = await Rig.start();
  await rig.cutPower();
  rig.store.durable.set(key, value);
  for (let boots = 0; boots < 2; boots += 1) {
    await rig.powerOn();
    await rig.advance(5_000);
    expect(rig.report(1)).toMatchObject({ status: 'Faulted', errorCode });
    await rig.cutPower();
  }
  await rig.powerOn();
  rig.running.clearFaults();
  await rig.advance(1_000);
  await powerCut(rig);
  await rig.advance(5_000);
  expect(rig.status(1)).toBe('Available');
});
