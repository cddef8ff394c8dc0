/**
 * The power of a simulated machine. The operating system that runs the simulation keeps what a killed process has written;
 * a machine without power does not, so at a cut it is noted what would be lost, and the next start loses it.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UnflushedLoss } from '../drivers/sim/unflushed-loss';
import { systemCode } from '../hal/errors';
import { seeded } from '../hal/random';
import type { Batch, Store } from '../hal/store';

export class Mains {
  private readonly path: string;
  private readonly random: () => number;
  private store: UnflushedLoss | undefined;

  constructor(directory: string, seed: number | undefined) {
    this.path = join(directory, 'power-cut.json');
    this.random = seed === undefined ? Math.random : seeded(seed);
  }

  /** The same store, as a power cut before this start has left it. */
  async behind(opening: Promise<Store & { readonly warning?: string | undefined }>): Promise<UnflushedLoss> {
    const store = await opening;
    const loss = this.noted();
    if (loss) {
      await store.commit(loss);
      rmSync(this.path);
    }
    this.store = new UnflushedLoss(store);
    return this.store;
  }

  /** To be called when nothing is written any more: the process is killed next. */
  cut(): void {
    const loss = this.store?.loss(this.random);
    if (loss) writeFileSync(this.path, JSON.stringify(loss));
  }

  private noted(): Batch | undefined {
    try {
      return JSON.parse(readFileSync(this.path, 'utf8')) as Batch;
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }
}
