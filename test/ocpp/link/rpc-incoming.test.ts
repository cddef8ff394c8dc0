import type { CallAnswer } from '../../../src/ocpp/link/answering';
import { bench, later } from './rpc-pair';

const reset = (id: string) => `[2,"${id}","Reset",{"type":"Soft"}]`;
const accepted: CallAnswer = { result: { status: 'Accepted' } };

test('the handler gets action, payload and id; its result goes back under the same id', async () => {
  const { rpc, sent, settle } = bench();
  const seen: unknown[] = [];
  rpc.onCall(async (action, payload, id) => {
    seen.push([action, payload, id]);
    return accepted;
  });
  rpc.receive('[2,"é\\"\\u0000🔌","Reset",{"type":"Hard"}]');
  await settle();
  expect(seen).toEqual([['Reset', { type: 'Hard' }, 'é"\u0000🔌']]);
  expect(sent).toEqual(['[3,"é\\"\\u0000🔌",{"status":"Accepted"}]']);
});

test('an error of the handler goes back as a CALLERROR', async () => {
  const { rpc, sent, settle } = bench();
  rpc.onCall(async () => ({ error: 'NotSupported', description: 'no smart charging' }));
  rpc.receive(reset('1'));
  await settle();
  expect(sent).toEqual(['[4,"1","NotSupported","no smart charging",{}]']);
});

test.each([
  ['[2,"1","Resett",{}]', 'NotImplemented'],
  ['[2,"1","reset",{"type":"Soft"}]', 'NotImplemented'],
  ['[2,"1","constructor",{}]', 'NotImplemented'],
  ['[2,"1","BootNotification",{}]', 'NotSupported'],
  ['[2,"1","Reset",{}]', 'OccurenceConstraintViolation'],
  ['[2,"1","Reset",{"type":"soft"}]', 'PropertyConstraintViolation'],
  ['[2,"1","Reset",{"type":1}]', 'TypeConstraintViolation'],
  ['[2,"1","Reset",{"type":"Soft","a":1}]', 'FormationViolation'],
  ['[2,"1","Reset",[]]', 'FormationViolation'],
  ['[2,"1","Reset"]', 'ProtocolError'],
  ['[2,"1","Reset",{', 'FormationViolation'],
])('%s never reaches the handler: %s', async (text, code) => {
  const { rpc, frames, settle } = bench();
  const handler = jest.fn(async () => accepted);
  rpc.onCall(handler);
  rpc.receive(text);
  await settle();
  expect(handler).not.toHaveBeenCalled();
  expect(frames()).toEqual([[4, '1', code, expect.stringMatching(/./), {}]]);
});

test('without a handler a known action is NotSupported', async () => {
  const { rpc, frames, settle } = bench();
  rpc.receive(reset('1'));
  await settle();
  expect(frames()).toEqual([[4, '1', 'NotSupported', 'Reset is not handled', {}]]);
});

test('DataTransfer may come from either side', async () => {
  const { rpc, sent, settle } = bench();
  rpc.onCall(async () => ({ result: { status: 'UnknownVendorId' } }));
  rpc.receive('[2,"1","DataTransfer",{"vendorId":"V"}]');
  await settle();
  expect(sent).toEqual(['[3,"1",{"status":"UnknownVendorId"}]']);
});

test.each([
  ['rejects', () => Promise.reject(new Error('disk\n  full'))],
  [
    'throws',
    () => {
      throw new Error('disk\n  full');
    },
  ],
])('a handler that %s is an InternalError in one line, and the next CALL is served', async (_how, fail) => {
  const { rpc, sent, warnings, settle } = bench();
  rpc.onCall((_action, _payload, id) => (id === '1' ? fail() : Promise.resolve(accepted)));
  rpc.receive(reset('1'));
  rpc.receive(reset('2'));
  await settle();
  expect(sent).toEqual(['[4,"1","InternalError","disk full",{}]', '[3,"2",{"status":"Accepted"}]']);
  expect(warnings).toEqual(['Reset "1" failed: disk full']);
});

test('a result that violates its schema does not leave', async () => {
  const { rpc, frames, warnings, settle } = bench();
  rpc.onCall(async () => ({ result: { status: 'Perhaps' } }));
  rpc.receive(reset('1'));
  await settle();
  expect(frames()).toEqual([[4, '1', 'InternalError', expect.stringContaining('our Reset.conf violates'), {}]]);
  expect(warnings).toHaveLength(1);
});

test('CALLs that come at once are handled one after the other, in order', async () => {
  const { rpc, sent, settle } = bench();
  const started: string[] = [];
  const first = later<CallAnswer>();
  rpc.onCall((_action, _payload, id) => {
    started.push(id);
    return id === '1' ? first.promise : Promise.resolve(accepted);
  });
  for (const id of ['1', '2', '3']) rpc.receive(reset(id));
  await settle();
  expect(started).toEqual(['1']);
  expect(sent).toEqual([]);
  first.resolve(accepted);
  await settle();
  expect(started).toEqual(['1', '2', '3']);
  expect(sent).toEqual(['1', '2', '3'].map((id) => `[3,"${id}",{"status":"Accepted"}]`));
});

test('a CALL of the peer is answered while ours is outstanding (J 4.1.1), even under the same id', async () => {
  const { rpc, sent, settle } = bench();
  rpc.onCall(async () => accepted);
  const outcome = rpc.call('Heartbeat', {}, { id: '1', timeoutMs: 1000 });
  rpc.receive(reset('1'));
  await settle();
  expect(sent).toEqual(['[2,"1","Heartbeat",{}]', '[3,"1",{"status":"Accepted"}]']);
  expect(rpc.busy).toBe(true);
  rpc.receive('[3,"1",{"currentTime":"2025-04-30T12:00:00Z"}]');
  expect(await outcome).toMatchObject({ kind: 'result' });
});

test('a CALL that comes while an answer is leaving is served once', async () => {
  const sent: string[] = [];
  const { rpc, settle } = bench({
    link: {
      send: (text) => {
        sent.push(text);
        if (sent.length === 1) rpc.receive(reset('2'));
      },
    },
  });
  const handler = jest.fn(async () => accepted);
  rpc.onCall(handler);
  rpc.receive(reset('1'));
  await settle();
  expect(sent).toEqual(['[3,"1",{"status":"Accepted"}]', '[3,"2",{"status":"Accepted"}]']);
  expect(handler).toHaveBeenCalledTimes(2);
});

test('beyond the limit the newest CALL is turned away at once', async () => {
  const { rpc, sent, settle } = bench({ incomingCallsMax: 2 });
  const first = later<CallAnswer>();
  rpc.onCall((_action, _payload, id) => (id === '1' ? first.promise : Promise.resolve(accepted)));
  for (const id of ['1', '2', '3']) rpc.receive(reset(id));
  expect(sent).toEqual(['[4,"3","InternalError","2 CALLs are waiting already",{}]']);
  expect(rpc.counts.turnedAway).toBe(1);
  first.resolve(accepted);
  await settle();
  rpc.receive(reset('4'));
  await settle();
  expect(sent.slice(1)).toEqual(['1', '2', '4'].map((id) => `[3,"${id}",{"status":"Accepted"}]`));
});

test('"an existing call with the same unique identifier is being handled already" (J 4.2.3)', async () => {
  const { rpc, frames, settle } = bench();
  const first = later<CallAnswer>();
  const handler = jest.fn(() => first.promise);
  rpc.onCall(handler);
  rpc.receive(reset('1'));
  rpc.receive(reset('1'));
  expect(frames()).toEqual([[4, '1', 'GenericError', 'a CALL with this message id is being handled already', {}]]);
  first.resolve(accepted);
  await settle();
  rpc.receive(reset('1'));
  await settle();
  expect(frames().slice(1)).toEqual([
    [3, '1', { status: 'Accepted' }],
    [3, '1', { status: 'Accepted' }],
  ]);
  expect(handler).toHaveBeenCalledTimes(2);
});

test('a handler that hangs is answered for, and its late answer is dropped', async () => {
  const { rpc, sent, clock } = bench({ handlerTimeoutMs: 5000 });
  const first = later<CallAnswer>();
  rpc.onCall((_action, _payload, id) => (id === '1' ? first.promise : Promise.resolve(accepted)));
  rpc.receive(reset('1'));
  rpc.receive(reset('2'));
  await clock.advance(4999);
  expect(sent).toEqual([]);
  await clock.advance(1);
  const answers = ['[4,"1","InternalError","no answer within 5000 ms",{}]', '[3,"2",{"status":"Accepted"}]'];
  expect(sent).toEqual(answers);
  first.resolve(accepted);
  await clock.advance(60_000);
  expect(sent).toEqual(answers);
  expect(clock.pendingTimers).toBe(0);
});

test('what follows the answer happens after it has left', async () => {
  const { rpc, sent, warnings, settle } = bench();
  const order: number[] = [];
  rpc.onCall(async () => ({
    result: { status: 'Accepted' },
    afterwards: () => {
      order.push(sent.length);
      throw new Error('cannot');
    },
  }));
  rpc.receive(reset('1'));
  rpc.receive(reset('2'));
  await settle();
  expect(order).toEqual([1, 2]);
  expect(warnings).toEqual([
    'Reset: what follows the answer failed: cannot',
    'Reset: what follows the answer failed: cannot',
  ]);
});

test('when the link goes, answers under way are dropped, waiting CALLs forgotten, and what follows still happens', async () => {
  const { rpc, sent, settle, clock } = bench();
  const first = later<CallAnswer>();
  const afterwards = jest.fn();
  const handler = jest.fn(() => first.promise);
  rpc.onCall(handler);
  rpc.receive(reset('1'));
  rpc.receive(reset('2'));
  rpc.closed();
  first.resolve({ ...accepted, afterwards });
  await settle();
  rpc.receive(reset('3'));
  await settle();
  expect(sent).toEqual([]);
  expect(handler).toHaveBeenCalledTimes(1);
  expect(afterwards).toHaveBeenCalledTimes(1);
  expect(clock.pendingTimers).toBe(0);
});

test('a link that throws away an answer does not stop the next', async () => {
  const sent: string[] = [];
  const { rpc, warnings, settle } = bench({
    link: {
      send: (text) => {
        if (text.includes('"1"')) throw new Error('not open');
        sent.push(text);
      },
    },
  });
  rpc.onCall(async () => accepted);
  rpc.receive(reset('1'));
  rpc.receive(reset('2'));
  await settle();
  expect(sent).toEqual(['[3,"2",{"status":"Accepted"}]']);
  expect(warnings).toEqual(['the link did not take a message: not open']);
});

test('a CALL behind an answer is handled when the answer has taken effect; what hangs there is waited for a second', async () => {
  const { rpc, clock } = bench();
  const events: string[] = [];
  const stored = later<void>();
  rpc.onCall(async (_action, _payload, id) => {
    events.push(`handled ${id}`);
    return accepted;
  });
  const take = (outcome: { kind: string }) => {
    events.push(outcome.kind);
    return stored.promise;
  };
  void rpc.call('Heartbeat', {}, { id: 'a', timeoutMs: 1000, take });
  rpc.receive('[3,"a",{"currentTime":"2025-04-30T12:00:00Z"}]');
  rpc.receive(reset('1'));
  await clock.advance(999);
  expect(events).toEqual(['result']);
  await clock.advance(1);
  expect(events).toEqual(['result', 'handled 1']);
  stored.resolve();
});

test('an answer behind a CALL waits until the CALL before it has begun, not until it is answered', async () => {
  const { rpc, settle } = bench();
  const first = later<CallAnswer>();
  const events: string[] = [];
  rpc.onCall((_action, _payload, id) => {
    events.push(`handled ${id}`);
    return id === '1' ? first.promise : Promise.resolve(accepted);
  });
  const call = (id: string) =>
    rpc.call('Heartbeat', {}, { id, timeoutMs: 1000, take: () => void events.push(`answered ${id}`) });
  void call('a');
  rpc.receive(reset('1'));
  rpc.receive('[3,"a",{"currentTime":"2025-04-30T12:00:00Z"}]');
  await settle();
  void call('b');
  rpc.receive(reset('2'));
  rpc.receive('[3,"b",{"currentTime":"2025-04-30T12:00:00Z"}]');
  await settle();
  expect(events).toEqual(['handled 1', 'answered a']);
  first.resolve(accepted);
  await settle();
  expect(events).toEqual(['handled 1', 'answered a', 'handled 2', 'answered b']);
});

test('an answer that has come counts, although the link goes or the time is over before its turn', async () => {
  const { rpc, clock } = bench();
  rpc.onCall(() => later<CallAnswer>().promise);
  const outcome = rpc.call('Heartbeat', {}, { id: 'a', timeoutMs: 1000 });
  rpc.receive(reset('1'));
  rpc.receive(reset('2'));
  rpc.receive('[3,"a",{"currentTime":"2025-04-30T12:00:00Z"}]');
  await clock.advance(2000);
  rpc.closed();
  // The handler before it still hangs.
  expect(await outcome).toMatchObject({ kind: 'result' });
});

test('an effect that fails harms nothing behind it', async () => {
  const { rpc, sent, warnings, settle } = bench();
  rpc.onCall(async () => accepted);
  const fail = (): void => {
    throw new Error('no room');
  };
  for (const take of [fail, async () => fail()]) {
    void rpc.call('Heartbeat', {}, { id: 'a', timeoutMs: 1000, take });
    rpc.receive('[3,"a",{"currentTime":"2025-04-30T12:00:00Z"}]');
    rpc.receive(reset('1'));
    await settle();
  }
  expect(sent.filter((text) => text.startsWith('[3'))).toHaveLength(2);
  expect(warnings).toEqual(['what follows an answer failed: no room', 'what follows an answer failed: no room']);
});

test.each([
  ['[2,"1","Reset",{"type":"Soft"}]', true],
  [' [ 2 , broken', true],
  ['[2,"1","Reset",broken', true],
  ['[3,"1",{"currentTime":"2025-04-30T12:00:00Z"}]', false],
  ['[22,"1"]', false],
  [Buffer.from('[2,"1","Reset",{}]'), true],
  [Buffer.from('[22,"1"]'), false],
])('while CALLs are ignored %s gets no answer, and answers are taken', async (text, isCall) => {
  let ignores = true;
  const { rpc, sent, settle } = bench({ ignoresCalls: () => (ignores ? 'not yet' : undefined) });
  rpc.onCall(async () => accepted);
  const outcome = rpc.call('Heartbeat', {}, { id: '1', timeoutMs: 1000 });
  sent.length = 0;
  rpc.receive(text);
  await settle();
  expect(sent).toEqual([]);
  expect(rpc.busy).toBe(!text.includes('currentTime'));
  ignores = false;
  rpc.receive(reset('1'));
  await settle();
  expect(sent).toEqual(['[3,"1",{"status":"Accepted"}]']);
  rpc.closed();
  expect((await outcome).kind).toBe(isCall || rpc.counts.bad > 0 ? 'lost' : 'result');
});
