/** When a message that gets no answer is sent again: ever more seldom, so that it keeps nothing else from being said. */
import type { Clock } from '../../hal/clock';

/** The longest wait between two sendings, in ms. */
const waitMaxMs = 3_600_000;
/** What a sending may take beyond its wait, for its time-out or a new link, in ms. */
const sendingMaxMs = 60_000;

export interface RepetitionOptions {
  clock: Clock;
  /** The wait grows by this with each sending. */
  intervalMs: () => number;
  /** Answers to other messages so far. */
  answers: () => number;
}

/**
 * A message is suspected once it has been sent twice in vain although the peer is there: two links ended while it was
 * outstanding, or others were answered meanwhile. One that is not suspected leaves at once over a new link, for the
 * fault was the old one's.
 */
export class Repetition {
  private sendings = 0;
  private losses = 0;
  private answersBefore = 0;
  /** As the last sending ended. */
  private last = { at: 0, answers: 0 };
  private inVainMs = 0;
  private dueAt = 0;

  constructor(private readonly options: RepetitionOptions) {}

  /** Monotonic time before which the message must not leave. */
  get notBefore(): number {
    return this.dueAt;
  }

  get suspected(): boolean {
    return this.losses >= 2 || (this.sendings >= 2 && this.othersAnswered);
  }

  /**
   * For how long a suspected message has been sent in vain while others were answered, in ms. The time in which nothing
   * could be sent, or nothing was answered at all, says nothing of the message and does not count.
   */
  get chokedForMs(): number {
    return this.suspected ? this.inVainMs : 0;
  }

  private get othersAnswered(): boolean {
    return this.options.answers() > this.answersBefore;
  }

  /** It has been sent, and no answer came: in time, or before the link was lost. */
  unanswered(how: 'timeout' | 'lost'): void {
    const { clock, intervalMs, answers } = this.options;
    const ended = { at: clock.now(), answers: answers() };
    if (this.sendings === 0) {
      this.answersBefore = ended.answers;
      this.inVainMs = 0;
    } else if (ended.answers > this.last.answers) this.inVainMs += this.sinceLast(ended.at);
    this.last = ended;
    this.sendings += 1;
    if (how === 'lost') this.losses += 1;
    // Most lost links say nothing of the message that was under way.
    const times = how === 'lost' && !this.suspected ? 0 : this.sendings;
    this.dueAt = ended.at + Math.min(intervalMs() * times, waitMaxMs);
  }

  /** The wait for this sending, and the sending itself. */
  private sinceLast(now: number): number {
    const latest = Math.max(this.last.at, this.dueAt) + sendingMaxMs;
    return Math.min(now, latest) - this.last.at;
  }

  /** It was answered, or another message has its place. */
  reset(): void {
    this.sendings = 0;
    this.losses = 0;
    this.dueAt = 0;
  }

  linkUp(): void {
    if (!this.suspected) this.dueAt = 0;
  }
}
