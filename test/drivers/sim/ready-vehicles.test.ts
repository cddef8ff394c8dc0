/** Ready-made vehicles: each figure has a source, each file mistake is told, and the vehicle behaves as its figures say. */
import { evDefaults } from '../../../src/drivers/sim/ev-options';
import { parseVehicles, readyVehicle, readyVehicles } from '../../../src/drivers/sim/ready-vehicles';
import { Bench } from './support';

test('each figure of each vehicle has a source; few are verified, and those say by whom', () => {
  for (const { name, like, figures } of readyVehicles()) {
    expect(name).toMatch(/^[a-z0-9]+-[a-z0-9-]+$/);
    expect(like).toMatch(/\w{3}/);
    expect(Object.keys(figures).length).toBeGreaterThan(0);
    for (const { source, verified } of Object.values(figures)) {
      expect(source).toMatch(/\w{4}/);
      if (verified) expect(source).not.toMatch(/memory|[Cc]hosen/);
    }
  }
});

test('a vehicle by name is what its figures say, and the usual one in the rest', async () => {
  const bench = new Bench();
  bench.world.plug(1, { ev: readyVehicle('two-phase-like').options });
  bench.offer(20);
  bench.mode3().contactor.close();
  await bench.advance(20_000);
  expect(bench.truth().currentA).toEqual([expect.closeTo(16, 6), expect.closeTo(16, 6), 0]);
  expect(bench.truth().ev?.followMs).toBe(evDefaults.followMs);
});

test('a name that is not there is answered with those that are', () => {
  expect(() => readyVehicle('zoe-lik')).toThrow(
    /there is no vehicle "zoe-lik"; did you mean zoe-like\? Valid: zoe-like, kangoo-like/,
  );
});

const good = (figures: string, name = 'a') => `  - { name: ${name}, like: b, remark: c, figures: { ${figures} } }\n`;
const phases = 'phases: { value: 3, verified: false, source: d }';

test.each([
  ['twice the same name', good(phases) + good(phases), /vehicles\[1\]\.name: a is there twice/],
  ['a figure that no vehicle has', good(phases.replace('3', '4')), /option phases cannot be 4; valid: 1, 2 or 3/],
  ['no option of a vehicle', good(phases.replace('phases', 'phase')), /unknown name; did you mean phases\?/],
  [
    'no source',
    good('phases: { value: 3, verified: false }'),
    /x\.yaml:2:\d+ vehicles\[0\]\.figures\.phases\.source: missing/,
  ],
  ['no number', good(phases.replace('3', 'three')), /found "three"; must be a number/],
])('a file with %s is refused with its place', (_, rows, message) => {
  expect(() => parseVehicles(`vehicles:\n${rows}`, 'x.yaml')).toThrow(message);
});
