/** Reports of parts of a fleet are joined: in any order and groups to the same one, each station once, and nothing else is taken. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { mergeNamedReports, mergeReportFiles } from '../../../../src/simulator/fleet/report/merge';
import { mergedReports } from '../../../../src/simulator/fleet/report/report-data';
import { mergedTimelines, slotsMax } from '../../../../src/simulator/fleet/report/timeline';
import { answersOf, anyReport, beganMs, reportWith } from './sample-report';

const shards = fc.tuple(anyReport(1), anyReport(101), anyReport(201));

test('merging is associative and commutative, byte for byte', () => {
  fc.assert(
    fc.property(shards, ([a, b, c]) => {
      const text = JSON.stringify(mergedReports(mergedReports(a, b), c));
      for (const other of [
        mergedReports(a, mergedReports(b, c)),
        mergedReports(c, mergedReports(b, a)),
        mergedReports(mergedReports(c, a), b),
      ])
        expect(JSON.stringify(other)).toBe(text);
    }),
  );
});

test('timelines are, too, where slots become too many', () => {
  const many = (from: number, step: number) => ({
    widthMs: 1_000,
    slots: Array.from({ length: slotsMax }, (_, slot) => ({
      ...{ atMs: beganMs + 1_000 * (from + step * slot), connectedMs: 7, chargingMs: 5, waitingMs: 3 },
      ...{ sent: 1, received: 2, errors: 1, times: answersOf([slot]).times },
    })),
  });
  const [a, b, c] = [many(0, 1), many(100, 3), many(5_000, 1)];
  const whole = mergedTimelines(mergedTimelines(a, b), c);
  expect(mergedTimelines(a, mergedTimelines(c, b))).toEqual(whole);
  expect(whole.slots.length).toBeLessThanOrEqual(slotsMax);
  expect(whole.slots.reduce((sum, { sent }) => sum + sent, 0)).toBe(3 * slotsMax);
  expect(whole.slots.every(({ atMs }) => atMs % whole.widthMs === 0)).toBe(true);
});

test('figures add up, and what is common stays one', () => {
  const a = reportWith({
    ...{ stations: [[1, 50]], central: { Authorize: answersOf([10, 20]) }, errors: { 'timeout: Authorize': 1 } },
    ...{ ledger: { started: 3, energyWh: 1_000 }, starts: { new: 10, takenUp: 40, inTransaction: 5 } },
  });
  const b = reportWith({
    ...{
      stations: [[51, 100]],
      central: { Authorize: answersOf([30]), Heartbeat: answersOf([1]) },
      seeds: [1],
      untilMs: beganMs + 700_000,
    },
    ...{ errors: { 'timeout: Authorize': 2, 'noFrame: sent': 1 }, traffics: ['storm'] },
    ...{ ledger: { started: 4, energyWh: 500 }, starts: { new: 1, takenUp: 49, inTransaction: 7 } },
  });
  expect(mergedReports(a, b)).toMatchObject({
    ...{ stations: [[1, 100]], seeds: [1], traffics: ['home', 'storm'], fromMs: beganMs, untilMs: beganMs + 700_000 },
    ...{ errors: { 'timeout: Authorize': 3, 'noFrame: sent': 1 }, links: { opened: 200, connectedAtEnd: 200 } },
    central: { Authorize: { asked: 3, times: answersOf([10, 20, 30]).times }, Heartbeat: { asked: 1 } },
    ...{ ledger: { started: 7, energyWh: 1_500 }, starts: { new: 11, takenUp: 89, inTransaction: 12 } },
  });
});

function files(...texts: string[]): string[] {
  const directory = mkdtempSync(join(tmpdir(), 'greenup-merge-'));
  return texts.map((text, number) => {
    const path = join(directory, `${number}.json`);
    writeFileSync(path, text);
    return path;
  });
}

test('files are read and joined', () => {
  const parts = [
    reportWith({ stations: [[1, 10]] }),
    reportWith({ stations: [[11, 20]] }),
    reportWith({ stations: [[31, 40]] }),
  ];
  const merged = mergeReportFiles(files(...parts.map((part) => JSON.stringify(part))));
  expect(merged.stations).toEqual([
    [1, 20],
    [31, 40],
  ]);
  expect(merged.links.opened).toBe(300);
});

test.each([
  ['text', 'hello', /0\.json: is no report of a fleet \(.*JSON/],
  ['another object', '{"a":1}', /it says nothing of greenupFleetReport; valid: report\.json of greenup fleet/],
  ['null', 'null', /it says nothing of greenupFleetReport/],
  ['a later form', '{"greenupFleetReport":2}', /its form is 2, and this program knows 1/],
  ['half of one', '{"greenupFleetReport":1,"stations":[[1,2]]}', /a part of it is missing/],
  [
    'one that does not say how its stations began',
    JSON.stringify({ ...reportWith({}), starts: undefined }),
    /a part of it is missing/,
  ],
])('%s is no report', (_, text, message) => {
  expect(() => mergeReportFiles(files(text))).toThrow(message);
});

test('two reports of the same station are refused by their names, wherever they stand', () => {
  const named = (name: string, first: number, last: number) => ({
    name,
    report: reportWith({ stations: [[first, last]] }),
  });
  expect(() => mergeNamedReports([named('a', 1, 10), named('b', 11, 20), named('c', 5, 6)])).toThrow(
    'a and c: both measured station 5: each station is to be in one report',
  );
  expect(() => mergeNamedReports([named('a', 1, 10), named('b', 10, 20)])).toThrow(/a and b: both measured station 10/);
  expect(() => mergeNamedReports([named('a', 1, 10), named('b', 11, 20), named('c', 20, 21)])).toThrow(
    /b and c: both measured/,
  );
  expect(() => mergeNamedReports([])).toThrow('there is no report to be merged');
});
