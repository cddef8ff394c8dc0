/** What surrounds an outlet and a station, as values that a bench may set: heat, voltage, leakage, and the meter's own faults. */
import type { BoardSocket } from '../../hal/board';
import { CommandRefusal } from '../../hal/command-refusal';
import type { JsonValue } from '../../hal/store';
import { type Choices, changedValues, choicesText, orNull, range, restoredValues, yesOrNo } from './choices';

/** What surrounds one outlet. */
export interface OutletConditions {
  /** Temperature of the outlet, in °C. */
  temperatureC: number;
  /** Residual current in mA that flows while the vehicle has mains; from 6 mA on the monitor trips by itself. */
  residualMa: number;
  /** By how much the meter measures more energy and power than flows, in percent. */
  meterErrorPercent: number;
  /** Steps in which the meter's register counts, in Wh. */
  meterStepWh: number;
  /** Whether a Mode 2 outlet has the contact by which a Green'Up cord knows it; false: an ordinary outlet. */
  greenUpContact: boolean;
}

/** What surrounds the station. */
export interface StationConditions {
  /** Mains phase to neutral, in V; null: the nominal voltage of the board. */
  voltageV: number | null;
  /** Of the mains. */
  frequencyHz: number;
}

export const outletDefaults: Readonly<OutletConditions> = {
  temperatureC: 25,
  residualMa: 0,
  meterErrorPercent: 0,
  meterStepWh: 0.1,
  greenUpContact: true,
};

export const stationDefaults: Readonly<StationConditions> = { voltageV: null, frequencyHz: 50 };

const outletChoices: Choices<OutletConditions> = {
  temperatureC: range(-40, 150, '°C'),
  residualMa: range(0, 1000, 'mA'),
  meterErrorPercent: range(-50, 50, 'percent'),
  meterStepWh: range(0.1, 1000, 'Wh'),
  greenUpContact: yesOrNo,
};

const stationChoices: Choices<StationConditions> = {
  voltageV: orNull(range(1, 400, 'V')),
  frequencyHz: range(40, 70, 'Hz'),
};

const words = { has: 'there is no condition', value: 'condition' };

/** What an outlet must have for a condition to be seen. */
const needs: Readonly<
  Partial<Record<keyof OutletConditions, { what: string; isIn: (socket: BoardSocket) => boolean }>>
> = {
  temperatureC: { what: 'a thermometer', isIn: ({ thermometer }) => thermometer },
  residualMa: { what: 'a residual current monitor', isIn: ({ residualCurrentMonitor }) => residualCurrentMonitor },
  greenUpContact: { what: 'a domestic outlet (Mode 2)', isIn: ({ mode }) => mode === 'mode2' },
};

/** What may be changed around an outlet, and around the station, in words. */
export const surroundingsText = `${choicesText(outletChoices)}; for the station (0) ${choicesText(stationChoices)}`;

/** Throws `command.invalid`, naming `place`, for a condition that is unknown, wrong, or seen by no part of `socket`. */
export function changedOutlet(
  base: OutletConditions,
  change: object,
  place: string,
  socket: BoardSocket,
): OutletConditions {
  const changed = changedValues(outletChoices, base, change, place, words);
  for (const name of Object.keys(change)) {
    const need = needs[name as keyof OutletConditions];
    if (need === undefined || need.isIn(socket)) continue;
    throw new CommandRefusal('conditionNotHere', `${place}: condition ${name} needs ${need.what}, which is not there`);
  }
  return changed;
}

/** The same for the whole station. */
export function changedStation(base: StationConditions, change: object): StationConditions {
  return changedValues(stationChoices, base, change, 'connector 0 (the station)', words);
}

export function restoredOutlet(kept: { [name: string]: JsonValue }): OutletConditions {
  return restoredValues(outletChoices, outletDefaults, kept);
}

export function restoredStation(kept: { [name: string]: JsonValue }): StationConditions {
  return restoredValues(stationChoices, stationDefaults, kept);
}
