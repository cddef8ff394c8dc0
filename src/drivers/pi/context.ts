/** What each part of the rig is given: the lines, the beat, the time, and somebody to tell of trouble. */
import type { Clock } from '../../hal/clock';
import type { BusRests } from './bus-rest';
import type { GpioBackend } from './gpio/lines';
import type { SafetyLoop } from './loop';

export interface PartContext {
  gpio: GpioBackend;
  loop: SafetyLoop;
  clock: Clock;
  /** When buses are left alone. */
  rests: BusRests;
  /** Told one clear line when something fails, and when it works again; not at each turn. */
  trouble(line: string): void;
}

/** Tells trouble when it begins and when it ends, however often it is met in between. */
export class TroubleTeller {
  private failing = false;

  constructor(
    private readonly name: string,
    private readonly tell: (line: string) => void,
  ) {}

  failed(reason: string): void {
    if (this.failing) return;
    this.failing = true;
    this.tell(`${this.name}: ${reason}`);
  }

  fine(): void {
    if (!this.failing) return;
    this.failing = false;
    this.tell(`${this.name}: works again`);
  }
}
