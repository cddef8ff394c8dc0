/** A scripted GPIO backend, and all that a part of the rig needs around it, under a virtual clock. */
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { BusRests } from '../../../src/drivers/pi/bus-rest';
import type { PartContext } from '../../../src/drivers/pi/context';
import type { GpioLines, InputLine, OutputLine } from '../../../src/drivers/pi/gpio/lines';
import { SafetyLoop } from '../../../src/drivers/pi/loop';
import type { Cancel } from '../../../src/hal/clock';
import { GreenupError } from '../../../src/hal/errors';
import type { Listener } from '../../../src/hal/parts';
import type { Trouble } from '../../../src/hal/trouble';
import type { LineWiring } from '../../../src/hal/wiring';

export interface FakeWrite {
  at: number;
  line: number;
  active: boolean;
}

interface FakeLine {
  use: 'free' | 'input' | 'output';
  active: boolean;
  failure: string | undefined;
}

export class FakeGpio implements GpioLines {
  /** Changes of outputs only, in order. */
  readonly writes: FakeWrite[] = [];
  /** Plays the hardware behind an output; called after each change. */
  onWrite: (write: FakeWrite) => void = () => {};
  private readonly lines = new Map<number, FakeLine>();

  constructor(private readonly now: () => number) {}

  output(wiring: LineWiring): OutputLine {
    const line = this.acquire(wiring.line, 'output');
    const write = (active: boolean): void => {
      check(wiring.line, line, 'output');
      if (line.active === active) return;
      line.active = active;
      const done = { at: this.now(), line: wiring.line, active };
      this.writes.push(done);
      this.onWrite(done);
    };
    return {
      write,
      release: () => {
        line.use = 'free';
      },
    };
  }

  input(wiring: LineWiring): InputLine {
    const line = this.acquire(wiring.line, 'input');
    return {
      read: () => {
        check(wiring.line, line, 'input');
        return line.active;
      },
      release: () => {
        line.use = 'free';
      },
    };
  }

  /** Puts an input at a level. */
  set(line: number, active: boolean): void {
    this.at(line).active = active;
  }

  active(line: number): boolean {
    return this.at(line).active;
  }

  use(line: number): FakeLine['use'] {
    return this.at(line).use;
  }

  /** Makes each use of the line fail with this reason; undefined: it works again. */
  fail(line: number, reason: string | undefined): void {
    this.at(line).failure = reason;
  }

  private at(number: number): FakeLine {
    const line = this.lines.get(number) ?? { use: 'free', active: false, failure: undefined };
    this.lines.set(number, line);
    return line;
  }

  private acquire(number: number, use: 'input' | 'output'): FakeLine {
    const line = this.at(number);
    check(number, line, 'free');
    line.use = use;
    return line;
  }
}

function check(number: number, line: FakeLine, use: FakeLine['use']): void {
  if (line.use !== use) throw new GreenupError('part.failed', `line ${number} should be ${use} and is ${line.use}`);
  if (line.failure !== undefined) throw new GreenupError('part.failed', `line ${number}: ${line.failure}`);
}

export function wire(line: number): LineWiring {
  return { chip: 'header', line, activeLow: false };
}

export interface PartRig {
  clock: VirtualClock;
  loop: SafetyLoop;
  gpio: FakeGpio;
  context: PartContext;
  /** Lines of trouble told so far. */
  troubles: string[];
}

export function partRig(): PartRig {
  const clock = new VirtualClock({ startMs: 1000 });
  const loop = new SafetyLoop(clock);
  const gpio = new FakeGpio(() => clock.now());
  const troubles: string[] = [];
  loop.start();
  const rests = new BusRests(clock);
  const context = { gpio, loop, clock, rests, report: ({ text }: Trouble) => troubles.push(text) };
  return { clock, loop, gpio, troubles, context };
}

/** All that a part tells, in order. */
export function heard<T>(part: { watch(listener: Listener<T>): Cancel }): T[] {
  const values: T[] = [];
  part.watch((value) => values.push(value));
  return values;
}
