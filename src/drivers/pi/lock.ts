/** The bolt that holds a plug: a motor on an H-bridge, driven in pulses until its own switch agrees. */
import type { Cancel, Clock } from '../../hal/clock';
import { unreachable } from '../../hal/errors';
import type { Listener, LockFeedback, SocketLock } from '../../hal/parts';
import { Watched } from '../../hal/watched';
import type { LockWiring } from '../../hal/wiring';
import type { PartContext } from './context';
import { Debounce } from './gpio/debounce';
import { type PartInput, PartLines, type PartOutput, slowContactTurns } from './gpio/part-lines';

/** The motor stands still this long after a pulse before the switch is believed, and before it turns back, in ms. */
const motorRestMs = 100;
/** Between two tries, in ms: the motor cools, and the person may take the strain off the plug. */
const betweenTriesMs = 1000;
/** Bounce of the bolt's switch, in ms. */
const switchBounceMs = 20;

type Goal = 'locked' | 'unlocked';
/** Where the bolt rests, as far as its switch tells. */
type BoltPlace = Goal | 'unknown';

/** `triesLeft` counts the try under way. */
type LockWork =
  | { phase: 'resting' }
  | { phase: 'waiting'; goal: Goal; triesLeft: number; until: number }
  | { phase: 'pulse'; goal: Goal; triesLeft: number; until: number }
  | { phase: 'checking'; goal: Goal; triesLeft: number };

export class GpioLock implements SocketLock {
  private readonly clock: Clock;
  private readonly lines: PartLines;
  private readonly motor: Readonly<Record<Goal, PartOutput>>;
  private readonly bolt: PartInput;
  private readonly feedback: Watched<LockFeedback>;
  private turns = 0;
  private readonly debounce = new Debounce<BoltPlace>('unknown', () => switchBounceMs);
  private place: BoltPlace = 'unknown';
  private work: LockWork = { phase: 'resting' };
  /** Where the motor was last told to bring the bolt; undefined until the first time. */
  private driven: Goal | undefined;
  /** Since when both lines are known to be inactive, in ms; undefined while one may not be. */
  private offSince: number | undefined;

  /** Throws `part.missing` or `part.failed` when a line cannot be had. */
  constructor(
    private readonly wiring: LockWiring,
    private readonly context: PartContext,
  ) {
    this.clock = context.clock;
    this.lines = new PartLines('lock', context);
    this.motor = {
      locked: this.lines.output('motor line to lock', wiring.lock),
      unlocked: this.lines.output('motor line to unlock', wiring.unlock),
    };
    this.bolt = this.lines.input('feedback', wiring.feedback);
    this.feedback = new Watched<LockFeedback>(context.clock, { first: { value: 'unknown' } });
    this.lines.start((now) => this.turn(now));
  }

  lock(): void {
    this.command('locked');
  }

  unlock(): void {
    this.command('unlocked');
  }

  watch(listener: Listener<LockFeedback>): Cancel {
    return this.feedback.watch(listener);
  }

  /** Stops the motor, lets go of the lines, and tells nothing more. The bolt stays where it is. */
  release(): void {
    this.lines.release();
    this.feedback.close();
  }

  private command(goal: Goal): void {
    const { work } = this;
    if (work.phase === 'resting' ? this.isThere(goal) : work.goal === goal) return;
    this.driven = goal;
    const now = this.clock.now();
    if (work.phase === 'pulse') this.stopMotor(now);
    // Taken over on its way the bolt may be anywhere, whatever the switch says: at least one pulse is made.
    this.work = { phase: 'waiting', goal, triesLeft: this.wiring.tries, until: now };
    this.feedback.set('moving');
  }

  /** Where it was driven to the other side, a switch that says so already may only flicker: then a pulse is made. */
  private isThere(goal: Goal): boolean {
    return this.place === goal && (this.driven ?? goal) === goal;
  }

  private turn(now: number): void {
    this.turns += 1;
    // At rest only somebody's hand moves the bolt.
    if (this.work.phase !== 'resting' || this.turns % slowContactTurns === 0) {
      this.place = this.debounce.take(placeOf(this.bolt.read()), now);
    }
    if (this.work.phase !== 'pulse') this.noteMotorOff(now);
    const { work } = this;
    switch (work.phase) {
      case 'resting':
        this.feedback.set(this.place);
        return;
      case 'waiting':
        if (now >= work.until && this.motorRested(now)) this.pulse(work.goal, work.triesLeft, now);
        return;
      case 'pulse':
        if (now < work.until) return;
        this.stopMotor(now);
        this.work = { phase: 'checking', goal: work.goal, triesLeft: work.triesLeft };
        return;
      case 'checking':
        if (this.motorRested(now)) this.check(work.goal, work.triesLeft, now);
        return;
      default:
        unreachable(work);
    }
  }

  private pulse(goal: Goal, triesLeft: number, now: number): void {
    // Never both sides of the bridge: this is called only when both are known to have been off for a while.
    if (this.motor[goal].set(true)) {
      this.offSince = undefined;
      this.work = { phase: 'pulse', goal, triesLeft, until: now + this.wiring.pulseMs };
      return;
    }
    this.stopMotor(now);
    this.work = { phase: 'checking', goal, triesLeft };
  }

  private check(goal: Goal, triesLeft: number, now: number): void {
    if (this.place !== goal && triesLeft > 1) {
      this.work = { phase: 'waiting', goal, triesLeft: triesLeft - 1, until: now + betweenTriesMs };
      return;
    }
    if (this.place !== goal) {
      this.context.report({
        part: 'lock',
        code: 'failed',
        text: `lock: the switch does not show the bolt ${goal} after ${this.wiring.tries} tries (it shows: ${this.place}); look for a plug under strain, then at the motor, its supply and the switch`,
      });
    }
    this.work = { phase: 'resting' };
    this.feedback.set(this.place);
  }

  private stopMotor(now: number): void {
    this.motor.locked.set(false);
    this.motor.unlocked.set(false);
    this.offSince = undefined;
    this.noteMotorOff(now);
  }

  /** A line that could not be written is tried again at each turn, so the motor may stop later than it was told to. */
  private noteMotorOff(now: number): void {
    if (!this.motor.locked.isOff || !this.motor.unlocked.isOff) this.offSince = undefined;
    else this.offSince ??= now;
  }

  private motorRested(now: number): boolean {
    return this.offSince !== undefined && now - this.offSince >= motorRestMs;
  }
}

function placeOf(active: boolean | undefined): BoltPlace {
  if (active === undefined) return 'unknown';
  return active ? 'locked' : 'unlocked';
}
