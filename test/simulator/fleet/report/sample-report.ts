/** Reports for tests: any one, for properties, and one with known figures. */
import fc from 'fast-check';
import { Histogram } from '../../../../src/simulator/fleet/report/histogram';
import { emptyLedger, type LedgerData } from '../../../../src/simulator/fleet/report/ledger-data';
import { type AnswerCounts, noAnswers, type ReportData } from '../../../../src/simulator/fleet/report/report-data';
import { mergedTimelines, noTimeline } from '../../../../src/simulator/fleet/report/timeline';

export const beganMs = Date.UTC(2026, 4, 4, 8);

export const timesOf = (times: readonly number[]) => {
  const histogram = new Histogram();
  for (const ms of times) histogram.add(ms);
  return histogram.data();
};

/** With change; the ledger is filled up. */
export function reportWith({
  ledger,
  ...change
}: Partial<Omit<ReportData, 'ledger'>> & { ledger?: Partial<LedgerData> }): ReportData {
  return {
    greenupFleetReport: 1,
    programs: ['2.0.0'],
    traffics: ['home'],
    seeds: [1],
    stations: [[1, 100]],
    starts: { new: 100, takenUp: 0, inTransaction: 0 },
    fromMs: beganMs,
    untilMs: beganMs + 600_000,
    frames: { sent: 0, received: 0, sentCharacters: 0, receivedCharacters: 0 },
    central: {},
    served: {},
    errors: {},
    links: { opened: 100, connectedAtEnd: 100 },
    acts: {},
    ledger: { ...emptyLedger, ...ledger },
    timeline: noTimeline,
    ...change,
  };
}

export const answersOf = (times: readonly number[], change: Partial<AnswerCounts> = {}): AnswerCounts => ({
  ...noAnswers,
  asked: times.length,
  answered: times.length,
  times: timesOf(times),
  ...change,
});

const counts = fc.dictionary(
  fc.constantFrom('timeout: Heartbeat', 'linkEnded: closed', 'noFrame: sent'),
  fc.nat(1_000),
);
const times = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 12 }).map(timesOf);
const answers = fc.dictionary(
  fc.constantFrom('Heartbeat', 'Authorize', 'BootNotification'),
  fc.record({ asked: fc.nat(99), answered: fc.nat(99), refused: fc.nat(9), unanswered: fc.nat(9), times }),
);
const slot = fc.record({
  ...{ atMs: fc.integer({ min: 0, max: 2_000_000 }).map((ms) => beganMs + ms), times },
  ...{ connectedMs: fc.nat(9e6), chargingMs: fc.nat(9e6), waitingMs: fc.nat(9e6) },
  ...{ sent: fc.nat(999), received: fc.nat(999), errors: fc.nat(99) },
});
/** As a run makes it: slots at their places, and no two at one. */
const timeline = fc
  .record({ widthMs: fc.constantFrom(1_000, 2_000, 8_000), slots: fc.array(slot, { maxLength: 40 }) })
  .map((raw) => mergedTimelines(raw, { widthMs: raw.widthMs, slots: [] }));
const ledger = fc.record(
  Object.fromEntries(Object.keys(emptyLedger).map((name) => [name, fc.nat(99_999)])),
) as unknown as fc.Arbitrary<LedgerData>;

/** Any report of the stations of a shard. */
export const anyReport = (first: number) =>
  fc
    .record({
      ...{ programs: fc.constantFrom(['1.0.0'], ['2.0.0']), traffics: fc.constantFrom([], ['home'], ['storm']) },
      ...{ seeds: fc.nat(3).map((seed) => [seed]), count: fc.integer({ min: 1, max: 100 }) },
      ...{ fromMs: fc.nat(1e6), untilMs: fc.nat(1e6), errors: counts, acts: counts, central: answers, served: answers },
      starts: fc.record({ new: fc.nat(99), takenUp: fc.nat(99), inTransaction: fc.nat(99) }),
      ...{ ledger, timeline, opened: fc.nat(99), connectedAtEnd: fc.nat(99), sent: fc.nat(9_999) },
    })
    .map(({ count, fromMs, untilMs, opened, connectedAtEnd, sent, ...raw }) =>
      reportWith({
        ...raw,
        stations: [[first, first + count - 1]],
        fromMs: beganMs + fromMs,
        untilMs: beganMs + untilMs,
        links: { opened, connectedAtEnd },
        frames: { sent, received: 2 * sent, sentCharacters: 3 * sent, receivedCharacters: 5 * sent },
      }),
    );
