/** Durable memory: named JSON values, changed by atomic commits only. */

export type JsonValue = null | boolean | number | string | JsonValue[] | { [name: string]: JsonValue };

/** Takes a JSON value apart field by field: what is missing or of another type reads as undefined. */
export function fieldsOf(value: JsonValue | undefined): { [name: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

/** All that one event changed. A key is put or deleted, never both. */
export interface Batch {
  put: ReadonlyArray<readonly [key: string, value: JsonValue]>;
  del: readonly string[];
}

/**
 * What a commit outlives when it resolves. `written`: the end of the process, however it ends, but not yet that of the
 * machine. `flushed`: a power cut, too; it takes along all that was written before.
 */
export type Durability = 'flushed' | 'written';

/**
 * The flush of what a power cut may take without harm waits this long for another one to go along with, in ms. By then
 * Linux has long written it out by itself, so that to wait longer would spare the flash nothing.
 */
export const flushLaterMs = 300_000;

/** Durable memory of one station. */
export interface Store {
  /** Every key and its value, in key order. Called once, at start. */
  load(): Promise<Map<string, JsonValue>>;
  /**
   * Stores the batch as a whole or not at all; commits take effect in the order of the calls. Flushed unless told.
   * An empty batch that is to be flushed flushes what was only written before. Rejects with `store.failed` when the
   * medium fails: then nothing of the batch may be relied on.
   */
  commit(batch: Batch, durability?: Durability): Promise<void>;
  /** Flushes what was written. */
  close(): Promise<void>;
}

/** The way to the store for all of a station: keeps batches in order and tries again for ever. */
export interface Commits {
  /**
   * Resolves when the batch is flushed. With `flushWithinMs` it resolves as soon as the batch is written, and the flush
   * comes with the next one, or when so many ms have passed.
   */
  commit(batch: Batch, flushWithinMs?: number): Promise<void>;
}
