/** What reads the parts stands still under a closed contactor: it opens, rests, and after the second time waits for a person. */
import { charging, OutletBench } from './bench';
import { domesticConfig, permit, tetheredConfig, type2Config } from './machine';

const minuteMs = 60_000;
const stood = { kind: 'stood' } as const;

describe.each([
  { name: 'Mode 3', config: type2Config },
  { name: 'Mode 3 with its own cable', config: tetheredConfig },
  { name: 'Mode 3 without residual current monitor', config: { ...type2Config, residual: false } },
  { name: 'Mode 2', config: domesticConfig },
])('$name', ({ config }) => {
  const charged = () => charging(16, config);

  test('it opens in the same step, and begins anew after a minute, with all tests', () => {
    const b = charged();
    b.send(stood);
    expect(b.opens()).toEqual([b.now]);
    expect(b.faults).toEqual([]);
    const opened = b.now;
    b.advance(minuteMs - 1);
    expect(b.closes()).toEqual([]);
    b.advance(minuteMs);
    expect(b.contacts).toBe('closed');
    expect((b.closes()[0] ?? 0) - opened).toBeGreaterThanOrEqual(minuteMs);
    expect(b.times((e) => e.kind === 'residualTest')).toHaveLength(config.residual ? 1 : 0);
  });

  test('another plug does not shorten the rest', () => {
    const b = charged();
    b.send(stood);
    const opened = b.now;
    b.advance(2_000);
    b.unplug();
    b.plug('C');
    b.advance(2 * minuteMs);
    expect(b.closes()[0]).toBeGreaterThanOrEqual(opened + minuteMs);
  });

  test('contacts that the stand has made fall are not blamed for it', () => {
    const b = charged();
    b.contacts = 'open';
    b.send(stood);
    b.send({ kind: 'contactor', feedback: 'open' });
    b.advance(1_000);
    expect(b.faults).toEqual([]);
  });

  test('the second time in ten minutes it stays open until a person has looked', () => {
    const b = charged();
    b.send(stood);
    b.advance(2 * minuteMs);
    expect(b.contacts).toBe('closed');
    b.send(stood);
    expect(b.faults).toEqual(['loopStood']);
    b.log.length = 0;
    b.advance(60 * minuteMs);
    b.unplug();
    b.plug();
    expect(b.faults).toEqual(['loopStood']);
    expect(b.closes()).toEqual([]);
    b.send({ kind: 'clearFaults' });
    expect(b.faults).toEqual([]);
  });

  test('once in ten minutes it begins anew each time', () => {
    const b = charged();
    for (let i = 0; i < 4; i++) {
      b.send(stood);
      b.advance(10 * minuteMs + 100);
      expect(b.contacts).toBe('closed');
    }
    expect(b.faults).toEqual([]);
  });

  test('stands with nothing closed do not count, and move nothing', () => {
    const b = new OutletBench(config);
    for (let i = 0; i < 10; i++) {
      b.send(stood);
      b.advance(1_000);
    }
    expect(b.times((e) => e.kind === 'contactor')).toEqual([]);
    b.charge();
    b.send(stood);
    expect(b.faults).toEqual([]);
  });

  test('many stands in a row are one, for nothing is closed any more', () => {
    const b = charged();
    for (let i = 0; i < 10; i++) {
      b.send(stood);
      b.advance(1_000);
    }
    expect(b.opens()).toHaveLength(1);
    expect(b.faults).toEqual([]);
  });
});

test('the vehicle sees no offer while its contactor rests', () => {
  const b = charging(16, type2Config);
  b.send(stood);
  b.advance(30_000);
  expect(b.pilot.kind).toBe('steady');
  b.wish(permit(10));
  b.advance(10_000);
  expect(b.pilot.kind).toBe('steady');
});
