/** The power is cut at every instant of a request for diagnostics: the central system hears of it what makes sense, and of the charge all. */
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

const stepMs = 5;
/** Told of a request whose power was cut: nothing, where it came before anything was noted, or how it ended. */
const sensible = [[], ['UploadFailed'], ['Uploading', 'UploadFailed'], ['Uploading', 'Uploaded']];

/** A vehicle charges, the first try is in vain, the second one sends the report. */
async function asked(): Promise<Rig> {
  const rig = await Rig.start();
  rig.flushMs = 15;
  rig.central.answer('DiagnosticsStatusNotification', () => ({}));
  await rig.charge(1);
  rig.transfer.isUnreachable = true;
  await rig.call('GetDiagnostics', { location: 'ftp://files.test/in', retries: 1, retryInterval: 1 });
  return rig;
}

const statuses = (rig: Rig): unknown[] =>
  rig.central
    .calls('DiagnosticsStatusNotification')
    .filter(({ repeated }) => !repeated)
    .map(({ payload }) => payload.status);

test.each(['none', 'some', 'all'] as const)('with %s of what was not flushed on the medium', async (kept) => {
  const heard = new Set<string>();
  for (let cutMs = 0; cutMs <= 1_200; cutMs += stepMs) {
    const rig = await asked();
    await rig.advance(Math.min(cutMs, 500));
    rig.transfer.isUnreachable = false;
    await rig.advance(Math.max(0, cutMs - 500));
    await rig.cutPower(kept);
    await rig.powerOn();
    await rig.advance(30_000);
    const told = statuses(rig);
    expect([cutMs, told, sensible.map(String).includes(String(told))]).toEqual([cutMs, told, true]);
    // One transaction, which ends with the power and is told whole.
    expect(rig.central.calls('StartTransaction').length).toBe(1);
    expect(rig.central.calls('StopTransaction').filter(({ repeated }) => !repeated)).toHaveLength(1);
    heard.add(String(statuses(rig)));
    await closeTheBooks();
  }
  // The sweep has met more than one of them.
  expect(heard.size).toBeGreaterThan(1);
});
