/** A store whose machine can lose its power: of what was written and not flushed, the last commits are then gone. */
import type { Batch, Durability, JsonValue, Store } from '../../hal/store';

type WarningStore = Store & { readonly warning?: string | undefined };

/** A commit as text: whoever made it may go on changing its objects. */
interface WrittenCommit {
  put: (readonly [key: string, text: string])[];
  del: readonly string[];
}

export class UnflushedLoss implements Store {
  /** What the medium is sure to have. */
  private readonly flushed = new Map<string, string>();
  /** Commits that it may have taken by itself, in their order. */
  private unflushed: WrittenCommit[] = [];

  constructor(private readonly store: WarningStore) {}

  get warning(): string | undefined {
    return this.store.warning;
  }

  async load(): Promise<Map<string, JsonValue>> {
    const values = await this.store.load();
    for (const [key, value] of values) this.flushed.set(key, JSON.stringify(value));
    return values;
  }

  async commit(batch: Batch, durability: Durability = 'flushed'): Promise<void> {
    const change = { put: batch.put.map(([key, value]) => [key, JSON.stringify(value)] as const), del: [...batch.del] };
    this.unflushed.push(change);
    try {
      await this.store.commit(batch, durability);
    } catch (error) {
      this.unflushed = this.unflushed.filter((other) => other !== change);
      throw error;
    }
    if (durability === 'flushed') this.flush(this.unflushed.indexOf(change) + 1);
  }

  async close(): Promise<void> {
    await this.store.close();
    this.flush(this.unflushed.length);
  }

  /**
   * What makes the store one that has lost its power now, when it is committed. How many commits are lost is left to
   * `random`, from 0 to below 1: none to all of those that were not flushed. Undefined where nothing is lost.
   */
  loss(random: () => number): Batch | undefined {
    const kept = Math.floor(random() * (this.unflushed.length + 1));
    const lost = this.unflushed.slice(kept);
    if (lost.length === 0) return undefined;
    const left = new Map(this.flushed);
    for (const change of this.unflushed.slice(0, kept)) apply(change, left);
    const keys = [...new Set(lost.flatMap(({ put, del }) => [...put.map(([key]) => key), ...del]))];
    return {
      put: keys.flatMap((key) => {
        const text = left.get(key);
        return text === undefined ? [] : [[key, JSON.parse(text) as JsonValue] as const];
      }),
      del: keys.filter((key) => !left.has(key)),
    };
  }

  private flush(commits: number): void {
    for (const change of this.unflushed.splice(0, commits)) apply(change, this.flushed);
  }
}

function apply({ put, del }: WrittenCommit, values: Map<string, string>): void {
  for (const key of del) values.delete(key);
  for (const [key, text] of put) values.set(key, text);
}
