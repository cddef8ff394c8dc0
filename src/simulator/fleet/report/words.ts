/** Words of reports for people: times, numbers, energies, rows of answers, errors and books. Pure. */

import { type FigureKind, figures } from './figures';
import { maxMs, quantileMs } from './histogram';
import {
  type AnswerCounts,
  type ErrorKind,
  errorKinds,
  type ReportData,
  type StartCounts,
  type StationRange,
  stationCount,
} from './report-data';
import type { Judgement, ThresholdRule } from './thresholds';

export const nothing = '–';

/** With a thin space between thousands. */
export function countText(count: number): string {
  return Math.round(count)
    .toString()
    .replaceAll(/\B(?=(\d{3})+$)/g, '\u202f');
}

export function msText(ms: number | undefined): string {
  if (ms === undefined) return nothing;
  if (ms < 10) return `${Number(ms.toFixed(1))} ms`;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Number((ms / 1_000).toFixed(2))} s`;
  return spanText(ms);
}

/** "1 h 20 min". */
export function spanText(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const shown = parts.filter(([count]) => count > 0).slice(0, 2);
  return shown.length === 0 ? '0 s' : shown.map(([count, unit]) => `${count} ${unit}`).join(' ');
}

export function energyText(wh: number): string {
  const [value, unit] = wh < 1_000 ? [wh, 'Wh'] : wh < 1_000_000 ? [wh / 1_000, 'kWh'] : [wh / 1_000_000, 'MWh'];
  return `${Number(value.toPrecision(4))} ${unit}`;
}

export function timeText(unixMs: number): string {
  return `${new Date(unixMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

export function figureText(value: number | undefined, kind: FigureKind): string {
  if (value === undefined) return 'nothing measured';
  switch (kind) {
    case 'time':
      return msText(value);
    case 'percent':
      return `${Number(value.toFixed(2))} %`;
    case 'Wh':
      return energyText(value);
    case 'count':
      return countText(value);
    default:
      return kind satisfies never;
  }
}

export function foundText({ rule, found }: Judgement): string {
  return figureText(found, kindOf(rule));
}

export function kindOf({ figure }: ThresholdRule): FigureKind {
  return figures[figure].kind;
}

export function stationsText(stations: readonly StationRange[]): string {
  const count = stationCount(stations);
  const ranges = stations.map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`)).join(', ');
  return `${countText(count)} ${count === 1 ? 'station' : 'stations'} (${ranges})`;
}

/** "48 new, 52 taken up from their state (12 in a transaction)". */
export function startsText({ new: begun, takenUp, inTransaction }: StartCounts): string {
  const busy = inTransaction > 0 ? ` (${countText(inTransaction)} in a transaction)` : '';
  const found = takenUp > 0 ? `, ${countText(takenUp)} taken up from their state${busy}` : '';
  return `${countText(begun)} new${found}`;
}

export const answersHeads = [
  'message',
  'asked',
  'answered',
  'refused',
  'unanswered',
  'p50',
  'p95',
  'p99',
  'longest',
] as const;

export function answersRow(message: string, { asked, answered, refused, unanswered, times }: AnswerCounts): string[] {
  const counts = [asked, answered, refused, unanswered].map(countText);
  return [
    message,
    ...counts,
    ...[0.5, 0.95, 0.99].map((part) => msText(quantileMs(times, part))),
    msText(maxMs(times)),
  ];
}

/** Most often first. */
export function errorRows({ errors }: Pick<ReportData, 'errors'>): [what: string, count: string][] {
  return Object.entries(errors)
    .sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
    .map(([name, count]) => {
      const [kind = '', what = ''] = splitName(name);
      return [`${errorKinds[kind as ErrorKind] ?? kind}: ${what}`, countText(count)];
    });
}

export function actRows({ acts }: Pick<ReportData, 'acts'>): [what: string, outcome: string, count: string][] {
  return Object.entries(acts).map(([name, count]) => {
    const [kind = '', outcome = ''] = splitName(name);
    return [kind, outcome, countText(count)];
  });
}

export function ledgerRows({
  ledger,
}: Pick<ReportData, 'ledger'>): [what: string, starts: string, stops: string, energy: string][] {
  const l = ledger;
  const row = (
    what: string,
    starts: number,
    stops: number,
    wh: number | undefined,
  ): [string, string, string, string] => [
    what,
    countText(starts),
    countText(stops),
    wh === undefined ? nothing : energyText(wh),
  ];
  return [
    row('happened at the stations', l.started, l.stopped, l.energyWh),
    row('answered by the central system', l.startsTold, l.stopsTold, l.energyToldWh),
    row('on their way', l.startsWaiting, l.stopsWaiting, l.energyWaitingWh),
    row('lost', l.startsLost, l.stopsLost, l.energyLostWh),
  ];
}

/** Sentences about what should not be. */
export function ledgerRemarks({ ledger }: Pick<ReportData, 'ledger'>): string[] {
  const remarks: [number, string][] = [
    [ledger.doubledByStations, 'told a second time as another message by a station'],
    [ledger.doubledByCentral, 'repetitions of a start to which the central system gave another transaction'],
    [ledger.earlierTold, 'messages of an earlier run were delivered'],
    [ledger.forgotten, 'transactions were too many for the books'],
  ];
  const lines = remarks.filter(([count]) => count > 0).map(([count, text]) => `${countText(count)} ${text}`);
  return ledger.energyOffWh > 0 ? [...lines, `${energyText(ledger.energyOffWh)} were told wrongly`] : lines;
}

function splitName(name: string): string[] {
  const at = name.indexOf(': ');
  return [name.slice(0, at), name.slice(at + 2)];
}
