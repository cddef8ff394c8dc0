/** The simulated world as the station meets it: parts, plugs, locks, meters, cards, and what costs time. */

import { SimulatedWorld } from '../../../src/drivers/sim/world';
import type { CardEvent, PilotReading } from '../../../src/hal/parts';
import { Bench, board, heard } from './support';

test('the parts are those of the board, in its order', () => {
  const { points, supply, watchdog } = new Bench().world.parts;
  expect(points.map(({ sockets }) => sockets.map(({ mode }) => mode))).toEqual([['mode3', 'mode2'], ['mode3']]);
  expect(points.map((point) => Object.keys(point).sort())).toEqual([['indicator', 'reader', 'sockets'], ['sockets']]);
  const names = points.flatMap(({ sockets }) => sockets.map((parts) => Object.keys(parts).sort().join(' ')));
  expect(names).toEqual([
    'contactor lock meter mode pilot proximity residual thermometer',
    'contactor meter mode plug residual thermometer',
    'contactor meter mode pilot',
  ]);
  expect(supply).toBeDefined();
  expect(watchdog).toBeDefined();
});

test('a board without a watchdog has no such part, and its station at rest nothing to feed', () => {
  const { hardware: _, ...plain } = board;
  const world = new SimulatedWorld({ board: plain, clock: new Bench().clock });
  expect(Object.keys(world.parts)).toEqual(['points', 'supply']);
  expect(world.snapshot().watchdog).toBeNull();
});

test('the pilot tells its level soon after being watched and then changes of level only', async () => {
  const bench = new Bench();
  const told: PilotReading[] = heard(bench.mode3().pilot);
  expect(told).toEqual([]);
  await bench.advance(5);
  expect(told).toEqual([{ kind: 'volts', high: 12, low: 12 }]);
  bench.world.plug(1);
  await bench.advance(5);
  expect(told.slice(1)).toEqual([{ kind: 'volts', high: expect.closeTo(8.979, 3), low: expect.closeTo(8.979, 3) }]);
  bench.offer(16);
  await bench.advance(5);
  bench.offer(20); // another duty, the same levels
  await bench.advance(100);
  expect(told.slice(2)).toEqual([{ kind: 'volts', high: expect.closeTo(8.979, 3), low: -12 }]);
  bench.mode3().pilot.drive({ kind: 'unavailable' });
  await bench.advance(5);
  expect(told.slice(3)).toEqual([{ kind: 'volts', high: -12, low: -12 }]);
});

test.each([
  [13, 1500],
  [20, 680],
  [32, 220],
  [63, 100],
  [undefined, 220],
] as const)('a plug with a cable of %p A shows %d Ω', async (cableA, ohms) => {
  const bench = new Bench();
  const told = heard(bench.mode3().proximity);
  await bench.advance(5);
  bench.world.plug(1, cableA === undefined ? {} : { cableA });
  await bench.advance(5);
  bench.world.unplug(1);
  await bench.advance(5);
  expect(told).toEqual(
    [Number.POSITIVE_INFINITY, ohms, Number.POSITIVE_INFINITY].map((o) => ({ kind: 'ohms', ohms: o })),
  );
});

test('a domestic plug is told by its contact', async () => {
  const bench = new Bench();
  const told = heard(bench.mode2().plug);
  await bench.advance(5);
  bench.world.plug(2);
  await bench.advance(5);
  bench.world.unplug(2);
  await bench.advance(5);
  expect(told).toEqual([false, true, false]);
});

test('the contactor closes 30 ms and opens 20 ms after the command; its feedback comes 5 ms later', async () => {
  const bench = new Bench();
  const { contactor } = bench.mode3();
  const told = heard(contactor);
  contactor.close();
  await bench.advance(29);
  expect(bench.truth().contactorClosed).toBe(false);
  await bench.advance(1);
  expect(bench.truth().contactorClosed).toBe(true);
  expect(told).toEqual(['open']);
  await bench.advance(5);
  expect(told).toEqual(['open', 'closed']);
  contactor.open();
  await bench.advance(19);
  expect(bench.truth().contactorClosed).toBe(true);
  await bench.advance(1);
  expect(bench.truth().contactorClosed).toBe(false);
  await bench.advance(5);
  expect(told).toEqual(['open', 'closed', 'open']);
});

test('a contactor told to open before it has closed does not move', async () => {
  const bench = new Bench();
  const told = heard(bench.mode3().contactor);
  bench.mode3().contactor.close();
  await bench.advance(10);
  bench.mode3().contactor.open();
  await bench.advance(100);
  expect(told).toEqual(['open']);
});

test('a locked plug stays when the vehicle leaves, save by force, and a bolt that is out lets no plug in', async () => {
  const bench = new Bench();
  const told = heard(bench.mode3().lock);
  bench.world.plug(1);
  await bench.advance(5);
  bench.mode3().lock?.lock();
  await bench.advance(299);
  expect(told).toEqual(['unlocked', 'moving']);
  expect(bench.truth().locked).toBe(false);
  await bench.advance(6);
  expect(told).toEqual(['unlocked', 'moving', 'locked']);
  bench.world.unplug(1);
  expect(bench.truth()).toMatchObject({ plugged: false, cableA: 32 });
  bench.world.unplug(1, { force: true });
  expect(() => bench.world.plug(1)).toThrow(/the lock is out/);
  bench.mode3().lock?.unlock();
  await bench.advance(305);
  expect(told.slice(3)).toEqual(['moving', 'unlocked']);
  bench.world.plug(1);
  expect(bench.truth().plugged).toBe(true);
});

test('the cable of a vehicle that left falls out when the bolt lets go, unless a vehicle came back to it', async () => {
  const bench = new Bench();
  bench.world.plug(1, { cableA: 20 });
  bench.mode3().lock?.lock();
  await bench.advance(400);
  bench.world.unplug(1);
  bench.world.plug(1, { cableA: 63 });
  expect(bench.truth()).toMatchObject({ plugged: true, cableA: 20 });
  bench.world.unplug(1);
  bench.mode3().lock?.unlock();
  await bench.advance(400);
  expect(bench.truth()).toMatchObject({ plugged: false, cableA: null });
});

test.each([
  ['plug twice', (w: SimulatedWorld) => [w.plug(1), w.plug(1)], /connector 1: a vehicle is plugged already/],
  ['unplug nothing', (w: SimulatedWorld) => w.unplug(2), /connector 2: nothing is plugged/],
  ['change no vehicle', (w: SimulatedWorld) => w.ev(1, {}), /no vehicle is plugged/],
  ['no such connector', (w: SimulatedWorld) => w.plug(4), /no connector 4; valid: 1, 2, 3/],
  [
    'no such cable',
    (w: SimulatedWorld) => w.plug(1, { cableA: 16 as never }),
    /no cable of 16 A; valid: 13, 20, 32, 63/,
  ],
  ['cable in Mode 2', (w: SimulatedWorld) => w.plug(2, { cableA: 13 }), /domestic plug has no rating/],
  ['cable on a cable', (w: SimulatedWorld) => w.plug(3, { cableA: 13 }), /the cable is attached/],
  ['no reader', (w: SimulatedWorld) => w.present('04A1', 'left'), /no card reader on side left; valid: right/],
  ['no uid', (w: SimulatedWorld) => w.present('', 'right'), /1 to 20 printable/],
  ['long uid', (w: SimulatedWorld) => w.present('x'.repeat(21), 'right'), /1 to 20 printable/],
])('refused with a clear word: %s', (_, command, message) => {
  const { world } = new Bench();
  expect(() => command(world)).toThrow(message);
  expect(() => command(new Bench().world)).toThrow(expect.objectContaining({ code: 'command.invalid' }));
});

test('a card is told once a presentation, hexadecimal in upper case', async () => {
  const bench = new Bench();
  const told: CardEvent[] = heard(bench.world.parts.points[0]?.reader);
  await bench.advance(5);
  bench.world.present('04a1b2c3', 'right');
  bench.world.present('Badge-7', 'right');
  expect(told).toEqual([{ kind: 'reader', present: true }]);
  await bench.advance(1000);
  expect(told.slice(1)).toEqual([
    { kind: 'card', uid: '04A1B2C3' },
    { kind: 'card', uid: 'Badge-7' },
  ]);
});

test('the indicator is seen in the snapshot', () => {
  const bench = new Bench();
  bench.world.parts.points[0]?.indicator?.show('charging');
  expect(bench.world.snapshot().points).toEqual([
    { side: 'right', readerPresent: true, indicator: 'charging' },
    { side: 'left', readerPresent: null, indicator: null },
  ]);
});

test('the self test passes after 700 ms', async () => {
  const bench = new Bench();
  const told = heard(bench.mode3().residual);
  bench.mode3().residual?.selfTest();
  await bench.advance(699);
  expect(told).toEqual([{ tripped: false, test: 'running' }]);
  await bench.advance(6);
  expect(told.at(-1)).toEqual({ tripped: false, test: 'passed' });
});

test('a meter reading is consistent: P = Σ U·I, energy as integrated, rounded to 0.1 Wh', async () => {
  const bench = new Bench();
  await bench.charge({}, 16);
  await bench.advance(3_599_700);
  const reading = await bench.read();
  expect(reading).toMatchObject({ voltageV: [230, 230, 230], frequencyHz: 50, powerW: expect.closeTo(11_040, 6) });
  expect(reading.phasePowerW).toEqual([3680, 3680, 3680].map((watts) => expect.closeTo(watts, 6)));
  // S2 closes 0.5 s after the offer; then a 2 s ramp, worth 1 s of full current. The reading was made 20 ms into 300.
  const fullSeconds = 10 + 3599.7 + 0.02 - 0.5 - 1;
  expect(reading.energyWh).toBeCloseTo((11_040 * fullSeconds) / 3600, 1);
  expect(reading.energyWh * 10).toBeCloseTo(Math.round(reading.energyWh * 10), 6);
});

test('reads answer later, in their own time, and readings never fall', async () => {
  const bench = new Bench();
  await bench.charge({}, 32);
  let answered = false;
  const reading = bench.mode3().meter.read();
  void reading.then(() => {
    answered = true;
  });
  await bench.advance(19);
  expect(answered).toBe(false);
  await bench.advance(1);
  expect(answered).toBe(true);
  let last = 0;
  for (let turn = 0; turn < 50; turn += 1) {
    const { energyWh } = await bench.read();
    expect(energyWh).toBeGreaterThanOrEqual(last);
    last = energyWh;
  }
});

test('no part calls a listener from inside a call, of a part or of the world', async () => {
  const bench = new Bench();
  let inside = true;
  let calls = 0;
  const notInside = (): void => {
    calls += 1;
    if (inside) throw new Error('called back from inside');
  };
  const { pilot, proximity, lock, contactor, residual, thermometer } = bench.mode3();
  for (const part of [pilot, proximity, lock, contactor, residual, thermometer]) part?.watch(notInside);
  bench.mode2().plug?.watch(notInside);
  bench.world.parts.supply?.watch(notInside);
  bench.world.parts.points[0]?.reader?.watch(notInside);
  const act = async (action: () => void): Promise<void> => {
    inside = true;
    action();
    inside = false;
    const before = calls;
    await bench.advance(3000);
    expect(calls).toBeGreaterThan(before);
  };
  await act(() => undefined);
  await act(() => bench.world.plug(1));
  await act(() => bench.offer(16));
  await act(() => contactor.close());
  await act(() => lock?.lock());
  await act(() => residual?.selfTest());
  await act(() => bench.world.fault(1, 'residualCurrent', true));
  await act(() => bench.world.fault(1, 'overTemperature', true));
  await act(() => bench.world.fault(0, 'supplyLost', true));
  await act(() => bench.world.present('04A1B2C3', 'right'));
  await act(() => bench.world.plug(2));
});

test('an unsubscribed listener hears nothing more', async () => {
  const bench = new Bench();
  let calls = 0;
  const cancel = bench.mode3().pilot.watch(() => {
    calls += 1;
  });
  await bench.advance(5);
  cancel();
  cancel();
  bench.world.plug(1);
  await bench.advance(100);
  expect(calls).toBe(1);
});

test('an idle world runs no timer; a steady charge waits for one event only, however long', async () => {
  const bench = new Bench();
  bench.mode3().pilot.watch(() => undefined);
  await bench.advance(100);
  expect(bench.clock.pendingTimers).toBe(0);
  await bench.charge({ batteryWh: 1_000_000 }, 16);
  expect(bench.clock.pendingTimers).toBe(1);
  let timers = 0;
  const at = bench.clock.at.bind(bench.clock);
  jest.spyOn(bench.clock, 'at').mockImplementation((due, run) => {
    timers += 1;
    return at(due, run);
  });
  await bench.advance(10 * 3600_000);
  expect(timers).toBe(0);
});

test('a watchdog that was fed once and then not drops the contactors; disarmed it does not', async () => {
  const bench = new Bench();
  const { watchdog } = bench.world.parts;
  bench.mode3().contactor.close();
  watchdog?.feed();
  for (let turn = 0; turn < 10; turn += 1) {
    await bench.advance(6000);
    watchdog?.feed();
  }
  expect(bench.truth().contactorClosed).toBe(true);
  await bench.advance(9999);
  expect(bench.truth().contactorClosed).toBe(true);
  await bench.advance(100);
  expect(bench.truth()).toMatchObject({ contactorClosed: false, contactorCommanded: false });
  expect(bench.world.snapshot().watchdog).toBe('expired');
  watchdog?.feed();
  bench.mode3().contactor.close();
  await bench.advance(100);
  watchdog?.disarm();
  await bench.advance(60_000);
  expect(bench.truth().contactorClosed).toBe(true);
});

test('a closed world tells nothing more and leaves no timer', async () => {
  const bench = new Bench();
  const told = heard(bench.mode3().pilot);
  await bench.charge({}, 16);
  const before = told.length;
  bench.mode3().contactor.open();
  bench.world.close();
  expect(bench.clock.pendingTimers).toBe(0);
  bench.world.unplug(1);
  await bench.advance(1000);
  expect(told).toHaveLength(before);
});

test('a random source spreads the voltages a little, the same for the same source, and energy follows them', async () => {
  const sources = [0.1, 0.9, 0.5, 0.2, 0.3];
  const source = (): (() => number) => {
    let turn = 0;
    return () => sources[turn++ % sources.length] ?? 0;
  };
  const volts = (random: () => number): number[] =>
    new SimulatedWorld({ board, clock: new Bench().clock, random }).snapshot().connectors[0]?.voltageV ?? [];
  expect(volts(source())).toEqual([228.4, 231.6, 230].map((v) => expect.closeTo(v, 9)));
  expect(volts(source())).toEqual(volts(source()));
  const bench = new Bench({ random: source() });
  await bench.charge({}, 16);
  const before = bench.truth().energyWh;
  await bench.advance(3600_000);
  expect(bench.truth().energyWh - before).toBeCloseTo((228.4 + 231.6 + 230) * 16, 6);
});
