/** StatusNotification: which changes are told, in which order, and which are not worth telling (4.9). */
import { closeTheBooks, Rig } from '../../support/rig';

afterEach(closeTheBooks);

const told = (rig: Rig, connectorId: number) =>
  rig.since('StatusNotification').flatMap((r) => (r.payload.connectorId === connectorId ? [r.payload.status] : []));

test("the guide's form: vendor, info and error code are always there", async () => {
  const rig = await Rig.start();
  rig.plug(1);
  const { payload } = await rig.expectStatus(1, 'Preparing');
  expect(payload).toEqual({
    connectorId: 1,
    errorCode: 'NoError',
    info: 'No failure',
    status: 'Preparing',
    vendorId: 'Legrand',
    timestamp: expect.stringMatching(/^2026-05-04T08:/),
  });
});

test('nothing is told twice while nothing changes', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  rig.forget();
  await rig.expectNone('StatusNotification', 3_600_000);
});

test('a change that 4.9 does not allow goes through Available', async () => {
  const rig = await Rig.start();
  rig.plug(1);
  await rig.expectStatus(2, 'Unavailable');
  rig.forget();
  // Preparing to Unavailable is not in the table of transitions.
  await rig.call('ChangeAvailability', { connectorId: 1, type: 'Inoperative' });
  await rig.advance(2_000);
  expect(told(rig, 1)).toEqual(['Available', 'Unavailable']);
});

test('changes leave in the order in which they happened, over all connectors', async () => {
  const rig = await Rig.start();
  rig.central.once('StatusNotification', () => ({ afterMs: 2_000, answer: {} }));
  rig.plug(1);
  await rig.advance(500);
  rig.plug(3);
  await rig.advance(500);
  rig.unplug(1);
  await rig.advance(10_000);
  const all = rig.since('StatusNotification').map((r) => `${r.payload.connectorId} ${r.payload.status}`);
  expect(all).toEqual(['1 Preparing', '2 Unavailable', '3 Preparing', '4 Unavailable', '1 Available', '2 Available']);
});

test('a flood that the central system does not take in time shrinks to what is true', async () => {
  const rig = await Rig.start();
  rig.central.once('StatusNotification', () => ({ afterMs: 8_000, answer: {} }));
  for (let n = 0; n < 15; n++) {
    rig.plug(1);
    await rig.advance(250);
    rig.unplug(1);
    await rig.advance(250);
  }
  rig.plug(1);
  await rig.advance(20_000);
  const statuses = told(rig, 1);
  expect(statuses.length).toBeLessThan(16);
  expect(statuses.at(-1)).toBe('Preparing');
});

describe('MinimumStatusDuration', () => {
  test('a status that does not last is not told, the one that lasts is, with its own time', async () => {
    const rig = await Rig.start({ config: { MinimumStatusDuration: '10' } });
    rig.plug(1);
    await rig.advance(5_000);
    rig.unplug(1);
    await rig.expectNone('StatusNotification', 30_000);
    rig.plug(1);
    const at = rig.central.now();
    const status = await rig.expectStatus(1, 'Preparing');
    expect(rig.central.now() - at).toBeGreaterThan(10_000);
    expect(Math.abs(Date.parse(String(status.payload.timestamp)) - at)).toBeLessThan(1_000);
  });

  test('0 tells at once', async () => {
    const rig = await Rig.start({ config: { MinimumStatusDuration: '0' } });
    rig.plug(1);
    await rig.expectStatus(1, 'Preparing', 1_000);
  });
});

test('a report that is refused or not answered is told again, but not when it is no longer true', async () => {
  const rig = await Rig.start();
  rig.central.once('StatusNotification', () => ({ callError: 'InternalError' }));
  rig.plug(3);
  await rig.expectStatus(3, 'Preparing');
  await rig.expectStatus(4, 'Unavailable');
  rig.unplug(3);
  await rig.expectStatus(3, 'Available');
  await rig.expectStatus(4, 'Available');
  await rig.expectNone('StatusNotification', 120_000);
});

test('a warning is told with its code beside the unchanged status, and its end as well', async () => {
  const rig = await Rig.start();
  rig.fault(3, 'thermometerSilent');
  await rig.expectCall('StatusNotification', { connectorId: 3, status: 'Available', errorCode: 'OtherError' });
  rig.fault(3, 'thermometerSilent', false);
  await rig.expectCall('StatusNotification', { connectorId: 3, status: 'Available', errorCode: 'NoError' });
});

test('before the time is known no timestamp is made up', async () => {
  const rig = Rig.prepare({ systemTimeMs: null });
  rig.central.answer('BootNotification', () => ({
    status: 'Accepted',
    currentTime: rig.central.time(),
    interval: 300,
  }));
  await rig.powerOn();
  await rig.advance(3_000);
  const times = rig.central.calls('StatusNotification').map((r) => Date.parse(String(r.payload.timestamp)));
  expect(times).toHaveLength(5);
  expect(times.every((t) => Math.abs(t - rig.central.now()) < 5_000)).toBe(true);
});
