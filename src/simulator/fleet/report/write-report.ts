/** Writes the report of a fleet into a directory: for people, for a browser, for a build server and for a later merge. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GreenupError, messageOf } from '../../../hal/errors';
import type { ReportData } from './report-data';
import { reportHtml } from './report-html';
import { reportJunit, reportText } from './report-text';
import type { Judgement } from './thresholds';

const files: Readonly<Record<string, (report: ReportData, judgements: readonly Judgement[]) => string>> = {
  'report.txt': reportText,
  'report.json': (report) => `${JSON.stringify(report)}\n`,
  'report.xml': reportJunit,
  'report.html': reportHtml,
};

/** Makes the directory if there is none. Throws `config.invalid`. */
export function writeReport(directory: string, report: ReportData, judgements: readonly Judgement[]): void {
  try {
    mkdirSync(directory, { recursive: true });
    for (const [name, textOf] of Object.entries(files))
      writeFileSync(join(directory, name), textOf(report, judgements));
  } catch (error) {
    const why = `${directory}: the report cannot be written there (${messageOf(error)})`;
    throw new GreenupError('config.invalid', why, { cause: error });
  }
}
