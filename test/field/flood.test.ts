/** A central system that asks faster than it can be answered: it is made to wait, and each request gets its true answer. */
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

function flood(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, n) =>
    JSON.stringify([2, `f${n + from}`, 'GetConfiguration', { key: [`Key${n + from}`] }]),
  );
}

/** Ids in the order of their answers, and whether each is a true one. */
function answers(rig: Rig): string[] {
  return rig.central.frames
    .filter((text) => text.startsWith('< [3,"f') || text.startsWith('< [4,"f'))
    .map((text) => JSON.parse(text.slice(2)) as [number, string, { unknownKey?: string[] }])
    .map(([kind, id, payload]) => (kind === 3 && payload.unknownKey?.[0] === `Key${id.slice(1)}` ? id : `wrong ${id}`));
}

const ids = (count: number) => Array.from({ length: count }, (_, n) => `f${n}`);

test.each([
  ['in one segment', 1],
  ['each in a segment of its own', 400],
])('400 requests %s: 400 answers, true and in order', async (_how, segments) => {
  const rig = await Rig.start();
  await rig.charge(1);
  const size = 400 / segments;
  for (let n = 0; n < segments; n++) rig.central.sendText(...flood(size, n * size));
  await rig.advance(1_000);
  expect(answers(rig)).toEqual(ids(400));
  expect(rig.central.errors).toEqual([]);
  expect(rig.truth(1).contactorClosed).toBe(true);
});

/** A request that is answered when a disk that takes so long has stored it. */
function slowRequest(rig: Rig, flushMs: number): void {
  rig.flushMs = flushMs;
  const localAuthorizationList = [{ idTag: 'A', idTagInfo: { status: 'Accepted' } }];
  void rig.central.callRaw('SendLocalList', { listVersion: 1, updateType: 'Full', localAuthorizationList });
}

test('behind a request that takes its time no more are read than a few, and it goes on from there', async () => {
  const rig = await Rig.start({ config: { LocalAuthListEnabled: 'true' } });
  slowRequest(rig, 5_000);
  for (const text of flood(400)) rig.central.sendText(text);
  await rig.advance(1_000);
  expect(answers(rig)).toEqual([]);
  expect(rig.central.pauses).toBe(1);
  expect(rig.central.unread).toBeGreaterThan(350);
  await rig.advance(10_000);
  expect(answers(rig)).toEqual(ids(400));
  expect(rig.central.unread).toBe(0);
});

test.each([
  ['before', true],
  ['while', false],
])('a pause ages neither the time-out of a request of ours, sent %s nothing is read, nor the pong', async (_when, before) => {
  const rig = await Rig.start({
    config: { confBasicTime: '10', WebSocketPingInterval: '10', LocalAuthListEnabled: 'true' },
  });
  rig.central.once('StatusNotification', () => ({ afterMs: 200, answer: {} }));
  const floods = (): void => {
    slowRequest(rig, 25_000);
    for (const text of flood(100)) rig.central.sendText(text);
  };
  if (!before) floods();
  await rig.advance(50);
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  if (before) floods();
  await rig.advance(60_000);
  expect(answers(rig)).toEqual(ids(100));
  expect(rig.central.connections).toBe(1);
  expect(rig.warnings.filter((line) => /not confirmed/.test(line))).toEqual([]);
  expect(
    rig.central
      .calls('StatusNotification')
      .filter((r) => r.payload.connectorId === 1 && r.payload.status === 'Preparing'),
  ).toHaveLength(1);
});

test('a central system that reads nothing while it floods is left after a minute, and found again', async () => {
  const rig = await Rig.start({ config: { serverReconnectionTime: '5', WebSocketPingInterval: '0' } });
  rig.central.reads = false;
  for (let n = 0; n < 400; n++) rig.central.sendText(JSON.stringify([2, `f${n}`, 'GetConfiguration', {}]));
  await rig.advance(59_000);
  expect(rig.central.connections).toBe(1);
  expect(rig.central.unread).toBeGreaterThan(0);
  rig.central.reads = true;
  await rig.advance(20_000);
  expect(rig.central.connections).toBe(2);
  await rig.charge(1);
});

test('nor is it answered beyond what may pile up at our end, when all has come in one segment', async () => {
  const rig = await Rig.start({ config: { serverReconnectionTime: '5' } });
  rig.central.reads = false;
  rig.central.sendText(...Array.from({ length: 400 }, (_, n) => JSON.stringify([2, `f${n}`, 'GetConfiguration', {}])));
  await rig.advance(30_000);
  const answered = rig.central.frames.filter((text) => text.startsWith('< [3,"f'));
  expect(answered.join('').length).toBeLessThan(100_000);
  expect(answered.length).toBeGreaterThan(10);
  rig.central.reads = true;
  await rig.advance(60_000);
  await rig.charge(1);
});

const statusOf1 = { requestedMessage: 'StatusNotification', connectorId: 1 };
const valuesOf1 = { requestedMessage: 'MeterValues', connectorId: 1 };

test.each([
  ['Heartbeat', { requestedMessage: 'Heartbeat' }],
  ['StatusNotification', statusOf1],
  ['MeterValues', valuesOf1],
  ['DiagnosticsStatusNotification', { requestedMessage: 'DiagnosticsStatusNotification' }],
])('asked 400 times for %s, which it answers slowly: told as often as can be, and a card does not wait', async (action, request) => {
  const rig = await Rig.start();
  const usual = action === 'Heartbeat' ? { currentTime: rig.central.time() } : {};
  rig.central.answer(action, () => ({ afterMs: 300, answer: usual }));
  const asked = Array.from({ length: 400 }, () => rig.central.callRaw('TriggerMessage', request));
  await rig.advance(1_000);
  rig.plug(1);
  rig.present('04A1B2C3');
  await rig.expectCall('Authorize', {}, 1_000);
  expect(await Promise.all(asked)).toHaveLength(400);
  await rig.advance(10_000);
  const told = rig.central.calls(action).length;
  expect(told).toBeGreaterThan(1);
  expect(told).toBeLessThan(20);
});

test('asked for two different messages, or of two connectors, it tells each', async () => {
  const rig = await Rig.start();
  rig.central.answer('Heartbeat', () => ({ afterMs: 300, answer: { currentTime: rig.central.time() } }));
  const wanted = [{ requestedMessage: 'Heartbeat' }, statusOf1, valuesOf1, { ...statusOf1, connectorId: 3 }];
  for (const request of wanted) void rig.central.callRaw('TriggerMessage', request);
  await rig.advance(2_000);
  const told = rig.since().map(({ action, payload }) => [action, payload.connectorId]);
  expect(told).toEqual([
    ['Heartbeat', undefined],
    ['StatusNotification', 1],
    ['StatusNotification', 3],
    ['MeterValues', 1],
  ]);
});
