/** The lines of one part: once acquired they never throw, report a failure once, and are let go together. */
import type { Cancel } from '../../../hal/clock';
import { GreenupError, messageOf } from '../../../hal/errors';
import { type PartName, partNames } from '../../../hal/trouble';
import type { LineWiring } from '../../../hal/wiring';
import { BusRest } from '../bus-rest';
import { FailureReporter, type PartContext } from '../context';
import type { Poll } from '../loop';
import type { InputLine, OutputLine } from './lines';

/** Hears that a line fails, at each use, and that it works. */
type Failure = Pick<FailureReporter, 'failed' | 'fine'>;

/** An output whose failed writes are made again at each turn until the line is as it should be. */
export class PartOutput {
  private wanted = false;
  private done = true;
  private released = false;

  constructor(
    private readonly line: OutputLine,
    private readonly failure: Failure,
    private readonly rest: BusRest,
  ) {}

  /** The line is known to be as it was told. */
  get isDone(): boolean {
    return this.done && this.line.isTaken !== false;
  }

  /** The line is known to be inactive. */
  get isOff(): boolean {
    return this.isDone && !this.wanted;
  }

  /** False: the line could not be written; it is tried again by itself. True with a line of another thread: it was told. */
  set(active: boolean): boolean {
    if (this.released) return !active;
    this.wanted = active;
    if (this.rest.resting) this.done = false;
    else this.write();
    return this.done;
  }

  retry(): void {
    if (!this.isDone && !this.released && !this.rest.resting) this.write();
  }

  release(): void {
    if (this.released) return;
    this.wanted = false;
    // At the end the line is made safe even on a bus that should be left alone.
    this.write();
    this.released = true;
    attempt(this.failure, () => this.line.release());
  }

  private write(): void {
    this.done = attempt(this.failure, () => this.rest.use(() => this.line.write(this.wanted)));
  }
}

export class PartInput {
  private last: boolean | undefined;
  private failedBefore = false;
  constructor(
    private readonly line: InputLine,
    private readonly failure: Failure,
    private readonly rest: BusRest,
  ) {}

  /**
   * Whether the line is active; the last value again where one reading fails, undefined from the second on, and while the
   * bus is left alone.
   */
  read(): boolean | undefined {
    if (this.rest.resting) return undefined;
    try {
      this.last = this.rest.use(() => this.line.read());
      if (this.rest.resting) return this.unknown(`its bus ${this.rest.reason} and is left alone for a while`);
      this.failedBefore = false;
      this.failure.fine();
    } catch (error) {
      if (this.failedBefore || this.rest.resting) return this.unknown(messageOf(error));
      this.failedBefore = true;
    }
    return this.last;
  }

  release(): void {
    attempt(this.failure, () => this.line.release());
  }

  private unknown(reason: string): undefined {
    this.last = undefined;
    this.failedBefore = true;
    this.failure.failed(reason);
    return undefined;
  }
}

/** Contacts that people and motors move are looked at each fourth turn: a line of an expander costs a transfer on a bus. */
export const slowContactTurns = 4;

let parts = 0;

export class PartLines {
  private readonly outputs: PartOutput[] = [];
  private readonly inputs: PartInput[] = [];
  private leaveLoop: Cancel = () => {};

  private readonly name: string;

  constructor(
    private readonly part: PartName,
    private readonly context: PartContext,
  ) {
    this.name = partNames[part];
  }

  /** Throws what the backend throws, with the part's name; the lines that the part had by then are let go. */
  output(role: string, wiring: LineWiring): PartOutput {
    const line = this.acquire(role, () => this.context.gpio.output(wiring));
    const output = new PartOutput(line, this.failureOf(role), this.restOf(line));
    this.outputs.push(output);
    return output;
  }

  /** As `output`. */
  input(role: string, wiring: LineWiring): PartInput {
    const line = this.acquire(role, () => this.context.gpio.input(wiring));
    const input = new PartInput(line, this.failureOf(role), this.restOf(line));
    this.inputs.push(input);
    return input;
  }

  /** Joins the loop: at each turn writes that failed are made again, at each `everyTurns`-th `poll` runs. */
  start(poll: Poll = () => {}, everyTurns = 1): void {
    // Those that are looked at seldom are not all looked at in the same turn.
    parts += 1;
    let turn = parts;
    this.leaveLoop = this.context.loop.add((now) => {
      for (const output of this.outputs) output.retry();
      if (turn % everyTurns === 0) poll(now);
      turn += 1;
    });
  }

  /** Outputs inactive, lines let go, no more turns. */
  release(): void {
    this.leaveLoop();
    for (const output of this.outputs) output.release();
    for (const input of this.inputs) input.release();
    this.inputs.length = 0;
  }

  private restOf({ bus }: { bus?: string | undefined }): BusRest {
    const { clock, rests } = this.context;
    return bus === undefined ? new BusRest(clock, { slowMeansFailed: false }) : rests.of(bus);
  }

  private failureOf(role: string): FailureReporter {
    return new FailureReporter(this.part, `${this.name} ${role}`, this.context.report);
  }

  private acquire<T>(role: string, take: () => T): T {
    try {
      return take();
    } catch (error) {
      this.release();
      const code = error instanceof GreenupError ? error.code : 'part.failed';
      throw new GreenupError(code, `${this.name} ${role}: ${messageOf(error)}`, { cause: error });
    }
  }
}

function attempt(failure: Failure, work: () => void): boolean {
  try {
    work();
    failure.fine();
    return true;
  } catch (error) {
    failure.failed(messageOf(error));
    return false;
  }
}
