/** What a fleet says while it runs, as a table, lines or JSON, and at its end the report with its verdict. */
import { exitCodes } from '../../terminal/exit';
import type { Fleet } from './fleet';
import { FleetWarnings } from './fleet-warnings';
import { type LiveView, liveJson, liveLine, TableScreen } from './report/live';
import type { ReportData } from './report/report-data';
import { reportText } from './report/report-text';
import { allKept, judge, type ThresholdRule } from './report/thresholds';
import { writeReport } from './report/write-report';
import type { FleetPlan, FleetRunOptions } from './run-options';

/** Without a terminal a line comes each so many looks. */
const looksALine = 10;

export class FleetOutput {
  readonly warnings: FleetWarnings;
  private readonly screen: TableScreen | undefined;
  private looks = 0;

  constructor(
    private readonly json: boolean,
    private readonly out: NodeJS.WriteStream = process.stdout,
  ) {
    this.screen = out.isTTY && !json ? new TableScreen(out) : undefined;
    this.warnings = new FleetWarnings((message) => this.warn(message), this.screen !== undefined);
  }

  introduce({ shard, stations, identityOf, state }: FleetPlan, { csms, seed }: FleetRunOptions): void {
    const { first, last } = stations;
    const part = shard.count === 1 ? '' : `, shard ${shard.index}/${shard.count} by ${shard.from}`;
    this.say(
      { event: 'starting', first, last, shard: `${shard.index}/${shard.count}`, csms, seed, state },
      `${last - first + 1} stations, ${identityOf(first)} to ${identityOf(last)}${part}, for ${csms}; seed ${seed}; state in ${state}`,
    );
  }

  serves(port: number): void {
    this.say({ event: 'metrics', port }, `metrics at http://127.0.0.1:${port}/metrics`);
  }

  started({ members }: Fleet): void {
    if (this.screen) return;
    this.say({ event: 'started', stations: members.length }, `${members.length} stations have been started`);
  }

  look(view: LiveView): void {
    this.looks += 1;
    if (this.json) this.line(liveJson(view));
    else if (this.screen) this.screen.draw(view);
    else if (this.looks % looksALine === 0) this.line(liveLine(view));
  }

  ending(): void {
    this.say({ event: 'ending' }, 'ending: the stations close their links');
    this.warnings.release();
  }

  /** The exit code: 0 where all rules are kept. */
  finish(report: ReportData, rules: readonly ThresholdRule[], directory: string | undefined): number {
    const judgements = judge(rules, report);
    const isKept = allKept(judgements);
    // First what can be said in any case: the directory may not be had.
    if (this.json) this.line(JSON.stringify({ event: 'ended', kept: isKept, report }));
    else this.line(reportText(report, judgements).trimEnd());
    if (directory !== undefined) writeReport(directory, report, judgements);
    return isKept ? exitCodes.ok : exitCodes.failed;
  }

  private warn(message: string): void {
    if (this.json) this.say({ event: 'warning', message }, message);
    else process.stderr.write(`${message}\n`);
  }

  private say(event: object, words: string): void {
    this.line(this.json ? JSON.stringify(event) : words);
  }

  private line(text: string): void {
    this.out.write(`${text}\n`);
  }
}
