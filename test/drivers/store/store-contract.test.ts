/** Every store keeps the contract of the port: the real one on files, the one for tests, and those that wrap another. */
import { cp, mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { UnflushedLoss } from '../../../src/drivers/sim/unflushed-loss';
import { LevelStore } from '../../../src/drivers/store/level-store';
import { MemoryStore } from '../../../src/drivers/store/memory-store';
import { VersionedStore } from '../../../src/drivers/store/versioned-store';
import type { JsonValue, Store } from '../../../src/hal/store';
import { simulatedTime } from '../../../src/simulator/simulated-time';
import { keepsTheStoreContract, type StoreUnderTest } from '../../support/store-contract';

function inMemory(wrap: (store: MemoryStore) => Store = (store) => store): () => Promise<StoreUnderTest> {
  return async () => {
    const memory = new MemoryStore();
    return {
      store: wrap(memory),
      afterKill: async () => memory.kill().durable,
      afterPowerCut: async () => memory.crash().durable,
    };
  };
}

describe('MemoryStore', () => keepsTheStoreContract(inMemory()));
describe('VersionedStore', () =>
  keepsTheStoreContract(inMemory((store) => new VersionedStore(store, { current: 1, changes: [] }))));
describe('VersionedStore on trial', () =>
  keepsTheStoreContract(
    inMemory((store) => {
      store.durable.set('format', 1);
      return new VersionedStore(store, { current: 2, changes: [] }, true);
    }),
  ));
describe('a store whose machine can lose its power', () =>
  keepsTheStoreContract(inMemory((store) => new UnflushedLoss(store))));
describe('a store of simulated time', () =>
  keepsTheStoreContract(inMemory((store) => simulatedTime({ speed: 60 }).store(store))));

describe('LevelStore', () => {
  const directories: string[] = [];

  afterEach(async () => {
    jest.restoreAllMocks();
    for (const directory of directories.splice(0)) await rm(directory, { recursive: true });
  });

  async function temporary(): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'store-contract-'));
    directories.push(directory);
    return directory;
  }

  /** How long each file is. */
  async function lengths(directory: string): Promise<Map<string, number>> {
    const names = await readdir(directory);
    return new Map(
      await Promise.all(names.map(async (name) => [name, (await stat(join(directory, name))).size] as const)),
    );
  }

  /** The values that another process finds in these files, cut to the lengths that are given. */
  async function found(directory: string, cut: ReadonlyMap<string, number>): Promise<Map<string, JsonValue>> {
    const copy = await temporary();
    await cp(directory, copy, { recursive: true });
    for (const [name, length] of cut) if (name.endsWith('.log')) await truncate(join(copy, name), length);
    const store = await LevelStore.open(copy);
    const values = await store.load();
    await store.close();
    return values;
  }

  /** Files as the last flush left them are what a power cut is sure to leave. */
  keepsTheStoreContract(async () => {
    const directory = await temporary();
    const store = await LevelStore.open(directory);
    let flushed = await lengths(directory);
    const batch = ClassicLevel.prototype.batch as unknown as (...of: unknown[]) => Promise<void>;
    jest.spyOn(ClassicLevel.prototype, 'batch').mockImplementation(async function (this: unknown, ...of: unknown[]) {
      await batch.apply(this, of);
      if ((of[1] as { sync?: boolean }).sync) flushed = await lengths(directory);
    } as never);
    const end = async (cut: ReadonlyMap<string, number>): Promise<Map<string, JsonValue>> => {
      const values = await found(directory, cut);
      await store.close().catch(() => undefined);
      return values;
    };
    return { store, afterKill: () => end(new Map()), afterPowerCut: () => end(flushed) };
  });
});
