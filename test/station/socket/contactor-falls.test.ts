/** Contacts that open by themselves: the command is withdrawn before a coil that is supplied again can close them under load. */
import { charging, type OutletBench } from './bench';
import { domesticConfig, endHolding, permit, type2Config } from './machine';

/** A pump of the coil supply that has let go may come back after this long, in ms. */
const pumpRestMs = 300;
/** More than it takes from an opening to the next closing, in ms. */
const nextClosingMs = 120_000;

/** The coil loses its supply: the contacts open, though they are told to be closed. */
function fall(b: OutletBench): void {
  b.contacts = 'open';
  b.send({ kind: 'contactor', feedback: 'open' });
}

describe.each([
  { name: 'Mode 3', config: type2Config },
  { name: 'Mode 3 without residual current monitor', config: { ...type2Config, residual: false } },
  { name: 'Mode 2', config: domesticConfig },
])('$name', ({ config }) => {
  const charged = () => charging(16, config);

  test('the command is withdrawn after 30 ms, long before a pump comes back', () => {
    const b = charged();
    fall(b);
    const fell = b.now;
    b.advance(pumpRestMs);
    expect(b.opens()).toEqual([fell + 30]);
    expect(b.faults).toEqual(['contactorFell']);
    expect(b.report.contactor).toBe('open');
  });

  test('contacts that cannot be read after they have opened are withdrawn all the same', () => {
    const b = charged();
    fall(b);
    b.advance(10);
    b.send({ kind: 'contactor', feedback: 'unknown' });
    b.advance(20);
    expect(b.opens()).toEqual([b.now]);
  });

  test('the next closing is a new start, and ends the warning', () => {
    const b = charged();
    fall(b);
    b.advance(nextClosingMs);
    expect(b.closes()).toHaveLength(1);
    expect((b.closes()[0] ?? 0) - (b.opens()[0] ?? 0)).toBeGreaterThanOrEqual(3_000);
    expect(b.times((e) => e.kind === 'residualTest')).toHaveLength(config.residual ? 1 : 0);
    expect(b.contacts).toBe('closed');
    expect(b.faults).toEqual([]);
  });

  test('contacts that come back in time are told, and go on', () => {
    const b = charged();
    fall(b);
    b.advance(29);
    b.send({ kind: 'contactor', feedback: 'closed' });
    expect(b.faults).toEqual(['contactorFell']);
    b.advance(10_000);
    expect(b.opens()).toEqual([]);
    b.unplug();
    expect(b.faults).toEqual([]);
  });

  test('contacts that flutter are withdrawn when they come back for the third time', () => {
    const b = charged();
    for (let i = 0; i < 3; i++) {
      expect(b.opens()).toEqual([]);
      fall(b);
      b.advance(10);
      b.send({ kind: 'contactor', feedback: 'closed' });
    }
    expect(b.opens()).toEqual([b.now]);
    expect(b.faults).toEqual(['contactorFell']);
  });

  test('contacts that fall off three times in ten minutes stay open until a person has looked', () => {
    const b = charged();
    for (let i = 0; i < 2; i++) {
      fall(b);
      b.advance(nextClosingMs);
      expect(b.contacts).toBe('closed');
    }
    fall(b);
    b.advance(500);
    expect(b.faults).toContain('contactorStuckOpen');
    expect(b.closeCommanded).toBe(false);
    b.log.length = 0;
    b.advance(600_000);
    expect(b.closes()).toEqual([]);
    b.send({ kind: 'clearFaults' });
    expect(b.faults).toEqual([]);
  });

  test('contacts that fall off once in ten minutes close again each time', () => {
    const b = charged();
    for (let i = 0; i < 5; i++) {
      fall(b);
      b.advance(600_100);
      expect(b.contacts).toBe('closed');
      expect(b.faults).toEqual([]);
    }
  });

  test('a supply that is lost is the cause, also when it is told later than the contacts', () => {
    const b = charged();
    for (let i = 0; i < 4; i++) {
      fall(b);
      b.advance(100);
      b.send({ kind: 'supply', present: false });
      expect(b.faults).toEqual(['supplyLost']);
      b.send({ kind: 'supply', present: true });
      b.advance(nextClosingMs);
      expect(b.contacts).toBe('closed');
      expect(b.faults).toEqual([]);
    }
  });

  test('before they were seen closed the pull-in time holds', () => {
    const b = charged();
    b.wish(endHolding);
    if (config.mode === 'mode3') b.drive('B');
    b.advance(61_000);
    b.troubles.contactor = 'stuckOpen';
    b.log.length = 0;
    b.wish(permit(16));
    if (config.mode === 'mode3') b.later(5_000, () => b.drive('C'));
    for (let ms = 0; !b.closeCommanded && ms < nextClosingMs; ms++) b.advance(1);
    const told = b.now;
    // The auxiliary contact bounces, and says open again.
    b.send({ kind: 'contactor', feedback: 'unknown' });
    b.send({ kind: 'contactor', feedback: 'open' });
    b.advance(499);
    expect(b.closeCommanded).toBe(true);
    b.advance(1);
    expect(b.opens()).toEqual([told + 500]);
    expect(b.faults).toEqual(['contactorStuckOpen']);
  });
});

test('in the 6 s in which the vehicle is asked to stop, contacts that opened do not close again', () => {
  const b = charging();
  b.draw(16, 1_000);
  b.wish(endHolding);
  b.draw(16, 1_000);
  expect(b.closeCommanded).toBe(true);
  fall(b);
  b.advance(pumpRestMs);
  expect(b.closeCommanded).toBe(false);
  b.advance(60_000);
  expect(b.closes()).toEqual([]);
});

test('x1 is shown with the withdrawal, and lasts 3 s', () => {
  const b = charging();
  fall(b);
  b.advance(30);
  expect(b.pilot).toEqual({ kind: 'steady' });
  const withdrawn = b.now;
  b.advance(60_000);
  expect(b.duties()[0]?.at).toBeGreaterThanOrEqual(withdrawn + 3_000);
});
