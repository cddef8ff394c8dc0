/** What a board of a rig leaves out must be said, and what then protects in its place is told. */
import { readFileSync } from 'node:fs';
import { readBoardText } from '../../../src/hal/board/board-file';
import { type Change, changedRig, problemsOf, rig } from './wiring-board';

const mode3 = 'points.0.sockets.0';
const mode2 = 'points.0.sockets.1';

const warningsOf = (text: string): string[] => readBoardText(text, 'x.yaml').warnings;

test.each([
  'pi-bench-double',
  'pi-retrofit-single',
  'simulated-double',
  'simulated-single',
  'simulated-single-t2s',
])('board/%s.yaml lacks nothing', (name) => {
  expect(warningsOf(readFileSync(`board/${name}.yaml`, 'utf8'))).toEqual([]);
});

describe('a rig without', () => {
  const without = (...names: string[]): string[] =>
    warningsOf(changedRig(...names.map((name): Change => [`hardware.${name}`, undefined])));

  test('the pulse is told how long a program that stands still keeps its contactors closed', () => {
    expect(without('pulse')).toEqual([
      expect.stringMatching(/^x\.yaml:8:3 hardware\.pulse: missing; .*ends it \(8 s .*its watchdog acts \(10 s\)/),
    ]);
  });

  test('the watchdog is told who restarts the machine, and that the pulse opens the contactors', () => {
    expect(without('watchdog')).toEqual([
      expect.stringMatching(/^x\.yaml:8:3 hardware\.watchdog: missing; .*RuntimeWatchdogSec.*the pulse stops$/),
    ]);
  });

  test('pulse and watchdog is told that nothing opens them', () => {
    const [pulse = '', watchdog = ''] = without('pulse', 'watchdog');
    expect(pulse).toContain('stands still for ever');
    expect(watchdog).not.toContain('the pulse stops');
  });

  test('the supply monitor is told what a loss of mains looks like', () => {
    expect(without('supply')).toEqual([
      expect.stringMatching(/hardware\.supply: missing; a loss of mains is not seen/),
    ]);
  });

  test('any of them is a board all the same', () => {
    expect(problemsOf(['hardware.pulse', undefined], ['hardware.watchdog', undefined])).toEqual(['no error']);
  });

  test('any of them in simulation is told nothing', () => {
    expect(warningsOf(changedRig(['drivers', 'simulated'], ['hardware.pulse', undefined]))).toEqual([]);
  });
});

describe('a part of an outlet that is', () => {
  const parts: [string, string, string, string][] = [
    ['T2S', mode3, 'lock', 'lock'],
    ['T2S', mode3, 'residual', 'residualCurrentMonitor'],
    ['T2S', mode3, 'thermometer', 'thermometer'],
    ['2P+E', mode2, 'residual', 'residualCurrentMonitor'],
    ['2P+E', mode2, 'plug', 'plugDetector'],
  ];

  test.each(parts)('left out (%s, %s %s) must be wired or said to be absent', (_outlet, socket, part, name) => {
    const [problem = '', ...more] = problemsOf([`${socket}.wiring.${part}`, undefined]);
    expect(problem).toMatch(
      new RegExp(`\\.wiring\\.${part}: missing; wire it, or write ${name}: false, and then .{30}`),
    );
    expect(more).toEqual([]);
  });

  test.each(
    parts,
  )('said to be absent (%s, %s %s) is told what protects in its place', (_outlet, socket, part, name) => {
    const text = changedRig([`${socket}.wiring.${part}`, undefined], [`${socket}.${name}`, false]);
    expect(warningsOf(text)).toEqual([
      expect.stringMatching(new RegExp(`^x\\.yaml:\\d+:\\d+ .*\\.${name}: found false; .{30}`)),
    ]);
  });

  test('not expected there is not asked for', () => {
    expect(rig).not.toMatch(/mode2[\s\S]*thermometer/);
    expect(warningsOf(changedRig([`${mode2}.thermometer`, false]))).toEqual([]);
    const tethered: Change[] = [
      [`${mode3}.cable`, { tethered: 32 }],
      [`${mode3}.wiring.proximity`, undefined],
      [`${mode3}.wiring.lock`, undefined],
      [`${mode3}.lock`, false],
    ];
    expect(warningsOf(changedRig(...tethered))).toEqual([]);
  });

  test('wired wrongly is not said to be missing', () => {
    expect(problemsOf([`${mode3}.wiring.lock`, 5])).toEqual([
      expect.stringMatching(/lock: found 5; must be a plug lock/),
    ]);
    expect(problemsOf([`${mode3}.wiring.lock`, undefined], [`${mode3}.lock`, 'no'])).toEqual([
      expect.stringMatching(/\.lock: found "no"/),
    ]);
  });
});

describe('the line at which the PWM of a pilot comes out', () => {
  test.each<[string, string, Change]>([
    ['coil', `points[0].sockets[0].wiring.contactor.coil`, [`${mode3}.wiring.contactor.coil`, { line: 12 }]],
    ['light', `points[0].wiring.indicator.red`, ['points.0.wiring.indicator.red', { line: 12 }]],
    ['input', `points[0].sockets[1].wiring.residual.trip`, [`${mode2}.wiring.residual.trip`, { line: 12 }]],
    ['line of the rig', `hardware.resetButton`, ['hardware.resetButton', { line: 12 }]],
  ])('is for no %s', (_what, path, change) => {
    const problem = `${path}.line: found 12, which belongs to the pilot of points[0].sockets[0] (PWM channel 0); choose another line`;
    for (const chip of ['header', 'fe20c000.pwm', '3f20c000.pwm', '1f00098000.pwm']) {
      expect(problemsOf(change, [`${mode3}.wiring.pilot.pwm.chip`, chip])).toEqual([problem]);
    }
  });

  test('goes with the channel, and is free where the pilot has another chip', () => {
    const light: Change = ['points.0.wiring.indicator.red', { line: 13 }];
    const pwm = `${mode3}.wiring.pilot.pwm`;
    expect(problemsOf(light)).toEqual(['no error']);
    expect(problemsOf(light, [`${pwm}.channel`, 1])).toHaveLength(1);
    expect(problemsOf(light, [`${pwm}.channel`, 1], [`${pwm}.chip`, '0-0040'])).toEqual(['no error']);
    expect(problemsOf(['points.0.wiring.indicator.red', { chip: 'slow', line: 12 }])).toEqual(['no error']);
  });

  test('is one channel under all names of its chip', () => {
    const pilot = {
      pwm: { chip: 'header', channel: 0 },
      high: { address: 0x49, input: 0 },
      low: { address: 0x49, input: 1 },
    };
    const second = { mode: 'mode3', phases: 1, ratedCurrent: 16, wiring: { pilot } };
    const left = { side: 'left', installationCurrent: 16, sockets: [second] };
    expect(problemsOf(['points.1', left]).join()).toContain(
      'points[1].sockets[0].wiring.pilot.pwm: channel 0 of header is used twice',
    );
  });
});

describe('a line that the Pi pulls before the program runs', () => {
  const coil = `${mode3}.wiring.contactor.coil`;
  const freed: Change = [`${mode3}.wiring.contactor.feedback`, { line: 23 }];

  test.each<[string, Change, RegExp | undefined]>([
    [
      'a coil on one that pulls up',
      [coil, { line: 5 }],
      /coil\.line: found 5, which pulls up .*contactor closes.*ground/,
    ],
    ['an inverted coil on one that pulls down', [coil, { line: 17, activeLow: true }], /pulls down .*3\.3 V/],
    ['an inverted coil on one that pulls up', [coil, { line: 5, activeLow: true }], undefined],
    ['the last that pulls up', [`${mode2}.wiring.residual.test`, { line: 7 }], /test\.line: found 7.*test current/],
    ['the first that pulls down', [`${mode2}.wiring.residual.test`, { line: 9 }], undefined],
    ['a lock motor', [`${mode3}.wiring.lock.unlock`, { line: 5 }], /unlock\.line: found 5.*the motor runs/],
    ['a light', ['points.0.wiring.indicator.red', { line: 5 }], undefined],
    ['a test line of another chip', [`${mode2}.wiring.residual.test`, { chip: 'slow', line: 5 }], undefined],
  ])('%s', (_name, change, warning) => {
    const board = changedRig(['points.0.wiring.cardReader', undefined], ['points.0.cardReader', false], freed, change);
    expect(warningsOf(board)).toEqual(warning ? [expect.stringMatching(warning)] : []);
  });
});
