/** The smaller simulated parts: residual current monitor, energy meter, card reader, indicator, watchdog. */
import type { Cancel } from '../../hal/clock';
import { GreenupError } from '../../hal/errors';
import type {
  CardEvent,
  CardReader,
  EnergyMeter,
  Indicator,
  IndicatorPattern,
  Listener,
  MeterReading,
  ResidualCurrentMonitor,
  ResidualCurrentReading,
  Watchdog,
} from '../../hal/parts';
import { Happenings } from '../../hal/watched';
import { notifyDelayMs, ShownValue, type WorldClock } from './world-clock';

const selfTestMs = 700;
/** How long a residual current from `fromMa` on flows until the monitor trips: the longest allowed (IEC 62955, check). */
const residualTrips = [
  { fromMa: 200, afterMs: 100 },
  { fromMa: 60, afterMs: 300 },
  { fromMa: 6, afterMs: 10_000 },
] as const;
const meterAnswerMs = 20;
const meterTimeoutMs = 300;

/** How long the simulated hardware watchdog waits for the next feeding. */
export const watchdogTimeoutMs = 10_000;

export class SimulatedResidualMonitor implements ResidualCurrentMonitor {
  private readonly clock: WorldClock;
  private readonly lastReading: ShownValue<ResidualCurrentReading>;
  private flowing = false;
  private leaking = false;
  private testFails = false;
  private cancelTest: Cancel | undefined;
  private trip: { dueMs: number; cancel: Cancel } | undefined;

  constructor(clock: WorldClock) {
    this.clock = clock;
    const none: ResidualCurrentReading = { tripped: false, test: 'none' };
    this.lastReading = new ShownValue(clock, none, (a, b) => a.tripped === b.tripped && a.test === b.test);
  }

  get reading(): ResidualCurrentReading {
    return this.lastReading.value;
  }

  selfTest(): void {
    this.cancelTest?.();
    this.lastReading.set({ ...this.reading, test: 'running' });
    this.cancelTest = this.clock.after(selfTestMs, () => {
      this.lastReading.set({ ...this.reading, test: this.testFails ? 'failed' : 'passed' });
    });
  }

  reset(): void {
    if (!this.flowing && !this.leaking) this.lastReading.set({ ...this.reading, tripped: false });
  }

  watch(listener: Listener<ResidualCurrentReading>): Cancel {
    return this.lastReading.watch(listener);
  }

  setResidualCurrent(flowing: boolean): void {
    this.flowing = flowing;
    if (flowing) this.lastReading.set({ ...this.reading, tripped: true });
  }

  /** What flows now, in mA; the monitor trips by itself when it is too much for too long. */
  setResidualMa(residualMa: number): void {
    const row = residualTrips.find(({ fromMa }) => residualMa >= fromMa);
    this.leaking = row !== undefined;
    const dueMs = row === undefined ? Number.POSITIVE_INFINITY : this.clock.now() + row.afterMs;
    // What has begun to flow trips no later because it changes.
    if (row !== undefined && this.trip !== undefined && this.trip.dueMs <= dueMs) return;
    this.trip?.cancel();
    this.trip = undefined;
    if (row === undefined) return;
    const cancel = this.clock.at(dueMs, () => {
      this.trip = undefined;
      this.lastReading.set({ ...this.reading, tripped: true });
    });
    this.trip = { dueMs, cancel };
  }

  setTestFails(fails: boolean): void {
    this.testFails = fails;
  }
}

/** What is wrong with a meter. */
export type MeterFailure = 'silent' | 'absurd' | undefined;

export class SimulatedMeter implements EnergyMeter {
  private readonly clock: WorldClock;
  private readonly name: string;
  private readonly measure: () => MeterReading;
  private failure: MeterFailure;
  private absurdities = 0;

  /** `measure` is called at the moment of each answer. */
  constructor(clock: WorldClock, name: string, measure: () => MeterReading) {
    this.clock = clock;
    this.name = name;
    this.measure = measure;
  }

  read(): Promise<MeterReading> {
    return new Promise((resolve, reject) => {
      if (this.failure === 'silent') {
        const silence = `${this.name}: the energy meter did not answer within ${meterTimeoutMs} ms`;
        this.clock.after(meterTimeoutMs, () => reject(new GreenupError('part.failed', silence)));
        return;
      }
      this.clock.after(meterAnswerMs, () => resolve(this.answer()));
    });
  }

  setFailure(failure: MeterFailure): void {
    this.failure = failure;
  }

  private answer(): MeterReading {
    const reading = this.measure();
    if (this.failure !== 'absurd') return reading;
    // Turn about: no number at all, and a number that cannot be.
    this.absurdities += 1;
    return this.absurdities % 2 === 1
      ? { ...reading, energyWh: Number.NaN, powerW: Number.NaN }
      : { ...reading, energyWh: -1, powerW: 1e9 };
  }
}

export class SimulatedReader implements CardReader {
  private readonly isPresent: ShownValue<boolean>;
  private readonly cards: Happenings<CardEvent>;

  constructor(clock: WorldClock) {
    this.isPresent = new ShownValue(clock, true);
    this.cards = new Happenings(clock);
  }

  watch(listener: Listener<CardEvent>): Cancel {
    const cancelCards = this.cards.watch(listener);
    const cancelPresent = this.isPresent.watch((present) => listener({ kind: 'reader', present }));
    return () => {
      cancelCards();
      cancelPresent();
    };
  }

  /** Holds a card to the reader; an absent reader sees nothing. */
  present(uid: string): void {
    if (!this.isPresent.value) return;
    this.cards.emit({ kind: 'card', uid }, notifyDelayMs);
  }

  setPresent(present: boolean): void {
    this.isPresent.set(present);
  }
}

export class SimulatedIndicator implements Indicator {
  pattern: IndicatorPattern = 'off';

  show(pattern: IndicatorPattern): void {
    this.pattern = pattern;
  }
}

export class SimulatedWatchdog implements Watchdog {
  private readonly clock: WorldClock;
  private readonly onExpiry: () => void;
  private deadlineMs = 0;
  private cancelTimer: Cancel | undefined;
  state: 'off' | 'fed' | 'expired' = 'off';

  constructor(clock: WorldClock, onExpiry: () => void) {
    this.clock = clock;
    this.onExpiry = onExpiry;
  }

  feed(): void {
    this.state = 'fed';
    this.deadlineMs = this.clock.now() + watchdogTimeoutMs;
    if (this.cancelTimer === undefined) this.wait();
  }

  disarm(): void {
    this.state = 'off';
    this.cancelTimer?.();
    this.cancelTimer = undefined;
  }

  /** One timer for many feedings: at its end it looks whether there was one since. */
  private wait(): void {
    this.cancelTimer = this.clock.at(this.deadlineMs, () => {
      this.cancelTimer = undefined;
      if (this.clock.now() < this.deadlineMs) {
        this.wait();
        return;
      }
      this.state = 'expired';
      this.onExpiry();
    });
  }
}
