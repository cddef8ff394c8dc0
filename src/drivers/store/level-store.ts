/** The durable store on LevelDB: commits in the order of the calls, flushed in synchronous batches or written without. */
import { access, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClassicLevel } from 'classic-level';
import { GreenupError, messageOf } from '../../hal/errors';
import type { Batch, Durability, JsonValue, Store } from '../../hal/store';
import { isFull } from './full-disk';

type Operation = { type: 'put'; key: string; value: string } | { type: 'del'; key: string };
type Database = ClassicLevel<string, string>;

interface Opened {
  database: Database;
  values: Map<string, JsonValue>;
  /** What was damaged and has been mended. */
  warning: string | undefined;
}

interface WaitingCommit {
  operations: Operation[];
  durability: Durability;
  resolve: () => void;
  reject: (error: unknown) => void;
}

export interface LevelSize {
  /** What LevelDB keeps in memory before it makes a table of it, and how much of its tables, in bytes. */
  writeBufferSize: number;
  cacheSize: number;
  maxOpenFiles: number;
  /** Bounds a merged commit, so that one flush stays short. */
  mergedOperationsMax: number;
}

/** The data of one station is a few hundred kB: large buffers would only cost memory on a small machine. */
const sizeOfOneStation: LevelSize = {
  writeBufferSize: 1024 * 1024,
  cacheSize: 1024 * 1024,
  maxOpenFiles: 32,
  mergedOperationsMax: 1000,
};

/** A flush of what was written before goes with the deletion of a key that never was: an empty batch does not reach the disk. */
const flushOnly: Operation = { type: 'del', key: 'flush' };

export class LevelStore implements Store {
  /** Set when opening found damage and mended it: says what happened and where the unreadable rest lies. */
  readonly warning: string | undefined;
  private database: Database;
  /** A write has failed: LevelDB takes no other before it is opened anew, and its log may end in half a record. */
  private stale = false;
  /** What opening read, kept for the first `load()`. */
  private loaded: Map<string, JsonValue> | undefined;
  private waiting: WaitingCommit[] = [];
  private writing: Promise<void> | undefined;
  /** Something lies in the page cache that no flush has followed. */
  private unflushed = false;
  private closed = false;

  private constructor(
    private readonly directory: string,
    private readonly size: LevelSize,
    { database, values, warning }: Opened,
  ) {
    this.database = database;
    this.loaded = values;
    this.warning = warning;
  }

  /**
   * Opens the store in `directory`, making it if need be. A damaged store is repaired as far as its files allow, with
   * `warning` set; nothing is ever wiped. Rejects with `store.failed` if another process holds the store, if it cannot
   * be read or written, or if the repair did not help; with `part.missing` if LevelDB cannot be loaded on this machine.
   */
  static async open(directory: string, size = sizeOfOneStation): Promise<LevelStore> {
    return new LevelStore(directory, size, await openOrRepair(directory, size));
  }

  async load(): Promise<Map<string, JsonValue>> {
    this.mustBeOpen('load');
    const loaded = this.loaded;
    this.loaded = undefined;
    if (loaded !== undefined) return loaded;
    return this.read({});
  }

  /** Those whose keys are not below `from` and below `to`, in key order: those that lie there, whatever `load` has given. */
  loadRange(from: string, to: string): Promise<Map<string, JsonValue>> {
    this.mustBeOpen('load');
    return this.read({ gte: from, lt: to });
  }

  private async read(range: KeyRange): Promise<Map<string, JsonValue>> {
    try {
      return await readValues(this.database, range);
    } catch (error) {
      throw this.failed('reading', error);
    }
  }

  async commit(batch: Batch, durability: Durability = 'flushed'): Promise<void> {
    this.mustBeOpen('commit');
    // Values become text now: the caller may go on changing its objects.
    this.loaded = undefined;
    const operations: Operation[] = [];
    for (const key of batch.del) operations.push({ type: 'del', key });
    for (const [key, value] of batch.put) operations.push({ type: 'put', key, value: JSON.stringify(value) });
    const owes = operations.length > 0 || (this.unflushed && durability === 'flushed');
    if (!owes && this.writing === undefined) return;
    return this.queue(operations, durability);
  }

  /** Waits for the commits already called and flushes them, then lets go of the directory. */
  async close(): Promise<void> {
    this.closed = true;
    // What cannot be flushed any more lies where a power cut may take it; nobody is left to try again.
    await this.queue([], 'flushed').catch(() => undefined);
    await this.database.close();
  }

  private queue(operations: Operation[], durability: Durability): Promise<void> {
    const done = new Promise<void>((resolve, reject) => this.waiting.push({ operations, durability, resolve, reject }));
    this.writing ??= this.writeAll();
    return done;
  }

  /** Commits that wait while a flush is under way share the next flush (group commit): order kept, fewer writes. */
  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      const group = this.takeGroup();
      try {
        if (this.stale) await this.reopen();
        await this.write(
          group.flatMap((waiting) => waiting.operations),
          group.some(({ durability }) => durability === 'flushed'),
        );
        for (const waiting of group) waiting.resolve();
      } catch (error) {
        this.stale = true;
        const failure = this.failed('writing', error);
        for (const waiting of group) waiting.reject(failure);
      }
    }
    this.writing = undefined;
  }

  /** Not while the disk is full: each try would leave files behind. */
  private async reopen(): Promise<void> {
    await this.database.close();
    if (await isFull(this.directory)) throw new Error('the disk is full');
    this.database = (await openOrRepair(this.directory, this.size)).database;
    this.stale = false;
  }

  /**
   * LevelDB flushes its log with a synchronous batch, and with it whatever was appended before. Once in a MB it goes on in
   * a new log and flushes what the old one held as a table of its own, a moment later.
   */
  private async write(operations: Operation[], sync: boolean): Promise<void> {
    if (operations.length === 0 && !(sync && this.unflushed)) return;
    await this.database.batch(operations.length === 0 ? [flushOnly] : operations, { sync });
    this.unflushed = !sync;
  }

  private takeGroup(): WaitingCommit[] {
    let size = 0;
    const tooMany = this.waiting.findIndex((waiting, index) => {
      size += waiting.operations.length;
      return index > 0 && size > this.size.mergedOperationsMax;
    });
    return this.waiting.splice(0, tooMany < 0 ? this.waiting.length : tooMany);
  }

  private mustBeOpen(what: string): void {
    if (!this.closed) return;
    throw new GreenupError('store.failed', `store ${this.directory}: ${what} is not possible, the store is closed`);
  }

  private failed(what: string, error: unknown): GreenupError {
    if (error instanceof GreenupError) return error;
    return new GreenupError('store.failed', `${what} store ${this.directory} failed: ${causeOf(error)}`, {
      cause: error,
    });
  }
}

/** Loaded only when a store is opened, so that importing this file costs nothing. */
function loadLevel(): typeof ClassicLevel {
  try {
    return (require('classic-level') as typeof import('classic-level')).ClassicLevel;
  } catch (error) {
    throw new GreenupError(
      'part.missing',
      `package classic-level (LevelDB) cannot be loaded on this machine: ${messageOf(error)}; run npm ci again`,
      { cause: error },
    );
  }
}

async function openOrRepair(directory: string, size: LevelSize): Promise<Opened> {
  const Level = loadLevel();
  const { mergedOperationsMax: _, ...buffers } = size;
  const openOptions = { ...buffers, compression: false };
  let damage = await missingRoot(directory);
  if (damage === undefined) {
    try {
      return { ...(await openChecked(directory, new Level(directory, openOptions))), warning: undefined };
    } catch (error) {
      if (codeOf(error) !== 'LEVEL_CORRUPTION') throw openError(directory, error);
      damage = causeOf(error);
    }
  }
  try {
    await Level.repair(directory);
    const warning =
      `store ${directory} was damaged (${damage}) and has been repaired: the last changes may be missing; ` +
      `what could not be read lies in ${lostDirectory(directory)}`;
    return { ...(await openChecked(directory, new Level(directory, openOptions))), warning };
  } catch (error) {
    if (codeOf(error) === 'LEVEL_LOCKED' || error instanceof GreenupError) throw openError(directory, error);
    throw new GreenupError(
      'store.failed',
      `store ${directory} is damaged (${damage}) and repair did not help (${causeOf(error)}): ${lastResort}`,
      { cause: error },
    );
  }
}

/** Opens and reads everything once, as LevelDB notices a damaged table only when it reads it. */
async function openChecked(directory: string, database: Database): Promise<Omit<Opened, 'warning'>> {
  try {
    await database.open();
    const values = await readValues(database, {});
    if (values.size === 0 && (await dataFiles(lostDirectory(directory))).length > 0) {
      throw new GreenupError(
        'store.failed',
        `store ${directory} was damaged and a repair could save nothing of it; ` +
          `its files lie in ${lostDirectory(directory)}: ${lastResort}`,
      );
    }
    return { database, values };
  } catch (error) {
    await database.close();
    throw error;
  }
}

interface KeyRange {
  gte?: string;
  lt?: string;
}

async function readValues(database: Database, range: KeyRange): Promise<Map<string, JsonValue>> {
  const values = new Map<string, JsonValue>();
  for await (const [key, text] of database.iterator(range)) values.set(key, parse(key, text));
  return values;
}

/** LevelDB makes a new database where the file CURRENT is missing, and then deletes the old one's files: look first. */
async function missingRoot(directory: string): Promise<string | undefined> {
  if ((await dataFiles(directory)).length === 0) return undefined;
  return access(join(directory, 'CURRENT')).then(
    () => undefined,
    () => 'its file CURRENT is missing',
  );
}

/** Tables and logs that hold something; a power cut while a store is first made leaves none. */
async function dataFiles(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => []);
  const paths = names.filter((name) => /^\d+\.(ldb|sst|log)$/.test(name)).map((name) => join(directory, name));
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
  return paths.filter((_, index) => (sizes[index] ?? 0) > 0);
}

/** Where LevelDB's repair puts the files that it replaced. */
function lostDirectory(directory: string): string {
  return join(directory, 'lost');
}

const lastResort = 'nothing was deleted; put back a backup, or move the directory away to start with an empty store';

function parse(key: string, text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    throw Object.assign(new Error(`value of key ${key} is not JSON: ${messageOf(error)}`), {
      code: 'LEVEL_CORRUPTION',
    });
  }
}

const openErrors: Readonly<Record<string, string>> = {
  LEVEL_LOCKED: 'another running station holds it: stop that one first, or choose another directory',
  LEVEL_IO_ERROR: 'check that the directory exists, can be written by this user, and that the disk is not full',
};

function openError(directory: string, error: unknown): GreenupError {
  if (error instanceof GreenupError) return error;
  const advice = openErrors[codeOf(error)] ?? 'check that it is a directory that this user may write';
  return new GreenupError('store.failed', `store ${directory} cannot be opened (${causeOf(error)}): ${advice}`, {
    cause: error,
  });
}

/** LevelDB's own error sits below the one that says "not open". A native error is told by its fields, not its class. */
function innermost(error: unknown): { code?: unknown; message?: unknown } {
  if (typeof error !== 'object' || error === null) return { message: String(error) };
  return 'cause' in error && error.cause !== undefined ? innermost(error.cause) : error;
}

function codeOf(error: unknown): string {
  return String(innermost(error).code ?? '');
}

function causeOf(error: unknown): string {
  return String(innermost(error).message ?? error);
}
