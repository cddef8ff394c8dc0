/** The numbers of the standards agree with one another: each band holds its nominal value, each line ends where the next begins. */
import {
  cableOhms,
  cableOhmsMin,
  cableRatingsA,
  highestOfferA,
  lowerDuty,
  lowestOfferA,
  pilotReachV,
  pilotSourceV,
  pluggedOhmsMax,
  ratedCableOhmsMax,
  stateBoundsV,
  upperDuty,
  vehicleStates,
} from '../../src/hal/iec61851';

test('each bound lies midway between the plateaus 12, 9, 6, 3 and 0 V of its two states', () => {
  expect(vehicleStates).toHaveLength(stateBoundsV.length + 1);
  expect(stateBoundsV).toEqual(stateBoundsV.map((_, index) => (12 - 3 * index + 12 - 3 * (index + 1)) / 2));
  expect(pilotReachV).toBeCloseTo(pilotSourceV * 1.05, 9);
});

test('the lower line of duty cycles ends at 51 A, the upper one goes from 52.5 A to 80 A, and 10 % are the lowest offer', () => {
  expect(lowerDuty.maxPercent * lowerDuty.ampsPerPercent).toBeCloseTo(lowerDuty.maxA, 9);
  expect(10 * lowerDuty.ampsPerPercent).toBeCloseTo(lowestOfferA, 9);
  const upperA = (dutyPercent: number) => (dutyPercent - upperDuty.offsetPercent) * upperDuty.ampsPerPercent;
  expect(upperA(85)).toBeCloseTo(upperDuty.minA, 9);
  expect(upperA(96)).toBeCloseTo(highestOfferA, 9);
});

test('the resistor of each cable lies in the band of that cable, and bands do not overlap', () => {
  let above = ratedCableOhmsMax;
  for (const rating of cableRatingsA) {
    expect(cableOhms[rating]).toBeGreaterThanOrEqual(cableOhmsMin[rating]);
    expect(cableOhms[rating]).toBeLessThan(above);
    above = cableOhmsMin[rating];
  }
  expect(pluggedOhmsMax).toBeGreaterThan(ratedCableOhmsMax);
});
