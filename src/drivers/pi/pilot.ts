/** The control pilot of a rig: 1 kHz from hardware PWM, plateaus from two peak-hold circuits on an ADS1115. */
import type { Cancel, Clock } from '../../hal/clock';
import { unreachable } from '../../hal/errors';
import { diodePlateauMaxV, stateBoundsV } from '../../hal/iec61851';
import type { ControlPilot, Listener, PilotOutput, PilotReading } from '../../hal/parts';
import type { ReportTrouble } from '../../hal/trouble';
import { Watched } from '../../hal/watched';
import type { AnalogWiring, PilotWiring } from '../../hal/wiring';
import type { AdsSample, AdsSampler } from './i2c/ads1115';
import type { SysfsPwm } from './pwm';

/** After PWM begins or ends, the peak-hold circuits follow within this time, in ms; until then nothing is told. */
export const pilotSettleMs = 15;
/** A channel without a measurement for this long makes the reading invalid, in ms. */
export const pilotSilenceMs = 50;
/** While a station starts, its thread has other parts to set up: the first measurement may take this long, in ms. */
export const pilotStartMs = 1_000;
/** A plateau that moves by this is told, in V: well above noise, well below half of the 3 V between two states. */
export const pilotStepV = 0.2;
/** Bounds between the states of IEC 61851-1, and of the negative plateau, in V. */
export const pilotBoundsV: readonly number[] = [...stateBoundsV, diodePlateauMaxV];
/** Binary fractions, in V: a step of just 0.2 V counts. */
const roundingV = 1e-9;
const silence = `no measurement for ${pilotSilenceMs} ms`;

export interface PwmPilotOptions {
  wiring: PilotWiring;
  pwm: Pick<SysfsPwm, 'drive' | 'stop' | 'broken'>;
  sampler(address: number): Pick<AdsSampler, 'add'>;
  clock: Clock;
  report: ReportTrouble;
}

type Plateau = 'high' | 'low';

interface PlateauChannel {
  sample: AdsSample | undefined;
  measuredMs: number;
}

/** Which peak-holds mean something: without PWM only that of the level which is driven. */
const plateaus = {
  both: ['high', 'low'],
  high: ['high'],
  low: ['low'],
} as const satisfies Record<string, readonly Plateau[]>;

export class PwmPilot implements ControlPilot {
  private readonly watched: Watched<PilotReading>;
  private readonly channels: Record<Plateau, PlateauChannel>;
  private readonly cancels: Cancel[];
  private cancelCheck: Cancel = () => {};
  private dutyPercent = 100;
  private driven: keyof typeof plateaus = 'high';
  private settledMs = 0;
  private wasBroken = false;
  private silent = false;
  private untold = true;
  private released = false;
  private measuredAny = false;
  private readonly startedMs: number;

  /** Drives +12 V at once, as the socket machine takes for granted when it starts. */
  constructor(private readonly options: PwmPilotOptions) {
    const { clock, wiring, sampler } = options;
    this.watched = new Watched(clock);
    this.channels = { high: noChannel(), low: noChannel() };
    this.cancels = (['high', 'low'] as const).map((plateau) => {
      const input = wiring[plateau];
      return sampler(input.address).add(input.input, 'fast', (sample) => this.hear(plateau, calibrated(sample, input)));
    });
    this.startedMs = clock.now();
    this.drive({ kind: 'steady' });
    this.settle();
    this.check();
  }

  drive(output: PilotOutput): void {
    if (this.released) return;
    this.dutyPercent = dutyOf(output);
    const driven = this.dutyPercent >= 100 ? 'high' : this.dutyPercent > 0 ? 'both' : 'low';
    const changed = driven !== this.driven;
    this.driven = driven;
    if (changed) this.settle();
    // A listener is never called from inside a command.
    if (this.work()) this.checkAt(this.options.clock.now());
  }

  watch(listener: Listener<PilotReading>): Cancel {
    return this.watched.watch(listener);
  }

  /** Leaves −12 V on the wire and tells nothing any more. */
  release(): void {
    this.released = true;
    for (const cancel of this.cancels) cancel();
    this.cancelCheck();
    this.watched.close();
    this.options.pwm.stop();
  }

  /** Puts the duty on the wire; true when the generator has just failed, or works again. */
  private work(): boolean {
    const { pwm } = this.options;
    pwm.drive(this.dutyPercent);
    const changed = pwm.broken !== this.wasBroken;
    this.wasBroken = pwm.broken;
    if (changed && !pwm.broken) this.settle();
    return changed;
  }

  /** What was measured so far says nothing about what is driven now; the first reading after it is told in any case. */
  private settle(): void {
    this.untold = true;
    this.settledMs = this.options.clock.now() + pilotSettleMs;
    this.channels.high.sample = undefined;
    this.channels.low.sample = undefined;
  }

  private hear(plateau: Plateau, sample: AdsSample): void {
    // A conversion that was under way counts from its start: it is an average over its whole time.
    if (sample.atMs < this.settledMs) return;
    this.channels[plateau] = { sample, measuredMs: sample.atMs };
    if (!this.measuredAny) {
      this.measuredAny = true;
      this.checkAt(this.silentAtMs());
    }
    this.tellChange();
  }

  private tellChange(): void {
    const reading = this.reading();
    const told = this.watched.present?.value;
    if (reading === undefined || !(this.untold || told === undefined || differs(told, reading))) return;
    this.untold = false;
    this.watched.setNow(reading);
  }

  /** The reading as it is now; undefined while the first measurements are still to come. */
  private reading(): PilotReading | undefined {
    const failure = this.failure();
    if (failure !== undefined) return { kind: 'invalid', reason: failure };
    if (this.isSilent()) return { kind: 'invalid', reason: silence };
    const high = this.channels[this.driven === 'low' ? 'low' : 'high'].sample;
    const low = this.channels[this.driven === 'high' ? 'high' : 'low'].sample;
    if (high?.kind !== 'volts' || low?.kind !== 'volts') return undefined;
    return { kind: 'volts', high: high.volts, low: low.volts };
  }

  /** What generator or converter say is wrong. */
  private failure(): string | undefined {
    if (this.options.pwm.broken) return 'the generator of the pilot signal does not work';
    const used: readonly Plateau[] = plateaus[this.driven];
    for (const plateau of used) {
      const { sample } = this.channels[plateau];
      if (sample?.kind === 'invalid') return `${plateau} plateau: ${sample.reason}`;
    }
    return undefined;
  }

  /** Nothing was measured lately, and nobody said why. */
  private isSilent(): boolean {
    return this.failure() === undefined && this.silentAtMs() <= this.options.clock.now();
  }

  /** When the measurements that are there will be too old. */
  private silentAtMs(): number {
    const measured = Math.min(...plateaus[this.driven].map((plateau) => this.channels[plateau].measuredMs));
    const silentAtMs = Math.max(measured, this.settledMs) + pilotSilenceMs;
    return this.measuredAny ? silentAtMs : Math.max(silentAtMs, this.startedMs + pilotStartMs);
  }

  private checkAt(dueMs: number): void {
    this.cancelCheck();
    this.cancelCheck = this.options.clock.at(dueMs, () => this.check());
  }

  /** Finds what no measurement tells: that there is none, and that the generator failed or works again. */
  private check(): void {
    const { clock, pwm, report } = this.options;
    if (pwm.broken) this.work();
    const now = clock.now();
    const dueMs = this.silentAtMs();
    // Before a listener is told, since it may let go of everything.
    this.checkAt(dueMs > now ? dueMs : now + pilotSilenceMs);
    const silent = this.isSilent();
    if (silent && !this.silent) report({ part: 'pilot', code: 'failed', text: `pilot: ${silence}` });
    if (!silent && this.silent) report({ part: 'pilot', code: 'recovered', text: 'pilot: measured again' });
    this.silent = silent;
    this.tellChange();
  }
}

function noChannel(): PlateauChannel {
  return { sample: undefined, measuredMs: Number.NEGATIVE_INFINITY };
}

function calibrated(sample: AdsSample, wiring: AnalogWiring): AdsSample {
  return sample.kind === 'volts' ? { ...sample, volts: sample.volts * wiring.gain + wiring.offset } : sample;
}

function dutyOf(output: PilotOutput): number {
  switch (output.kind) {
    case 'steady':
      return 100;
    case 'pwm':
      return output.dutyPercent;
    case 'unavailable':
      return 0;
    default:
      return unreachable(output);
  }
}

function differs(a: PilotReading, b: PilotReading): boolean {
  if (a.kind === 'volts' && b.kind === 'volts') return moved(a.high, b.high) || moved(a.low, b.low);
  if (a.kind === 'invalid' && b.kind === 'invalid') return a.reason !== b.reason;
  return true;
}

function moved(fromV: number, toV: number): boolean {
  return Math.abs(toV - fromV) >= pilotStepV - roundingV || band(fromV) !== band(toV);
}

/** How many bounds lie above: the same within one state. */
function band(volts: number): number {
  return pilotBoundsV.filter((bound) => volts < bound).length;
}
