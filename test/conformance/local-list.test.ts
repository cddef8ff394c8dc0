/** Compliance group 18, local authorisation list: kept by the central system, used without asking (OCPP 1.6, 3.5.2, 5.10, 5.15). */
import { closeTheBooks, Rig } from '../support/rig';
import { card, expectEnergy, expectNoEnergy, otherCard, plugIn } from './support';

afterEach(closeTheBooks);

const accepted = (idTag: string) => ({ idTag, idTagInfo: { status: 'Accepted' } });

async function startWithList(config: Record<string, string> = {}): Promise<Rig> {
  const rig = await Rig.start({ config: { LocalAuthListEnabled: 'true', ...config } });
  rig.forget();
  return rig;
}

const send = (rig: Rig, updateType: 'Full' | 'Differential', listVersion: number, localAuthorizationList?: object[]) =>
  rig.call('SendLocalList', {
    listVersion,
    updateType,
    ...(localAuthorizationList ? { localAuthorizationList } : {}),
  });

const version = async (rig: Rig) => (await rig.call('GetLocalListVersion', {})).listVersion;

test('TC_008_1_CS Regular Charging Session - Id in Local Authorization List', async () => {
  const rig = await startWithList();
  await rig.configure('LocalPreAuthorize', 'true');
  expect(await send(rig, 'Full', 1, [accepted(card)])).toEqual({ status: 'Accepted' });
  await plugIn(rig);
  rig.present(card);
  await rig.expectCall('StartTransaction', { connectorId: 1, idTag: card });
  await expectEnergy(rig, 1);
  expect(rig.central.calls('Authorize')).toEqual([]);
});

test('TC_008_2_CS Remote Start Charging Session - Id in Local Authorization List', async () => {
  const rig = await startWithList();
  await rig.configure('LocalPreAuthorize', 'true');
  await rig.configure('AuthorizeRemoteTxRequests', 'true');
  expect(await send(rig, 'Full', 1, [accepted(card)])).toEqual({ status: 'Accepted' });
  await plugIn(rig);
  expect(await rig.call('RemoteStartTransaction', { connectorId: 1, idTag: card })).toEqual({ status: 'Accepted' });
  await rig.expectCall('StartTransaction', { connectorId: 1, idTag: card });
  await expectEnergy(rig, 1);
  expect(rig.central.calls('Authorize')).toEqual([]);
});

test('TC_042_1_CS Get Local List Version (not supported)', async () => {
  const rig = await Rig.start();
  await rig.configure('LocalAuthListEnabled', 'false');
  expect(await version(rig)).toBe(-1);
});

test('TC_042_2_CS Get Local List Version (empty)', async () => {
  const rig = await startWithList();
  expect(await send(rig, 'Full', 1)).toEqual({ status: 'Accepted' });
  expect(await version(rig)).toBe(0);
});

test('TC_043_CS Send Local Authorization List', async () => {
  const rig = await startWithList({ LocalAuthorizeOffline: 'true' });
  expect(await send(rig, 'Full', 1, [accepted(card), accepted('CCCC0003')])).toEqual({ status: 'Accepted' });
  expect(await version(rig)).toBe(1);
  expect(await send(rig, 'Differential', 2, [accepted(otherCard), { idTag: card }])).toEqual({ status: 'Accepted' });
  expect(await version(rig)).toBe(2);
  // The list is what the cards at the reader say it is: one gone, one come.
  rig.central.down();
  await rig.advance(1_000);
  rig.plug(1);
  await rig.advance(3_000);
  rig.present(card);
  await expectNoEnergy(rig, 1, 10_000);
  rig.present(otherCard);
  await expectEnergy(rig, 1);
});

test('TC_043_1_CS Send Local Authorization List - NotSupported', async () => {
  const rig = await Rig.start();
  await rig.configure('LocalAuthListEnabled', 'false');
  expect(await send(rig, 'Full', 1, [accepted(card)])).toEqual({ status: 'NotSupported' });
});

test('TC_043_2_CS Send Local Authorization List - VersionMismatch', async () => {
  const rig = await startWithList();
  expect(await send(rig, 'Full', 2, [accepted(card)])).toEqual({ status: 'Accepted' });
  expect(await send(rig, 'Differential', 5, [accepted(otherCard)])).toEqual({ status: 'Accepted' });
  expect(await send(rig, 'Differential', 4, [accepted('CCCC0003')])).toEqual({ status: 'VersionMismatch' });
  expect(await version(rig)).toBe(5);
  expect(await send(rig, 'Differential', 5, [accepted('CCCC0003')])).toEqual({ status: 'VersionMismatch' });
  expect(await version(rig)).toBe(5);
});

test.each([
  ['a card twice', 2, [accepted(card), accepted(card.toLowerCase())]],
  ['more cards than the list can hold', 2, Array.from({ length: 501 }, (_, i) => accepted(`CARD${i}`))],
  ['version 0', 0, [accepted(card)]],
  ['version -1', -1, [accepted(card)]],
  ['an entry of a full list without idTagInfo', 2, [{ idTag: card }]],
])('TC_043_3_CS Send Local Authorization List - Failed (%s)', async (_what, listVersion, list) => {
  const rig = await startWithList();
  expect(await send(rig, 'Full', 1, [accepted(otherCard)])).toEqual({ status: 'Accepted' });
  expect(await send(rig, 'Full', listVersion, list)).toEqual({ status: 'Failed' });
  expect(await version(rig)).toBe(1);
  // What was there is there still.
  await rig.configure('LocalPreAuthorize', 'true');
  await plugIn(rig);
  rig.present(otherCard);
  await expectEnergy(rig, 1);
  expect(rig.central.calls('Authorize')).toEqual([]);
});
