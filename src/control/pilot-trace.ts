/** What happened on the pilot wires of a bench, of a simulated station or of an armed rig: the last changes, with their times. */

import type { Clock } from '../hal/clock';
import type { PilotOutput } from '../hal/parts';
import { levelOf } from '../station/socket/pilot';
import type { PilotState, PilotStep, PilotSteps, PilotWave } from './pages/bench';

/** Steps that are kept; of more the oldest are forgotten. */
export const pilotStepsMax = 2_000;

/** What the generator puts out, and both plateaus at the pilot terminal, in V. */
interface Plateaus {
  output: PilotOutput;
  high: number;
  low: number;
}

/** What an oscilloscope would show of it, and the state that this is. */
export function waveOf({ output, high, low }: Plateaus): PilotWave {
  const dutyPercent = output.kind === 'pwm' ? output.dutyPercent : null;
  return { state: stateOf(high, low), highV: high, lowV: low, dutyPercent };
}

/** State F is a steady negative level (IEC 61851-1, Table A.4). */
function stateOf(high: number, low: number): PilotState | 'invalid' {
  if (high < 0 && low < 0) return 'F';
  return levelOf({ kind: 'volts', high, low }, 'invalid');
}

/** Outlives a restart of the station in its process. */
export class PilotTrace {
  /** Another one after each start of the process, in which numbers begin anew. */
  readonly log = Math.random().toString(36).slice(2, 10);
  private readonly last = new Map<number, PilotWave>();
  private steps: PilotStep[] = [];
  private number = 0;

  /** `isSame`: what is no step; default: neither volts nor duty cycle are others. */
  constructor(
    private readonly clock: Pick<Clock, 'systemTime'>,
    private readonly isSame = isSameWave,
  ) {}

  get lastNumber(): number {
    return this.number;
  }

  /** What is the same as before is no step. */
  note(connectorId: number, wave: PilotWave): void {
    const last = this.last.get(connectorId);
    if (last !== undefined && this.isSame(last, wave)) return;
    this.last.set(connectorId, wave);
    const systemMs = this.clock.systemTime();
    // Without a time it has no place on the axis.
    if (systemMs === undefined) return;
    this.number += 1;
    this.steps.push({ ...wave, number: this.number, at: new Date(systemMs).toISOString(), connectorId });
    if (this.steps.length > pilotStepsMax) this.steps = this.steps.slice(-pilotStepsMax / 2);
  }

  after(number: number): PilotSteps {
    return { log: this.log, lastNumber: this.number, steps: this.steps.filter((step) => step.number > number) };
  }
}

function isSameWave(one: PilotWave, other: PilotWave): boolean {
  return one.highV === other.highV && one.lowV === other.lowV && one.dutyPercent === other.dutyPercent;
}
