/** The sign of life in copper: a line that changes at each turn, so that a charge pump supplies the contactor coils. */
import type { Cancel } from '../../hal/clock';
import type { LineWiring } from '../../hal/wiring';
import type { PartContext } from './context';
import { PartLines, type PartOutput } from './gpio/part-lines';
import { loopStandMs } from './loop';

/** After a stand of the loop the pump rests so long, in ms: what was commanded before must first stand against fresh measurements. */
const restMs = 300;

/** When the loop stands still the line does too, whatever its level: the pump passes changes only. */
export class CoilPulse {
  private readonly lines: PartLines;
  private readonly output: PartOutput;
  private readonly leaveLoop: Cancel;
  private active = false;
  private lastMs: number | undefined;
  private restUntilMs = Number.NEGATIVE_INFINITY;

  /** Throws `part.missing` or `part.failed` when the line cannot be had. */
  constructor(
    line: LineWiring,
    private readonly context: PartContext,
  ) {
    this.lines = new PartLines('pulse', context);
    this.output = this.lines.output('line', line);
    // Not by the lines' own turn: a write that failed is not made again, for that would be a change that nobody judged.
    this.leaveLoop = context.loop.add(() => this.turn());
  }

  release(): void {
    this.leaveLoop();
    this.lines.release();
  }

  /** Judges by the time just before the change: what came before it in the same turn may have held the loop up. */
  private turn(): void {
    const now = this.context.clock.now();
    if (this.lastMs !== undefined && now > this.lastMs + loopStandMs) this.restUntilMs = now + restMs;
    this.lastMs = now;
    if (now < this.restUntilMs) return;
    this.active = !this.active;
    this.output.set(this.active);
  }
}
