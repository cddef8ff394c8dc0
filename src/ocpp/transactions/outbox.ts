/** Messages of transactions: stored with what they tell, sent in order, deleted only when answered (OCPP 1.6, 3.7). */
import type { Batch } from '../../hal/store';
import { quarantineEntry, type StoredValues } from '../../hal/stored';
import type { Ticket } from '../../station/shell/station';
import type { StationRecord } from '../../station/types';
import type { MeterValue, RequestOf, SampledValue } from '../messages';
import { isoTime, type Stamp, type WallTime } from '../wall-time';
import { type Draft, StopData } from './stop-data';
import {
  type Entry,
  type EntryBody,
  entryKey,
  readEntries,
  type StampedValues,
  storedEntry,
  transactionIds,
} from './stored-messages';
import { ToldDates } from './told-dates';
import type { UnansweredValues } from './unanswered-values';
import { wholeWh } from './whole-wh';

/** What one connector gives at an instant of the clock's grid. */
export interface ClockValue {
  connectorId: number;
  /** The transaction that runs on it, by our name. */
  tx: string | undefined;
  stamp: Stamp;
  sampled: SampledValue[];
  forStop: SampledValue[];
}

/** Which values to keep of a record; configured by measurand keys. */
export interface ValuePolicy {
  /** Values of MeterValues.req; empty: none is sent. */
  sampled(record: Extract<StationRecord, { kind: 'sample' }>): SampledValue[];
  /** Values of StopTransaction's transactionData; undefined: none are wanted. */
  forStop(record: StationRecord): SampledValue[] | undefined;
  /** StopTransactionMaxMeterValues. */
  stopValuesMax(): number;
}

export interface OutboxOptions {
  wall: WallTime;
  policy: ValuePolicy;
  /** Told of values when they are written, and of whatever is deleted. */
  unansweredValues: Pick<UnansweredValues, 'written' | 'deleted'>;
  nextMessageId: () => string;
  /** Monotonic time in ms. */
  now: () => number;
  /** One count for all messages, so that others can keep their place in the order. */
  nextSeq: () => number;
}

/** Given when the central system never gave an id (errata 3.18). */
const unknownTransactionId = -1;
/** Meter values beyond this many waiting ones thin out: every other one of the longest run goes. Starts and stops stay. */
const meterEntriesMax = 2_000;

/** The messages of a batch on its way to the disk, and since when (monotonic time in ms). */
interface InFlight {
  seqs: readonly number[];
  since: number;
}

export class Outbox {
  private readonly entries = new Map<number, Entry>();
  private readonly ids: Map<string, number>;
  /** Transactions whose start lies in quarantine: a central system must not hear of their end alone. */
  private readonly withheld: ReadonlySet<string>;
  private readonly stopData: StopData;
  private readonly dates: ToldDates;
  private readonly durable = new Set<number>();
  /** Batches on their way to the disk, in the order in which they were made. */
  private readonly inFlight = new Set<InFlight>();

  constructor(
    private readonly options: OutboxOptions,
    private readonly stored: StoredValues,
  ) {
    const { entries, withheld } = readEntries(stored);
    for (const entry of entries) {
      this.entries.set(entry.seq, entry);
      this.durable.add(entry.seq);
    }
    this.withheld = withheld;
    this.ids = transactionIds.read(stored);
    this.stopData = new StopData(options.nextSeq, () => options.policy.stopValuesMax(), stored);
    this.dates = new ToldDates(options.wall, (boot) => this.lastOfBoot(boot), stored);
  }

  get size(): number {
    return this.entries.size;
  }

  /** Messages of this transaction that wait for delivery. */
  waitingOf(key: string): number {
    return [...this.entries.values()].filter(({ tx }) => tx === key).length;
  }

  /** How long the oldest message waits, in ms; 0: none waits. Where no clock tells of an earlier boot, since the start of this. */
  get oldestWaitsMs(): number {
    const { wall, now } = this.options;
    const [oldest] = this.entries.values();
    if (!oldest) return 0;
    const made = stampOf(oldest.body);
    if (made.boot === wall.boot) return now() - made.at;
    const [madeAt, unixNow] = [wall.resolve(made, (boot) => this.lastOfBoot(boot)), wall.at(now())];
    return madeAt === undefined || unixNow === undefined ? now() : Math.max(0, unixNow - madeAt);
  }

  /** What must be stored for these records; called in the step that makes them. Starts and stops must be flushed. */
  entriesFor(records: readonly StationRecord[]): Ticket {
    const draft: Draft = { put: [], del: [], seqs: [] };
    for (const record of records) {
      const { tx } = record;
      const stamp = this.options.wall.stamp(record.at);
      if (record.kind === 'sample') this.addSample(record, stamp, draft);
      else if (record.kind === 'start') {
        const { connectorId, token: idTag, meterStartWh } = tx;
        const { reservationId } = record;
        const reservation = reservationId === undefined ? {} : { reservationId };
        const meterStart = wholeWh(meterStartWh);
        this.add(tx.key, { kind: 'start', connectorId, idTag, meterStart, ...reservation, stamp }, draft);
        this.stopData.add(tx.key, stamp, this.options.policy.forStop(record), draft);
      } else {
        const data = this.stopData.take(tx.key, draft);
        const last = this.options.policy.forStop(record);
        if (last && last.length > 0) data.push({ stamp, values: last });
        const idTag = record.token === undefined ? {} : { idTag: record.token };
        this.add(
          tx.key,
          { kind: 'stop', ...idTag, meterStop: wholeWh(record.meterWh), reason: record.reason, stamp, data },
          draft,
        );
      }
    }
    const isOfValues = records.every(({ kind }) => kind === 'sample');
    return this.ticketOf(draft, isOfValues);
  }

  /** What must be stored for values of the clock's grid; to be committed at once, as `entriesFor`, written or flushed. */
  entriesForClock(values: readonly ClockValue[]): Ticket {
    const draft: Draft = { put: [], del: [], seqs: [] };
    for (const { connectorId, tx, stamp, sampled, forStop } of values) {
      if (sampled.length > 0) {
        this.thinOut(draft);
        this.add(tx ?? '', { kind: 'meter', connectorId, sample: { stamp, values: sampled } }, draft);
      }
      if (tx !== undefined) this.stopData.add(tx, stamp, forStop, draft);
    }
    return this.ticketOf(draft, true);
  }

  /** The oldest message that is on its way to the disk. */
  writing(): { seq: number; since: number } | undefined {
    for (const { seqs, since } of this.inFlight) if (seqs[0] !== undefined) return { seq: seqs[0], since };
    return undefined;
  }

  /** The oldest message that may leave. */
  head(): Entry | undefined {
    const first = this.entries.keys().next().value;
    return first !== undefined && this.durable.has(first) ? this.entries.get(first) : undefined;
  }

  /** The request of an entry; undefined while the wall time is unknown and so nothing may be dated. */
  requestOf(entry: Entry): { action: TransactionAction; payload: TransactionRequest } | undefined {
    const { body } = entry;
    const transactionId = this.ids.get(entry.tx) ?? unknownTransactionId;
    const named = entry.tx === '' ? {} : { transactionId };
    if (body.kind === 'meter') {
      const meterValue = this.meterValues(entry, [body.sample]);
      return meterValue && { action: actions.meter, payload: { connectorId: body.connectorId, ...named, meterValue } };
    }
    const unix = this.dates.of(entry);
    if (unix === undefined) return undefined;
    const timestamp = isoTime(unix);
    if (body.kind === 'start') {
      const { connectorId, idTag, meterStart, reservationId } = body;
      const reservation = reservationId === undefined ? {} : { reservationId };
      return { action: actions.start, payload: { connectorId, idTag, meterStart, timestamp, ...reservation } };
    }
    const data = this.meterValues(entry, body.data) ?? [];
    const { idTag, meterStop, reason } = body;
    const payload = { transactionId, meterStop, timestamp, reason, ...(idTag === undefined ? {} : { idTag }) };
    return { action: actions.stop, payload: data.length > 0 ? { ...payload, transactionData: data } : payload };
  }

  /** The request of this entry leaves now: from here on it, and what follows in its transaction, keeps its date. */
  leaves(entry: Entry): void {
    this.dates.leaves(entry);
  }

  /** What must be stored with a correction of the clock. */
  clockCorrected(): Batch {
    return this.dates.corrected();
  }

  /** The message is done with: answered, or given up. `transactionId`: what the start was answered with. */
  settle(entry: Entry, transactionId?: number): Batch {
    this.entries.delete(entry.seq);
    this.durable.delete(entry.seq);
    const dates = this.dates.settled(entry);
    const put = [...dates.put];
    const del = [entryKey(entry.seq), ...dates.del];
    this.options.unansweredValues.deleted(del);
    if (entry.body.kind === 'start') {
      const id = transactionId ?? unknownTransactionId;
      this.ids.set(entry.tx, id);
      put.push(transactionIds.entry(entry.tx, id));
    }
    if (entry.body.kind === 'stop') {
      this.ids.delete(entry.tx);
      del.push(transactionIds.key(entry.tx));
    }
    return { put, del };
  }

  failed(entry: Entry): Batch {
    const counted = { ...entry, failures: entry.failures + 1 };
    this.entries.set(entry.seq, counted);
    return { put: [storedEntry(counted)], del: [] };
  }

  /** Our name of the transaction that the central system calls `transactionId`. */
  keyOf(transactionId: number): string | undefined {
    for (const [key, id] of this.ids) if (id === transactionId) return key;
    return undefined;
  }

  transactionId(key: string): number | undefined {
    return this.ids.get(key);
  }

  /** Its messages may leave when it is told that its own batch is stored; no other batch releases them. */
  private ticketOf({ put, del, seqs }: Draft, isOfValues: boolean): Ticket {
    // What one step both made and did away with was never there: a key is put or deleted, never both.
    const kept = put.filter(([key]) => !del.includes(key));
    const inFlight: InFlight = { seqs: seqs.filter((seq) => this.entries.has(seq)), since: this.options.now() };
    this.inFlight.add(inFlight);
    this.options.unansweredValues.deleted(del);
    const committed = () => {
      this.inFlight.delete(inFlight);
      if (isOfValues) this.options.unansweredValues.written(kept.map(([key]) => key));
      for (const seq of inFlight.seqs) if (this.entries.has(seq)) this.durable.add(seq);
    };
    return { batch: { put: kept, del }, committed };
  }

  private add(tx: string, body: EntryBody, { put, seqs }: Draft): void {
    const entry: Entry = {
      seq: this.options.nextSeq(),
      tx,
      messageId: this.options.nextMessageId(),
      failures: 0,
      body,
    };
    if (this.withheld.has(tx)) {
      put.push(
        quarantineEntry(this.stored.asideOf(...storedEntry(entry), 'the start of its transaction was set aside')),
      );
      return;
    }
    seqs.push(entry.seq);
    this.entries.set(entry.seq, entry);
    put.push(storedEntry(entry));
  }

  private addSample(record: Extract<StationRecord, { kind: 'sample' }>, stamp: Stamp, draft: Draft): void {
    // Asked for first: `sampled` moves the beginning of the next interval.
    const stopValues = this.options.policy.forStop(record);
    const values = this.options.policy.sampled(record);
    const { tx } = record;
    if (values.length > 0) {
      this.thinOut(draft);
      this.add(tx.key, { kind: 'meter', connectorId: tx.connectorId, sample: { stamp, values } }, draft);
    }
    this.stopData.add(tx.key, stamp, stopValues, draft);
  }

  private thinOut({ del }: Draft): void {
    const waiting = [...this.entries.values()].filter((entry) => entry.body.kind === 'meter');
    if (waiting.length < meterEntriesMax) return;
    // Every other one, but never the head, which may be on its way.
    for (const [index, entry] of waiting.entries()) {
      if (index % 2 === 0) continue;
      this.entries.delete(entry.seq);
      this.durable.delete(entry.seq);
      del.push(entryKey(entry.seq));
    }
  }

  private meterValues(entry: Entry, values: StampedValues[]): MeterValue[] | undefined {
    const dated = values.flatMap((kept): MeterValue[] => {
      const unix = this.dates.ofValues(entry, kept);
      return unix === undefined ? [] : [{ timestamp: isoTime(unix), sampledValue: kept.values }];
    });
    return dated.length === values.length ? dated : undefined;
  }

  private lastOfBoot(boot: number): number {
    const stamps = [...this.entries.values()].map(({ body }) => stampOf(body));
    return Math.max(0, ...stamps.filter((s) => s.boot === boot).map((s) => s.at));
  }
}

function stampOf(body: EntryBody): Stamp {
  return body.kind === 'meter' ? body.sample.stamp : body.stamp;
}

/** By the kind of an entry. */
export const actions = {
  start: 'StartTransaction',
  meter: 'MeterValues',
  stop: 'StopTransaction',
} as const satisfies Record<EntryBody['kind'], TransactionAction>;
export type TransactionAction = 'StartTransaction' | 'MeterValues' | 'StopTransaction';
export type TransactionRequest = RequestOf<TransactionAction>;
