/** The power is cut at every commit of an update that the central system has ordered: it hears each step once and in order all the same. */
import type { MemoryStore } from '../../src/drivers/store/memory-store';
import type { PackageGate } from '../../src/release/updates/package-gate';
import type { UpdateFiles } from '../../src/release/updates/update-files';
import type { UpdatePorts } from '../../src/release/updates/update-ports';
import { closeTheBooks } from '../support/rig';
import { fileUrl, removeUpdateDirectories, UpdateBench } from '../support/update-bench';
import { firmwareStatuses } from '../support/updates';

afterEach(async () => {
  await closeTheBooks();
  removeUpdateDirectories();
});

const whole = ['Downloading', 'Downloaded', 'Installing', 'Installed'];
const update = { location: fileUrl, retrieveDate: '2026-01-01T00:00:00Z' };
const stepsMax = 2_000;

/** The power goes as soon as so many commits have been made since the order. */
class Fuse {
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
function portsInMemory({ directory }: UpdateBench): Partial<UpdatePorts> {
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

/** Everything that a central system hears of an update during which the power is cut once; how many commits it took. */
async function updateWith(commitsMax: number): Promise<{ heard: unknown[]; end: string | undefined; commits: number }> {
  const bench = await UpdateBench.start({}, (own) => {
    own.ports = portsInMemory(own);
  });
  const { rig } = bench;
  rig.central.answer('FirmwareStatusNotification', () => ({}));
  const fuse = new Fuse(commitsMax);
  let wasCut = false;
  void rig.central.callRaw('UpdateFirmware', update);
  for (let step = 0; step < stepsMax && !firmwareStatuses(rig).includes('Installed'); step += 1) {
    if (!wasCut) fuse.guard(rig.store);
    await bench.settled(50);
    if (fuse.isBlown && !wasCut) {
      wasCut = true;
      await bench.repower('none');
      if (bench.progress === undefined) break;
    } else if (!rig.powered) await bench.restart();
  }
  await bench.settled(60_000);
  return { heard: firmwareStatuses(rig), end: bench.progress?.step, commits: fuse.made };
}

test('a power cut at any commit: each status once, in order, or nothing of an order that was never durable', async () => {
  const { heard, commits } = await updateWith(Number.POSITIVE_INFINITY);
  expect(heard).toEqual(whole);
  expect(commits).toBeGreaterThan(8);
  const found = [];
  for (let cut = 0; cut < commits; cut += 1) found.push({ cut, ...(await updateWith(cut)) });
  const neverOrdered = found.filter(({ end }) => end === undefined);
  expect(neverOrdered.map(({ cut, heard: statuses }) => ({ cut, statuses }))).toEqual([{ cut: 0, statuses: [] }]);
  for (const { cut, heard: statuses } of found.slice(1)) expect({ cut, statuses }).toEqual({ cut, statuses: whole });
});
