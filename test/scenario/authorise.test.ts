/** Who may charge: cards before and after the plug, second presentations, groups, refusals, plug-and-charge. */
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

const group = (parentIdTag: string) => ({ idTagInfo: { status: 'Accepted', parentIdTag } });

test('card first: Preparing, then the plug starts the transaction without a second question', async () => {
  const rig = await Rig.start();
  rig.present('04A1B2C3');
  await rig.expectCall('Authorize', { idTag: '04A1B2C3' });
  await rig.expectStatus(1, 'Preparing');
  await rig.advance(20_000);
  rig.plug(1);
  await rig.expectCall('StartTransaction', { connectorId: 1, idTag: '04A1B2C3' });
  await rig.expectStatus(1, 'Charging');
  expect(rig.central.calls('Authorize')).toHaveLength(1);
});

test('card first serves whichever socket of the point is plugged', async () => {
  const rig = await Rig.start();
  rig.present('04A1B2C3');
  await rig.expectStatus(1, 'Preparing');
  rig.plug(2);
  await rig.expectCall('StartTransaction', { connectorId: 2, idTag: '04A1B2C3' });
  await rig.expectStatus(2, 'Charging');
  expect(rig.status(1)).toBe('Unavailable');
});

test('a card of one side does not charge on the other', async () => {
  const rig = await Rig.start();
  rig.present('04A1B2C3', 'right');
  await rig.expectStatus(1, 'Preparing');
  rig.plug(3);
  await rig.expectNone('StartTransaction', 30_000);
  expect(rig.status(3)).toBe('Preparing');
  rig.unplug(3);
});

test('card first and nobody plugs: ConnectionTimeOut later Available again, and a later plug waits for a card', async () => {
  const rig = await Rig.start({ config: { ConnectionTimeOut: '30' } });
  rig.present('04A1B2C3');
  const preparing = await rig.expectStatus(1, 'Preparing');
  const available = await rig.expectStatus(1, 'Available', 60_000);
  expect((available.at - preparing.at) / 1_000).toBeCloseTo(30, 0);
  rig.plug(1);
  await rig.expectNone('StartTransaction', 25_000);
});

test('plug and nobody shows a card: Finishing after ConnectionTimeOut (4.9, B6), and a later card starts without replug', async () => {
  const rig = await Rig.start({ config: { ConnectionTimeOut: '30' } });
  rig.plug(1);
  const preparing = await rig.expectStatus(1, 'Preparing');
  const finishing = await rig.expectStatus(1, 'Finishing', 60_000);
  expect((finishing.at - preparing.at) / 1_000).toBeCloseTo(30, 0);
  await rig.advance(600_000);
  rig.present('04A1B2C3');
  await rig.expectStatus(1, 'Preparing');
  await rig.expectCall('StartTransaction', { connectorId: 1 });
  await rig.expectStatus(1, 'Charging');
});

test('the time-out runs from the plug, not from the refused card in between', async () => {
  const rig = await Rig.start({ config: { ConnectionTimeOut: '30' } });
  rig.central.answer('Authorize', () => ({ idTagInfo: { status: 'Invalid' } }));
  rig.plug(1);
  const preparing = await rig.expectStatus(1, 'Preparing');
  await rig.advance(20_000);
  rig.present('0BADBADB');
  const finishing = await rig.expectStatus(1, 'Finishing', 60_000);
  expect((finishing.at - preparing.at) / 1_000).toBeCloseTo(30, 0);
});

test('a second presentation of the same card before the plug ends the intended use (4.9, B1)', async () => {
  const rig = await Rig.start();
  rig.present('04A1B2C3');
  await rig.expectStatus(1, 'Preparing');
  rig.present('04A1B2C3');
  await rig.expectStatus(1, 'Available');
  rig.plug(1);
  await rig.expectNone('StartTransaction', 30_000);
});

test('another card before the plug takes the place of the first', async () => {
  const rig = await Rig.start();
  rig.present('AAAA0001');
  await rig.expectStatus(1, 'Preparing');
  rig.present('BBBB0002');
  await rig.expectCall('Authorize', { idTag: 'BBBB0002' });
  rig.plug(1);
  await rig.expectCall('StartTransaction', { idTag: 'BBBB0002' });
});

test('a card shown twice in haste starts one transaction and no second one after its end', async () => {
  const rig = await Rig.start();
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  rig.present('04A1B2C3');
  await rig.expectCall('Authorize');
  rig.present('04A1B2C3');
  await rig.expectCall('StartTransaction');
  await rig.expectStatus(1, 'Charging');
  await rig.advance(10_000);
  rig.present('04A1B2C3');
  await rig.advance(300);
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction');
  await rig.expectNone('StartTransaction', 60_000);
  expect(rig.status(1)).toBe('Finishing');
});

test.each([
  50, 100, 200, 300, 400, 600, 1_000,
])('a card shown again %i ms after the first answer never charges twice', async (ms) => {
  const rig = await Rig.start();
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  rig.present('04A1B2C3');
  await rig.expectCall('Authorize');
  await rig.advance(ms);
  rig.present('04A1B2C3');
  await rig.advance(10_000);
  const { session } = rig.running.station.state.connectors[0] ?? {};
  if (session?.kind === 'running') {
    rig.present('04A1B2C3');
    await rig.advance(20_000);
  }
  await rig.advance(70_000);
  expect(rig.central.calls('StartTransaction')).toHaveLength(1);
  expect(rig.running.station.state.points[0]?.pending).toBeUndefined();
});

test('the starting tag stops without a question to the central system (4.1), whatever its letters', async () => {
  const rig = await Rig.start();
  await rig.call('RemoteStartTransaction', { connectorId: 1, idTag: '04a1b2c3' });
  rig.plug(1);
  await rig.expectStatus(1, 'Charging');
  const asked = rig.central.calls('Authorize').length;
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction', { reason: 'Local' });
  expect(rig.central.calls('Authorize')).toHaveLength(asked);
});

test('another valid tag does not stop (3.10)', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  rig.present('DDDD0004');
  await rig.expectCall('Authorize', { idTag: 'DDDD0004' });
  await rig.expectNone('StopTransaction', 30_000);
  expect(rig.status(1)).toBe('Charging');
});

test('a tag of the same group stops, and StopTransaction carries that tag (3.10)', async () => {
  const rig = await Rig.start();
  rig.central.answer('Authorize', () => group('FAMILY'));
  await rig.charge(1, { card: 'AAAA0001' });
  rig.present('BBBB0002');
  await rig.expectCall('Authorize', { idTag: 'BBBB0002' });
  await rig.expectCall('StopTransaction', { reason: 'Local', idTag: 'BBBB0002' });
});

test('the group is also learnt from StartTransaction.conf, and a tag of another group does not stop', async () => {
  const rig = await Rig.start();
  rig.central.answer('StartTransaction', () => ({ ...group('FAMILY'), transactionId: 77 }));
  await rig.charge(1, { card: 'AAAA0001' });
  rig.central.answer('Authorize', () => group('STRANGERS'));
  rig.present('CCCC0003');
  await rig.expectNone('StopTransaction', 10_000);
  // The name of a group is no tag of it.
  rig.central.answer('Authorize', () => ({ idTagInfo: { status: 'Accepted' } }));
  rig.present('FAMILY');
  await rig.expectNone('StopTransaction', 10_000);
  rig.central.answer('Authorize', () => group('family'));
  rig.present('BBBB0002');
  await rig.expectCall('StopTransaction', { transactionId: 77, idTag: 'BBBB0002' });
});

test.each(['Invalid', 'Blocked', 'Expired', 'ConcurrentTx'])('a tag that is %s gets no energy', async (status) => {
  const rig = await Rig.start();
  rig.central.answer('Authorize', () => ({ idTagInfo: { status } }));
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  rig.present('0BADBADB');
  await rig.expectCall('Authorize');
  await rig.expectNone('StartTransaction', 30_000);
  expect(rig.truth(1)).toMatchObject({ contactorClosed: false, locked: false });
});

test('a refusal is shown for a moment, then the light tells the state again', async () => {
  const rig = await Rig.start();
  rig.central.answer('Authorize', () => ({ idTagInfo: { status: 'Invalid' } }));
  const light = () => rig.world.snapshot().points[0]?.indicator;
  expect(light()).toBe('available');
  rig.present('0BADBADB');
  await rig.until('the light says refused', () => light() === 'refused');
  await rig.until('the light says available', () => light() === 'available', 10_000);
});

test('plug-and-charge charges in the name of LEGRAND001 at the right and LEGRAND002 at the left', async () => {
  const rig = await Rig.start({ config: { oCPPPlugAndCharge: 'true' } });
  rig.plug(1);
  await rig.expectCall('Authorize', { idTag: 'LEGRAND001' });
  await rig.expectCall('StartTransaction', { connectorId: 1, idTag: 'LEGRAND001' });
  await rig.expectStatus(1, 'Charging');
  rig.plug(4);
  await rig.expectCall('StartTransaction', { connectorId: 4, idTag: 'LEGRAND002' });
  await rig.expectStatus(4, 'Charging');
});

test('plug-and-charge asks once a plug: a stopped charge does not begin again by itself', async () => {
  const rig = await Rig.start({ config: { oCPPPlugAndCharge: 'true' } });
  rig.plug(1);
  await rig.expectCall('StartTransaction');
  await rig.expectStatus(1, 'Charging');
  await rig.call('RemoteStopTransaction', { transactionId: 1001 });
  await rig.expectStatus(1, 'Finishing');
  await rig.expectNone('StartTransaction', 600_000);
  rig.unplug(1);
  await rig.expectStatus(1, 'Available');
  rig.plug(1);
  await rig.expectCall('StartTransaction', { idTag: 'LEGRAND001' });
});

test('plug-and-charge with other default tags, switched on and off while running', async () => {
  const rig = await Rig.start();
  await rig.configure('oCPPPlugAndCharge', 'true');
  await rig.configure('defaultIdTag1', 'HOUSE');
  rig.plug(1);
  await rig.expectCall('StartTransaction', { idTag: 'HOUSE' });
  await rig.expectStatus(1, 'Charging');
  await rig.configure('oCPPPlugAndCharge', 'false');
  rig.plug(3);
  await rig.expectNone('StartTransaction', 20_000);
});

test('with cache and LocalPreAuthorize a known card starts without Authorize; ClearCache makes it unknown', async () => {
  const rig = await Rig.start({ config: { AuthorizationCacheEnabled: 'true', LocalPreAuthorize: 'true' } });
  await rig.charge(1);
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction');
  await rig.advance(5_000);
  rig.unplug(1);
  await rig.expectStatus(1, 'Available');
  expect(rig.central.calls('Authorize')).toHaveLength(1);
  await rig.charge(1);
  expect(rig.central.calls('Authorize')).toHaveLength(1);
  rig.present('04A1B2C3');
  await rig.expectStatus(1, 'Finishing');
  rig.unplug(1);
  await rig.expectStatus(1, 'Available');
  expect(await rig.call('ClearCache', {})).toEqual({ status: 'Accepted' });
  await rig.charge(1);
  expect(rig.central.calls('Authorize')).toHaveLength(2);
});

test('a cached refusal is asked again online (3.5.1), and ClearCache without a cache is Rejected (errata 3.23)', async () => {
  const rig = await Rig.start({ config: { AuthorizationCacheEnabled: 'true', LocalPreAuthorize: 'true' } });
  rig.central.once('Authorize', () => ({ idTagInfo: { status: 'Blocked' } }));
  rig.plug(1);
  rig.present('04A1B2C3');
  await rig.expectCall('Authorize');
  await rig.advance(5_000);
  rig.present('04A1B2C3');
  await rig.expectCall('Authorize');
  await rig.expectCall('StartTransaction');
  await rig.configure('AuthorizationCacheEnabled', 'false');
  expect(await rig.call('ClearCache', {})).toEqual({ status: 'Rejected' });
});
