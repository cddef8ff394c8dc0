/** Messages of transactions as they lie in the store: their shapes, and which follow a start that cannot be read. */

import { shape } from '../../hal/shapes';
import { fieldsOf, type JsonValue } from '../../hal/store';
import { collection, type SetAside, type StoredValues } from '../../hal/stored';
import type { StopReason } from '../../station/types';
import type { SampledValue } from '../messages';
import { sampledValue } from '../messages/common';
import type { Stamp } from '../wall-time';

/** Values of one instant, with a time that may still be unknown. */
export interface StampedValues {
  stamp: Stamp;
  values: SampledValue[];
}

/** When something happened, and the Unix time in ms that the central system was told. */
export type Told = Required<Stamp>;

export type EntryBody =
  | { kind: 'start'; connectorId: number; idTag: string; meterStart: number; reservationId?: number; stamp: Stamp }
  | { kind: 'meter'; connectorId: number; sample: StampedValues }
  | { kind: 'stop'; idTag?: string; meterStop: number; reason: StopReason; stamp: Stamp; data: StampedValues[] };

export interface Entry {
  seq: number;
  /** Our name of the transaction; empty for values outside any. */
  tx: string;
  messageId: string;
  /** Answers that said it could not be processed (3.7.1); time-outs and lost links do not count. */
  failures: number;
  body: EntryBody;
}

const stampShape = shape.Object({
  boot: shape.Number(),
  at: shape.Number(),
  wall: shape.Optional(shape.Number()),
});
const toldShape = shape.Object({ boot: shape.Number(), at: shape.Number(), wall: shape.Number() });
const stampedValuesShape = shape.Object({ stamp: stampShape, values: shape.Array(sampledValue) });
const bodyShape = shape.Union([
  shape.Object({
    kind: shape.Literal('start'),
    connectorId: shape.Integer(),
    idTag: shape.String(),
    meterStart: shape.Integer(),
    reservationId: shape.Optional(shape.Integer()),
    stamp: stampShape,
  }),
  shape.Object({ kind: shape.Literal('meter'), connectorId: shape.Integer(), sample: stampedValuesShape }),
  shape.Object({
    kind: shape.Literal('stop'),
    idTag: shape.Optional(shape.String()),
    meterStop: shape.Integer(),
    reason: shape.String(),
    stamp: stampShape,
    data: shape.Array(stampedValuesShape),
  }),
]);
const entryShape = shape.Object({
  seq: shape.Integer(),
  tx: shape.String(),
  messageId: shape.String(),
  failures: shape.Integer(),
  body: bodyShape,
});

/** By padded sequence number. */
const messages = collection('outbox/', entryShape);
/** By our name of the transaction: what the central system calls it. */
export const transactionIds = collection('transaction-id/', shape.Integer());
/** By our name of the transaction, or the message id of what belongs to none: when what left first was said to have been. */
export const toldDates = collection('told-date/', toldShape);
/** By our name of the transaction, and padded sequence number. */
const stopData = collection('stop-data/', stampedValuesShape);

/** So that the order of keys is that of the numbers. */
export const paddedSeq = (seq: number) => String(seq).padStart(12, '0');

export const entryKey = (seq: number) => messages.key(paddedSeq(seq));

export function storedEntry(entry: Entry): [key: string, value: JsonValue] {
  return [entryKey(entry.seq), entry as unknown as JsonValue];
}

/** Names of transactions whose start was set aside: what they still have to tell follows it. */
export function readEntries(stored: StoredValues): { entries: Entry[]; withheld: Set<string> } {
  // The reason of a stop is one of OCPP's, for nothing else was ever stored.
  const read = [...messages.read(stored).values()] as Entry[];
  const aside = stored.quarantined.filter(({ key }) => key.startsWith(messages.prefix));
  const withheld = new Set(aside.flatMap(startOf));
  const ids = transactionIds.read(stored);
  const started = new Set(read.filter(({ body }) => body.kind === 'start').map(({ tx }) => tx));
  const nameless = aside.some((entry) => nameOf(entry) === undefined);
  const entries = read.filter(({ seq, tx }) => {
    // Of a start that cannot even be named this much is known: what follows it has neither a start nor an id.
    const follows = withheld.has(tx) || (nameless && tx !== '' && !started.has(tx) && !ids.has(tx));
    if (!follows) return true;
    withheld.add(tx);
    stored.setAside(entryKey(seq), 'the start of its transaction was set aside');
    return false;
  });
  return { entries, withheld };
}

/** Highest sequence number in use, in quarantine too, so that new ones come after. */
export function lastSeq(stored: StoredValues): number {
  const keys = [...stored.under(messages.prefix).map(([key]) => key), ...stored.quarantined.map(({ key }) => key)];
  const seqs = keys
    .filter((key) => key.startsWith(messages.prefix))
    .map((key) => Number(key.slice(messages.prefix.length)));
  return Math.max(0, ...seqs.filter(Number.isInteger));
}

/** Key of the store and values, for each that can be read. */
export function readStopData(stored: StoredValues): [key: string, values: StampedValues][] {
  return [...stopData.read(stored)].map(([name, values]) => [stopData.key(name), values]);
}

export function stopDataEntry(tx: string, seq: number, values: StampedValues): [key: string, value: JsonValue] {
  return [stopData.key(`${tx}/${paddedSeq(seq)}`), values as unknown as JsonValue];
}

export function transactionOfStopData(key: string): string {
  return key.slice(stopData.prefix.length, key.lastIndexOf('/'));
}

/** Our names of transactions that the central system knows and that have not ended, as far as the store tells. */
export function openTransactions(stored: StoredValues): string[] {
  const ended = new Set(
    [...messages.read(stored).values()].filter(({ body }) => body.kind === 'stop').map(({ tx }) => tx),
  );
  return [...transactionIds.read(stored).keys()].filter((tx) => !ended.has(tx));
}

/** The transaction whose start this was, as far as can be seen: a value or a stop keeps nothing from being told. */
function startOf(entry: SetAside): string[] {
  const name = nameOf(entry);
  const body = fieldsOf(fieldsOf(entry.value).body);
  const isStart = body.kind !== 'meter' && body.kind !== 'stop';
  return name !== undefined && name !== '' && isStart ? [name] : [];
}

function nameOf({ value }: SetAside): string | undefined {
  const { tx } = fieldsOf(value);
  return typeof tx === 'string' ? tx : undefined;
}
