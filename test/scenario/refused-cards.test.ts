/** A card that is refused: onlookers hear where, and why. */
import type { NoticeOf } from '../../src/station/notices';
import { closeTheBooks, Rig, type RigOptions } from '../support/rig';

afterEach(closeTheBooks);

type Told = Omit<NoticeOf<'cardRefused'>, 'kind'>;

async function listening(options: RigOptions = {}): Promise<{ rig: Rig; told: Told[] }> {
  const told: Told[] = [];
  const rig = await Rig.start({
    ...options,
    onNotice: (notice) => {
      const { kind, ...facts } = notice;
      if (kind === 'cardRefused') told.push(facts as Told);
    },
  });
  return { rig, told };
}

const own = '04A1B2C3';
const other = '04D4E5F6';

const stories: [why: string, act: (rig: Rig) => Promise<unknown>, config?: Record<string, string>][] = [
  [
    'the central system says Blocked',
    async (rig) => {
      rig.central.once('Authorize', () => ({ idTagInfo: { status: 'Blocked' } }));
      rig.present(other);
    },
  ],
  [
    'the central system says ConcurrentTx',
    async (rig) => {
      rig.central.once('Authorize', () => ({ idTagInfo: { status: 'ConcurrentTx' } }));
      rig.present(other);
    },
  ],
  [
    'the central system answered Authorize with an error',
    async (rig) => {
      rig.central.once('Authorize', () => ({ callError: 'InternalError' }));
      rig.present(other);
    },
  ],
  [
    'another card, which is not of its group, charges there',
    async (rig) => {
      await rig.charge(1, { card: own });
      rig.present(other);
    },
  ],
  [
    'a transaction begins or ends there just now',
    async (rig) => {
      rig.flushMs = 2_000;
      rig.plug(1);
      await rig.until('Preparing', () => rig.status(1) === 'Preparing');
      rig.present(own);
      await rig.until('begun', () => rig.running.station.state.connectors[0]?.session.kind === 'starting');
      rig.present(other);
    },
  ],
  [
    'it is reserved for another card',
    async (rig) => {
      await rig.call('ReserveNow', {
        connectorId: 1,
        expiryDate: '2026-05-04T09:00:00Z',
        idTag: own,
        reservationId: 1,
      });
      rig.present(other);
    },
  ],
  [
    'the central system cannot be asked, and AllowOfflineTxForUnknownId is false',
    async (rig) => {
      rig.central.down();
      await rig.advance(1_000);
      rig.present(other);
    },
    { AllowOfflineTxForUnknownId: 'false' },
  ],
  [
    'the station is being updated',
    async (rig) => {
      await rig.charge(3, { card: own });
      rig.running.station.updateHold.hold(true);
      rig.present(other);
    },
  ],
  [
    'the station is about to restart',
    async (rig) => {
      await rig.charge(1, { card: own });
      rig.flushMs = 5_000;
      void rig.central.callRaw('Reset', { type: 'Soft' });
      await rig.advance(50);
      rig.present(other);
    },
  ],
];

test.each(stories)('%s', async (reason, act, config = {}) => {
  const { rig, told } = await listening({ config });
  await act(rig);
  await rig.advance(2_000);
  expect(told).toEqual([{ side: 'right', idTag: other, via: 'card', reason }]);
  rig.flushMs = 0;
  expect(rig.running.lastCardRefusal).toEqual({ number: 1, ...told[0] });
});

test('a remote start that its driver may not have is told as such', async () => {
  const { rig, told } = await listening({ config: { AuthorizeRemoteTxRequests: 'true' } });
  rig.central.once('Authorize', () => ({ idTagInfo: { status: 'Expired' } }));
  await rig.call('RemoteStartTransaction', { idTag: other, connectorId: 3 });
  await rig.advance(1_000);
  expect(told).toEqual([{ side: 'left', idTag: other, via: 'remote', reason: 'the central system says Expired' }]);
});

test('before a central system has ever accepted the station', async () => {
  const reasons: string[] = [];
  const rig = Rig.prepare({
    onNotice: (notice) => {
      if (notice.kind === 'cardRefused') reasons.push(notice.reason);
    },
  });
  rig.central.answer('BootNotification', () => ({ status: 'Pending', currentTime: rig.central.time(), interval: 60 }));
  await rig.powerOn();
  await rig.advance(1_000);
  rig.present(other);
  await rig.advance(100);
  expect(reasons).toEqual(['no central system has accepted this station yet']);
});

test('a card that is taken is no refusal', async () => {
  const { rig, told } = await listening();
  await rig.charge(1, { card: own });
  rig.present(own);
  await rig.expectCall('StopTransaction');
  expect(told).toEqual([]);
});
