/** Where the present value of each configuration key is from: who changed it last and when, or what it held without a change. */
import { shape } from '../../hal/shapes';
import { collection } from '../../hal/stored';
import type { ChangeOrigin } from '../../station/notices';
import type { KeyName } from './index';

/** `at` in ms of Unix time; null where the station did not know the time. */
export interface KeyNote {
  by: ChangeOrigin;
  at: number | null;
}

/** Stored with the value that was changed, in one commit. */
export const keyNotes = collection(
  'key-note/',
  shape.Object({
    by: shape.Union([shape.Literal('person'), shape.Literal('central system')]),
    at: shape.Union([shape.Number(), shape.Null()]),
  }),
);

/**
 * `delivery`: the default. `start`: what whoever started the station gave it. `station`: the station itself gives it.
 * `stored`: it was stored, and nobody noted by whom: an older release, or what was flashed with the settings of a rig.
 */
export type ValueOrigin = 'delivery' | 'start' | 'station' | 'stored' | ChangeOrigin;

export interface Provenance {
  from: ValueOrigin;
  /** In ms of Unix time; null where it is not known, and where nobody changed it. */
  at: number | null;
}

export class Provenances {
  private readonly byKey = new Map<KeyName, Provenance>();

  constructor(private readonly notes: ReadonlyMap<string, KeyNote> = new Map()) {}

  of(key: KeyName): Provenance {
    return this.byKey.get(key) ?? { from: 'delivery', at: null };
  }

  started(key: KeyName): void {
    this.byKey.set(key, { from: 'start', at: null });
  }

  /** A value that was found in the store. */
  stored(key: KeyName): void {
    const note = this.notes.get(key);
    this.byKey.set(key, note ? { from: note.by, at: note.at } : { from: 'stored', at: null });
  }

  changed(key: KeyName, { by, at }: KeyNote): void {
    this.byKey.set(key, { from: by, at });
  }
}
