/** Frames as some peers send them: bytes, byte order marks, NUL, numbers for ids. Nobody waits for an answer that has come. */
import { messageCharactersMax } from '../../src/ocpp/link/frame';
import type { Answer, Received } from '../../src/testing/central';
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

/** Every answer of the central system is sent so; `frame` makes the message of the text. */
function oddAnswers(rig: Rig, frame: (text: string) => string | Uint8Array): void {
  const { central } = rig;
  const send = central.sendText.bind(central);
  central.sendText = (...texts) => send(...texts.map((text) => (typeof text === 'string' ? frame(text) : text)));
}

const bytes = (text: string) => new TextEncoder().encode(text);
const withNumber = (text: string) => text.replace(/^\[([34]),"(\d+)"/, (_all, type, id) => `[${type},${BigInt(id)}`);

test.each<[string, (text: string) => string | Uint8Array, RegExp]>([
  ['as bytes', bytes, /message is binary/],
  ['with a byte order mark', (text) => `\uFEFF${text}`, /byte order mark/],
  ['with NUL behind them', (text) => `${text}\0`, /NUL/],
  ['as bytes with NUL behind them', (text) => bytes(`${text}\0`), /NUL/],
  ['with their ids as numbers', withNumber, /id in an answer is a number/],
])('answers %s are heard at once, and the fault is told once', async (_what, frame, told) => {
  const rig = Rig.prepare();
  oddAnswers(rig, frame);
  await rig.powerOn();
  await rig.advance(2_000);
  await rig.charge(1);
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction');
  const { received } = rig.central;
  expect(received.filter(({ repeated }) => repeated)).toEqual([]);
  expect(received.length).toBeGreaterThan(10);
  expect(rig.warnings.filter((line) => told.test(line))).toHaveLength(1);
});

test.each<[string, (request: Received) => Answer]>([
  ['a payload with a raw NUL', ({ id }) => ({ raw: `[3,"${id}",{"a":"\0"}]` })],
  ['an error with a raw NUL', ({ id }) => ({ raw: `[4,"${id}","InternalError","\0",{}]` })],
  ['an error that breaks off', ({ id }) => ({ raw: `[4,"${id}","InternalError","no` })],
  ['a payload that is too long', ({ id }) => ({ raw: `[3,"${id}",{"a":"${'x'.repeat(messageCharactersMax)}"}]` })],
])('an answer with %s: the next request does not wait for another', async (_what, answer) => {
  const rig = await Rig.start();
  rig.central.once('StatusNotification', answer);
  rig.plug(1);
  const status = await rig.expectStatus(1, 'Preparing');
  rig.present('04A1B2C3');
  const authorize = await rig.expectCall('Authorize');
  expect(authorize.at - status.at).toBeLessThan(3_000);
  await rig.expectCall('StartTransaction');
  expect(rig.central.connections).toBe(1);
});

test('bytes that are no text for an answer: the link closes with 1003, and the request is sent again over the next', async () => {
  const rig = await Rig.start();
  rig.central.once('StartTransaction', (request) => {
    rig.central.transactions.set(7, request);
    rig.central.sendText(Uint8Array.of(0xff, 0xfe, 0x00));
    return 'silence';
  });
  rig.central.once('StartTransaction', () => ({ transactionId: 7, idTagInfo: { status: 'Accepted' } }));
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  rig.present('04A1B2C3');
  const first = await rig.expectCall('StartTransaction');
  const second = await rig.expectCall('StartTransaction');
  expect(second.id).toBe(first.id);
  expect(second.at - first.at).toBeLessThan(2_000);
  expect(rig.central.closeCodes).toEqual([1003]);
  expect(rig.warnings.filter((line) => /binary/.test(line))).toHaveLength(1);
});

const fill = 'x'.repeat(messageCharactersMax);

test.each<[string, object]>([
  ['SendLocalList', { status: 'Failed' }],
  ['ChangeConfiguration', { status: 'Rejected' }],
  ['SetChargingProfile', { status: 'Rejected' }],
  ['RemoteStartTransaction', { status: 'Rejected' }],
  ['ReserveNow', { status: 'Rejected' }],
  ['DataTransfer', { status: 'Rejected' }],
  ['TriggerMessage', { status: 'Rejected' }],
  ['Reset', { status: 'Rejected' }],
  ['GetConfiguration', { callError: 'GenericError' }],
  ['UnlockConnector', { callError: 'GenericError' }],
  ['MakeCoffee', { callError: 'NotImplemented' }],
])('a %s that is too long is refused, and the link stays', async (action, answer) => {
  const rig = await Rig.start();
  await rig.charge(1);
  expect(await rig.call(action, { filler: fill })).toMatchObject(answer);
  expect(await rig.call('GetConfiguration', { key: ['UID'] })).toMatchObject({ unknownKey: [] });
  expect(rig.central.connections).toBe(1);
  expect(rig.truth(1).contactorClosed).toBe(true);
});
