/** A contactor that is made to open again and again opens at once each time, and takes its time to close. */
import { charging, type OutletBench } from './bench';
import { domesticConfig, end, permit, tetheredConfig, type2Config } from './machine';

const minuteMs = 60_000;

/** The vehicle opens and closes S2, each for a second. */
function pauseOnce(b: OutletBench): void {
  b.drive('B');
  b.advance(1_000);
  b.drive('C');
  b.advance(1_000);
}

/** Does something for a while; each turn tells how long it lasts, in ms. */
function repeat(b: OutletBench, forMs: number, turn: (count: number) => number): void {
  const until = b.now + forMs;
  for (let count = 0; b.now < until; count++) b.advance(turn(count));
}

test.each<[string, (b: OutletBench, count: number) => number]>([
  [
    'by S2',
    (b, count) => {
      b.drive(count % 2 ? 'C' : 'B');
      return 400;
    },
  ],
  [
    'by a limit that goes below 6 A and back',
    (b, count) => {
      b.meter({ currentA: [0, 0, 0] });
      b.wish(permit(count % 2 ? 16 : 5));
      b.meter({ currentA: [0, 0, 0] });
      return 4_000;
    },
  ],
  [
    'by mains that sag',
    (b, count) => {
      const volts = { voltageV: [count % 2 ? 230 : 190], currentA: [0, 0, 0] };
      for (let i = 0; i < 3; i++) b.meter(volts);
      // Mains that are right must be so for a while.
      if (count % 2) {
        b.advance(15_000);
        b.meter(volts);
      }
      return 6_000;
    },
  ],
  [
    'by a supply that comes and goes',
    (b, count) => {
      b.send({ kind: 'supply', present: count % 2 === 1 });
      return 8_000;
    },
  ],
])('%s: at most three closings in a row, then one a minute', (_name, turn) => {
  const b = charging();
  repeat(b, 10 * minuteMs, (count) => turn(b, count));
  // The first closing was that of the charge.
  const times = b.closes();
  expect(times.length).toBeGreaterThanOrEqual(2);
  expect(times.length).toBeLessThanOrEqual(2 + 10);
  for (const at of times.slice(2)) {
    const before = Math.max(...b.opens().filter((opened) => opened < at));
    expect(at - before).toBeGreaterThanOrEqual(minuteMs);
  }
});

test('another plug is served without a rest; a vehicle that seems to have left an attached cable is not', () => {
  for (const config of [type2Config, tetheredConfig]) {
    const b = charging(16, config);
    for (let i = 0; i < 2; i++) {
      pauseOnce(b);
    }
    b.wish(end);
    b.drive('B');
    b.advance(2_000);
    b.unplug();
    b.plug();
    b.wish(permit(16));
    b.drive('C');
    b.log.length = 0;
    b.advance(10_000);
    expect(b.closes()).toHaveLength(config === type2Config ? 1 : 0);
    b.advance(60_000);
    expect(b.contacts).toBe('closed');
  }
});

test.each<[string, OutletBench['config'], (b: OutletBench) => void]>([
  [
    'a proximity contact shows it away while energy is permitted',
    type2Config,
    (b) => {
      b.proximity(Number.POSITIVE_INFINITY);
      b.advance(700);
      b.proximity(220);
    },
  ],
  [
    'each time another session begins at once, as where energy is free',
    type2Config,
    (b) => {
      b.proximity(Number.POSITIVE_INFINITY);
      b.advance(300);
      b.wish(end);
      b.advance(400);
      b.proximity(220);
      b.advance(500);
      b.wish(permit(16));
    },
  ],
  [
    'a detector shows it away',
    domesticConfig,
    (b) => {
      b.send({ kind: 'plug', present: false });
      b.advance(400);
      b.send({ kind: 'plug', present: true });
    },
  ],
])('a plug that seems to come and go, %s: ten closings in a row, then one a minute', (_name, config, flicker) => {
  const b = charging(16, config);
  const minutes = 10;
  const until = b.now + minutes * minuteMs;
  while (b.now < until) {
    b.later(6_000, () => b.drive('C'));
    flicker(b);
    b.drive('B');
    b.advance(9_000);
  }
  expect(b.closes().length).toBeGreaterThan(3);
  expect(b.closes().length).toBeLessThanOrEqual(10 + minutes);
  for (const at of b.closes().slice(10)) {
    const before = Math.max(...b.opens().filter((opened) => opened < at));
    expect(at - before).toBeGreaterThanOrEqual(minuteMs);
  }
});

test('opening stays immediate, however often', () => {
  const b = charging();
  for (let i = 0; i < 8; i++) {
    const start = b.now;
    b.drive('B');
    b.advance(100);
    expect(b.contacts).toBe('open');
    expect(b.opens().at(-1)).toBeLessThanOrEqual(start + 60);
    b.advance(5_000);
    b.drive('C');
    b.advance(70_000);
    expect(b.contacts).toBe('closed');
  }
});

test('during the rest nothing is offered, so that the vehicle need not wait for what was offered', () => {
  const b = charging();
  for (let i = 0; i < 2; i++) {
    pauseOnce(b);
    expect(b.contacts).toBe('closed');
  }
  b.drive('B');
  b.advance(1_000);
  expect(b.pilot).toEqual({ kind: 'steady' });
  expect(b.report.offeredA).toBe(0);
  const opened = b.opens().at(-1) ?? 0;
  b.log.length = 0;
  b.drive('C');
  b.advance(minuteMs);
  expect(b.duties()[0]?.at).toBe(opened + minuteMs);
  b.advance(1_000);
  expect(b.contacts).toBe('closed');
});

test('ten minutes after the first of three closings another one comes without delay', () => {
  const b = charging();
  for (let i = 0; i < 2; i++) {
    pauseOnce(b);
  }
  b.advance(600_000);
  b.drive('B');
  b.advance(1_000);
  b.drive('C');
  b.advance(1_000);
  expect(b.contacts).toBe('closed');
});
