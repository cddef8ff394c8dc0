/** What is measured at links: times by message, errors by kind, violations from either side, late and unknown answers. */
import { VirtualClock } from '../../../../src/drivers/clock/virtual-clock';
import { type LinkEnd, type LinkEvents, noLink, type Transport } from '../../../../src/ocpp/link/transport';
import { quantileMs } from '../../../../src/simulator/fleet/report/histogram';
import { FleetMeasures } from '../../../../src/simulator/fleet/report/measures';

const startOfTime = Date.UTC(2026, 4, 4, 8);
const endpoint = { url: 'ws://x', identity: 'CP1', security: { profile: 0 } } as const;

/** A station at one end and a central system at the other, both worked by the test. */
class Wire implements Transport {
  readonly clock = new VirtualClock({ systemTimeMs: startOfTime });
  readonly measures = new FleetMeasures({ clock: this.clock, stations: [1, 1], members: () => [], seed: 1 });
  readonly heard: unknown[] = [];
  private readonly watched = this.measures.watching(1, this);
  private central: LinkEvents | undefined;
  link = this.open();

  connect(_endpoint: unknown, _subprotocol: string, events: LinkEvents) {
    this.central = events;
    return { ...noLink, send: (text: string) => this.heard.push(text), close: () => events.close('closed', 'closed') };
  }

  open() {
    const link = this.watched.connect(endpoint, 'ocpp1.6', {
      open: () => this.heard.push('open'),
      message: (data) => this.heard.push(data),
      pong: () => {},
      drained: () => {},
      close: () => this.heard.push('close'),
    });
    this.central?.open();
    return link;
  }

  say(...frame: unknown[]): void {
    this.link.send(JSON.stringify(frame));
  }

  hear(...frame: unknown[]): void {
    this.central?.message(JSON.stringify(frame));
  }

  break(how?: LinkEnd): void {
    this.central?.close('gone', how);
  }

  raw(data: string | Uint8Array): void {
    this.central?.message(data);
  }

  report() {
    return this.measures.report();
  }
}

const now = { currentTime: '2026-05-04T08:00:00Z' };

test('the time of an answer is that of its message, and frames pass unchanged', async () => {
  const wire = new Wire();
  wire.say(2, 'a', 'Heartbeat', {});
  await wire.clock.advance(120);
  wire.hear(3, 'a', now);
  wire.say(2, 'b', 'Authorize', { idTag: 'X' });
  await wire.clock.advance(30);
  wire.hear(4, 'b', 'InternalError', '', {});
  const { central, errors, frames } = wire.report();
  expect(central.Heartbeat).toMatchObject({ asked: 1, answered: 1, refused: 0, unanswered: 0 });
  expect(quantileMs(central.Heartbeat?.times ?? never(), 1)).toBe(120);
  expect(central.Authorize).toMatchObject({ asked: 1, answered: 0, refused: 1, times: { count: 1, max: 300 } });
  expect(errors).toEqual({ 'centralRefused: Authorize InternalError': 1 });
  expect(frames).toMatchObject({
    sent: 2,
    received: 2,
    sentCharacters: wire.heard
      .slice(1)
      .filter((_, at) => at % 2 === 0)
      .join('').length,
  });
  expect(wire.heard).toEqual([
    'open',
    '[2,"a","Heartbeat",{}]',
    JSON.stringify([3, 'a', now]),
    '[2,"b","Authorize",{"idTag":"X"}]',
    '[4,"b","InternalError","",{}]',
  ]);
});

test('requests of the central system have their own times', async () => {
  const wire = new Wire();
  wire.hear(2, 'c1', 'Reset', { type: 'Soft' });
  wire.hear(2, 'c2', 'ClearCache', {});
  await wire.clock.advance(50);
  wire.say(3, 'c2', { status: 'Accepted' });
  await wire.clock.advance(50);
  wire.say(4, 'c1', 'NotSupported', '', {});
  const { served, central, errors } = wire.report();
  expect(central).toEqual({});
  expect(served.ClearCache).toMatchObject({ asked: 1, answered: 1, times: { max: 500 } });
  expect(served.Reset).toMatchObject({ asked: 1, refused: 1, times: { max: 1_000 } });
  expect(errors).toEqual({ 'stationRefused: Reset NotSupported': 1 });
});

test('a request that another one follows, or whose link is lost, was not answered; its late answer is measured all the same', async () => {
  const wire = new Wire();
  wire.say(2, 'a', 'Heartbeat', {});
  await wire.clock.advance(30_000);
  wire.say(2, 'b', 'Authorize', { idTag: 'X' });
  await wire.clock.advance(10_000);
  wire.hear(3, 'a', now);
  wire.break('closed');
  const { central, errors, links } = wire.report();
  expect(central.Heartbeat).toMatchObject({ asked: 1, answered: 1, unanswered: 1, times: { max: 400_000 } });
  expect(central.Authorize).toMatchObject({ asked: 1, answered: 0, unanswered: 1 });
  expect(errors).toEqual({ 'timeout: Heartbeat': 1, 'linkLost: Authorize': 1, 'linkEnded: closed': 1 });
  expect(links).toEqual({ opened: 1, connectedAtEnd: 0 });
});

test('a repetition with the same id is measured from its last time', async () => {
  const wire = new Wire();
  wire.say(2, 'a', 'Heartbeat', {});
  await wire.clock.advance(30_000);
  wire.say(2, 'a', 'Heartbeat', {});
  await wire.clock.advance(100);
  wire.hear(3, 'a', now);
  wire.hear(3, 'a', now);
  expect(wire.report().central.Heartbeat).toMatchObject({
    asked: 2,
    answered: 1,
    unanswered: 1,
    times: { count: 1, max: 1_000 },
  });
});

test.each<[string, (wire: Wire) => void, string]>([
  [
    'a request of the station',
    (wire) => wire.say(2, 'a', 'Authorize', { idTag: 'more than twenty characters' }),
    'stationSchema: Authorize',
  ],
  [
    'an answer of the station',
    (wire) => {
      wire.hear(2, 'c', 'Reset', { type: 'Soft' });
      wire.say(3, 'c', {});
    },
    'stationSchema: Reset',
  ],
  ['a request of the central system', (wire) => wire.hear(2, 'c', 'Reset', { type: 'Softly' }), 'centralSchema: Reset'],
  [
    'an answer of the central system',
    (wire) => {
      wire.say(2, 'a', 'Heartbeat', {});
      wire.hear(3, 'a', {});
    },
    'centralSchema: Heartbeat',
  ],
  [
    'an answer that the station mends',
    (wire) => {
      wire.say(2, 'a', 'Authorize', { idTag: 'X' });
      wire.hear(3, 'a', { idTagInfo: { status: 'accepted' } });
    },
    'centralSchema: Authorize',
  ],
  ['what is no JSON', (wire) => wire.raw('hello'), 'noFrame: received'],
  ['a binary frame', (wire) => wire.raw(new Uint8Array(3)), 'noFrame: received'],
  ['a frame without an id', (wire) => wire.hear(2, 5, 'Reset', {}), 'noFrame: received'],
  ['a type that is none', (wire) => wire.hear(5, 'a', 'Reset', {}), 'noFrame: received'],
  ['a request without a name', (wire) => wire.hear(2, 'a', 7, {}), 'noFrame: received'],
])('%s that is not as OCPP says is counted', (_, act, error) => {
  const wire = new Wire();
  act(wire);
  expect(wire.report().errors).toEqual({ [error]: 1 });
});

test('names and codes of the other side do not grow the counts', () => {
  const wire = new Wire();
  for (let each = 0; each < 50; each++) {
    wire.hear(2, `c${each}`, `Invented${each}`, {});
    wire.say(2, `a${each}`, 'Heartbeat', {});
    wire.hear(4, `a${each}`, `Code${each}`, '', {});
  }
  const { served, errors } = wire.report();
  expect(Object.keys(served)).toEqual(['unknown']);
  expect(errors).toEqual({ 'centralRefused: Heartbeat otherCode': 50 });
});

test('why links end is told by cause; what the station ends itself is no error', () => {
  const wire = new Wire();
  wire.link.close();
  expect(wire.report().errors).toEqual({});
  wire.open();
  wire.break('unauthorised');
  wire.open();
  wire.break();
  expect(wire.report()).toMatchObject({
    errors: { 'linkEnded: unauthorised': 1, 'linkEnded: closed': 1 },
    links: { opened: 3, connectedAtEnd: 0 },
  });
});

test('an attempt that fails has its cause', () => {
  const clock = new VirtualClock({ systemTimeMs: startOfTime });
  const measures = new FleetMeasures({ clock, stations: [1, 1], members: () => [], seed: 1 });
  const refusing: Transport = {
    connect: (_endpoint, _subprotocol, events) => {
      events.close('HTTP 401', 'unauthorised');
      return noLink;
    },
  };
  const nothing = { open: () => {}, message: () => {}, pong: () => {}, drained: () => {}, close: () => {} };
  measures.watching(1, refusing).connect(endpoint, 'ocpp1.6', nothing);
  expect(measures.report()).toMatchObject({
    errors: { 'notConnected: unauthorised': 1 },
    links: { opened: 0, connectedAtEnd: 0 },
  });
});

test('frames, errors and times stand in the slots of their time', async () => {
  const wire = new Wire();
  wire.measures.look();
  wire.say(2, 'a', 'Heartbeat', {});
  await wire.clock.advance(2_500);
  wire.hear(3, 'a', now);
  wire.measures.look();
  const { slots, widthMs } = wire.report().timeline;
  expect(widthMs).toBe(1_000);
  expect(
    slots.map(({ atMs, sent, received, connectedMs, times }) => [
      atMs - startOfTime,
      sent,
      received,
      connectedMs,
      times.count,
    ]),
  ).toEqual([
    [0, 1, 0, 1_000, 0],
    [1_000, 0, 0, 1_000, 0],
    [2_000, 0, 1, 500, 1],
  ]);
});

test('slots grow wider when they become many, and nothing of them is lost', async () => {
  const wire = new Wire();
  for (let second = 0; second < 1_000; second++) {
    await wire.clock.advance(1_000);
    wire.say(2, `a${second}`, 'Heartbeat', {});
    wire.hear(3, `a${second}`, now);
    if (second % 7 === 0) wire.measures.look();
  }
  const { slots, widthMs } = wire.report().timeline;
  const sum = (name: 'sent' | 'received' | 'connectedMs') => slots.reduce((all, slot) => all + slot[name], 0);
  expect(slots.length).toBeLessThanOrEqual(240);
  expect(widthMs).toBe(8_000);
  expect([sum('sent'), sum('received'), sum('connectedMs')]).toEqual([1_000, 1_000, 1_000_000]);
  expect(slots.reduce((all, { times }) => all + times.count, 0)).toBe(1_000);
});

function never(): never {
  throw new Error('nothing was measured');
}
