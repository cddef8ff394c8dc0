/** What each part of the rig is given: the lines, the beat, the time, and somebody who takes reports of trouble. */
import type { Clock } from '../../hal/clock';
import type { PartName, ReportTrouble } from '../../hal/trouble';
import type { BusRests } from './bus-rest';
import type { GpioLines } from './gpio/lines';
import type { SafetyLoop } from './loop';

export interface PartContext {
  gpio: GpioLines;
  loop: SafetyLoop;
  clock: Clock;
  /** When buses are left alone. */
  rests: BusRests;
  report: ReportTrouble;
}

/** Reports a failure when it begins and when it ends, however often it is met in between. */
export class FailureReporter {
  private failing = false;

  constructor(
    private readonly part: PartName,
    /** Of the part and its role, for the line. */
    private readonly name: string,
    private readonly report: ReportTrouble,
  ) {}

  failed(reason: string): void {
    if (this.failing) return;
    this.failing = true;
    this.report({ part: this.part, code: 'failed', text: `${this.name}: ${reason}` });
  }

  fine(): void {
    if (!this.failing) return;
    this.failing = false;
    this.report({ part: this.part, code: 'recovered', text: `${this.name}: works again` });
  }
}
