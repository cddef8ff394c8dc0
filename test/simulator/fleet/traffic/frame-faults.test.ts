/** Faulty ways: what is dropped, doubled, late, swapped, silent or refused, in both directions alike, and sound again afterwards. */
import { VirtualClock } from '../../../../src/drivers/clock/virtual-clock';
import { seeded } from '../../../../src/hal/random';
import { type LinkEvents, noLink, type Transport } from '../../../../src/ocpp/link/transport';
import { FrameFaults, soundWire } from '../../../../src/simulator/fleet/traffic/frame-faults';

const endpoint = { url: 'ws://x', identity: 'CP1', security: { profile: 0 } } as const;

/** Draws what the test says, and then 0.5. */
function drawn(...values: number[]) {
  return () => values.shift() ?? 0.5;
}

class Ends implements Transport {
  readonly clock = new VirtualClock();
  /** What reached the central system and the station, with the time in ms. */
  readonly arrived: string[] = [];
  readonly faults: FrameFaults;
  central: LinkEvents | undefined;
  attempts = 0;

  constructor(draw: () => number = seeded(1)) {
    this.faults = new FrameFaults(this, this.clock, draw);
  }

  connect(_endpoint: unknown, _subprotocol: string, events: LinkEvents) {
    this.attempts += 1;
    this.central = events;
    let ended = false;
    const end = () => {
      if (!ended) queueMicrotask(() => events.close('ended', 'closed'));
      ended = true;
    };
    return {
      ...noLink,
      send: (text: string) => this.note(`out ${text}`),
      ping: () => events.pong(),
      close: end,
      terminate: end,
    };
  }

  dial() {
    const link = this.faults.connect(endpoint, 'ocpp1.6', {
      open: () => this.note('open'),
      message: (data) => this.note(`in ${String(data)}`),
      pong: () => this.note('pong'),
      drained: () => {},
      close: (_reason, how) => this.note(`close ${how}`),
    });
    return link;
  }

  open() {
    const link = this.dial();
    this.central?.open();
    this.arrived.length = 0;
    return link;
  }

  private note(what: string): void {
    this.arrived.push(`${this.clock.now()} ${what}`);
  }
}

test('a sound way passes everything at once', async () => {
  const ends = new Ends();
  const link = ends.open();
  link.send('a');
  ends.central?.message('b');
  link.ping();
  expect(ends.arrived).toEqual(['0 out a', '0 in b', '0 pong']);
  link.close();
  await ends.clock.advance(1);
  expect(ends.arrived[3]).toBe('0 close closed');
});

test('frames are dropped by chance, in both directions', () => {
  const ends = new Ends(drawn(0.09, 0.11, 0.11, 0.05));
  const link = ends.open();
  ends.faults.change({ drop: 0.1 });
  link.send('a');
  link.send('b');
  ends.central?.message('c');
  ends.central?.message('d');
  expect(ends.arrived).toEqual(['0 out b', '0 in c']);
});

test('frames come twice', () => {
  const ends = new Ends(drawn(0.05, 0.5, 0.05));
  const link = ends.open();
  ends.faults.change({ duplicate: 0.1 });
  link.send('a');
  link.send('b');
  ends.central?.message('c');
  expect(ends.arrived).toEqual(['0 out a', '0 out a', '0 out b', '0 in c', '0 in c']);
});

test('a late frame is overtaken', async () => {
  const ends = new Ends(drawn(0.05, 0.5, 0.9));
  const link = ends.open();
  ends.faults.change({ delay: 0.1, delayBy: { fromMs: 100, toMs: 300 } });
  link.send('a');
  link.send('b');
  await ends.clock.advance(1_000);
  expect(ends.arrived).toEqual(['0 out b', '200 out a']);
});

test('frames of a slow link keep their order, also behind the end of its slowness', async () => {
  const ends = new Ends(drawn(0.9, 0.1));
  const link = ends.open();
  ends.faults.change({ slow: { fromMs: 0, toMs: 1_000 } });
  ends.central?.message('a');
  ends.central?.message('b');
  ends.faults.change({ slow: undefined });
  ends.central?.message('c');
  link.send('d');
  await ends.clock.advance(2_000);
  ends.central?.message('e');
  expect(ends.arrived).toEqual(['0 out d', '900 in a', '900 in b', '900 in c', '2000 in e']);
});

test('a frame is held back behind the next one, or for five seconds', async () => {
  const ends = new Ends(drawn(0.05, 0.05, 0.9, 0.05));
  const link = ends.open();
  ends.faults.change({ reorder: 0.1 });
  link.send('a');
  // While one is held back no other is.
  link.send('b');
  await ends.clock.advance(1_000);
  link.send('c');
  link.send('d');
  await ends.clock.advance(10_000);
  expect(ends.arrived).toEqual(['0 out b', '0 out a', '1000 out d', '1000 out c']);
});

test('one that nothing follows is held back for five seconds', async () => {
  const ends = new Ends(drawn(0.05));
  const link = ends.open();
  ends.faults.change({ reorder: 0.1 });
  link.send('a');
  await ends.clock.advance(60_000);
  expect(ends.arrived).toEqual(['5000 out a']);
});

test('in a silence nothing passes, no ping is answered, and what was said arrives when it is over', async () => {
  const ends = new Ends();
  const link = ends.open();
  ends.faults.change({ silent: true });
  link.send('a');
  link.ping();
  ends.central?.message('b');
  link.send('c');
  await ends.clock.advance(1_000);
  expect(ends.arrived).toEqual([]);
  ends.faults.change({ silent: false });
  link.ping();
  expect(ends.arrived).toEqual(['1000 out a', '1000 out c', '1000 in b', '1000 pong']);
});

test('in a silence a new link times out, or is given up', async () => {
  const ends = new Ends();
  ends.faults.change({ silent: true });
  ends.dial();
  await ends.clock.advance(29_999);
  expect(ends.arrived).toEqual([]);
  await ends.clock.advance(1);
  expect(ends.arrived).toEqual(['30000 close timedOut']);
  const link = ends.dial();
  link.terminate();
  link.terminate();
  await ends.clock.advance(60_000);
  expect(ends.arrived).toEqual(['30000 close timedOut', '30000 close timedOut']);
  expect(ends.attempts).toBe(0);
});

test('a central system that is away closes its links, once each, and lets nobody in until it is back', async () => {
  const ends = new Ends();
  const link = ends.open();
  ends.faults.change({ refusing: true });
  await ends.clock.advance(1);
  link.send('a');
  ends.central?.message('b');
  ends.dial();
  await ends.clock.advance(1);
  expect(ends.arrived).toEqual(['0 close closed', '1 close refused']);
  expect(ends.attempts).toBe(1);
  ends.faults.change({ refusing: false });
  ends.open().send('c');
  expect(ends.arrived).toEqual(['2 out c']);
});

test('a cut ends the links that there are, and no others', async () => {
  const ends = new Ends();
  ends.open();
  ends.faults.cut();
  ends.faults.cut();
  await ends.clock.advance(1);
  expect(ends.arrived).toEqual(['0 close closed']);
  ends.open().send('a');
  expect(ends.arrived).toEqual(['1 out a']);
});

test.each([
  { slow: { fromMs: 500, toMs: 500 } },
  { delay: 1, delayBy: { fromMs: 500, toMs: 500 } },
  { reorder: 1 },
  { silent: true },
])('what is under way goes with its link: %j', async (change) => {
  const ends = new Ends();
  const link = ends.open();
  ends.faults.change(change);
  link.send('a');
  ends.central?.message('b');
  link.close();
  await ends.clock.advance(1);
  expect(ends.clock.pendingTimers).toBe(0);
  ends.faults.change(soundWire);
  await ends.clock.advance(60_000);
  expect(ends.arrived).toEqual(['0 close closed']);
});

test('a link on which too much is under way breaks', async () => {
  for (const change of [{ silent: true }, { slow: { fromMs: 1_000, toMs: 1_000 } }]) {
    const ends = new Ends();
    const link = ends.open();
    ends.faults.change(change);
    for (let frame = 0; frame < 1_000; frame++) link.send('a');
    await ends.clock.advance(1);
    expect(ends.arrived).toEqual([]);
    link.send('a');
    await ends.clock.advance(1);
    expect(ends.arrived).toEqual(['1 close closed']);
  }
});
