/** A central system whose answers have faults in parts that do not matter: what matters is used, and told once in the log. */
import { messages } from '../../src/ocpp/messages';
import { readRequest, readResponse } from '../../src/ocpp/messages/reading';
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

const info = { status: 'Accepted' };

async function started(rig: Rig, answer: unknown, text = JSON.stringify(answer)): Promise<void> {
  rig.central.once('StartTransaction', (request) => {
    rig.central.transactions.set(41, request);
    return { raw: `[3,"${request.id}",${text}]` };
  });
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  rig.present('04A1B2C3');
  await rig.expectCall('StartTransaction');
  await rig.advance(60_000);
}

test.each<[string, object]>([
  ['an expiryDate that is null', { transactionId: 41, idTagInfo: { ...info, expiryDate: null } }],
  [
    'an expiryDate without zone',
    { transactionId: 41, idTagInfo: { ...info, expiryDate: '2030-07-25T15:48:56.748659' } },
  ],
  ['an expiryDate that is no date', { transactionId: 41, idTagInfo: { ...info, expiryDate: 'never' } }],
  ['a parentIdTag that is too long', { transactionId: 41, idTagInfo: { ...info, parentIdTag: 'x'.repeat(21) } }],
  ['a parentIdTag that is a number', { transactionId: 41, idTagInfo: { ...info, parentIdTag: 7 } }],
  ['a status in another case', { transactionId: 41, idTagInfo: { status: 'ACCEPTED' } }],
  ['an id as text', { transactionId: '41', idTagInfo: info }],
  ['an id with a decimal point', { transactionId: '41.0', idTagInfo: info }],
  ['no word on the token', { transactionId: 41 }],
  ['a list where nothing is', { transactionId: 41, idTagInfo: [] }],
])('a start answered with %s: charged once, under the id that was given', async (_what, answer) => {
  const rig = await Rig.start({ config: { StopTransactionOnInvalidId: 'true' } });
  await started(rig, answer);
  expect(rig.central.calls('StartTransaction')).toHaveLength(1);
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction', { transactionId: 41, reason: 'Local' });
});

test.each([
  ['beyond 2^53', '{"transactionId":9007199254740993,"idTagInfo":{"status":"Accepted"}}'],
  ['beyond 2^53 as text', '{"transactionId":"9007199254740993","idTagInfo":{"status":"Accepted"}}'],
  ['beyond all numbers', '{"transactionId":1e400,"idTagInfo":{"status":"Accepted"}}'],
  ['that is no whole number', '{"transactionId":41.5,"idTagInfo":{"status":"Accepted"}}'],
  ['missing, the whole answer being one word', '"Accepted"'],
  ['missing, the answer breaking off', '{"transactionId":41,"idTa'],
])('an id %s: the start counts as answered, and the id is never another one than was given', async (_what, text) => {
  const rig = await Rig.start();
  rig.central.once('StartTransaction', ({ id }) => ({ raw: `[3,"${id}",${text}]` }));
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  rig.present('04A1B2C3');
  await rig.expectCall('StartTransaction');
  await rig.expectCall('MeterValues', { transactionId: -1 }, 60_000);
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction', { transactionId: -1 });
  expect(rig.central.calls('StartTransaction')).toHaveLength(1);
  expect(rig.warnings).toContainEqual(expect.stringMatching(/makes no sense/));
});

test('2^53 - 1 is kept to the last digit', async () => {
  const rig = await Rig.start();
  rig.central.nextTransactionId = Number.MAX_SAFE_INTEGER;
  await rig.charge(1);
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction', { transactionId: 9007199254740991 });
});

test('a status that OCPP does not know is no acceptance of a start', async () => {
  const rig = await Rig.start({ config: { StopTransactionOnInvalidId: 'true' } });
  await started(rig, { transactionId: 41, idTagInfo: { status: 'NotAllowed' } });
  expect(rig.central.calls('StopTransaction')).toMatchObject([
    { payload: { transactionId: 41, reason: 'DeAuthorized' } },
  ]);
});

test.each([
  '[]',
  'null',
  '"ok"',
  '{"status":"Accepted"}',
  '{"idTagInfo":{"status":"Fine","parentIdTag":7}}',
])('values, stop and statuses answered with %s are told once', async (text) => {
  const rig = await Rig.start({ config: { MeterValueSampleInterval: '20' } });
  for (const action of ['MeterValues', 'StopTransaction', 'StatusNotification']) {
    rig.central.answer(action, ({ id }) => ({ raw: `[3,"${id}",${text}]` }));
  }
  await rig.charge(1);
  await rig.advance(50_000);
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction');
  await rig.expectStatus(1, 'Finishing');
  await rig.expectNone('StatusNotification', 120_000);
  expect(rig.central.received.filter((r) => r.repeated)).toEqual([]);
  expect(rig.central.calls('StopTransaction')).toHaveLength(1);
  // Once for values and once for the stop.
  expect(rig.warnings.filter((line) => /makes no sense/.test(line)).length).toBeLessThanOrEqual(2);
});

test('the same faulty answer to each BootNotification, while it is Pending, is told once', async () => {
  const rig = Rig.prepare();
  rig.central.answer('BootNotification', () => ({ status: 'Pending', interval: 5, currentTime: 'soon' }));
  await rig.powerOn();
  await rig.advance(60_000);
  expect(rig.central.calls('BootNotification').length).toBeGreaterThan(10);
  expect(rig.warnings).toHaveLength(1);
  rig.central.answerAsUsual();
  await rig.until('registered', () => rig.running.chargePoint.registration === 'Accepted');
});

test.each([
  ['an interval as text', { status: 'Accepted', interval: '300' }],
  ['an interval with decimals', { status: 'Accepted', interval: 300.5 }],
  [
    'a status in another case, and a time without zone',
    { status: 'accepted', interval: 300, currentTime: '2026-05-04T08:00:00.748659' },
  ],
])('BootNotification.conf with %s registers the station', async (_what, answer) => {
  const rig = Rig.prepare();
  rig.central.answer('BootNotification', () => ({ currentTime: rig.central.time(), ...answer }));
  await rig.powerOn();
  await rig.advance(1_000);
  expect(rig.running.chargePoint.registration).toBe('Accepted');
  expect(rig.central.calls('BootNotification')).toHaveLength(1);
});

test('the same fault in each answer is told once', async () => {
  const rig = await Rig.start({ config: { HeartbeatInterval: '10' } });
  rig.central.answer('Heartbeat', () => ({ currentTime: rig.central.time().replace('Z', '') }));
  await rig.advance(3_600_000);
  expect(rig.central.calls('Heartbeat').length).toBeGreaterThan(5);
  expect(rig.warnings.filter((line) => line.includes('Heartbeat.conf'))).toEqual([
    "the central system's Heartbeat.conf currentTime: a time without a zone, read as UTC; this is not told again",
  ]);
});

test.each([
  ['nothing', '{"status":"Accepted","expiryDate":null,"parentIdTag":null}', []],
  ['the status', '{"status":"accepted"}', ['idTagInfo.status: letter case is not that of OCPP']],
  ['the rest', '{"status":"Accepted","expiryDate":"never"}', ['idTagInfo.expiryDate: not valid, left out']],
])('a card is accepted with a careless answer, and charges; of it is told %s', async (_what, text, told) => {
  const rig = await Rig.start();
  rig.central.once('Authorize', ({ id }) => ({ raw: `[3,"${id}",{"idTagInfo":${text}}]` }));
  await rig.charge(1);
  expect(rig.warnings.filter((line) => line.includes('.conf'))).toEqual(
    told.map((line) => `the central system's Authorize.conf ${line}; this is not told again`),
  );
});

test('a time without a zone is UTC, in answers and in requests', async () => {
  const rig = Rig.prepare({ systemTimeMs: null });
  rig.central.answer('BootNotification', () => ({
    status: 'Accepted',
    interval: 300,
    currentTime: '2026-05-04T08:00:00.748659',
  }));
  await rig.powerOn();
  await rig.advance(1_000);
  const reservation = { connectorId: 1, idTag: '04A1B2C3', reservationId: 1 };
  expect(await rig.call('ReserveNow', { ...reservation, expiryDate: '2026-05-04T08:00:10' })).toEqual({
    status: 'Accepted',
  });
  await rig.expectStatus(1, 'Reserved');
  const free = await rig.expectStatus(1, 'Available');
  expect(String(free.payload.timestamp)).toMatch(/^2026-05-04T08:00:1[01]/);
  expect(rig.warnings.filter((line) => line.includes('ReserveNow.req expiryDate'))).toHaveLength(1);
});

test.each([
  '0001-01-01T00:00:00Z',
  '1970-01-01T00:00:12Z',
  '2023-12-31T23:59:59Z',
  '2100-01-01T00:00:00Z',
  '9999-12-31T23:59:59',
])('a currentTime of %s is not taken', async (currentTime) => {
  const rig = Rig.prepare({ systemTimeMs: null });
  rig.central.answer('BootNotification', () => ({ status: 'Accepted', interval: 300, currentTime }));
  rig.central.once('Heartbeat', () => ({ currentTime }));
  await rig.powerOn();
  await rig.charge(1).catch(() => undefined);
  expect(rig.central.calls('StartTransaction')).toEqual([]);
  // The audit looks at every date once a heartbeat has brought the time.
  await rig.expectCall('StartTransaction', {}, 900_000);
});

test('what is read is mended in place, deep in a request too; a request is held against its schema otherwise', () => {
  const list = (expiryDate: unknown) => ({
    listVersion: 1,
    updateType: 'Full',
    localAuthorizationList: [{ idTag: 'A', idTagInfo: { status: 'Accepted', expiryDate } }],
  });
  const { request } = messages.SendLocalList;
  const mended = readRequest(request, list('2026-05-04T08:00:00'));
  expect(mended).toEqual({
    payload: list('2026-05-04T08:00:00Z'),
    notes: ['localAuthorizationList[].idTagInfo.expiryDate: a time without a zone, read as UTC'],
    violation: undefined,
  });
  expect(readRequest(request, list(null)).violation?.code).toBe('TypeConstraintViolation');
  expect(readRequest(request, { ...list('2026-05-04T08:00:00Z'), listVersion: '1' }).violation).toBeDefined();
  expect(readResponse(messages.Authorize.response, { idTagInfo: { status: 'Fine' } }).violation).toBeDefined();
});
