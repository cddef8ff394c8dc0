/** A simulated plug lock: a motor moves the bolt, a switch tells where it is; the bolt may jam, and the switch may stick. */
import type { Cancel } from '../../hal/clock';
import type { Listener, LockFeedback, SocketLock } from '../../hal/parts';
import { ShownValue, type WorldClock } from './world-clock';

const motorMs = 300;
/** Five tries of 0.3 s with pauses: then the driver gives up and tells what the switch still shows. */
const allTriesMs = 2000;

export class SimulatedLock implements SocketLock {
  private readonly clock: WorldClock;
  private readonly onMove: () => void;
  private readonly feedback: ShownValue<LockFeedback>;
  private isLocked: boolean;
  private jammed = false;
  private switchStuck = false;
  private flickers = false;
  /** What the driver has been told by the switch, and where it has last brought the bolt. */
  private told: LockFeedback;
  private driven: boolean | undefined;
  private cancelMove: Cancel | undefined;

  constructor(clock: WorldClock, locked: boolean, onMove: () => void) {
    this.clock = clock;
    this.onMove = onMove;
    this.isLocked = locked;
    this.feedback = new ShownValue<LockFeedback>(clock, locked ? 'locked' : 'unlocked');
    this.told = this.feedback.value;
    this.feedback.watch((feedback) => {
      this.told = feedback;
    });
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

  /** True: the switch shows the opposite of what it does else, unless the bolt moves. */
  setFlickers(flickers: boolean): void {
    this.flickers = flickers;
    if (this.cancelMove === undefined) this.show();
  }

  /** True: the switch says locked, wherever the bolt is. */
  setSwitchStuck(stuck: boolean): void {
    this.switchStuck = stuck;
    if (this.cancelMove === undefined) this.show();
  }

  private get saysLocked(): boolean {
    return this.switchStuck || this.isLocked;
  }

  private show(): void {
    this.feedback.set(this.saysLocked !== this.flickers ? 'locked' : 'unlocked');
  }

  private move(locked: boolean): void {
    if (this.cancelMove === undefined && this.isThere(locked)) return;
    this.cancelMove?.();
    this.driven = locked;
    this.feedback.set('moving');
    this.cancelMove = this.clock.after(motorMs, () => {
      const moved = this.drive(locked);
      if (this.saysLocked === locked) this.rest();
      else this.cancelMove = this.clock.after(allTriesMs - motorMs, () => this.lastTry(locked));
      if (moved) this.onMove();
    });
  }

  /** As the driver of a rig does: it goes by the switch, unless it has brought the bolt to the other side before. */
  private isThere(locked: boolean): boolean {
    return this.told === (locked ? 'locked' : 'unlocked') && (this.driven ?? locked) === locked;
  }

  private lastTry(locked: boolean): void {
    const moved = this.drive(locked);
    this.rest();
    if (moved) this.onMove();
  }

  /** One turn of the motor; gives whether the bolt has moved. */
  private drive(locked: boolean): boolean {
    if (this.jammed || locked === this.isLocked) return false;
    this.isLocked = locked;
    return true;
  }

  private rest(): void {
    this.cancelMove = undefined;
    this.show();
  }
}
