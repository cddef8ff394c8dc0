/** GPIO lines as the drivers see them, whatever software works them. */
import type { LineWiring } from '../../../hal/wiring';

/** An output; `active` regards polarity. After `release` the line is at its safe level or an input. */
export interface OutputLine {
  /** The bus that each use of the line costs a transfer on, as `i2c-1`; undefined for one of the processor. */
  readonly bus?: string | undefined;
  /** Throws `part.failed` when the kernel refuses, or when the line did not take the level. */
  write(active: boolean): void;
  release(): void;
}

export interface InputLine {
  /** As of an output. */
  readonly bus?: string | undefined;
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
