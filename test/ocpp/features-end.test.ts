/** The end of the features: whatever they were waiting for, no timer outlives it, and nothing late sets one again. */
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import type { Clock } from '../../src/hal/clock';
import type { Feature } from '../../src/ocpp/feature';
import { featureTable } from '../../src/ocpp/feature-table';
import type { Services } from '../../src/ocpp/services';
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

/** Counts the timers that one feature has armed; those of all others are none of its business. */
class CountingClock implements Clock {
  private readonly inner = new VirtualClock();
  get armed(): number {
    return this.inner.pendingTimers;
  }
  now = () => this.inner.now();
  at = (dueMs: number, run: () => void) => this.inner.at(dueMs, run);
  systemTime = () => undefined;
}

interface Bench {
  feature: Feature;
  clock: CountingClock;
}

/** The rows of the table, each with a clock of its own, over the services of a station that charges. */
function rows(services: Services, change: Partial<Services>): Bench[] {
  return featureTable(services).map((_row, index) => {
    const clock = new CountingClock();
    const feature = featureTable({ ...services, ...change, clock })[index];
    if (!feature) throw new Error('the table has changed');
    return { feature, clock };
  });
}

/** Everything that makes a feature wait for something. */
function provoke(feature: Feature, rig: Rig): void {
  feature.start?.();
  feature.linkUp?.();
  feature.registered?.('Accepted', 300);
  feature.registered?.('none', 0);
  feature.linkUp?.();
  feature.timeChanged?.(false);
  for (const key of ['HeartbeatInterval', 'ClockAlignedDataInterval'] as const) feature.keyChanged?.(key, 'person');
  feature.changed?.(rig.running.station.state);
  feature.asked?.({ id: 1, purpose: 'start', pointIndex: 0, token: 'UNKNOWN' } as Parameters<
    NonNullable<Feature['asked']>
  >[0]);
  feature.recorded?.([]);
  for (const trigger of Object.values(feature.triggers ?? {})) {
    const send = trigger(undefined, 'TriggerMessage');
    if (typeof send === 'function') send();
  }
  const chargingSchedulePeriod = [0, 600].map((startPeriod) => ({ startPeriod, limit: 10 }));
  void feature.handlers?.SetChargingProfile?.({
    connectorId: 0,
    csChargingProfiles: {
      chargingProfileId: 1,
      stackLevel: 0,
      chargingProfilePurpose: 'TxDefaultProfile',
      chargingProfileKind: 'Relative',
      chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod },
    },
  });
}

test('each row of the table: after stop none of its timers is armed', async () => {
  const rig = await Rig.start({ config: { ClockAlignedDataInterval: '900', MinimumStatusDuration: '10' } });
  await rig.charge(1);
  const { services } = rig.running.chargePoint as unknown as { services: Services };
  // Every request is left without an answer until its time-out.
  const calls: Services['calls'] = {
    lastSentAt: 0,
    answers: 0,
    nextMessageId: () => '1',
    pump: () => {},
    send: (_action, _lane, payload, _timeoutMs, effects) => {
      payload();
      void effects?.take?.({ kind: 'timeout' });
      return new Promise(() => {});
    },
  };
  const armed = new Set<string>();
  for (const { feature, clock } of rows(services, { calls, online: () => true })) {
    provoke(feature, rig);
    rig.plug(3);
    await rig.advance(500);
    feature.changed?.(rig.running.station.state);
    rig.unplug(3);
    await rig.advance(500);
    if (clock.armed > 0) armed.add(feature.constructor.name);
    feature.stop?.();
    expect([feature.constructor.name, clock.armed]).toEqual([feature.constructor.name, 0]);
  }
  const waiting = ['Authorize', 'Boot', 'ClockAligned', 'Heartbeat', 'SmartCharging', 'StatusNotifications'];
  expect([...armed].sort()).toEqual(waiting);
});
