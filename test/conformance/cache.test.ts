/** Compliance group 04, authorisation cache: a known card starts at once, until the cache is cleared (OCPP 1.6, 3.5.1). */
import { closeTheBooks, Rig } from '../support/rig';
import { card, expectEnergy, leave, plugIn } from './support';

afterEach(closeTheBooks);

/** A station with a cache that knows the card from a charge before. */
async function startKnowing(): Promise<Rig> {
  const rig = await Rig.start();
  await rig.configure('AuthorizationCacheEnabled', 'true');
  await rig.configure('LocalPreAuthorize', 'true');
  await rig.charge(1, { card });
  rig.present(card);
  await rig.expectCall('StopTransaction');
  await leave(rig);
  rig.forget();
  return rig;
}

const authorizations = (rig: Rig) => rig.central.calls('Authorize').length;

test('TC_007_1_CS Regular Charging Session - Cached Id', async () => {
  const rig = await startKnowing();
  const before = authorizations(rig);
  await plugIn(rig);
  rig.present(card);
  await rig.expectCall('StartTransaction', { connectorId: 1, idTag: card });
  await rig.expectStatus(1, 'Charging');
  await expectEnergy(rig, 1);
  expect(authorizations(rig)).toBe(before);
});

test('TC_007_2_CS Remote Start Charging Session - Cached Id', async () => {
  const rig = await startKnowing();
  await rig.configure('AuthorizeRemoteTxRequests', 'true');
  const before = authorizations(rig);
  await plugIn(rig);
  expect(await rig.call('RemoteStartTransaction', { connectorId: 1, idTag: card })).toEqual({ status: 'Accepted' });
  await rig.expectCall('StartTransaction', { connectorId: 1, idTag: card });
  await rig.expectStatus(1, 'Charging');
  await expectEnergy(rig, 1);
  expect(authorizations(rig)).toBe(before);
});

test('TC_061_1_CS Clear Authorization Data in Authorization Cache - Local', async () => {
  const rig = await startKnowing();
  expect(await rig.call('ClearCache', {})).toEqual({ status: 'Accepted' });
  await plugIn(rig);
  rig.present(card);
  await rig.expectCall('Authorize', { idTag: card });
  await rig.expectCall('StartTransaction', { connectorId: 1, idTag: card });
  await expectEnergy(rig, 1);
});

test('TC_061_2_CS Clear Authorization Data in Authorization Cache - Remote', async () => {
  const rig = await startKnowing();
  await rig.configure('AuthorizeRemoteTxRequests', 'true');
  expect(await rig.call('ClearCache', {})).toEqual({ status: 'Accepted' });
  await plugIn(rig);
  await rig.call('RemoteStartTransaction', { connectorId: 1, idTag: card });
  await rig.expectCall('Authorize', { idTag: card });
  await rig.expectCall('StartTransaction', { connectorId: 1, idTag: card });
  await expectEnergy(rig, 1);
});
