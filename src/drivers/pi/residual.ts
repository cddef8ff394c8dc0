/** A residual current monitor (RCM) with a trip output, a test input and, where it latches by itself, a reset input. */
import type { Cancel, Clock } from '../../hal/clock';
import { unreachable } from '../../hal/errors';
import type { Listener, ResidualCurrentMonitor, ResidualCurrentReading } from '../../hal/parts';
import { Watched } from '../../hal/watched';
import type { ResidualWiring } from '../../hal/wiring';
import type { PartContext } from './context';
import { type PartInput, PartLines, type PartOutput } from './gpio/part-lines';

/** After the test the trip must have gone by then, in ms; with the longest trip both stay below the socket machine's 4 s. */
const tripGoneWithinMs = 2000;
/** The trip output is not believed this long after the test or a reset, in ms. */
const settleMs = 100;
/** Length of a pulse on the reset input, in ms. */
const resetPulseMs = 100;

type SelfTestOutcome = 'passed' | 'failed';

type MonitorWork =
  | { phase: 'watching' }
  | { phase: 'starting' } // a test was asked for
  | { phase: 'testing'; until: number } // test current flows: a trip is expected
  | { phase: 'settling'; outcome: SelfTestOutcome; from: number; until: number }; // it stopped: the trip must go

export class GpioResidualMonitor implements ResidualCurrentMonitor {
  private readonly clock: Clock;
  private readonly lines: PartLines;
  private readonly test: PartOutput;
  private readonly resetInput: PartOutput | undefined;
  private readonly trip: PartInput;
  private readonly watched: Watched<ResidualCurrentReading>;
  private reading: ResidualCurrentReading = { tripped: false, test: 'none' };
  private work: MonitorWork = { phase: 'watching' };
  /** A reset was asked for: the trip must have gone by `until`; not before `from`. */
  private clearing: { from: number; until: number } | undefined;
  private resetPulseUntil: number | undefined;
  /** The test current must have tripped the monitor by then, in ms. */
  private readonly tripMs: number;

  /** Throws `part.missing` or `part.failed` when a line cannot be had. */
  constructor(wiring: ResidualWiring, context: PartContext) {
    this.clock = context.clock;
    this.tripMs = wiring.tripMs;
    this.lines = new PartLines('residual', context);
    this.test = this.lines.output('test line', wiring.test);
    this.resetInput = wiring.reset && this.lines.output('reset line', wiring.reset);
    this.trip = this.lines.input('trip line', wiring.trip);
    this.watched = new Watched<ResidualCurrentReading>(context.clock, {
      same: (a, b) => a.tripped === b.tripped && a.test === b.test,
    });
    this.lines.start((now) => this.turn(now));
  }

  /** Has no effect while a test runs. A trip before the test begins is a real one, and the test fails. */
  selfTest(): void {
    if (this.work.phase !== 'watching') return;
    this.work = { phase: 'starting' };
    this.publish({ test: 'running' });
  }

  reset(): void {
    if (!this.reading.tripped) return;
    const now = this.clock.now();
    if (!this.resetInput) {
      this.clearing = { from: now, until: now };
      return;
    }
    this.pulseReset(now);
    this.clearing = { from: now + resetPulseMs + settleMs, until: now + tripGoneWithinMs };
  }

  watch(listener: Listener<ResidualCurrentReading>): Cancel {
    return this.watched.watch(listener);
  }

  /** Ends a test, lets go of the lines, and tells nothing more. */
  release(): void {
    this.lines.release();
    this.watched.close();
  }

  private turn(now: number): void {
    this.endResetPulse(now);
    // A line that cannot be read counts as a trip: nobody watches the current then.
    const active = this.trip.read() ?? 'unreadable';
    const { work } = this;
    switch (work.phase) {
      case 'watching':
        this.watchTrip(active !== false, now);
        return;
      case 'starting':
        this.begin(active !== false, now);
        return;
      case 'testing':
        if (active === true) this.settle('passed', now);
        else if (now >= work.until) this.settle('failed', now);
        return;
      case 'settling':
        if (active === false && now >= work.from) this.finish(work.outcome, false);
        else if (now >= work.until) this.finish('failed', true);
        return;
      default:
        unreachable(work);
    }
  }

  private watchTrip(tripped: boolean, now: number): void {
    const { clearing } = this;
    if (tripped) this.publish({ tripped: true });
    else if (clearing && now >= clearing.from) {
      this.clearing = undefined;
      this.publish({ tripped: false });
    } else this.publish({});
    if (clearing && now >= clearing.until) this.clearing = undefined;
  }

  private begin(tripped: boolean, now: number): void {
    // The pulse of a reset would hide the trip that the test is to cause.
    if (this.clearing && now < this.clearing.from) return;
    if (tripped) this.finish('failed', true);
    else if (this.test.set(true)) this.work = { phase: 'testing', until: now + this.tripMs };
    else this.settle('failed', now);
  }

  private settle(outcome: SelfTestOutcome, now: number): void {
    this.test.set(false);
    if (this.resetInput) this.pulseReset(now);
    const from = now + settleMs + (this.resetInput ? resetPulseMs : 0);
    this.work = { phase: 'settling', outcome, from, until: now + tripGoneWithinMs };
  }

  private finish(test: SelfTestOutcome, tripped: boolean): void {
    if (tripped) this.clearing = undefined;
    this.work = { phase: 'watching' };
    this.publish(tripped ? { test, tripped } : { test });
  }

  private pulseReset(now: number): void {
    this.resetInput?.set(true);
    this.resetPulseUntil = now + resetPulseMs;
  }

  private endResetPulse(now: number): void {
    if (this.resetPulseUntil === undefined || now < this.resetPulseUntil) return;
    this.resetPulseUntil = undefined;
    this.resetInput?.set(false);
  }

  private publish(change: Partial<ResidualCurrentReading>): void {
    this.reading = { ...this.reading, ...change };
    this.watched.set(this.reading);
  }
}
