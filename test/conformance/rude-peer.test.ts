/** A central system without manners: the station answers what can be answered, ignores the rest, and goes on charging. */
import { closeTheBooks, Rig } from '../support/rig';
import { card, expectEnergy, keyValue } from './support';

afterEach(closeTheBooks);

/** A station with a charge under way; the charge must outlive whatever comes. */
async function startCharging(config: Record<string, string> = {}): Promise<Rig> {
  const rig = await Rig.start({ config });
  await rig.charge(1);
  await expectEnergy(rig, 1);
  return rig;
}

async function expectUnmoved(rig: Rig): Promise<void> {
  expect(await keyValue(rig, 'NumberOfConnectors')).toBe('4');
  expect(rig.central.connections).toBe(1);
  expect(rig.truth(1).contactorClosed).toBe(true);
  expect(rig.central.calls('StopTransaction')).toEqual([]);
}

/** Answers to CALLs of ours since then, by id. */
function answersSince(rig: Rig, line: number): Map<string, unknown[][]> {
  const byId = new Map<string, unknown[][]>();
  for (const text of rig.central.frames.slice(line)) {
    if (!text.startsWith('< ')) continue;
    const frame = JSON.parse(text.slice(2)) as unknown[];
    if (frame[0] !== 2) byId.set(String(frame[1]), [...(byId.get(String(frame[1])) ?? []), frame]);
  }
  return byId;
}

test('fifty CALLs at once get fifty answers, each its own and in order', async () => {
  const rig = await startCharging();
  const line = rig.central.frames.length;
  for (let n = 0; n < 50; n++) {
    const key = n % 2 === 0 ? 'ResetRetries' : 'BlinkRepeat';
    rig.central.sendText(JSON.stringify([2, `c${n}`, 'GetConfiguration', { key: [key] }]));
  }
  await rig.advance(1_000);
  const answers = answersSince(rig, line);
  expect([...answers.keys()]).toEqual(Array.from({ length: 50 }, (_, n) => `c${n}`));
  for (const [id, frames] of answers) {
    const key = Number(id.slice(1)) % 2 === 0 ? 'ResetRetries' : 'BlinkRepeat';
    expect(frames).toEqual([[3, id, { configurationKey: [expect.objectContaining({ key })], unknownKey: [] }]]);
  }
  await expectUnmoved(rig);
});

test('the same id three times at once: one result, the others turned away', async () => {
  const rig = await startCharging();
  const line = rig.central.frames.length;
  rig.flushMs = 300;
  const call = [2, 'same', 'ChangeConfiguration', { key: 'ConnectionTimeOut', value: '77' }];
  for (let n = 0; n < 3; n++) rig.central.sendText(JSON.stringify(call));
  await rig.advance(5_000);
  const frames = answersSince(rig, line).get('same') ?? [];
  expect(frames.map((frame) => frame[0]).sort()).toEqual([3, 4, 4]);
  await expectUnmoved(rig);
});

test.each([
  ['an unknown action', '[2,"x","MakeCoffee",{}]', 'NotImplemented'],
  ['an action that is no text', '[2,"x",7,{}]', 'FormationViolation'],
  ['a payload that is an array', '[2,"x","Reset",["Soft"]]', 'FormationViolation'],
  ['a payload that is a text', '[2,"x","Reset","Soft"]', 'FormationViolation'],
  ['no payload', '[2,"x","ClearCache"]', 'ProtocolError'],
  ['a surplus element', '[2,"x","ClearCache",{},{}]', 'FormationViolation'],
  ['numbers as texts', '[2,"x","RemoteStopTransaction",{"transactionId":"1001"}]', 'TypeConstraintViolation'],
  ['a fraction for a number', '[2,"x","UnlockConnector",{"connectorId":1.5}]', 'TypeConstraintViolation'],
  ['null for a text', '[2,"x","RemoteStartTransaction",{"idTag":null}]', 'TypeConstraintViolation'],
  [
    'a text that is too long',
    '[2,"x","RemoteStartTransaction",{"idTag":"123456789012345678901"}]',
    'PropertyConstraintViolation',
  ],
  ['a name from the prototype', '[2,"x","__proto__",{}]', 'NotImplemented'],
  ['another name from the prototype', '[2,"x","constructor",{}]', 'NotImplemented'],
  ['a property from the prototype', '[2,"x","ClearCache",{"__proto__":{"a":1}}]', 'FormationViolation'],
  ['broken JSON', '[2,"x","Reset",{"type":"Soft"', 'FormationViolation'],
  ['an id of 37 characters', `[2,"${'x'.repeat(37)}","ClearCache",{}]`, 'FormationViolation'],
])('%s is answered with a CALLERROR and does nothing', async (_what, text, code) => {
  const rig = await startCharging();
  const line = rig.central.frames.length;
  rig.central.sendText(text);
  await rig.advance(1_000);
  const [frames = []] = [...answersSince(rig, line).values()];
  expect(frames).toEqual([[4, expect.stringMatching(/^x+$/), code, expect.any(String), {}]]);
  await expectUnmoved(rig);
});

test.each([
  ['null as id', '[2,null,"ClearCache",{}]'],
  ['an object as frame', '{"action":"Reset"}'],
  ['nothing', ''],
  ['a bare word', 'hello'],
  ['an answer to nobody', '[3,"nobody",{"status":"Accepted"}]'],
  ['an error to nobody', '[4,"nobody","InternalError","",{}]'],
  ['an answer that is cut off', '[3,"nobody",{"sta'],
  ['deep nesting', `${'['.repeat(20_000)}`],
  ['binary zeros', new Uint8Array(1_000)],
])('%s is answered by nothing and does nothing', async (_what, message) => {
  const rig = await startCharging();
  const line = rig.central.frames.length;
  rig.central.sendText(message);
  await rig.advance(1_000);
  expect(answersSince(rig, line).size).toBe(0);
  await expectUnmoved(rig);
});

test('a request whose id is a number is answered to its digits, and does nothing', async () => {
  const rig = await startCharging();
  rig.central.sendText('[2,5,"Reset",{"type":"Hard"}]');
  await rig.advance(1_000);
  expect(rig.central.errors).toEqual([[4, '5', 'FormationViolation', 'message id is not a text', {}]]);
  await expectUnmoved(rig);
});

test('a request as bytes is answered like any other', async () => {
  const rig = await startCharging();
  const line = rig.central.frames.length;
  rig.central.sendText(new TextEncoder().encode('[2,"x","CancelReservation",{"reservationId":1}]'));
  await rig.advance(1_000);
  expect(answersSince(rig, line).get('x')).toEqual([[3, 'x', { status: 'Rejected' }]]);
  await expectUnmoved(rig);
});

test('frames up to 1 MB are read: a list of keys as long as that, a list of cards, an enormous text', async () => {
  const rig = await startCharging({ LocalAuthListEnabled: 'true' });
  const key = Array.from({ length: 20_000 }, (_, n) => `UnknownKeyNumber${n}${'x'.repeat(20)}`);
  const report = await rig.call('GetConfiguration', { key });
  expect((report.unknownKey as string[]).length).toBeLessThanOrEqual(255);
  const localAuthorizationList = Array.from({ length: 10_000 }, (_, n) => ({
    idTag: `CARD${n}`,
    idTagInfo: { status: 'Accepted', parentIdTag: 'FAMILY' },
  }));
  const update = { listVersion: 1, updateType: 'Full', localAuthorizationList };
  expect(await rig.call('SendLocalList', update)).toEqual({ status: 'Failed' });
  expect(await rig.call('DataTransfer', { vendorId: 'x', data: 'y'.repeat(1_000_000) })).toEqual({
    status: 'UnknownVendorId',
  });
  await expectUnmoved(rig);
});

test.each([0, -1, -5, 2_147_483_647])('a transactionId of %i is an id like any other', async (transactionId) => {
  const rig = await Rig.start({ config: { MeterValueSampleInterval: '10' } });
  rig.central.nextTransactionId = transactionId;
  await rig.charge(1);
  await rig.expectCall('MeterValues', { transactionId });
  expect(await rig.call('RemoteStopTransaction', { transactionId })).toEqual({ status: 'Accepted' });
  await rig.expectCall('StopTransaction', { transactionId, reason: 'Remote' });
  // -1 also is what a lost start goes by, so the books cannot tell this one apart.
  if (transactionId === -1) rig.audited = false;
});

test('confirmations with fields nobody asked for are taken, at any depth', async () => {
  const rig = Rig.prepare();
  const surplus = { note: 'hello', more: { deep: [1, 2] } };
  const time = () => ({ currentTime: rig.central.time(), ...surplus });
  rig.central.answer('BootNotification', () => ({ status: 'Accepted', interval: 300, ...time() }));
  rig.central.answer('Authorize', () => ({ idTagInfo: { status: 'Accepted', ...surplus }, ...surplus }));
  rig.central.answer('StartTransaction', () => ({
    transactionId: 1001,
    idTagInfo: { status: 'Accepted', ...surplus },
    ...surplus,
  }));
  rig.central.answer('StatusNotification', () => surplus);
  await rig.powerOn();
  await rig.advance(2_000);
  await rig.charge(1);
  await expectEnergy(rig, 1);
  rig.present(card);
  await rig.expectCall('StopTransaction', { transactionId: 1001 });
});

test('answers twice, answers late and answers to requests of long ago confuse nothing', async () => {
  const rig = await startCharging({ MeterValueSampleInterval: '10' });
  const echo = (id: string) => rig.central.sendText(JSON.stringify([3, id, {}]));
  rig.central.answer('MeterValues', (request) => {
    for (const old of rig.central.received.slice(-3)) echo(old.id);
    rig.clock.at(rig.clock.now() + 4_000, () => echo(request.id));
    return {};
  });
  await rig.advance(120_000);
  const ids = rig.central.calls('MeterValues').map((r) => r.id);
  expect(ids.length).toBeGreaterThanOrEqual(12);
  expect(new Set(ids).size).toBe(ids.length);
  await expectUnmoved(rig);
});

test('commands in the middle of everything: none of a thousand nonsense requests stops the charge', async () => {
  const rig = await startCharging();
  const requests: [string, object][] = [
    ['RemoteStopTransaction', { transactionId: 1 }],
    ['UnlockConnector', { connectorId: 99 }],
    ['ChangeAvailability', { connectorId: 99, type: 'Inoperative' }],
    ['ChangeAvailability', { connectorId: -1, type: 'Inoperative' }],
    ['ChangeConfiguration', { key: 'NumberOfConnectors', value: '0' }],
    ['CancelReservation', { reservationId: -1 }],
    ['RemoteStartTransaction', { connectorId: 1, idTag: 'X' }],
    ['ClearCache', {}],
    ['GetCompositeSchedule', { connectorId: 99, duration: -1 }],
    ['DataTransfer', { vendorId: '' }],
  ];
  const line = rig.central.frames.length;
  for (let n = 0; n < 1_000; n++) {
    const [action, payload] = requests[n % requests.length] ?? ['ClearCache', {}];
    rig.central.sendText(JSON.stringify([2, `n${n}`, action, payload]));
    if (n % 20 === 19) await rig.advance(200);
  }
  await rig.advance(5_000);
  expect(answersSince(rig, line).size).toBe(1_000);
  await expectUnmoved(rig);
});
