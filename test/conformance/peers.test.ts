/** Central systems as they really talk: evcc, Home Assistant's ocpp, SteVe, and one without manners. */
import { check, isAction, messages } from '../../src/ocpp/messages';
import type { Received } from '../../src/testing/central';
import { closeTheBooks, Rig } from '../support/rig';
import { card, keyValue, leave } from './support';

afterEach(closeTheBooks);

const change = async (rig: Rig, key: string, value: string) =>
  (await rig.call('ChangeConfiguration', { key, value })).status;

/** A limit as evcc sets it: default for all transactions, absolute, begun a minute ago, at the top of the stack. */
const evccLimit = (rig: Rig, limit: number) => ({
  connectorId: 1,
  csChargingProfiles: {
    chargingProfileId: 1,
    stackLevel: 100,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Absolute',
    chargingSchedule: {
      startSchedule: new Date(rig.central.now() - 60_000).toISOString(),
      chargingRateUnit: 'A',
      chargingSchedulePeriod: [{ startPeriod: 0, limit }],
    },
  },
});

describe('evcc', () => {
  async function setUp(): Promise<Rig> {
    const rig = await Rig.start();
    expect(await rig.call('ChangeAvailability', { connectorId: 0, type: 'Operative' })).toEqual({ status: 'Accepted' });
    const { configurationKey } = await rig.call('GetConfiguration', {});
    const keys = new Map((configurationKey as { key: string; value?: string }[]).map(({ key, value }) => [key, value]));
    expect(keys.get('ChargingScheduleAllowedChargingRateUnit')).toBe('Current,Power');
    expect(keys.get('ChargeProfileMaxStackLevel')).toBe('100');
    expect(keys.get('SupportedFeatureProfiles')).toContain('SmartCharging');
    expect(
      await change(
        rig,
        'MeterValuesSampledData',
        'Power.Active.Import,Energy.Active.Import.Register,Current.Import,Voltage',
      ),
    ).toBe('Accepted');
    expect(await change(rig, 'MeterValueSampleInterval', '10')).toBe('Accepted');
    expect(await change(rig, 'WebSocketPingInterval', '30')).toBe('Accepted');
    for (const requestedMessage of ['BootNotification', 'StatusNotification', 'MeterValues']) {
      const request = { requestedMessage, ...(requestedMessage === 'BootNotification' ? {} : { connectorId: 1 }) };
      expect(await rig.call('TriggerMessage', request)).toEqual({ status: 'Accepted' });
      await rig.expectCall(requestedMessage);
    }
    return rig;
  }

  test('sets up, then holds a vehicle at 0 A, lets it charge, and pauses it again, in one transaction', async () => {
    const rig = await setUp();
    expect(await rig.call('SetChargingProfile', evccLimit(rig, 0))).toEqual({ status: 'Accepted' });
    rig.plug(1);
    await rig.expectStatus(1, 'Preparing');
    expect(await rig.call('RemoteStartTransaction', { connectorId: 1, idTag: 'evcc' })).toEqual({ status: 'Accepted' });
    await rig.expectStatus(1, 'SuspendedEVSE');
    expect(rig.truth(1)).toMatchObject({ contactorClosed: false, offerA: 0 });
    for (const amps of [6, 16, 0, 10]) {
      expect(await rig.call('SetChargingProfile', evccLimit(rig, amps))).toEqual({ status: 'Accepted' });
      await rig.advance(30_000);
      expect(rig.truth(1).currentA).toEqual([amps, amps, amps]);
      expect(rig.status(1)).toBe(amps === 0 ? 'SuspendedEVSE' : 'Charging');
    }
    expect(rig.central.calls('StartTransaction')).toHaveLength(1);
    expect(rig.central.calls('StopTransaction')).toHaveLength(0);
    const values = rig.central.calls('MeterValues').at(-1)?.payload.meterValue as { sampledValue: unknown[] }[];
    expect(values[0]?.sampledValue).toHaveLength(8);
  });

  test('follows the sun second by second without a rise faster than the standard allows or a lost transaction', async () => {
    const rig = await setUp();
    await rig.charge(1);
    for (let amps = 6; amps <= 32; amps += 2) {
      await rig.call('SetChargingProfile', evccLimit(rig, amps));
      await rig.advance(1_000);
    }
    await rig.advance(30_000);
    expect(rig.truth(1).currentA).toEqual([32, 32, 32]);
    expect(rig.central.calls('StartTransaction')).toHaveLength(1);
  });
});

describe("Home Assistant's ocpp", () => {
  /** All measurands of OCPP 1.6 that it knows by name. */
  const wanted = [
    'Current.Export',
    'Current.Import',
    'Current.Offered',
    'Energy.Active.Export.Register',
    'Energy.Active.Import.Register',
    'Energy.Reactive.Import.Interval',
    'Frequency',
    'Power.Active.Import',
    'Power.Factor',
    'Power.Offered',
    'SoC',
    'Temperature',
    'Voltage',
  ];

  test('writes all measurands, is Rejected, and finds out one by one what there is', async () => {
    const rig = await Rig.start();
    const before = await keyValue(rig, 'MeterValuesSampledData');
    expect(await change(rig, 'MeterValuesSampledData', wanted.join(','))).toBe('Rejected');
    expect(await keyValue(rig, 'MeterValuesSampledData')).toBe(before);
    const kept: string[] = [];
    for (const measurand of wanted) {
      if ((await change(rig, 'MeterValuesSampledData', [...kept, measurand].join(','))) === 'Accepted')
        kept.push(measurand);
    }
    expect(kept).toEqual([
      'Current.Import',
      'Current.Offered',
      'Energy.Active.Import.Register',
      'Frequency',
      'Power.Active.Import',
      'Power.Offered',
      'Temperature',
      'Voltage',
    ]);
    expect(await keyValue(rig, 'MeterValuesSampledData')).toBe(kept.join(','));
    await rig.configure('MeterValueSampleInterval', '60');
    await rig.charge(1);
    const values = await rig.expectCall('MeterValues', {}, 61_000);
    const { sampledValue } = (
      values.payload.meterValue as { sampledValue: { measurand: string; unit?: string }[] }[]
    )[0] ?? {
      sampledValue: [],
    };
    expect(new Set(sampledValue.map((v) => v.measurand))).toEqual(new Set(kept));
    for (const { measurand, unit } of sampledValue)
      expect([measurand, unit === undefined]).toEqual([measurand, measurand === 'Frequency']);
  });

  test('limits the station by ChargePointMaxProfile, Relative, at the top stack level, without startSchedule', async () => {
    const rig = await Rig.start();
    await rig.charge(1);
    const csChargingProfiles = {
      chargingProfileId: 8,
      stackLevel: Number(await keyValue(rig, 'ChargeProfileMaxStackLevel')),
      chargingProfileKind: 'Relative',
      chargingProfilePurpose: 'ChargePointMaxProfile',
      chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 9 }] },
    };
    expect(await rig.call('SetChargingProfile', { connectorId: 0, csChargingProfiles })).toEqual({
      status: 'Accepted',
    });
    await rig.advance(20_000);
    expect(rig.truth(1).offerA).toBeCloseTo(9, 1);
    expect(rig.truth(1).currentA[0]).toBeCloseTo(9, 1);
    expect(await rig.call('ClearChargingProfile', {})).toEqual({ status: 'Accepted' });
    await rig.advance(20_000);
    expect(rig.truth(1).currentA).toEqual([32, 32, 32]);
  });
});

describe('SteVe', () => {
  /** Refuses what a strict server with a data base refuses: unknown ids, times that run back, anything against the schema. */
  function beStrict(rig: Rig): string[] {
    const refusals: string[] = [];
    const known = new Set<number>();
    const stopped = new Set<number>();
    const judge = (r: Received): string | undefined => {
      const violation = isAction(r.action) ? check(messages[r.action].request, r.payload) : { message: 'unknown' };
      if (violation) return violation.message;
      const { transactionId, reservationId } = r.payload;
      if (reservationId !== undefined) return `reservation ${String(reservationId)} is not known`;
      if (transactionId === undefined) return undefined;
      if (!known.has(Number(transactionId))) return `transaction ${String(transactionId)} is not known`;
      if (stopped.has(Number(transactionId))) return `transaction ${String(transactionId)} is over`;
      return undefined;
    };
    for (const action of ['StartTransaction', 'StopTransaction', 'MeterValues', 'StatusNotification', 'Authorize']) {
      rig.central.answer(action, (r) => {
        const reason = judge(r);
        if (reason) {
          refusals.push(`${action}: ${reason}`);
          return { callError: 'InternalError' };
        }
        if (action === 'StopTransaction') stopped.add(Number(r.payload.transactionId));
        if (action === 'Authorize')
          return { idTagInfo: { status: 'Accepted', expiryDate: '2026-05-04T09:00:00.000Z' } };
        if (action !== 'StartTransaction') return {};
        const transactionId = rig.central.nextTransactionId++;
        known.add(transactionId);
        return { transactionId, idTagInfo: { status: 'Accepted', parentIdTag: 'FAMILY' } };
      });
    }
    return refusals;
  }

  test('finds nothing to refuse in a day of charges, offline times, resets and power cuts', async () => {
    const rig = await Rig.start({
      config: {
        AllowOfflineTxForUnknownId: 'true',
        ClockAlignedDataInterval: '900',
        StopTxnSampledData: 'Energy.Active.Import.Register,Voltage',
      },
    });
    const refusals = beStrict(rig);
    await rig.charge(1);
    rig.central.down();
    await rig.advance(900_000);
    rig.present(card);
    await rig.until('stopped', () => rig.status(1) === 'Finishing');
    await leave(rig);
    rig.plug(4);
    await rig.until('Preparing', () => rig.status(4) === 'Preparing');
    rig.present('BBBB0002', 'left');
    await rig.until('charging', () => rig.status(4) === 'Charging');
    await rig.advance(600_000);
    rig.central.up();
    await rig.advance(600_000);
    await rig.call('Reset', { type: 'Hard' });
    await rig.restart();
    await rig.advance(60_000);
    rig.present('BBBB0002', 'left');
    await rig.until('charging', () => rig.status(4) === 'Charging');
    await rig.cutPower();
    await rig.powerOn();
    await rig.advance(900_000);
    expect(refusals).toEqual([]);
    expect(rig.central.calls('StopTransaction').filter((r) => !r.repeated)).toHaveLength(3);
  });
});
