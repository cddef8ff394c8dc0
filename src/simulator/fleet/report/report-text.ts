/** The report of a fleet as text for a terminal, and as JUnit XML for a build server. Pure. */
import type { ReportData } from './report-data';
import type { Judgement } from './thresholds';
import {
  actRows,
  answersHeads,
  answersRow,
  countText,
  errorRows,
  foundText,
  ledgerRemarks,
  ledgerRows,
  spanText,
  startsText,
  stationsText,
  timeText,
} from './words';

const errorsShownMax = 20;

export function reportText(report: ReportData, judgements: readonly Judgement[]): string {
  const { fromMs, untilMs, traffics, seeds, central, served, frames } = report;
  const seconds = Math.max(1, (untilMs - fromMs) / 1_000);
  const perSecond = (count: number) => (count / seconds).toFixed(1);
  const errors = errorRows(report);
  const hidden = errors.length - errorsShownMax;
  const parts = [
    [
      `${stationsText(report.stations)}, traffic ${traffics.join(', ') || 'none'}, seed ${seeds.join(', ')}`,
      startsText(report.starts),
      `${timeText(fromMs)}, ${spanText(untilMs - fromMs)}`,
      `${countText(frames.sent)} frames sent (${perSecond(frames.sent)}/s), ${countText(frames.received)} received (${perSecond(frames.received)}/s)`,
    ],
    [
      'Rules',
      ...table(
        judgements.map((one) => [verdictWords[one.verdict], one.rule.text, foundText(one)]),
        2,
      ),
    ],
    ['Transactions', ...table([['', 'starts', 'stops', 'energy'], ...ledgerRows(report)]), ...ledgerRemarks(report)],
    ['Answers of the central system', ...answersTable(central)],
    ...(Object.keys(served).length === 0 ? [] : [['Answers of the stations', ...answersTable(served)]]),
    [
      'Errors',
      ...(errors.length === 0 ? ['none'] : table(errors.slice(0, errorsShownMax))),
      ...(hidden > 0 ? [`and ${hidden} more kinds`] : []),
    ],
    ...(Object.keys(report.acts).length === 0
      ? []
      : [['What drivers, faults and the network did', ...table(actRows(report), 2)]]),
  ];
  return `${parts.map(([head, ...lines]) => [head, ...lines.map((line) => `  ${line}`)].join('\n')).join('\n\n')}\n`;
}

const verdictWords = { kept: 'ok', broken: 'BROKEN', unmeasured: 'NOTHING MEASURED' } as const;

function answersTable(answers: ReportData['central']): string[] {
  return table([[...answersHeads], ...Object.entries(answers).map(([message, own]) => answersRow(message, own))]);
}

/** Columns as wide as they must be; the first `left` ones begin at the left, the others end at the right. */
export function table(rows: readonly (readonly string[])[], left = 1): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column < left ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

/** A test case for each rule; one that is broken, or of which nothing was measured, has failed. */
export function reportJunit(report: ReportData, judgements: readonly Judgement[]): string {
  const failed = judgements.filter(({ verdict }) => verdict !== 'kept').length;
  const seconds = ((report.untilMs - report.fromMs) / 1_000).toFixed(3);
  const time = new Date(report.fromMs).toISOString().slice(0, 19);
  const suite = `name="greenup fleet" tests="${judgements.length}" failures="${failed}" errors="0" skipped="0" timestamp="${time}" time="${seconds}"`;
  const cases = judgements.map((judgement) => {
    const name = `    <testcase classname="greenup.fleet" name="${xml(judgement.rule.text)}" time="0"`;
    if (judgement.verdict === 'kept') return `${name}/>`;
    const found =
      judgement.verdict === 'unmeasured' ? foundText(judgement) : xml(`broken: found ${foundText(judgement)}`);
    return `${name}>\n      <failure message="${found}">${xml(judgement.rule.text)}: ${found}</failure>\n    </testcase>`;
  });
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite ${suite}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
  ];
  return `${lines.join('\n')}\n`;
}

/** Text in XML and HTML. */
export function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
