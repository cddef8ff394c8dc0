/** docs/fleet.md has what a traffic file and a thresholds file may say, and its examples are good. */
import { readFileSync } from 'node:fs';
import { figureNames } from '../../../src/simulator/fleet/report/figures';
import { parseThresholds } from '../../../src/simulator/fleet/report/thresholds';
import { networkEventKinds } from '../../../src/simulator/fleet/traffic/traffic';
import { ownTraffic } from '../../../src/simulator/fleet/traffic/traffic-file';
import { trafficText } from '../../../src/simulator/fleet/traffic/traffic-schema';

const page = readFileSync('docs/fleet.md', 'utf8');

/** The names of a schema and of what is in it. */
function namesIn(shape: { properties?: object; items?: object }): string[] {
  const own = Object.entries(shape.properties ?? {}).flatMap(([name, inner]) => [name, ...namesIn(inner as object)]);
  return [...own, ...(shape.items ? namesIn(shape.items) : [])];
}

test('every field of a traffic file', () => {
  const plain = new Set(['remark', 'from', 'to', 'fault', 'event']);
  const missing = [...new Set(namesIn(trafficText))].filter(
    (name) => !plain.has(name) && !page.match(`[\`.]${name}[\`.]`),
  );
  expect(missing).toEqual([]);
});

test('every network event, every figure, every traffic that comes with the program', () => {
  for (const name of [...networkEventKinds, ...figureNames, ...ownTraffic()]) expect(page).toContain(`\`${name}\``);
});

test('the rules of the example can be read', () => {
  const [, example = ''] = /```yaml\n(rules:\n[^`]*)```/.exec(page) ?? [];
  expect(parseThresholds(example, 'docs/fleet.md')).toHaveLength(6);
});
