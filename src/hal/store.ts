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

export interface Store {
  /** Every key and its value, in key order. Called once, at start. */
  load(): Promise<Map<string, JsonValue>>;
  /**
   * Makes the batch durable as a whole or not at all; commits take effect in the order of the calls.
   * Resolves when the medium has confirmed the flush. Rejects with `store.failed` when the medium fails:
   * then nothing of the batch may be relied on.
   */
  commit(batch: Batch): Promise<void>;
  close(): Promise<void>;
}

/** The way to the store for all of a station: keeps batches in order and tries again for ever; resolves when the batch is durable. */
export interface Commits {
  commit(batch: Batch): Promise<void>;
}
