/** A socket machine on a bench: it gets its events and its ticks, parts that obey or fail answer it, all is written down. */
import type { ContactorFeedback, LockFeedback, MeterReading, PilotOutput } from '../../../src/hal/parts';
import type { FaultId } from '../../../src/station/faults';
import type {
  SocketConfig,
  SocketEffect,
  SocketEvent,
  SocketReport,
  SocketWish,
} from '../../../src/station/socket/types';
import { end, type MachineUnderTest, machineOf, permit, reading, type2Config } from './machine';

/** Plateaus in volts of IEC 61851-1, Annex A, with the +12 V half of the pilot on. */
export const plateaus = { A: 12, B: 9, C: 6, D: 3, E: 0 } as const;
export type Vehicle = keyof typeof plateaus;

/** What is wrong with the parts; all obey unless told otherwise. */
export interface PartTroubles {
  contactor: 'obeys' | 'welded' | 'stuckOpen' | 'mute';
  lock: 'obeys' | 'jammed' | 'mute';
  residual: 'passes' | 'fails' | 'mute';
  diode: 'present' | 'missing';
}

/** Delays of honest parts in ms. The sampling time is what the facts assume of a software loop. */
export const samplingMs = 10;
const closeMs = 30;
const openMs = 20;
const lockMs = 300;
const residualTestMs = 700;

/** Ticks and answers in a stretch of time: so many, and one more a millisecond, are no loop yet. */
const turnsMax = 1_000;

export interface Observer {
  before(now: number): void;
  after(event: SocketEvent, effects: readonly SocketEffect[], now: number, report: SocketReport): void;
}

/** How the bench starts; by default x1 has lasted its 3 s and the twin its half second before a test begins. */
export interface StartOptions {
  bolt?: 'locked' | 'unlocked';
  settleMs?: number;
  /** Whether the station has spoken; default true. */
  wished?: boolean;
}

/** One outlet: the machine, and parts that answer its commands after honest delays. */
export class OutletBench {
  now = 10_000;
  readonly troubles: PartTroubles = { contactor: 'obeys', lock: 'obeys', residual: 'passes', diode: 'present' };
  readonly log: { at: number; effect: SocketEffect }[] = [];
  vehicle: Vehicle = 'A';
  pilot: PilotOutput = { kind: 'steady' };
  /** The contacts as they really are. */
  contacts: ContactorFeedback = 'open';
  bolt: LockFeedback = 'unlocked';
  readonly machine: MachineUnderTest;
  private contactorCommanded = false;
  private queue: { at: number; run: () => void }[] = [];

  readonly bootedAt = this.now;
  /** Looks on: before a step, after it and before its effects are obeyed. */
  observer: Observer | undefined;

  constructor(
    readonly config: SocketConfig = type2Config,
    start: StartOptions = {},
  ) {
    this.bolt = start.bolt ?? 'unlocked';
    this.machine = machineOf(config, this.now);
    this.send({ kind: 'supply', present: true });
    this.send({ kind: 'twin', open: true });
    this.send({ kind: 'contactor', feedback: 'open' });
    if (config.lock) this.send({ kind: 'lock', feedback: this.bolt });
    if (config.thermometer) this.send({ kind: 'temperature', celsius: 25 });
    if (config.mode === 'mode3') {
      if (config.tetheredA === undefined) this.proximity(Number.POSITIVE_INFINITY);
      this.sample();
    } else if (config.plugDetector) this.send({ kind: 'plug', present: false });
    this.send({ kind: 'meter', reading: reading(), at: this.now });
    if (start.wished ?? true) this.wish(end);
    this.advance(start.settleMs ?? 5_000);
  }

  send(event: SocketEvent): void {
    this.observer?.before(this.now);
    const effects = this.machine.step(event, this.now);
    this.observer?.after(event, effects, this.now, this.machine.report());
    for (const effect of effects) {
      this.log.push({ at: this.now, effect });
      this.obey(effect);
    }
  }

  wish(wish: SocketWish): void {
    this.send({ kind: 'wish', wish });
  }

  /** Passes time: ticks of the machine and answers of the parts come at their instants. */
  advance(ms: number): void {
    const until = this.now + ms;
    for (let turns = 0; ; turns++) {
      if (turns > ms + turnsMax) throw new Error(`bench: ${turns} ticks and answers in ${ms} ms`);
      const due = Math.min(...this.machine.deadlines().filter((at) => at > this.now), Number.POSITIVE_INFINITY);
      this.queue.sort((a, b) => a.at - b.at);
      const answer = this.queue[0];
      const at = Math.min(due, answer?.at ?? Number.POSITIVE_INFINITY);
      if (at > until) break;
      this.now = at;
      // A deadline of the same instant goes first: it is one no longer afterwards.
      if (answer && answer.at < due) {
        this.queue.shift();
        answer.run();
      } else this.send({ kind: 'tick' });
    }
    this.now = until;
  }

  later(ms: number, run: () => void): void {
    this.queue.push({ at: this.now + ms, run });
  }

  /** The vehicle's side of the pilot changes now; the machine hears of it one sampling time later. */
  drive(vehicle: Vehicle): void {
    this.vehicle = vehicle;
    this.later(samplingMs, () => this.sample());
  }

  proximity(ohms: number): void {
    this.send({ kind: 'proximity', reading: { kind: 'ohms', ohms } });
  }

  meter(change: Partial<MeterReading> | undefined): void {
    this.send({ kind: 'meter', reading: change && reading(change), at: this.now });
  }

  /** Reads the meter each second for a while, as the runner does while energy can flow. */
  draw(amps: number, ms: number): void {
    const until = this.now + ms;
    while (this.now < until) {
      this.meter({ currentA: [amps, 0, 0] });
      this.advance(Math.min(1_000, until - this.now));
    }
  }

  /** Plugs a cable of 32 A with a vehicle in state B, and waits until it is believed. */
  plug(vehicle: Vehicle = 'B', ohms = 220): void {
    if (this.config.mode === 'mode2') this.send({ kind: 'plug', present: true });
    else {
      if (this.config.tetheredA === undefined) this.proximity(ohms);
      this.drive(vehicle);
    }
    this.advance(1_000);
  }

  /** The vehicle goes, and the plug with it. */
  unplug(): void {
    if (this.config.mode === 'mode2') this.send({ kind: 'plug', present: false });
    else {
      this.drive('A');
      if (this.config.tetheredA === undefined) this.proximity(Number.POSITIVE_INFINITY);
    }
    this.advance(1_000);
  }

  /** From nothing to the instant at which the contactor has just been told to close. */
  untilClosing(): void {
    this.plug();
    this.wish(permit(16));
    if (this.config.mode === 'mode3') this.later(1_500, () => this.drive('C'));
    for (let i = 0; i < 5_000 && !this.closeCommanded; i++) this.advance(1);
    if (!this.closeCommanded) throw new Error('bench: it was not told to close');
  }

  /** From nothing to a charge at `amps`. */
  charge(amps = 16): void {
    this.plug();
    this.wish(permit(amps));
    this.advance(3_000);
    if (this.config.mode === 'mode3') this.drive('C');
    this.advance(1_000);
    if (this.contacts !== 'closed') throw new Error(`bench: no charge came about: ${JSON.stringify(this.report)}`);
    this.log.length = 0;
  }

  get report(): SocketReport {
    return this.machine.report();
  }

  get faults(): readonly FaultId[] {
    return this.report.faults;
  }

  /** Whether the contactor is told to be closed. */
  get closeCommanded(): boolean {
    return this.contactorCommanded;
  }

  /** Times of the commands that `wanted` fits. */
  times(wanted: (effect: SocketEffect) => boolean): number[] {
    return this.log.filter(({ effect }) => wanted(effect)).map(({ at }) => at);
  }

  opens(): number[] {
    return this.times((e) => e.kind === 'contactor' && !e.close);
  }

  closes(): number[] {
    return this.times((e) => e.kind === 'contactor' && e.close);
  }

  duties(): { at: number; duty: number }[] {
    return this.log.flatMap(({ at, effect }) =>
      effect.kind === 'pilot' && effect.output.kind === 'pwm' ? [{ at, duty: effect.output.dutyPercent }] : [],
    );
  }

  /** What the pilot shows: the vehicle loads the positive half, through its diode only. */
  sample(): void {
    const plateau = plateaus[this.vehicle];
    const negative = this.troubles.diode === 'missing' && this.vehicle !== 'A' ? -plateau : -12;
    const low = this.pilot.kind === 'pwm' ? (this.vehicle === 'E' ? 0 : negative) : plateau;
    const volts = this.pilot.kind === 'unavailable' ? { high: -12, low: -12 } : { high: plateau, low };
    this.send({ kind: 'pilot', reading: { kind: 'volts', ...volts } });
  }

  private obey(effect: SocketEffect): void {
    const { troubles } = this;
    switch (effect.kind) {
      case 'contactor':
        this.contactorCommanded = effect.close;
        this.moveContactor(effect.close);
        return;
      case 'pilot':
        this.pilot = effect.output;
        this.later(samplingMs, () => this.sample());
        return;
      case 'lock':
        if (troubles.lock === 'mute') return;
        this.bolt = troubles.lock === 'jammed' ? this.bolt : effect.lock ? 'locked' : 'unlocked';
        this.later(1, () => this.send({ kind: 'lock', feedback: 'moving' }));
        this.later(lockMs, () => this.send({ kind: 'lock', feedback: this.bolt }));
        return;
      case 'residualTest':
        if (troubles.residual === 'mute') return;
        this.later(residualTestMs, () =>
          this.send({
            kind: 'residual',
            reading: { tripped: false, test: troubles.residual === 'fails' ? 'failed' : 'passed' },
          }),
        );
        return;
      case 'residualReset':
        return;
      default:
        effect satisfies never;
    }
  }

  private moveContactor(close: boolean): void {
    if (this.troubles.contactor === 'stuckOpen' || this.troubles.contactor === 'welded') return;
    this.later(close ? closeMs : openMs, () => {
      if (this.contactorCommanded !== close) return;
      this.contacts = close ? 'closed' : 'open';
      if (this.troubles.contactor !== 'mute') this.send({ kind: 'contactor', feedback: this.contacts });
    });
  }
}

/** A bench with a charge under way. */
export function charging(amps = 16, config: SocketConfig = type2Config): OutletBench {
  const bench = new OutletBench(config);
  bench.charge(amps);
  return bench;
}

/** Permitted, PWM on, the vehicle waits in B2. */
export function offered(amps = 16, config: SocketConfig = type2Config): OutletBench {
  const bench = new OutletBench(config);
  bench.plug();
  bench.wish(permit(amps));
  bench.advance(3_000);
  if (bench.pilot.kind !== 'pwm' || bench.closeCommanded) throw new Error('bench: no offer came about');
  return bench;
}
