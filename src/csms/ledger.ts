/** What the embedded central system remembers of transactions: one row each, however often a station repeats itself. */
import type { IdTagInfo, MeterValue, RequestOf } from '../ocpp/messages';

/** One transaction as the station told it; energies are the meter's register in Wh, times are the station's own. */
export interface LedgerRow {
  transactionId: number;
  stationId: string;
  connectorId: number;
  idTag: string;
  /** What the start was answered with; anything but Accepted was refused. */
  verdict: IdTagInfo['status'];
  /** Id of the StartTransaction message: a repetition carries the same one. */
  messageId: string;
  startedAt: string;
  meterStartWh: number;
  /** Highest register told so far: `lastWh - meterStartWh` is the energy of the transaction. */
  lastWh: number;
  /** Meter values received, and the latest of them. */
  meterValueCount: number;
  lastMeterValue: MeterValue | undefined;
  /** Undefined while the transaction goes on. */
  stop: { at: string; meterWh: number; reason: string; idTag: string | undefined } | undefined;
}

/** Rows kept; beyond that the oldest finished transaction is forgotten. */
const rowsMax = 1_000;

export class Ledger {
  private rows: LedgerRow[] = [];
  private nextId: number;

  /** `nowMs`: Unix time, from which ids begin: a station that outlives this process keeps ids of the one before. */
  constructor(nowMs: number) {
    this.nextId = (Math.floor(nowMs / 1_000) % 1_000_000) * 1_000 + 1;
  }

  /** Copies of all rows, oldest first. */
  all(): LedgerRow[] {
    return this.rows.map((row) => ({ ...row }));
  }

  /** The row of a start; `repeated` if this very message has come before (J errata 3.1: a retry keeps its id). */
  start(
    stationId: string,
    messageId: string,
    request: RequestOf<'StartTransaction'>,
    verdict: IdTagInfo['status'],
  ): { row: LedgerRow; repeated: boolean } {
    const known = this.rows.find((row) => row.stationId === stationId && row.messageId === messageId);
    if (known) return { row: known, repeated: true };
    const { connectorId, idTag, meterStart, timestamp } = request;
    const row: LedgerRow = {
      transactionId: this.nextId,
      stationId,
      connectorId,
      idTag,
      verdict,
      messageId,
      startedAt: timestamp,
      meterStartWh: meterStart,
      lastWh: meterStart,
      meterValueCount: 0,
      lastMeterValue: undefined,
      stop: undefined,
    };
    this.nextId += 1;
    this.makeRoom();
    this.rows.push(row);
    return { row, repeated: false };
  }

  /** Undefined for a transaction that is not in the ledger. */
  meter(stationId: string, transactionId: number | undefined, values: readonly MeterValue[]): LedgerRow | undefined {
    const row = this.find(stationId, transactionId);
    if (!row) return undefined;
    for (const value of values) {
      row.meterValueCount += 1;
      row.lastMeterValue = value;
      row.lastWh = Math.max(row.lastWh, registerWh(value) ?? row.lastWh);
    }
    return row;
  }

  /** Undefined for a transaction that is not in the ledger; what is told of one that has stopped changes nothing. */
  stop(stationId: string, request: RequestOf<'StopTransaction'>): { row: LedgerRow; repeated: boolean } | undefined {
    const row = this.find(stationId, request.transactionId);
    if (!row) return undefined;
    if (row.stop) return { row, repeated: true };
    const { timestamp, meterStop, reason, idTag } = request;
    // A missing reason means Local (OCPP 1.6, 6.49).
    row.stop = { at: timestamp, meterWh: meterStop, reason: reason ?? 'Local', idTag };
    row.lastWh = Math.max(row.lastWh, meterStop);
    return { row, repeated: false };
  }

  private find(stationId: string, transactionId: number | undefined): LedgerRow | undefined {
    return this.rows.find((row) => row.stationId === stationId && row.transactionId === transactionId);
  }

  private makeRoom(): void {
    if (this.rows.length < rowsMax) return;
    const oldest = this.rows.find((row) => row.stop) ?? this.rows[0];
    this.rows = this.rows.filter((row) => row !== oldest);
  }
}

/** The meter's register in Wh; a value without a measurand is that register (OCPP 1.6, 7.43). */
export function registerWh(value: MeterValue): number | undefined {
  return figure(value, 'Energy.Active.Import.Register', { kWh: 1_000 });
}

/** In W. */
export function powerW(value: MeterValue): number | undefined {
  return figure(value, 'Power.Active.Import', { kW: 1_000 });
}

function figure(value: MeterValue, measurand: string, factors: Readonly<Record<string, number>>): number | undefined {
  const found = value.sampledValue.find(
    (sample) =>
      (sample.measurand ?? 'Energy.Active.Import.Register') === measurand &&
      sample.phase === undefined &&
      sample.format !== 'SignedData',
  );
  const number = found === undefined ? Number.NaN : Number(found.value) * (factors[found.unit ?? ''] ?? 1);
  return Number.isFinite(number) ? number : undefined;
}
