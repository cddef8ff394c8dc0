/** Reads reports of parts of a fleet, as `greenup fleet` writes them, and joins them to one. */
import { readFileSync } from 'node:fs';
import { GreenupError, messageOf } from '../../../hal/errors';
import { mergedReports, type ReportData, reportFormat, type StationRange } from './report-data';

/** A report takes up to some hundreds of kB. */
const fileBytesMax = 64 * 1024 * 1024;

/** Throws `config.invalid` for a file that is no report, and for two that measured the same stations. */
export function mergeReportFiles(paths: readonly string[]): ReportData {
  return mergeNamedReports(paths.map((path) => ({ name: path, report: readReport(path) })));
}

interface NamedReport {
  name: string;
  report: ReportData;
}

export function mergeNamedReports(reports: readonly NamedReport[]): ReportData {
  const [first, ...others] = reports;
  if (!first) throw new GreenupError('config.invalid', 'there is no report to be merged');
  const known: NamedReport[] = [first];
  return others.reduce((merged, other) => {
    for (const { name, report } of known) {
      const both = overlap(report.stations, other.report.stations);
      if (both !== undefined) {
        const why = `both measured station ${both}: each station is to be in one report`;
        throw new GreenupError('config.invalid', `${name} and ${other.name}: ${why}`);
      }
    }
    known.push(other);
    return mergedReports(merged, other.report);
  }, first.report);
}

export function readReport(path: string): ReportData {
  try {
    const text = readFileSync(path, 'utf8');
    if (text.length > fileBytesMax) throw new Error(`it has ${text.length} bytes, which no report has`);
    return reportOf(JSON.parse(text) as unknown);
  } catch (error) {
    throw new GreenupError('config.invalid', `${path}: is no report of a fleet (${messageOf(error)})`, {
      cause: error,
    });
  }
}

function reportOf(value: unknown): ReportData {
  const format = (value as { greenupFleetReport?: unknown } | null)?.greenupFleetReport;
  if (format === undefined)
    throw new Error('it says nothing of greenupFleetReport; valid: report.json of greenup fleet');
  if (format !== reportFormat) throw new Error(`its form is ${String(format)}, and this program knows ${reportFormat}`);
  const { stations, starts, ledger, timeline, central } = value as Partial<ReportData>;
  if (!Array.isArray(stations) || !starts || !ledger || !timeline || !central)
    throw new Error('a part of it is missing');
  return value as ReportData;
}

/** A station that is in both. */
function overlap(a: readonly StationRange[], b: readonly StationRange[]): number | undefined {
  for (const [first, last] of a) {
    for (const [otherFirst, otherLast] of b)
      if (first <= otherLast && otherFirst <= last) return Math.max(first, otherFirst);
  }
  return undefined;
}
