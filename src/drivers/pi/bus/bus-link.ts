/** The safety thread's side of a bus: readings that have an age, and commands that are believed when they have been obeyed. */
import type { Cancel, Clock } from '../../../hal/clock';
import { GreenupError } from '../../../hal/errors';
import type { ReportTrouble } from '../../../hal/trouble';
import type { LineWiring } from '../../../hal/wiring';
import { busStuckMs } from '../bus-rest';
import type { GpioLines, InputLine, OutputLine } from '../gpio/lines';
import type { AdsInput, AdsSample } from '../i2c/ads1115';
import type { SafetyLoop } from '../loop';
import type { BusAnswer, FromBus, LineLevel, LineState, SamplingPace, ToBus } from './bus-messages';

/** A worker thread, or what a test puts in its place. */
export interface BusThread {
  postMessage(message: ToBus): void;
  onMessage(listener: (message: FromBus) => void): void;
  onEnd(listener: (reason: string) => void): void;
  /** The next answer; waits for it while nothing else of this thread runs, at most so long, in ms. */
  answer(withinMs: number): BusAnswer | undefined;
  terminate(): void;
}

export interface BusLinkOptions {
  thread: BusThread;
  /** As `i2c-1`. */
  bus: string;
  loop: Pick<SafetyLoop, 'add'>;
  clock: Clock;
  report: ReportTrouble;
}

/** What the bus has told is believed for so long, in ms: a use that takes as long has found a stuck bus. */
export const busAgeMaxMs = busStuckMs;
/** While a rig starts, both threads have devices to open: the first word may take this long, in ms. */
const firstWordMaxMs = 1_000;
/** The thread runs, or a line is set up, within this time, in ms: several uses, each of which an adapter may give up after 1 s. */
const setUpMaxMs = 5_000;
/** At an end nobody waits longer for a bus, in ms: what it holds is made safe by others once more. */
const stopMaxMs = 500;

/** What samples analogue inputs. */
export interface Sampling {
  add(input: AdsInput, pace: SamplingPace, listener: (sample: AdsSample) => void): Cancel;
}

export class BusLink {
  /** Failed tries of the analogue inputs since the start. */
  errors = 0;
  private readonly listeners = new Map<string, Set<(sample: AdsSample) => void>>();
  private readonly asked = new Map<string, SamplingPace>();
  private readonly inputs = new Map<number, RemoteInput>();
  private readonly outputs = new Map<number, RemoteOutput>();
  private readonly leaveLoop: Cancel;
  private lines = 0;
  private turnAtMs: number | undefined;
  private longestGapMs = 0;
  private believedUntilMs: number;
  private silent = false;
  private lookedAtMs = Number.NEGATIVE_INFINITY;
  private patienceMs = setUpMaxMs;

  /** Waits until the thread runs. */
  constructor(private readonly options: BusLinkOptions) {
    const { thread, clock, loop } = options;
    // A thread takes its time to start, which nobody shall take for a silent bus.
    if (this.wait((answer) => answer.kind === 'started', setUpMaxMs) === undefined) this.patienceMs = stopMaxMs;
    this.believedUntilMs = clock.now() + firstWordMaxMs;
    thread.onMessage((message) => this.receive(message));
    thread.onEnd((reason) => this.ended(reason));
    this.leaveLoop = loop.add((now) => this.look(now));
  }

  /** Longest time between two turns of the bus's thread since the last call, in ms, but for those in which the bus was stuck. */
  takeLongestGapMs(): number {
    const taken = this.longestGapMs;
    this.longestGapMs = 0;
    return taken;
  }

  /** The converter at this address. */
  sampling(address: number): Sampling {
    return {
      add: (input, pace, listener) => {
        const key = keyOf(address, input);
        const listeners = this.listeners.get(key) ?? new Set();
        this.listeners.set(key, listeners);
        listeners.add(listener);
        if (this.asked.get(key) !== pace) {
          this.asked.set(key, pace);
          this.options.thread.postMessage({ kind: 'sample', address, input, pace });
        }
        return () => listeners.delete(listener);
      },
    };
  }

  /** Throws as `GpioLines.output`. */
  output(line: LineWiring): OutputLine {
    const { id } = this.setUp('output', line);
    const made = new RemoteOutput(id, (message) => this.options.thread.postMessage(message));
    this.outputs.set(id, made);
    return made;
  }

  /** Throws as `GpioLines.input`. */
  input(line: LineWiring): InputLine {
    const { id, level } = this.setUp('input', line);
    const release = (): void => this.options.thread.postMessage({ kind: 'releaseLine', id });
    const made = new RemoteInput(level, () => this.silence(), release);
    this.inputs.set(id, made);
    return made;
  }

  /** Outputs inactive and everything let go, if the bus lets its thread do so in time. */
  close(): void {
    this.leaveLoop();
    const { thread } = this.options;
    thread.postMessage({ kind: 'stop' });
    this.wait((answer) => answer.kind === 'stopped', stopMaxMs);
    thread.terminate();
  }

  private setUp(use: 'input' | 'output', line: LineWiring): Extract<BusAnswer, { kind: 'line' }> {
    this.lines += 1;
    const id = this.lines;
    this.options.thread.postMessage({ kind: 'line', id, use, line });
    const answer = this.wait((one) => 'id' in one && one.id === id, this.patienceMs);
    this.believedUntilMs = this.options.clock.now() + firstWordMaxMs;
    if (answer?.kind === 'line') return answer;
    if (answer?.kind === 'refused') throw new GreenupError(answer.code, answer.text);
    // The others are not waited for as long: the rest of the rig wants to start.
    this.patienceMs = stopMaxMs;
    const text = `line ${line.line} of GPIO chip ${line.chip}: its bus ${this.options.bus} does not let it be set up`;
    throw new GreenupError('part.failed', text);
  }

  /** Answers to older questions, for which nobody waits any more, are passed over. */
  private wait(isWanted: (answer: BusAnswer) => boolean, withinMs: number): BusAnswer | undefined {
    for (;;) {
      const answer = this.options.thread.answer(withinMs);
      if (answer === undefined || isWanted(answer)) return answer;
    }
  }

  private receive(message: FromBus): void {
    if (message.kind === 'trouble') {
      this.options.report(message.trouble);
      return;
    }
    this.errors = message.errors;
    const gapMs = message.atMs - (this.turnAtMs ?? message.atMs);
    this.turnAtMs = message.atMs;
    // What is longer was a stuck bus, and is told as that.
    if (gapMs < busAgeMaxMs) this.longestGapMs = Math.max(this.longestGapMs, gapMs);
    this.believedUntilMs = message.atMs + busAgeMaxMs;
    for (const level of message.levels) this.inputs.get(level.id)?.take(level);
    for (const state of message.states) this.outputs.get(state.id)?.take(state);
    for (const { address, input, sample } of message.samples) this.tell(keyOf(address, input), sample);
  }

  private tell(key: string, sample: AdsSample): void {
    for (const listener of [...(this.listeners.get(key) ?? [])]) listener(sample);
  }

  /** Why nothing that this bus has told is believed any more; undefined as long as it is. */
  private silence(): string | undefined {
    const { bus, clock } = this.options;
    return clock.now() < this.believedUntilMs ? undefined : `nothing was heard of ${bus} for ${busAgeMaxMs} ms`;
  }

  private look(now: number): void {
    const wasHeldUp = now > this.lookedAtMs + busAgeMaxMs / 2;
    this.lookedAtMs = now;
    // What the bus has told while this thread stood still itself is heard after this turn.
    if (wasHeldUp) return;
    const reason = this.silence();
    if ((reason !== undefined) === this.silent) return;
    this.silent = reason !== undefined;
    const { bus, report } = this.options;
    if (reason === undefined) {
      report({ part: 'i2cBus', code: 'recovered', text: `I2C bus: ${bus} answers again` });
      return;
    }
    const text = `I2C bus: ${reason}: a transfer is stuck; what hangs on it counts as lost, and the rest goes on`;
    report({ part: 'i2cBus', code: 'failed', text });
    for (const key of this.listeners.keys()) this.tell(key, { kind: 'invalid', reason, atMs: now });
  }

  private ended(reason: string): void {
    const text = `I2C bus: the thread of ${this.options.bus} has ended: ${reason}; what hangs on it is lost until the next start`;
    this.options.report({ part: 'i2cBus', code: 'failed', text });
  }
}

function keyOf(address: number, input: AdsInput): string {
  return `${address}/${input}`;
}

class RemoteInput implements InputLine {
  constructor(
    private level: LineLevel | undefined,
    private readonly silence: () => string | undefined,
    readonly release: () => void,
  ) {}

  take(level: LineLevel): void {
    this.level = level;
  }

  read(): boolean {
    const silence = this.silence();
    const active = silence === undefined ? this.level?.active : undefined;
    if (active !== undefined) return active;
    throw new GreenupError('part.failed', silence ?? this.level?.failure ?? 'it could not be read yet');
  }
}

class RemoteOutput implements OutputLine {
  private wanted: boolean | undefined;
  private order = 0;
  private state: LineState | undefined;

  constructor(
    private readonly id: number,
    private readonly post: (message: ToBus) => void,
  ) {}

  /** Whether the line is as the last command wants it. */
  get isTaken(): boolean {
    return this.wanted === undefined || (this.state?.order === this.order && this.state.done);
  }

  take(state: LineState): void {
    this.state = state;
  }

  write(active: boolean): void {
    if (active !== this.wanted) {
      this.wanted = active;
      this.order += 1;
      this.post({ kind: 'write', id: this.id, active, order: this.order });
    }
    if (this.state?.failure !== undefined) throw new GreenupError('part.failed', this.state.failure);
  }

  release(): void {
    this.post({ kind: 'releaseLine', id: this.id });
  }
}

/** The buses of a rig, each of which has its thread from its first use on. */
export class BusLinks {
  private readonly links = new Map<string, BusLink>();

  constructor(private readonly open: (bus: string) => BusLink) {}

  of(bus: string): BusLink {
    const link = this.links.get(bus) ?? this.open(bus);
    this.links.set(bus, link);
    return link;
  }

  get errors(): number {
    return [...this.links.values()].reduce((sum, { errors }) => sum + errors, 0);
  }

  /** As of one link: the longest of all. */
  takeLongestGapMs(): number {
    return Math.max(0, ...[...this.links.values()].map((link) => link.takeLongestGapMs()));
  }

  /** Lines of the processor stay with `gpio`; those of a chip on a bus are worked in the thread of that bus. */
  lines(gpio: GpioLines): GpioLines {
    return {
      output: (line) => this.linkOf(gpio, line)?.output(line) ?? gpio.output(line),
      input: (line) => this.linkOf(gpio, line)?.input(line) ?? gpio.input(line),
    };
  }

  close(): void {
    for (const link of this.links.values()) link.close();
  }

  private linkOf(gpio: GpioLines, line: LineWiring): BusLink | undefined {
    const bus = gpio.busOf?.(line);
    return bus === undefined ? undefined : this.of(bus);
  }
}
