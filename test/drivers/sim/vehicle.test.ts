/** The vehicle reacts to the pilot, to power and to its owner as IEC 61851-1 and its options say. */
import { Bench, heard } from './support';

test('it closes S2 after its delay once the PWM offers 6 A, and not before', async () => {
  const bench = new Bench();
  bench.world.plug(1, { ev: { readyDelayMs: 700 } });
  await bench.advance(5000);
  expect(bench.truth().s2Closed).toBe(false);
  bench.mode3().pilot.drive({ kind: 'pwm', dutyPercent: 5 });
  await bench.advance(5000);
  expect(bench.truth().s2Closed).toBe(false);
  bench.offer(6);
  await bench.advance(699);
  expect(bench.truth().s2Closed).toBe(false);
  await bench.advance(1);
  expect(bench.truth().s2Closed).toBe(true);
  expect(bench.truth().currentA).toEqual([0, 0, 0]);
});

test('an offer that is withdrawn before S2 closes starts the delay again', async () => {
  const bench = new Bench();
  bench.world.plug(1);
  bench.offer(16);
  await bench.advance(400);
  bench.mode3().pilot.drive({ kind: 'steady' });
  await bench.advance(50);
  bench.offer(16);
  await bench.advance(400);
  expect(bench.truth().s2Closed).toBe(false);
  await bench.advance(100);
  expect(bench.truth().s2Closed).toBe(true);
});

test('it draws only with S2 closed and contacts closed, ramps at its rate and stays at the offer', async () => {
  const bench = new Bench();
  bench.world.plug(1, { ev: { rampAPerSecond: 4 } });
  bench.mode3().contactor.close();
  await bench.advance(1000);
  expect(bench.truth()).toMatchObject({ contactorClosed: true, currentA: [0, 0, 0] });
  bench.offer(16);
  await bench.advance(500 + 2000);
  expect(bench.truth().currentA[0]).toBeCloseTo(8, 6);
  await bench.advance(10_000);
  expect(bench.truth().currentA).toEqual([16, 16, 16].map((amps) => expect.closeTo(amps, 9)));
  bench.mode3().contactor.open();
  await bench.advance(20);
  expect(bench.truth().currentA).toEqual([0, 0, 0]);
});

test('a single-phase vehicle loads L1 only; a three-phase one on one phase likewise', async () => {
  const bench = new Bench();
  await bench.charge({ phases: 1 }, 20);
  expect(bench.truth().currentA).toEqual([expect.closeTo(20, 9), 0, 0]);
  bench.world.plug(3, { ev: { phases: 3 } });
  bench.offer(10, 3);
  bench.mode3(3).contactor.close();
  await bench.advance(10_000);
  expect(bench.truth(3).currentA).toEqual([expect.closeTo(10, 9)]);
});

test('it follows a changed offer after its reaction time, within 5 s at its defaults, up to its own maximum', async () => {
  const bench = new Bench();
  await bench.charge({ maxCurrentA: 25, followMs: 3000 }, 16);
  bench.offer(10);
  await bench.advance(2999);
  expect(bench.truth().currentA[0]).toBeCloseTo(16, 6);
  await bench.advance(1 + 750);
  expect(bench.truth().currentA[0]).toBeCloseTo(10, 6);
  bench.offer(32);
  await bench.advance(3000 + 2000);
  expect(bench.truth().currentA[0]).toBeCloseTo(25, 6);
});

test('when the PWM stops it ramps to 0 and opens S2 within 2 s, though its usual ramp is slow', async () => {
  const bench = new Bench();
  await bench.charge({ rampAPerSecond: 8 }, 32);
  const pilot = heard(bench.mode3().pilot);
  bench.mode3().pilot.drive({ kind: 'steady' });
  await bench.advance(900);
  const falling = bench.truth();
  expect(falling.s2Closed).toBe(true);
  expect(falling.currentA[0]).toBeGreaterThan(5);
  expect(falling.currentA[0]).toBeLessThan(27);
  await bench.advance(1100);
  expect(bench.truth()).toMatchObject({ s2Closed: false, currentA: [0, 0, 0] });
  expect(pilot.at(-1)).toMatchObject({ high: expect.closeTo(8.979, 3), low: expect.closeTo(8.979, 3) });
});

test('a PWM that comes back during the ramp down keeps S2 closed', async () => {
  const bench = new Bench();
  await bench.charge({}, 32);
  bench.mode3().pilot.drive({ kind: 'steady' });
  await bench.advance(800);
  bench.offer(32);
  await bench.advance(5000);
  expect(bench.truth()).toMatchObject({ s2Closed: true, currentA: [32, 32, 32].map((a) => expect.closeTo(a, 6)) });
});

test.each([
  { ignoresOffer: true },
  { reactsToPwmOff: false },
])('a vehicle with %j goes on drawing when the PWM stops', async (ev) => {
  const bench = new Bench();
  await bench.charge({ ...ev, maxCurrentA: 20 }, 16);
  bench.mode3().pilot.drive({ kind: 'steady' });
  await bench.advance(20_000);
  expect(bench.truth().s2Closed).toBe(true);
  expect(bench.truth().currentA[0]).toBeCloseTo('ignoresOffer' in ev ? 20 : 16, 6);
});

test('a fixed draw disregards the offer, and null takes it back', async () => {
  const bench = new Bench();
  await bench.charge({ drawA: 28 }, 16);
  expect(bench.truth().currentA[0]).toBeCloseTo(28, 6);
  bench.world.ev(1, { drawA: null });
  await bench.advance(5000);
  expect(bench.truth().currentA[0]).toBeCloseTo(16, 6);
});

test('paused it ramps down and opens S2; continued it closes S2 again', async () => {
  const bench = new Bench();
  await bench.charge({}, 16);
  bench.world.ev(1, { paused: true });
  await bench.advance(1999);
  expect(bench.truth().s2Closed).toBe(true);
  await bench.advance(10);
  expect(bench.truth()).toMatchObject({ s2Closed: false, currentA: [0, 0, 0] });
  bench.world.ev(1, { paused: false });
  await bench.advance(500 + 2000);
  expect(bench.truth().currentA[0]).toBeCloseTo(16, 6);
});

test('asking for ventilation shows 3 V when ready', async () => {
  const bench = new Bench();
  const pilot = heard(bench.mode3().pilot);
  await bench.charge({ needsVentilation: true }, 16);
  expect(pilot.at(-1)).toEqual({ kind: 'volts', high: expect.closeTo(2.931, 3), low: -12 });
  bench.world.ev(1, { needsVentilation: false });
  await bench.advance(5);
  expect(pilot.at(-1)).toEqual({ kind: 'volts', high: expect.closeTo(5.996, 3), low: -12 });
});

test('a full battery opens S2 at 100 %, with exactly the missing energy on the meter', async () => {
  const bench = new Bench();
  await bench.charge({ batteryWh: 10_000, stateOfCharge: 40 }, 32);
  await bench.advance(2 * 3600_000);
  const truth = bench.truth();
  expect(truth).toMatchObject({ s2Closed: false, currentA: [0, 0, 0] });
  expect(truth.ev?.stateOfCharge).toBe(100);
  expect(truth.energyWh).toBeCloseTo(6000, 6);
  expect(bench.clock.pendingTimers).toBe(0);
  bench.world.ev(1, { stateOfCharge: 50 });
  await bench.advance(10_000);
  expect(bench.truth().currentA[0]).toBeCloseTo(32, 6);
});

test('in Mode 2 a 10 A cord starts 2 s after power, on one phase, and stops when paused or full', async () => {
  const bench = new Bench();
  bench.world.plug(2, { ev: { batteryWh: 5000, stateOfCharge: 20 } });
  bench.mode2().contactor.close();
  await bench.advance(30 + 2000);
  expect(bench.truth(2).currentA).toEqual([0]);
  await bench.advance(1250);
  expect(bench.truth(2).currentA).toEqual([expect.closeTo(10, 6)]);
  bench.world.ev(2, { drawA: 14 });
  await bench.advance(1000);
  expect(bench.truth(2).powerW).toBeCloseTo(230 * 14, 6);
  bench.world.ev(2, { paused: true });
  await bench.advance(5000);
  expect(bench.truth(2).currentA).toEqual([0]);
  bench.world.ev(2, { paused: false });
  await bench.advance(2 * 3600_000);
  expect(bench.truth(2)).toMatchObject({ currentA: [0], ev: { stateOfCharge: 100 } });
  expect(bench.truth(2).energyWh).toBeCloseTo(4000, 6);
});

test('a Mode 2 cord tests itself again after each power cut', async () => {
  const bench = new Bench();
  bench.world.plug(2);
  bench.mode2().contactor.close();
  await bench.advance(5000);
  bench.mode2().contactor.open();
  await bench.advance(1000);
  bench.mode2().contactor.close();
  await bench.advance(30 + 2000);
  expect(bench.truth(2).currentA).toEqual([0]);
  await bench.advance(2000);
  expect(bench.truth(2).currentA).toEqual([expect.closeTo(10, 6)]);
});

test.each([
  [{ maxCurrentA: 0 }, /maxCurrentA cannot be 0; valid: 1 to 80 A/],
  [{ followMs: 5001 }, /followMs .* valid: 0 to 5000 ms/],
  [{ phases: 4 }, /phases cannot be 4; valid: 1, 2 or 3/],
  [{ paused: 'yes' }, /true or false/],
  [{ drawA: -1 }, /drawA .* or null/],
  [{ colour: 'red' }, /no option colour; valid: phases, /],
])('wrong options are refused: %j', (ev, message) => {
  const bench = new Bench();
  expect(() => bench.world.plug(1, { ev: ev as never })).toThrow(message);
  expect(bench.truth().plugged).toBe(false);
  bench.world.plug(1);
  expect(() => bench.world.ev(1, ev as never)).toThrow(message);
});
