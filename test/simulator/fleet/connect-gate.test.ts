/** A fleet opens so many links at once and no more, each in its turn, and counts why others did not come about. */
import type { LinkEnd, LinkEvents, Transport } from '../../../src/ocpp/link/transport';
import { noLink } from '../../../src/ocpp/link/transport';
import { ConnectGate } from '../../../src/simulator/fleet/connect-gate';

const endpoint = { url: 'ws://central.test', identity: 'CP', security: { profile: 0 } } as const;

/** A central system that lets the test say what becomes of each attempt. */
function central() {
  const attempts: { identity: string; events: LinkEvents; sent: string[]; ended: string[] }[] = [];
  const inner: Transport = {
    connect: ({ identity }, _subprotocol, events) => {
      const attempt = { identity, events, sent: [] as string[], ended: [] as string[] };
      attempts.push(attempt);
      const end = (how: string) => () => void attempt.ended.push(how);
      const send = (text: string): void => void attempt.sent.push(text);
      return { ...noLink, send, unsentBytes: () => 7, close: end('close'), terminate: end('terminate') };
    },
  };
  return { inner, attempts };
}

function station(gate: ConnectGate, identity: string) {
  const heard: string[] = [];
  const link = gate.connect({ ...endpoint, identity }, 'ocpp1.6', {
    open: (root) => heard.push(`open ${root}`),
    message: (data) => heard.push(`message ${data}`),
    pong: () => heard.push('pong'),
    drained: () => heard.push('drained'),
    close: (reason, how) => heard.push(`close ${reason} ${how}`),
  });
  return { link, heard };
}

test('no more than that are being opened; the next has its turn when one is open or has failed', () => {
  const { inner, attempts } = central();
  const gate = new ConnectGate(inner, 2);
  for (const name of ['A', 'B', 'C', 'D', 'E']) station(gate, name);
  const begun = () => attempts.map(({ identity }) => identity).join('');
  expect(begun()).toBe('AB');
  expect(gate.counts).toMatchObject({ open: 0, opening: 2, waiting: 3 });
  attempts[1]?.events.open();
  expect(begun()).toBe('ABC');
  attempts[0]?.events.close('refused', 'refused');
  expect(begun()).toBe('ABCD');
  // One that was open had no turn to give back.
  attempts[1]?.events.close('bye', 'closed');
  expect(begun()).toBe('ABCD');
  expect(gate.counts).toMatchObject({ open: 0, opening: 2, waiting: 1, opened: 1 });
});

test('what became of the attempts is counted by cause, apart from links that were open', () => {
  const { inner, attempts } = central();
  const gate = new ConnectGate(inner, 10);
  const causes: LinkEnd[] = ['refused', 'refused', 'unauthorised', 'timedOut', 'noTls'];
  for (const cause of causes) station(gate, cause);
  for (const [index, cause] of causes.entries()) attempts[index]?.events.close(`it was ${cause}`, cause);
  station(gate, 'open');
  attempts[5]?.events.open();
  attempts[5]?.events.close('gone');
  expect(gate.counts.failed).toEqual(
    new Map([
      ['refused', 2],
      ['unauthorised', 1],
      ['timedOut', 1],
      ['noTls', 1],
    ]),
  );
  expect(gate.counts.ended).toEqual(new Map([['other', 1]]));
  expect(gate.reasons.get('unauthorised')).toBe('it was unauthorised');
});

test('the station hears and says all as without it', () => {
  const { inner, attempts } = central();
  const { link, heard } = station(new ConnectGate(inner, 1), 'A');
  const [attempt] = attempts;
  attempt?.events.open('root');
  attempt?.events.message('hello');
  attempt?.events.pong();
  attempt?.events.drained();
  link.send('text');
  expect(link.unsentBytes()).toBe(7);
  link.close(1000);
  link.terminate();
  attempt?.events.close('bye', 'closed');
  expect(heard).toEqual(['open root', 'message hello', 'pong', 'drained', 'close bye closed']);
  expect(attempt?.sent).toEqual(['text']);
  expect(attempt?.ended).toEqual(['close', 'terminate']);
});

test('who waits and wants no more is told so, takes nobody’s turn, and counts as no failure', async () => {
  const { inner, attempts } = central();
  const gate = new ConnectGate(inner, 1);
  station(gate, 'A');
  const [b, c] = [station(gate, 'B'), station(gate, 'C')];
  station(gate, 'D');
  b.link.terminate();
  b.link.close();
  c.link.close();
  expect(b.heard).toEqual([]);
  await Promise.resolve();
  expect([b.heard, c.heard]).toEqual([
    ['close the link was not wanted any more closed'],
    ['close the link was not wanted any more closed'],
  ]);
  attempts[0]?.events.open();
  expect(attempts.map(({ identity }) => identity)).toEqual(['A', 'D']);
  expect(gate.counts.failed.size).toBe(0);
});

test('whoever hears of a link may be an object whose methods belong to it', () => {
  const { inner, attempts } = central();
  class Hearing implements LinkEvents {
    readonly heard: string[] = [];

    open(): void {
      this.heard.push('open');
    }

    message(): void {
      this.heard.push('message');
    }

    pong(): void {
      this.heard.push('pong');
    }

    drained(): void {
      this.heard.push('drained');
    }

    close(): void {
      this.heard.push('close');
    }
  }
  const hearing = new Hearing();
  new ConnectGate(inner, 1).connect(endpoint, 'ocpp1.6', hearing);
  const { events } = attempts[0] ?? {};
  events?.open();
  events?.message('x');
  events?.pong();
  events?.drained();
  events?.close('gone');
  expect(hearing.heard).toEqual(['open', 'message', 'pong', 'drained', 'close']);
});
