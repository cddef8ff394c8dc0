/** Rules often got wrong, E: cache, local list and the keys that say when they count (OCPP 1.6, 3.5 and 9.1). */

import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import { MemoryStore } from '../../src/drivers/store/memory-store';
import { OrderedCommits } from '../../src/drivers/store/ordered-commits';
import { StoredValues } from '../../src/hal/stored';
import { AuthorizationCache } from '../../src/ocpp/features/authorization-cache';
import { WallTime } from '../../src/ocpp/wall-time';
import { closeTheBooks, Rig, startOfTime } from '../support/rig';
import { card, expectEnergy, expectNoEnergy, leave, otherCard, plugIn } from './support';

afterEach(closeTheBooks);

const cached = { AuthorizationCacheEnabled: 'true' };

/** One charge, so that the cache knows the card. */
async function learn(rig: Rig): Promise<void> {
  await rig.charge(1, { card });
  rig.present(card);
  await rig.expectCall('StopTransaction');
  await leave(rig);
  rig.forget();
}

test('Rule 44 (4.1): what the station does not know it asks, with list and cache in use', async () => {
  const rig = await Rig.start({ config: { ...cached, LocalAuthListEnabled: 'true', LocalPreAuthorize: 'true' } });
  await plugIn(rig);
  rig.present(card);
  await rig.expectCall('Authorize', { idTag: card });
  await expectEnergy(rig, 1);
});

test('Rule 45 (9.1.12, 9.1.13): LocalAuthorizeOffline is for offline, LocalPreAuthorize for online', async () => {
  const rig = await Rig.start({ config: { ...cached, LocalAuthorizeOffline: 'true', LocalPreAuthorize: 'false' } });
  await learn(rig);
  await plugIn(rig);
  rig.present(card);
  await rig.expectCall('Authorize', { idTag: card });
  await expectEnergy(rig, 1);
  rig.present(card);
  await rig.expectCall('StopTransaction');
  await leave(rig);
  await rig.configure('LocalAuthorizeOffline', 'false');
  await rig.configure('LocalPreAuthorize', 'true');
  rig.central.down();
  await rig.advance(1_000);
  rig.plug(1);
  await rig.advance(3_000);
  rig.present(card);
  await expectNoEnergy(rig, 1, 20_000);
});

test.each(['StartTransaction', 'StopTransaction'])('Rule 46 (3.5.1): %s.conf updates the cache', async (action) => {
  const rig = await Rig.start({ config: { ...cached, LocalPreAuthorize: 'true' } });
  await learn(rig);
  const refused = { idTagInfo: { status: 'Blocked' }, transactionId: 7 };
  rig.central.once(action, () => (action === 'StartTransaction' ? refused : { idTagInfo: refused.idTagInfo }));
  await plugIn(rig);
  rig.present(card);
  await rig.expectCall('StartTransaction');
  await rig.advance(5_000);
  rig.present(card);
  await rig.expectCall('StopTransaction');
  await leave(rig);
  // What the cache knows as not valid is asked for while online.
  rig.forget();
  rig.present(card);
  await rig.expectCall('Authorize', { idTag: card });
});

test('Rule 46 (3.5.1, E 3.4): the cache survives resets and power cuts', async () => {
  const rig = await Rig.start({ config: { ...cached, LocalPreAuthorize: 'true' } });
  await learn(rig);
  await rig.call('Reset', { type: 'Hard' });
  await rig.restart();
  await rig.advance(2_000);
  await rig.cutPower();
  await rig.powerOn();
  await rig.advance(2_000);
  const asked = rig.central.calls('Authorize').length;
  await rig.charge(1, { card });
  expect(rig.central.calls('Authorize')).toHaveLength(asked);
});

test('Rule 46 (3.5.1): a full cache gives up entries that are not valid, then the oldest valid one', async () => {
  const clock = new VirtualClock({ systemTimeMs: startOfTime });
  const wall = new WallTime(clock, 1, new Map(), () => true);
  const commits = new OrderedCommits(new MemoryStore({}), clock, () => {});
  const cache = new AuthorizationCache({ clock, wall, commits, enabled: () => true }, new StoredValues(new Map()));
  for (let n = 0; n < 500; n++) await cache.learn(`CARD${n}`, { status: n === 250 ? 'Blocked' : 'Accepted' });
  await cache.learn('NEW1', { status: 'Accepted' });
  expect([cache.find('CARD250'), cache.find('card0')?.status]).toEqual([undefined, 'Accepted']);
  await cache.learn('NEW2', { status: 'Accepted' });
  expect([cache.find('CARD0'), cache.find('CARD1')?.status, cache.find('new1')?.status]).toEqual([
    undefined,
    'Accepted',
    'Accepted',
  ]);
});

test('Rule 47 (3.5.3): a listed card is not put into the cache, and the list comes first', async () => {
  const rig = await Rig.start({ config: { ...cached, LocalAuthListEnabled: 'true', LocalPreAuthorize: 'true' } });
  const list = (status: string) => [{ idTag: card, idTagInfo: { status } }];
  const send = (listVersion: number, localAuthorizationList: object[]) =>
    rig.call('SendLocalList', { listVersion, updateType: 'Full', localAuthorizationList });
  await send(1, list('Accepted'));
  await learn(rig);
  // The list forgets the card, and the cache has never known it.
  await send(2, []);
  await plugIn(rig);
  rig.present(card);
  await rig.expectCall('Authorize', { idTag: card });
  await rig.expectCall('StartTransaction');
  await rig.advance(2_000);
  rig.present(card);
  await rig.expectCall('StopTransaction');
  await leave(rig);
  // Now the cache knows it, but the list says otherwise: it is asked for.
  await send(3, list('Blocked'));
  rig.present(card);
  await rig.expectCall('Authorize', { idTag: card });
});

test.each([
  ['blocked by the list', { status: 'Blocked' }],
  ['expired by the passage of time', { status: 'Accepted', expiryDate: '2026-05-04T08:00:30Z' }],
])('Rule 48 (3.5.4): offline, with AllowOfflineTxForUnknownId, a card %s is refused and an unknown one accepted', async (_, idTagInfo) => {
  const rig = await Rig.start({ config: { LocalAuthListEnabled: 'true', AllowOfflineTxForUnknownId: 'true' } });
  const localAuthorizationList = [{ idTag: card, idTagInfo }];
  await rig.call('SendLocalList', { listVersion: 1, updateType: 'Full', localAuthorizationList });
  rig.central.down();
  await rig.advance(60_000);
  rig.plug(1);
  await rig.advance(3_000);
  rig.present(card);
  await expectNoEnergy(rig, 1, 10_000);
  rig.present(otherCard);
  await expectEnergy(rig, 1);
});
