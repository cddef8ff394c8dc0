/** docs/bench.md names everything that its tables in the program have. */
import { readFileSync } from 'node:fs';
import { flagOf, runOptionRows } from '../../src/cli/run-arguments';
import { outletDefaults, stationDefaults } from '../../src/drivers/sim/conditions';
import { evDefaults } from '../../src/drivers/sim/ev-options';
import { flickerSignals } from '../../src/drivers/sim/flicker';
import { readyVehicles } from '../../src/drivers/sim/ready-vehicles';
import { simulationCommands } from '../../src/simulator/control';
import { faultNames } from '../../src/simulator/fault-causes';
import { jsonLineCommands } from '../../src/simulator/json-lines-commands';

const page = readFileSync('docs/bench.md', 'utf8');

const runOptions = (Object.keys(runOptionRows) as (keyof typeof runOptionRows)[]).filter(
  (name) => !runOptionRows[name].hidden,
);

test.each([
  ['commands of the HTTP interface', simulationCommands.map(({ name }) => `bench ${name}`)],
  ['commands of the machine interface', Object.keys(jsonLineCommands)],
  ['faults', faultNames],
  ['options of a vehicle', Object.entries(evDefaults).map(([name]) => `| \`${name}\` |`)],
  ['conditions', [...Object.keys(outletDefaults), ...Object.keys(stationDefaults)].map((name) => `| \`${name}\` |`)],
  ['signals that flicker', flickerSignals.map((name) => `| \`${name}\` |`)],
  ['ready-made vehicles', readyVehicles().map(({ name }) => `\`${name}\``)],
  ['options of run', runOptions.map((name) => `\`--${flagOf(name)}`)],
])('all %s', (_what, names) => {
  expect(names.filter((name) => !page.includes(name))).toEqual([]);
});

test('defaults of conditions are as documented', () => {
  for (const [name, value] of Object.entries({ ...outletDefaults, ...stationDefaults })) {
    expect(page).toMatch(new RegExp(`\\| \`${name}\` \\|[^|]*\\|[^|]*\\| ${String(value)} \\|`));
  }
});

test('defaults of a vehicle are as documented', () => {
  for (const [name, value] of Object.entries(evDefaults)) {
    expect(page).toMatch(new RegExp(`\\| \`${name}\` \\|[^|]*\\| ${String(value)} \\|`));
  }
});
