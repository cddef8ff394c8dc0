/** A line that tells whether the mains supply is there. */
import type { Cancel } from '../../hal/clock';
import type { Listener, SupplyMonitor } from '../../hal/parts';
import { Watched } from '../../hal/watched';
import type { LineWiring } from '../../hal/wiring';
import type { PartContext } from './context';
import { Debounce } from './gpio/debounce';
import { PartLines } from './gpio/part-lines';

/** A supply that comes back must stand this long, in ms; a loss is told after two samples, for little time is left. */
const supplyBackMs = 500;

type Supply = 'present' | 'lost';

/** A line that cannot be read for so long counts as a lost supply, in ms. */
const unreadableMaxMs = 1_000;

export class GpioSupplyMonitor implements SupplyMonitor {
  private readonly lines: PartLines;
  private readonly supply: Watched<Supply>;

  /** Throws `part.missing` or `part.failed` when the line cannot be had. */
  constructor(line: LineWiring, context: PartContext) {
    this.lines = new PartLines('supply', context);
    const input = this.lines.input('line', line);
    this.supply = new Watched<Supply>(context.clock);
    const debounce = new Debounce<Supply | undefined>(undefined, (value) =>
      value === 'present' && this.supply.value === 'lost' ? supplyBackMs : 0,
    );
    let readAt = context.clock.now();
    this.lines.start((now) => {
      const active = input.read();
      if (active !== undefined) readAt = now;
      // A line that cannot be read says nothing about the mains: the last word stands, but not for ever.
      else if (now - readAt < unreadableMaxMs) return;
      const believed = debounce.take(active === true ? 'present' : 'lost', now);
      if (believed !== undefined) this.supply.set(believed);
    });
  }

  watch(listener: Listener<Supply>): Cancel {
    return this.supply.watch(listener);
  }

  release(): void {
    this.lines.release();
    this.supply.close();
  }
}
