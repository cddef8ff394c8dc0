/** Compliance groups 10 and 11, start of a session that must not be: bad cards and a lock that fails. */
import { closeTheBooks, Rig } from '../support/rig';
import { card, dead, expectNoEnergy, plugIn } from './support';

afterEach(closeTheBooks);

async function refuseLocal(status: string): Promise<void> {
  const rig = await Rig.start();
  rig.central.answer('Authorize', () => ({ idTagInfo: { status } }));
  await plugIn(rig);
  rig.present(card);
  await rig.expectCall('Authorize', { idTag: card });
  await expectNoEnergy(rig, 1, 30_000);
  expect(rig.central.calls('StartTransaction')).toEqual([]);
  expect(rig.truth(1)).toMatchObject({ ...dead, locked: false });
}

async function refuseRemote(status: string): Promise<void> {
  const rig = await Rig.start();
  await rig.configure('AuthorizeRemoteTxRequests', 'true');
  rig.central.answer('Authorize', () => ({ idTagInfo: { status } }));
  await plugIn(rig);
  expect(await rig.call('RemoteStartTransaction', { connectorId: 1, idTag: card })).toEqual({ status: 'Accepted' });
  await rig.expectCall('Authorize', { idTag: card });
  await expectNoEnergy(rig, 1, 30_000);
  expect(rig.central.calls('StartTransaction')).toEqual([]);
}

test('TC_023_1_CS Start Charging Session - Authorize invalid', () => refuseLocal('Invalid'));
test('TC_023_2_CS Start Charging Session - Authorize expired', () => refuseLocal('Expired'));
test('TC_023_3_CS Start Charging Session - Authorize blocked', () => refuseLocal('Blocked'));
test.each(['Invalid', 'Blocked', 'Expired', 'ConcurrentTx'])(
  'TC_023_4_CS Start local Charging Session - Authorize %s',
  refuseLocal,
);
test.each(['Invalid', 'Blocked', 'Expired', 'ConcurrentTx'])(
  'TC_023_5_CS Start remote Charging Session - Authorize %s',
  refuseRemote,
);

test('TC_024_CS Start Charging Session - Lock Failure', async () => {
  const rig = await Rig.start();
  rig.fault(1, 'lockJammed');
  await plugIn(rig);
  rig.present(card);
  await rig.expectCall('Authorize', { idTag: card });
  await rig.expectCall('StatusNotification', {
    connectorId: 1,
    status: 'Faulted',
    errorCode: 'ConnectorLockFailure',
  });
  await expectNoEnergy(rig, 1, 30_000);
  expect(rig.central.calls('StartTransaction')).toEqual([]);
  expect(rig.truth(1).locked).toBe(false);
});
