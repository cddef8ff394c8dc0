/** Our own CALLs: one at a time, and every way they can end. */
import { type Bench, bench } from './rpc-pair';

const at = (id: string) => ({ id, timeoutMs: 1000 });
const beat = (rpc: Bench['rpc'], id = 'a') => rpc.call('Heartbeat', {}, at(id));
const heart = '{"currentTime":"2025-04-30T12:00:00Z"}';

test('a CALL leaves at once and ends with its CALLRESULT', async () => {
  const { rpc, sent, traced, clock } = bench();
  const outcome = beat(rpc);
  expect(sent).toEqual(['[2,"a","Heartbeat",{}]']);
  expect(rpc.busy).toBe(true);
  rpc.receive(`[3,"a",${heart}]`);
  expect(rpc.busy).toBe(false);
  expect(await outcome).toEqual({ kind: 'result', payload: { currentTime: '2025-04-30T12:00:00Z' } });
  expect(traced).toEqual([
    ['out', '[2,"a","Heartbeat",{}]'],
    ['in', `[3,"a",${heart}]`],
  ]);
  expect(clock.pendingTimers).toBe(0);
});

test('an answer that comes while the bytes are still leaving counts', async () => {
  const box: { rpc?: Bench['rpc'] } = {};
  const { rpc } = bench({ link: { send: () => box.rpc?.receive(`[3,"a",${heart}]`) } });
  box.rpc = rpc;
  expect(await beat(rpc)).toMatchObject({ kind: 'result' });
  expect(rpc.busy).toBe(false);
});

test('SHOULD NOT send a CALL unless the one before has been responded to or has timed out (J 4.1.1)', async () => {
  const { rpc, sent } = bench();
  const first = beat(rpc, 'a');
  await expect(beat(rpc, 'b')).rejects.toThrow('Heartbeat "b" while Heartbeat is outstanding');
  expect(sent).toHaveLength(1);
  rpc.receive(`[3,"a",${heart}]`);
  expect(await first).toMatchObject({ kind: 'result' });
  void beat(rpc, 'b');
  expect(sent).toHaveLength(2);
});

test('a CALLERROR ends the CALL, whatever its code', async () => {
  const { rpc } = bench();
  const outcome = beat(rpc);
  rpc.receive('[4,"a","SomeNewError","why",{}]');
  expect(await outcome).toEqual({ kind: 'error', code: 'SomeNewError', description: 'why' });
});

test('confirmations are read tolerantly, but not blindly', async () => {
  const { rpc } = bench();
  const extra = beat(rpc);
  rpc.receive('[3,"a",{"currentTime":"2025-04-30T12:00:00Z","zone":"Paris"}]');
  expect(await extra).toMatchObject({ kind: 'result', payload: { currentTime: '2025-04-30T12:00:00Z' } });

  const wrong = beat(rpc);
  rpc.receive('[3,"a",{"currentTime":"noon"}]');
  expect(await wrong).toEqual({
    kind: 'malformed',
    violation: { code: 'PropertyConstraintViolation', message: expect.stringMatching(/^currentTime: found "noon"/) },
    payload: { currentTime: 'noon' },
  });
});

test.each(['[3,"a"]', '[3,"a",7]', '[3,"a",{"currentTime":'])('%s ends the CALL as malformed at once', async (text) => {
  const { rpc, sent } = bench();
  const outcome = beat(rpc);
  rpc.receive(text);
  expect(await outcome).toMatchObject({ kind: 'malformed', violation: { code: 'FormationViolation' } });
  expect(rpc.counts).toEqual({ bad: 1, unknownAnswers: 0, turnedAway: 0 });
  expect(sent).toHaveLength(1);
});

test('without an answer the CALL times out at its time and not before', async () => {
  const { rpc, clock } = bench();
  let ended: unknown;
  void beat(rpc).then((outcome) => {
    ended = outcome;
  });
  await clock.advance(999);
  expect(ended).toBeUndefined();
  expect(rpc.busy).toBe(true);
  await clock.advance(1);
  expect(ended).toEqual({ kind: 'timeout' });
  expect(rpc.busy).toBe(false);
});

test('an answer to nobody is counted and changes nothing', async () => {
  const { rpc, sent, clock } = bench();
  rpc.receive(`[3,"a",${heart}]`);
  const outcome = beat(rpc, 'b');
  for (const text of [`[3,"a",${heart}]`, '[4,"a","GenericError","",{}]', '[3,"c",1]', `[3,"B",${heart}]`]) {
    rpc.receive(text);
  }
  expect(rpc.busy).toBe(true);
  expect(rpc.counts.unknownAnswers).toBe(5);
  expect(sent).toHaveLength(1);
  await clock.advance(1000);
  expect(await outcome).toEqual({ kind: 'timeout' });
});

test('a late answer counts for the retry with the same id (J errata 3.1)', async () => {
  const { rpc, clock } = bench();
  const first = beat(rpc);
  await clock.advance(1000);
  expect(await first).toEqual({ kind: 'timeout' });
  const retry = beat(rpc);
  rpc.receive(`[3,"a",${heart}]`); // to the first, for all we know
  expect(await retry).toMatchObject({ kind: 'result' });
  rpc.receive(`[3,"a",${heart}]`);
  expect(rpc.counts.unknownAnswers).toBe(1);
});

test('the timer of an answered CALL does not end the next one', async () => {
  const { rpc, clock } = bench();
  const first = beat(rpc, 'a');
  await clock.advance(900);
  rpc.receive(`[3,"a",${heart}]`);
  await first;
  void beat(rpc, 'b');
  await clock.advance(900);
  expect(rpc.busy).toBe(true);
});

test('when the link goes, the CALL is lost, and so is every later one', async () => {
  const { rpc, sent, clock } = bench();
  const outcome = beat(rpc);
  rpc.closed();
  expect(await outcome).toEqual({ kind: 'lost' });
  expect(await beat(rpc, 'b')).toEqual({ kind: 'lost' });
  rpc.receive(`[3,"b",${heart}]`);
  rpc.closed();
  expect(sent).toHaveLength(1);
  expect(clock.pendingTimers).toBe(0);
});

test('a link that throws has lost the CALL', async () => {
  const { rpc, warnings } = bench({
    link: {
      send: () => {
        throw new Error('not open');
      },
    },
  });
  expect(await beat(rpc)).toEqual({ kind: 'lost' });
  expect(rpc.busy).toBe(false);
  expect(warnings).toEqual(['the link did not take a message: not open']);
});

test('a payload of ours that violates its schema does not leave', async () => {
  const tooLong = { idTag: 'x'.repeat(21) };
  const strict = bench({ ownViolations: 'throw' });
  await expect(strict.rpc.call('Authorize', tooLong, at('a'))).rejects.toMatchObject({
    name: 'GreenupError',
    message: expect.stringMatching(/^our Authorize.req violates its schema: idTag: found a text of 21 characters/),
  });
  const lenient = bench({ ownViolations: 'report' });
  expect(await lenient.rpc.call('Authorize', tooLong, at('a'))).toMatchObject({
    kind: 'unsendable',
    violation: { code: 'PropertyConstraintViolation' },
  });
  expect(lenient.warnings).toHaveLength(1);
  expect([...strict.sent, ...lenient.sent]).toEqual([]);
  expect([strict.rpc.busy, lenient.rpc.busy]).toEqual([false, false]);
});

test('an id over 36 characters is a mistake of ours', async () => {
  const { rpc, sent } = bench();
  await expect(beat(rpc, 'x'.repeat(37))).rejects.toThrow('over 36 characters');
  expect(sent).toEqual([]);
});
