/** The truth of the simulated world at one instant, as plain data for bench pages and tests. */
import type { Side } from '../../hal/board';
import type { IndicatorPattern, PilotOutput } from '../../hal/parts';
import type { OutletConditions, StationConditions } from './conditions';
import type { EvOptions } from './ev-options';
import type { SimulatedFault } from './faults';

/** One outlet with what is plugged into it. */
export interface ConnectorSnapshot {
  connectorId: number;
  side: Side;
  mode: 'mode3' | 'mode2';
  plugged: boolean;
  /** A cable hangs on a vehicle, and its other end is not in the outlet. */
  vehicleWaits: boolean;
  /** Rating of the plugged cable in A; null without one, in Mode 2 and with an attached cable. */
  cableA: number | null;
  /** The plugged vehicle, with its present state of charge. */
  ev: EvOptions | null;
  /** Whether the vehicle has fallen asleep. */
  asleep: boolean;
  /** Whether the vehicle asks for energy by its switch S2; in Mode 2, whether its charger runs. */
  s2Closed: boolean;
  pilotOutput: PilotOutput;
  /** Plateaus at the pilot terminal, in V; without a meaning in Mode 2. */
  pilotHighV: number;
  pilotLowV: number;
  /** What the vehicle reads from the pilot, in A per phase. */
  offerA: number;
  contactorCommanded: boolean;
  contactorClosed: boolean;
  locked: boolean;
  residualTripped: boolean;
  /** In °C; null when the thermometer is silent. */
  temperatureC: number | null;
  /** Per wired phase, in V, before the contactor. */
  voltageV: number[];
  /** Per wired phase, in A. */
  currentA: number[];
  powerW: number;
  /** The meter's register, in Wh, not rounded. */
  energyWh: number;
  faults: SimulatedFault[];
  /** What the bench has set. */
  conditions: OutletConditions;
}

/** One charging point. */
export interface PointSnapshot {
  side: Side;
  /** Whether the card reader answers; null: the board has none. */
  readerPresent: boolean | null;
  /** What the indicator shows; null: the board has none. */
  indicator: IndicatorPattern | null;
}

/** The whole world. */
export interface WorldSnapshot {
  supply: 'present' | 'lost';
  /** Mains voltage phase to neutral, in V. */
  mainsV: number;
  /** null: the board has none. */
  watchdog: 'off' | 'fed' | 'expired' | null;
  conditions: StationConditions;
  /** Faults of the whole station. */
  faults: SimulatedFault[];
  points: PointSnapshot[];
  connectors: ConnectorSnapshot[];
}
