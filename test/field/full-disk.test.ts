/** A disk that is full, while the station runs and before it starts: told and not flooded, nobody charges, nothing is lost. */
import { seeded } from '../../src/hal/random';
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

const internalError = { connectorId: 0, status: 'Faulted', errorCode: 'InternalError' };
const aboutStore = (rig: Rig): string[] => rig.warnings.filter((warning) => warning.includes('commit'));

test('a disk that is full for three hours is told once, then each hour, and when there is room again', async () => {
  const rig = await Rig.start();
  rig.store.full = true;
  rig.plug(1);
  rig.present('04A1B2C3');
  await rig.expectCall('StatusNotification', internalError);
  await rig.advance(3 * 3_600_000 - 60_000);
  expect(aboutStore(rig)).toEqual([
    'the store did not take a commit, which is tried again: memory store: the disk is full',
    expect.stringMatching(/disk is full \(for an hour and more now\)$/),
    expect.stringMatching(/disk is full \(for an hour and more now\)$/),
  ]);
  rig.store.full = false;
  await rig.advance(5_000);
  expect(aboutStore(rig).slice(3)).toEqual(['the store takes commits again']);
});

describe('a station whose disk is full as it starts', () => {
  async function startedFull(): Promise<Rig> {
    const rig = Rig.prepare({ random: seeded(7) });
    rig.store.full = true;
    await rig.powerOn();
    return rig;
  }

  test('comes up, tells InternalError and charges nobody', async () => {
    const rig = await startedFull();
    await rig.expectCall('BootNotification');
    await rig.expectCall('StatusNotification', internalError);
    rig.plug(1);
    await rig.advance(5_000);
    rig.present('04A1B2C3');
    await rig.expectNone('StartTransaction', 120_000);
    expect(rig.truth(1).contactorClosed).toBe(false);
    expect(aboutStore(rig)).toHaveLength(1);
    rig.store.full = false;
  });

  test('recovers by itself when there is room, and charges', async () => {
    const rig = await startedFull();
    await rig.expectCall('StatusNotification', internalError);
    rig.store.full = false;
    await rig.expectCall('StatusNotification', { connectorId: 0, status: 'Available', errorCode: 'NoError' });
    expect(rig.store.durable.get('boot/count')).toBe(rig.running.station.state.boot);
    await rig.charge(1);
    expect(rig.truth(1).contactorClosed).toBe(true);
  });

  test('goes on with what was stored before, and ends what was open', async () => {
    const rig = await Rig.start();
    await rig.charge(1);
    await rig.cutPower();
    rig.store.full = true;
    await rig.powerOn();
    await rig.expectCall('StatusNotification', internalError);
    await rig.expectNone('StopTransaction', 60_000);
    rig.store.full = false;
    await rig.expectCall('StopTransaction', { reason: 'PowerLoss' });
  });

  test('takes no number of a boot twice, as often as it starts', async () => {
    const rig = await startedFull();
    const boots = new Set<number>();
    for (let time = 0; time < 4; time += 1) {
      boots.add(rig.running.station.state.boot);
      await rig.cutPower();
      rig.store.full = time < 2;
      await rig.powerOn();
    }
    const last = rig.running.station.state.boot;
    expect(rig.store.durable.get('boot/count')).toBe(last);
    expect(boots.add(last).size).toBe(5);
  });
});
