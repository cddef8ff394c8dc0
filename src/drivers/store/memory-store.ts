/** A store for tests that keeps its data in memory and can lose power, fail, be full and be slow on command. */
import { GreenupError } from '../../hal/errors';
import type { Batch, JsonValue, Store } from '../../hal/store';

export interface MemoryStoreOptions {
  /** What lies on the medium at the start; copied. */
  durable?: ReadonlyMap<string, JsonValue>;
  /** Awaited before each commit becomes durable: the time a flush takes. */
  flush?: () => Promise<void>;
}

export class MemoryStore implements Store {
  /** What a power cut at this instant would leave. */
  readonly durable: Map<string, JsonValue>;
  /** Commits that have become durable. */
  commits = 0;
  /** While it is set every commit rejects, as on a full disk. */
  full = false;
  private readonly flush: (() => Promise<void>) | undefined;
  private readonly failures: unknown[] = [];
  private last: Promise<void> = Promise.resolve();
  private state: 'open' | 'closed' | 'crashed' = 'open';

  constructor(options: MemoryStoreOptions = {}) {
    this.durable = new Map(options.durable ?? []);
    this.flush = options.flush;
  }

  async load(): Promise<Map<string, JsonValue>> {
    this.mustBeOpen('load');
    const names = [...this.durable.keys()].sort();
    return new Map(names.map((name) => [name, structuredClone(this.durable.get(name) ?? null)]));
  }

  async commit(batch: Batch): Promise<void> {
    this.mustBeOpen('commit');
    // Values are copied now: the caller may go on changing its objects.
    const put = batch.put.map(([key, value]) => [key, structuredClone(value)] as const);
    const del = [...batch.del];
    const fails = this.full || this.failures.length > 0;
    const failure = this.full
      ? new GreenupError('store.failed', 'memory store: the disk is full')
      : this.failures.shift();
    const done = this.last.then(async () => {
      await this.flush?.();
      if (this.state === 'crashed') return neverSettles();
      if (fails) throw failure;
      for (const key of del) this.durable.delete(key);
      for (const [key, value] of put) this.durable.set(key, value);
      this.commits += 1;
    });
    this.last = done.catch(() => undefined);
    return done;
  }

  /** Waits for the commits under way. Later calls fail with `store.failed`. */
  async close(): Promise<void> {
    if (this.state === 'open') this.state = 'closed';
    await this.last;
  }

  /** The next commit to be called rejects with `error` and changes nothing; several calls queue up. */
  failNext(error: unknown = new GreenupError('store.failed', 'memory store: a failure was asked for')): void {
    this.failures.push(error);
  }

  /**
   * Cuts the power: commits under way are lost and their promises never settle, as no code runs on without power.
   * Returns the store that the next boot finds, with only what was durable and with the same flush time unless given.
   */
  crash(options: Omit<MemoryStoreOptions, 'durable'> = {}): MemoryStore {
    this.state = 'crashed';
    const flush = options.flush ?? this.flush;
    return new MemoryStore({ durable: structuredClone(this.durable), ...(flush === undefined ? {} : { flush }) });
  }

  private mustBeOpen(what: string): void {
    if (this.state === 'open') return;
    throw new GreenupError('store.failed', `memory store: ${what} is not possible, the store is ${this.state}`);
  }
}

function neverSettles(): Promise<void> {
  return new Promise(() => undefined);
}
