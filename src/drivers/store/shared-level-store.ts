/** One LevelDB for many stations: each sees only what it has stored itself, and commits of all of them share their flushes. */
import { GreenupError } from '../../hal/errors';
import type { Batch, Durability, JsonValue, Store } from '../../hal/store';
import { LevelStore } from './level-store';

/** Between the name of a station and its keys: no name has it, so that none is the beginning of another's keys. */
const separator = '\u0000';
const afterSeparator = '\u0001';

/** Ten thousand stations come to some hundred MB; a commit of all of them at once shall not need a hundred flushes. */
const sizeOfMany = {
  writeBufferSize: 16 << 20,
  cacheSize: 8 << 20,
  maxOpenFiles: 200,
  mergedOperationsMax: 10_000,
};

const nothing: Batch = { put: [], del: [] };

export class SharedLevelStore {
  /** What lay there when it was opened, until a station takes its own: a start of all reads the files once. */
  private readonly unread: Map<string, Map<string, JsonValue>>;
  /** Who has something there that `unread` does not tell, or does not tell any more. */
  private readonly written = new Set<string>();

  private constructor(
    private readonly level: LevelStore,
    values: ReadonlyMap<string, JsonValue>,
  ) {
    this.unread = byStation(values);
  }

  /** As `LevelStore.open`, whose promises it keeps. */
  static async open(directory: string): Promise<SharedLevelStore> {
    const level = await LevelStore.open(directory, sizeOfMany);
    return new SharedLevelStore(level, await level.load());
  }

  /** Set when opening found damage and mended it. */
  get warning(): string | undefined {
    return this.level.warning;
  }

  /**
   * The store of one station, opened as often as the station starts. Closing it flushes what was written and closes no other.
   * Throws `store.failed` for a name that cannot be told from the keys behind it.
   */
  store(name: string): Store {
    if (name.includes(separator)) {
      throw new GreenupError('store.failed', `station ${JSON.stringify(name)}: its name has the character U+0000`);
    }
    return new StationStore(name, this.level, () => this.load(name), this.written);
  }

  /** Flushes what was written and lets go of the directory. */
  close(): Promise<void> {
    return this.level.close();
  }

  private async load(name: string): Promise<Map<string, JsonValue>> {
    const unread = this.unread.get(name);
    this.unread.delete(name);
    if (!this.written.has(name)) {
      if (unread) this.written.add(name);
      return unread ?? new Map();
    }
    const found = await this.level.loadRange(name + separator, name + afterSeparator);
    return new Map([...found].map(([key, value]) => [key.slice(name.length + 1), value]));
  }
}

class StationStore implements Store {
  private closed = false;

  constructor(
    private readonly name: string,
    private readonly level: LevelStore,
    private readonly values: () => Promise<Map<string, JsonValue>>,
    private readonly written: Set<string>,
  ) {}

  async load(): Promise<Map<string, JsonValue>> {
    this.mustBeOpen('load');
    return this.values();
  }

  async commit({ put, del }: Batch, durability?: Durability): Promise<void> {
    this.mustBeOpen('commit');
    if (put.length > 0 || del.length > 0) this.written.add(this.name);
    const prefix = this.name + separator;
    return this.level.commit(
      { put: put.map(([key, value]) => [prefix + key, value] as const), del: del.map((key) => prefix + key) },
      durability,
    );
  }

  async close(): Promise<void> {
    this.closed = true;
    // What cannot be flushed any more lies where a power cut may take it, as in a store of its own.
    await this.level.commit(nothing).catch(() => undefined);
  }

  private mustBeOpen(what: string): void {
    if (!this.closed) return;
    throw new GreenupError('store.failed', `store of ${this.name}: ${what} is not possible, the store is closed`);
  }
}

/** Values by station, in the order of keys. */
function byStation(values: ReadonlyMap<string, JsonValue>): Map<string, Map<string, JsonValue>> {
  const stations = new Map<string, Map<string, JsonValue>>();
  for (const [key, value] of values) {
    const end = key.indexOf(separator);
    // LevelDB's own flushes leave no key; what has no name belongs to nobody, and stays where it is.
    if (end < 0) continue;
    const name = key.slice(0, end);
    const own = stations.get(name) ?? new Map<string, JsonValue>();
    own.set(key.slice(end + 1), value);
    stations.set(name, own);
  }
  return stations;
}
