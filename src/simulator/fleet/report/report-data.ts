/** What a run of a fleet came to, as plain data that is written as JSON and added up over machines. */
import { addedCounts, type Counts, sorted } from './counts';
import { type HistogramData, mergedTimes, noTimes } from './histogram';
import { addedLedgers, type LedgerData } from './ledger-data';
import { mergedTimelines, type TimelineData } from './timeline';

export const reportFormat = 1;

/** Requests of one kind, from one side. */
export interface AnswerCounts {
  asked: number;
  answered: number;
  /** With a CALLERROR. */
  refused: number;
  /** Nobody waits for an answer any more. */
  unanswered: number;
  times: HistogramData;
}

export type AnswersByMessage = Readonly<Record<string, AnswerCounts>>;

/** The first and the last number. */
export type StationRange = readonly [first: number, last: number];

/** Stations by what their stores had at their first starts of the run. */
export interface StartCounts {
  new: number;
  takenUp: number;
  /** Of those that were taken up: with an open transaction. */
  inTransaction: number;
}

export interface ReportData {
  /** Form of this object. */
  greenupFleetReport: typeof reportFormat;
  programs: readonly string[];
  traffics: readonly string[];
  seeds: readonly number[];
  /** Ranges of numbers, in order and without overlaps. */
  stations: readonly StationRange[];
  starts: StartCounts;
  /** Unix times in ms. */
  fromMs: number;
  untilMs: number;
  frames: { sent: number; received: number; sentCharacters: number; receivedCharacters: number };
  /** Requests of the stations, which the central system answered. */
  central: AnswersByMessage;
  /** Requests of the central system, which the stations answered. */
  served: AnswersByMessage;
  /** By kind, as `errorKinds` names them, a colon, and what it was. */
  errors: Counts;
  links: { opened: number; connectedAtEnd: number };
  /** What people, faults and the network did, by kind, a colon and the outcome. */
  acts: Counts;
  ledger: LedgerData;
  timeline: TimelineData;
}

export const errorKinds = {
  centralRefused: 'the central system answered CALLERROR',
  stationRefused: 'a station answered CALLERROR',
  timeout: 'no answer in time',
  linkLost: 'the link was lost before the answer',
  stationSchema: 'a station violated a schema',
  centralSchema: 'the central system violated a schema',
  noFrame: 'no OCPP frame',
  notConnected: 'no connection came about',
  linkEnded: 'a link was lost',
} as const;

export type ErrorKind = keyof typeof errorKinds;

/** Two reports of different stations as one; in any order and in any groups the result is the same. */
export function mergedReports(a: ReportData, b: ReportData): ReportData {
  return {
    greenupFleetReport: reportFormat,
    programs: united(a.programs, b.programs),
    traffics: united(a.traffics, b.traffics),
    seeds: united(a.seeds, b.seeds),
    stations: joined([...a.stations, ...b.stations]),
    starts: {
      new: a.starts.new + b.starts.new,
      takenUp: a.starts.takenUp + b.starts.takenUp,
      inTransaction: a.starts.inTransaction + b.starts.inTransaction,
    },
    fromMs: Math.min(a.fromMs, b.fromMs),
    untilMs: Math.max(a.untilMs, b.untilMs),
    frames: {
      sent: a.frames.sent + b.frames.sent,
      received: a.frames.received + b.frames.received,
      sentCharacters: a.frames.sentCharacters + b.frames.sentCharacters,
      receivedCharacters: a.frames.receivedCharacters + b.frames.receivedCharacters,
    },
    central: addedAnswers(a.central, b.central),
    served: addedAnswers(a.served, b.served),
    errors: addedCounts(a.errors, b.errors),
    links: {
      opened: a.links.opened + b.links.opened,
      connectedAtEnd: a.links.connectedAtEnd + b.links.connectedAtEnd,
    },
    acts: addedCounts(a.acts, b.acts),
    ledger: addedLedgers(a.ledger, b.ledger),
    timeline: mergedTimelines(a.timeline, b.timeline),
  };
}

export function stationCount(stations: readonly StationRange[]): number {
  return stations.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

/** All messages together. */
export function allAnswers(answers: AnswersByMessage): AnswerCounts {
  return Object.values(answers).reduce(addedAnswer, noAnswers);
}

export const noAnswers: Readonly<AnswerCounts> = { asked: 0, answered: 0, refused: 0, unanswered: 0, times: noTimes };

function addedAnswers(a: AnswersByMessage, b: AnswersByMessage): AnswersByMessage {
  const names = united(Object.keys(a), Object.keys(b));
  return sorted(names.map((name) => [name, addedAnswer(a[name] ?? noAnswers, b[name] ?? noAnswers)]));
}

function addedAnswer(a: AnswerCounts, b: AnswerCounts): AnswerCounts {
  return {
    asked: a.asked + b.asked,
    answered: a.answered + b.answered,
    refused: a.refused + b.refused,
    unanswered: a.unanswered + b.unanswered,
    times: mergedTimes(a.times, b.times),
  };
}

function united<T extends string | number>(a: readonly T[], b: readonly T[]): T[] {
  return [...new Set([...a, ...b])].sort((one, other) => (one < other ? -1 : one > other ? 1 : 0));
}

/** Ranges that touch become one. */
function joined(ranges: readonly StationRange[]): StationRange[] {
  const result: StationRange[] = [];
  for (const range of [...ranges].sort(([a], [b]) => a - b)) {
    const before = result[result.length - 1];
    if (before && range[0] <= before[1] + 1) result[result.length - 1] = [before[0], Math.max(before[1], range[1])];
    else result.push(range);
  }
  return result;
}
