/** A store for tests that keeps its data in memory and can lose power, fail, be full and be slow on command. */
import { GreenupError } from '../../hal/errors';
import type { Batch, Durability, JsonValue, Store } from '../../hal/store';

/** How a `MemoryStore` begins. */
export interface MemoryStoreOptions {
  /** What lies on the medium at the start; copied. */
  durable?: ReadonlyMap<string, JsonValue>;
  /** Awaited before each commit becomes durable: the time a flush takes. */
  flush?: () => Promise<void>;
}

/** A store in memory, which a test can fill, slow down, let fail and rob of its power. */
export class MemoryStore implements Store {
  /** What a power cut at this instant is sure to leave. */
  readonly durable: Map<string, JsonValue>;
  /** Commits that have taken effect, and flushes of them. */
  commits = 0;
  /** While it is set every commit rejects, as on a full disk. */
  full = false;
  /** Flushes that have taken effect. */
  flushes = 0;
  /** Commits that are written and not flushed, or not yet. */
  private unflushed: Batch[] = [];
  private readonly flush: (() => Promise<void>) | undefined;
  private readonly failures: unknown[] = [];
  private last: Promise<void> = Promise.resolve();
  private state: 'open' | 'closed' | 'crashed' = 'open';

  constructor(options: MemoryStoreOptions = {}) {
    this.durable = new Map();
    for (const [key, value] of options.durable ?? []) this.durable.set(key, copied(value));
    this.flush = options.flush;
  }

  async load(): Promise<Map<string, JsonValue>> {
    this.mustBeOpen('load');
    const { written } = this;
    const names = [...written.keys()].sort();
    return new Map(names.map((name) => [name, copied(written.get(name) ?? null)]));
  }

  /** What the process has written, flushed or not: the end of the process leaves it. */
  get written(): Map<string, JsonValue> {
    return this.after(this.unflushed.length);
  }

  async commit(batch: Batch, durability: Durability = 'flushed'): Promise<void> {
    this.mustBeOpen('commit');
    // Values are copied now: the caller may go on changing its objects.
    const put = batch.put.map(([key, value]) => [key, copied(value)] as const);
    const del = [...batch.del];
    const fails = this.full || this.failures.length > 0;
    const failure = this.full
      ? new GreenupError('store.failed', 'memory store: the disk is full')
      : this.failures.shift();
    const done = this.last.then(async () => {
      if (this.isCrashed()) return neverSettles();
      if (!fails) this.unflushed.push({ put, del });
      if (durability === 'flushed') await this.flush?.();
      if (this.isCrashed()) return neverSettles();
      if (fails) throw failure;
      this.commits += 1;
      if (durability === 'flushed') this.flushed();
    });
    this.last = done.catch(() => undefined);
    return done;
  }

  /** Waits for the commits under way, and flushes. Later calls fail with `store.failed`. */
  async close(): Promise<void> {
    if (this.state === 'open') this.state = 'closed';
    await this.last;
    if (this.state === 'closed' && this.unflushed.length > 0) this.flushed();
  }

  /** The next commit to be called rejects with `error` and changes nothing; several calls queue up. */
  failNext(error: unknown = new GreenupError('store.failed', 'memory store: a failure was asked for')): void {
    this.failures.push(error);
  }

  /** Commits that a power cut at this instant could take. */
  get unflushedCommits(): number {
    return this.unflushed.length;
  }

  /**
   * Cuts the power: commits under way are lost and their promises never settle, as no code runs on without power.
   * Returns the store that the next boot finds, with the same flush time unless given: what was flushed, and of the
   * commits that were only written the first `kept`, for the medium had taken them by itself.
   */
  crash({ kept = 0, ...options }: Omit<MemoryStoreOptions, 'durable'> & { kept?: number } = {}): MemoryStore {
    this.state = 'crashed';
    const flush = options.flush ?? this.flush;
    return new MemoryStore({ durable: this.after(kept), ...(flush === undefined ? {} : { flush }) });
  }

  /** Kills the process: as a power cut, but what was written is in the hands of the operating system. */
  kill(): MemoryStore {
    return this.crash({ kept: this.unflushed.length });
  }

  private isCrashed(): boolean {
    return this.state === 'crashed';
  }

  private flushed(): void {
    for (const batch of this.unflushed) apply(batch, this.durable);
    this.unflushed = [];
    this.flushes += 1;
  }

  private after(commits: number): Map<string, JsonValue> {
    const values = new Map(this.durable);
    for (const batch of this.unflushed.slice(0, commits)) apply(batch, values);
    return values;
  }

  private mustBeOpen(what: string): void {
    if (this.state === 'open') return;
    throw new GreenupError('store.failed', `memory store: ${what} is not possible, the store is ${this.state}`);
  }
}

function apply({ put, del }: Batch, values: Map<string, JsonValue>): void {
  for (const key of del) values.delete(key);
  for (const [key, value] of put) values.set(key, value);
}

/** What is stored is JSON and nothing else: for that `structuredClone` takes ten times as long. */
function copied(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copied);
  const copy: { [name: string]: JsonValue } = {};
  for (const name in value) copy[name] = copied(value[name] as JsonValue);
  return copy;
}

function neverSettles(): Promise<void> {
  return new Promise(() => undefined);
}
