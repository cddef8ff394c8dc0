/** What every `FirmwareSlots` does, on a rig and in simulation: told once, and held to both. */
import type { FirmwareSlots } from '../../src/hal/ports';

export interface SlotsUnderTest {
  /** Of the program that runs now: release `one`, which is good. */
  slots: FirmwareSlots;
  /** The program ends and is started again. */
  restart(): Promise<FirmwareSlots>;
  /** A folder with a release, verified. */
  folderOf(version: string): string;
}

export function firmwareSlotsContract(prepare: () => Promise<SlotsUnderTest>): void {
  let rig: SlotsUnderTest;
  beforeEach(async () => {
    rig = await prepare();
  });

  async function install(...versions: string[]): Promise<void> {
    for (const version of versions) await rig.slots.install(rig.folderOf(version), version);
  }

  /** Two is on trial, and runs. */
  async function twoRuns(): Promise<FirmwareSlots> {
    await install('two');
    await rig.slots.beginTrial('two');
    return rig.restart();
  }

  test('at first the good release runs', async () => {
    expect(rig.slots.running()).toEqual({ version: 'one' });
    expect(await rig.slots.versions()).toEqual({
      good: 'one',
      next: 'one',
      trial: undefined,
      failed: [],
      installed: ['one'],
    });
  });

  test('an installed release starts nothing', async () => {
    await install('two');
    const { next, installed } = await rig.slots.versions();
    expect([next, [...installed].sort()]).toEqual(['one', ['one', 'two']]);
    expect((await rig.restart()).running()).toEqual({ version: 'one' });
  });

  test('a trial begins with the next start, and a confirmed release stays', async () => {
    await install('two');
    await rig.slots.beginTrial('two');
    expect(rig.slots.running()).toEqual({ version: 'one' });
    expect(await rig.slots.versions()).toMatchObject({ next: 'two', trial: { version: 'two', startsLeft: 3 } });
    const two = await rig.restart();
    expect(two.running()).toEqual({ version: 'two' });
    expect((await two.versions()).trial).toEqual({ version: 'two', startsLeft: 2 });
    await two.confirm();
    expect(await two.versions()).toMatchObject({ good: 'two', next: 'two', trial: undefined, failed: [] });
    for (let start = 0; start < 4; start += 1) expect((await rig.restart()).running()).toEqual({ version: 'two' });
  });

  test('a release that is never confirmed has three starts, and is remembered as failed', async () => {
    let now = await twoRuns();
    for (let start = 2; start <= 3; start += 1) {
      expect(now.running()).toEqual({ version: 'two' });
      now = await rig.restart();
    }
    expect(now.running()).toEqual({ version: 'two' });
    const back = await rig.restart();
    expect(back.running()).toEqual({ version: 'one' });
    expect(await back.versions()).toMatchObject({
      good: 'one',
      next: 'one',
      trial: undefined,
      failed: [{ version: 'two', reason: expect.stringContaining('confirmed') }],
    });
  });

  test('a release that is given up returns to the good one at the next start, with the reason', async () => {
    const two = await twoRuns();
    await two.back('it does not charge');
    expect(two.running()).toEqual({ version: 'two' });
    expect(await two.versions()).toMatchObject({
      next: 'one',
      trial: undefined,
      failed: [{ version: 'two', reason: 'it does not charge' }],
    });
    const one = await rig.restart();
    expect(one.running()).toEqual({ version: 'one' });
    await one.beginTrial('two');
    expect((await one.versions()).failed).toEqual([]);
  });

  test('only the release that runs is confirmed: not one that the next start is to try', async () => {
    await install('two');
    await rig.slots.confirm();
    await rig.slots.beginTrial('two');
    await rig.slots.confirm();
    expect(await rig.slots.versions()).toMatchObject({ good: 'one', trial: { version: 'two', startsLeft: 3 } });
  });

  test('what cannot be is refused, and changes nothing', async () => {
    await install('two');
    const before = await rig.slots.versions();
    const invalid = { code: 'command.invalid' };
    await expect(rig.slots.install(rig.folderOf('three'), '../three')).rejects.toMatchObject(invalid);
    await expect(rig.slots.install(`${rig.folderOf('three')}/nowhere`, 'three')).rejects.toMatchObject(invalid);
    await expect(rig.slots.install(rig.folderOf('one'), 'one')).rejects.toMatchObject(invalid);
    await expect(rig.slots.beginTrial('three')).rejects.toMatchObject(invalid);
    await expect(rig.slots.back('no trial is on')).rejects.toMatchObject(invalid);
    expect(await rig.slots.versions()).toEqual(before);
    await rig.slots.beginTrial('two');
    await expect(rig.slots.install(rig.folderOf('two'), 'two')).rejects.toMatchObject(invalid);
  });

  test('a release that was never tried may be replaced', async () => {
    await install('two', 'two');
    expect((await rig.slots.versions()).installed.filter((version) => version === 'two')).toHaveLength(1);
  });
}
