/** Clock-aligned meter values: every connector, on a grid that starts at midnight UTC (OCPP 1.6, 3.16.2). */
import type { Cancel } from '../../hal/clock';
import { flushLaterMs } from '../../hal/store';
import { transactionOf } from '../../station/types';
import type { KeyName } from '../config-keys/index';
import type { Feature } from '../feature';
import type { Services } from '../services';
import { sampledValues } from './meter-values';
import type { ClockValue } from './outbox';

const dayMs = 86_400_000;
/** Without a known wall time there is no grid; it is looked for again after this, in ms. */
const unknownTimeRetryMs = 10_000;
/** Meters that are read seldom are asked so long before an instant of the grid, in ms. */
const readAheadMs = 1_000;

/** First instant of the grid after `unixMs`. A day that the interval does not divide begins anew at midnight. */
export function nextOnGrid(unixMs: number, intervalMs: number): number {
  const midnight = Math.floor(unixMs / dayMs) * dayMs;
  const next = midnight + (Math.floor((unixMs - midnight) / intervalMs) + 1) * intervalMs;
  return Math.min(next, midnight + dayMs);
}

export class ClockAligned implements Feature {
  readonly profile = 'Core';
  private cancel: Cancel = () => {};
  private readonly before = new Map<number, number>();

  constructor(private readonly services: Services) {}

  start(): void {
    this.arm();
  }

  timeChanged(): void {
    this.arm();
  }

  keyChanged(key: KeyName): void {
    if (key === 'ClockAlignedDataInterval') this.arm();
  }

  private arm(): void {
    this.cancel();
    const { clock, wall, configuration, station } = this.services;
    const intervalMs = configuration.integer('ClockAlignedDataInterval') * 1_000;
    if (intervalMs <= 0) return;
    const now = clock.now();
    const unix = wall.at(now);
    if (unix === undefined) {
      this.cancel = clock.at(now + unknownTimeRetryMs, () => this.arm());
      return;
    }
    const dueAt = now + (nextOnGrid(unix, intervalMs) - unix);
    this.cancel = clock.at(Math.max(now, dueAt - readAheadMs), () => {
      void station.freshReadings();
      this.cancel = clock.at(dueAt, () => {
        this.sample(dueAt);
        this.arm();
      });
    });
  }

  stop(): void {
    this.cancel();
  }

  private sample(dueAt: number): void {
    const { station, configuration, outbox, commits, calls, wall } = this.services;
    const measurands = configuration.list('MeterValuesAlignedData');
    const forStop = configuration.list('StopTxnAlignedData');
    // The timestamp is the grid's; the reading is at most a second older.
    const stamp = wall.stamp(dueAt);
    const values = station.state.connectors.flatMap((connector, index): ClockValue[] => {
      const meter = connector.report?.meter;
      if (!connector.report || !meter) return [];
      const connectorId = index + 1;
      const { offeredA, temperatureC } = connector.report;
      const beforeWh = this.before.get(connectorId);
      this.before.set(connectorId, meter.reading.energyWh);
      const sample = { reading: meter.reading, offeredA, temperatureC, beforeWh, context: 'Sample.Clock' as const };
      // Errata 3.16: the transaction of the connector at the time of the sample, from its start to its stop.
      const tx = transactionOf(connector.session)?.key;
      return [
        { connectorId, tx, stamp, sampled: sampledValues(sample, measurands), forStop: sampledValues(sample, forStop) },
      ];
    });
    const ticket = outbox.entriesForClock(values);
    void commits.commit(ticket.batch, flushLaterMs).then(() => {
      ticket.committed();
      calls.pump();
    });
  }
}
