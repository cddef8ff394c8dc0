/** May this token charge? Every answer that memory, connection and keys can give (3.5, 4.1, 9.1). */
import type { IdTagInfo } from '../../../src/ocpp/messages';
import { closeTheBooks, Rig } from '../../support/rig';

afterEach(closeTheBooks);

type Central = IdTagInfo['status'] | 'silent' | 'error' | 'offline';

/** Shows a card of which the cache says `cached`, with the central system as told; whether it charges, and was asked. */
async function outcome(cached: IdTagInfo['status'] | undefined, central: Central, config: Record<string, string>) {
  const rig = await Rig.start({ config: { AuthorizationCacheEnabled: 'true', confAuthorizeTime: '5', ...config } });
  if (cached) {
    rig.central.once('Authorize', () => ({ idTagInfo: { status: cached } }));
    rig.present('04A1B2C3');
    await rig.expectCall('Authorize');
    await rig.advance(500);
    // Accepted without plug: taken back.
    if (rig.status(1) === 'Preparing') rig.present('04A1B2C3');
    await rig.advance(500);
  }
  rig.forget();
  if (central === 'offline') rig.central.down();
  else if (central === 'silent') rig.central.answer('Authorize', () => 'silence');
  else if (central === 'error') rig.central.answer('Authorize', () => ({ callError: 'InternalError' }));
  else rig.central.answer('Authorize', () => ({ idTagInfo: { status: central } }));
  rig.plug(1);
  await rig.advance(1_000);
  rig.present('04A1B2C3');
  await rig.advance(12_000);
  return { charges: rig.truth(1).contactorClosed, asked: rig.since('Authorize').length > 0 };
}

const pre = { LocalPreAuthorize: 'true' };
const known = { LocalAuthorizeOffline: 'true' };
const unknown = { AllowOfflineTxForUnknownId: 'true' };

test.each<[IdTagInfo['status'] | undefined, Central, Record<string, string>, boolean, boolean]>([
  // cached, central system, keys, charges, asked
  [undefined, 'Accepted', {}, true, true],
  [undefined, 'Invalid', {}, false, true],
  [undefined, 'ConcurrentTx', {}, false, true],
  ['Accepted', 'Invalid', {}, false, true],
  ['Accepted', 'Invalid', pre, true, false],
  ['Blocked', 'Accepted', pre, true, true],
  [undefined, 'Accepted', pre, true, true],
  ['Accepted', 'silent', known, true, true],
  ['Accepted', 'silent', {}, false, true],
  [undefined, 'silent', known, false, true],
  [undefined, 'silent', unknown, true, true],
  [undefined, 'error', unknown, false, true],
  ['Accepted', 'error', known, false, true],
  ['Accepted', 'offline', known, true, false],
  ['Accepted', 'offline', {}, false, false],
  ['Blocked', 'offline', { ...known, ...unknown }, false, false],
  [undefined, 'offline', known, false, false],
  [undefined, 'offline', unknown, true, false],
])('cached %s, central system %s, %o: charges %p, asked %p', async (cached, central, config, charges, asked) => {
  expect(await outcome(cached, central, config)).toEqual({ charges, asked });
});

test('a token that charges elsewhere (ConcurrentTx) may stop what its group began', async () => {
  const rig = await Rig.start();
  rig.central.answer('Authorize', () => ({ idTagInfo: { status: 'Accepted', parentIdTag: 'FAMILY' } }));
  await rig.charge(1, { card: 'AAAA0001' });
  rig.central.answer('Authorize', () => ({ idTagInfo: { status: 'ConcurrentTx', parentIdTag: 'FAMILY' } }));
  rig.present('BBBB0002');
  await rig.expectCall('StopTransaction', { idTag: 'BBBB0002' });
});
