/** The runner on the simulated world: the times of IEC 61851-1, Table A.6, from the street to the contacts. */
import type { PlugOptions } from '../../../src/drivers/sim/world';
import { end, endHolding, permit } from '../socket/machine';
import { domesticSocket, PointBench, type2Socket } from '../socket/point-bench';

describe('on the simulated world', () => {
  async function charging(options: PlugOptions = {}, socket = type2Socket): Promise<PointBench> {
    const b = new PointBench([socket]);
    await b.advance(5_000);
    b.world.plug(1, options);
    b.wish(1, permit(16));
    await b.advance(15_000);
    expect(b.truth(1).contactorClosed).toBe(true);
    expect(b.truth(1).currentA[0]).toBeGreaterThan(6);
    return b;
  }

  test('2.2: the plug is torn out: the contacts are open within 100 ms', async () => {
    const b = await charging();
    b.world.unplug(1, { force: true });
    expect(await b.until(() => !b.truth(1).contactorClosed, 1_000)).toBeLessThanOrEqual(100);
  });

  test('8.1: the vehicle opens S2: the contacts are open within 100 ms', async () => {
    const b = await charging();
    b.world.ev(1, { paused: true });
    expect(await b.until(() => !b.truth(1).s2Closed, 10_000)).toBeLessThan(10_000);
    expect(await b.until(() => !b.truth(1).contactorClosed, 1_000)).toBeLessThanOrEqual(100);
    expect(b.truth(1).pilotOutput.kind).toBe('pwm');
  });

  test('4: the vehicle closes S2: the contacts are closed within 3 s', async () => {
    const b = await charging();
    b.world.ev(1, { paused: true });
    await b.advance(10_000);
    expect(b.truth(1).contactorClosed).toBe(false);
    b.world.ev(1, { paused: false });
    expect(await b.until(() => b.truth(1).s2Closed, 10_000)).toBeLessThan(10_000);
    expect(await b.until(() => b.truth(1).contactorClosed, 5_000)).toBeLessThanOrEqual(3_000);
  });

  test('10.1: permission withdrawn: the vehicle goes down first, and the contacts part without current', async () => {
    const b = await charging();
    b.wish(1, endHolding);
    let last = b.truth(1).currentA[0] ?? 0;
    const took = await b.until(() => {
      const { contactorClosed, currentA } = b.truth(1);
      if (contactorClosed) last = currentA[0] ?? 0;
      return !contactorClosed;
    }, 10_000);
    expect(took).toBeLessThanOrEqual(3_000);
    expect(last).toBe(0);
  });

  test('10.2: a vehicle that does not react is opened under load after 6 s', async () => {
    const b = await charging({ ev: { reactsToPwmOff: false } });
    b.wish(1, endHolding);
    const took = await b.until(() => !b.truth(1).contactorClosed, 10_000);
    expect(took).toBeGreaterThanOrEqual(6_000);
    expect(took).toBeLessThanOrEqual(6_100);
  });

  test('E: the pilot is shorted: the contacts are open within 100 ms', async () => {
    const b = await charging();
    b.world.fault(1, 'pilotShort', true);
    expect(await b.until(() => !b.truth(1).contactorClosed, 5_000)).toBeLessThanOrEqual(100);
  });

  test.each([
    ['residualCurrent', 'residualCurrent'],
    ['overTemperature', 'overTemperature'],
    ['proximityOpen', 'proximityInvalid'],
    ['diodeMissing', 'diodeMissing'],
  ] as const)('%s: opened within 400 ms, told as %s', async (fault, told) => {
    const b = await charging();
    b.world.fault(1, fault, true);
    expect(await b.until(() => !b.truth(1).contactorClosed, 5_000)).toBeLessThanOrEqual(400);
    await b.advance(1_000);
    expect(b.report(1).faults).toContain(told);
  });

  test('over-current: opened in the end, and not closed again', async () => {
    const b = await charging();
    b.world.fault(1, 'overCurrent', true);
    expect(await b.until(() => !b.truth(1).contactorClosed, 60_000)).toBeLessThanOrEqual(25_000);
    await b.advance(60_000);
    expect(b.truth(1).contactorClosed).toBe(false);
    expect(b.report(1).faults).toContain('overCurrent');
  });

  test('a station supply that fails and returns leaves no fault behind, and the charge goes on', async () => {
    const b = await charging();
    b.world.fault(0, 'supplyLost', true);
    await b.advance(60_000);
    expect(b.report(1).faults.filter((id) => id.startsWith('contactor'))).toEqual([]);
    expect(b.truth(1).contactorCommanded).toBe(false);
    b.world.fault(0, 'supplyLost', false);
    await b.advance(30_000);
    expect(b.report(1).faults).toEqual([]);
    expect(b.truth(1).contactorClosed).toBe(true);
  });

  test('welded contacts are found when the charge ends, and keep the plug locked', async () => {
    const b = await charging();
    b.world.fault(1, 'welded', true);
    b.wish(1, end);
    await b.advance(10_000);
    expect(b.report(1)).toMatchObject({ contactor: 'closed', locked: true });
    expect(b.report(1).faults).toContain('contactorWelded');
  });

  test('an attached cable charges at its own rating', async () => {
    const b = await charging({}, { ...type2Socket, tetheredCableA: 20, lock: false });
    b.wish(1, permit(32));
    await b.advance(20_000);
    expect(b.report(1).offeredA).toBe(20);
    expect(b.truth(1).currentA[0]).toBeCloseTo(20, 3);
  });

  test('a domestic outlet charges, and stops at once', async () => {
    const b = new PointBench([domesticSocket]);
    b.world.plug(1);
    b.wish(1, permit(16));
    await b.advance(15_000);
    expect(b.truth(1).currentA[0]).toBeGreaterThan(6);
    b.wish(1, endHolding);
    expect(await b.until(() => !b.truth(1).contactorClosed, 1_000)).toBeLessThanOrEqual(100);
  });
});
