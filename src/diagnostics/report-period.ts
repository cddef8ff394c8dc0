/** The time that a report is about, both ends included, in ms of Unix time; an end that is absent is open. */
export interface ReportPeriod {
  fromMs?: number | undefined;
  toMs?: number | undefined;
}

/** What has no date may be of any time: it is rather told than left out. */
export function isWithin({ fromMs, toMs }: ReportPeriod, unixMs: number | undefined): boolean {
  if (unixMs === undefined) return true;
  return (fromMs === undefined || unixMs >= fromMs) && (toMs === undefined || unixMs <= toMs);
}
