/** Rules of a thresholds file: read as people write them, refused with their place, and judged as they say. */
import { figureNames, figures } from '../../../../src/simulator/fleet/report/figures';
import {
  allKept,
  judge,
  loadThresholds,
  parseThresholds,
  ruleOf,
  usualRules,
} from '../../../../src/simulator/fleet/report/thresholds';
import { answersOf, reportWith } from './sample-report';

test.each([
  ['p95 of StartTransaction < 500 ms', 'p95', 'StartTransaction', '<', 500],
  ['p95  of  StartTransaction<0.5s', 'p95', 'StartTransaction', '<', 500],
  ['max <= 1 min', 'max', undefined, '<=', 60_000],
  ['0 lost', 'lost', undefined, '=', 0],
  ['0 schema violations', 'schema violations', undefined, '=', 0],
  ['schema violations of the central system = 0', 'schema violations of the central system', undefined, '=', 0],
  ['connected >= 99.5 %', 'connected', undefined, '>=', 99.5],
  ['answered of Heartbeat > 99%', 'answered', 'Heartbeat', '>', 99],
  ['energy off < 2 kWh', 'energy off', undefined, '<', 2_000],
  ['requests of MeterValues > 1000', 'requests', 'MeterValues', '>', 1_000],
])('%s', (text, figure, message, comparison, bound) => {
  expect(ruleOf(text)).toMatchObject({ figure, message, comparison, bound });
});

test.each([
  [
    'p95 of StartTransactoin < 500 ms',
    /stations send no message "StartTransactoin"; did you mean StartTransaction\? Valid: Authorize, /,
  ],
  ['p95 of Reset < 500 ms', /stations send no message "Reset"/],
  ['p97 < 500 ms', /there is no figure "p97"; did you mean p90\? Valid: p50, p90, p95, p99, mean, max, /],
  ['p95 < 500', /500 needs a unit; valid: ms, s, min/],
  ['p95 < 500 sec', /"sec" is no unit here; .*[Vv]alid: ms, s, min/],
  ['lost < 5 ms', /5 has no unit here: leave "ms" out/],
  ['lost of StartTransaction = 0', /lost is no figure of one message: leave "of StartTransaction" out/],
  ['lost', /there is no comparison in it; valid: <=, >=, <, >, =/],
  ['lost = none', /"none" is no number/],
  ['lost = -1', /"-1" is no number/],
  ['0 losses', /there is no figure "losses"/],
])('%s is refused with what is valid', (text, message) => {
  expect(() => ruleOf(text)).toThrow(message);
});

test('a file is read, and each wrong rule is told with its line', () => {
  expect(parseThresholds('rules:\n  - lost = 0\n  - p95 < 1 s\n', 't.yaml').map(({ figure }) => figure)).toEqual([
    'lost',
    'p95',
  ]);
  const wrong = 'rules:\n  - lost = 0\n  - lots = 0\n  - p95 < 1\n';
  expect(() => parseThresholds(wrong, 't.yaml')).toThrow(
    /^t\.yaml:3:5 rules\[1\]: "lots = 0": there is no figure "lots"; did you mean lost\?.*\nt\.yaml:4:5 rules\[2\]: "p95 < 1": 1 needs a unit/,
  );
  expect(() => parseThresholds('rule: []\n', 't.yaml')).toThrow(/t\.yaml:1:1 rule: unknown name; did you mean rules\?/);
  expect(() => parseThresholds('rules: []\n', 't.yaml')).toThrow(/found a list of 0; must be a list of 1 to 200 rules/);
  expect(() => loadThresholds('no-such.yaml')).toThrow(/no-such\.yaml: cannot be read/);
});

const report = reportWith({
  central: {
    StartTransaction: answersOf([100, 200, 300, 400], { asked: 5, unanswered: 1 }),
    Heartbeat: answersOf([10], { asked: 2, answered: 0, refused: 1 }),
  },
  errors: {
    'stationSchema: Authorize': 2,
    'centralSchema: Reset': 1,
    'timeout: Authorize': 4,
    'linkEnded: closed': 5,
    'notConnected: refused': 6,
  },
  links: { opened: 120, connectedAtEnd: 75 },
  ledger: {
    startsLost: 1,
    stopsLost: 2,
    doubledByStations: 3,
    doubledByCentral: 4,
    startsWaiting: 5,
    stopsWaiting: 6,
    started: 70,
    stopped: 60,
    energyLostWh: 80,
    energyOffWh: 9,
  },
});

test.each<[string, number]>([
  ['p50 of StartTransaction', 200],
  ['p90 of StartTransaction', 400],
  ['p95 of StartTransaction', 400],
  ['p99 of StartTransaction', 400],
  ['max', 400],
  ['mean of StartTransaction', 250],
  ['requests', 7],
  ['unanswered', 1],
  ['refused of Heartbeat', 1],
  ['answered of StartTransaction', 80],
  ['lost', 3],
  ['doubled', 7],
  ['waiting', 11],
  ['started', 70],
  ['stopped', 60],
  ['energy lost', 80],
  ['energy off', 9],
  ['errors', 18],
  ['schema violations', 3],
  ['schema violations of stations', 2],
  ['schema violations of the central system', 1],
  ['timeouts', 4],
  ['links lost', 5],
  ['failed connections', 6],
  ['connected', 75],
])('%s is found', (subject, expected) => {
  const [name = '', message] = figureNames.includes(subject as never) ? [subject] : subject.split(' of ');
  const { kind } = figures[name as keyof typeof figures];
  const unit = { time: 'ms', count: '', percent: '%', Wh: 'Wh' }[kind];
  const [judgement] = judge([ruleOf(`${name}${message === undefined ? '' : ` of ${message}`} > 0 ${unit}`)], report);
  // Quantiles are those of buckets.
  expect((judgement?.found ?? 0) / expected).toBeCloseTo(1, 1);
  expect(judgement?.verdict).toBe('kept');
});

test.each<[string, boolean]>([
  ['lost < 3', false],
  ['lost <= 3', true],
  ['lost = 3', true],
  ['lost > 3', false],
  ['lost >= 3', true],
  ['lost = 2', false],
])('%s: %s, where 3 are lost', (text, isKept) => {
  expect(judge([ruleOf(text)], report).map(({ verdict }) => verdict)).toEqual([isKept ? 'kept' : 'broken']);
});

test('what was not measured is no success', () => {
  const judgements = judge([ruleOf('p95 of Authorize < 1 min'), ruleOf('lost = 3')], report);
  expect(judgements.map(({ verdict }) => verdict)).toEqual(['unmeasured', 'kept']);
  expect(allKept(judgements)).toBe(false);
  expect(allKept(judgements.slice(1))).toBe(true);
});

test('without a file the books must balance', () => {
  expect(usualRules.map(({ text }) => text)).toEqual(['lost = 0', 'doubled = 0']);
  expect(allKept(judge(usualRules, reportWith({})))).toBe(true);
  expect(allKept(judge(usualRules, reportWith({ ledger: { stopsLost: 1 } })))).toBe(false);
});
