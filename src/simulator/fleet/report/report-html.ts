/** The report of a fleet as one page for a browser: everything is in it, and nothing is fetched. Pure. */
import { errorsOf } from './figures';
import { bucketSpanMs, type HistogramData, quantileMs } from './histogram';
import { plot, type Series } from './plots';
import { allAnswers, type ReportData, stationCount } from './report-data';
import { style } from './report-style';
import { xml } from './report-text';
import { allKept, type Judgement } from './thresholds';
import type { Slot } from './timeline';
import {
  actRows,
  answersHeads,
  answersRow,
  countText,
  energyText,
  errorRows,
  foundText,
  ledgerRemarks,
  ledgerRows,
  msText,
  spanText,
  startsText,
  stationsText,
  timeText,
} from './words';

export function reportHtml(report: ReportData, judgements: readonly Judgement[]): string {
  const { fromMs, untilMs, traffics, seeds, programs, central, served } = report;
  const title = `Fleet of ${countText(stationCount(report.stations))} stations`;
  const facts = [
    stationsText(report.stations),
    startsText(report.starts),
    `${timeText(fromMs)}, ${spanText(untilMs - fromMs)}`,
    `traffic ${traffics.join(', ') || 'none'}, seed ${seeds.join(', ')}`,
    `Green'Up station core ${programs.join(', ')}`,
  ];
  const sections = [
    verdict(judgements),
    tiles(report),
    section('Over time', plots(report)),
    section('Transactions', transactions(report)),
    section('Answers of the central system', answersTable(central)),
    ...(Object.keys(served).length === 0 ? [] : [section('Answers of the stations', answersTable(served))]),
    section('Errors', errorsTable(report)),
    ...(Object.keys(report.acts).length === 0
      ? []
      : [section('What drivers, faults and the network did', rows(['act', 'outcome', 'times'], actRows(report), 2))]),
  ];
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${xml(title)}</title><style>${style}</style></head>
<body><header><h1>${xml(title)}</h1><p>${facts.map(xml).join(' · ')}</p></header>
<main>${sections.join('\n')}</main></body></html>
`;
}

function verdict(judgements: readonly Judgement[]): string {
  const broken = judgements.filter((one) => one.verdict !== 'kept').length;
  const isGood = allKept(judgements);
  const head = isGood
    ? `All ${judgements.length} rules are kept`
    : `${broken} of ${judgements.length} rules are not kept`;
  const words = { kept: 'kept', broken: 'broken', unmeasured: 'nothing measured' };
  const list = judgements.map(
    (one) =>
      `<tr class="${one.verdict}"><td><span class="mark">${words[one.verdict]}</span></td><td>${xml(one.rule.text)}</td><td>${xml(foundText(one))}</td></tr>`,
  );
  return `<section class="verdict ${isGood ? 'good' : 'bad'}"><h2>${head}</h2><div class="wide" tabindex="0"><table><thead><tr><th>verdict</th><th>rule</th><th>found</th></tr></thead><tbody>${list.join('')}</tbody></table></div></section>`;
}

function tiles(report: ReportData): string {
  const { frames, fromMs, untilMs, ledger, links, central, errors } = report;
  const seconds = Math.max(1, (untilMs - fromMs) / 1_000);
  const { times } = allAnswers(central);
  const all: [string, string, string][] = [
    [countText(links.connectedAtEnd), 'connected', `at the end, of ${countText(stationCount(report.stations))}`],
    [countText(ledger.started), 'charges began', `${countText(ledger.stopped)} ended`],
    [energyText(ledger.energyWh), 'charged', `${energyText(ledger.energyToldWh)} told`],
    [msText(quantileMs(times, 0.95)), 'p95 of all answers', `p50 ${msText(quantileMs(times, 0.5))}`],
    [
      ((frames.sent + frames.received) / seconds).toFixed(1),
      'frames a second',
      `${countText(frames.sent + frames.received)} in all`,
    ],
    [countText(errorsOf(errors)), 'errors', `${countText(links.opened)} links made`],
  ];
  return `<section class="tiles">${all.map(([value, what, more]) => `<div><b>${xml(value)}</b><span>${xml(what)}</span><small>${xml(more)}</small></div>`).join('')}</section>`;
}

const slotPartMin = 0.1;

function plots({ timeline: { widthMs, slots }, fromMs, untilMs }: ReportData): string {
  /** The run began within the first slot, and ended within the last one; of too short a part nothing can be said. */
  const measured = ({ atMs }: Slot, counted: number): number | undefined => {
    const partMs = Math.min(atMs + widthMs, untilMs) - Math.max(atMs, fromMs);
    // Where the clock was corrected meanwhile a slot may lie beside the run.
    if (partMs <= 0) return counted / widthMs;
    return partMs < widthMs * slotPartMin ? undefined : counted / partMs;
  };
  const timesMs = slots.map(({ atMs }) => atMs);
  const common = { timesMs, widthMs };
  const count = (value: number) => (value < 10 ? String(Number(value.toFixed(2))) : countText(value));
  const series = (
    name: string,
    look: Series['look'],
    value: (slot: Slot) => number | undefined,
    filled = false,
  ): Series => ({
    name,
    look,
    filled,
    values: slots.map(value),
  });
  const mean = (name: keyof Slot & `${string}Ms`) => (slot: Slot) => measured(slot, slot[name]);
  const aSecond = (name: 'sent' | 'received' | 'errors') => (slot: Slot) => measured(slot, 1_000 * slot[name]);
  const within = (part: number) => (slot: Slot) => quantileMs(slot.times, part);
  return [
    plot({
      ...common,
      title: 'Stations',
      text: count,
      series: [
        series('connected', 'first', mean('connectedMs'), true),
        series('transactions', 'second', mean('chargingMs')),
      ],
    }),
    plot({
      ...common,
      title: 'Answer times of the central system',
      text: msText,
      logarithmic: true,
      series: [
        series('p99', 'third', within(0.99)),
        series('p95', 'second', within(0.95)),
        series('p50', 'first', within(0.5)),
      ],
    }),
    plot({
      ...common,
      title: 'Frames a second',
      text: count,
      series: [series('sent', 'first', aSecond('sent')), series('received', 'second', aSecond('received'))],
    }),
    plot({
      ...common,
      title: 'Messages of transactions that wait at the stations',
      text: count,
      series: [series('waiting', 'first', mean('waitingMs'), true)],
    }),
    plot({
      ...common,
      title: 'Errors a second',
      text: count,
      series: [series('errors', 'third', aSecond('errors'), true)],
    }),
  ].join('');
}

function transactions(report: ReportData): string {
  const remarks = ledgerRemarks(report).map((line) => `<p class="remark">${xml(line)}</p>`);
  return rows(['starts and stops', 'starts', 'stops', 'energy'], ledgerRows(report)) + remarks.join('');
}

/** With the distribution of times beside each row. */
function answersTable(answers: ReportData['central']): string {
  const heads = [...answersHeads, 'times from 1 ms to 1 min'];
  const body = Object.entries(answers).map(([message, own]) => {
    const cells = answersRow(message, own).map((cell) => `<td>${xml(cell)}</td>`);
    return `<tr>${cells.join('')}<td>${spread(own.times)}</td></tr>`;
  });
  return tableOf(heads, body, 1);
}

const spreadWidth = 160;
const spreadHeight = 22;
const spreadBars = 40;
const decades = Math.log10(60_000);

/** How often answers took how long, on a logarithmic axis. */
function spread({ buckets }: HistogramData): string {
  const bars = new Array<number>(spreadBars).fill(0);
  for (const [bucket, count] of buckets) {
    const place = Math.log10(Math.max(1, bucketSpanMs(bucket).toMs)) / decades;
    const bar = Math.min(spreadBars - 1, Math.floor(place * spreadBars));
    bars[bar] = (bars[bar] ?? 0) + count;
  }
  const most = Math.max(1, ...bars);
  const step = spreadWidth / spreadBars;
  const shapes = bars.flatMap((count, bar) => {
    if (count === 0) return [];
    const high = Math.max(1.5, (spreadHeight * count) / most);
    return [
      `<rect x="${bar * step}" y="${Number((spreadHeight - high).toFixed(1))}" width="${step - 1}" height="${Number(high.toFixed(1))}"/>`,
    ];
  });
  return `<svg class="spread" viewBox="0 0 ${spreadWidth} ${spreadHeight}" aria-hidden="true">${shapes.join('')}</svg>`;
}

function errorsTable(report: ReportData): string {
  const all = errorRows(report);
  return all.length === 0 ? '<p>None.</p>' : rows(['what', 'times'], all);
}

function rows(heads: readonly string[], all: readonly (readonly string[])[], left = 1): string {
  return tableOf(
    heads,
    all.map((row) => `<tr>${row.map((cell) => `<td>${xml(cell)}</td>`).join('')}</tr>`),
    left,
  );
}

/** The first `left` columns are words. */
function tableOf(heads: readonly string[], body: readonly string[], left: number): string {
  const head = heads.map((text) => `<th>${xml(text)}</th>`).join('');
  return `<div class="wide" tabindex="0"><table class="numbers words${left}"><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>`;
}

function section(title: string, body: string): string {
  return `<section><h2>${xml(title)}</h2>${body}</section>`;
}
