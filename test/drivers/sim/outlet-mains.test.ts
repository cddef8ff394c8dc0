/** What a simulated meter measures of currents and voltages: new values for what is new, the same lists for what is not. */
import { OutletMains } from '../../../src/drivers/sim/outlet-mains';

const load = { currentA: 16, loadedPhases: 2, powerFactor: 0.9 };
const values = {
  currentA: [16, 16, 0],
  voltageV: [230, 230, 230],
  powerW: expect.closeTo(2 * 16 * 230 * 0.9, 6),
  phasePowerW: [expect.closeTo(16 * 230 * 0.9, 6), expect.closeTo(16 * 230 * 0.9, 6), 0],
};

test('as long as nothing changes the very same lists are measured', () => {
  const mains = new OutletMains(3, undefined, 230);
  const measured = mains.measured(false, load);
  expect(measured).toEqual(values);
  expect(mains.measured(false, { ...load })).toBe(measured);
});

test.each([
  { what: 'current', change: { currentA: 15.9 }, expected: { currentA: [15.9, 15.9, 0] } },
  { what: 'phases', change: { loadedPhases: 1 }, expected: { currentA: [16, 0, 0] } },
  { what: 'power factor', change: { powerFactor: 1 }, expected: { powerW: 2 * 16 * 230 } },
])('another $what is measured at once', ({ change, expected }) => {
  const mains = new OutletMains(3, undefined, 230);
  mains.measured(false, load);
  expect(mains.measured(false, { ...load, ...change })).toMatchObject(expected);
});

test('so is another voltage, and none behind open contacts or while the supply is lost', () => {
  const mains = new OutletMains(3, undefined, 230);
  mains.measured(false, load);
  mains.set(240);
  expect(mains.measured(false, load)).toMatchObject({ voltageV: [240, 240, 240], powerW: 2 * 16 * 240 * 0.9 });
  expect(mains.measured(true, load)).toMatchObject({ voltageV: [0, 0, 0], powerW: 0 });
  mains.set(0);
  expect(mains.present).toBe(false);
  expect(mains.measured(false, load)).toMatchObject({ voltageV: [0, 0, 0], powerW: 0 });
});

test('in a world with a random source each phase keeps its own voltage beside that of the mains', () => {
  const values = [0, 0.5, 1];
  const mains = new OutletMains(3, () => values.shift() ?? 0, 230);
  expect(mains.phaseV).toEqual([228, 230, 232]);
  mains.set(240);
  expect(mains.phaseV).toEqual([238, 240, 242]);
});
