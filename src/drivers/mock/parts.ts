/** Scripted parts for unit tests: a test says what each part tells, and reads in one log what was commanded, and when. */
import type { Cancel, Clock } from '../../hal/clock';
import { GreenupError } from '../../hal/errors';
import type {
  CardEvent,
  CardReader,
  Contactor,
  ContactorFeedback,
  ControlPilot,
  EnergyMeter,
  Indicator,
  IndicatorPattern,
  Listener,
  LockFeedback,
  MeterReading,
  PilotOutput,
  PilotReading,
  PlugDetector,
  ProximityPilot,
  ProximityReading,
  ResidualCurrentMonitor,
  ResidualCurrentReading,
  SocketLock,
  SupplyMonitor,
  Thermometer,
  Watchdog,
} from '../../hal/parts';
import { Watched } from '../../hal/watched';

/** One command as a part received it. */
export type MockCommand =
  | { part: 'contactor'; command: 'close' | 'open' }
  | { part: 'pilot'; command: 'drive'; output: PilotOutput }
  | { part: 'lock'; command: 'lock' | 'unlock' }
  | { part: 'residual'; command: 'selfTest' | 'reset' }
  | { part: 'meter'; command: 'read' }
  | { part: 'indicator'; command: 'show'; pattern: IndicatorPattern }
  | { part: 'watchdog'; command: 'feed' | 'disarm' };

/** Commands of all parts that share it, in the order they came; `at` is the clock's time in ms. */
export class MockLog {
  /** In the order in which they came. */
  readonly entries: (MockCommand & { at: number })[] = [];

  constructor(readonly clock: Clock) {}

  /** Notes a command at the present time; the parts call it. */
  write(command: MockCommand): void {
    this.entries.push({ ...command, at: this.clock.now() });
  }

  /** Commands as words, such as `lock.lock` or `contactor.open`; all parts, or one. */
  words(part?: MockCommand['part']): string[] {
    return this.entries.filter((e) => part === undefined || e.part === part).map((e) => `${e.part}.${e.command}`);
  }

  /** The last command of a part, or undefined if it had none. */
  last<P extends MockCommand['part']>(part: P): (Extract<MockCommand, { part: P }> & { at: number }) | undefined {
    return this.entries.findLast((e): e is Extract<MockCommand, { part: P }> & { at: number } => e.part === part);
  }

  /** Forgets what came so far. */
  clear(): void {
    this.entries.length = 0;
  }
}

/**
 * Tells watchers what the test emits. A new watcher hears the present value, if there is one, by a timer of the log's
 * clock; `emit` tells at once, so call it from a test or a timer, never from inside a command of the core.
 */
export class MockSource<T> {
  private readonly watched: Watched<T>;

  constructor(
    protected readonly log: MockLog,
    first?: T,
  ) {
    this.watched = new Watched<T>(log.clock, first === undefined ? {} : { first: { value: first } });
  }

  /** Tells the present value soon, if there is one, and each change from then on; what it returns ends that. */
  watch(listener: Listener<T>): Cancel {
    return this.watched.watch(listener);
  }

  /** Tells it to all watchers now. */
  emit(value: T): void {
    this.watched.setNow(value);
  }

  /** How many watch now; 0 after everything was let go. */
  get watchers(): number {
    return this.watched.watchers;
  }
}

/** A contactor whose auxiliary contact says what the test emits. */
export class MockContactor extends MockSource<ContactorFeedback> implements Contactor {
  /** Noted, and nothing moves. */
  close(): void {
    this.log.write({ part: 'contactor', command: 'close' });
  }

  /** Noted, and nothing moves. */
  open(): void {
    this.log.write({ part: 'contactor', command: 'open' });
  }
}

/** A control pilot that reads what the test emits. */
export class MockPilot extends MockSource<PilotReading> implements ControlPilot {
  /** Noted, and the reading stays. */
  drive(output: PilotOutput): void {
    this.log.write({ part: 'pilot', command: 'drive', output });
  }
}

/** A proximity contact that reads what the test emits. */
export class MockProximity extends MockSource<ProximityReading> implements ProximityPilot {}

/** A lock whose switch says what the test emits. */
export class MockLock extends MockSource<LockFeedback> implements SocketLock {
  /** Noted, and nothing moves. */
  lock(): void {
    this.log.write({ part: 'lock', command: 'lock' });
  }

  /** Noted, and nothing moves. */
  unlock(): void {
    this.log.write({ part: 'lock', command: 'unlock' });
  }
}

/** A plug contact that says what the test emits. */
export class MockPlugDetector extends MockSource<boolean> implements PlugDetector {}

/** A residual current monitor that says what the test emits. */
export class MockResidualMonitor extends MockSource<ResidualCurrentReading> implements ResidualCurrentMonitor {
  selfTest(): void {
    this.log.write({ part: 'residual', command: 'selfTest' });
  }

  reset(): void {
    this.log.write({ part: 'residual', command: 'reset' });
  }
}

/** A thermometer that says what the test emits, in °C. */
export class MockThermometer extends MockSource<number | undefined> implements Thermometer {}

/** A supply monitor that says what the test emits. */
export class MockSupply extends MockSource<'present' | 'lost'> implements SupplyMonitor {}

/** A card reader that sees what the test emits. */
export class MockCardReader extends MockSource<CardEvent> implements CardReader {}

/** Answers each reading with what the test has set, after `answerMs`. */
export class MockMeter implements EnergyMeter {
  /** The next answers; undefined: the meter fails, as one that is silent does. */
  reading: MeterReading | undefined = { energyWh: 0, powerW: 0, currentA: [0], voltageV: [230] };
  /** From question to answer, in ms. */
  answerMs = 20;

  constructor(private readonly log: MockLog) {}

  read(): Promise<MeterReading> {
    this.log.write({ part: 'meter', command: 'read' });
    const { clock } = this.log;
    return new Promise((resolve, reject) => {
      clock.at(clock.now() + this.answerMs, () => {
        if (this.reading) resolve(this.reading);
        else reject(new GreenupError('part.failed', 'mock meter: silent because the test set no reading'));
      });
    });
  }
}

/** An indicator that notes what it is to show. */
export class MockIndicator implements Indicator {
  constructor(private readonly log: MockLog) {}

  /** Noted. */
  show(pattern: IndicatorPattern): void {
    this.log.write({ part: 'indicator', command: 'show', pattern });
  }
}

/** A watchdog that notes how it is fed. */
export class MockWatchdog implements Watchdog {
  constructor(private readonly log: MockLog) {}

  /** Noted. */
  feed(): void {
    this.log.write({ part: 'watchdog', command: 'feed' });
  }

  disarm(): void {
    this.log.write({ part: 'watchdog', command: 'disarm' });
  }
}

/** Every part of a Type 2 outlet, silent until the test lets it speak; leave out what the board does not have. */
export function mockMode3Parts(log: MockLog) {
  return {
    mode: 'mode3' as const,
    contactor: new MockContactor(log),
    pilot: new MockPilot(log),
    proximity: new MockProximity(log),
    lock: new MockLock(log),
    residual: new MockResidualMonitor(log),
    meter: new MockMeter(log),
    thermometer: new MockThermometer(log),
  };
}

/** Every part of a domestic outlet, as `mockMode3Parts`. */
export function mockMode2Parts(log: MockLog) {
  return {
    mode: 'mode2' as const,
    contactor: new MockContactor(log),
    plug: new MockPlugDetector(log),
    residual: new MockResidualMonitor(log),
    meter: new MockMeter(log),
    thermometer: new MockThermometer(log),
  };
}
