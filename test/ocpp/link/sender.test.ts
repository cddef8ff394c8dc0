/** What leaves next: one CALL at a time, by lane, by order and by what the boot gate allows. */
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { Rpc } from '../../../src/ocpp/link/rpc';
import { type Lane, type OrderedSource, Sender } from '../../../src/ocpp/link/sender';
import { ocpp16, type SentActions } from '../../../src/ocpp/messages/protocol';

interface Stored {
  seq: number;
  name: string;
}

function bench() {
  const clock = new VirtualClock();
  const sent: string[] = [];
  const outcomes: string[] = [];
  const stored: Stored[] = [];
  const wait = { dueAt: undefined as number | undefined, settling: undefined as number | undefined };
  let seq = 0;
  let id = 0;
  const errors: string[] = [];
  const link = { send: (text: string) => void sent.push((JSON.parse(text) as string[])[3] as never) };
  const rpc = new Rpc({ protocol: ocpp16, link, clock, ownViolations: 'throw', late: (id) => sender.late(id) });
  const source: OrderedSource<SentActions> = {
    linkUp: () => {
      wait.dueAt = undefined;
    },
    next: () => {
      const first = stored[0];
      if (!first || clock.now() < (wait.dueAt ?? 0)) return undefined;
      return {
        seq: first.seq,
        send: async (r) => {
          stored.shift();
          await r.call('Authorize', { idTag: first.name }, { id: `s${first.seq}`, timeoutMs: 1_000 });
        },
      };
    },
    dueAt: () => wait.dueAt,
    backlog: () => stored.length,
    settling: () => wait.settling,
    late: () => undefined,
  };
  const sender = new Sender(
    clock,
    () => String(++id),
    () => ++seq,
    source,
    (code) => errors.push(code),
  );
  /** Every CALL is an Authorize; its tag is its name. */
  const send = (name: string, lane: Lane, payload: () => { idTag: string } | undefined = () => ({ idTag: name })) =>
    void sender.send('Authorize', lane, payload, 1_000).then((o) => outcomes.push(`${name} ${o.kind}`));
  const store = (name: string) => stored.push({ seq: ++seq, name });
  const names = () => (sent as unknown as { idTag: string }[]).map((p) => p.idTag);
  /** Answers what is outstanding, and what leaves because of that, until nothing more leaves. */
  const drain = async () => {
    for (let before = -1; before !== sent.length; ) {
      before = sent.length;
      await clock.advance(0);
      for (let n = 1; n <= 60; n++)
        for (const p of ['', 's']) rpc.receive(`[3,"${p}${n}",{"idTagInfo":{"status":"Accepted"}}]`);
      await clock.advance(0);
    }
  };
  return { clock, rpc, sender, send, store, stored, wait, names, outcomes, drain, errors };
}

function open() {
  const b = bench();
  b.sender.linkUp(b.rpc);
  b.sender.setGate('open');
  return b;
}

test('one at a time: the next leaves when the answer has come', async () => {
  const b = open();
  b.send('a', 'ordered');
  b.send('b', 'ordered');
  await b.clock.advance(500);
  expect(b.names()).toEqual(['a']);
  await b.drain();
  expect(b.names()).toEqual(['a', 'b']);
  expect(b.outcomes).toEqual(['a result', 'b result']);
});

test('or when it has timed out', async () => {
  const b = open();
  b.send('a', 'ordered');
  b.send('b', 'ordered');
  await b.clock.advance(1_100);
  expect(b.names()).toEqual(['a', 'b']);
  expect(b.outcomes).toEqual(['a timeout']);
});

test('boot first, then what was asked for, then who waits with a card, then news, then idle', async () => {
  const b = open();
  b.send('first', 'ordered');
  for (const lane of ['idle', 'ordered', 'prompt', 'asked', 'boot'] as const) b.send(lane, lane);
  await b.drain();
  expect(b.names()).toEqual(['first', 'boot', 'asked', 'prompt', 'ordered', 'idle']);
});

test.each([
  ['closed', ['boot']],
  ['asked', ['boot', 'asked']],
  ['open', ['boot', 'asked', 'prompt', 'ordered', 'stored', 'idle']],
] as const)('gate %s lets %p through', async (gate, allowed) => {
  const b = bench();
  b.sender.linkUp(b.rpc);
  b.sender.setGate(gate);
  for (const lane of ['idle', 'ordered', 'prompt', 'asked', 'boot'] as const) b.send(lane, lane);
  b.store('stored');
  b.sender.pump();
  await b.drain();
  expect([...b.names()].sort()).toEqual([...allowed].sort());
  b.sender.setGate('open');
  await b.drain();
  expect(b.names()).toHaveLength(6);
});

test('news and stored messages leave in the order in which they happened (4.9, 3.7)', async () => {
  const b = open();
  b.send('status 1', 'ordered');
  b.store('start');
  b.send('status 2', 'ordered');
  b.store('stop');
  b.send('status 3', 'ordered');
  await b.drain();
  expect(b.names()).toEqual(['status 1', 'start', 'status 2', 'stop', 'status 3']);
});

test('news of the present do not wait behind a long backlog', async () => {
  const b = bench();
  b.sender.linkUp(b.rpc);
  for (let n = 0; n < 6; n++) b.store(`old ${n}`);
  b.send('news', 'ordered');
  b.sender.setGate('open');
  await b.drain();
  expect(b.names()[0]).toBe('news');
});

test('news that happened after a record which is on its way to the disk wait for it, but not for ever', async () => {
  const b = open();
  b.wait.settling = 800;
  b.send('news', 'ordered');
  b.send('card', 'prompt');
  await b.drain();
  expect(b.names()).toEqual(['card']);
  await b.clock.advance(799);
  expect(b.names()).toEqual(['card']);
  b.wait.settling = undefined;
  await b.clock.advance(1);
  expect(b.names()).toEqual(['card', 'news']);
});

test('a stored message that waits for its next try leaves by itself when it is due, and holds up nothing else', async () => {
  const b = open();
  b.wait.dueAt = 5_000;
  b.store('retry');
  b.send('news', 'ordered');
  await b.drain();
  expect(b.names()).toEqual(['news']);
  await b.clock.advance(4_999);
  expect(b.names()).toEqual(['news']);
  await b.clock.advance(1);
  expect(b.names()).toEqual(['news', 'retry']);
});

test('without a link no timer waits', async () => {
  const b = open();
  b.wait.dueAt = 60_000;
  b.store('retry');
  b.sender.pump();
  await b.drain();
  b.sender.linkDown();
  expect(b.clock.pendingTimers).toBe(0);
});

test('over a new link leaves at once what an old one made wait', async () => {
  const b = open();
  b.wait.dueAt = 60_000;
  b.store('retry');
  b.sender.pump();
  await b.drain();
  expect(b.names()).toEqual([]);
  b.sender.linkDown();
  b.sender.linkUp(b.rpc);
  expect(b.names()).toEqual(['retry']);
});

test('a payload is made when it leaves, and may withdraw itself', async () => {
  const b = open();
  let value = 'early';
  b.send('first', 'ordered');
  b.send('x', 'ordered', () => ({ idTag: value }));
  b.send('gone', 'ordered', () => undefined);
  value = 'late';
  await b.drain();
  expect(b.names()).toEqual(['first', 'late']);
  expect(b.outcomes).toContain('gone lost');
});

test('what waits when the link goes is lost, and so is what comes without a link', async () => {
  const b = open();
  b.send('a', 'ordered');
  b.send('b', 'ordered');
  b.sender.linkDown();
  b.rpc.closed();
  b.send('c', 'ordered');
  await b.clock.advance(10);
  expect(b.outcomes.sort()).toEqual(['a lost', 'b lost', 'c lost']);
  expect(b.names()).toEqual(['a']);
});

test('a payload against the schema is lost for its sender and stops nothing', async () => {
  const b = open();
  b.send('bad', 'ordered', () => ({ idTag: 'x'.repeat(21) }));
  b.send('good', 'ordered');
  await b.drain();
  expect(b.outcomes).toEqual(['bad lost', 'good result']);
});

test('the code of a CALLERROR is told: with SecurityError the central system does not know this station', async () => {
  const b = open();
  b.send('a', 'prompt');
  await b.clock.advance(0);
  b.rpc.receive('[4,"1","SecurityError","",{}]');
  await b.clock.advance(0);
  expect(b.errors).toEqual(['SecurityError']);
});

test('the time of the last CALL is kept, for the heartbeat', async () => {
  const b = open();
  await b.clock.advance(700);
  b.send('a', 'idle');
  await b.clock.advance(50);
  expect(b.sender.lastSentAt).toBe(700);
});

test('an answer that comes after the time-out is heard once, and lets what waits behind it leave', async () => {
  const b = open();
  const heard: string[] = [];
  const late = (outcome: { kind: string }) => void heard.push(outcome.kind);
  void b.sender.send('Authorize', 'prompt', () => ({ idTag: 'a' }), 1_000, { late });
  await b.clock.advance(1_100);
  for (let times = 0; times < 2; times++) b.rpc.receive('[3,"1",{"idTagInfo":{"status":"Accepted"}}]');
  b.rpc.receive('[3,"2",{"idTagInfo":{"status":"Accepted"}}]');
  await b.clock.advance(0);
  expect(heard).toEqual(['result']);
  expect(b.rpc.counts.unknownAnswers).toBe(2);
});

test('the answer to a repetition is that of the repetition, under the id of the first', async () => {
  const b = open();
  const heard: string[] = [];
  const send = () =>
    b.sender.send('Authorize', 'prompt', () => ({ idTag: 'a' }), 1_000, {
      id: 'kept',
      take: ({ kind }) => void heard.push(kind),
      late: ({ kind }) => void heard.push(`late ${kind}`),
    });
  void send();
  await b.clock.advance(1_100);
  void send();
  for (let times = 0; times < 2; times++) b.rpc.receive('[3,"kept",{"idTagInfo":{"status":"Accepted"}}]');
  await b.clock.advance(0);
  expect(heard).toEqual(['timeout', 'result']);
});
