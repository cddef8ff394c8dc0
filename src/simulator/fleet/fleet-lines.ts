/** What a fleet says on the terminal while it runs, and at its end. */
import { exitCodes } from '../../terminal/exit';
import type { Fleet } from './fleet';
import type { Census, FleetMeasures } from './report/measures';
import type { ReportData } from './report/report-data';
import type { FleetPlan, FleetRunOptions } from './run-options';

/** Of warnings of one kind, so many are printed; the others are counted. */
const warningsShownMax = 3;
/** Kinds of warnings that are told apart. */
const warningKindsMax = 200;

export class FleetLines {
  /** By their text without numbers. */
  private readonly warnings = new Map<string, number>();

  constructor(private readonly json: boolean) {}

  introduce({ shard, stations, identityOf, state }: FleetPlan, { csms, seed }: FleetRunOptions): void {
    const { first, last } = stations;
    const of = shard.count === 1 ? '' : `, shard ${shard.index}/${shard.count} by ${shard.from}`;
    this.print(
      { event: 'starting', first, last, shard: `${shard.index}/${shard.count}`, csms, seed, state },
      `stations ${identityOf(first)} to ${identityOf(last)} (${last - first + 1}${of}) for ${csms}, seed ${seed}, state in ${state}`,
    );
  }

  started({ members }: Fleet): void {
    this.print({ event: 'started', stations: members.length }, `${members.length} stations have been started`);
  }

  look(census: Census, _measures: FleetMeasures, { gate }: Fleet): void {
    const { counts } = gate;
    const failed = Object.fromEntries(counts.failed);
    const causes = Object.entries(failed).map(([cause, count]) => `${cause} ${count}`);
    const words = [
      `started ${census.started}`,
      `connected ${counts.open}`,
      `charging ${census.charging}`,
      `waiting ${census.waiting}`,
      ...(causes.length === 0 ? [] : [`not connected: ${causes.join(', ')}`]),
    ];
    this.print({ event: 'look', ...census, opening: counts.opening, notConnected: failed }, words.join('  '));
  }

  warn(message: string): void {
    this.print({ event: 'warning', message }, message, process.stderr);
  }

  /** Of a station: thousands say the same. */
  warnOf(identity: string, message: string): void {
    const kind = message.replaceAll(/\d+/g, '#');
    const count = (this.warnings.get(kind) ?? 0) + 1;
    if (count === 1 && this.warnings.size >= warningKindsMax) return;
    this.warnings.set(kind, count);
    if (count > warningsShownMax) return;
    this.warn(`${identity}: ${message}${count === warningsShownMax ? ' (others say the same)' : ''}`);
  }

  warnOnce(message: string): void {
    if (!this.warnings.has(message)) this.warn(message);
    this.warnings.set(message, 1);
  }

  finish(report: ReportData, _plan: FleetPlan, _options: FleetRunOptions): number {
    this.print({ event: 'ended', report }, `ended: ${JSON.stringify(report.ledger)}`);
    return exitCodes.ok;
  }

  private print(event: object, words: string, stream: NodeJS.WriteStream = process.stdout): void {
    const to = this.json ? process.stdout : stream;
    to.write(`${this.json ? JSON.stringify({ at: new Date().toISOString(), ...event }) : words}\n`);
  }
}
