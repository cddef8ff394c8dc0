/** The charge pump that supplies the contactor coils: it needs a line that keeps changing. */
import type { Cancel, Clock } from '../../../../src/hal/clock';
import type { LineWiring } from '../../../../src/hal/wiring';
import type { RigLines } from './lines';
import type { CoilSupply } from './socket-glue';

/** How long its capacitor holds the coils without a change of the line, in ms: emulation is slow. */
export const pumpHoldMs = 1000;

export class ChargePump implements CoilSupply {
  private readonly listeners: ((supplied: boolean) => void)[] = [];
  private cancelEmpty: Cancel = () => undefined;
  private supplied: boolean;

  /** `pulse` absent: the coils are always supplied. */
  constructor(
    pulse: LineWiring | undefined,
    lines: RigLines,
    private readonly clock: Clock,
  ) {
    this.supplied = pulse === undefined;
    if (pulse !== undefined) lines.hear(pulse, () => this.pumped());
  }

  get isSupplied(): boolean {
    return this.supplied;
  }

  onChange(listener: (supplied: boolean) => void): void {
    this.listeners.push(listener);
    listener(this.supplied);
  }

  private pumped(): void {
    this.cancelEmpty();
    this.cancelEmpty = this.clock.at(this.clock.now() + pumpHoldMs, () => this.set(false));
    this.set(true);
  }

  private set(supplied: boolean): void {
    if (supplied === this.supplied) return;
    this.supplied = supplied;
    for (const listener of this.listeners) listener(supplied);
  }
}
