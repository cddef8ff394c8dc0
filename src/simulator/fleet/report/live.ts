/** What a fleet shows while it runs: a table that is drawn anew, lines where nobody can draw, objects for programs, metrics. */
import type { Metric, MetricSample } from '../../../control/station-watch';
import type { Clock } from '../../../hal/clock';
import { prometheusText } from '../../../web/prometheus';
import { quantileMs } from './histogram';
import type { Census, FleetMeasures } from './measures';
import { allAnswers, type ReportData, stationCount } from './report-data';
import { table } from './report-text';
import { answersHeads, answersRow, countText, errorRows, msText, spanText, startsText } from './words';

/** One instant of a fleet that runs. */
export interface LiveView extends Census, Pick<ReportData, 'frames' | 'central' | 'errors'> {
  /** Since its beginning, in ms. */
  runsMs: number;
  stations: number;
  /** Since the view before. */
  framesPerSecond: number;
}

/** Makes views, each with what has happened since the one before. */
export class LiveViews {
  private readonly beganAt: number;
  private before: { atMs: number; frames: number };

  constructor(
    private readonly measures: FleetMeasures,
    private readonly clock: Clock,
  ) {
    this.beganAt = clock.now();
    this.before = { atMs: this.beganAt, frames: 0 };
  }

  /** Looks at the fleet. */
  next(): LiveView {
    const census = this.measures.look();
    const { frames, central, errors } = this.measures.figures;
    const now = this.clock.now();
    const count = frames.sent + frames.received;
    const seconds = (now - this.before.atMs) / 1_000;
    const framesPerSecond = seconds > 0 ? Number(((count - this.before.frames) / seconds).toFixed(1)) : 0;
    this.before = { atMs: now, frames: count };
    const stations = stationCount(this.measures.stations);
    const runsMs = Math.round(now - this.beganAt);
    return { runsMs, stations, ...census, framesPerSecond, frames: { ...frames }, central, errors };
  }
}

const messagesShownMax = 10;
const errorsShownMax = 8;

/** Lines for a terminal, none wider than `columns`. */
export function liveTable(view: LiveView, columns: number): string[] {
  const messages = Object.entries(view.central).sort(([, a], [, b]) => b.asked - a.asked);
  const errors = errorRows(view);
  const lines = [
    `${spanText(view.runsMs)}   ${headline(view)}`,
    '',
    ...table([
      [...answersHeads],
      ...messages.slice(0, messagesShownMax).map(([message, own]) => answersRow(message, own)),
    ]),
    '',
    ...(errors.length === 0 ? ['no errors'] : table(errors.slice(0, errorsShownMax))),
    ...(errors.length > errorsShownMax ? [`and ${errors.length - errorsShownMax} more kinds of errors`] : []),
  ];
  return lines.map((line) => [...line].slice(0, columns).join(''));
}

/** One line for whoever reads no table: a file, the log of a build. */
export function liveLine(view: LiveView): string {
  const { times } = allAnswers(view.central);
  const errors = Object.values(view.errors).reduce((sum, count) => sum + count, 0);
  const answers = `answers p50 ${msText(quantileMs(times, 0.5))} p95 ${msText(quantileMs(times, 0.95))} p99 ${msText(quantileMs(times, 0.99))}`;
  return `${spanText(view.runsMs)}: ${headline(view)}, ${answers}, ${countText(errors)} errors`;
}

/** For `--json`: times as quantiles in ms, for the buckets are in the report. */
export function liveJson(view: LiveView): string {
  const central = Object.entries(view.central).map(([message, { times, ...counts }]) => [
    message,
    { ...counts, p50Ms: quantileMs(times, 0.5), p95Ms: quantileMs(times, 0.95), p99Ms: quantileMs(times, 0.99) },
  ]);
  return JSON.stringify({ event: 'fleet', ...view, central: Object.fromEntries(central) });
}

function headline(view: LiveView): string {
  const { connected, stations, starts, charging, framesPerSecond, waiting, oldestWaitsMs, unansweredMs } = view;
  const queue = waiting === 0 ? '' : ` for ${spanText(oldestWaitsMs)}`;
  const parts = [
    `${countText(connected)} of ${countText(stations)} connected`,
    ...(starts.takenUp > 0 ? [startsText(starts)] : []),
    `${countText(charging)} charging`,
    `${framesPerSecond} frames/s`,
    `${countText(waiting)} messages wait${queue}`,
    `oldest unanswered ${msText(unansweredMs)}`,
  ];
  return parts.join(', ');
}

/** Draws a table over the one before. */
export class TableScreen {
  private lines = 0;

  constructor(
    private readonly out: { write(text: string): unknown; columns?: number; rows?: number },
    private readonly columnsUnlessTold = 80,
    private readonly rowsUnlessTold = 24,
  ) {}

  draw(view: LiveView): void {
    const { columns = this.columnsUnlessTold, rows = this.rowsUnlessTold } = this.out;
    // The last row stays free: a line feed in it would move what is above.
    const lines = liveTable(view, columns).slice(0, rows - 1);
    const up = this.lines === 0 ? '' : `\u001b[${this.lines}A\r`;
    // Each line is cleared behind its end, and the rest of a longer table before this one below it.
    this.out.write(`${up}${lines.map((line) => `${line}\u001b[K\n`).join('')}\u001b[J`);
    this.lines = lines.length;
  }
}

const quantiles = [0.5, 0.95, 0.99];

/** As Prometheus reads them. */
export function liveMetrics(view: LiveView): string {
  const one = (value: number): MetricSample[] => [{ value }];
  const gauge = (name: string, help: string, samples: MetricSample[]): Metric => ({
    name,
    help,
    type: 'gauge',
    samples,
  });
  const counter = (name: string, help: string, samples: MetricSample[]): Metric => ({
    name,
    help,
    type: 'counter',
    samples,
  });
  const messages = Object.entries(view.central);
  const perMessage = (value: (answers: ReportData['central'][string]) => number): MetricSample[] =>
    messages.map(([message, answers]) => ({ labels: { message }, value: value(answers) }));
  return prometheusText([
    gauge('greenup_fleet_stations', 'Stations of this fleet.', one(view.stations)),
    gauge('greenup_fleet_connected', 'Stations with a link to the central system.', one(view.connected)),
    gauge('greenup_fleet_charging', 'Transactions that go on.', one(view.charging)),
    gauge('greenup_fleet_waiting_messages', 'Messages of transactions that wait at the stations.', one(view.waiting)),
    gauge(
      'greenup_fleet_oldest_waiting_seconds',
      'How long the oldest of them has waited.',
      one(view.oldestWaitsMs / 1_000),
    ),
    gauge(
      'greenup_fleet_oldest_unanswered_seconds',
      'How long a request has been waiting for its answer.',
      one(view.unansweredMs / 1_000),
    ),
    counter('greenup_fleet_frames_total', 'Frames, by direction.', [
      { labels: { direction: 'sent' }, value: view.frames.sent },
      { labels: { direction: 'received' }, value: view.frames.received },
    ]),
    counter(
      'greenup_fleet_requests_total',
      'Requests of the stations.',
      perMessage(({ asked }) => asked),
    ),
    counter(
      'greenup_fleet_unanswered_total',
      'Requests without an answer in time.',
      perMessage(({ unanswered }) => unanswered),
    ),
    gauge(
      'greenup_fleet_answer_seconds',
      'Time within which this part of the answers came, since the beginning.',
      messages.flatMap(([message, { times }]) =>
        quantiles.flatMap((part) => {
          const ms = quantileMs(times, part);
          return ms === undefined ? [] : [{ labels: { message, quantile: String(part) }, value: ms / 1_000 }];
        }),
      ),
    ),
    counter(
      'greenup_fleet_errors_total',
      'Errors by kind.',
      Object.entries(view.errors).map(([name, value]) => {
        const at = name.indexOf(': ');
        return { labels: { kind: name.slice(0, at), what: name.slice(at + 2) }, value };
      }),
    ),
  ]);
}
