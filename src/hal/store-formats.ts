/** How the form of stored values changed from release to release, as data: a store raises and lowers them by it. */
import type { JsonValue } from './store';

export type StoredEntry = readonly [key: string, value: JsonValue];

/** What a format changed in the values whose keys begin with `prefix`. Both ways lose nothing that the other needs. */
export interface FormatChange {
  /** The format that it made, out of the one before. */
  to: number;
  prefix: string;
  /** Key and value in the new form. */
  up(key: string, value: JsonValue): StoredEntry;
  /**
   * Key and value in the form before; of a key that is deleted the value is null. Two keys may have one place there: it
   * belongs to the value that was written last.
   */
  down(key: string, value: JsonValue): StoredEntry;
}

/** The format of a release, and the changes that led to it. */
export interface StoreFormats {
  /** From 1. */
  current: number;
  changes: readonly FormatChange[];
}
