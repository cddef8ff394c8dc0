/** Private keys in memory, for tests: they outlive the power of a station, and can fail on command. */
import { GreenupError } from '../../hal/errors';
import type { KeyFiles } from '../../hal/ports';

export class MemoryKeyFiles implements KeyFiles {
  readonly kept = new Map<string, string>();
  /** While it is set whatever can fail does. */
  fails = false;
  /** Awaited before each change takes effect: what a disk takes, or for ever when the power goes. */
  before: (what: 'keep' | 'remove', name: string) => Promise<void> = async () => {};

  async keep(name: string, pem: string): Promise<void> {
    await this.before('keep', name);
    this.mayFail();
    this.kept.set(name, pem);
  }

  async read(name: string): Promise<string | undefined> {
    this.mayFail();
    return this.kept.get(name);
  }

  async remove(name: string): Promise<void> {
    await this.before('remove', name);
    if (!this.fails) this.kept.delete(name);
  }

  async names(): Promise<readonly string[]> {
    this.mayFail();
    return [...this.kept.keys()];
  }

  private mayFail(): void {
    if (this.fails) throw new GreenupError('store.failed', 'memory key files: a failure was asked for');
  }
}
