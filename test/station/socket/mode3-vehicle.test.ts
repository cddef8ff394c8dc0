/** What is wrong on the side of the vehicle: ventilation, diode, and the states E and F. */
import type { PilotReading } from '../../../src/hal/parts';
import type { FaultId } from '../../../src/station/faults';
import { charging, OutletBench, offered, type Vehicle } from './bench';
import { end, permit, type2Config } from './machine';

const ventilated = { ...type2Config, ventilation: true };

describe('ventilation (state D)', () => {
  test.each(['C', 'B'] as const)('without it a vehicle that comes from %s to D gets no energy', (from) => {
    const b = from === 'C' ? charging() : offered();
    b.log.length = 0;
    b.drive('D');
    b.advance(20_000);
    expect(b.closes()).toEqual([]);
    expect(b.contacts).toBe('open');
    expect(b.pilot).toEqual({ kind: 'steady' });
    expect(b.faults).toEqual(['ventilationMissing']);
  });

  test('without it no PWM is put on for a vehicle that is in D already', () => {
    const b = new OutletBench();
    b.plug('D');
    b.wish(permit(16));
    b.advance(20_000);
    expect(b.duties()).toEqual([]);
    expect(b.closes()).toEqual([]);
  });

  test('the fault stays while the plug is in, so that a vehicle that backs off is not asked again and again', () => {
    const b = offered();
    b.drive('D');
    b.advance(1_000);
    b.drive('B');
    b.advance(1_000);
    expect(b.faults).toEqual(['ventilationMissing']);
    b.unplug();
    b.advance(1_000);
    expect(b.faults).toEqual([]);
  });

  test('with it D is as good as C, both ways', () => {
    const b = offered(16, ventilated);
    b.drive('D');
    b.advance(3_000);
    expect(b.contacts).toBe('closed');
    b.drive('C');
    b.advance(3_000);
    b.drive('D');
    b.advance(3_000);
    expect(b.opens()).toEqual([]);
    expect(b.faults).toEqual([]);
  });
});

describe('diode', () => {
  test('missing: never closed, PWM off, until another vehicle comes', () => {
    const b = new OutletBench();
    b.troubles.diode = 'missing';
    b.plug();
    b.wish(permit(16));
    b.advance(2_000);
    b.drive('C');
    b.advance(60_000);
    expect(b.closes()).toEqual([]);
    expect(b.faults).toEqual(['diodeMissing']);
    expect(b.pilot).toEqual({ kind: 'steady' });
    b.wish(end);
    b.troubles.diode = 'present';
    b.unplug();
    expect(b.faults).toEqual([]);
  });

  test('missing, with the vehicle in C already when PWM starts', () => {
    const b = new OutletBench();
    b.troubles.diode = 'missing';
    b.plug('C');
    b.wish(permit(16));
    b.advance(60_000);
    expect(b.closes()).toEqual([]);
  });

  test('lost under way: opened within 300 ms', () => {
    const b = charging();
    b.troubles.diode = 'missing';
    const start = b.now;
    b.sample();
    b.advance(1_000);
    expect(b.faults).toContain('diodeMissing');
    expect((b.opens()[0] ?? Number.POSITIVE_INFINITY) - start).toBeLessThanOrEqual(300);
  });

  test('what was read before PWM started is no proof of it', () => {
    const b = new OutletBench();
    b.troubles.diode = 'missing';
    b.plug('C');
    b.send({ kind: 'pilot', reading: { kind: 'volts', high: 6, low: -12 } });
    b.wish(permit(16));
    for (let ms = 0; b.pilot.kind !== 'pwm' && ms < 10_000; ms++) b.advance(1);
    expect(b.pilot.kind).toBe('pwm');
    // Anything that comes before the first reading under PWM.
    b.meter({});
    b.advance(10_000);
    expect(b.closes()).toEqual([]);
    expect(b.faults).toEqual(['diodeMissing']);
  });

  test('it is looked for again at each start of PWM', () => {
    const b = charging();
    b.wish(permit(0));
    b.drive('B');
    b.advance(5_000);
    b.troubles.diode = 'missing';
    b.drive('C');
    b.wish(permit(16));
    b.advance(10_000);
    expect(b.closes()).toEqual([]);
    expect(b.faults).toEqual(['diodeMissing']);
  });
});

describe('states E and F', () => {
  test('E: opened, no PWM; when the short is gone the charge goes on by the whole way in', () => {
    const b = charging();
    b.drive('E');
    b.advance(1_000);
    expect(b.contacts).toBe('open');
    expect(b.pilot).toEqual({ kind: 'steady' });
    expect(b.faults).toEqual(['pilotShort']);
    b.drive('C');
    b.advance(200);
    expect(b.faults).toEqual(['pilotShort']);
    b.advance(10_000);
    expect(b.faults).toEqual([]);
    expect(b.contacts).toBe('closed');
  });

  test('E is believed from any state, also with nothing permitted', () => {
    for (const from of ['A', 'B', 'C', 'D'] as Vehicle[]) {
      const b = new OutletBench();
      b.plug(from);
      b.drive('E');
      b.advance(60);
      expect(b.faults).toContain('pilotShort');
    }
  });

  test('a fault under load is shown as F for at least 300 ms, after the contacts have opened', () => {
    const b = charging();
    b.send({ kind: 'residual', reading: { tripped: true, test: 'none' } });
    b.advance(10_000);
    const f = b.times((e) => e.kind === 'pilot' && e.output.kind === 'unavailable');
    expect(f).toHaveLength(1);
    expect(f[0]).toBeGreaterThanOrEqual((b.opens()[0] ?? Number.POSITIVE_INFINITY) + 20);
    const back = b.times((e) => e.kind === 'pilot' && e.output.kind === 'steady').filter((at) => at > (f[0] ?? 0));
    expect((back[0] ?? 0) - (f[0] ?? 0)).toBeGreaterThanOrEqual(300);
    // Our own −12 V says nothing of the vehicle.
    expect(b.faults).toEqual(['residualCurrent']);
    expect(b.report).toMatchObject({ plugged: true, evConnected: true });
  });

  test('a fault in B goes to x1, not to F', () => {
    const b = offered();
    b.send({ kind: 'temperature', celsius: 80 });
    b.advance(5_000);
    expect(b.pilot).toEqual({ kind: 'steady' });
    expect(b.times((e) => e.kind === 'pilot' && e.output.kind === 'unavailable')).toEqual([]);
  });

  test('a vehicle that leaves during F is gone after it', () => {
    const b = charging();
    b.send({ kind: 'temperature', celsius: 80 });
    b.advance(100);
    expect(b.pilot).toEqual({ kind: 'unavailable' });
    b.drive('A');
    b.proximity(Number.POSITIVE_INFINITY);
    b.advance(2_000);
    expect(b.report).toMatchObject({ plugged: false, evConnected: false });
  });

  test.each<[string, PilotReading, FaultId]>([
    ['that is shorted', { kind: 'volts', high: 0, low: 0 }, 'pilotShort'],
    ['that cannot be read', { kind: 'invalid', reason: 'gone' }, 'pilotInvalid'],
  ])('a wire %s during F, and tells nothing anew after it, is known after it', (_what, reading, fault) => {
    const b = charging();
    b.send({ kind: 'temperature', celsius: 80 });
    b.advance(100);
    expect(b.pilot).toEqual({ kind: 'unavailable' });
    b.send({ kind: 'pilot', reading });
    b.sample = () => {};
    b.advance(2_000);
    expect(b.pilot).toEqual({ kind: 'steady' });
    expect(b.faults).toContain(fault);
  });
});
