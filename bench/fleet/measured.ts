/** What a process of a fleet measures of itself. */
import { readFileSync } from 'node:fs';

export interface Job {
  url: string;
  stations: number;
  /** How long the processor share is measured; 0: not at all. */
  seconds: number;
  charging?: boolean;
}

export const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function job(): Job {
  return JSON.parse(process.argv[2] ?? '{}') as Job;
}

/** Tells what the process needs from now on, in one line, and ends it. */
export async function measure({ seconds }: Job): Promise<never> {
  global.gc?.();
  const begun = process.cpuUsage();
  await wait(1_000 * seconds);
  const { user, system } = process.cpuUsage(begun);
  global.gc?.();
  const rssKb = Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
  console.log(JSON.stringify({ share: seconds > 0 ? (user + system) / 1e6 / seconds : 0, rssKb }));
  process.exit(0);
}
