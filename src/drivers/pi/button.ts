/** A push button that counts only when it is held down, so that a touch clears nothing and a short circuit resets nothing. */
import type { Cancel } from '../../hal/clock';
import type { Button, ButtonEvent, Listener } from '../../hal/parts';
import { Happenings } from '../../hal/watched';
import type { LineWiring } from '../../hal/wiring';
import type { PartContext } from './context';
import { Debounce } from './gpio/debounce';
import { PartLines, slowContactTurns } from './gpio/part-lines';

/** How long it must be held, in ms, for each of what it tells. */
const holdMs = 2000;
const longHoldMs = 10_000;
const stuckMs = 30_000;
/** Bounce of the contact, in ms. */
const buttonBounceMs = 20;

/** `down`: not told yet. `held`, `heldLong`: told so. `done`: nothing more comes of it until it is let go. */
type Hold = { kind: 'up' | 'done' } | { kind: 'down' | 'held' | 'heldLong'; since: number };

export class GpioButton implements Button {
  private readonly lines: PartLines;
  private readonly told: Happenings<ButtonEvent>;
  // Down from the start is a short circuit or a trapped button: it counts only after it was let go once.
  private hold: Hold = { kind: 'done' };

  /** Throws `part.missing` or `part.failed` when the line cannot be had. */
  constructor(line: LineWiring, context: PartContext) {
    this.lines = new PartLines('resetButton', context);
    const contact = this.lines.input('line', line);
    this.told = new Happenings(context.clock);
    const debounce = new Debounce<boolean>(true, () => buttonBounceMs);
    this.lines.start((now) => {
      const down = contact.read();
      // Unreadable is not let go: what comes after it counts from a new beginning.
      if (down === undefined) this.giveUp();
      else this.take(debounce.take(down, now), now);
    }, slowContactTurns);
  }

  watch(listener: Listener<ButtonEvent>): Cancel {
    return this.told.watch(listener);
  }

  release(): void {
    this.lines.release();
    this.told.close();
  }

  private take(down: boolean, now: number): void {
    const { hold } = this;
    if (!down) {
      if (hold.kind === 'heldLong') this.told.emit('letGo');
      this.hold = { kind: 'up' };
      return;
    }
    switch (hold.kind) {
      case 'up':
        this.hold = { kind: 'down', since: now };
        return;
      case 'down':
        if (now >= hold.since + holdMs) this.goOn('held', hold.since);
        return;
      case 'held':
        if (now >= hold.since + longHoldMs) this.goOn('heldLong', hold.since);
        return;
      case 'heldLong':
        if (now >= hold.since + stuckMs) this.giveUp();
        return;
      case 'done':
        return;
      default:
        hold satisfies never;
    }
  }

  private goOn(kind: 'held' | 'heldLong', since: number): void {
    this.hold = { kind, since };
    this.told.emit(kind);
  }

  private giveUp(): void {
    if (this.hold.kind === 'heldLong') this.told.emit('stuck');
    this.hold = { kind: 'done' };
  }
}
