/** The connection comes back after every ending, without flooding, and notices a link that is dead. */
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { Connection } from '../../../src/ocpp/link/connection';
import { connectionUrl } from '../../../src/ocpp/link/endpoint';
import { Distrust } from '../../../src/ocpp/link/peer-judge';
import type { LinkEvents } from '../../../src/ocpp/link/transport';

interface Attempt {
  url: string;
  subprotocol: string;
  events: LinkEvents;
  at: number;
  pings: number;
  ended: 'no' | 'closed' | 'terminated';
}

function bench(options: { random?: number; reconnectMs?: number; pingMs?: number; target?: string | undefined } = {}) {
  const clock = new VirtualClock();
  const attempts: Attempt[] = [];
  const happened: string[] = [];
  const settings = { reconnectMs: 10_000, pingMs: 0, ...options };
  const target = { url: 'target' in options ? options.target : 'ws://central.test' };
  const connection = new Connection({
    clock,
    transport: {
      connect: (endpoint, subprotocol, events) => {
        const url = connectionUrl(endpoint);
        const attempt: Attempt = { url, subprotocol, events, at: clock.now(), pings: 0, ended: 'no' };
        attempts.push(attempt);
        const end = (how: 'closed' | 'terminated') => {
          attempt.ended = how;
          clock.at(clock.now(), () => events.close(how));
        };
        return {
          send: (text) => happened.push(`sent ${text}`),
          ping: () => {
            attempt.pings += 1;
          },
          pause: () => void happened.push('paused'),
          resume: () => void happened.push('resumed'),
          unsentBytes: () => 0,
          close: () => end('closed'),
          terminate: () => end('terminated'),
        };
      },
    },
    random: () => options.random ?? 0,
    subprotocol: 'ocpp1.6',
    endpoint: () =>
      target.url === undefined ? undefined : { url: target.url, identity: 'CP 1', security: { profile: 0 } },
    reconnectMs: () => settings.reconnectMs,
    pingMs: () => settings.pingMs,
    onOpen: () => happened.push('open'),
    onMessage: (data) => happened.push(`got ${String(data)}`),
    onClose: (reason) => happened.push(`close ${reason}`),
    onFailed: (how) => happened.push(`in vain: ${how}`),
  });
  const last = (): Attempt => {
    const attempt = attempts.at(-1);
    if (!attempt) throw new Error('no attempt was made');
    return attempt;
  };
  return { clock, connection, attempts, happened, settings, target, last };
}

test('connects at once, with the encoded identity, and tells of open, messages and close', () => {
  const { connection, last, happened } = bench();
  connection.start();
  expect(last().url).toBe('ws://central.test/CP%201');
  expect(last().subprotocol).toBe('ocpp1.6');
  expect(connection.status).toBe('Connection');
  connection.send('too early');
  last().events.open();
  expect(connection.status).toBe('Connected');
  connection.send('hello');
  last().events.message('hi');
  last().events.close('gone');
  expect(connection.status).toBe('Disconnected');
  expect(connection.lastError).toBe('gone');
  last().events.message('late');
  expect(happened).toEqual(['open', 'sent hello', 'got hi', 'close gone']);
});

test('a link that was lost after a good time is made again within a second', async () => {
  const { clock, connection, attempts, last } = bench();
  connection.start();
  last().events.open();
  await clock.advance(60_000);
  last().events.close('gone');
  await clock.advance(1_000);
  expect(attempts).toHaveLength(2);
});

test('refusals make the waits grow to four times the key, and never end', async () => {
  const { clock, connection, attempts } = bench();
  connection.start();
  for (let n = 0; n < 8; n++) {
    attempts.at(-1)?.events.close('refused');
    await clock.advance(200_000);
    expect(attempts).toHaveLength(n + 2);
  }
  const { events } = attempts.at(-1) ?? {};
  events?.close('refused');
  await clock.advance(39_000);
  expect(attempts).toHaveLength(9);
  await clock.advance(2_000);
  expect(attempts).toHaveLength(10);
});

test('the jitter only shortens, by at most a quarter', async () => {
  const { clock, connection, attempts, last } = bench({ random: 0.999 });
  connection.start();
  last().events.close('refused');
  await clock.advance(7_400);
  expect(attempts).toHaveLength(1);
  await clock.advance(200);
  expect(attempts).toHaveLength(2);
});

test('a server that accepts and closes at once is not stormed', async () => {
  const { clock, connection, attempts, last } = bench();
  connection.start();
  for (let ms = 0; ms < 120_000; ms += 100) {
    if (connection.status === 'Connection') {
      last().events.open();
      last().events.close('go away');
    }
    await clock.advance(100);
  }
  expect(attempts.length).toBeGreaterThan(3);
  expect(attempts.length).toBeLessThan(12);
});

test('without URL or UID it waits, and connects when they are set', async () => {
  const { clock, connection, attempts, target } = bench({ target: undefined });
  connection.start();
  await clock.advance(300_000);
  expect(attempts).toEqual([]);
  target.url = 'ws://late.test';
  await clock.advance(60_000);
  expect(attempts.map((a) => a.url)).toEqual(['ws://late.test/CP%201']);
});

test('stop ends it for good, start begins anew; what arrives in between is not heard', async () => {
  const { clock, connection, attempts, happened, last } = bench();
  connection.start();
  last().events.open();
  connection.stop();
  last().events.message('too late');
  await clock.advance(600_000);
  expect(attempts).toHaveLength(1);
  expect(last().ended).toBe('closed');
  expect(happened).toEqual(['open', 'close closed']);
  connection.start();
  expect(attempts).toHaveLength(2);
});

test('cut drops the wire without a word', () => {
  const { connection, last } = bench();
  connection.start();
  last().events.open();
  connection.cut();
  expect(last().ended).toBe('terminated');
});

test('restart closes and connects to the present target at once', async () => {
  const { clock, connection, attempts, target, last } = bench();
  connection.start();
  last().events.open();
  target.url = 'ws://other.test';
  connection.restart();
  await clock.advance(1_000);
  expect(attempts[0]?.ended).toBe('closed');
  expect(last().url).toBe('ws://other.test/CP%201');
});

describe('attempts', () => {
  test('when the last one was and the next one will be is known while it waits', async () => {
    const { clock, connection, last } = bench({ random: 1 });
    expect([connection.tries, connection.lastTryAt, connection.nextTry]).toEqual([0, undefined, undefined]);
    await clock.advance(5);
    connection.start();
    expect([connection.tries, connection.lastTryAt, connection.nextTry]).toEqual([1, 5, undefined]);
    await clock.advance(95);
    last().events.close('refused', 'refused');
    expect([connection.tries, connection.lastTryAt, connection.nextTry]).toEqual([1, 5, 100 + 7_500]);
    await clock.advance(7_500);
    expect([connection.tries, connection.lastTryAt, connection.nextTry]).toEqual([2, 7_600, undefined]);
    last().events.open();
    expect(connection.nextTry).toBeUndefined();
    connection.stop();
    await clock.advance(1);
    expect(connection.nextTry).toBeUndefined();
  });

  test('somebody who does not want to wait has one at once, alone, and the waits go on', async () => {
    const { clock, connection, attempts, last } = bench();
    expect(connection.tryNow()).toBe(false);
    connection.start();
    expect(connection.tryNow()).toBe(false);
    last().events.close('refused', 'refused');
    await clock.advance(4_000);
    expect(connection.tryNow()).toBe(true);
    expect(connection.tryNow()).toBe(false);
    expect(attempts).toHaveLength(2);
    // The attempt that was waited for does not come on top.
    await clock.advance(20_000);
    expect(attempts).toHaveLength(2);
    last().events.close('refused', 'refused');
    expect(connection.nextTry).toBe(24_000 + 10_000);
    await clock.advance(10_000);
    expect(attempts).toHaveLength(3);
    last().events.open();
    expect(connection.tryNow()).toBe(false);
  });

  test('without an address none is counted, and none can be had', async () => {
    const { clock, connection, target, attempts } = bench({ target: undefined });
    connection.start();
    await clock.advance(60_000);
    expect([connection.tries, connection.nextTry, connection.tryNow()]).toEqual([0, undefined, false]);
    target.url = 'ws://central.test';
    expect(connection.tryNow()).toBe(true);
    expect([connection.tries, attempts.length]).toEqual([1, 1]);
  });
});

describe('pings', () => {
  test('one each interval; an unanswered one ends the link at the next', async () => {
    const { clock, connection, last } = bench({ pingMs: 20_000 });
    connection.start();
    last().events.open();
    await clock.advance(20_000);
    expect(last().pings).toBe(1);
    last().events.pong();
    await clock.advance(20_000);
    expect(last().pings).toBe(2);
    const link = last();
    await clock.advance(20_000);
    expect(link.ended).toBe('terminated');
  });

  test('none at 0, and a change acts without reconnecting', async () => {
    const { clock, connection, attempts, settings, last } = bench();
    connection.start();
    last().events.open();
    await clock.advance(600_000);
    expect(last().pings).toBe(0);
    settings.pingMs = 5_000;
    connection.pingIntervalChanged();
    await clock.advance(5_000);
    last().events.pong();
    await clock.advance(5_000);
    last().events.pong();
    expect(last().pings).toBe(2);
    settings.pingMs = 0;
    connection.pingIntervalChanged();
    await clock.advance(600_000);
    expect(last().pings).toBe(2);
    expect(attempts).toHaveLength(1);
  });

  test('a lost link pings no more', async () => {
    const { clock, connection, last } = bench({ pingMs: 5_000 });
    connection.start();
    const link = last();
    link.events.open();
    link.events.close('gone');
    connection.stop();
    await clock.advance(60_000);
    expect(link.pings).toBe(0);
  });
});

test('the time of the last sign of life is kept', async () => {
  const { clock, connection, last } = bench();
  connection.start();
  expect(connection.lastReceivedAt).toBeUndefined();
  last().events.open();
  await clock.advance(1_000);
  last().events.message('x');
  await clock.advance(1_000);
  last().events.pong();
  expect(connection.lastReceivedAt).toBe(2_000);
});

test('one that is not believed any more: nothing is sent or heard from then on, and it counts as an attempt in vain', async () => {
  const { connection, clock, last, attempts, happened } = bench();
  connection.start();
  last().events.open();
  connection.distrust(new Distrust('certificateExpired', 'it is over'));
  connection.send('secret');
  last().events.message('stop');
  await clock.advance(0);
  expect(happened).toEqual(['open', 'close it is over', 'in vain: certificateExpired']);
  expect([connection.status, connection.lastEnd, connection.lastError, last().ended]).toEqual([
    ...['Disconnected', 'certificateExpired', 'it is over', 'terminated'],
  ]);
  // No quick retry, as there is after a link that was lost.
  await clock.advance(9_000);
  expect(attempts).toHaveLength(1);
  await clock.advance(2_000);
  expect(attempts).toHaveLength(2);
  last().events.open();
  connection.send('hello');
  last().events.close('lost');
  expect(happened.slice(3)).toEqual(['open', 'sent hello', 'close lost']);
  connection.distrust(new Distrust('certificateExpired', 'it is over'));
  expect(connection.lastError).toBe('lost');
});
