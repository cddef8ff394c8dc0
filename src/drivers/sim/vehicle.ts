/** A simulated vehicle with its on-board charger: it reads the pilot, closes S2, ramps, follows, tapers and stops. */

import type { Cancel } from '../../hal/clock';
import { type ChargeConditions, type ChargeState, charge, secondsToChange } from './charge';
import { rippled } from './electrics';
import { changedEvOptions, type EvOptions } from './ev-options';
import { Sleep } from './sleep';
import type { WorldClock } from './world-clock';

/** Reaction to the end of the PWM: begins after 0.3 s, at 0 A 1.2 s later, so within 3 s (IEC 61851-1, sequence 10.1). */
const pwmOffReactionMs = 300;
const pwmOffRampS = 1.2;
/** A Mode 2 cord tests itself for this long after power appears. */
const cordStartMs = 2000;
const nothingA = 1e-9;

export interface VehicleSetup {
  clock: WorldClock;
  mode: 'mode3' | 'mode2';
  options: EvOptions;
  /** Rated current of the outlet, the base of an over-current in Mode 2. */
  ratedCurrentA: number;
  onEnergy: (energyWh: number) => void;
  /** Called after the vehicle has decided something by itself. */
  onChange: () => void;
}

export class Vehicle {
  private readonly setup: VehicleSetup;
  private readonly clock: WorldClock;
  private ownOptions: EvOptions;
  private isS2Closed = false;
  private offerA = 0;
  private followedA = 0;
  /** Voltages at the inlet per phase; none: no mains. */
  private phaseV: readonly number[] = [];
  private drawsTooMuch = false;
  private charge: ChargeState;
  private conditions: ChargeConditions;
  private settledMs: number;
  private readyAtMs: number | undefined;
  private followAtMs: number | undefined;
  private stop: { atMs: number; rampAPerSecond: number | undefined } | undefined;
  private cancelTimer: Cancel | undefined;
  private greenUpContact = false;
  private readonly sleep: Sleep;

  constructor(setup: VehicleSetup) {
    this.setup = setup;
    this.clock = setup.clock;
    this.sleep = new Sleep(setup.clock);
    this.ownOptions = setup.options;
    this.settledMs = setup.clock.now();
    this.charge = { currentA: 0, restPercent: 100 - setup.options.stateOfCharge };
    this.conditions = this.newConditions(0, setup.options.rampAPerSecond);
  }

  get s2Closed(): boolean {
    return this.isS2Closed;
  }

  /** Whether S2 is closed and mains is there: current flows or is about to. */
  get energised(): boolean {
    return this.isS2Closed && this.phaseV.length > 0;
  }

  /** Whether it no longer looks at what it is offered. */
  get asleep(): boolean {
    return this.sleep.asleep;
  }

  get powerFactor(): number {
    return this.ownOptions.powerFactor;
  }

  /** Options, with the state of charge as it is now. */
  get options(): EvOptions {
    return { ...this.ownOptions, stateOfCharge: this.stateOfCharge };
  }

  /** Of its battery now, in percent. */
  get stateOfCharge(): number {
    this.settle();
    return 100 - this.charge.restPercent;
  }

  /** Current per loaded phase, in A. */
  get currentA(): number {
    this.settle();
    return rippled(this.charge.currentA, this.ownOptions.rippleA, this.clock.now());
  }

  get phases(): number {
    const wanted = this.setup.mode === 'mode2' ? 1 : this.ownOptions.phases;
    return Math.min(wanted, this.phaseV.length);
  }

  /** Accounts for the energy up to now. */
  settle(): void {
    const now = this.clock.now();
    if (now === this.settledMs) return;
    const passed = charge(this.charge, this.conditions, (now - this.settledMs) / 1000);
    this.settledMs = now;
    this.charge = passed.state;
    if (passed.energyWh > 0) this.setup.onEnergy(passed.energyWh);
  }

  /** What the pilot offers per phase, in A; 0: nothing. */
  setOffer(offerA: number): void {
    if (offerA === this.offerA) return;
    this.change(() => {
      this.offerA = offerA;
    });
  }

  /** Mains at the inlet: the voltage of each wired phase, or none. */
  setMains(phaseV: readonly number[]): void {
    this.change(() => {
      this.phaseV = phaseV;
      if (this.setup.mode === 'mode2') this.setCordPower(phaseV.length > 0);
      if (phaseV.length === 0) this.charge = { ...this.charge, currentA: 0 };
    });
  }

  /** The pilot shows no level at which a vehicle stays connected. */
  setPilotInterrupted(interrupted: boolean): void {
    if (interrupted === this.sleep.pilotInterrupted) return;
    this.change(() => this.sleep.setPilotInterrupted(interrupted));
  }

  /** Whether the plug of a Mode 2 cord finds the contact of a Green'Up outlet. */
  setGreenUpContact(there: boolean): void {
    if (there === this.greenUpContact) return;
    this.change(() => {
      this.greenUpContact = there;
      if (this.setup.mode === 'mode2') this.offerA = this.phaseV.length > 0 ? this.cordAllowsA() : 0;
    });
  }

  setDrawsTooMuch(drawsTooMuch: boolean): void {
    this.change(() => {
      this.drawsTooMuch = drawsTooMuch;
    });
  }

  /** Throws `command.invalid` for a wrong option, naming `place`. */
  setOptions(change: Partial<EvOptions>, place: string): void {
    const options = changedEvOptions(this.ownOptions, change, place);
    this.change(() => {
      this.ownOptions = options;
      this.sleep.wake();
      if (this.setup.mode === 'mode2' && this.offerA > 0) this.offerA = this.cordAllowsA();
      const rest = change.stateOfCharge === undefined ? this.charge.restPercent : 100 - change.stateOfCharge;
      this.charge = { ...this.charge, restPercent: rest };
    });
  }

  /** Takes the vehicle away: it draws nothing more and no timer of it runs on. */
  remove(): void {
    this.settle();
    this.cancelTimer?.();
  }

  private setCordPower(powered: boolean): void {
    this.offerA = powered ? this.cordAllowsA() : 0;
    // The pilot of a cord comes from the cord.
    this.sleep.setPilotInterrupted(!powered);
    if (!powered) this.isS2Closed = false;
  }

  private cordAllowsA(): number {
    const { cordA, cordGreenUpA } = this.ownOptions;
    return this.greenUpContact && cordGreenUpA !== null ? cordGreenUpA : cordA;
  }

  /** What it is offered is enough for it. */
  private get offered(): boolean {
    return this.offerA >= this.ownOptions.minCurrentA;
  }

  private change(apply: () => void): void {
    this.settle();
    apply();
    this.decide();
  }

  private decide(): void {
    const before = this.isS2Closed;
    this.sleep.update(this.offered, this.ownOptions.sleepsAfterMs);
    if (!this.isS2Closed) this.considerClosing();
    if (this.isS2Closed) this.considerDrawing();
    else this.rest();
    this.schedule();
    if (before !== this.isS2Closed || this.energised) this.setup.onChange();
  }

  private considerClosing(): void {
    const awake = !this.ownOptions.paused && !this.sleep.asleep;
    const wants = awake && this.charge.restPercent > 0 && this.offered;
    if (!wants) {
      this.readyAtMs = undefined;
      return;
    }
    const now = this.clock.now();
    this.readyAtMs ??= now + (this.setup.mode === 'mode2' ? cordStartMs : this.ownOptions.readyDelayMs);
    if (now < this.readyAtMs) return;
    this.readyAtMs = undefined;
    this.followedA = this.offerA;
    this.isS2Closed = true;
  }

  private considerDrawing(): void {
    const now = this.clock.now();
    this.follow(now);
    const pwmIsOff = this.stop !== undefined && now >= this.stop.atMs;
    const stopping = this.ownOptions.paused || this.charge.restPercent <= 0 || pwmIsOff;
    if (stopping && this.charge.currentA <= nothingA) {
      this.isS2Closed = false;
      this.rest();
      return;
    }
    let ramp = this.ownOptions.rampAPerSecond;
    if (pwmIsOff && this.stop !== undefined) {
      this.stop.rampAPerSecond ??= Math.max(ramp, this.charge.currentA / pwmOffRampS);
      ramp = this.stop.rampAPerSecond;
    }
    this.conditions = this.newConditions(stopping ? 0 : this.wantedCurrentA(), ramp);
  }

  /** Notes when to follow a changed offer, or to stop because the offer is gone. */
  private follow(now: number): void {
    if (!this.offered) {
      this.followAtMs = undefined;
      const stays = this.ownOptions.ignoresOffer || !this.ownOptions.reactsToPwmOff;
      this.stop = stays ? undefined : (this.stop ?? { atMs: now + pwmOffReactionMs, rampAPerSecond: undefined });
      return;
    }
    this.stop = undefined;
    if (this.offerA === this.followedA) {
      this.followAtMs = undefined;
      return;
    }
    this.followAtMs ??= now + this.ownOptions.followMs;
    if (now < this.followAtMs) return;
    this.followedA = this.offerA;
    this.followAtMs = undefined;
  }

  private rest(): void {
    this.followAtMs = undefined;
    this.stop = undefined;
    this.charge = { ...this.charge, currentA: 0 };
    this.conditions = this.newConditions(0, this.ownOptions.rampAPerSecond);
  }

  private wantedCurrentA(): number {
    const { drawA, ignoresOffer, maxCurrentA } = this.ownOptions;
    if (this.drawsTooMuch) {
      const allowedA = this.setup.mode === 'mode2' ? this.setup.ratedCurrentA : this.followedA;
      return 1.25 * allowedA + 3;
    }
    if (drawA !== null) return drawA;
    return ignoresOffer ? maxCurrentA : Math.min(this.followedA, maxCurrentA);
  }

  private newConditions(targetA: number, rampAPerSecond: number): ChargeConditions {
    const fixed = this.drawsTooMuch || this.ownOptions.drawA !== null;
    return {
      targetA,
      rampAPerSecond,
      volts: this.phaseV.slice(0, this.phases).reduce((sum, volts) => sum + volts * this.ownOptions.powerFactor, 0),
      batteryWh: this.ownOptions.batteryWh,
      taperFromA: fixed ? undefined : this.ownOptions.maxCurrentA,
    };
  }

  /** One timer for whatever comes next; none while nothing will change. */
  private schedule(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    const now = this.clock.now();
    const seconds = this.isS2Closed ? secondsToChange(this.charge, this.conditions) : undefined;
    const dueMs = [
      this.readyAtMs,
      this.followAtMs,
      this.stop?.atMs,
      this.sleep.dueMs(this.ownOptions.sleepsAfterMs),
      seconds === undefined ? undefined : now + Math.max(1, Math.ceil(seconds * 1000)),
    ].filter((atMs) => atMs !== undefined && atMs > now) as number[];
    if (dueMs.length === 0) return;
    this.cancelTimer = this.clock.at(Math.min(...dueMs), () => this.change(() => undefined));
  }
}
