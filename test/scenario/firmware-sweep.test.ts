/** The power is cut at every commit of an update that the central system has ordered: it hears each step once and in order all the same. */
import { closeTheBooks } from '../support/rig';
import { fileUrl, removeUpdateDirectories, UpdateBench } from '../support/update-bench';
import { Fuse, portsInMemory } from '../support/update-sweep';
import { firmwareStatuses } from '../support/updates';

afterEach(async () => {
  await closeTheBooks();
  removeUpdateDirectories();
});

const whole = ['Downloading', 'Downloaded', 'Installing', 'Installed'];
const update = { location: fileUrl, retrieveDate: '2026-01-01T00:00:00Z' };
const stepsMax = 2_000;

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
