/** The simulated world: a street with vehicles, cards, mains and faults behind the parts of one station. */

import type { Board, BoardPoint, Side } from '../../hal/board';
import type { Clock } from '../../hal/clock';
import { CommandRefusal } from '../../hal/command-refusal';
import { connectorsOf } from '../../hal/connectors';
import type { CableRatingA } from '../../hal/iec61851';
import type { PointParts, StationParts } from '../../hal/parts';
import { fieldsOf, type JsonValue } from '../../hal/store';
import { changedStation, restoredStation, type StationConditions } from './conditions';
import { SimulatedConnector } from './connector';
import type { EvOptions } from './ev-options';
import {
  checkFault,
  type FaultPlace,
  faultsPossible,
  isFaultKind,
  type SimulatedFault,
  simulatedFaults,
} from './faults';
import type { FlickerSignal, FlickerTimes } from './flicker';
import { WorldKeeper } from './keeping';
import { strings, type WorldMemory } from './memory';
import { SimulatedIndicator, SimulatedReader, SimulatedWatchdog } from './monitors';
import type { PilotSignal } from './pilot';
import type { CableEnds } from './plug';
import type { PointSnapshot, WorldSnapshot } from './snapshot';
import { ShownValue, WorldClock } from './world-clock';

/** What a world is made of. */
export interface SimulatedWorldOptions {
  board: Board;
  clock: Clock;
  /** What outlives the station's process; absent: nothing does. */
  memory?: WorldMemory;
  /** 0 to 1, for small differences between the voltages of phases; absent: all are nominal. */
  random?: () => number;
  /** Hears of the pilot of an outlet whenever it may have changed. */
  onPilot?: (connectorId: number, signal: PilotSignal) => void;
}

/** What is plugged in. */
export interface PlugOptions {
  /** Rating of the cable: 13, 20, 32 (default) or 63 A; only for Type 2 socket outlets. */
  cableA?: CableRatingA;
  ev?: Partial<EvOptions>;
  /** Which end of the cable goes in now; default: both. */
  ends?: CableEnds;
}

const underVoltageV = 180;
const overVoltageV = 265;
const cardUidPattern = /^[\x21-\x7e]{1,20}$/;

interface SimulatedPoint {
  side: Side;
  reader: SimulatedReader | undefined;
  readerAbsent: boolean;
  indicator: SimulatedIndicator | undefined;
  connectors: SimulatedConnector[];
}

/** A street whose parts (`parts`) behave like electrics: resistors on the pilot, vehicles that ramp their current, meters that count. */
export class SimulatedWorld {
  readonly parts: StationParts;
  private readonly board: Board;
  private readonly clock: WorldClock;
  private readonly keeper: WorldKeeper;
  private readonly points: SimulatedPoint[];
  private readonly connectors: SimulatedConnector[] = [];
  private readonly supply: ShownValue<'present' | 'lost'>;
  private readonly watchdog: SimulatedWatchdog | undefined;
  private readonly faults: Set<SimulatedFault>;
  private conditions: StationConditions;

  constructor(options: SimulatedWorldOptions) {
    this.board = options.board;
    this.clock = new WorldClock(options.clock);
    this.keeper = new WorldKeeper(options.memory, this.clock, this.connectors);
    const kept = this.keeper.found;
    this.faults = new Set(strings(kept.faults).filter(isFaultKind));
    this.conditions = restoredStation(fieldsOf(kept.conditions));
    this.supply = new ShownValue<'present' | 'lost'>(this.clock, this.faults.has('supplyLost') ? 'lost' : 'present');
    const hasWatchdog = this.board.hardware?.watchdog !== undefined;
    this.watchdog = hasWatchdog ? new SimulatedWatchdog(this.clock, () => this.dropContactors()) : undefined;
    this.points = this.makePoints(kept, options);
    this.parts = {
      points: this.points.map(partsOfPoint),
      supply: this.supply,
      ...(this.watchdog === undefined ? {} : { watchdog: this.watchdog }),
    };
  }

  /** Plugs a vehicle in. Throws `command.invalid` if one is there already, if the lock is out, or for wrong options. */
  plug(connectorId: number, options: PlugOptions = {}): void {
    const { cableA, ev = {}, ends = 'both' } = options;
    this.connector(connectorId).plug({ cableA, ev, ends });
  }

  /**
   * Unplugs as a person does: the vehicle's end at once, the station's end as soon as the lock lets go of it (`force`:
   * at once as well). `ends`: only one of them. Throws `command.invalid` if nothing is plugged, or the lock holds it.
   */
  unplug(connectorId: number, options: { force?: boolean; ends?: CableEnds } = {}): void {
    const { force = false, ends = 'both' } = options;
    this.connector(connectorId).unplug({ force, ends });
  }

  /**
   * Holds a card to the reader of a side. `uid`: 1 to 20 printable characters, normally 8, 14 or 20 hexadecimal digits,
   * which reach the station in upper case. Throws `command.invalid` for another uid or a side without reader.
   */
  present(uid: string, side: Side): void {
    if (!cardUidPattern.test(uid)) {
      throw new CommandRefusal('cardInvalid', `card ${JSON.stringify(uid)}: valid are 1 to 20 printable characters`);
    }
    const reader = this.points.find((point) => point.side === side)?.reader;
    if (reader === undefined) {
      const sides = this.points.filter((point) => point.reader !== undefined).map((point) => point.side);
      const valid = sides.length === 0 ? 'the board has no card reader' : `valid: ${sides.join(', ')}`;
      throw new CommandRefusal('noReader', `there is no card reader on side ${side}; ${valid}`);
    }
    reader.present(/^[0-9a-f]+$/i.test(uid) ? uid.toUpperCase() : uid);
  }

  /** Changes the plugged vehicle. Throws `command.invalid` if there is none, or for a wrong option. */
  ev(connectorId: number, change: Partial<EvOptions>): void {
    this.connector(connectorId).setEv(change);
  }

  /** Changes what surrounds an outlet, or the station (0). Throws `command.invalid` for what cannot be there. */
  set(connectorId: number, change: object): void {
    if (connectorId !== 0) {
      this.connector(connectorId).setConditions(change);
      return;
    }
    this.conditions = changedStation(this.conditions, change);
    for (const connector of this.connectors) connector.setMains(this.mainsV());
    this.keep();
  }

  /** Lets a signal of an outlet show for a moment what is not so. Throws `command.invalid` if it is not there. */
  flicker(connectorId: number, signal: FlickerSignal, times: FlickerTimes): void {
    this.connector(connectorId).flicker(signal, times);
  }

  /**
   * Brings a fault about or clears it; faults of the whole station take connector 0. Throws `command.invalid`, naming
   * the faults that can be there, for a fault that cannot.
   */
  fault(connectorId: number, kind: SimulatedFault, present: boolean): void {
    if (connectorId === 0) {
      checkFault(this.stationFaultPlace(), kind, present);
      if (present) this.faults.add(kind);
      else this.faults.delete(kind);
      this.supply.set(this.faults.has('supplyLost') ? 'lost' : 'present');
      for (const connector of this.connectors) connector.setMains(this.mainsV());
    } else {
      const connector = this.connector(connectorId);
      checkFault(connector.faultPlace(), kind, present);
      if (simulatedFaults[kind].scope !== 'point') {
        connector.setFault(kind, present);
        return;
      }
      this.setReaderAbsent(connector, present);
    }
    this.keep();
  }

  /** Faults that can be at an outlet, or at the station as a whole (0). */
  faultsPossible(connectorId: number): SimulatedFault[] {
    return faultsPossible(connectorId === 0 ? this.stationFaultPlace() : this.connector(connectorId).faultPlace());
  }

  /** The truth now; energies and states of charge are exact. */
  snapshot(): WorldSnapshot {
    return {
      supply: this.supply.value,
      mainsV: this.mainsV(),
      watchdog: this.watchdog?.state ?? null,
      conditions: { ...this.conditions },
      faults: [...this.faults],
      points: this.points.map(snapshotOfPoint),
      connectors: this.connectors.map((connector) => {
        const snapshot = connector.snapshot();
        const point = this.points.find((candidate) => candidate.connectors.includes(connector));
        if (point?.readerAbsent === true) snapshot.faults.push('readerAbsent');
        return snapshot;
      }),
    };
  }

  /** What the meters' registers have come to, in Wh, by connector. */
  registersWh(): Record<string, number> {
    return Object.fromEntries(this.connectors.map((connector) => [String(connector.setup.id), connector.registerWh]));
  }

  /** Registers that others know of, in Wh, by connector: none is left below. To be called before the meters are read. */
  raiseRegisters(registersWh: { [connectorId: string]: JsonValue }): void {
    for (const connector of this.connectors) {
      const registerWh = registersWh[String(connector.setup.id)];
      if (typeof registerWh === 'number') connector.raiseRegister(registerWh);
    }
  }

  /** Keeps the world in its memory and stops all its timers: no part tells anything more. */
  close(): void {
    this.keep();
    this.clock.close();
  }

  private makePoints(kept: { [name: string]: JsonValue }, options: SimulatedWorldOptions): SimulatedPoint[] {
    const keptConnectors = fieldsOf(kept.connectors);
    const absentReaders = strings(kept.absentReaders);
    const connectors = connectorsOf(this.board);
    return this.board.points.map((point, pointIndex) => {
      const reader = point.cardReader ? new SimulatedReader(this.clock) : undefined;
      const readerAbsent = reader !== undefined && absentReaders.includes(point.side);
      reader?.setPresent(!readerAbsent);
      return {
        side: point.side,
        reader,
        readerAbsent,
        indicator: point.indicator ? new SimulatedIndicator() : undefined,
        connectors: connectors
          .filter((connector) => connector.pointIndex === pointIndex)
          .map(({ connectorId, socket }) => {
            const keptConnector = fieldsOf(keptConnectors[String(connectorId)]);
            return this.makeConnector(connectorId, point, socket, keptConnector, options);
          }),
      };
    });
  }

  private makeConnector(
    id: number,
    point: BoardPoint,
    socket: BoardPoint['sockets'][number],
    kept: { [name: string]: JsonValue },
    { random, onPilot = () => {} }: SimulatedWorldOptions,
  ): SimulatedConnector {
    const connector = new SimulatedConnector({
      clock: this.clock,
      id,
      side: point.side,
      socket,
      cardReader: point.cardReader,
      random,
      mainsV: this.mainsV(),
      frequencyHz: () => this.conditions.frequencyHz,
      kept,
      onKeep: () => this.keep(),
      onReading: () => this.keeper.keepFlow(() => this.keep()),
      onPilot: (signal) => onPilot(id, signal),
      onFlow: () => this.keeper.keepWhileFlowing(() => this.keep()),
    });
    this.connectors.push(connector);
    return connector;
  }

  private connector(connectorId: number): SimulatedConnector {
    const connector = this.connectors.find(({ setup }) => setup.id === connectorId);
    if (connector !== undefined) return connector;
    const valid = this.connectors.map(({ setup }) => setup.id).join(', ');
    throw new CommandRefusal('connectorUnknown', `there is no connector ${connectorId}; valid: ${valid}`);
  }

  private setReaderAbsent(connector: SimulatedConnector, absent: boolean): void {
    const point = this.points.find((candidate) => candidate.connectors.includes(connector));
    if (point === undefined) return;
    point.readerAbsent = absent;
    point.reader?.setPresent(!absent);
  }

  private stationFaultPlace(): FaultPlace {
    return { name: 'connector 0 (the station)', scopes: ['station'], parts: [], present: this.faults };
  }

  private mainsV(): number {
    if (this.faults.has('supplyLost')) return 0;
    if (this.faults.has('underVoltage')) return underVoltageV;
    if (this.faults.has('overVoltage')) return overVoltageV;
    return this.conditions.voltageV ?? this.board.nominalVoltageV;
  }

  private dropContactors(): void {
    for (const connector of this.connectors) connector.dropContactor();
  }

  private keep(): void {
    this.keeper.keep({
      faults: [...this.faults],
      conditions: { ...this.conditions },
      absentReaders: this.points.filter((point) => point.readerAbsent).map((point) => point.side),
    });
  }
}

function partsOfPoint(point: SimulatedPoint): PointParts {
  return {
    sockets: point.connectors.map((connector) => connector.parts),
    ...(point.reader === undefined ? {} : { reader: point.reader }),
    ...(point.indicator === undefined ? {} : { indicator: point.indicator }),
  };
}

function snapshotOfPoint(point: SimulatedPoint): PointSnapshot {
  return {
    side: point.side,
    readerPresent: point.reader === undefined ? null : !point.readerAbsent,
    indicator: point.indicator?.pattern ?? null,
  };
}
