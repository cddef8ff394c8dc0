/** The power is cut at every commit of a signed update: the central system hears each status once, in order and of its request, whatever the end. */
import type { FileSignatureKind } from '../../src/hal/firmware-updates';
import { closeTheBooks } from '../support/rig';
import { Maker, signedUpdate } from '../support/signing';
import { fileUrl, removeUpdateDirectories, UpdateBench } from '../support/update-bench';
import { Fuse, portsInMemory } from '../support/update-sweep';
import { firmwareStatuses } from '../support/updates';

afterEach(async () => {
  await closeTheBooks();
  removeUpdateDirectories();
});

const status = 'SignedFirmwareStatusNotification';
const whole = ['Downloading', 'Downloaded', 'SignatureVerified', 'Installing', 'InstallRebooting', 'Installed'];
const refused = ['Downloading', 'Downloaded', 'InvalidSignature'];
const stepsMax = 2_000;
const maker = new Maker();
const request = signedUpdate(maker, fileUrl, Buffer.from('a new release'));

interface Heard {
  statuses: unknown[];
  numbers: unknown[];
  events: number;
  end: string | undefined;
  commits: number;
}

/** Everything that a central system hears of an update during which the power is cut once. */
async function updateWith(commitsMax: number, signature: FileSignatureKind | undefined): Promise<Heard> {
  const bench = await UpdateBench.start({}, (own) => {
    own.ports = { ...portsInMemory(own), signatureOf: async () => signature };
  });
  const { rig } = bench;
  rig.central.answer(status, () => ({}));
  await maker.isTrustedBy(rig);
  const fuse = new Fuse(commitsMax);
  const last = signature ? 'Installed' : 'InvalidSignature';
  let wasCut = false;
  void rig.central.callRaw('SignedUpdateFirmware', request);
  for (let step = 0; step < stepsMax && !firmwareStatuses(rig, status).includes(last); step += 1) {
    if (!wasCut) fuse.guard(rig.store);
    await bench.settled(50);
    if (fuse.isBlown && !wasCut) {
      wasCut = true;
      await bench.repower('none');
      if (bench.progress === undefined) break;
    } else if (!rig.powered) await bench.restart();
  }
  await bench.settled(60_000);
  const events = rig.central.calls('SecurityEventNotification').filter(({ repeated }) => !repeated);
  return {
    statuses: firmwareStatuses(rig, status),
    numbers: [...new Set(rig.central.calls(status).map(({ payload }) => payload.requestId))],
    events: events.filter(({ payload }) => payload.type === 'InvalidFirmwareSignature').length,
    end: bench.progress?.step,
    commits: fuse.made,
  };
}

/** One run for each commit at which the power may go, in order. */
async function sweep(signature: FileSignatureKind | undefined): Promise<{ undisturbed: Heard; cut: Heard[] }> {
  const undisturbed = await updateWith(Number.POSITIVE_INFINITY, signature);
  const cut: Heard[] = [];
  for (let commits = 0; commits < undisturbed.commits; commits += 1) cut.push(await updateWith(commits, signature));
  return { undisturbed, cut };
}

test('of one that is right: each once, or nothing of an order that was never durable', async () => {
  const { undisturbed, cut } = await sweep('RSASSA-PSS');
  expect(undisturbed).toMatchObject({ statuses: whole, numbers: [123] });
  expect(undisturbed.commits).toBeGreaterThan(10);
  expect(cut[0]).toMatchObject({ statuses: [], end: undefined });
  // That it is about to restart is not said by a station that has.
  const without = whole.filter((one) => one !== 'InstallRebooting');
  for (const [commits, { statuses, numbers, end }] of [...cut.entries()].slice(1)) {
    const isSaid = statuses.includes('InstallRebooting');
    expect({ commits, statuses, numbers, end }).toEqual({
      commits,
      statuses: isSaid ? whole : without,
      numbers: [123],
      end: 'installed',
    });
  }
  expect(cut.filter(({ statuses }) => statuses.length === whole.length).length).toBeGreaterThan(cut.length - 4);
});

test('of one whose signature is wrong: each once, with one security event', async () => {
  const { undisturbed, cut } = await sweep(undefined);
  expect(undisturbed).toMatchObject({ statuses: refused, numbers: [123], events: 1, end: 'invalidSignature' });
  for (const [commits, { statuses, numbers, events }] of [...cut.entries()].slice(1)) {
    expect({ commits, statuses, numbers, events }).toEqual({ commits, statuses: refused, numbers: [123], events: 1 });
  }
});
