/** What a report looks like: as text, as JUnit XML, as a page that is complete in itself, and in files. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readReport } from '../../../../src/simulator/fleet/report/merge';
import { reportHtml } from '../../../../src/simulator/fleet/report/report-html';
import { reportJunit, reportText } from '../../../../src/simulator/fleet/report/report-text';
import { judge, ruleOf } from '../../../../src/simulator/fleet/report/thresholds';
import {
  countText,
  energyText,
  msText,
  spanText,
  startsText,
  stationsText,
} from '../../../../src/simulator/fleet/report/words';
import { writeReport } from '../../../../src/simulator/fleet/report/write-report';
import { answersOf, beganMs, reportWith, timesOf } from './sample-report';

const slot = { connectedMs: 99_000, chargingMs: 40_000, waitingMs: 0, sent: 12, received: 12, errors: 0 };
const report = reportWith({
  traffics: ['a "b" & <c>'],
  frames: { sent: 1_234_567, received: 1_234_000, sentCharacters: 9, receivedCharacters: 9 },
  central: {
    Authorize: answersOf([12, 900, 41_000], { unanswered: 1 }),
    StartTransaction: answersOf([700], { refused: 1 }),
  },
  served: { Reset: answersOf([30]) },
  errors: { 'timeout: Authorize': 2, 'centralRefused: StartTransaction InternalError': 11 },
  acts: { 'arrive: done': 12, 'arrive: cableLocked': 1 },
  ledger: {
    started: 5,
    startsTold: 4,
    startsLost: 1,
    stopped: 3,
    stopsTold: 3,
    energyWh: 12_345,
    energyToldWh: 12_340,
    doubledByCentral: 2,
  },
  timeline: {
    widthMs: 1_000,
    slots: [
      { ...slot, atMs: beganMs, times: timesOf([12, 900]) },
      { ...slot, atMs: beganMs + 1_000, times: timesOf([]) },
      { ...slot, atMs: beganMs + 2_000, times: timesOf([41_000]), errors: 13, waitingMs: 5_000 },
    ],
  },
});
const rules = ['p95 of StartTransaction < 500 ms', '0 lost', 'doubled < 5', 'p50 of Heartbeat < 1 s'].map(ruleOf);
const judgements = judge(rules, report);

test('as text', () => {
  const text = reportText(report, judgements);
  expect(text).toBe(`100 stations (1 to 100), traffic a "b" & <c>, seed 1
  100 new
  2026-05-04 08:00:00 UTC, 10 min
  1\u202f234\u202f567 frames sent (2057.6/s), 1\u202f234\u202f000 received (2056.7/s)

Rules
  BROKEN            p95 of StartTransaction < 500 ms            700 ms
  BROKEN            0 lost                                           1
  ok                doubled < 5                                      2
  NOTHING MEASURED  p50 of Heartbeat < 1 s            nothing measured

Transactions
                                  starts  stops     energy
  happened at the stations             5      3  12.35 kWh
  answered by the central system       4      3  12.34 kWh
  on their way                         0      0       0 Wh
  lost                                 1      0       0 Wh
  2 repetitions of a start to which the central system gave another transaction

Answers of the central system
  message           asked  answered  refused  unanswered     p50     p95     p99  longest
  Authorize             3         3        0           1  922 ms    41 s    41 s     41 s
  StartTransaction      1         1        1           0  700 ms  700 ms  700 ms   700 ms

Answers of the stations
  message  asked  answered  refused  unanswered    p50    p95    p99  longest
  Reset        1         1        0           0  30 ms  30 ms  30 ms    30 ms

Errors
  the central system answered CALLERROR: StartTransaction InternalError  11
  no answer in time: Authorize                                            2

What drivers, faults and the network did
  arrive  done         12
  arrive  cableLocked   1
`);
});

test('of many kinds of errors the most frequent are shown', () => {
  const errors = Object.fromEntries(Array.from({ length: 25 }, (_, number) => [`timeout: M${number}`, number + 1]));
  const text = reportText(reportWith({ errors }), []);
  expect(text).toMatch(/no answer in time: M24 {2}25\n/);
  expect(text).not.toMatch(/M4 /);
  expect(text).toMatch(/and 5 more kinds/);
  expect(reportText(reportWith({}), [])).toMatch(/Errors\n {2}none\n/);
});

test('as JUnit XML: a test case for each rule, and a failure for each that is not kept', () => {
  expect(reportJunit(report, judgements)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
  <testsuite name="greenup fleet" tests="4" failures="3" errors="0" skipped="0" timestamp="2026-05-04T08:00:00" time="600.000">
    <testcase classname="greenup.fleet" name="p95 of StartTransaction &lt; 500 ms" time="0">
      <failure message="broken: found 700 ms">p95 of StartTransaction &lt; 500 ms: broken: found 700 ms</failure>
    </testcase>
    <testcase classname="greenup.fleet" name="0 lost" time="0">
      <failure message="broken: found 1">0 lost: broken: found 1</failure>
    </testcase>
    <testcase classname="greenup.fleet" name="doubled &lt; 5" time="0"/>
    <testcase classname="greenup.fleet" name="p50 of Heartbeat &lt; 1 s" time="0">
      <failure message="nothing measured">p50 of Heartbeat &lt; 1 s: nothing measured</failure>
    </testcase>
  </testsuite>
</testsuites>
`);
});

test('as a page: complete in itself, with the verdict first, plots, and no text that is taken for markup', () => {
  const html = reportHtml(report, judgements);
  expect(html).toMatch(/^<!DOCTYPE html>/);
  expect(html).not.toMatch(/<script|<link|<img|https?:\/\/|@import|url\(/);
  expect(html).toContain("default-src 'none'");
  expect(html.indexOf('3 of 4 rules are not kept')).toBeLessThan(html.indexOf('<svg'));
  expect(html).toContain('100 stations (1 to 100) · 100 new · ');
  expect(html).toContain('traffic a &quot;b&quot; &amp; &lt;c&gt;');
  expect(html).not.toContain('<c>');
  expect(html).toContain('<td>p95 of StartTransaction &lt; 500 ms</td>');
  expect(html.match(/<figure>/g)).toHaveLength(5);
  // Who points at a slot reads its values: means over what was measured of it.
  expect(html).toContain('<title>08:00:02 UTC\nwaiting: 5</title>');
  expect(html).toContain('<title>08:00:00 UTC\nconnected: 99\ntransactions: 40</title>');
  expect(html).toContain('<title>08:00:02 UTC\np99: 41 s\np95: 41 s\np50: 41 s</title>');
  // Nothing was answered in the second one: its time has no value, and the line a gap.
  expect(html).toContain('<title>08:00:01 UTC</title>');
  expect(html).not.toMatch(/NaN|undefined|Infinity/);
});

test('of a slot of which the run saw a part its mean is that of the part; too short a part is not shown', () => {
  const { timeline } = report;
  const until = (ms: number) => reportHtml({ ...report, timeline, untilMs: beganMs + ms }, []);
  expect(until(2_500)).toContain('<title>08:00:02 UTC\nwaiting: 10</title>');
  expect(until(2_050)).toContain('<title>08:00:02 UTC</title>');
  // The clock was set back meanwhile.
  expect(until(1_000)).toContain('<title>08:00:02 UTC\nwaiting: 5</title>');
});

test('a page about nothing is a page, too', () => {
  const html = reportHtml(reportWith({ stations: [[1, 1]] }), []);
  expect(html).not.toMatch(/NaN|undefined|Infinity/);
  expect(html).toContain('1 station (1)');
});

test('in files, of which the JSON one is read again', () => {
  const directory = join(mkdtempSync(join(tmpdir(), 'greenup-report-')), 'a', 'b');
  writeReport(directory, report, judgements);
  expect(readdirSync(directory).sort()).toEqual(['report.html', 'report.json', 'report.txt', 'report.xml']);
  expect(readReport(join(directory, 'report.json'))).toEqual(report);
  expect(readFileSync(join(directory, 'report.xml'), 'utf8')).toBe(reportJunit(report, judgements));
  writeFileSync(join(directory, 'file'), '');
  expect(() => writeReport(join(directory, 'file'), report, judgements)).toThrow(
    /file: the report cannot be written there \(.*(EEXIST|ENOTDIR)/,
  );
});

test('words for times, counts, energies and stations', () => {
  expect([undefined, 0.5, 41.26, 999.4, 1_234, 61_000, 7_260_000].map(msText)).toEqual([
    '–',
    '0.5 ms',
    '41 ms',
    '999 ms',
    '1.23 s',
    '1 min 1 s',
    '2 h 1 min',
  ]);
  expect([0, 59_999, 3_600_000, 90_000_000].map(spanText)).toEqual(['0 s', '1 min', '1 h', '1 d 1 h']);
  expect([0, 999, 12_345, 12_345_678].map(energyText)).toEqual(['0 Wh', '999 Wh', '12.35 kWh', '12.35 MWh']);
  expect([7, 1_000, 1_234_567].map(countText)).toEqual(['7', '1\u202f000', '1\u202f234\u202f567']);
  expect(
    stationsText([
      [1, 10],
      [31, 31],
    ]),
  ).toBe('11 stations (1 to 10, 31)');
  expect(
    [
      { new: 1_000, takenUp: 0, inTransaction: 0 },
      { new: 0, takenUp: 3, inTransaction: 0 },
      { new: 2, takenUp: 1_500, inTransaction: 1_200 },
    ].map(startsText),
  ).toEqual([
    '1\u202f000 new',
    '0 new, 3 taken up from their state',
    '2 new, 1\u202f500 taken up from their state (1\u202f200 in a transaction)',
  ]);
});
