/** Joins the reports of the parts of a fleet, and judges the whole. */
import { FleetOutput } from './fleet-output';
import { mergeReportFiles } from './report/merge';
import { loadThresholds, usualRules } from './report/thresholds';

export interface MergeOptions {
  /** Directory for the report; absent: it is printed alone. */
  report?: string | undefined;
  thresholds?: string | undefined;
  json: boolean;
}

/** The exit code: 0 where all rules are kept. */
export function mergeFleetReports(paths: readonly string[], { report, thresholds, json }: MergeOptions): number {
  const rules = thresholds === undefined ? usualRules : loadThresholds(thresholds);
  return new FleetOutput(json).finish(mergeReportFiles(paths), rules, report);
}
