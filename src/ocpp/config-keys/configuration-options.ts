/** What the configuration is made of, and what it tells: options, reports, refusals. */
import type { Batch } from '../../hal/store';
import type { KeyName } from './index';
import type { KeyNote } from './key-notes';

/** One item of GetConfiguration.conf (OCPP 1.6, 7.29). */
export interface ReportedKey {
  key: KeyName;
  readonly: boolean;
  /** Absent while the key is not set. */
  value?: string;
}

export interface ConfigurationReport {
  configurationKey: ReportedKey[];
  unknownKey: string[];
}

export interface ConfigurationOptions {
  /** What `persist` was given before this start, by canonical name. */
  persisted: ReadonlyMap<string, string>;
  /** Values for the first start, read-only keys included; names in any case. They yield to persisted ones. */
  initial?: Readonly<Record<string, string>>;
  /** Keys whose values hold for this run only: a change to the same value is made durable, too. */
  unsaved?: ReadonlySet<string>;
  /**
   * Values that the station itself knows; a key that has one is read-only. An empty text means "not set". The lists of
   * supported measurands are asked for from within the constructor, to judge the values of the keys they bound.
   */
  live?: Partial<Record<KeyName, () => string>>;
  /** Makes a value durable, and who changed it; resolves once it is. It reports its own failures: here they only mean Rejected. */
  persist: (key: KeyName, value: string, note: KeyNote) => Promise<void>;
  /** What `persist` stores, for whoever makes several keys durable in one commit. */
  batchOf?: (key: KeyName, value: string, note: KeyNote) => Batch;
  /** Who changed the persisted values. */
  notes?: ReadonlyMap<string, KeyNote>;
  /** In ms of Unix time; undefined while the time is not known. */
  unixNow?: () => number | undefined;
  /** What the station lacks for a value, beside other keys; undefined: nothing. */
  lackFor?: (key: KeyName, value: string) => KeyRefusal | undefined;
  numberOfConnectors: number;
}

/** Why a value is not taken, for programs, and for people what is valid. */
export interface KeyRefusal {
  code: 'unknown' | 'readOnly' | 'given' | 'invalid' | 'needsOther' | 'needsCertificate';
  why: string;
}
