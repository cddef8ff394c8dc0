/** A contact in the domestic socket that tells whether a plug is in. */
import type { Cancel } from '../../hal/clock';
import type { Listener, PlugDetector } from '../../hal/parts';
import { Watched } from '../../hal/watched';
import type { LineWiring } from '../../hal/wiring';
import type { PartContext } from './context';
import { Debounce } from './gpio/debounce';
import { PartLines, slowContactTurns } from './gpio/part-lines';

/** Bounce of the contact while a plug is pushed in or drawn, in ms: two looks and more. The socket machine waits longer before it acts. */
const plugBounceMs = 40;

export class GpioPlugDetector implements PlugDetector {
  private readonly lines: PartLines;
  private readonly plugged: Watched<boolean>;

  /** Throws `part.missing` or `part.failed` when the line cannot be had. */
  constructor(line: LineWiring, context: PartContext) {
    this.lines = new PartLines('plug', context);
    const contact = this.lines.input('contact', line);
    this.plugged = new Watched<boolean>(context.clock);
    const debounce = new Debounce<boolean | undefined>(undefined, () => plugBounceMs);
    this.lines.start((now) => {
      // A contact that cannot be read counts as no plug: then the contactor opens.
      const believed = debounce.take(contact.read() ?? false, now);
      if (believed !== undefined) this.plugged.set(believed);
    }, slowContactTurns);
  }

  watch(listener: Listener<boolean>): Cancel {
    return this.plugged.watch(listener);
  }

  release(): void {
    this.lines.release();
    this.plugged.close();
  }
}
