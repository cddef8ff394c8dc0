/** BootNotification and what it opens; heartbeats; the clock that the central system brings (4.2, 4.6). */
import type { FirmwareSlots } from '../../src/hal/ports';
import { programVersion } from '../../src/hal/program-version';
import { closeTheBooks, doubleBoard, Rig, type RigOptions, startOfTime } from '../support/rig';

afterEach(closeTheBooks);

const registered = (rig: Rig, status: string, interval: number) => ({
  status,
  currentTime: rig.central.time(),
  interval,
});

/** A rig whose central system first answers with these. */
async function bootWith(...answers: [status: string, interval: number][]): Promise<Rig> {
  const rig = Rig.prepare();
  for (const [status, interval] of answers)
    rig.central.once('BootNotification', () => registered(rig, status, interval));
  await rig.powerOn();
  return rig;
}

test('the first message is a BootNotification as the guide shows it', async () => {
  const rig = Rig.prepare();
  await rig.powerOn();
  const boot = await rig.expectCall('BootNotification');
  expect(rig.central.received[0]).toBe(boot);
  expect(boot.payload).toEqual({
    chargePointVendor: 'Legrand',
    chargePointModel: '059004',
    chargeBoxSerialNumber: '260988',
    firmwareVersion: 'V01.01.65/V01.01.08',
    meterType: 'internal',
  });
});

describe('the version of the firmware', () => {
  const { firmwareVersion: _own, ...plain } = doubleBoard();
  const slotsOf = (version: string): FirmwareSlots =>
    ({ running: () => ({ version }), versions: async () => ({ trial: undefined }) }) as unknown as FirmwareSlots;
  const slots = slotsOf('1.2.3+4');
  const told = async (options: RigOptions): Promise<unknown> => {
    const rig = Rig.prepare(options);
    await rig.powerOn();
    return (await rig.expectCall('BootNotification')).payload.firmwareVersion;
  };

  test('is that of the release that runs', async () => {
    expect(await told({ board: plain, slots })).toBe('1.2.3+4');
  });

  test('is that of the program outside of any slot', async () => {
    expect(await told({ board: plain })).toBe(programVersion);
    const outside = { running: () => undefined } as unknown as FirmwareSlots;
    expect(await told({ board: plain, slots: outside })).toBe(programVersion);
  });

  test('is what the board says on purpose', async () => {
    const onPurpose = { ...plain, firmwareVersion: 'V01' };
    expect(await told({ board: onPurpose, slots: slotsOf(programVersion) })).toBe('V01');
    expect(await told({ board: onPurpose })).toBe('V01');
    expect(await told({ board: { ...onPurpose, drivers: 'pi' }, slots })).toBe('V01');
  });

  test('of a simulated station is that of the release that was installed, whatever its board says', async () => {
    expect(await told({ board: { ...plain, firmwareVersion: 'V01' }, slots })).toBe('1.2.3+4');
  });

  test('is cut to what OCPP carries (6.1: 50 characters)', async () => {
    expect(await told({ board: plain, slots: slotsOf('x'.repeat(64)) })).toBe('x'.repeat(50));
  });
});

test('after Accepted the statuses of connector 0 and of every connector are told, once (E 3.22)', async () => {
  const rig = Rig.prepare();
  await rig.powerOn();
  await rig.advance(5_000);
  const told = rig.central.calls('StatusNotification').map((r) => [r.payload.connectorId, r.payload.status]);
  expect(told).toEqual([0, 1, 2, 3, 4].map((id) => [id, 'Available']));
});

test('Rejected: silence for the interval, even towards requests; then once more', async () => {
  const rig = await bootWith(['Rejected', 120]);
  await rig.advance(1_000);
  const answers: unknown[] = [];
  void rig.central.callRaw('GetConfiguration', {}).then((frame) => answers.push(frame));
  rig.plug(1);
  rig.present('04A1B2C3');
  await rig.advance(110_000);
  expect(rig.central.received).toHaveLength(1);
  expect(answers).toEqual([]);
  await rig.advance(15_000);
  expect(rig.central.calls('BootNotification')).toHaveLength(2);
  expect(rig.truth(1).contactorClosed).toBe(false);
});

test('Pending: requests are answered, none is sent, remote start is Rejected; then Accepted', async () => {
  const rig = await bootWith(['Pending', 60]);
  await rig.advance(1_000);
  expect(await rig.call('ChangeConfiguration', { key: 'ConnectionTimeOut', value: '450' })).toEqual({
    status: 'Accepted',
  });
  expect(await rig.call('RemoteStartTransaction', { connectorId: 1, idTag: 'REMOTE' })).toEqual({ status: 'Rejected' });
  rig.plug(1);
  await rig.advance(40_000);
  expect(rig.central.received).toHaveLength(1);
  await rig.advance(30_000);
  expect(rig.central.calls('BootNotification')).toHaveLength(2);
  await rig.expectStatus(1, 'Preparing');
});

test('messages kept from before the boot wait behind the gate, too (4.2)', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  await rig.cutPower();
  rig.central.once('BootNotification', () => registered(rig, 'Pending', 60));
  await rig.powerOn();
  rig.forget();
  await rig.advance(50_000);
  expect(rig.since().map((r) => r.action)).toEqual(['BootNotification']);
  await rig.expectCall('StopTransaction', { reason: 'PowerLoss' });
});

test('interval 0: the station waits on its own, without flooding', async () => {
  const rig = await bootWith(...Array.from({ length: 30 }, (): [string, number] => ['Rejected', 0]));
  await rig.advance(600_000);
  const count = rig.central.calls('BootNotification').length;
  expect(count).toBeGreaterThan(3);
  expect(count).toBeLessThan(60);
});

test('an unanswered BootNotification is repeated, with growing waits', async () => {
  const rig = Rig.prepare({ config: { confBottNotificationTime: '10' } });
  rig.central.answer('BootNotification', () => 'silence');
  await rig.powerOn();
  await rig.advance(1_800_000);
  const at = rig.central.calls('BootNotification').map((r) => r.at);
  const waits = at.slice(1).map((t, i) => t - (at[i] ?? 0));
  expect(waits.length).toBeGreaterThan(3);
  expect(waits.at(-1)).toBeGreaterThan(2 * (waits[0] ?? Number.POSITIVE_INFINITY));
  expect(Math.max(...waits)).toBeLessThan(700_000);
});

test('no network at the start: attempts go on until there is one', async () => {
  const rig = Rig.prepare();
  rig.central.down();
  await rig.powerOn();
  await rig.advance(1_800_000);
  rig.central.up();
  await rig.expectCall('BootNotification', {}, 200_000);
});

test('the heartbeat interval is that of BootNotification.conf, is readable, and counts silence only (9.1.10)', async () => {
  const rig = await bootWith(['Accepted', 100]);
  await rig.advance(2_000);
  const { configurationKey } = await rig.call('GetConfiguration', { key: ['HeartbeatInterval'] });
  expect(configurationKey).toMatchObject([{ value: '100' }]);
  const first = await rig.expectCall('Heartbeat', {}, 150_000);
  const second = await rig.expectCall('Heartbeat', {}, 150_000);
  expect((second.at - first.at) / 1_000).toBeCloseTo(100, 0);
  await rig.advance(60_000);
  rig.plug(1);
  const status = await rig.expectStatus(1, 'Preparing');
  await rig.expectStatus(2, 'Unavailable');
  const third = await rig.expectCall('Heartbeat', {}, 200_000);
  // ConnectionTimeOut spoke in between; every message starts the silence anew.
  const spoken = rig.central.received.filter((r) => r.at > status.at && r.at < third.at).at(-1);
  expect((third.at - (spoken?.at ?? 0)) / 1_000).toBeCloseTo(100, 0);
});

test('a change of HeartbeatInterval acts at once', async () => {
  const rig = await Rig.start();
  await rig.configure('HeartbeatInterval', '20');
  const beat = await rig.expectCall('Heartbeat', {}, 25_000);
  const next = await rig.expectCall('Heartbeat', {}, 25_000);
  expect((next.at - beat.at) / 1_000).toBeCloseTo(20, 0);
});

describe('a station without a clock of its own', () => {
  test('dates nothing before the first answer, and everything right after it', async () => {
    const rig = Rig.prepare({ systemTimeMs: null });
    rig.central.once('BootNotification', () => 'silence');
    await rig.powerOn();
    rig.plug(1);
    await rig.advance(100_000);
    const told = await rig.expectStatus(1, 'Finishing');
    // The plug came at second 0 and ConnectionTimeOut is a minute.
    expect((Date.parse(String(told.payload.timestamp)) - startOfTime) / 1_000).toBeCloseTo(60, 0);
  });

  test('gives records of this boot their right times, once it knows', async () => {
    const rig = await Rig.start({
      systemTimeMs: null,
      config: { AllowOfflineTxForUnknownId: 'true', MeterValueSampleInterval: '60' },
    });
    await rig.cutPower();
    rig.central.down();
    await rig.powerOn();
    rig.plug(1);
    await rig.advance(5_000);
    rig.present('04A1B2C3');
    await rig.until('Charging', () => rig.status(1) === 'Charging');
    const startedAt = rig.central.now();
    await rig.advance(300_000);
    rig.present('04A1B2C3');
    await rig.until('Finishing', () => rig.status(1) === 'Finishing');
    const stoppedAt = rig.central.now();
    await rig.advance(100_000);
    rig.central.up();
    const start = await rig.expectCall('StartTransaction', {}, 200_000);
    const stop = await rig.expectCall('StopTransaction');
    expect(Math.abs(Date.parse(String(start.payload.timestamp)) - startedAt)).toBeLessThan(10_000);
    expect(Math.abs(Date.parse(String(stop.payload.timestamp)) - stoppedAt)).toBeLessThan(5_000);
  });

  test('keeps the order and length of records of a boot that never knew the time', async () => {
    const rig = await Rig.start({ systemTimeMs: null, config: { AllowOfflineTxForUnknownId: 'true' } });
    await rig.cutPower();
    rig.central.down();
    await rig.powerOn();
    rig.plug(1);
    await rig.advance(5_000);
    rig.present('04A1B2C3');
    await rig.advance(300_000);
    rig.present('04A1B2C3');
    await rig.until('Finishing', () => rig.status(1) === 'Finishing');
    await rig.cutPower();
    await rig.powerOn();
    rig.central.up();
    const start = await rig.expectCall('StartTransaction', {}, 200_000);
    const stop = await rig.expectCall('StopTransaction');
    const seconds = (Date.parse(String(stop.payload.timestamp)) - Date.parse(String(start.payload.timestamp))) / 1_000;
    expect(seconds).toBeGreaterThan(290);
    expect(seconds).toBeLessThan(310);
  });
});

test('the central system corrects a clock that is wrong', async () => {
  const rig = await Rig.start({ systemTimeMs: startOfTime - 3_600_000 });
  rig.plug(1);
  const told = await rig.expectStatus(1, 'Preparing');
  expect(Math.abs(Date.parse(String(told.payload.timestamp)) - rig.central.now())).toBeLessThan(2_000);
});

test('a changed URL is answered first, then the station introduces itself at the new address', async () => {
  const rig = await Rig.start();
  await rig.configure('URL', 'ws://other.test/ocpp/');
  await rig.expectCall('BootNotification');
  expect(rig.central.urls.at(-1)).toBe('ws://other.test/ocpp/GREENUP%201');
  await rig.expectStatus(0, 'Available');
});

test('after a reboot the configuration is as it was set', async () => {
  const rig = await Rig.start();
  await rig.configure('ConnectionTimeOut', '33');
  await rig.cutPower();
  await rig.powerOn();
  await rig.advance(2_000);
  const { configurationKey } = await rig.call('GetConfiguration', { key: ['ConnectionTimeOut'] });
  expect(configurationKey).toMatchObject([{ value: '33' }]);
});

test.each<[string, object]>([
  ['no currentTime', { interval: 120 }],
  ['a currentTime that is no time', { interval: 120, currentTime: 'now' }],
  ['a currentTime that is a number', { interval: 120, currentTime: 1_777_881_600 }],
  ['no interval', { currentTime: '2026-05-04T08:00:00Z' }],
  ['an interval that is no number', { currentTime: '2026-05-04T08:00:00Z', interval: 'often' }],
  ['an interval below 0', { currentTime: '2026-05-04T08:00:00Z', interval: -1 }],
  ['neither', {}],
])('Accepted with %s: the status counts, it is not asked again, and the station works', async (_what, rest) => {
  const rig = Rig.prepare({ systemTimeMs: null });
  rig.central.answer('BootNotification', () => ({ status: 'Accepted', ...rest }));
  await rig.powerOn();
  await rig.charge(1);
  await rig.advance(3_600_000);
  expect(rig.central.calls('BootNotification')).toHaveLength(1);
  // The key's own default where none was given.
  const value = 'interval' in rest && rest.interval === 120 ? '120' : '60';
  expect(await rig.call('GetConfiguration', { key: ['HeartbeatInterval'] })).toMatchObject({
    configurationKey: [{ value }],
  });
});

test('Accepted without a time, and the station has none: the first Heartbeat brings it at once', async () => {
  const rig = Rig.prepare({ systemTimeMs: null });
  rig.central.answer('BootNotification', () => ({ status: 'Accepted', interval: 86_400 }));
  await rig.powerOn();
  await rig.expectCall('Heartbeat', {}, 1_000);
  await rig.charge(1);
  expect(rig.warnings).toContainEqual(expect.stringMatching(/BootNotification.conf is faulty/));
});

test.each([
  'Pending',
  'Rejected',
])("%s without an interval is asked again by the station's own wait", async (status) => {
  const rig = Rig.prepare();
  rig.central.once('BootNotification', () => ({ status, currentTime: rig.central.time() }));
  await rig.powerOn();
  await rig.expectCall('BootNotification');
  await rig.expectNone('BootNotification', 10_000);
  await rig.expectCall('BootNotification', {}, 10_000);
});
