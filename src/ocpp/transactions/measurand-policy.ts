/** Which values leave in MeterValues and StopTransaction, by the measurand keys (OCPP 1.6, 3.16 and 9.1). */
import type { StationRecord } from '../../station/types';
import type { Configuration } from '../config-keys/configuration';
import type { SampledValue } from '../messages';
import { type ReadingContext, type Sample, sampledValues } from './meter-values';
import type { ValuePolicy } from './outbox';

const contexts: Record<StationRecord['kind'], ReadingContext> = {
  start: 'Transaction.Begin',
  sample: 'Sample.Periodic',
  stop: 'Transaction.End',
};

export class MeasurandPolicy implements ValuePolicy {
  /** Register at the last sample of each running transaction, for interval values. */
  private readonly before = new Map<string, number>();

  constructor(private readonly configuration: Configuration) {}

  sampled(record: Extract<StationRecord, { kind: 'sample' }>): SampledValue[] {
    const sample = this.sampleOf(record);
    this.before.set(record.tx.key, record.reading.energyWh);
    return sample ? sampledValues(sample, this.configuration.list('MeterValuesSampledData')) : [];
  }

  /** Begin and End belong to the data of a transaction that wants any, with every measurand configured (errata 3.14). */
  forStop(record: StationRecord): SampledValue[] | undefined {
    const sampled = this.configuration.list('StopTxnSampledData');
    const aligned = record.kind === 'sample' ? [] : this.configuration.list('StopTxnAlignedData');
    const measurands = [...new Set([...sampled, ...aligned])];
    const sample = measurands.length > 0 ? this.sampleOf(record) : undefined;
    if (record.kind === 'stop') this.before.delete(record.tx.key);
    return sample && sampledValues(sample, measurands);
  }

  stopValuesMax(): number {
    return this.configuration.integer('StopTransactionMaxMeterValues');
  }

  private sampleOf(record: StationRecord): Sample | undefined {
    if (!record.reading) return undefined;
    const { reading, tx } = record;
    const beforeWh = record.kind === 'start' ? undefined : (this.before.get(tx.key) ?? tx.meterStartWh);
    const context = contexts[record.kind];
    if (record.kind !== 'sample') return { reading, offeredA: 0, temperatureC: undefined, beforeWh, context };
    return { reading, offeredA: record.offeredA, temperatureC: record.temperatureC, beforeWh, context };
  }
}
