/** Signed updates from SignedUpdateFirmware to their end, with the engine that a station has and real signatures. */
import { closeTheBooks } from '../support/rig';
import { Maker, type SigningWay, signatureOver, signedUpdate } from '../support/signing';
import { fileUrl, ownRelease, removeUpdateDirectories, UpdateBench } from '../support/update-bench';
import { firmwareStatuses } from '../support/updates';

afterEach(async () => {
  await closeTheBooks();
  removeUpdateDirectories();
});

const status = 'SignedFirmwareStatusNotification';
const file = Buffer.from('a new release');
const newRelease = 'greenup-2';
const hourMs = 3_600_000;
const maker = new Maker();

async function started(change: (bench: UpdateBench) => void = () => {}): Promise<UpdateBench> {
  const bench = await UpdateBench.start({}, change);
  bench.rig.central.answer(status, () => ({}));
  await maker.isTrustedBy(bench.rig);
  return bench;
}

/** The answer, for which real files may have to be let go of. */
async function order(bench: UpdateBench, firmware: object = {}, requestId = 123): Promise<unknown> {
  const made = signedUpdate(maker, fileUrl, file, requestId);
  const request = { ...made, firmware: { ...made.firmware, ...firmware } };
  let frame: unknown[] | undefined;
  void bench.rig.central.callRaw('SignedUpdateFirmware', request).then((one) => {
    frame = one;
  });
  await bench.until(() => frame !== undefined);
  return frame?.[2];
}

const told = (bench: UpdateBench) => firmwareStatuses(bench.rig, status);
const isTold = (bench: UpdateBench, end: string) => () => told(bench).includes(end);
const events = ({ rig }: UpdateBench) =>
  rig.central.calls('SecurityEventNotification').map(({ payload }) => payload.type);
const inHours = (bench: UpdateBench, hours: number) => new Date(bench.rig.central.now() + hours * hourMs).toISOString();

const fetched = ['Downloading', 'Downloaded'];
const verified = [...fetched, 'SignatureVerified'];
const whole = [...verified, 'Installing', 'InstallRebooting', 'Installed'];

test.each<[SigningWay, string]>([
  ['pss', 'RSASSA-PSS'],
  ['pkcs1', 'RSASSA-PKCS1-v1_5'],
  ['ecdsa', 'ECDSA'],
  ['ecdsa raw', 'ECDSA'],
])('a file that is signed by %s is installed, and how it is signed is told here', async (way, kind) => {
  const bench = await started();
  const { key, cert } = /^ec/.test(way) ? maker.ec : maker.rsa;
  const firmware = { signingCertificate: cert, signature: signatureOver(file, key, way) };
  expect(await order(bench, firmware)).toEqual({ status: 'Accepted' });
  await bench.untilRestarted();
  await bench.until(isTold(bench, 'Installed'));
  await bench.settled(60_000);
  expect(told(bench)).toEqual(whole);
  expect(bench.progress?.signed).toEqual({ request: 123, kind });
  const { good, trial } = await bench.slots.versions();
  expect([good, trial]).toEqual([newRelease, undefined]);
  expect(firmwareStatuses(bench.rig)).toEqual([]);
});

test.each<[string, (bench: UpdateBench) => object]>([
  ['of another file', () => ({ signature: signatureOver(Buffer.from('another'), maker.rsa.key, 'pss') })],
  ['by another key of the maker', () => ({ signature: signatureOver(file, maker.issue().key, 'pss') })],
  ['that is none', () => ({ signature: 'none' })],
  [
    'of a file that comes damaged',
    (bench) => {
      bench.faults.change('downloadDamaged', true);
      return {};
    },
  ],
])('a signature %s is InvalidSignature, and the old release goes on', async (_, change) => {
  const bench = await started();
  expect(await order(bench, change(bench))).toEqual({ status: 'Accepted' });
  await bench.until(isTold(bench, 'InvalidSignature'));
  await bench.settled(600_000);
  await bench.repower('none');
  await bench.settled(600_000);
  expect(told(bench)).toEqual([...fetched, 'InvalidSignature']);
  expect(events(bench)).toEqual(['InvalidFirmwareSignature']);
  expect(bench.slots.running()).toEqual({ version: ownRelease });
  expect(bench.rig.warnings).toContainEqual(expect.stringMatching(/not what was signed.*ECSchnorr is not known/));
  await bench.rig.charge(1);
});

test('what is signed and no package for this station is InstallVerificationFailed', async () => {
  const bench = await started();
  bench.faults.change('wrongSignature', true);
  await order(bench);
  await bench.until(isTold(bench, 'InstallVerificationFailed'));
  await bench.settled(600_000);
  expect(told(bench)).toEqual([...verified, 'InstallVerificationFailed']);
  expect(events(bench)).toEqual([]);
});

test('what the medium does not take is InstallationFailed', async () => {
  const bench = await started();
  bench.faults.change('installFails', true);
  await order(bench);
  await bench.until(isTold(bench, 'InstallationFailed'));
  expect(told(bench)).toEqual([...verified, 'Installing', 'InstallationFailed']);
});

test('L01.FR.16 to 19: fetched and verified at once, installed at its date, over a power cut; until then anybody may charge', async () => {
  const bench = await started();
  const { rig } = bench;
  const installDateTime = inHours(bench, 5);
  await order(bench, { installDateTime });
  await bench.until(isTold(bench, 'InstallScheduled'));
  await rig.charge(1);
  await bench.settled(4 * hourMs);
  await bench.repower('none');
  await bench.until(() => bench.progress?.step === 'verified' && bench.progress.waitsFor === 'date');
  await bench.settled(10_000);
  expect(rig.status(3)).toBe('Available');
  await bench.until(() => !rig.powered, 60_000);
  const late = rig.central.now() - Date.parse(installDateTime);
  // Real files take turns of the loop, in each of which a minute passes here.
  expect([late >= 0, late < 10 * 60_000]).toEqual([true, true]);
  await bench.restart();
  await bench.until(isTold(bench, 'Installed'));
  expect(told(bench)).toEqual([...verified, 'InstallScheduled', ...whole.slice(3)]);
});

test('a certificate that is revoked while the update waits for its date: it is not installed', async () => {
  const bench = await started();
  const gone = maker.issue();
  const firmware = { signingCertificate: gone.cert, signature: signatureOver(file, gone.key, 'pss') };
  await order(bench, { ...firmware, installDateTime: inHours(bench, 2) });
  await bench.until(isTold(bench, 'InstallScheduled'));
  const { revocations } = bench.rig.running.chargePoint.security;
  expect(await revocations.install(maker.revocationListOf(maker.ec))).toHaveLength(1);
  expect(await revocations.install(maker.revocationListOf(gone))).toHaveLength(1);
  await bench.until(isTold(bench, 'InvalidSignature'), 60_000);
  await bench.settled(hourMs);
  expect(told(bench)).toEqual([...verified, 'InstallScheduled', 'InvalidSignature']);
  expect(events(bench)).toContain('InvalidFirmwareSignature');
  expect(bench.progress?.reason).toMatch(/Firmware was revoked since the update was ordered$/);
  expect(bench.rig.powered).toBe(true);
});

test('while a vehicle charges it waits, nobody else begins, and the charge ends as its driver wants', async () => {
  const bench = await started();
  const { rig } = bench;
  await rig.charge(1);
  await order(bench);
  await bench.until(() => bench.progress?.waitsFor === 'transactions');
  await bench.settled(1_000);
  expect([1, 3].map((id) => rig.status(id))).toEqual(['Charging', 'Unavailable']);
  expect(told(bench)).toEqual(verified);
  rig.present('04A1B2C3');
  await bench.untilRestarted();
  await bench.until(isTold(bench, 'Installed'));
  expect(told(bench)).toEqual(whole);
});

test('a date of retrieval is waited for, over a power cut; each pause between two tries is told', async () => {
  const bench = await started();
  const { rig } = bench;
  rig.transfer.isUnreachable = true;
  await order(bench, { retrieveDateTime: inHours(bench, 2) });
  await bench.until(isTold(bench, 'DownloadScheduled'));
  await bench.repower('none');
  await bench.settled(hourMs);
  expect(rig.transfer.downloads).toEqual([]);
  await bench.until(isTold(bench, 'DownloadPaused'), 60_000);
  rig.transfer.isUnreachable = false;
  await bench.until(() => !rig.powered, 1_000);
  await bench.restart();
  await bench.until(isTold(bench, 'Installed'));
  expect(told(bench)).toEqual(['DownloadScheduled', 'Downloading', 'DownloadPaused', ...whole]);
});

test('a second order takes the place of one that waits for its date', async () => {
  const bench = await started();
  await order(bench, { installDateTime: inHours(bench, 5) });
  await bench.until(isTold(bench, 'InstallScheduled'));
  expect(await order(bench, {}, 124)).toEqual({ status: 'AcceptedCanceled' });
  await bench.untilRestarted();
  await bench.until(isTold(bench, 'Installed'));
  expect(told(bench)).toEqual([...verified, 'InstallScheduled', ...whole]);
});

test('a release that never proves itself goes back, and is InstallationFailed', async () => {
  const bench = await started();
  bench.provesItself = false;
  await order(bench);
  await bench.untilRestarted();
  await bench.updates.giveUp('did not prove itself within 30 minutes');
  await bench.untilRestarted();
  await bench.until(isTold(bench, 'InstallationFailed'));
  expect(told(bench)).toEqual([...verified, 'Installing', 'InstallRebooting', 'InstallationFailed']);
  expect(bench.slots.running()).toEqual({ version: ownRelease });
});
