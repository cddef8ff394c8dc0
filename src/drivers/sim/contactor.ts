/** A simulated contactor: a coil that needs power, contacts that take their time, and contacts that fail. */
import type { Cancel } from '../../hal/clock';
import type { Contactor, ContactorFeedback, Listener } from '../../hal/parts';
import { ShownValue, type WorldClock } from './world-clock';

const closeMs = 30;
const openMs = 20;

export class SimulatedContactor implements Contactor {
  private readonly clock: WorldClock;
  private readonly onMove: () => void;
  private readonly feedback: ShownValue<ContactorFeedback>;
  private isCommanded = false;
  private coilSupplied = true;
  /** Where coil and spring have brought the armature; the contacts follow it unless they fail. */
  private armatureClosed = false;
  private failure: 'welded' | 'stuckOpen' | undefined;
  private isClosed = false;
  private flickers = false;
  private cancelMove: Cancel | undefined;

  constructor(clock: WorldClock, onMove: () => void) {
    this.clock = clock;
    this.onMove = onMove;
    this.feedback = new ShownValue<ContactorFeedback>(clock, 'open');
  }

  /** Whether the contacts really are closed. */
  get closed(): boolean {
    return this.isClosed;
  }

  get commanded(): boolean {
    return this.isCommanded;
  }

  close(): void {
    this.isCommanded = true;
    this.moveArmature();
  }

  open(): void {
    this.isCommanded = false;
    this.moveArmature();
  }

  watch(listener: Listener<ContactorFeedback>): Cancel {
    return this.feedback.watch(listener);
  }

  setCoilSupply(supplied: boolean): void {
    this.coilSupplied = supplied;
    this.moveArmature();
  }

  setFailure(failure: 'welded' | 'stuckOpen' | undefined): void {
    this.failure = failure;
    this.moveContacts();
  }

  /** True: the auxiliary contact shows the opposite of what is so. */
  setFlickers(flickers: boolean): void {
    this.flickers = flickers;
    this.show();
  }

  private moveArmature(): void {
    this.cancelMove?.();
    this.cancelMove = undefined;
    const closed = this.isCommanded && this.coilSupplied;
    if (closed === this.armatureClosed) return;
    this.cancelMove = this.clock.after(closed ? closeMs : openMs, () => {
      this.armatureClosed = closed;
      this.moveContacts();
    });
  }

  private moveContacts(): void {
    const closed = this.failure === undefined ? this.armatureClosed : this.failure === 'welded';
    if (closed === this.isClosed) return;
    this.isClosed = closed;
    this.show();
    this.onMove();
  }

  private show(): void {
    this.feedback.set(this.isClosed !== this.flickers ? 'closed' : 'open');
  }
}
