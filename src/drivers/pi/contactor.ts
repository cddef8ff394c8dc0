/** A contactor: its coil on one line, its auxiliary contact on another. */
import type { Cancel } from '../../hal/clock';
import type { Contactor, ContactorFeedback, Listener } from '../../hal/parts';
import { Watched } from '../../hal/watched';
import type { ContactorWiring } from '../../hal/wiring';
import type { PartContext } from './context';
import { Debounce } from './gpio/debounce';
import { PartLines, type PartOutput } from './gpio/part-lines';

export class GpioContactor implements Contactor {
  private readonly lines: PartLines;
  private readonly coil: PartOutput;
  private readonly feedback: Watched<ContactorFeedback>;

  /** Throws `part.missing` or `part.failed` when a line cannot be had. */
  constructor(wiring: ContactorWiring, context: PartContext) {
    this.lines = new PartLines('contactor', context);
    this.coil = this.lines.output('coil', wiring.coil);
    const contact = this.lines.input('feedback', wiring.feedback);
    this.feedback = new Watched<ContactorFeedback>(context.clock, { first: { value: 'unknown' } });
    // Two equal samples: the mirror contact bounces for some milliseconds, and the welding watch must not see that.
    const debounce = new Debounce<ContactorFeedback>('unknown');
    this.lines.start((now) => this.feedback.set(debounce.take(feedbackOf(contact.read()), now)));
  }

  close(): void {
    this.coil.set(true);
  }

  /** A write that fails is made again at each turn of the loop until the coil is off. */
  open(): void {
    this.coil.set(false);
  }

  watch(listener: Listener<ContactorFeedback>): Cancel {
    return this.feedback.watch(listener);
  }

  /** Opens, lets go of the lines, and tells nothing more. */
  release(): void {
    this.lines.release();
    this.feedback.close();
  }
}

function feedbackOf(active: boolean | undefined): ContactorFeedback {
  if (active === undefined) return 'unknown';
  return active ? 'closed' : 'open';
}
