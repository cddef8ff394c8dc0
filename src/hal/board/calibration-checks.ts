/** Calibrations that would blind a rig: a pilot that cannot be read in all its states, dividers that are far from 1. */

import { pilotReachV } from '../iec61851';
import { wiringDefaults } from './wiring-schema';
import type { YamlProblems } from './yaml-problems';

interface AnalogDraft {
  gain?: number | undefined;
  offset?: number | undefined;
}

/** An ADS1115 measures up to this, in V, in the range that the drivers set. */
const inputMaxV = 4.096;
/** Resistors and reference of a divider differ by some percent; what is farther off is an error of the file. */
const dividerGainMin = 0.8;
const dividerGainMax = 1.25;
const dividerOffsetMaxV = 0.2;

/** The peak-hold inputs of a pilot at `path`. */
export function checkPilotInput(analog: AnalogDraft, path: string, problems: YamlProblems): void {
  const { gain, offset } = withDefaults(analog);
  if (gain <= 0) {
    problems.add(`${path}.gain`, `found ${gain}; must be above 0: a higher pilot is a higher voltage at the input`);
    return;
  }
  const highest = inputMaxV * gain + offset;
  if (offset <= -pilotReachV && highest >= pilotReachV) return;
  problems.add(
    path,
    `reads the pilot from ${offset.toFixed(1)} V (input at 0 V) to ${highest.toFixed(1)} V (input at ${inputMaxV} V); it must reach from -${pilotReachV} V to ${pilotReachV} V: set gain and offset as docs/rig.md says`,
  );
}

/** A divider for a resistance at `path`. */
export function checkDivider(analog: AnalogDraft, path: string, problems: YamlProblems): void {
  const { gain, offset } = withDefaults(analog);
  if (gain < dividerGainMin || gain > dividerGainMax) {
    problems.add(
      `${path}.gain`,
      `found ${gain}; must be from ${dividerGainMin} to ${dividerGainMax}: a divider is measured as it is, and only tolerances are corrected`,
    );
  }
  if (Math.abs(offset) > dividerOffsetMaxV) {
    problems.add(
      `${path}.offset`,
      `found ${offset}; must be from -${dividerOffsetMaxV} to ${dividerOffsetMaxV} V: only tolerances are corrected`,
    );
  }
}

function withDefaults({
  gain = wiringDefaults.gain,
  offset = wiringDefaults.offset,
}: AnalogDraft): Required<Record<'gain' | 'offset', number>> {
  return { gain, offset };
}
