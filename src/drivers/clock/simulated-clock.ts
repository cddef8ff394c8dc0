/**
 * The clock of a simulation: its time goes from event to event, so that nothing in it is ever late. It follows the
 * machine's time at a speed, or stands still until it is told to go on; which of them may change while it goes.
 */
import { type Cancel, type Clock, canBeNow } from '../../hal/clock';
import { CommandRefusal } from '../../hal/command-refusal';
import { GreenupError } from '../../hal/errors';
import { type HostTime, machineTime } from './host-time';
import { type Timer, TimerQueue } from './timer-queue';

export interface SimulatedClockOptions {
  /** How many simulated seconds pass in a real one at most, 1 to 1000; default 1. */
  speed?: number;
  /** Time stands still until `advance`; default false. */
  stepped?: boolean;
  /** Unix time in ms at the start, where time is not that of the world outside; default: that of the machine. */
  systemTimeMs?: number;
  /** Default: that of the machine. */
  host?: HostTime;
}

/** How simulated time goes. */
export interface ClockPace {
  /** Simulated seconds in a real one at most, 1 to 1000. */
  speed: number;
  /** Time stands still until `advance`. */
  stepped: boolean;
}

export const speedMax = 1000;
/** What the machine could not catch up with for so long is not caught up with: time has stood still instead. */
export const lagMaxMs = 1000;
/** Rounds of the event loop without anything to do after which an advance is over: what files and sockets had to tell is told. */
const calmRounds = 3;

export class SimulatedClock implements Clock {
  private pace: ClockPace;
  private hasLeftReal: boolean;
  private readonly host: HostTime;
  private readonly queue = new TimerQueue();
  /** The wall clock at simulated time 0, where time is not that of the world outside. */
  private startSystemMs: number;
  private instantMs = 0;
  private order = 0;
  private ran = { ms: 0, count: 0 };
  /** The instant of the host at which simulated time was `ms`, from which on it follows. */
  private anchor: { hostMs: number; ms: number };
  /** While a timer runs, or an advance is under way, that sees to what comes next. */
  private running = false;
  private advancing = false;
  /** Time was asked for, or a timer has run, in this turn of the event loop. */
  private isTurn = false;
  private wake: { dueMs: number; cancel: Cancel } | undefined;
  private holds = 0;
  private onReleased: (() => void) | undefined;
  private lastAdvance: Promise<unknown> = Promise.resolve();

  /** Throws `config.invalid` if `speed` is not between 1 and 1000. */
  constructor({ speed = 1, stepped = false, systemTimeMs, host = machineTime }: SimulatedClockOptions = {}) {
    checkSpeed(speed);
    this.pace = { speed, stepped };
    this.hasLeftReal = speed !== 1 || stepped;
    this.host = host;
    this.startSystemMs = systemTimeMs ?? host.systemMs();
    this.anchor = { hostMs: host.nowMs(), ms: 0 };
  }

  get speed(): number {
    return this.pace.speed;
  }

  get stepped(): boolean {
    return this.pace.stepped;
  }

  /** Whether it is the time of the world outside; once it has gone at another pace, it is never again. */
  get isReal(): boolean {
    return !this.hasLeftReal;
  }

  /** From this instant on time goes otherwise. Throws `config.invalid` if `speed` is not between 1 and 1000. */
  setPace(pace: Partial<ClockPace>): void {
    const { speed, stepped } = { ...this.pace, ...pace };
    checkSpeed(speed);
    const ms = this.now();
    const systemMs = this.systemTime();
    if (this.isReal && systemMs !== undefined) this.startSystemMs = systemMs - ms;
    this.pace = { speed, stepped };
    this.hasLeftReal ||= speed !== 1 || stepped;
    this.goOnFromHere();
    this.cancelWake();
    this.arm();
  }

  /**
   * While a timer runs, and what it sets going at once: when it was due. In between it never passes the next timer. It stands
   * still within one turn of the event loop, so that nothing depends on how long the machine takes for it.
   */
  now(): number {
    if (this.running || this.isTurn) return this.instantMs;
    this.instantMs = Math.min(this.reachMs(), Math.max(this.instantMs, this.firstDueMs()));
    this.standForTurn();
    return this.instantMs;
  }

  private standForTurn(): void {
    if (this.isTurn || this.stepped) return;
    this.isTurn = true;
    this.host.soon(() => {
      this.isTurn = false;
    });
  }

  at(dueMs: number, run: () => void): Cancel {
    if (Number.isNaN(dueMs)) throw new RangeError('a timer needs a time, not NaN');
    const timer: Timer = { dueMs, order: this.order++, run };
    this.queue.push(timer);
    this.arm();
    return () => {
      if (timer.run === undefined) return;
      timer.run = undefined;
      this.queue.forgetOne();
    };
  }

  /** Of real time the wall clock of the simulated instant, with its corrections; else it goes on from where that was left. */
  systemTime(): number | undefined {
    const systemMs = this.isReal
      ? this.host.systemMs() - (this.targetMs() - this.now())
      : this.startSystemMs + this.now();
    return canBeNow(systemMs) ? systemMs : undefined;
  }

  /** Time stands still until what this returns is called, and that of every other hold: real work takes no simulated time. */
  hold(): Cancel {
    this.now();
    this.holds += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.holds -= 1;
      if (this.holds > 0) return;
      this.goOnFromHere();
      this.onReleased?.();
      this.arm();
    };
  }

  /**
   * Moves time on by `ms` (0 or more), timer by timer, each at its due time; files and sockets have their turn in
   * between, and holds are waited for. Time stops earlier where `isOver` says so, which is asked after each timer and each
   * turn of files and sockets. Calls wait for the one before. Rejects with `command.invalid` where time runs by
   * itself, and with what a timer threw.
   */
  advance(ms: number, isOver: () => boolean = () => false): Promise<void> {
    if (!(ms >= 0)) return Promise.reject(new RangeError(`time can advance by 0 ms or more, not by ${ms}`));
    return this.inTurn(() => this.moveOn(this.instantMs + ms, isOver));
  }

  /** The same to an instant, exactly; one that has passed lets everything settle. */
  advanceTo(ms: number, isOver: () => boolean = () => false): Promise<void> {
    return this.inTurn(() => this.moveOn(Math.max(ms, this.instantMs), isOver));
  }

  /** The same, before any timer that is due at that instant. */
  advanceBefore(ms: number): Promise<void> {
    return this.inTurn(() => this.moveOn(Math.max(ms, this.instantMs), () => false, false));
  }

  /** How many timers have run at this very instant. */
  get ranNow(): number {
    return this.ran.ms === this.instantMs ? this.ran.count : 0;
  }

  private inTurn(move: () => Promise<void>): Promise<void> {
    if (!this.stepped) {
      return Promise.reject(new CommandRefusal('timeRuns', 'time runs by itself here: it cannot be advanced'));
    }
    const advanced = this.lastAdvance.then(move);
    this.lastAdvance = advanced.catch(() => undefined);
    return advanced;
  }

  private async moveOn(endMs: number, isOver: () => boolean, withLast = true): Promise<void> {
    this.advancing = true;
    this.cancelWake();
    try {
      for (let calm = 0; calm < calmRounds; ) {
        await new Promise<void>((resolve) => this.host.soon(resolve));
        if (isOver()) return;
        if (this.holds > 0) {
          await new Promise<void>((resolve) => {
            this.onReleased = resolve;
          });
          this.onReleased = undefined;
          calm = 0;
        } else calm = this.runFirst(endMs, withLast) ? 0 : calm + 1;
      }
      this.instantMs = endMs;
    } finally {
      this.advancing = false;
      // The pace may have changed meanwhile.
      this.goOnFromHere();
      this.arm();
    }
  }

  private goOnFromHere(): void {
    this.anchor = { hostMs: this.host.nowMs(), ms: this.instantMs };
  }

  private firstDueMs(): number {
    return this.queue.first()?.dueMs ?? Number.POSITIVE_INFINITY;
  }

  /** Where time would be if nothing were late. */
  private targetMs(): number {
    return this.anchor.ms + (this.host.nowMs() - this.anchor.hostMs) * this.speed;
  }

  /** How far time may go just now. */
  private reachMs(): number {
    if (this.stepped || this.holds > 0) return this.instantMs;
    const targetMs = this.targetMs();
    const latestMs = Math.max(this.firstDueMs(), this.instantMs) + lagMaxMs * this.speed;
    if (targetMs > latestMs) this.anchor = { hostMs: this.host.nowMs(), ms: latestMs };
    return Math.max(this.instantMs, Math.min(targetMs, latestMs));
  }

  /** Sees to it that the first timer runs when its time has come: one timer a round of the event loop. */
  private arm(): void {
    if (this.running || this.advancing || this.holds > 0) return;
    const dueMs = this.firstDueMs();
    if (this.wake?.dueMs === dueMs) return;
    this.cancelWake();
    if (dueMs === Number.POSITIVE_INFINITY) return;
    const waitMs = (dueMs - this.reachMs()) / this.speed;
    if (this.stepped && waitMs > 0) return;
    const fire = (): void => {
      this.wake = undefined;
      this.runFirst(this.reachMs());
      this.arm();
    };
    this.wake = { dueMs, cancel: waitMs > 0 ? this.host.after(waitMs, fire) : this.host.soon(fire) };
  }

  private cancelWake(): void {
    this.wake?.cancel();
    this.wake = undefined;
  }

  /** Runs the first timer if it is due until `endMs`, or before it, and tells whether it was. */
  private runFirst(endMs: number, withLast = true): boolean {
    const timer = this.queue.first();
    if (!withLast && timer?.dueMs === endMs) return false;
    if (timer?.run === undefined || timer.dueMs > endMs || this.holds > 0) return false;
    this.queue.removeFirst();
    const { run } = timer;
    timer.run = undefined;
    this.instantMs = Math.max(this.instantMs, timer.dueMs);
    this.ran = { ms: this.instantMs, count: this.ranNow + 1 };
    this.running = true;
    try {
      run();
    } finally {
      this.running = false;
      this.standForTurn();
      this.arm();
    }
    return true;
  }
}

function checkSpeed(speed: number): void {
  if (speed >= 1 && speed <= speedMax) return;
  throw new GreenupError('config.invalid', `clock speed ${speed} is not possible: choose 1 to ${speedMax}`);
}
