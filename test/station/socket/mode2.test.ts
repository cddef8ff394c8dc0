/** The Mode 2 machine: a domestic outlet that cannot tell its vehicle anything, so it only switches and watches. */
import { timings } from '../../../src/station/socket/timings';
import { OutletBench } from './bench';
import { domesticConfig, end, endHolding, endNow, permit } from './machine';

const withoutDetector = { ...domesticConfig, plugDetector: false };

function charging(amps = 16, config = domesticConfig): OutletBench {
  const b = new OutletBench(config);
  b.charge(amps);
  return b;
}

test('plug, permission, self test, contactor: in this order, and nothing else', () => {
  const b = new OutletBench(domesticConfig);
  b.plug();
  b.advance(60_000);
  expect(b.log).toEqual([]);
  b.wish(permit(16));
  b.advance(3_000);
  expect(b.log.map(({ effect }) => effect)).toEqual([{ kind: 'residualTest' }, { kind: 'contactor', close: true }]);
  expect(b.report).toMatchObject({
    plugged: true,
    evConnected: true,
    evRequests: true,
    cableA: undefined,
    locked: undefined,
    contactor: 'closed',
    offeredA: 16,
    faults: [],
  });
});

test.each([
  ['permission withdrawn', (b: OutletBench) => b.wish(endHolding)],
  ['a wish that cannot wait', (b: OutletBench) => b.wish(endNow)],
  ['the meter is silent', (b: OutletBench) => [1, 2, 3].map(() => b.meter(undefined))],
  ['a limit below every cord', (b: OutletBench) => b.wish(permit(6))],
  ['no limit that is a number', (b: OutletBench) => b.wish(permit(Number.NaN))],
  ['the supply is lost', (b: OutletBench) => b.send({ kind: 'supply', present: false })],
])('%s: there is nobody to ask, so it opens in the same step', (_name, withdraw) => {
  const b = charging();
  withdraw(b);
  expect(b.opens()).toEqual([b.now]);
  expect(b.report.offeredA).toBe(0);
});

describe('plug', () => {
  test('without a plug nothing is closed', () => {
    const b = new OutletBench(domesticConfig);
    b.wish(permit(16));
    b.advance(60_000);
    expect(b.log).toEqual([]);
    expect(b.report.plugged).toBe(false);
  });

  test('a plug that is drawn opens within 400 ms', () => {
    const b = charging();
    const start = b.now;
    b.send({ kind: 'plug', present: false });
    b.advance(1_000);
    expect((b.opens()[0] ?? Number.POSITIVE_INFINITY) - start).toBeLessThanOrEqual(400);
    expect(b.report.plugged).toBe(false);
  });

  test('a contact that bounces is bridged', () => {
    const b = charging();
    for (let i = 0; i < 10; i++) {
      b.send({ kind: 'plug', present: i % 2 === 1 });
      b.advance(250);
    }
    expect(b.opens()).toEqual([]);
  });

  test.each([
    [10, 10],
    [250, 30],
    [40, 200],
  ])('a detector that shows nothing for %d ms in turn with the plug for %d ms opens, and nothing closes meanwhile', (awayMs, thereMs) => {
    const b = charging();
    const start = b.now;
    while (b.now < start + 60_000) {
      b.send({ kind: 'plug', present: false });
      b.advance(awayMs);
      b.send({ kind: 'plug', present: true });
      b.advance(thereMs);
    }
    // So long it takes at worst: a share s of the time away counts s − (1 − s) / 8 of it.
    const share = awayMs / (awayMs + thereMs);
    const worstMs = timings.plugWavesMs / (share - (1 - share) / 8) + awayMs + thereMs;
    expect(b.opens()).toHaveLength(1);
    expect((b.opens()[0] ?? 0) - start).toBeLessThanOrEqual(worstMs);
    expect(b.closes()).toEqual([]);
    b.advance(2_000);
    expect(b.contacts).toBe('closed');
  });

  test('no closing at a moment at which the detector says otherwise', () => {
    const b = new OutletBench(domesticConfig);
    b.plug();
    b.wish(permit(16));
    b.advance(600);
    b.send({ kind: 'plug', present: false });
    b.advance(200);
    expect(b.closes()).toEqual([]);
    b.send({ kind: 'plug', present: true });
    expect(b.closes()).toEqual([b.now]);
  });

  test('an outlet without detector counts as plugged', () => {
    const b = new OutletBench(withoutDetector);
    b.send({ kind: 'plug', present: false });
    b.advance(1_000);
    expect(b.report.plugged).toBe(true);
    b.charge();
    expect(b.contacts).toBe('closed');
  });
});

describe('limit: it cannot be told, only switched', () => {
  test.each([
    [16, true],
    [8, true],
    [7.5, true],
    [7.4, false],
    [0, false],
  ])('a limit of %d A closes: %s (the smallest cord takes 8 A)', (amps, closes) => {
    const b = new OutletBench(domesticConfig);
    b.plug();
    b.wish(permit(amps));
    b.advance(10_000);
    expect(b.closes()).toHaveLength(closes ? 1 : 0);
  });

  test('a cord that draws more than the limit for 6 s is switched off, until the limit leaves room for it', () => {
    const b = charging(16);
    b.draw(13, 60_000);
    expect(b.opens()).toEqual([]);
    const reduced = b.now;
    b.wish(permit(10));
    b.draw(13, 5_999);
    expect(b.opens()).toEqual([]);
    b.advance(1);
    expect(b.opens()).toEqual([reduced + 6_000]);
    expect(b.faults).toEqual([]);
    b.draw(0, 100_000);
    expect(b.closes()).toEqual([]);
    b.wish(permit(12.4));
    b.advance(60_000);
    expect(b.closes()).toEqual([]);
    b.wish(permit(12.5));
    expect(b.closes()).toEqual([b.now]);
  });

  test('a reading from before the limit switches nothing off; the first one after it counts', () => {
    const b = charging(16);
    b.draw(13, 10_000);
    b.meter({ currentA: [13, 0, 0] });
    b.wish(permit(10));
    b.advance(20_000);
    expect(b.opens()).toEqual([]);
    b.meter({ currentA: [13, 0, 0] });
    expect(b.opens()).toEqual([b.now]);
  });

  test('the next cord is judged by itself', () => {
    const b = charging(16);
    b.draw(13, 10_000);
    b.wish(permit(10));
    b.draw(13, 10_000);
    b.send({ kind: 'plug', present: false });
    b.draw(0, 1_000);
    b.log.length = 0;
    b.plug();
    b.advance(5_000);
    expect(b.closes()).toHaveLength(1);
  });

  test('what the outlet can give is reported, not more', () => {
    expect(charging(32).report.offeredA).toBe(16);
    expect(charging(10).report.offeredA).toBe(10);
  });
});

test('between two closings lies a rest of 60 s, but not for another plug', () => {
  const b = charging();
  b.wish(endHolding);
  const opened = b.now;
  b.advance(10_000);
  b.wish(permit(16));
  b.advance(100_000);
  expect(b.closes()).toEqual([opened + 60_000]);
  b.log.length = 0;
  b.send({ kind: 'plug', present: false });
  b.advance(1_000);
  b.plug();
  b.advance(5_000);
  expect(b.closes()).toHaveLength(1);
});

describe('over-current, against the rating of the outlet', () => {
  test('above 110 % and 0.5 A for 10 s it opens', () => {
    const b = charging();
    b.draw(18, 30_000);
    expect(b.faults).toEqual([]);
    const start = b.now;
    b.draw(18.2, 9_999);
    expect(b.opens()).toEqual([]);
    b.advance(1);
    expect(b.opens()).toEqual([start + 10_000]);
    expect(b.faults).toEqual(['overCurrent']);
  });

  test('above 150 % for 2 s it opens', () => {
    const b = charging();
    const start = b.now;
    b.draw(24.1, 2_000);
    expect(b.opens()).toEqual([start + 2_000]);
    expect(b.faults).toEqual(['overCurrentFast']);
  });
});

test('a session that ends leaves no wish for energy behind', () => {
  const b = charging();
  b.wish(end);
  b.advance(600_000);
  expect(b.closes()).toEqual([]);
  expect(b.report.contactor).toBe('open');
});
