/** The sign of life in copper: a line that changes at each turn, so that a charge pump supplies the contactor coils. */
import type { LineWiring } from '../../hal/wiring';
import type { PartContext } from './context';
import { PartLines } from './gpio/part-lines';

/** After a stand of the loop as long as this the coils may have dropped, in ms. */
const standMs = 150;
/** Then the pump rests so long, in ms: what was commanded before must first stand against fresh measurements. */
const restMs = 300;

/** When the loop stands still the line does too, whatever its level: the pump passes changes only. */
export class CoilPulse {
  private readonly lines: PartLines;

  /** Throws `part.missing` or `part.failed` when the line cannot be had. */
  constructor(line: LineWiring, context: PartContext) {
    this.lines = new PartLines('pulse', context);
    const output = this.lines.output('line', line);
    let active = false;
    let last: number | undefined;
    let restUntil = Number.NEGATIVE_INFINITY;
    this.lines.start((now) => {
      if (last !== undefined && now - last > standMs) restUntil = now + restMs;
      last = now;
      if (now < restUntil) return;
      active = !active;
      output.set(active);
    });
  }

  release(): void {
    this.lines.release();
  }
}
