/** A simulated contactor: a coil that needs power, contacts that take their time, and contacts that fail. */
import type { Cancel } from '../../hal/clock';
import type { Contactor, ContactorFeedback, Listener } from '../../hal/parts';
import { ShownValue, type WorldClock } from './world-clock';

const closeMs = 30;
const openMs = 20;

export class SimulatedContactor implements Contactor {
  readonly #clock: WorldClock;
  readonly #onMove: () => void;
  readonly #feedback: ShownValue<ContactorFeedback>;
  #commanded = false;
  #coilSupplied = true;
  /** Where coil and spring have brought the armature; the contacts follow it unless they fail. */
  #armatureClosed = false;
  #failure: 'welded' | 'stuckOpen' | undefined;
  #closed = false;
  #flickers = false;
  #cancelMove: Cancel | undefined;

  constructor(clock: WorldClock, onMove: () => void) {
    this.#clock = clock;
    this.#onMove = onMove;
    this.#feedback = new ShownValue<ContactorFeedback>(clock, 'open');
  }

  /** Whether the contacts really are closed. */
  get closed(): boolean {
    return this.#closed;
  }

  get commanded(): boolean {
    return this.#commanded;
  }

  close(): void {
    this.#commanded = true;
    this.#moveArmature();
  }

  open(): void {
    this.#commanded = false;
    this.#moveArmature();
  }

  watch(listener: Listener<ContactorFeedback>): Cancel {
    return this.#feedback.watch(listener);
  }

  setCoilSupply(supplied: boolean): void {
    this.#coilSupplied = supplied;
    this.#moveArmature();
  }

  setFailure(failure: 'welded' | 'stuckOpen' | undefined): void {
    this.#failure = failure;
    this.#moveContacts();
  }

  /** True: the auxiliary contact shows the opposite of what is so. */
  setFlickers(flickers: boolean): void {
    this.#flickers = flickers;
    this.#show();
  }

  #moveArmature(): void {
    this.#cancelMove?.();
    this.#cancelMove = undefined;
    const closed = this.#commanded && this.#coilSupplied;
    if (closed === this.#armatureClosed) return;
    this.#cancelMove = this.#clock.after(closed ? closeMs : openMs, () => {
      this.#armatureClosed = closed;
      this.#moveContacts();
    });
  }

  #moveContacts(): void {
    const closed = this.#failure === undefined ? this.#armatureClosed : this.#failure === 'welded';
    if (closed === this.#closed) return;
    this.#closed = closed;
    this.#show();
    this.#onMove();
  }

  #show(): void {
    this.#feedback.set(this.#closed !== this.#flickers ? 'closed' : 'open');
  }
}
