/** The central system refuses, in StartTransaction.conf, the tag of a transaction that runs already (4.8, E 3.5, E 3.17). */
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

const refuse = (rig: Rig, parentIdTag?: string) =>
  rig.central.once('StartTransaction', () => ({
    transactionId: 55,
    idTagInfo: { status: 'Invalid', ...(parentIdTag === undefined ? {} : { parentIdTag }) },
  }));

/** Energy is late enough for it to have flowed a little: the answer comes while the car already charges. */
async function start(rig: Rig): Promise<void> {
  rig.plug(1);
  await rig.until('Preparing', () => rig.status(1) === 'Preparing');
  rig.present('04A1B2C3');
  await rig.expectCall('StartTransaction', { idTag: '04A1B2C3' });
}

describe('StopTransactionOnInvalidId true', () => {
  const config = { StopTransactionOnInvalidId: 'true' };

  test('stopped with reason DeAuthorized; the plug stays locked until the same tag is shown', async () => {
    const rig = await Rig.start({ config });
    refuse(rig);
    await start(rig);
    await rig.expectCall('StopTransaction', { transactionId: 55, reason: 'DeAuthorized' });
    await rig.expectStatus(1, 'Finishing');
    await rig.advance(600_000);
    expect(rig.truth(1)).toMatchObject({ contactorClosed: false, locked: true });
    rig.present('DDDD0004');
    await rig.expectCall('Authorize', { idTag: 'DDDD0004' });
    await rig.advance(5_000);
    expect(rig.truth(1).locked).toBe(true);
    rig.present('04a1b2c3');
    await rig.until('the plug is free', () => !rig.truth(1).locked, 2_000);
    await rig.expectNone('StartTransaction', 5_000);
    rig.unplug(1);
    await rig.expectStatus(1, 'Available');
  });

  test('a tag of the same group frees the plug, too (E 3.5)', async () => {
    const rig = await Rig.start({ config });
    refuse(rig, 'FAMILY');
    await start(rig);
    await rig.expectStatus(1, 'Finishing');
    rig.central.answer('Authorize', () => ({ idTagInfo: { status: 'Accepted', parentIdTag: 'FAMILY' } }));
    rig.present('BBBB0002');
    await rig.until('the plug is free', () => !rig.truth(1).locked, 3_000);
    await rig.expectNone('StartTransaction', 5_000);
  });

  test('an answer that comes after minutes stops a charge that runs', async () => {
    const rig = await Rig.start({ config });
    rig.central.once('StartTransaction', () => ({
      afterMs: 8_000,
      answer: { transactionId: 55, idTagInfo: { status: 'Blocked' } },
    }));
    await start(rig);
    await rig.expectStatus(1, 'Charging');
    await rig.expectCall('StopTransaction', { transactionId: 55, reason: 'DeAuthorized' });
    expect(rig.truth(1).contactorClosed).toBe(false);
  });
});

describe('StopTransactionOnInvalidId false', () => {
  test('goes on as SuspendedEVSE without energy until the driver stops it', async () => {
    const rig = await Rig.start();
    refuse(rig);
    await start(rig);
    await rig.expectStatus(1, 'SuspendedEVSE');
    await rig.expectNone('StopTransaction', 600_000);
    expect(rig.truth(1)).toMatchObject({ contactorClosed: false, locked: true, energyWh: 0 });
    rig.present('04A1B2C3');
    await rig.expectCall('StopTransaction', { transactionId: 55, reason: 'Local' });
    await rig.until('the plug is free', () => !rig.truth(1).locked, 2_000);
  });

  test('a charge that runs already loses its energy', async () => {
    const rig = await Rig.start();
    rig.central.once('StartTransaction', () => ({
      afterMs: 8_000,
      answer: { transactionId: 55, idTagInfo: { status: 'Blocked' } },
    }));
    await start(rig);
    await rig.expectStatus(1, 'Charging');
    await rig.expectStatus(1, 'SuspendedEVSE');
    await rig.advance(10_000);
    expect(rig.truth(1).contactorClosed).toBe(false);
  });
});
