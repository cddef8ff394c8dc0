/** What the page of the firmware sees of updates and does about them; the lines of the command are tried beside it. */
import { pageStation } from '../../../src/control/pages/page-station';
import { ScriptedUpdates } from '../../../src/drivers/mock/firmware-updates';
import { GreenupError } from '../../../src/hal/errors';
import type { UpdateTrust } from '../../../src/hal/firmware-updates';
import type { JsonValue } from '../../../src/hal/store';
import { SimulatedSlots } from '../../../src/simulator/simulated-slots';
import { closeTheBooks, Rig } from '../../support/rig';

afterEach(closeTheBooks);

let updates: ScriptedUpdates;
let trust: UpdateTrust;
let kept: number[];
let refuses: GreenupError | undefined;

beforeEach(() => {
  updates = new ScriptedUpdates();
  trust = 'signed';
  kept = [];
  refuses = undefined;
});

async function* nothing(): AsyncGenerator<Uint8Array> {}

async function started() {
  let slotsKept: JsonValue | undefined;
  const slots = new SimulatedSlots({ load: () => slotsKept, save: (value) => (slotsKept = value) }, '1.0.0');
  slots.start();
  const inbox = {
    keep: async (bytes: number) => {
      if (refuses) throw refuses;
      kept.push(bytes);
    },
  };
  const rig = await Rig.start({ updates: () => updates, updateIntake: { inbox, trust: async () => trust }, slots });
  const pages = pageStation(() => rig.running);
  return { rig, pages, firmware: pages.firmware };
}

test('a file that was kept is ordered, with the word of the person on lower versions', async () => {
  const { firmware } = await started();
  expect(await firmware.hand(7, nothing(), true)).toBeUndefined();
  expect(kept).toEqual([7]);
  expect(updates.orders).toMatchObject([{ source: { from: 'handed' }, by: 'person', allowsDowngrade: true }]);
  expect(await firmware.order('https://files.example/a.zip', false)).toBeUndefined();
  expect(updates.orders[1]).not.toHaveProperty('allowsDowngrade');
});

test('no file is taken of which nothing could come', async () => {
  const { firmware } = await started();
  trust = 'nothing';
  expect(await firmware.hand(7, nothing(), false)).toBe('noUpdateKey');
  trust = 'signed';
  await firmware.hand(7, nothing(), false);
  updates.becomes({ step: 'trial' });
  expect(await firmware.hand(8, nothing(), false)).toBe('updateHeld');
  expect(kept).toEqual([7]);
});

test.each([
  ['store.failed', 'noRoomForFile'],
  ['command.invalid', 'fileOnItsWay'],
] as const)('%s of the inbox is told as %s, and orders nothing', async (code, refused) => {
  const { firmware } = await started();
  refuses = new GreenupError(code, 'no');
  expect(await firmware.hand(7, nothing(), false)).toBe(refused);
  expect(updates.orders).toEqual([]);
});

test('what is refused has a code: cancel, previous, an address that is none', async () => {
  const { firmware } = await started();
  expect(await firmware.cancel()).toBe('noUpdateGoesOn');
  expect(await firmware.previous()).toBe('noPreviousRelease');
  expect(await firmware.order('files.example', false)).toBe('updateUrlInvalid');
});

test('a step is another revision; a download is told each hundredth of it, and its end', async () => {
  const { pages } = await started();
  const shown = () => pages.view()?.update;
  const revision = () => pages.view()?.revisions.firmware;
  expect(shown()).toBeNull();
  const before = revision();
  await pages.firmware.order('https://files.example/a.zip', false);
  const ordered = revision();
  updates.becomes({ step: 'downloading', totalBytes: 1_000_000 });
  const downloading = revision();
  expect(new Set([before, ordered, downloading]).size).toBe(3);
  updates.becomes({ doneBytes: 19_999 });
  expect(shown()).toMatchObject({ step: 'downloading', doneBytes: 10_000, totalBytes: 1_000_000 });
  expect(revision()).toBe(downloading);
  // Of which a hundredth is no whole number.
  updates.becomes({ totalBytes: 7_654_321, doneBytes: 7_654_321 });
  expect(shown()?.doneBytes).toBe(7_654_321);
  updates.becomes({ doneBytes: 250_123, totalBytes: undefined });
  expect(shown()).toMatchObject({ doneBytes: 200_000, totalBytes: null });
});

test('while the station starts nothing is seen or done', async () => {
  const { firmware } = pageStation(() => undefined);
  expect(await firmware.look()).toBeUndefined();
  expect(await firmware.order('https://files.example/a.zip', false)).toBe('starting');
  expect(await firmware.hand(7, nothing(), false)).toBe('starting');
  expect([await firmware.cancel(), await firmware.previous()]).toEqual(['starting', 'starting']);
});
