/** What a person should know of the releases of a rig: which do not hold themselves up, and what to do about it. */
import type { SlotVersions } from '../hal/ports';

/** A line for each release that was given up and is still there; none on a rig where all is well. */
export function releaseWarnings({ unwell, failed, installed, next }: SlotVersions): string[] {
  const others = failed.filter(({ version }) => installed.includes(version) && version !== unwell?.version);
  const lines = others.map(({ version, reason }) => `release ${version} was given up: it ${reason}`);
  if (!unwell) return lines;
  const inUse = next === unwell.version ? 'nothing else held itself up' : `${next ?? 'nothing'} runs in its place`;
  return [...lines, `release ${unwell.version} ${unwell.reason}: ${inUse}; install a release again (make flash)`];
}
