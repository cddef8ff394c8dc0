/** Calibrations that would blind a rig are refused, and those that do just not are taken. */
import { type Change, problemsOf } from './wiring-board';

const mode3 = 'points.0.sockets.0';
const wiring3 = 'points[0].sockets[0].wiring';

describe('a calibration that blinds', () => {
  const high = (value: object): Change => [`${mode3}.wiring.pilot.high`, { address: 0x48, input: 0, ...value }];
  const place = `${wiring3}.pilot.high`;
  test.each<[string, Change, string]>([
    [
      'none',
      high({}),
      `${place}: reads the pilot from 0.0 V (input at 0 V) to 4.1 V (input at 4.096 V); it must reach`,
    ],
    ['upside down', high({ gain: -8.9, offset: 14.6 }), `${place}.gain: found -8.9; must be above 0`],
    ['no negative half', high({ gain: 8.9, offset: -12 }), `${place}: reads the pilot from -12.0 V`],
    ['too little', high({ gain: 6, offset: -14.6 }), `${place}: reads the pilot from -14.6 V (input at 0 V) to 10.0 V`],
    [
      'a divider far off',
      [`${mode3}.wiring.proximity.gain`, 1.3],
      `${wiring3}.proximity.gain: found 1.3; must be from 0.8 to 1.25`,
    ],
    [
      'a divider shifted',
      [`${mode3}.wiring.thermometer.offset`, 0.3],
      `${wiring3}.thermometer.offset: found 0.3; must be from -0.2 to 0.2 V`,
    ],
  ])('%s', (_what, change, problem) => {
    const problems = problemsOf(change);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  test('what reaches just far enough does', () => {
    expect(problemsOf(high({ gain: 6.16, offset: -12.6 }))).toEqual(['no error']);
  });
});
