/** An outbox with its disk, its clock and records to put in. */

import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import type { Batch, JsonValue } from '../../../src/hal/store';
import { StoredValues } from '../../../src/hal/stored';
import type { SampledValue } from '../../../src/ocpp/messages';
import { Outbox, type ValuePolicy } from '../../../src/ocpp/transactions/outbox';
import { lastSeq } from '../../../src/ocpp/transactions/stored-messages';
import { WallTime } from '../../../src/ocpp/wall-time';
import type { StationRecord, Transaction } from '../../../src/station/types';

export const noon = Date.UTC(2026, 4, 4, 12, 0, 0);
export const value = (text: string): SampledValue => ({ value: text, context: 'Sample.Periodic', format: 'Raw' });

const transaction = (key: string, connectorId = 1): Transaction => ({
  key,
  connectorId,
  token: `CARD-${key}`,
  parent: undefined,
  startedAt: 0,
  meterStartWh: 1000.9,
  lastWh: 1000.9,
});
const reading = { energyWh: 1500.5, powerW: 0, currentA: [0], voltageV: [230] };
export const start = (key: string, at = 0, reservationId?: number): StationRecord => ({
  kind: 'start',
  tx: transaction(key),
  at,
  reading,
  reservationId,
});
export const sample = (key: string, at = 0): StationRecord => ({
  kind: 'sample',
  tx: transaction(key),
  at,
  reading,
  offeredA: 16,
  temperatureC: undefined,
});
export const stop = (key: string, at = 0, token?: string): StationRecord => ({
  kind: 'stop',
  tx: transaction(key),
  at,
  reading,
  meterWh: 2000.7,
  reason: 'Local',
  token,
});

interface Options {
  stored?: Map<string, JsonValue>;
  system?: number | undefined;
  sampled?: boolean;
  forStop?: boolean;
  stopMax?: number;
  boot?: number;
}

export class Bench {
  readonly clock: VirtualClock;
  readonly wall: WallTime;
  readonly outbox: Outbox;
  readonly disk: Map<string, JsonValue>;
  /** Keys of values that were told to wait for their answer. */
  unanswered: string[] = [];
  private ids = 0;

  constructor(options: Options = {}) {
    this.disk = options.stored ?? new Map();
    this.clock = new VirtualClock({ systemTimeMs: 'system' in options ? options.system : noon });
    this.wall = new WallTime(this.clock, options.boot ?? 1, new Map(), () => true);
    const policy: ValuePolicy = {
      sampled: () => (options.sampled === false ? [] : [value('1')]),
      forStop: (record) => (options.forStop ? [value(record.kind)] : undefined),
      stopValuesMax: () => options.stopMax ?? 100,
    };
    const stored = new StoredValues(this.disk);
    let seq = lastSeq(stored);
    this.outbox = new Outbox(
      {
        wall: this.wall,
        policy,
        unansweredValues: { written: (keys) => this.unanswered.push(...keys), deleted: (keys) => this.forget(keys) },
        nextMessageId: () => `${options.boot ?? 1}-${++this.ids}`,
        nextSeq: () => ++seq,
        now: () => this.clock.now(),
      },
      stored,
    );
  }

  private forget(keys: readonly string[]): void {
    this.unanswered = this.unanswered.filter((key) => !keys.includes(key));
  }

  write(batch: Batch): void {
    for (const key of batch.del) this.disk.delete(key);
    for (const [key, json] of batch.put) this.disk.set(key, JSON.parse(JSON.stringify(json)) as JsonValue);
  }

  /** Makes, writes and confirms the messages of these records. */
  add(...records: StationRecord[]): void {
    const ticket = this.outbox.entriesFor(records);
    this.write(ticket.batch);
    ticket.committed();
  }

  head() {
    const entry = this.outbox.head();
    return entry && { entry, ...this.outbox.requestOf(entry) };
  }

  /** The central system answers what is first. */
  settle(transactionId?: number): Record<string, unknown> | undefined {
    const head = this.head();
    if (head) {
      this.outbox.leaves(head.entry);
      this.write(this.outbox.settle(head.entry, transactionId));
    }
    return head?.payload as Record<string, unknown> | undefined;
  }
}
