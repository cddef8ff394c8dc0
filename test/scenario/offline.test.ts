/** The network goes and comes back: what is kept, what is told, in which order and with which times. */
import { closeTheBooks, Rig, startOfTime } from '../support/rig';

afterEach(closeTheBooks);

const offlineCards = { AuthorizationCacheEnabled: 'true', LocalAuthorizeOffline: 'true' };
const unix = (r: { payload: Record<string, unknown> }) => Date.parse(String(r.payload.timestamp));

/** The card is in the cache from an earlier charge. */
async function withKnownCard(config: Record<string, string> = {}): Promise<Rig> {
  const rig = await Rig.start({ config: { ...offlineCards, MeterValueSampleInterval: '0', ...config } });
  await rig.charge(1);
  rig.present('04A1B2C3');
  await rig.expectStatus(1, 'Finishing');
  await rig.advance(2_000);
  rig.unplug(1);
  await rig.expectStatus(1, 'Available');
  return rig;
}

async function chargeOffline(rig: Rig, connectorId = 1): Promise<void> {
  rig.plug(connectorId);
  await rig.until('Preparing', () => rig.status(connectorId) === 'Preparing');
  rig.present('04A1B2C3', connectorId <= 2 ? 'right' : 'left');
  await rig.until('Charging', () => rig.status(connectorId) === 'Charging');
}

async function reconnect(rig: Rig): Promise<void> {
  rig.forget();
  rig.central.up();
  await rig.until('connected again', () => rig.central.connected, 300_000);
}

test('a transaction that begins and ends offline is told afterwards: start, then stop, with their own times', async () => {
  const rig = await withKnownCard();
  rig.central.down();
  await rig.advance(10_000);
  await chargeOffline(rig);
  const startedAt = rig.central.now();
  await rig.advance(600_000);
  rig.present('04A1B2C3');
  await rig.until('Finishing', () => rig.status(1) === 'Finishing');
  const stoppedAt = rig.central.now();
  await rig.advance(600_000);
  await reconnect(rig);
  const start = await rig.expectCall('StartTransaction', { idTag: '04A1B2C3' });
  const stop = await rig.expectCall('StopTransaction', { transactionId: 1002, reason: 'Local' });
  expect(Math.abs(unix(start) - startedAt)).toBeLessThan(10_000);
  expect(Math.abs(unix(stop) - stoppedAt)).toBeLessThan(5_000);
});

test('several offline transactions come in the order of their events, each with its own id', async () => {
  const rig = await withKnownCard();
  rig.central.down();
  await rig.advance(5_000);
  await chargeOffline(rig, 1);
  await rig.advance(60_000);
  await chargeOffline(rig, 3);
  await rig.advance(60_000);
  rig.present('04A1B2C3', 'right');
  await rig.advance(60_000);
  rig.present('04A1B2C3', 'left');
  await rig.advance(60_000);
  await reconnect(rig);
  await rig.expectCall('StartTransaction', { connectorId: 1 });
  await rig.expectCall('StartTransaction', { connectorId: 3 });
  await rig.expectCall('StopTransaction', { transactionId: 1002 });
  await rig.expectCall('StopTransaction', { transactionId: 1003 });
});

test('the connection is lost during a transaction: no meter value is lost, and their distance is exact', async () => {
  const rig = await withKnownCard({ MeterValueSampleInterval: '60' });
  await rig.charge(1);
  rig.central.down();
  await rig.advance(600_000);
  await reconnect(rig);
  await rig.advance(70_000);
  const times = rig.central
    .calls('MeterValues')
    .filter((r) => r.payload.transactionId === 1002)
    .map((r) => Date.parse((r.payload.meterValue as { timestamp: string }[])[0]?.timestamp ?? ''));
  expect(times.length).toBeGreaterThanOrEqual(11);
  expect(times.slice(1).map((t, i) => t - (times[i] ?? 0))).toEqual(times.slice(1).map(() => 60_000));
});

test('an offline stop is told afterwards; the vehicle has long left', async () => {
  const rig = await withKnownCard();
  await rig.charge(1);
  rig.central.down();
  await rig.advance(60_000);
  rig.present('04A1B2C3');
  await rig.advance(10_000);
  rig.unplug(1);
  await rig.advance(60_000);
  await reconnect(rig);
  await rig.expectCall('StopTransaction', { transactionId: 1002, reason: 'Local', idTag: '04A1B2C3' });
});

describe('who may start offline (3.5.4, 9.1)', () => {
  const startsWith = async (config: Record<string, string>, card: string) => {
    const rig = await withKnownCard(config);
    rig.central.down();
    await rig.advance(5_000);
    rig.plug(1);
    await rig.advance(5_000);
    rig.present(card);
    await rig.advance(20_000);
    return rig.status(1) === 'Charging';
  };
  test('a known card with LocalAuthorizeOffline', async () => {
    expect(await startsWith({}, '04A1B2C3')).toBe(true);
  });
  test('not a known card without it', async () => {
    expect(await startsWith({ LocalAuthorizeOffline: 'false' }, '04A1B2C3')).toBe(false);
  });
  test('not an unknown card', async () => {
    expect(await startsWith({}, 'FFFF0009')).toBe(false);
  });
  test('an unknown card with AllowOfflineTxForUnknownId', async () => {
    expect(await startsWith({ AllowOfflineTxForUnknownId: 'true' }, 'FFFF0009')).toBe(true);
  });
});

test('a card cached as blocked stays refused offline, even where unknown ones may start', async () => {
  const rig = await Rig.start({ config: { ...offlineCards, AllowOfflineTxForUnknownId: 'true' } });
  rig.central.once('Authorize', () => ({ idTagInfo: { status: 'Blocked' } }));
  rig.plug(1);
  await rig.advance(1_000);
  rig.present('0BADBADB');
  await rig.expectCall('Authorize');
  rig.central.down();
  await rig.advance(1_000);
  rig.present('0BADBADB');
  await rig.advance(20_000);
  expect(rig.status(1)).not.toBe('Charging');
});

test('a cached card is expired after its expiryDate, also offline', async () => {
  const rig = await Rig.start({ config: offlineCards });
  const expiryDate = new Date(startOfTime + 60_000).toISOString();
  rig.central.answer('Authorize', () => ({ idTagInfo: { status: 'Accepted', expiryDate } }));
  rig.central.answer('StartTransaction', () => ({ transactionId: 1, idTagInfo: { status: 'Accepted', expiryDate } }));
  await rig.charge(1);
  rig.present('04A1B2C3');
  await rig.expectStatus(1, 'Finishing');
  await rig.advance(2_000);
  rig.unplug(1);
  rig.central.down();
  await rig.advance(60_000);
  rig.plug(1);
  await rig.advance(1_000);
  rig.present('04A1B2C3');
  await rig.advance(20_000);
  expect(rig.status(1)).toBe('Preparing');
});

test('a station that no central system ever accepted gives no energy (4.2.1)', async () => {
  const rig = Rig.prepare({ config: { AllowOfflineTxForUnknownId: 'true', oCPPPlugAndCharge: 'true' } });
  rig.central.down();
  await rig.powerOn();
  rig.plug(1);
  await rig.advance(30_000);
  rig.present('04A1B2C3');
  await rig.advance(30_000);
  expect(rig.truth(1).contactorClosed).toBe(false);
});

test('an offline start whose tag is refused later stops or loses its energy (E 3.17)', async () => {
  const rig = await withKnownCard({ StopTransactionOnInvalidId: 'true' });
  rig.central.down();
  await rig.advance(5_000);
  await chargeOffline(rig);
  await rig.advance(120_000);
  rig.central.once('StartTransaction', () => ({ transactionId: 9, idTagInfo: { status: 'Invalid' } }));
  await reconnect(rig);
  await rig.expectCall('StopTransaction', { transactionId: 9, reason: 'DeAuthorized' });
});

test('after a mere reconnect no BootNotification, and only statuses that changed (4.9, J 5.4)', async () => {
  const rig = await withKnownCard();
  rig.central.down();
  await rig.advance(5_000);
  await chargeOffline(rig);
  await rig.advance(60_000);
  await reconnect(rig);
  await rig.advance(10_000);
  expect(rig.since('BootNotification')).toEqual([]);
  const told = rig.since('StatusNotification').map((r) => [r.payload.connectorId, r.payload.status]);
  expect(told).toEqual([
    [1, 'Charging'],
    [2, 'Unavailable'],
  ]);
});

test('what changed and changed back while offline is not told', async () => {
  const rig = await Rig.start();
  rig.central.down();
  await rig.advance(5_000);
  rig.plug(1);
  await rig.advance(10_000);
  rig.unplug(1);
  await rig.advance(10_000);
  await reconnect(rig);
  await rig.expectNone('StatusNotification', 30_000);
});

test('a status told after a silence carries the time when it became true (6.47)', async () => {
  const rig = await Rig.start({ config: { ConnectionTimeOut: '600' } });
  rig.central.down();
  await rig.advance(30_000);
  rig.plug(1);
  const at = rig.central.now();
  await rig.advance(50_000);
  await reconnect(rig);
  const told = await rig.expectStatus(1, 'Preparing');
  expect(Math.abs(unix(told) - at)).toBeLessThan(1_000);
});

test('a half-open link is noticed by the missing pong, and the station comes back', async () => {
  const rig = await Rig.start({ config: { WebSocketPingInterval: '20' } });
  rig.central.goSilent();
  await rig.advance(45_000);
  expect(rig.running.chargePoint.connection.status).not.toBe('Connected');
  await reconnect(rig);
  expect(rig.central.connections).toBe(2);
});

test('attempts to reconnect grow apart, with no end', async () => {
  const rig = await Rig.start({ config: { serverReconnectionTime: '10' } });
  rig.central.down();
  await rig.advance(3_600_000);
  const attempts = rig.central.urls.length;
  expect(attempts).toBeGreaterThan(80);
  expect(attempts).toBeLessThan(140);
  await reconnect(rig);
  expect(rig.central.urls.at(-1)).toBe('ws://central.test/ocpp/GREENUP%201');
});

test('a card shown in the moment the link breaks is judged offline', async () => {
  const rig = await withKnownCard();
  rig.plug(1);
  await rig.advance(2_000);
  rig.central.answer('Authorize', () => 'silence');
  rig.present('04A1B2C3');
  await rig.expectCall('Authorize');
  rig.central.down();
  await rig.until('Charging', () => rig.status(1) === 'Charging');
});
