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
  readonly #clock: WorldClock;
  readonly #reading: ShownValue<ResidualCurrentReading>;
  #flowing = false;
  #leaking = false;
  #testFails = false;
  #cancelTest: Cancel | undefined;
  #trip: { dueMs: number; cancel: Cancel } | undefined;

  constructor(clock: WorldClock) {
    this.#clock = clock;
    const none: ResidualCurrentReading = { tripped: false, test: 'none' };
    this.#reading = new ShownValue(clock, none, (a, b) => a.tripped === b.tripped && a.test === b.test);
  }

  get reading(): ResidualCurrentReading {
    return this.#reading.value;
  }

  selfTest(): void {
    this.#cancelTest?.();
    this.#reading.set({ ...this.reading, test: 'running' });
    this.#cancelTest = this.#clock.after(selfTestMs, () => {
      this.#reading.set({ ...this.reading, test: this.#testFails ? 'failed' : 'passed' });
    });
  }

  reset(): void {
    if (!this.#flowing && !this.#leaking) this.#reading.set({ ...this.reading, tripped: false });
  }

  watch(listener: Listener<ResidualCurrentReading>): Cancel {
    return this.#reading.watch(listener);
  }

  setResidualCurrent(flowing: boolean): void {
    this.#flowing = flowing;
    if (flowing) this.#reading.set({ ...this.reading, tripped: true });
  }

  /** What flows now, in mA; the monitor trips by itself when it is too much for too long. */
  setResidualMa(residualMa: number): void {
    const row = residualTrips.find(({ fromMa }) => residualMa >= fromMa);
    this.#leaking = row !== undefined;
    const dueMs = row === undefined ? Number.POSITIVE_INFINITY : this.#clock.now() + row.afterMs;
    // What has begun to flow trips no later because it changes.
    if (row !== undefined && this.#trip !== undefined && this.#trip.dueMs <= dueMs) return;
    this.#trip?.cancel();
    this.#trip = undefined;
    if (row === undefined) return;
    const cancel = this.#clock.at(dueMs, () => {
      this.#trip = undefined;
      this.#reading.set({ ...this.reading, tripped: true });
    });
    this.#trip = { dueMs, cancel };
  }

  setTestFails(fails: boolean): void {
    this.#testFails = fails;
  }
}

/** What is wrong with a meter. */
export type MeterFailure = 'silent' | 'absurd' | undefined;

export class SimulatedMeter implements EnergyMeter {
  readonly #clock: WorldClock;
  readonly #name: string;
  readonly #measure: () => MeterReading;
  #failure: MeterFailure;
  #absurdities = 0;

  /** `measure` is called at the moment of each answer. */
  constructor(clock: WorldClock, name: string, measure: () => MeterReading) {
    this.#clock = clock;
    this.#name = name;
    this.#measure = measure;
  }

  read(): Promise<MeterReading> {
    return new Promise((resolve, reject) => {
      if (this.#failure === 'silent') {
        const silence = `${this.#name}: the energy meter did not answer within ${meterTimeoutMs} ms`;
        this.#clock.after(meterTimeoutMs, () => reject(new GreenupError('part.failed', silence)));
        return;
      }
      this.#clock.after(meterAnswerMs, () => resolve(this.#answer()));
    });
  }

  setFailure(failure: MeterFailure): void {
    this.#failure = failure;
  }

  #answer(): MeterReading {
    const reading = this.#measure();
    if (this.#failure !== 'absurd') return reading;
    // Turn about: no number at all, and a number that cannot be.
    this.#absurdities += 1;
    return this.#absurdities % 2 === 1
      ? { ...reading, energyWh: Number.NaN, powerW: Number.NaN }
      : { ...reading, energyWh: -1, powerW: 1e9 };
  }
}

export class SimulatedReader implements CardReader {
  readonly #present: ShownValue<boolean>;
  readonly #cards: Happenings<CardEvent>;

  constructor(clock: WorldClock) {
    this.#present = new ShownValue(clock, true);
    this.#cards = new Happenings(clock);
  }

  watch(listener: Listener<CardEvent>): Cancel {
    const cancelCards = this.#cards.watch(listener);
    const cancelPresent = this.#present.watch((present) => listener({ kind: 'reader', present }));
    return () => {
      cancelCards();
      cancelPresent();
    };
  }

  /** Holds a card to the reader; an absent reader sees nothing. */
  present(uid: string): void {
    if (!this.#present.value) return;
    this.#cards.emit({ kind: 'card', uid }, notifyDelayMs);
  }

  setPresent(present: boolean): void {
    this.#present.set(present);
  }
}

export class SimulatedIndicator implements Indicator {
  pattern: IndicatorPattern = 'off';

  show(pattern: IndicatorPattern): void {
    this.pattern = pattern;
  }
}

export class SimulatedWatchdog implements Watchdog {
  readonly #clock: WorldClock;
  readonly #onExpiry: () => void;
  #deadlineMs = 0;
  #cancelTimer: Cancel | undefined;
  state: 'off' | 'fed' | 'expired' = 'off';

  constructor(clock: WorldClock, onExpiry: () => void) {
    this.#clock = clock;
    this.#onExpiry = onExpiry;
  }

  feed(): void {
    this.state = 'fed';
    this.#deadlineMs = this.#clock.now() + watchdogTimeoutMs;
    if (this.#cancelTimer === undefined) this.#wait();
  }

  disarm(): void {
    this.state = 'off';
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  /** One timer for many feedings: at its end it looks whether there was one since. */
  #wait(): void {
    this.#cancelTimer = this.#clock.at(this.#deadlineMs, () => {
      this.#cancelTimer = undefined;
      if (this.#clock.now() < this.#deadlineMs) {
        this.#wait();
        return;
      }
      this.state = 'expired';
      this.#onExpiry();
    });
  }
}
