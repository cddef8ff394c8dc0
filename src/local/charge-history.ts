/** What was charged here, one entry a transaction, of all modes: written with the stop of each, within a bound. */

import { shape } from '../hal/shapes';
import type { Batch } from '../hal/store';
import { collection, type StoredValues } from '../hal/stored';
import { type ChargingMode, chargingModes, type StationRecord, type StopReason } from '../station/types';
import { chargesMax } from './bounds';

/** Times in ms of Unix time, null where the station did not know the time; energy in Wh. */
export interface Charge {
  key: string;
  connectorId: number;
  mode: ChargingMode;
  /** Empty where everybody may charge. */
  token: string;
  startedAt: number | null;
  endedAt: number | null;
  energyWh: number;
  reason: StopReason | string;
}

const charges = collection(
  'local/charge/',
  shape.Object({
    key: shape.String(),
    connectorId: shape.Integer(),
    mode: shape.Union(chargingModes.map((mode) => shape.Literal(mode))),
    token: shape.String(),
    startedAt: shape.Union([shape.Number(), shape.Null()]),
    endedAt: shape.Union([shape.Number(), shape.Null()]),
    energyWh: shape.Number(),
    reason: shape.String(),
  }),
);

/** Names of entries sort as their numbers do. */
const nameDigits = 12;

export class ChargeHistory {
  private readonly entries: Map<string, Charge>;
  private last: number;

  /** `unixAt`: Unix time in ms of a monotonic instant, undefined while it is not known. */
  constructor(
    private readonly unixAt: (monotonicMs: number) => number | undefined,
    stored: StoredValues,
  ) {
    this.entries = charges.read(stored);
    this.last = Math.max(0, ...[...this.entries.keys()].map(Number).filter(Number.isFinite));
  }

  /** The newest first. */
  get list(): readonly Charge[] {
    return [...this.entries.values()].reverse();
  }

  /** What must be stored for these records. */
  entriesFor(records: readonly StationRecord[]): Batch {
    const put: [string, ReturnType<typeof charges.entry>[1]][] = [];
    const del: string[] = [];
    for (const record of records) {
      if (record.kind !== 'stop') continue;
      this.last += 1;
      const name = String(this.last).padStart(nameDigits, '0');
      const charge = this.chargeOf(record);
      this.entries.set(name, charge);
      put.push(charges.entry(name, charge));
      del.push(...this.surplus());
    }
    return { put, del };
  }

  private chargeOf({ tx, at, meterWh, reason }: Extract<StationRecord, { kind: 'stop' }>): Charge {
    return {
      key: tx.key,
      connectorId: tx.connectorId,
      mode: !tx.local ? 'ocpp' : tx.token === '' ? 'free' : 'cards',
      token: tx.token,
      // A transaction of an earlier boot has no start on this boot's time.
      startedAt: (tx.startedAt > 0 ? this.unixAt(tx.startedAt) : undefined) ?? null,
      endedAt: this.unixAt(at) ?? null,
      energyWh: meterWh - tx.meterStartWh,
      reason,
    };
  }

  private *surplus(): Iterable<string> {
    for (const name of this.entries.keys()) {
      if (this.entries.size <= chargesMax) return;
      this.entries.delete(name);
      yield charges.key(name);
    }
  }
}
