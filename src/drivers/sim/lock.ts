/** A simulated plug lock: a motor moves the bolt, a switch tells where it is, and the bolt may jam. */
import type { Cancel } from '../../hal/clock';
import type { Listener, LockFeedback, SocketLock } from '../../hal/parts';
import { ShownValue, type WorldClock } from './world-clock';

const motorMs = 300;
/** Five tries of 0.3 s with pauses: then the driver gives up and tells where the bolt still is. */
const jammedTriesMs = 2000;

export class SimulatedLock implements SocketLock {
  private readonly clock: WorldClock;
  private readonly onMove: () => void;
  private readonly feedback: ShownValue<LockFeedback>;
  private isLocked: boolean;
  private jammed = false;
  private flickers = false;
  private cancelMove: Cancel | undefined;

  constructor(clock: WorldClock, locked: boolean, onMove: () => void) {
    this.clock = clock;
    this.onMove = onMove;
    this.isLocked = locked;
    this.feedback = new ShownValue<LockFeedback>(clock, locked ? 'locked' : 'unlocked');
  }

  /** Whether the bolt really holds the plug. */
  get locked(): boolean {
    return this.isLocked;
  }

  lock(): void {
    this.move(true);
  }

  unlock(): void {
    this.move(false);
  }

  watch(listener: Listener<LockFeedback>): Cancel {
    return this.feedback.watch(listener);
  }

  setJammed(jammed: boolean): void {
    this.jammed = jammed;
  }

  /** True: the switch shows the opposite of what is so, unless the bolt moves. */
  setFlickers(flickers: boolean): void {
    this.flickers = flickers;
    if (this.cancelMove === undefined) this.show();
  }

  private show(): void {
    this.feedback.set(this.isLocked !== this.flickers ? 'locked' : 'unlocked');
  }

  private move(locked: boolean): void {
    const resting = this.cancelMove === undefined;
    if (resting && locked === this.isLocked) return;
    this.cancelMove?.();
    this.feedback.set('moving');
    this.cancelMove = this.clock.after(this.jammed ? jammedTriesMs : motorMs, () => {
      this.cancelMove = undefined;
      const moved = !this.jammed && locked !== this.isLocked;
      if (moved) this.isLocked = locked;
      this.show();
      if (moved) this.onMove();
    });
  }
}
