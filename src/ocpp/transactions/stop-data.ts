/** The data of StopTransaction: values that are kept while a transaction runs, never more than may be sent (errata 3.14, 3.91). */
import type { JsonValue } from '../../hal/store';
import type { StoredValues } from '../../hal/stored';
import type { SampledValue } from '../messages';
import type { Stamp } from '../wall-time';
import { readStopData, type StampedValues, stopDataEntry, transactionOfStopData } from './stored-messages';

/** A batch that is being put together, and the messages that it makes. */
export interface Draft {
  put: [string, JsonValue][];
  del: string[];
  seqs: number[];
}

export class StopData {
  /** By our name of the transaction, then by key of the store. */
  private readonly kept = new Map<string, Map<string, StampedValues>>();

  constructor(
    private readonly nextSeq: () => number,
    /** StopTransactionMaxMeterValues. */
    private readonly valuesMax: () => number,
    stored: StoredValues,
  ) {
    for (const [key, values] of readStopData(stored)) this.keep(key, values);
  }

  add(tx: string, stamp: Stamp, values: SampledValue[] | undefined, draft: Draft): void {
    if (!values || values.length === 0) return;
    this.thin(tx, draft);
    const count = this.kept.get(tx)?.size ?? 0;
    if (count > 0 && count + 1 >= this.valuesMax()) return;
    const kept: StampedValues = { stamp, values };
    const [key, value] = stopDataEntry(tx, this.nextSeq(), kept);
    this.keep(key, kept);
    draft.put.push([key, value]);
  }

  /** For the StopTransaction; they are kept no longer. */
  take(tx: string, { del }: Draft): StampedValues[] {
    const kept = this.kept.get(tx);
    if (!kept) return [];
    this.kept.delete(tx);
    del.push(...kept.keys());
    return [...kept.values()];
  }

  private keep(key: string, value: StampedValues): void {
    const tx = transactionOfStopData(key);
    const kept = this.kept.get(tx) ?? new Map<string, StampedValues>();
    kept.set(key, value);
    this.kept.set(tx, kept);
  }

  /** Errata 3.91: the first stays, of the others every other one goes; room is left for the last. */
  private thin(tx: string, { del }: Draft): void {
    const kept = this.kept.get(tx);
    if (!kept || kept.size + 1 < this.valuesMax()) return;
    for (const [index, key] of [...kept.keys()].entries()) {
      if (index % 2 === 0) continue;
      kept.delete(key);
      del.push(key);
    }
  }
}
