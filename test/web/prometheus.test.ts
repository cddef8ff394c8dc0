/** The text that Prometheus reads: families, labels and numbers as its format 0.0.4 has them. */
import type { Metric } from '../../src/control/station-watch';
import { prometheusText } from '../../src/web/prometheus';

const metric = (samples: Metric['samples'], given: Partial<Metric> = {}): Metric => ({
  ...{ name: 'greenup_x_watts', help: 'Power.', type: 'gauge' as const, samples },
  ...given,
});

test('a family has its help, its type, and a line for each sample', () => {
  const samples = [{ value: 0 }, { labels: { connector: '1', phase: '2' }, value: 1.5 }];
  expect(
    prometheusText([metric(samples), metric([{ value: 7 }], { name: 'greenup_y_wh_total', type: 'counter' })]),
  ).toBe(
    `# HELP greenup_x_watts Power.
# TYPE greenup_x_watts gauge
greenup_x_watts 0
greenup_x_watts{connector="1",phase="2"} 1.5
# HELP greenup_y_wh_total Power.
# TYPE greenup_y_wh_total counter
greenup_y_wh_total 7
`,
  );
});

test('a family without samples is left out', () => {
  expect(prometheusText([metric([])])).toBe('');
});

test('what would end a line or a label is escaped', () => {
  const text = prometheusText([metric([{ labels: { board: 'a"b\\c\nd' }, value: 1 }], { help: 'a\\b\nc "d"' })]);
  expect(text.split('\n')).toEqual([
    '# HELP greenup_x_watts a\\\\b\\nc "d"',
    '# TYPE greenup_x_watts gauge',
    'greenup_x_watts{board="a\\"b\\\\c\\nd"} 1',
    '',
  ]);
});

test.each([
  [Number.POSITIVE_INFINITY, 'Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
  [Number.NaN, 'NaN'],
  [1e21, '1e+21'],
])('the number %d is %s', (value, text) => {
  expect(prometheusText([metric([{ value }])])).toContain(`greenup_x_watts ${text}\n`);
});
