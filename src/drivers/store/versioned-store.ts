/**
 * A store whose values change their form from release to release: found in one format, given to the station in its own,
 * and kept in the old one while the release is on trial, so that a roll-back finds what it knows.
 */
import type { Batch, Durability, JsonValue, Store } from '../../hal/store';
import type { FormatChange, StoredEntry, StoreFormats } from '../../hal/store-formats';
import { quarantinePrefix, setAsideOf } from '../../hal/stored';

/** Where the format of the store is written; a store without it is empty or of the first release, whose format is 1. */
const formatKey = 'format';
const firstFormat = 1;

export class VersionedStore implements Store {
  private written: number;
  /** While the old form is written: all values in the form of this release. */
  private mirror: Map<string, JsonValue> | undefined;
  private found: number;
  /** The number of the format goes with the next commit. */
  private notesFormat = false;
  /** Values in the form of this release, which the medium did not take at the start: they go before anything else. */
  private owed: Batch | undefined;
  /** Set while anything was owed: the commit called last, after which the next one has its turn. */
  private turn: Promise<void> | undefined;

  constructor(
    private readonly store: Store,
    private readonly formats: StoreFormats,
    /** On trial: values go on being written in the form in which they were found, until `confirm`. */
    private readonly onTrial = false,
  ) {
    this.written = formats.current;
    this.found = formats.current;
  }

  /** In which the store was found; higher than the release's own after a downgrade. Known after `load`. */
  get foundFormat(): number {
    return this.found;
  }

  /** Every value in the form of this release. Those of a newer one are given as they are: who reads them judges. */
  async load(): Promise<Map<string, JsonValue>> {
    const raw = await this.store.load();
    const { current } = this.formats;
    const noted = raw.get(formatKey);
    raw.delete(formatKey);
    this.found = typeof noted === 'number' ? noted : raw.size === 0 ? current : firstFormat;
    const values =
      this.found < current
        ? new Map([...raw].map(([key, value]) => this.raised(key, value, this.found)))
        : new Map(raw);
    if (this.onTrial && this.found < current) {
      this.written = this.found;
      this.mirror = new Map(values);
      return sorted(values);
    }
    const tookBack = this.takeBack(values);
    if (this.found < current || tookBack) {
      this.owed = this.rewriting(values, raw);
      await this.settle().catch(() => {
        this.turn = Promise.resolve(); // Each commit tries again, and tells.
      });
      return sorted(values);
    }
    // Nothing has another form now: the number may wait for the first commit, which saves a flush at each first start.
    this.notesFormat = noted !== current;
    return raw;
  }

  async commit(batch: Batch, durability?: Durability): Promise<void> {
    if (this.turn === undefined) return this.write(batch, durability);
    const copy = structuredClone({ put: batch.put, del: batch.del });
    const write = async (): Promise<void> => {
      await this.settle();
      return this.write(copy, durability);
    };
    this.turn = this.turn.then(write, write);
    return this.turn;
  }

  private async write(batch: Batch, durability?: Durability): Promise<void> {
    const mirror = this.mirror;
    if (!mirror) return this.store.commit(this.withFormat(batch), durability);
    for (const key of batch.del) mirror.delete(key);
    for (const [key, value] of batch.put) {
      // What is written last is last in the mirror.
      mirror.delete(key);
      mirror.set(key, structuredClone(value));
    }
    const put = new Map(batch.put.map(([key, value]) => this.lowered(key, value)));
    const del: string[] = [];
    for (const key of batch.del) {
      const place = this.lowered(key, null)[0];
      const heir = this.lastAt(place, mirror);
      if (heir) put.set(...heir);
      else del.push(place);
    }
    return this.store.commit({ put: [...put], del }, durability);
  }

  /** The release has proved itself: from now on its own form is written, in one commit with all that was kept back. */
  async confirm(): Promise<void> {
    const { mirror } = this;
    if (!mirror) return;
    const raw = new Map([...mirror].map(([key, value]) => this.lowered(key, value)));
    const batch = this.rewriting(mirror, raw);
    this.mirror = undefined;
    this.written = this.formats.current;
    await this.store.commit(batch);
  }

  close(): Promise<void> {
    return this.store.close();
  }

  private async settle(): Promise<void> {
    if (this.owed === undefined) return;
    await this.store.commit(this.owed);
    this.owed = undefined;
  }

  private withFormat(batch: Batch): Batch {
    if (!this.notesFormat) return batch;
    this.notesFormat = false;
    return { put: [...batch.put, [formatKey, this.formats.current]], del: batch.del };
  }

  /** All that differs between the old form and the new one. */
  private rewriting(values: ReadonlyMap<string, JsonValue>, raw: ReadonlyMap<string, JsonValue>): Batch {
    const changed = [...values].filter(([key, value]) => JSON.stringify(raw.get(key)) !== JSON.stringify(value));
    return {
      put: [...changed, [formatKey, this.formats.current]],
      del: [...raw.keys()].filter((key) => !values.has(key)),
    };
  }

  /** What an older release had to set aside, and this one can read: it is where it was, unless its place was taken. */
  private takeBack(values: Map<string, JsonValue>): boolean {
    let took = false;
    for (const [key, value] of [...values]) {
      const aside = key.startsWith(quarantinePrefix) ? setAsideOf(value) : undefined;
      if (!aside || aside.reader >= this.formats.current || aside.format > this.formats.current) continue;
      const [place, entry] = this.raised(aside.key, aside.value, aside.format);
      if (values.has(place)) continue;
      values.set(place, entry);
      values.delete(key);
      took = true;
    }
    return took;
  }

  private raised(key: string, value: JsonValue, from: number): StoredEntry {
    let entry: StoredEntry = [key, value];
    for (let to = from + 1; to <= this.formats.current; to += 1) {
      const change = this.changeTo(to, entry[0]);
      if (change) entry = change.up(...entry);
    }
    return entry;
  }

  private lowered(key: string, value: JsonValue): StoredEntry {
    let entry: StoredEntry = [key, value];
    for (let to = this.formats.current; to > this.written; to -= 1) {
      const change = this.changeTo(to, entry[0]);
      if (change) entry = change.down(...entry);
    }
    return entry;
  }

  /** The value of those with this place in the old form that was written last; undefined where there is none. */
  private lastAt(place: string, mirror: ReadonlyMap<string, JsonValue>): StoredEntry | undefined {
    const heirs = [...mirror].map(([key, value]) => this.lowered(key, value)).filter(([key]) => key === place);
    return heirs[heirs.length - 1];
  }

  private changeTo(format: number, key: string): FormatChange | undefined {
    return this.formats.changes.find((change) => change.to === format && key.startsWith(change.prefix));
  }
}

function sorted(values: ReadonlyMap<string, JsonValue>): Map<string, JsonValue> {
  return new Map([...values].sort(([a], [b]) => (a < b ? -1 : 1)));
}
