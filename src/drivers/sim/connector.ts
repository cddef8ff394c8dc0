/** One simulated outlet: its parts, what is plugged into it, its meter's register and its faults, kept consistent. */
import type { BoardSocket, Side } from '../../hal/board';
import { GreenupError } from '../../hal/errors';
import type { CableRatingA } from '../../hal/iec61851';
import type { MeterReading, ProximityReading, SocketParts } from '../../hal/parts';
import type { JsonValue } from '../../hal/store';
import { SimulatedContactor } from './contactor';
import { type PilotCircuit, roundedWh, sumOfProducts } from './electrics';
import { changedEvOptions, type EvOptions, evDefaults, restoredEvOptions } from './ev-options';
import { type FaultPlace, faultsPossible, type SimulatedFault } from './faults';
import { SimulatedLock } from './lock';
import { fieldsOf, strings } from './memory';
import { SimulatedMeter, SimulatedResidualMonitor } from './monitors';
import { checkedCable, faultPlaceOf, proximityOf, restoredCable, sameProximity, takesRatedCables } from './outlet';
import { SimulatedPilot } from './pilot';
import type { ConnectorSnapshot } from './snapshot';
import { Vehicle } from './vehicle';
import { ShownValue, type WorldClock } from './world-clock';

const normalTemperatureC = 25;
const overTemperatureC = 80;
const frequencyHz = 50;
/** Spread of the voltages of a world with a random source, in V: each phase keeps its own. */
const voltageSpreadV = 4;

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
  /** What `kept()` gave before the power cut. */
  kept: { [name: string]: JsonValue };
  /** Called after a change that a power cut must not undo. */
  onKeep: () => void;
  /** Called when current begins to flow or changes. */
  onFlow: () => void;
}

export class SimulatedConnector {
  readonly name: string;
  readonly setup: ConnectorSetup;
  readonly parts: SocketParts;
  readonly #faults: Set<SimulatedFault>;
  readonly #contactor: SimulatedContactor;
  readonly #lock: SimulatedLock | undefined;
  readonly #residual: SimulatedResidualMonitor | undefined;
  readonly #meter: SimulatedMeter;
  readonly #pilot: SimulatedPilot;
  readonly #proximity: ShownValue<ProximityReading>;
  readonly #plugContact: ShownValue<boolean>;
  readonly #temperature: ShownValue<number | undefined>;
  readonly #voltageOffsets: number[];
  #mainsV: number;
  #energyWh: number;
  #keptEnergyWh = Number.NaN;
  #cableA: CableRatingA | undefined;
  #vehicle: Vehicle | undefined;

  constructor(setup: ConnectorSetup) {
    const { clock, socket, random, kept } = setup;
    this.setup = setup;
    this.name = `connector ${setup.id}`;
    this.#mainsV = setup.mainsV;
    this.#energyWh = typeof kept.energyWh === 'number' && kept.energyWh >= 0 ? kept.energyWh : 0;
    this.#voltageOffsets = Array.from({ length: socket.phases }, () => ((random?.() ?? 0.5) - 0.5) * voltageSpreadV);
    this.#contactor = new SimulatedContactor(clock, () => this.#updateMains());
    this.#contactor.setCoilSupply(setup.mainsV > 0);
    this.#lock = socket.lock ? new SimulatedLock(clock, kept.locked === true, () => this.#boltMoved()) : undefined;
    this.#residual = socket.residualCurrentMonitor ? new SimulatedResidualMonitor(clock) : undefined;
    this.#meter = new SimulatedMeter(clock, this.name, () => this.#measure());
    this.#pilot = new SimulatedPilot(clock, () => this.#pilotChanged());
    this.#proximity = new ShownValue<ProximityReading>(clock, proximityOf(undefined), sameProximity);
    this.#plugContact = new ShownValue<boolean>(clock, false);
    this.#temperature = new ShownValue<number | undefined>(clock, normalTemperatureC);
    this.#faults = this.#restoredFaults(kept.faults);
    this.#cableA = kept.cableA == null ? undefined : restoredCable(socket, kept.cableA);
    if (typeof kept.ev === 'object' && kept.ev !== null) {
      this.#vehicle = this.#newVehicle(restoredEvOptions(fieldsOf(kept.ev)));
    }
    this.parts = this.#makeParts();
    this.#update();
  }

  plug(cableA: number | undefined, change: Partial<EvOptions>): void {
    if (this.#vehicle !== undefined) this.#refuse('a vehicle is plugged already: unplug it first');
    const hanging = this.#cableA !== undefined;
    if (this.#lock?.locked === true && !hanging) this.#refuse('the lock is out, so no plug goes in: unlock it first');
    // A cable that the bolt still holds takes the vehicle at its other end.
    const cable = hanging ? this.#cableA : checkedCable(this.name, this.setup.socket, cableA);
    const options = changedEvOptions(evDefaults, change, this.name);
    this.#cableA = cable;
    this.#vehicle = this.#newVehicle(options);
    this.#update();
    this.setup.onKeep();
  }

  /** A person takes the vehicle's end first, and the station's end as soon as the bolt lets go. */
  unplug(force: boolean): void {
    if (this.#vehicle === undefined && !(force && this.#cableA !== undefined)) this.#refuse('nothing is plugged');
    this.#vehicle?.remove();
    this.#vehicle = undefined;
    if (this.#lock?.locked !== true || force) this.#cableA = undefined;
    this.#update();
    this.setup.onKeep();
  }

  #pilotChanged(): void {
    this.#vehicle?.setOffer(this.#pilot.offerA);
    if (this.#pilot.output.kind === 'unavailable') this.#vehicle?.wake();
  }

  #boltMoved(): void {
    if (this.#lock?.locked === false && this.#vehicle === undefined) {
      this.#cableA = undefined;
      this.#update();
    }
    this.setup.onKeep();
  }

  setEv(change: Partial<EvOptions>): void {
    if (this.#vehicle === undefined) this.#refuse('no vehicle is plugged: plug one in first');
    this.#vehicle?.setOptions(change, this.name);
    this.#updatePilot();
    this.setup.onKeep();
  }

  /** The caller has checked that the fault can be here. */
  setFault(kind: SimulatedFault, present: boolean): void {
    if (present) this.#faults.add(kind);
    else this.#faults.delete(kind);
    this.#update();
    this.setup.onKeep();
  }

  /** The mains voltage phase to neutral, in V; 0: the supply is lost, and the coil with it. */
  setMains(mainsV: number): void {
    this.#vehicle?.settle();
    this.#mainsV = mainsV;
    this.#contactor.setCoilSupply(mainsV > 0);
    this.#updateMains();
  }

  /** Takes the coil's command away, as the hardware watchdog does. */
  dropContactor(): void {
    this.#contactor.open();
  }

  /** Whether current flows or is about to. */
  get energised(): boolean {
    return this.#vehicle?.energised === true;
  }

  /** Whether the register has moved since `kept()`. */
  get energyToKeep(): boolean {
    this.#vehicle?.settle();
    return roundedWh(this.#energyWh) !== roundedWh(this.#keptEnergyWh);
  }

  kept(): JsonValue {
    const ev = this.#vehicle?.options;
    this.#keptEnergyWh = this.#energyWh;
    return {
      energyWh: this.#energyWh,
      locked: this.#lock?.locked ?? false,
      cableA: this.#cableA ?? null,
      ev: ev === undefined ? null : { ...ev },
      faults: [...this.#faults],
    };
  }

  snapshot(): ConnectorSnapshot {
    const vehicle = this.#vehicle;
    const currentA = this.#currentA();
    const phaseV = this.#phaseV();
    const volts = this.#pilot.volts;
    return {
      connectorId: this.setup.id,
      side: this.setup.side,
      mode: this.setup.socket.mode,
      plugged: vehicle !== undefined,
      cableA: this.#cableA ?? null,
      ev: vehicle?.options ?? null,
      s2Closed: vehicle?.s2Closed ?? false,
      pilotOutput: this.#pilot.output,
      pilotHighV: volts.high,
      pilotLowV: volts.low,
      offerA: this.#pilot.offerA,
      contactorCommanded: this.#contactor.commanded,
      contactorClosed: this.#contactor.closed,
      locked: this.#lock?.locked ?? false,
      residualTripped: this.#residual?.reading.tripped ?? false,
      temperatureC: this.#temperature.value ?? null,
      voltageV: phaseV,
      currentA,
      powerW: sumOfProducts(phaseV, currentA),
      energyWh: this.#energyWh,
      faults: [...this.#faults],
    };
  }

  faultPlace(): FaultPlace {
    return faultPlaceOf(this.name, this.setup.socket, this.setup.cardReader, this.#faults);
  }

  #makeParts(): SocketParts {
    const { socket } = this.setup;
    const common = {
      contactor: this.#contactor,
      meter: this.#meter,
      ...(this.#residual === undefined ? {} : { residual: this.#residual }),
      ...(socket.thermometer ? { thermometer: this.#temperature } : {}),
    };
    if (socket.mode === 'mode2') {
      return { mode: 'mode2', ...common, ...(socket.plugDetector ? { plug: this.#plugContact } : {}) };
    }
    return {
      mode: 'mode3',
      ...common,
      pilot: this.#pilot,
      ...(takesRatedCables(socket) ? { proximity: this.#proximity } : {}),
      ...(this.#lock === undefined ? {} : { lock: this.#lock }),
    };
  }

  /** Brings every part in line with plug, vehicle and faults. */
  #update(): void {
    const has = (kind: SimulatedFault): boolean => this.#faults.has(kind);
    this.#contactor.setFailure(has('welded') ? 'welded' : has('stuckOpen') ? 'stuckOpen' : undefined);
    this.#lock?.setJammed(has('lockJammed'));
    this.#residual?.setResidualCurrent(has('residualCurrent'));
    this.#residual?.setTestFails(has('residualTestFails'));
    this.#meter.setFailure(has('meterSilent') ? 'silent' : has('meterAbsurd') ? 'absurd' : undefined);
    this.#temperature.set(
      has('thermometerSilent') ? undefined : has('overTemperature') ? overTemperatureC : normalTemperatureC,
    );
    this.#plugContact.set(this.#vehicle !== undefined);
    this.#proximity.set(proximityOf(has('proximityOpen') ? undefined : this.#cableA));
    this.#vehicle?.setDrawsTooMuch(has('overCurrent'));
    this.#updateMains();
    this.#updatePilot();
  }

  #updateMains(): void {
    this.#vehicle?.setMains(this.#contactor.closed && this.#mainsV > 0 ? this.#phaseV() : []);
  }

  #updatePilot(): void {
    if (this.setup.socket.mode !== 'mode3') return;
    this.#pilot.setCircuit({
      load: loadOf(this.#vehicle),
      diodeMissing: this.#faults.has('diodeMissing'),
      shorted: this.#faults.has('pilotShort'),
      open: this.#faults.has('pilotOpen'),
    });
    this.#vehicle?.setOffer(this.#pilot.offerA);
  }

  #measure(): MeterReading {
    const currentA = this.#currentA();
    const voltageV = this.#phaseV();
    if (this.energyToKeep) this.setup.onKeep();
    return {
      energyWh: roundedWh(this.#energyWh),
      powerW: sumOfProducts(voltageV, currentA),
      currentA,
      voltageV,
      phasePowerW: voltageV.map((volts, phase) => volts * (currentA[phase] ?? 0)),
      ...(this.#mainsV > 0 ? { frequencyHz } : {}),
    };
  }

  #phaseV(): number[] {
    return this.#voltageOffsets.map((offsetV) => (this.#mainsV > 0 ? this.#mainsV + offsetV : 0));
  }

  #currentA(): number[] {
    const vehicle = this.#vehicle;
    const currentA = vehicle?.currentA ?? 0;
    return this.#voltageOffsets.map((_, phase) => (phase < (vehicle?.phases ?? 0) ? currentA : 0));
  }

  #newVehicle(options: EvOptions): Vehicle {
    const { clock, socket, onFlow } = this.setup;
    return new Vehicle({
      clock,
      options,
      mode: socket.mode,
      ratedCurrentA: socket.ratedCurrentA,
      onEnergy: (energyWh) => {
        this.#energyWh += energyWh;
      },
      onChange: () => {
        this.#updatePilot();
        onFlow();
      },
    });
  }

  #restoredFaults(kept: JsonValue | undefined): Set<SimulatedFault> {
    const place = faultPlaceOf(this.name, this.setup.socket, this.setup.cardReader, new Set());
    return new Set(faultsPossible(place).filter((kind) => strings(kept).includes(kind)));
  }

  #refuse(why: string): never {
    throw new GreenupError('command.invalid', `${this.name}: ${why}`);
  }
}

function loadOf(vehicle: Vehicle | undefined): PilotCircuit['load'] {
  if (vehicle === undefined) return 'none';
  if (!vehicle.s2Closed) return 'connected';
  return vehicle.options.needsVentilation ? 'readyVentilation' : 'ready';
}
