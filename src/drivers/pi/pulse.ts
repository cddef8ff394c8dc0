/** The sign of life in copper: a line that changes at each turn, so that a charge pump supplies the contactor coils. */
import type { LineWiring } from '../../hal/wiring';
import type { PartContext } from './context';
import { PartLines } from './gpio/part-lines';

/** When the loop stands still the line does too, whatever its level: the pump passes changes only. */
export class CoilPulse {
  private readonly lines: PartLines;

  /** Throws `part.missing` or `part.failed` when the line cannot be had. */
  constructor(line: LineWiring, context: PartContext) {
    this.lines = new PartLines('coil pulse', context);
    const output = this.lines.output('line', line);
    let active = false;
    this.lines.start(() => {
      active = !active;
      output.set(active);
    });
  }

  release(): void {
    this.lines.release();
  }
}
