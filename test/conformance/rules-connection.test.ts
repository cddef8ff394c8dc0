/** Rules often got wrong, A and B: calls, connection and registration (OCPP-J 1.6, 3 to 5; OCPP 1.6, 4.2 and 4.6). */
import { closeTheBooks, Rig, startOfTime } from '../support/rig';
import { card, expectEnergy, expectNoEnergy, keyValue, oneConnector, plugIn, startUnaccepted } from './support';

afterEach(closeTheBooks);

/** Whatever frame answers a text, or undefined if none does. */
async function answerTo(rig: Rig, id: string, text: string | Uint8Array): Promise<unknown[] | undefined> {
  const before = rig.central.frames.length;
  rig.central.sendText(text);
  await rig.advance(100);
  const answers = rig.central.frames.slice(before).filter((line) => line.startsWith('< '));
  const frames = answers.map((line) => JSON.parse(line.slice(2)) as unknown[]);
  return frames.find((frame) => frame[0] !== 2 && frame[1] === id);
}

test('Rule 1 (J 4.1.1): one CALL of ours at a time, while CALLs of the central system are answered meanwhile', async () => {
  const rig = await Rig.start();
  rig.central.answer('Authorize', () => 'silence');
  await plugIn(rig);
  rig.present(card);
  await rig.expectCall('Authorize');
  rig.present('BBBB0002', 'left');
  await rig.advance(1_000);
  expect(rig.central.calls('Authorize')).toHaveLength(1);
  expect(await rig.call('GetLocalListVersion', {})).toEqual({ listVersion: -1 });
  expect(await rig.call('ClearCache', {})).toEqual({ status: 'Rejected' });
});

test('Rule 2 (J 4.1.3): a message type other than 2, 3 and 4 is ignored, and the connection stays', async () => {
  const rig = await Rig.start();
  for (const type of [0, 1, 5, 42, -2, '2', null]) {
    expect(await answerTo(rig, 'x', JSON.stringify([type, 'x', 'Heartbeat', {}]))).toBeUndefined();
  }
  expect(rig.central.connections).toBe(1);
  expect(await keyValue(rig, 'NumberOfConnectors')).toBe('4');
});

test('Rule 3 (J 4.1.4, JE 3.1): ids are unique over reconnects and reboots; a repetition keeps its id', async () => {
  const rig = await Rig.start();
  rig.central.once('StartTransaction', () => 'silence');
  await plugIn(rig);
  rig.present(card);
  const first = await rig.expectCall('StartTransaction');
  const again = await rig.expectCall('StartTransaction', {}, 60_000);
  expect([again.id, again.payload]).toEqual([first.id, first.payload]);
  rig.central.drop('a link that breaks');
  await rig.advance(10_000);
  await rig.cutPower();
  await rig.powerOn();
  await rig.advance(10_000);
  const ids = rig.central.received.filter((r) => !r.repeated).map((r) => r.id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id.length).toBeLessThanOrEqual(36);
});

test.each([
  '1',
  'x'.repeat(36),
  '{"a":1}',
  'é日本',
  ' ',
  '00000000-0000-0000-0000-000000000000',
  '\\"',
])('Rule 4 (J 4.2.2): the id %j comes back exactly, in results and in errors', async (id) => {
  const rig = await Rig.start();
  expect(await answerTo(rig, id, JSON.stringify([2, id, 'GetLocalListVersion', null]))).toEqual([
    3,
    id,
    { listVersion: -1 },
  ]);
  expect(await answerTo(rig, id, JSON.stringify([2, id, 'NoSuchAction', {}]))).toEqual([
    4,
    id,
    'NotImplemented',
    expect.any(String),
    {},
  ]);
});

test.each([
  ['NotImplemented', 'getConfiguration', {}],
  ['NotImplemented', 'GetVariables', {}],
  ['NotSupported', 'Heartbeat', {}],
  ['OccurenceConstraintViolation', 'ChangeAvailability', { connectorId: 1 }],
  ['PropertyConstraintViolation', 'Reset', { type: 'Warm' }],
  ['TypeConstraintViolation', 'UnlockConnector', { connectorId: 'one' }],
  ['FormationViolation', 'ClearCache', { surplus: true }],
])('Rules 5 and 6 (J 4.2.1, 4.2.3): %s is the answer to %s %j', async (code, action, payload) => {
  const rig = await Rig.start();
  expect(await rig.call(action, payload)).toMatchObject({ callError: code });
});

test('Rule 5 (J 4.2.3): any error code of the central system is taken for what it is, an error', async () => {
  const rig = await Rig.start();
  rig.central.once('Authorize', () => ({ callError: 'OccurrenceConstraintViolation' }));
  await plugIn(rig);
  rig.present(card);
  await rig.expectCall('Authorize');
  await expectNoEnergy(rig, 1, 10_000);
  rig.central.once('StartTransaction', () => ({ callError: 'RpcFrameworkError' }));
  rig.present(card);
  await rig.expectCall('StartTransaction');
  await rig.expectCall('StartTransaction');
  await expectEnergy(rig, 1);
});

test('Rule 7 (J 3.1.1): the URL is the endpoint, a slash, and the identity percent-encoded', async () => {
  const rig = await Rig.start({ config: { URL: 'ws://central.test/ocpp/', UID: 'RDAM 123/A' } });
  expect(rig.central.urls).toEqual(['ws://central.test/ocpp/RDAM%20123%2FA']);
});

test('Rule 8 (JE 3.4): refused connections are tried again for ever, with growing waits and an end to the growth', async () => {
  const rig = await Rig.start(oneConnector);
  rig.central.down();
  const tries = rig.central.urls.length;
  await rig.advance(2 * 3_600_000);
  const perHour = (rig.central.urls.length - tries) / 2;
  expect(perHour).toBeGreaterThan(20);
  expect(perHour).toBeLessThan(60);
  rig.central.up();
  await rig.until('connected', () => rig.central.connected, 180_000);
});

test('Rule 10 (9.1.34): WebSocketPingInterval acts at once, 0 sends none, a negative one is Rejected', async () => {
  const rig = await Rig.start();
  expect(await rig.call('ChangeConfiguration', { key: 'WebSocketPingInterval', value: '-1' })).toEqual({
    status: 'Rejected',
  });
  await rig.configure('WebSocketPingInterval', '10');
  await rig.advance(60_500);
  expect(rig.central.pings).toBe(6);
  await rig.configure('WebSocketPingInterval', '0');
  await rig.advance(600_000);
  expect(rig.central.pings).toBe(6);
  expect(rig.central.connections).toBe(1);
});

test.each([
  '2026-05-04T10:30:00.123456+02:00',
  '2026-05-04T08:30:00Z',
  '2026-05-04T03:00:00.5-05:30',
])('Rule 11 (3.14, 3.15): %s is understood, and times are sent in UTC', async (expiryDate) => {
  const rig = await Rig.start();
  const request = { connectorId: 1, idTag: card, reservationId: 1, expiryDate };
  expect(await rig.call('ReserveNow', request)).toEqual({ status: 'Accepted' });
  const reserved = await rig.expectStatus(1, 'Reserved');
  expect(reserved.payload.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  await rig.expectStatus(1, 'Available', 1_900_000);
  expect(Math.abs(rig.central.now() - startOfTime - 1_800_000)).toBeLessThan(2_000);
});

test('Rule 11 (3.9, E 3.74): an idTag may be any text, not only the hexadecimal digits of a card', async () => {
  const rig = await Rig.start();
  const idTag = 'Ümläut & 20 signs ok';
  await plugIn(rig);
  await rig.call('RemoteStartTransaction', { connectorId: 1, idTag });
  await rig.expectCall('StartTransaction', { idTag });
  await expectEnergy(rig, 1);
});

test('Rule 13 (4.2): nothing but BootNotification leaves before Accepted, whatever happens at the outlets', async () => {
  const { rig } = await startUnaccepted('Rejected', 300);
  rig.plug(1);
  rig.present(card);
  rig.fault(3, 'overTemperature');
  await rig.advance(250_000);
  expect(rig.central.received.map((r) => r.action)).toEqual(['BootNotification']);
});

test('Rule 14 (4.2): while Rejected, requests of the central system are not answered, over a new connection neither', async () => {
  const { rig } = await startUnaccepted('Rejected', 300);
  expect(await answerTo(rig, 'a', '[2,"a","GetConfiguration",{}]')).toBeUndefined();
  rig.central.drop('closed by the central system');
  await rig.advance(60_000);
  expect(rig.central.connections).toBe(2);
  expect(await answerTo(rig, 'b', '[2,"b","GetConfiguration",{}]')).toBeUndefined();
  expect(rig.central.received).toHaveLength(1);
  await rig.expectCall('BootNotification', {}, 300_000);
});

test('Rule 15 (4.2): while Pending, only what TriggerMessage asks for is sent', async () => {
  const { rig } = await startUnaccepted('Pending', 300);
  rig.plug(1);
  await rig.advance(10_000);
  expect(rig.central.received).toHaveLength(1);
  for (const requestedMessage of ['Heartbeat', 'StatusNotification', 'MeterValues']) {
    expect(await rig.call('TriggerMessage', { requestedMessage, connectorId: 1 })).toEqual({ status: 'Accepted' });
    await rig.expectCall(requestedMessage);
  }
  expect(rig.central.received).toHaveLength(4);
  expect(await rig.call('RemoteStartTransaction', { connectorId: 1, idTag: card })).toEqual({ status: 'Rejected' });
});

test('Rules 16 and 18 (4.2, 5.17): a BootNotification asked for by TriggerMessage does not wait for the interval', async () => {
  const { rig } = await startUnaccepted('Pending', 86_400);
  await rig.advance(5_000);
  expect(await rig.call('TriggerMessage', { requestedMessage: 'BootNotification' })).toEqual({ status: 'Accepted' });
  await rig.expectCall('BootNotification', {}, 1_000);
  await rig.expectStatus(4, 'Available');
});

test('Rules 16 and 17 (4.2, E 3.22): each Accepted sets the heartbeat and brings all statuses, a triggered one too', async () => {
  const rig = await Rig.start();
  rig.central.once('BootNotification', () => ({ status: 'Accepted', currentTime: rig.central.time(), interval: 30 }));
  await rig.call('TriggerMessage', { requestedMessage: 'BootNotification' });
  for (let connectorId = 0; connectorId <= 4; connectorId++) await rig.expectStatus(connectorId, 'Available');
  expect(await keyValue(rig, 'HeartbeatInterval')).toBe('30');
  await rig.expectCall('Heartbeat', {}, 31_000);
});

test.each([
  5, 300,
])('Rule 16 (4.2): the interval of BootNotification.conf counts, %i s, after each boot anew', async (interval) => {
  const rig = Rig.prepare(oneConnector);
  rig.central.answer('BootNotification', () => ({ status: 'Accepted', currentTime: rig.central.time(), interval }));
  for (let boot = 1; boot <= 2; boot++) {
    await rig.powerOn();
    const beats: number[] = [];
    for (let n = 0; n < 3; n++) beats.push((await rig.expectCall('Heartbeat', {}, 310_000)).at / 1_000);
    expect(beats.slice(1).map((at, i) => Math.round(at - (beats[i] ?? 0)))).toEqual([interval, interval]);
    await rig.cutPower();
  }
});

test('Rule 17 (4.6): the clock follows Heartbeat.conf', async () => {
  const rig = await Rig.start();
  rig.central.answer('Heartbeat', () => ({ currentTime: new Date(rig.central.now() + 60_000).toISOString() }));
  await rig.call('TriggerMessage', { requestedMessage: 'Heartbeat' });
  await rig.advance(1_000);
  rig.plug(1);
  const preparing = await rig.expectStatus(1, 'Preparing');
  expect(Date.parse(String(preparing.payload.timestamp)) - rig.central.now()).toBeGreaterThan(55_000);
  // For what comes after the test the clock is right again.
  rig.central.answerAsUsual();
  await rig.call('TriggerMessage', { requestedMessage: 'Heartbeat' });
  rig.audited = false;
});

test.each([
  'StatusNotification',
  'Heartbeat',
  'Authorize',
  'MeterValues',
])('Rule 19 (JE 3.10): SecurityError to %s means that the station is not registered: it introduces itself again', async (action) => {
  const rig = await Rig.start({ config: { MeterValueSampleInterval: '10' } });
  rig.central.once(action, () => ({ callError: 'SecurityError' }));
  rig.central.once('BootNotification', () => ({ status: 'Pending', currentTime: rig.central.time(), interval: 20 }));
  await rig.charge(1).catch(() => undefined);
  if (action === 'Heartbeat') await rig.call('TriggerMessage', { requestedMessage: 'Heartbeat' });
  await rig.until('two more', () => rig.central.calls('BootNotification').length === 3, 60_000);
  await rig.advance(20_000);
  expect(rig.central.calls('BootNotification')).toHaveLength(3);
});

test('Rule 19 (JE 3.10): a central system that answers everything with SecurityError is not flooded', async () => {
  const rig = await Rig.start();
  rig.central.answer('StatusNotification', () => ({ callError: 'SecurityError' }));
  rig.central.answer('Heartbeat', () => ({ callError: 'SecurityError' }));
  await rig.call('TriggerMessage', { requestedMessage: 'Heartbeat' });
  rig.forget();
  await rig.advance(600_000);
  expect(rig.since('BootNotification').length).toBeGreaterThan(10);
  expect(rig.since('BootNotification').length).toBeLessThanOrEqual(41);
});

test('Rule 21 (4.2.1): a station that no central system has ever accepted gives no energy', async () => {
  const rig = Rig.prepare({ config: { AllowOfflineTxForUnknownId: 'true', oCPPPlugAndCharge: 'true' } });
  rig.central.down();
  await rig.powerOn();
  await rig.advance(5_000);
  rig.plug(1);
  rig.present(card);
  await expectNoEnergy(rig, 1, 60_000);
});
