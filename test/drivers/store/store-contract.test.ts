/** Every store keeps the contract of the port: the real one on files, the one for tests, and those that wrap another. */
import { cp, mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { UnflushedLoss } from '../../../src/drivers/sim/unflushed-loss';
import { LevelStore } from '../../../src/drivers/store/level-store';
import { MemoryStore } from '../../../src/drivers/store/memory-store';
import { SharedLevelStore } from '../../../src/drivers/store/shared-level-store';
import { VersionedStore } from '../../../src/drivers/store/versioned-store';
import type { JsonValue, Store } from '../../../src/hal/store';
import { keepingRegisters } from '../../../src/simulator/kept-registers';
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
describe('a store with the registers of simulated meters', () =>
  keepsTheStoreContract(
    inMemory((store) => {
      let registerWh = 0;
      const registers = {
        registersWh: () => {
          registerWh += 1;
          return { 1: registerWh };
        },
        raiseRegisters: () => {},
      };
      return keepingRegisters(store, registers);
    }),
  ));
describe('a store with registers of simulated meters that stand still', () =>
  keepsTheStoreContract(
    inMemory((store) => keepingRegisters(store, { registersWh: () => ({ 1: 5 }), raiseRegisters: () => {} })),
  ));
describe('a store of simulated time', () =>
  keepsTheStoreContract(inMemory((store) => simulatedTime({ speed: 60 }).store(store))));

interface OpenedStore {
  store: Store;
  /** Lets go of the directory. */
  close(): Promise<void>;
}

async function levelStore(directory: string): Promise<OpenedStore> {
  const store = await LevelStore.open(directory);
  return { store, close: () => store.close() };
}

/** Between two neighbours that write at the same time, whose keys are the same and whose names begin and end like its own. */
async function sharedStore(directory: string): Promise<OpenedStore> {
  const shared = await SharedLevelStore.open(directory);
  const own = shared.store('CP10');
  const neighbours = ['CP1', 'CP100'].map((name) => shared.store(name));
  const store: Store = {
    load: () => own.load(),
    commit: async (batch, durability) => {
      const others = neighbours.map((one) => one.commit({ put: [['c', 'of another']], del: ['a'] }, 'written'));
      await Promise.all([...others, own.commit(batch, durability)]);
    },
    close: () => own.close(),
  };
  return { store, close: () => shared.close() };
}

describe.each([
  ['LevelStore', levelStore],
  ['SharedLevelStore', sharedStore],
])('%s', (_, openIn) => {
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
    const { store, close } = await openIn(copy);
    const values = await store.load();
    await close();
    return values;
  }

  /** Files as the last flush left them are what a power cut is sure to leave. */
  keepsTheStoreContract(async () => {
    const directory = await temporary();
    const { store, close } = await openIn(directory);
    let flushed = await lengths(directory);
    const batch = ClassicLevel.prototype.batch as unknown as (...of: unknown[]) => Promise<void>;
    jest.spyOn(ClassicLevel.prototype, 'batch').mockImplementation(async function (this: unknown, ...of: unknown[]) {
      await batch.apply(this, of);
      if ((of[1] as { sync?: boolean }).sync) flushed = await lengths(directory);
    } as never);
    const end = async (cut: ReadonlyMap<string, number>): Promise<Map<string, JsonValue>> => {
      const values = await found(directory, cut);
      await close().catch(() => undefined);
      return values;
    };
    return { store, afterKill: () => end(new Map()), afterPowerCut: () => end(flushed) };
  });
});
