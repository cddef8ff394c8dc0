/** Frames as OCPP-J 1.6 chapter 4 has them, and as peers get them wrong. */
import fc from 'fast-check';
import {
  encodeCall,
  encodeError,
  encodeResult,
  fitsMessageId,
  type Incoming,
  messageCharactersMax,
  parseFrame,
} from '../../../src/ocpp/link/frame';
import { ocpp16 } from '../../../src/ocpp/messages/protocol';
import { runs } from '../../support/soak';

const long = 'x'.repeat(37);
const parse = (message: Incoming) => parseFrame(message, ocpp16.errorCodes);

test('the three kinds of frame are read (J 4.2)', () => {
  expect(parse('[2,"19223201","Reset",{"type":"Soft"}]')).toEqual({
    kind: 'call',
    id: '19223201',
    action: 'Reset',
    payload: { type: 'Soft' },
  });
  expect(parse(' [ 3 , "19223201" , {} ] ')).toEqual({ kind: 'result', id: '19223201', payload: {} });
  expect(parse('[4,"162376037","NotSupported","SendLocalList.req not implemented",{"a":1}]')).toEqual({
    kind: 'error',
    id: '162376037',
    code: 'NotSupported',
    description: 'SendLocalList.req not implemented',
    details: { a: 1 },
  });
});

test('"If there is no payload JSON allows for two different notations: null or and empty object" (J 4.2.1)', () => {
  expect(parse('[2,"1","Heartbeat",null]')).toEqual({
    kind: 'call',
    id: '1',
    action: 'Heartbeat',
    payload: {},
  });
  expect(parse('[3,"1",null]')).toEqual({ kind: 'result', id: '1', payload: {} });
});

test.each([
  '[1,"1","A",{}]',
  '[5,"1","A",{}]',
  '["2","1","A",{}]',
  '[null,"1"]',
  '[]',
  '[2.5,"1","A",{}]',
])('%s: "a Message Type Number not in this list, it SHALL ignore the message payload" (J 4.1.3)', (text) => {
  expect(parse(text)).toEqual({ kind: 'bad', reason: 'message type is not 2, 3 or 4' });
});

test.each([
  ['[2,"1"]', '1', 'ProtocolError', 'a CALL has 4 elements, found 2'],
  ['[2,"1","Reset"]', '1', 'ProtocolError', 'a CALL has 4 elements, found 3'],
  ['[2,"1","Reset",{},{}]', '1', 'FormationViolation', 'a CALL has 4 elements, found 5'],
  ['[2,"1",7,{}]', '1', 'FormationViolation', 'action is not a text'],
  ['[2,"1","Reset",[]]', '1', 'FormationViolation', 'payload is not a JSON object'],
  ['[2,"1","Reset","Soft"]', '1', 'FormationViolation', 'payload is not a JSON object'],
  [`[2,"${long}","Reset",{}]`, long, 'FormationViolation', 'message id is longer than 36 characters'],
  ['[2,"1","Reset",{"type":', '1', 'FormationViolation', 'message is not JSON'],
  ['[2,1,"Reset",{}]', '1', 'FormationViolation', 'message id is not a text'],
  ['[2,12345678901234567890,"Reset",{}]', '12345678901234567890', 'FormationViolation', 'message id is not a text'],
  ['[2,5,"Reset",{"type"', '5', 'FormationViolation', 'message is not JSON'],
  ['\t[2 , "a\\"\\u0041\\\\" ,"Reset",{type:1}]', 'a"A\\', 'FormationViolation', 'message is not JSON'],
])('%s is answered to its id', (text, id, code, description) => {
  expect(parse(text)).toEqual({ kind: 'bad', id, reason: description, answerWith: { code, description } });
});

test.each(['[3,"1",[]]', '[3,"1",null]', '[3,"1",{}]'])('%s is an answer without members', (text) => {
  expect(parse(text)).toEqual({ kind: 'result', id: '1', payload: {} });
});

test.each([
  ['[3,"1"]', 'payload of CALLRESULT is not a JSON object'],
  ['[3,"1",[1]]', 'payload of CALLRESULT is not a JSON object'],
  ['[3,"1","Accepted"]', 'payload of CALLRESULT is not a JSON object'],
  ['[3,"1",{"currentTime":', 'message is not JSON'],
])('%s is a broken answer to CALL 1', (text, reason) => {
  expect(parse(text)).toEqual({ kind: 'bad', id: '1', reason });
});

test.each([
  '',
  'hello',
  '{}',
  'null',
  '"[2]"',
  '{"0":2}',
  '[2,1.5,"Reset",{}]',
  '[2,-1,"Reset",{}]',
  '[2,1e3,"Reset",{}]',
  '[2,null,"Reset",{}]',
  '[3,1.0,{}]',
  '[3,true,{}]',
  '[4,{},"GenericError","",{}]',
  '[2]',
  '[2,"unfinished',
  '[2,"\\x","Reset",{}]',
  `[2,"${'x'.repeat(5000)}","Reset",{`,
])('%s concerns no id, so there is nothing to answer', (text) => {
  const frame = parse(text);
  expect(frame).toEqual({ kind: 'bad', reason: expect.any(String) });
});

test('an id that a peer made a number of is given by its digits, to the last', () => {
  expect(parse('[3,112345600000001,{}]')).toEqual({
    kind: 'result',
    id: '112345600000001',
    payload: {},
    idIsNumber: true,
  });
  expect(parse('[ 3 , 9223312345600000001 , {"a":1} ]')).toMatchObject({ kind: 'result', id: '9223312345600000001' });
  expect(parse('[4,7,"InternalError"]')).toMatchObject({ kind: 'error', id: '7', code: 'InternalError' });
  expect(parse('[3,7,"Accepted"]')).toMatchObject({ kind: 'bad', id: '7', idIsNumber: true });
  expect(parse('[3,7,{"sta')).toMatchObject({ kind: 'bad', id: '7', idIsNumber: true });
});

test.each([
  ['[4,"1","InternalError","say "no" more",{}]', 'InternalError'],
  ['[4,"1","InternalError","\u0000",{}]', 'InternalError'],
  ['[4,"1",', 'GenericError'],
])('%s: an error that is not JSON is an error all the same', (text, code) => {
  expect(parse(text)).toEqual({ kind: 'error', id: '1', code, description: 'message is not JSON', details: {} });
});

const reset = '[2,"1","Reset",{"type":"Soft"}]';

test.each<[string, Incoming, string[]]>([
  ['bytes', Buffer.from(reset), ['message is binary, read as text']],
  ['a byte order mark', `\uFEFF${reset}`, ['message has a byte order mark or NUL around it, passed over']],
  ['NUL behind it', `${reset}\0\0`, ['message has a byte order mark or NUL around it, passed over']],
  [
    'bytes with NUL behind them',
    Buffer.from(`${reset}\0`),
    ['message is binary, read as text', 'message has a byte order mark or NUL around it, passed over'],
  ],
  ['bytes with a byte order mark', Buffer.from(`\uFEFF${reset}`), ['message is binary, read as text']],
])('%s: the message is read as it is meant, and the fault is noted', (_what, message, faults) => {
  const notes: string[] = [];
  const frame = parseFrame(message, ocpp16.errorCodes, (line) => notes.push(line));
  expect(frame).toEqual({ kind: 'call', id: '1', action: 'Reset', payload: { type: 'Soft' } });
  expect(notes).toEqual(faults);
});

test.each([
  Uint8Array.of(0xff),
  Buffer.from(`\uFEFF${reset}`, 'utf16le'),
  Buffer.from(`${reset}é`, 'latin1'),
])('bytes that are no text close the link: "data of a type it cannot accept" (RFC 6455, 7.4.1)', (bytes) => {
  expect(parse(bytes)).toEqual({ kind: 'bad', reason: 'binary message', closeWith: 1003 });
});

test('a message that is too long is known by its beginning alone', () => {
  const reason = `message is longer than ${messageCharactersMax} characters`;
  const fill = 'x'.repeat(messageCharactersMax);
  expect(parse(`[2,"1","DataTransfer",{"data":"${fill}"}]`)).toEqual({
    kind: 'call',
    id: '1',
    action: 'DataTransfer',
    payload: {},
    tooLong: reason,
  });
  expect(parse(`[3,"1",{"data":"${fill}"}]`)).toEqual({ kind: 'bad', id: '1', reason });
  expect(parse(`[4,"1","InternalError","${fill}",{}]`)).toMatchObject({
    kind: 'error',
    id: '1',
    code: 'InternalError',
  });
  for (const text of [`[2,5,"DataTransfer",{"data":"${fill}"}]`, `[2,"${long}","DataTransfer","${fill}"]`]) {
    expect(parse(text)).toMatchObject({ answerWith: { code: 'FormationViolation', description: reason } });
  }
  expect(parse(`[2,"1","${fill}",{}]`)).toMatchObject({ id: '1', answerWith: { description: reason } });
  expect(parse(`${fill}x`)).toEqual({ kind: 'bad', reason });
  const shell = '[2,"1","A",{"a":""}]';
  const fits = `[2,"1","A",{"a":"${'x'.repeat(messageCharactersMax - shell.length)}"}]`;
  expect(fits).toHaveLength(messageCharactersMax);
  expect(parse(fits)).toMatchObject({ kind: 'call', payload: { a: expect.stringMatching(/^x+$/) } });
});

test('a CALLERROR is understood however little of it there is', () => {
  const nothing = { kind: 'error', id: '1', code: 'GenericError', description: '', details: {} };
  for (const text of ['[4,"1"]', '[4,"1",null,null,null]', '[4,"1",1,2,3]']) expect(parse(text)).toEqual(nothing);
  expect(parse('[4,"1","OccurrenceConstraintViolation","",{},"more"]')).toMatchObject({
    code: 'OccurrenceConstraintViolation',
  });
});

test('ids of up to 36 characters fit (J 4.1.4)', () => {
  expect(['', 'x'.repeat(36), '🔌'.repeat(36), long, '🔌'.repeat(37)].map(fitsMessageId)).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});

test('a CALLERROR always has five elements, its description one line of at most 255 characters (J 4.2.3)', () => {
  expect(encodeError('1', 'GenericError', '')).toBe('[4,"1","GenericError","",{}]');
  expect(encodeError('1', 'InternalError', 'one\n  two\r\n')).toBe('[4,"1","InternalError","one two",{}]');
  for (const character of ['x', '🔌']) {
    const whole = parse(encodeError('1', 'GenericError', character.repeat(255)));
    expect(whole).toMatchObject({ description: character.repeat(255) });
    const cut = parse(encodeError('1', 'GenericError', character.repeat(256)));
    expect(cut).toMatchObject({ description: `${character.repeat(254)}…` });
  }
});

const ids = fc.string({ unit: 'binary', maxLength: 36 });
// What JSON can carry unchanged: it knows no -0 and takes "__proto__" for a name like any other.
const payloads = fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.parse(JSON.stringify(value)) as object);

test('what is encoded is read back, the id included', () => {
  fc.assert(
    fc.property(ids, fc.string(), payloads, (id, action, payload) => {
      expect(parse(encodeCall(id, action, payload))).toEqual({ kind: 'call', id, action, payload });
      expect(parse(encodeResult(id, payload))).toEqual({ kind: 'result', id, payload });
      expect(parse(encodeError(id, 'GenericError', action))).toMatchObject({ kind: 'error', id });
    }),
  );
});

test('a CALL cut off after its id, anywhere, is answered', () => {
  fc.assert(
    fc.property(ids, payloads, fc.nat(), (id, payload, cut) => {
      const text = encodeCall(id, 'Reset', payload);
      const head = `[2,${JSON.stringify(id)},`.length;
      const short = text.slice(0, head + (cut % (text.length - head)));
      expect(parse(short)).toMatchObject({ kind: 'bad', id, answerWith: { code: 'FormationViolation' } });
    }),
  );
});

test('no text and no JSON makes it throw', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.array(fc.jsonValue()).map((v) => JSON.stringify(v)),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(['call', 'result', 'error', 'bad']).toContain(parse(text).kind);
    }),
    { numRuns: runs(1000) },
  );
  expect(parse('['.repeat(200_000)).kind).toBe('bad');
  expect(parse(`[2,"${'\\"'.repeat(200_000)}`).kind).toBe('bad');
});
