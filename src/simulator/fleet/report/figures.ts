/** What can be asked of a report by a word: the figures that thresholds are set for, as a table. */
import { type Counts, sumOf } from './counts';
import { maxMs, meanMs, quantileMs } from './histogram';
import type { LedgerData } from './ledger-data';
import { type AnswerCounts, allAnswers, type ErrorKind, noAnswers, type ReportData, stationCount } from './report-data';

/** `time`: of answers, in ms. `count`: a number of things. `percent`, `Wh`: as they say. */
export type FigureKind = 'time' | 'count' | 'percent' | 'Wh';

export interface Figure {
  kind: FigureKind;
  /** Whether it can be asked `of` one message. */
  perMessage: boolean;
  /** One line for docs and messages. */
  description: string;
  /** Undefined: nothing of it was measured. `message`: all of them, unless given. */
  of: (report: ReportData, message: string | undefined) => number | undefined;
}

function ofTimes(description: string, value: (answers: AnswerCounts) => number | undefined): Figure {
  return { kind: 'time', perMessage: true, description, of: (report, message) => value(answersOf(report, message)) };
}

function ofAnswers(
  description: string,
  value: (answers: AnswerCounts) => number | undefined,
  kind: FigureKind = 'count',
): Figure {
  return { kind, perMessage: true, description, of: (report, message) => value(answersOf(report, message)) };
}

function ofLedger(description: string, value: (ledger: LedgerData) => number, kind: FigureKind = 'count'): Figure {
  return { kind, perMessage: false, description, of: ({ ledger }) => value(ledger) };
}

function ofErrors(description: string, ...kinds: ErrorKind[]): Figure {
  return { kind: 'count', perMessage: false, description, of: ({ errors }) => errorsOf(errors, ...kinds) };
}

export const figures = {
  p50: ofTimes('time within which half of the answers of the central system came', ({ times }) =>
    quantileMs(times, 0.5),
  ),
  p90: ofTimes('time within which 90 % of them came', ({ times }) => quantileMs(times, 0.9)),
  p95: ofTimes('time within which 95 % of them came', ({ times }) => quantileMs(times, 0.95)),
  p99: ofTimes('time within which 99 % of them came', ({ times }) => quantileMs(times, 0.99)),
  mean: ofTimes('mean time of the answers', ({ times }) => meanMs(times)),
  max: ofTimes('longest time of an answer', ({ times }) => maxMs(times)),
  requests: ofAnswers('requests of the stations', ({ asked }) => asked),
  unanswered: ofAnswers('requests of the stations that were not answered in time', ({ unanswered }) => unanswered),
  answered: ofAnswers('part of the requests that were answered by a result', answeredPercent, 'percent'),
  refused: ofAnswers('requests of the stations that were answered with CALLERROR', ({ refused }) => refused),
  lost: ofLedger('starts and stops that the central system will never hear of', (l) => l.startsLost + l.stopsLost),
  doubled: ofLedger('starts and stops that became two', (l) => l.doubledByStations + l.doubledByCentral),
  waiting: ofLedger('starts and stops that waited at the stations at the end', (l) => l.startsWaiting + l.stopsWaiting),
  started: ofLedger('transactions that began', ({ started }) => started),
  stopped: ofLedger('transactions that ended', ({ stopped }) => stopped),
  'energy lost': ofLedger('energy of stops that are lost', ({ energyLostWh }) => energyLostWh, 'Wh'),
  'energy off': ofLedger('by how much the energy that was told differs from the meters', (l) => l.energyOffWh, 'Wh'),
  errors: ofErrors('errors of all kinds'),
  'schema violations': ofErrors(
    'payloads that are not as OCPP says, from either side',
    'stationSchema',
    'centralSchema',
  ),
  'schema violations of stations': ofErrors('the same, of the stations', 'stationSchema'),
  'schema violations of the central system': ofErrors('the same, of the central system', 'centralSchema'),
  timeouts: ofErrors('requests of the stations without an answer in time', 'timeout'),
  'links lost': ofErrors('links that ended and not by the station', 'linkEnded'),
  'failed connections': ofErrors('attempts to connect that failed', 'notConnected'),
  connected: {
    kind: 'percent',
    perMessage: false,
    description: 'part of the stations that were connected at the end',
    of: ({ links, stations }) => percentOf(links.connectedAtEnd, stationCount(stations)),
  },
} as const satisfies Record<string, Figure>;

export type FigureName = keyof typeof figures;

export const figureNames = Object.keys(figures) as FigureName[];

/** Errors of these kinds, or of all. */
export function errorsOf(errors: Counts, ...kinds: ErrorKind[]): number {
  return sumOf(errors, (name) => kinds.length === 0 || kinds.some((kind) => name.startsWith(`${kind}: `)));
}

function answersOf({ central }: ReportData, message: string | undefined): AnswerCounts {
  return message === undefined ? allAnswers(central) : (central[message] ?? noAnswers);
}

function answeredPercent({ asked, answered }: AnswerCounts): number | undefined {
  return percentOf(answered, asked);
}

function percentOf(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : (100 * part) / whole;
}
