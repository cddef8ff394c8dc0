/** One simulated outlet: its parts, what is plugged into it, its meter's register and its faults, kept consistent. */
import type { BoardSocket, Side } from '../../hal/board';
import { CommandRefusal, type RefusedCommand } from '../../hal/command-refusal';
import type { MeterReading, ProximityReading, SocketParts } from '../../hal/parts';
import { fieldsOf, type JsonValue } from '../../hal/store';
import { changedOutlet, type OutletConditions, restoredOutlet } from './conditions';
import { SimulatedContactor } from './contactor';
import { type PilotCircuit, steppedWh, sumOfProducts, wholeSteps } from './electrics';
import { type FaultPlace, faultsPossible, type SimulatedFault } from './faults';
import { Flicker, type FlickerSignal, type FlickerTimes } from './flicker';
import type { KeptFlow } from './keeping';
import { SimulatedLock } from './lock';
import { strings } from './memory';
import { SimulatedMeter, SimulatedResidualMonitor } from './monitors';
import { faultPlaceOf, proximityOf, sameProximity, socketParts } from './outlet';
import { OutletMains } from './outlet-mains';
import { type PilotSignal, SimulatedPilot } from './pilot';
import { type CableEnds, keptPlug, letGo, type PlugState, putIn, restoredPlug, takeOut } from './plug';
import type { ConnectorSnapshot } from './snapshot';
import { Vehicle } from './vehicle';
import { ShownValue, type WorldClock } from './world-clock';

const overTemperatureC = 80;

export interface ConnectorSetup {
  clock: WorldClock;
  id: number;
  side: Side;
  socket: BoardSocket;
  /** Whether the outlet's point has a card reader. */
  cardReader: boolean;
  random: (() => number) | undefined;
  /** Voltage phase to neutral at the start, in V; 0: supply lost. */
  mainsV: number;
  /** Asked at each reading of the meter. */
  frequencyHz: () => number;
  /** What `kept()` gave before the power cut. */
  kept: { [name: string]: JsonValue };
  /** Called after a change that a power cut must not undo. */
  onKeep: () => void;
  /** Called when current begins to flow or changes. */
  onFlow: () => void;
  /** Called before a reading of the meter is told that a power cut must not take back. */
  onReading: () => void;
  /** Told of the pilot whenever it may have changed; an outlet without one has none. */
  onPilot: (signal: PilotSignal) => void;
}

export class SimulatedConnector {
  readonly name: string;
  readonly setup: ConnectorSetup;
  readonly parts: SocketParts;
  private readonly faults: Set<SimulatedFault>;
  private readonly contactor: SimulatedContactor;
  private readonly lock: SimulatedLock | undefined;
  private readonly residual: SimulatedResidualMonitor | undefined;
  private readonly meter: SimulatedMeter;
  private readonly pilot: SimulatedPilot;
  private readonly proximity: ShownValue<ProximityReading>;
  private readonly plugContact: ShownValue<boolean>;
  private readonly temperature: ShownValue<number | undefined>;
  private readonly mains: OutletMains;
  private readonly flickers: Readonly<Record<FlickerSignal, Flicker>>;
  private conditions: OutletConditions;
  private energyWh: number;
  private keptEnergyWh = Number.NaN;
  /** As it was kept last; the very same as long as nothing has flowed. */
  private flow: KeptFlow = { energyWh: Number.NaN, stateOfCharge: null };
  /** Without what the vehicle has become since it was plugged. */
  private plugState: PlugState;
  private vehicle: Vehicle | undefined;

  constructor(setup: ConnectorSetup) {
    const { clock, socket, random, kept } = setup;
    this.setup = setup;
    this.name = `connector ${setup.id}`;
    this.energyWh = typeof kept.energyWh === 'number' && kept.energyWh >= 0 ? kept.energyWh : 0;
    this.mains = new OutletMains(socket.phases, random, setup.mainsV);
    this.contactor = new SimulatedContactor(clock, () => this.updateMains());
    this.contactor.setCoilSupply(setup.mainsV > 0);
    this.lock = socket.lock ? new SimulatedLock(clock, kept.locked === true, () => this.boltMoved()) : undefined;
    this.residual = socket.residualCurrentMonitor ? new SimulatedResidualMonitor(clock) : undefined;
    this.meter = new SimulatedMeter(clock, this.name, () => this.measure());
    this.pilot = new SimulatedPilot(clock, () => this.pilotChanged(), setup.onPilot);
    this.proximity = new ShownValue<ProximityReading>(clock, proximityOf(undefined), sameProximity);
    this.plugContact = new ShownValue<boolean>(clock, false);
    this.conditions = restoredOutlet(fieldsOf(kept.conditions));
    this.temperature = new ShownValue<number | undefined>(clock, this.conditions.temperatureC);
    const flicker = (): Flicker => new Flicker(clock, () => this.update());
    this.flickers = { lock: flicker(), contactor: flicker(), pilotOpen: flicker(), pilotShort: flicker() };
    this.faults = this.restoredFaults(kept.faults);
    this.plugState = restoredPlug(socket, kept);
    this.vehicle = this.newVehicle();
    this.parts = socketParts(socket, {
      contactor: this.contactor,
      meter: this.meter,
      residual: this.residual,
      thermometer: this.temperature,
      plug: this.plugContact,
      pilot: this.pilot,
      proximity: this.proximity,
      lock: this.lock,
    });
    this.update();
  }

  /** Throws `command.invalid` where the end cannot go in. */
  plug(request: { cableA: number | undefined; ev: object; ends: CableEnds }): void {
    this.changePlug(putIn(this.plugPlace(), this.plugNow(), request));
  }

  /** Throws `command.invalid` where the end cannot be taken out. */
  unplug(request: { force: boolean; ends: CableEnds }): void {
    this.changePlug(takeOut(this.plugPlace(), this.plugNow(), request));
  }

  private pilotChanged(): void {
    this.vehicle?.setOffer(this.pilot.offerA);
    this.vehicle?.setPilotInterrupted(this.pilot.interrupted);
  }

  private boltMoved(): void {
    if (this.lock?.locked === false && this.vehicle === undefined) this.changePlug(letGo(this.plugState));
    else this.setup.onKeep();
  }

  private changePlug(plug: PlugState): void {
    this.vehicle?.remove();
    this.plugState = plug;
    this.vehicle = this.newVehicle();
    this.update();
    this.setup.onKeep();
  }

  private plugNow(): PlugState {
    return { ...this.plugState, ev: this.vehicle?.options ?? this.plugState.ev };
  }

  private plugPlace(): { name: string; socket: BoardSocket; locked: boolean } {
    return { name: this.name, socket: this.setup.socket, locked: this.lock?.locked ?? false };
  }

  setEv(change: object): void {
    if (this.vehicle === undefined) this.refuse('noVehicle', 'no vehicle is plugged: plug one in first');
    this.vehicle?.setOptions(change, this.name);
    this.updatePilot();
    this.setup.onKeep();
  }

  /** Throws `command.invalid` for a condition that cannot be here. */
  setConditions(change: object): void {
    this.vehicle?.settle();
    this.conditions = changedOutlet(this.conditions, change, this.name, this.setup.socket);
    this.update();
    this.setup.onKeep();
  }

  /** Throws `command.invalid` for a signal that is not there. */
  flicker(signal: FlickerSignal, times: FlickerTimes): void {
    if (signal === 'lock' && this.lock === undefined) this.refuse('noLock', 'there is no lock that could flicker');
    const hasPilot = this.setup.socket.mode === 'mode3';
    if (signal.startsWith('pilot') && !hasPilot) this.refuse('noPilot', 'there is no pilot that could flicker');
    this.flickers[signal].start(this.name, times);
  }

  /** The caller has checked that the fault can be here. */
  setFault(kind: SimulatedFault, present: boolean): void {
    if (present) this.faults.add(kind);
    else this.faults.delete(kind);
    this.update();
    this.setup.onKeep();
  }

  /** The mains voltage phase to neutral, in V; 0: the supply is lost, and the coil with it. */
  setMains(mainsV: number): void {
    this.vehicle?.settle();
    this.mains.set(mainsV);
    this.contactor.setCoilSupply(mainsV > 0);
    this.updateMains();
  }

  /** Takes the coil's command away, as the hardware watchdog does. */
  dropContactor(): void {
    this.contactor.open();
  }

  /** Whether current flows or is about to. */
  get energised(): boolean {
    return this.vehicle?.energised === true;
  }

  /** Whether the register has moved since `kept()` or `keptFlow()`. */
  get energyToKeep(): boolean {
    this.vehicle?.settle();
    const { meterStepWh } = this.conditions;
    return wholeSteps(this.energyWh, meterStepWh) !== wholeSteps(this.keptEnergyWh, meterStepWh);
  }

  /** What the meter's register has come to, in Wh. */
  get registerWh(): number {
    this.vehicle?.settle();
    return this.energyWh;
  }

  /** A register never falls back: what others know of it counts where the world's own memory has less. */
  raiseRegister(atLeastWh: number): void {
    this.energyWh = Math.max(this.energyWh, atLeastWh);
  }

  keptFlow(): KeptFlow {
    this.vehicle?.settle();
    this.keptEnergyWh = this.energyWh;
    const { energyWh } = this;
    const stateOfCharge = this.vehicle?.stateOfCharge ?? this.plugState.ev?.stateOfCharge ?? null;
    const { flow } = this;
    if (flow.energyWh !== energyWh || flow.stateOfCharge !== stateOfCharge) this.flow = { energyWh, stateOfCharge };
    return this.flow;
  }

  kept(): JsonValue {
    this.keptEnergyWh = this.energyWh;
    return {
      energyWh: this.energyWh,
      locked: this.lock?.locked ?? false,
      ...keptPlug(this.plugNow()),
      faults: [...this.faults],
      conditions: { ...this.conditions },
    };
  }

  snapshot(): ConnectorSnapshot {
    const vehicle = this.vehicle;
    const phaseV = [...this.mains.phaseV];
    const currentA = phaseV.map((_, phase) => (phase < this.loadedPhases ? this.currentA : 0));
    const volts = this.pilot.volts;
    return {
      connectorId: this.setup.id,
      side: this.setup.side,
      mode: this.setup.socket.mode,
      plugged: vehicle !== undefined,
      vehicleWaits: this.plugState.ev !== undefined && !this.plugState.inOutlet,
      cableA: (this.plugState.inOutlet ? this.plugState.cableA : undefined) ?? null,
      ev: vehicle?.options ?? null,
      asleep: vehicle?.asleep ?? false,
      s2Closed: vehicle?.s2Closed ?? false,
      pilotOutput: this.pilot.output,
      pilotHighV: volts.high,
      pilotLowV: volts.low,
      offerA: this.pilot.offerA,
      contactorCommanded: this.contactor.commanded,
      contactorClosed: this.contactor.closed,
      locked: this.lock?.locked ?? false,
      residualTripped: this.residual?.reading.tripped ?? false,
      temperatureC: this.temperature.value ?? null,
      voltageV: phaseV,
      currentA,
      powerW: sumOfProducts(phaseV, currentA) * this.powerFactor,
      energyWh: this.energyWh,
      faults: [...this.faults],
      conditions: { ...this.conditions },
    };
  }

  faultPlace(): FaultPlace {
    return faultPlaceOf(this.name, this.setup.socket, this.setup.cardReader, this.faults);
  }

  /** Brings every part in line with plug, vehicle and faults. */
  private update(): void {
    const has = (kind: SimulatedFault): boolean => this.faults.has(kind);
    this.contactor.setFailure(has('welded') ? 'welded' : has('stuckOpen') ? 'stuckOpen' : undefined);
    this.lock?.setJammed(has('lockJammed'));
    this.lock?.setSwitchStuck(has('lockSwitchStuck'));
    this.lock?.setFlickers(this.flickers.lock.active);
    this.contactor.setFlickers(this.flickers.contactor.active);
    this.residual?.setResidualCurrent(has('residualCurrent'));
    this.residual?.setTestFails(has('residualTestFails'));
    this.meter.setFailure(has('meterSilent') ? 'silent' : has('meterAbsurd') ? 'absurd' : undefined);
    this.temperature.set(
      has('thermometerSilent') ? undefined : has('overTemperature') ? overTemperatureC : this.conditions.temperatureC,
    );
    this.plugContact.set(this.vehicle !== undefined);
    this.proximity.set(
      proximityOf(has('proximityOpen') || !this.plugState.inOutlet ? undefined : this.plugState.cableA),
    );
    this.vehicle?.setDrawsTooMuch(has('overCurrent'));
    this.vehicle?.setGreenUpContact(this.conditions.greenUpContact);
    this.updateMains();
    this.updatePilot();
  }

  private updateMains(): void {
    const live = this.contactor.closed && this.mains.present;
    this.vehicle?.setMains(live ? this.mains.phaseV : []);
    this.residual?.setResidualMa(live && this.vehicle !== undefined ? this.conditions.residualMa : 0);
  }

  private updatePilot(): void {
    if (this.setup.socket.mode !== 'mode3') return;
    this.pilot.setCircuit({
      load: loadOf(this.vehicle),
      diodeMissing: this.faults.has('diodeMissing'),
      shorted: this.faults.has('pilotShort') || this.flickers.pilotShort.active,
      open: this.faults.has('pilotOpen') || this.flickers.pilotOpen.active,
    });
    this.vehicle?.setPilotInterrupted(this.pilot.interrupted);
    this.vehicle?.setOffer(this.pilot.offerA);
  }

  private measure(): MeterReading {
    const { socket, frequencyHz, onReading } = this.setup;
    const dead = socket.meterBehindContactor === true && !this.contactor.closed;
    const { meterErrorPercent, meterStepWh } = this.conditions;
    const { powerW, currentA, voltageV, phasePowerW } = this.mains.measured(dead, {
      currentA: this.currentA,
      loadedPhases: this.loadedPhases,
      powerFactor: this.powerFactor * (1 + meterErrorPercent / 100),
    });
    if (this.energyToKeep) onReading();
    const energyWh = steppedWh(this.energyWh, meterStepWh);
    if (!this.mains.present) return { energyWh, powerW, currentA, voltageV, phasePowerW };
    return { energyWh, powerW, currentA, voltageV, phasePowerW, frequencyHz: frequencyHz() };
  }

  private get powerFactor(): number {
    return this.vehicle?.powerFactor ?? 1;
  }

  /** Current of each loaded phase, in A. */
  private get currentA(): number {
    return this.vehicle?.currentA ?? 0;
  }

  private get loadedPhases(): number {
    return this.vehicle?.phases ?? 0;
  }

  private newVehicle(): Vehicle | undefined {
    const { clock, socket, onFlow } = this.setup;
    const { inOutlet, ev: options } = this.plugState;
    if (!inOutlet || options === undefined) return undefined;
    return new Vehicle({
      clock,
      options,
      mode: socket.mode,
      ratedCurrentA: socket.ratedCurrentA,
      onEnergy: (energyWh) => {
        this.energyWh += energyWh * (1 + this.conditions.meterErrorPercent / 100);
      },
      onChange: () => {
        this.updatePilot();
        onFlow();
      },
    });
  }

  private restoredFaults(kept: JsonValue | undefined): Set<SimulatedFault> {
    const place = faultPlaceOf(this.name, this.setup.socket, this.setup.cardReader, new Set());
    return new Set(faultsPossible(place).filter((kind) => strings(kept).includes(kind)));
  }

  private refuse(refusal: RefusedCommand, why: string): never {
    throw new CommandRefusal(refusal, `${this.name}: ${why}`);
  }
}

function loadOf(vehicle: Vehicle | undefined): PilotCircuit['load'] {
  if (vehicle === undefined) return 'none';
  if (!vehicle.s2Closed) return 'connected';
  return vehicle.options.needsVentilation ? 'readyVentilation' : 'ready';
}
