/** A central system that sends its next request right behind an answer: the request is judged by the state after it. */
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

const accepted = { idTagInfo: { status: 'Accepted' } };

/** What the station answered to the last CALL of this action. */
function answerTo(rig: Rig, action: string): unknown {
  return [...rig.central.exchanges.values()].filter((exchange) => exchange.action === action).at(-1)?.frame?.[2];
}

async function presentAt(rig: Rig): Promise<void> {
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  rig.present('04A1B2C3');
  await rig.expectCall('StartTransaction');
}

test.each([
  0, 7, 400,
])('the remote stop of a transaction that has just got its id, on a disk of %i ms', async (flushMs) => {
  const rig = await Rig.start();
  rig.flushMs = flushMs;
  rig.central.once('StartTransaction', () => ({
    answer: { ...accepted, transactionId: 41 },
    behind: [['RemoteStopTransaction', { transactionId: 41 }]],
  }));
  await presentAt(rig);
  await rig.advance(2_000);
  expect(answerTo(rig, 'RemoteStopTransaction')).toEqual({ status: 'Accepted' });
  await rig.expectCall('StopTransaction', { transactionId: 41, reason: 'Remote' });
});

test.each([1, 3])('the same %i ms later', async (ms) => {
  const rig = await Rig.start();
  rig.flushMs = 7;
  rig.central.once('StartTransaction', () => {
    rig.clock.at(rig.clock.now() + ms, () => void rig.central.callRaw('RemoteStopTransaction', { transactionId: 41 }));
    return { ...accepted, transactionId: 41 };
  });
  await presentAt(rig);
  await rig.expectCall('StopTransaction', { transactionId: 41, reason: 'Remote' });
  expect(answerTo(rig, 'RemoteStopTransaction')).toEqual({ status: 'Accepted' });
});

test('a start that was refused is ending when the next request is judged, however slow the disk', async () => {
  const rig = await Rig.start({ config: { StopTransactionOnInvalidId: 'true' } });
  rig.flushMs = 300;
  rig.central.once('StartTransaction', () => ({
    answer: { idTagInfo: { status: 'Invalid' }, transactionId: 41 },
    behind: [['RemoteStopTransaction', { transactionId: 41 }]],
  }));
  await presentAt(rig);
  await rig.expectCall('StopTransaction', { transactionId: 41, reason: 'DeAuthorized' });
  expect(answerTo(rig, 'RemoteStopTransaction')).toEqual({ status: 'Rejected' });
});

test('a remote start right behind the acceptance of the station', async () => {
  const rig = Rig.prepare();
  rig.central.once('BootNotification', () => ({
    answer: { status: 'Accepted', currentTime: rig.central.time(), interval: 300 },
    behind: [['RemoteStartTransaction', { connectorId: 1, idTag: '04A1B2C3' }]],
  }));
  await rig.powerOn();
  await rig.advance(1_000);
  rig.plug(1);
  await rig.expectCall('StartTransaction', { connectorId: 1, idTag: '04A1B2C3' });
  expect(answerTo(rig, 'RemoteStartTransaction')).toEqual({ status: 'Accepted' });
});

test('a request behind the answer to a card finds the outlet taken', async () => {
  const rig = await Rig.start({ config: { AuthorizationCacheEnabled: 'true' } });
  rig.flushMs = 50;
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  rig.central.once('Authorize', () => ({
    answer: accepted,
    behind: [['RemoteStartTransaction', { connectorId: 1, idTag: 'STRANGER' }]],
  }));
  rig.present('04A1B2C3');
  await rig.expectCall('StartTransaction', { idTag: '04A1B2C3' });
  expect(answerTo(rig, 'RemoteStartTransaction')).toEqual({ status: 'Rejected' });
});

test('a disk that does not come back holds up the requests behind an answer for a second only', async () => {
  const rig = await Rig.start();
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  rig.central.once('StartTransaction', () => {
    rig.flushMs = 20_000;
    return {
      answer: { ...accepted, transactionId: 41 },
      behind: [['GetConfiguration', { key: ['ConnectionTimeOut'] }]],
    };
  });
  rig.present('04A1B2C3');
  await rig.expectCall('StartTransaction');
  await rig.advance(1_100);
  expect(answerTo(rig, 'GetConfiguration')).toHaveProperty('configurationKey');
  rig.flushMs = 0;
});

describe('nobody waits for the disk', () => {
  const config = { AuthorizationCacheEnabled: 'true', StopTransactionOnInvalidId: 'true' };
  const refusal = { transactionId: 41, idTagInfo: { status: 'Invalid' } };

  test('who is refused at the start charges no longer, though it takes 20 s', async () => {
    const rig = await Rig.start({ config });
    rig.central.once('StartTransaction', () => ({ afterMs: 5_000, answer: refusal }));
    await presentAt(rig);
    await rig.until('energy flows', () => rig.truth(1).contactorClosed);
    rig.flushMs = 20_000;
    await rig.advance(8_000);
    expect(rig.truth(1).contactorClosed).toBe(false);
    rig.flushMs = 0;
    await rig.expectCall('StopTransaction', { transactionId: 41, reason: 'DeAuthorized' }, 60_000);
  });

  test('who is of the group of a charge that was refused gets the cable back, though it is full', async () => {
    const rig = await Rig.start({ config });
    rig.central.answer('Authorize', () => ({ idTagInfo: { status: 'Accepted', parentIdTag: 'FAMILY' } }));
    rig.central.once('StartTransaction', () => refusal);
    await presentAt(rig);
    await rig.expectCall('StopTransaction', { reason: 'DeAuthorized' });
    await rig.advance(5_000);
    expect(rig.truth(1).locked).toBe(true);
    rig.store.full = true;
    rig.present('05AAAAAA');
    await rig.until('the cable is free', () => !rig.truth(1).locked, 3_000);
    rig.store.full = false;
  });
});
