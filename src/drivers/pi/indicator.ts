/** The light beside a point: up to three lines, a colour and a rhythm for each pattern. */
import type { Cancel, Clock } from '../../hal/clock';
import type { Indicator, IndicatorPattern } from '../../hal/parts';
import type { IndicatorWiring } from '../../hal/wiring';
import type { PartContext } from './context';
import { PartLines, type PartOutput } from './gpio/part-lines';

type Lamp = keyof IndicatorWiring;
const lamps: readonly Lamp[] = ['red', 'green', 'blue'];

/** Blinking, in ms of light and of dark. */
interface Rhythm {
  onMs: number;
  offMs: number;
}
const slow: Rhythm = { onMs: 1500, offMs: 500 };
const even: Rhythm = { onMs: 500, offMs: 500 };
const quick: Rhythm = { onMs: 150, offMs: 150 };
const flash: Rhythm = { onMs: 150, offMs: 1850 };
const hasty: Rhythm = { onMs: 75, offMs: 75 };

/** `colours`: the first whose lamps are all fitted is shown; none fitted: dark. Without `rhythm` the light is steady. */
interface Look {
  colours: readonly (readonly Lamp[])[];
  rhythm?: Rhythm;
}

/** Rhythms differ where colours fall together on an indicator with fewer lamps. */
const looks: Readonly<Record<IndicatorPattern, Look>> = {
  off: { colours: [] },
  available: { colours: [['green']] },
  reserved: { colours: [['red', 'green'], ['green']], rhythm: flash },
  waiting: { colours: [['green'], ['blue']], rhythm: even },
  charging: { colours: [['blue'], ['green']], rhythm: slow },
  paused: { colours: [['blue'], ['green']], rhythm: flash },
  finished: { colours: [['blue'], ['green']] },
  refused: { colours: [['red'], ['green']], rhythm: quick },
  unavailable: { colours: [['red']] },
  fault: { colours: [['red']], rhythm: even },
  resetting: { colours: [['red', 'blue'], ['red'], ['green'], ['blue']], rhythm: hasty },
};

export class GpioIndicator implements Indicator {
  private readonly clock: Clock;
  private readonly lines: PartLines;
  private readonly outputs = new Map<Lamp, PartOutput>();
  private pattern: IndicatorPattern = 'off';
  private cancelBlink: Cancel = () => {};
  private released = false;

  /** Throws `part.missing` or `part.failed` when a line cannot be had. */
  constructor(wiring: IndicatorWiring, context: PartContext) {
    this.clock = context.clock;
    this.lines = new PartLines('indicator', context);
    for (const lamp of lamps) {
      const line = wiring[lamp];
      if (line) this.outputs.set(lamp, this.lines.output(lamp, line));
    }
    this.lines.start();
  }

  show(pattern: IndicatorPattern): void {
    if (this.released || pattern === this.pattern) return;
    this.pattern = pattern;
    this.cancelBlink();
    const { colours, rhythm } = looks[pattern];
    const lit = colours.find((colour) => colour.every((lamp) => this.outputs.has(lamp))) ?? [];
    if (rhythm && lit.length > 0) this.blink(lit, rhythm, true);
    else this.light(lit);
  }

  /** Dark, and the lines are let go. */
  release(): void {
    this.released = true;
    this.cancelBlink();
    this.lines.release();
  }

  private blink(lit: readonly Lamp[], rhythm: Rhythm, on: boolean): void {
    this.light(on ? lit : []);
    const due = this.clock.now() + (on ? rhythm.onMs : rhythm.offMs);
    this.cancelBlink = this.clock.at(due, () => this.blink(lit, rhythm, !on));
  }

  private light(lit: readonly Lamp[]): void {
    for (const [lamp, output] of this.outputs) output.set(lit.includes(lamp));
  }
}
