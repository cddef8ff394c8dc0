/** A central system that fills in parentIdTag with nothing: its cards are not one family (OCPP 1.6, 3.10 and 5.13). */
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

const owner = '04A1B2C3';
const stranger = '05FFFFFF';
const blanks = ['', ' ', '\t  '];

function withParent(rig: Rig, parentIdTag: string): void {
  const idTagInfo = { status: 'Accepted', parentIdTag };
  rig.central.answer('Authorize', () => ({ idTagInfo }));
  rig.central.answer('StartTransaction', () => ({ transactionId: rig.central.nextTransactionId++, idTagInfo }));
  rig.central.answer('StopTransaction', () => ({ idTagInfo }));
}

test.each(blanks)('a stranger does not stop a charge (%j)', async (blank) => {
  const rig = await Rig.start();
  withParent(rig, blank);
  await rig.charge(1, { card: owner });
  rig.present(stranger);
  await rig.expectNone('StopTransaction', 20_000);
  rig.present(owner);
  await rig.expectCall('StopTransaction', { reason: 'Local' });
});

test('nor one of a transaction that was stored with such a group', async () => {
  const rig = await Rig.start({
    config: { AllowOfflineTxForUnknownId: 'true', LocalAuthorizeOffline: 'true', AuthorizationCacheEnabled: 'true' },
  });
  withParent(rig, '');
  rig.present(stranger);
  await rig.advance(1_000);
  rig.present(stranger);
  await rig.charge(1, { card: owner });
  // From now on memory answers.
  rig.central.down();
  await rig.advance(1_000);
  rig.present(stranger);
  await rig.advance(20_000);
  expect(rig.truth(1).contactorClosed).toBe(true);
});

test.each(blanks)('nor uses a reservation, nor does the list open one (%j)', async (parentIdTag) => {
  const rig = await Rig.start({ config: { LocalAuthListEnabled: 'true', LocalPreAuthorize: 'true' } });
  const idTagInfo = { status: 'Accepted', parentIdTag };
  withParent(rig, parentIdTag);
  const sent = await rig.call('SendLocalList', {
    listVersion: 1,
    updateType: 'Full',
    localAuthorizationList: [owner, stranger].map((idTag) => ({ idTag, idTagInfo })),
  });
  expect(sent).toEqual({ status: 'Accepted' });
  const expiryDate = new Date(rig.central.now() + 3_600_000).toISOString();
  const reservation = { connectorId: 1, idTag: owner, parentIdTag, reservationId: 1, expiryDate };
  expect(await rig.call('ReserveNow', reservation)).toEqual({ status: 'Accepted' });
  await rig.expectStatus(1, 'Reserved');
  rig.plug(1);
  rig.present(stranger);
  await rig.expectNone('StartTransaction', 20_000);
  rig.present(owner);
  await rig.expectCall('StartTransaction', { idTag: owner, reservationId: 1 });
});

test('nor frees the cable of a charge that was refused', async () => {
  const rig = await Rig.start({ config: { StopTransactionOnInvalidId: 'true' } });
  withParent(rig, '');
  rig.central.once('StartTransaction', () => ({
    transactionId: 41,
    idTagInfo: { status: 'Invalid', parentIdTag: '' },
  }));
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  rig.present(owner);
  await rig.expectCall('StopTransaction', { reason: 'DeAuthorized' });
  await rig.advance(5_000);
  rig.present(stranger);
  await rig.advance(5_000);
  expect(rig.truth(1).locked).toBe(true);
  rig.present(owner);
  await rig.until('the cable is free', () => !rig.truth(1).locked);
});

test('a blank in StartTransaction.conf does not take away the group that Authorize.conf named', async () => {
  const rig = await Rig.start();
  rig.central.answer('Authorize', () => ({ idTagInfo: { status: 'Accepted', parentIdTag: 'FAMILY' } }));
  rig.central.answer('StartTransaction', () => ({
    transactionId: 41,
    idTagInfo: { status: 'Accepted', parentIdTag: '' },
  }));
  await rig.charge(1, { card: owner });
  rig.present(stranger);
  await rig.expectCall('StopTransaction', { idTag: stranger, reason: 'Local' });
});
