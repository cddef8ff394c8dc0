/** Onlookers of a station: what they are told of a whole charge, and that one which breaks harms nothing. */
import { type Notice, type NoticeKind, noticeKinds } from '../../src/station/notices';
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

/** Every kind of notice comes up in this hour. */
async function eventfulCharge(rig: Rig): Promise<void> {
  await rig.configure('MeterValueSampleInterval', '60');
  await rig.call('UnlockConnector', { connectorId: 9 });
  rig.central.once('Authorize', () => ({ idTagInfo: { status: 'Blocked' } }));
  rig.present('04B10CCED0');
  await rig.advance(1_000);
  await rig.charge(1, { plug: { cableA: 20 } });
  await rig.advance(300_000);
  rig.fault(1, 'overTemperature');
  await rig.advance(5_000);
  rig.fault(1, 'overTemperature', false);
  rig.central.drop('gone');
  await rig.advance(60_000);
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction');
  rig.unplug(1);
  await rig.until('Available', () => rig.status(1) === 'Available');
}

test('a charge is told as differences, in their order', async () => {
  const notices: Notice[] = [];
  const rig = Rig.prepare({ onNotice: (notice) => notices.push(notice) });
  await rig.powerOn();
  await rig.advance(2_000);
  await eventfulCharge(rig);
  const of = <Kind extends NoticeKind>(kind: Kind) =>
    notices.filter((notice): notice is Extract<Notice, { kind: Kind }> => notice.kind === kind);
  expect(
    of('statusChanged')
      .flatMap(({ connectorId, status }) => (connectorId === 1 ? [status] : []))
      .slice(0, 4),
  ).toEqual(['Available', 'Preparing', 'Charging', 'Faulted']);
  expect(of('connectionChanged').map(({ connection }) => connection)).toEqual([
    'connected',
    'disconnected',
    'connected',
  ]);
  expect(of('registrationChanged')).toEqual([{ kind: 'registrationChanged', registration: 'Accepted' }]);
  expect(of('configurationChanged')).toEqual([
    // The answer to BootNotification has set it.
    { kind: 'configurationChanged', key: 'HeartbeatInterval', value: '300', origin: 'central system' },
    { kind: 'configurationChanged', key: 'MeterValueSampleInterval', value: '60', origin: 'central system' },
  ]);
  expect(of('faultChanged')).toEqual([
    { kind: 'faultChanged', connectorId: 1, fault: 'overTemperature', present: true },
    { kind: 'faultChanged', connectorId: 1, fault: 'overTemperature', present: false },
  ]);
  expect(of('limitChanged').find(({ by }) => by === 'cable')).toMatchObject({ connectorId: 1, amps: 20 });
  const [started] = of('transactionStarted');
  expect(started).toMatchObject({ connectorId: 1, idTag: '04A1B2C3', meterStartWh: 0 });
  expect(of('transactionSampled').length).toBeGreaterThanOrEqual(5);
  expect(of('transactionSampled')[1]).toMatchObject({ key: started?.key, offeredA: 20 });
  expect(of('transactionEnded')).toMatchObject([{ key: started?.key, reason: 'Local' }]);
  const contacts = of('socketChanged').flatMap(({ connectorId, contactor }) => (connectorId === 1 ? [contactor] : []));
  expect(contacts).toContain('closed');
  expect(contacts.at(-1)).toBe('open');
  // The record of a start is told before what comes of it.
  const charging = notices.findIndex((notice) => notice.kind === 'statusChanged' && notice.status === 'Charging');
  expect(notices.findIndex(({ kind }) => kind === 'transactionStarted')).toBeLessThan(charging);
});

test('an onlooker that throws at every notice harms neither charge, nor light, nor other onlookers; the log names it once a kind', async () => {
  const heard = new Set<NoticeKind>();
  let counted = 0;
  const rig = Rig.prepare({
    onNotice: () => {
      throw new Error('it broke');
    },
  });
  await rig.powerOn();
  for (const kind of noticeKinds) {
    rig.running.notices.on(kind, () => {
      heard.add(kind);
      counted += 1;
    });
  }
  await rig.advance(2_000);
  const light = () => rig.world.snapshot().points[0]?.indicator;
  await rig.charge(1);
  expect(light()).toBe('charging');
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction');
  await rig.until('finished', () => light() === 'finished');
  rig.unplug(1);
  await rig.until('available', () => light() === 'available');
  await eventfulCharge(rig);
  expect([...heard].sort()).toEqual([...noticeKinds].sort());
  expect(counted).toBeGreaterThan(noticeKinds.length * 3);
  const complaints = rig.warnings.filter((line) => line.includes('onlooker'));
  expect(complaints.sort()).toEqual(
    [...noticeKinds].sort().map((kind) => `an onlooker failed at ${kind}; the station goes on`),
  );
});
