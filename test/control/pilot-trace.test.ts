/** Each change of a pilot is told once, with its time and its state, and of many the last ones. */
import { PilotTrace, pilotStepsMax, waveOf } from '../../src/control/pilot-trace';
import { startSimulation } from '../simulator/support';

const systemTime = () => Date.UTC(2026, 0, 1);

test('a charge leads from A over B to C, with the duty cycle that is offered, and back', async () => {
  const station = await startSimulation();
  const { world, pilots } = station.simulation;
  const since = pilots.lastNumber;
  world.plug(1, { cableA: 20 });
  await station.advance(5_000);
  world.present('04A1B2C3', 'right');
  await station.advance(20_000);
  world.present('04A1B2C3', 'right');
  await station.advance(20_000);
  world.unplug(1);
  await station.advance(5_000);
  const { steps, lastNumber, log } = pilots.after(since);
  expect(steps.every(({ connectorId }) => connectorId === 1)).toBe(true);
  const told = steps.map(({ state, dutyPercent }) => `${state}${dutyPercent === null ? 1 : 2}`);
  expect(told.join(' ')).toMatch(/^B1 .*B2 C2 .*A1$/);
  expect(steps.find(({ state }) => state === 'C')).toMatchObject({ lowV: -12, dutyPercent: expect.closeTo(33.33, 1) });
  const times = steps.map(({ at }) => Date.parse(at));
  expect(times).toEqual([...times].sort((one, other) => one - other));
  expect([lastNumber, steps.at(-1)?.number]).toEqual([since + steps.length, lastNumber]);
  expect([log, pilots.after(lastNumber)]).toEqual([pilots.log, { log, lastNumber, steps: [] }]);
});

test.each([
  ['pilotShort', 'E'],
  ['pilotOpen', 'A'],
] as const)('%s shows as %s', async (fault, state) => {
  const station = await startSimulation();
  const { world, pilots } = station.simulation;
  world.plug(1);
  await station.advance(2_000);
  world.fault(1, fault, true);
  expect(pilots.after(0).steps.at(-1)?.state).toBe(state);
});

test('a station that is not available shows F', () => {
  const trace = new PilotTrace({ systemTime });
  trace.note(1, waveOf({ output: { kind: 'unavailable' }, high: -12, low: -12 }));
  expect(trace.after(0).steps).toMatchObject([{ state: 'F', dutyPercent: null }]);
});

test('what is the same is no step, and of many the oldest are forgotten', () => {
  const trace = new PilotTrace({ systemTime });
  const note = (high: number) => trace.note(2, waveOf({ output: { kind: 'steady' }, high, low: high }));
  note(12);
  note(12);
  expect(trace.lastNumber).toBe(1);
  for (let count = 0; count < pilotStepsMax + 10; count += 1) note(count % 2 === 0 ? 9 : 12);
  const { steps, lastNumber } = trace.after(0);
  expect(lastNumber).toBe(pilotStepsMax + 11);
  expect(steps.length).toBeLessThanOrEqual(pilotStepsMax);
  expect(steps.at(-1)?.number).toBe(lastNumber);
});

test('without a time nothing is put on the axis', () => {
  const trace = new PilotTrace({ systemTime: () => undefined });
  trace.note(1, waveOf({ output: { kind: 'steady' }, high: 9, low: 9 }));
  expect(trace.after(0).steps).toEqual([]);
});

test('whoever has noisy volts says what is no step', () => {
  const trace = new PilotTrace({ systemTime }, (one, other) => one.state === other.state);
  for (const high of [12, 11.9, 9, 9.1]) trace.note(1, waveOf({ output: { kind: 'steady' }, high, low: high }));
  expect(trace.after(0).steps.map(({ state, highV }) => [state, highV])).toEqual([
    ['A', 12],
    ['B', 9],
  ]);
});
