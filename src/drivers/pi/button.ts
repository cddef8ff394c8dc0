/** A push button that counts only when it is held down, so that a touch clears nothing. */
import type { Cancel } from '../../hal/clock';
import type { Button, Listener } from '../../hal/parts';
import { Happenings } from '../../hal/watched';
import type { LineWiring } from '../../hal/wiring';
import type { PartContext } from './context';
import { Debounce } from './gpio/debounce';
import { PartLines, slowContactTurns } from './gpio/part-lines';

/** How long it must be held, in ms. */
const holdMs = 2000;
/** Bounce of the contact, in ms. */
const buttonBounceMs = 20;

type Hold = { kind: 'up' } | { kind: 'down'; since: number } | { kind: 'done' };

export class GpioButton implements Button {
  private readonly lines: PartLines;
  private readonly held: Happenings<'held'>;
  // Down from the start is a short circuit or a trapped button: it counts only after it was let go once.
  private hold: Hold = { kind: 'done' };

  /** Throws `part.missing` or `part.failed` when the line cannot be had. */
  constructor(line: LineWiring, context: PartContext) {
    this.lines = new PartLines('resetButton', context);
    const contact = this.lines.input('line', line);
    this.held = new Happenings(context.clock);
    const debounce = new Debounce<boolean>(true, () => buttonBounceMs);
    this.lines.start((now) => {
      const down = contact.read();
      // Unreadable is not let go: what comes after it counts from a new beginning.
      if (down === undefined) this.hold = { kind: 'done' };
      else this.take(debounce.take(down, now), now);
    }, slowContactTurns);
  }

  watch(listener: Listener<'held'>): Cancel {
    return this.held.watch(listener);
  }

  release(): void {
    this.lines.release();
    this.held.close();
  }

  private take(down: boolean, now: number): void {
    if (!down) this.hold = { kind: 'up' };
    else if (this.hold.kind === 'up') this.hold = { kind: 'down', since: now };
    else if (this.hold.kind === 'down' && now - this.hold.since >= holdMs) {
      this.hold = { kind: 'done' };
      this.held.emit('held');
    }
  }
}
