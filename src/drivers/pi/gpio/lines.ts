/** GPIO lines as the drivers see them, whatever software works them. */
import type { LineWiring } from '../../../hal/wiring';

/** An output; `active` regards polarity. After `release` the line is at its safe level or an input. */
export interface OutputLine {
  /** Throws `part.failed` when the kernel refuses. */
  write(active: boolean): void;
  release(): void;
}

export interface InputLine {
  /** Whether the line is active now; throws `part.failed` when it cannot be read. */
  read(): boolean;
  release(): void;
}

/**
 * One way to work GPIO lines. Both methods throw `part.missing` or `part.failed` with one clear line: unknown chip
 * (naming those that are there), offset out of range, no permission, line in use.
 */
export interface GpioBackend {
  /** Becomes an output at its inactive level, in one step: a relay does not move. */
  output(line: LineWiring): OutputLine;
  input(line: LineWiring): InputLine;
}
