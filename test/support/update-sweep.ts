/** What sweeps of power cuts over an update need: a store that stops at a commit, and the file of a release in memory. */
import type { MemoryStore } from '../../src/drivers/store/memory-store';
import type { PackageGate } from '../../src/release/updates/package-gate';
import type { UpdateFiles } from '../../src/release/updates/update-files';
import type { UpdatePorts } from '../../src/release/updates/update-ports';
import type { UpdateBench } from './update-bench';

/** The power goes as soon as so many commits have been made since the order. */
export class Fuse {
  made = 0;
  isBlown = false;
  private store: MemoryStore | undefined;

  constructor(private readonly commitsMax: number) {}

  /** To be called again after each start, which has a store of its own. */
  guard(store: MemoryStore): void {
    if (this.store === store) return;
    this.store = store;
    const commit = store.commit.bind(store);
    store.commit = (batch, durability) => {
      this.isBlown ||= this.made >= this.commitsMax;
      if (this.isBlown) return new Promise(() => {});
      this.made += 1;
      return commit(batch, durability);
    };
  }
}

/** The file of a release in memory: what a disk still does for a dead program would disturb the next one. */
export function portsInMemory({ directory }: UpdateBench): Partial<UpdatePorts> {
  let kept = Buffer.alloc(0);
  const files: UpdateFiles = {
    path: 'incoming',
    bytes: async () => kept.length,
    open: async (keptBytes) => {
      kept = kept.subarray(0, keptBytes);
      return {
        append: async (portion) => {
          kept = Buffer.concat([kept, portion]);
        },
        flush: async () => {},
        close: async () => {},
      };
    },
    freeBytes: async () => Number.MAX_SAFE_INTEGER,
    takeHanded: async () => false,
    remove: async () => {
      kept = Buffer.alloc(0);
    },
  };
  const gate: PackageGate = {
    verify: async () => ({ names: ['greenup-2'], version: undefined, bytes: kept.length, unpackTo: async () => {} }),
    proven: async () => {},
    trust: async () => 'any',
  };
  const staging = { folder: directory, freeBytes: files.freeBytes, remove: async () => {} };
  return { files, gate, staging };
}
