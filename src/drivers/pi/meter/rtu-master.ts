/** Reads registers of the meters on one serial bus: one request at a time, retried, and never with another's answer. */
import type { Cancel, Clock } from '../../../hal/clock';
import { GreenupError, unreachable } from '../../../hal/errors';
import type { ReportTrouble } from '../../../hal/trouble';
import { LateAnswers, type LengthChoice } from './late-answers';
import { LineKeeper } from './line-keeper';
import { exceptionText, frameGapMs, illegalAddress, type RegisterRequest, requestFrame } from './rtu';
import { Exchange, type ExchangeOutcome, portionGapMs } from './rtu-exchange';
import { type Job, newJob, type ReadRequest } from './rtu-job';
import type { SerialLine } from './serial-line';

export interface RtuMasterOptions {
  /** Name of the bus, for messages. */
  bus: string;
  baudRate: number;
  /** Called when the line or a unit fails, and when it works again; never at each try. */
  report: ReportTrouble;
}

export const answerTimeoutMs = 500;
export const attemptsMax = 3;
/** From the call of `read` on no attempt is begun after this time, in ms. It settles within this and one attempt. */
export const readTimeMs = 4_000;
/** Some meters miss a request that follows the answer of another unit too soon. */
export const unitChangePauseMs = 50;
/** A unit that did not answer is asked again after this time, in ms, and then once: others must keep their pace. */
export const silentPauseMs = 2_000;
/** Reads in a row that a unit gets while another waits: one reading of a meter, without pauses for a change of unit. */
export const turnReadsMax = 8;
/** Exceptions up to this code say that the request itself is wrong: another try would bring the same. */
const refusalMax = 3;
const closedText = 'the bus was closed';

export class RtuMaster {
  readonly bus: string;
  private readonly keeper: LineKeeper;
  private readonly late: LateAnswers;
  private readonly frameGap: number;
  private queue: Job[] = [];
  private readonly silentUnits = new Map<number, { until: number; reason: string }>();
  private exchange: Exchange | undefined;
  private working = false;
  private closed = false;
  private cancelWake: Cancel = () => {};
  private turn: { unit: number; reads: number } | undefined;
  /** Ends of the last request and of the last byte that came; silence counts from the later one. */
  private requestEnd = Number.NEGATIVE_INFINITY;
  private lastByteAt = Number.NEGATIVE_INFINITY;
  /** Silence wanted before the next request, in ms, and an instant before which none is sent. */
  private silenceMs: number;
  private notBefore = Number.NEGATIVE_INFINITY;

  constructor(
    open: () => Promise<SerialLine>,
    private readonly clock: Clock,
    private readonly options: RtuMasterOptions,
  ) {
    this.bus = options.bus;
    this.late = new LateAnswers(clock);
    this.frameGap = frameGapMs(options.baudRate);
    this.silenceMs = this.frameGap;
    this.keeper = new LineKeeper(open, clock, {
      opened: () => this.opened(),
      data: (bytes) => this.data(bytes),
      lost: (reason) => this.exchange?.end({ kind: 'lost', reason }),
      changed: (trouble) => options.report({ ...trouble, text: `bus ${this.bus}: ${trouble.text}` }),
    });
  }

  /**
   * The bytes of the registers asked for, two a register, high byte first. Rejects with GreenupError `part.refused` (the
   * unit has no such registers), `part.failed` or `part.missing`, whose message names unit and bus, and always settles,
   * at the latest one attempt after `readTimeMs`.
   */
  read(request: ReadRequest): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      // Throws for a request that cannot be, which rejects.
      requestFrame(request);
      const now = this.clock.now();
      const job = newJob(request, now + readTimeMs, resolve, reject);
      const silent = this.silentUnits.get(request.unit);
      if (this.closed || (silent !== undefined && now < silent.until)) {
        this.fail(job, this.closed ? closedText : (silent?.reason ?? ''));
        return;
      }
      job.cancelDeadline = this.clock.at(job.deadline, () => {
        if (!job.onWire) this.fail(job, job.failure ?? `the bus had no time for it within ${readTimeMs / 1000} s`);
      });
      this.queue.push(job);
      void this.work();
    });
  }

  /** Rejects what waits and closes the line. */
  close(): void {
    this.closed = true;
    this.cancelWake();
    this.exchange?.end({ kind: 'lost', reason: closedText });
    for (const job of this.queue) this.fail(job, closedText);
    this.keeper.close();
  }

  private async work(): Promise<void> {
    if (this.working) return;
    this.working = true;
    while (!this.closed && this.queue.length > 0) {
      const line = await this.line();
      if (line === undefined) continue;
      const job = this.pick();
      if (job === undefined) break;
      await this.attempt(line, job);
    }
    this.working = false;
  }

  /** Undefined when there is none; all who wait are then told. */
  private async line(): Promise<SerialLine | undefined> {
    try {
      return await this.keeper.get();
    } catch (error) {
      for (const job of this.queue) this.fail(job, error as GreenupError);
      return undefined;
    }
  }

  /** Takes the next job whose answer could not be mistaken; with none, wakes when there may be one. */
  private pick(): Job | undefined {
    const ready: Job[] = [];
    let wakeAt = Number.POSITIVE_INFINITY;
    for (const job of [...this.queue]) {
      const choice = this.choice(job);
      if ('count' in choice) ready.push(job);
      else if (choice.notBefore < job.deadline) wakeAt = Math.min(wakeAt, choice.notBefore);
      else this.fail(job, 'it is left alone for some seconds, since answers to earlier requests may still come');
    }
    const same = ready.find((job) => job.request.unit === this.turn?.unit);
    const other = ready.find((job) => job.request.unit !== this.turn?.unit);
    const stays = this.turn !== undefined && this.turn.reads < turnReadsMax;
    const next = stays ? (same ?? other) : (other ?? same);
    this.cancelWake();
    if (next !== undefined) this.queue = this.queue.filter((job) => job !== next);
    else if (Number.isFinite(wakeAt)) this.cancelWake = this.clock.at(wakeAt, () => void this.work());
    return next;
  }

  private choice({ count, counts, request }: Job): LengthChoice {
    return count === undefined ? this.late.choose(request.unit, request.functionCode, counts) : { count };
  }

  private async attempt(line: SerialLine, job: Job): Promise<void> {
    const { unit, functionCode, address } = job.request;
    if (!(await this.quiet(line, job))) {
      if (this.closed) this.fail(job, closedText);
      else if (!job.settled) this.queue.unshift(job);
      return;
    }
    const choice = this.choice(job);
    if (!('count' in choice)) {
      this.queue.unshift(job);
      return;
    }
    job.count = choice.count;
    job.attempts += 1;
    job.sentAt = this.clock.now();
    job.onWire = true;
    this.turn = { unit, reads: this.turn?.unit === unit ? this.turn.reads + 1 : 1 };
    const outcome = await this.send(line, { unit, functionCode, address, count: choice.count }, job);
    job.onWire = false;
    this.conclude(job, choice.count, outcome);
  }

  private send(line: SerialLine, request: RegisterRequest, job: Job): Promise<ExchangeOutcome> {
    this.silenceMs = this.frameGap;
    return new Promise<ExchangeOutcome>((resolve) => {
      const timeoutMs = job.request.timeoutMs ?? answerTimeoutMs;
      this.exchange = new Exchange(request, timeoutMs, this.options.baudRate, this.clock, resolve);
      this.requestEnd = this.exchange.requestEnd;
      line.write(requestFrame(request));
    }).finally(() => {
      this.exchange = undefined;
    });
  }

  private conclude(job: Job, count: number, outcome: ExchangeOutcome): void {
    const { unit, functionCode, timeoutMs = answerTimeoutMs } = job.request;
    // An exception bears no length: it may be the late answer to an earlier request, and this one's still to come.
    const doubtful = outcome.kind === 'exception' && (job.attempts > 1 || this.late.expected(unit, functionCode));
    const answered = outcome.kind === 'registers' || outcome.kind === 'exception';
    if (!answered || doubtful || job.attempts > 1) this.late.note(unit, functionCode, count, job.sentAt);
    if (answered) this.answered(unit);
    else this.drain(timeoutMs);
    switch (outcome.kind) {
      case 'registers':
        this.settle(job, () => job.resolve(outcome.bytes.slice(0, 2 * job.request.count)));
        break;
      case 'exception':
        if (!doubtful && isRefusal(outcome.code, count, job)) {
          this.fail(job, new GreenupError('part.refused', exceptionText(outcome.code)));
        } else this.retry(job, exceptionText(outcome.code), outcome.code <= refusalMax && !doubtful);
        break;
      case 'garbled':
        this.retry(job, outcome.reason, false);
        break;
      case 'lost':
        this.fail(job, outcome.reason);
        break;
      case 'silent':
        this.silent(job, timeoutMs);
        break;
      default:
        unreachable(outcome);
    }
  }

  private silent(job: Job, timeoutMs: number): void {
    const { unit } = job.request;
    const reason = `no answer within ${timeoutMs} ms; check its address, the wires A and B, baud rate and parity`;
    const known = this.silentUnits.has(unit);
    this.retry(job, reason, known);
    if (!job.settled) return;
    if (!known) this.report('failed', unit, reason);
    this.silentUnits.set(unit, { until: this.clock.now() + silentPauseMs, reason });
  }

  private retry(job: Job, reason: string, final: boolean): void {
    job.failure = job.attempts > 1 ? `${reason} (tried ${job.attempts} times)` : reason;
    if (final || this.closed || job.attempts >= attemptsMax || this.clock.now() >= job.deadline) {
      this.fail(job, job.failure);
      return;
    }
    // Whoever waits comes first.
    if (this.turn !== undefined) this.turn.reads = turnReadsMax;
    this.queue.push(job);
  }

  private answered(unit: number): void {
    this.keeper.proven();
    if (this.silentUnits.delete(unit)) this.report('recovered', unit, 'answers again');
  }

  private report(code: 'failed' | 'recovered', unit: number, text: string): void {
    this.options.report({ part: 'meter', code, text: `unit ${unit} on bus ${this.bus}: ${text}` });
  }

  private fail(job: Job, why: string | GreenupError): void {
    const code = typeof why === 'string' ? 'part.failed' : why.code;
    const text = typeof why === 'string' ? why : why.message;
    const error = new GreenupError(code, `unit ${job.request.unit} on bus ${this.bus}: ${text}`);
    this.settle(job, () => job.reject(error));
  }

  private settle(job: Job, tell: () => void): void {
    if (job.settled) return;
    job.settled = true;
    job.cancelDeadline();
    this.queue = this.queue.filter((waiting) => waiting !== job);
    tell();
  }

  /** Waits for the silence that must precede a request. False when the job or the line ended meanwhile. */
  private async quiet(line: SerialLine, job: Job): Promise<boolean> {
    for (;;) {
      if (this.closed || job.settled || this.keeper.current !== line) return false;
      const due = this.sendableAt(job.request);
      if (due <= this.clock.now()) return true;
      await new Promise<void>((resolve) => this.clock.at(due, resolve));
    }
  }

  private sendableAt({ unit, pauseMs = 0 }: ReadRequest): number {
    const changes = this.turn !== undefined && this.turn.unit !== unit;
    const wantedMs = Math.max(this.silenceMs, pauseMs, changes ? unitChangePauseMs : 0);
    return Math.max(this.notBefore, Math.max(this.lastByteAt, this.requestEnd) + wantedMs);
  }

  /** Before the next request the bus must be silent for a time-out and a frame gap; what comes meanwhile is dropped. */
  private drain(timeoutMs: number): void {
    this.silenceMs = timeoutMs + this.frameGap;
    // If this thread was held up, the time-out is over but what came meanwhile is still with the kernel or adapter.
    this.notBefore = this.clock.now() + portionGapMs;
  }

  /** An earlier program may have asked something just before: its answer is dropped as if it were late. */
  private opened(): void {
    this.requestEnd = this.clock.now();
    this.drain(answerTimeoutMs);
  }

  private data(bytes: Uint8Array): void {
    this.lastByteAt = this.clock.now();
    if (this.exchange === undefined) this.notBefore = Math.max(this.notBefore, this.lastByteAt + portionGapMs);
    else this.exchange.feed(bytes);
  }
}

/** A read that was made longer than it need be may have been refused for what lies behind its values. */
function isRefusal(code: number, count: number, { request }: Job): boolean {
  return code === illegalAddress && count === request.count;
}
