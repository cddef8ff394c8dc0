/** GPIO lines as the drivers see them, whatever software works them. */
import type { LineWiring } from '../../../hal/wiring';

/** An output; `active` regards polarity. After `release` the line is at its safe level or an input. */
export interface OutputLine {
  /** The bus that each use of the line costs a transfer on, as `i2c-1`; undefined for one of the processor. */
  readonly bus?: string | undefined;
  /** Of a line that another thread works: whether it is as the last `write` wants it. Absent: it is when `write` returns. */
  readonly isTaken?: boolean;
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
 * Lines of a program that runs. Both methods throw `part.missing` or `part.failed` with one clear line: unknown chip
 * (naming those that are there), offset out of range, no permission, line in use.
 */
export interface GpioLines {
  /** Becomes an output at its inactive level, in one step: a relay does not move. */
  output(line: LineWiring): OutputLine;
  input(line: LineWiring): InputLine;
  /** The bus that each use of the line costs a transfer on, as `i2c-1`; undefined, as without this method, for one of the processor. */
  busOf?(line: LineWiring): string | undefined;
}

/** Another program that holds a line. */
export interface LineHolder {
  line: LineWiring;
  pid: number;
  /** As it was started; for people. */
  command: string;
}

/**
 * One way to work GPIO lines, of which a board file names one. Besides the lines themselves it must do what is needed
 * before a program has any line, and after it has died with some.
 */
export interface GpioBackend {
  /** Opens no line yet. Throws `package.missing` when the package behind the backend cannot be loaded. */
  open(): GpioLines;
  /**
   * Puts an output at its inactive level and leaves it there, although no program holds it: after a crash, and from a
   * program that cannot load a package. Synchronous. Throws as `GpioLines.output`.
   */
  makeInactive(line: LineWiring): void;
  /** The first of these lines that another program works; undefined when none is, or when that cannot be found out. */
  holderOf(lines: readonly LineWiring[]): LineHolder | undefined;
}
