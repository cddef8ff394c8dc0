/** Charging profiles as installed: checked, with times as numbers (OCPP 1.6, 3.13, 7.8 and errata). */
import { type ChargingProfile, parseDateTime } from '../messages';
import type { Stamp } from '../wall-time';

export type ChargingProfilePurpose = ChargingProfile['chargingProfilePurpose'];
export type RateUnit = 'A' | 'W';

export interface Period {
  /** Seconds after the start of the schedule. */
  startS: number;
  limit: number;
  /** As it was set. No limit depends on it: what a vehicle uses, this station cannot choose (errata 3.34). */
  numberPhases: number;
}

export interface InstalledChargingProfile {
  /** 0: the station. */
  connectorId: number;
  id: number;
  stackLevel: number;
  purpose: ChargingProfilePurpose;
  kind: ChargingProfile['chargingProfileKind'];
  recurrence: 'Daily' | 'Weekly' | undefined;
  /** Unix times in ms. */
  validFrom: number | undefined;
  validTo: number | undefined;
  startSchedule: number | undefined;
  /** When it was installed: the start of a limit for the whole station that names none. */
  installed: Stamp;
  durationS: number | undefined;
  unit: RateUnit;
  periods: readonly Period[];
  minChargingRate: number | undefined;
  /** Our name of the transaction that a TxProfile belongs to. */
  tx: string | undefined;
}

/** A profile whose time of installation is put on the scale in which windows are asked for, in ms. */
export interface DatedChargingProfile extends InstalledChargingProfile {
  installedAt: number;
}

export interface ChargingProfileLimits {
  stackLevelMax: number;
  periodsMax: number;
  units: readonly RateUnit[];
}

/** Phases of a limit that names none (7.14, errata 3.69). */
const phasesUnlessTold = 3;

/** `ignored`: what of it has no meaning, and is not followed. */
export type CheckedChargingProfile = { profile: InstalledChargingProfile; ignored?: string } | { wrong: string };

/** Reads a profile of the wire. `wrong` says what about it is not possible, whatever the state of the station. */
export function checkedChargingProfile(
  wire: ChargingProfile,
  place: { connectorId: number; installed: Stamp; tx: string | undefined },
  limits: ChargingProfileLimits,
): CheckedChargingProfile {
  const { chargingSchedule: schedule } = wire;
  const startSchedule = time(schedule.startSchedule);
  const wrong =
    placeWrong(wire, place.connectorId) ??
    kindWrong(wire) ??
    scheduleWrong(wire, limits) ??
    (wire.stackLevel < 0 || wire.stackLevel > limits.stackLevelMax
      ? `stackLevel: found ${wire.stackLevel}, valid is 0 to ${limits.stackLevelMax}`
      : undefined);
  if (wrong !== undefined) return { wrong };
  const recurs = wire.chargingProfileKind === 'Recurring';
  // Errata 3.56. Without it the schedule is clear all the same: it runs once.
  const ignored = `recurrencyKind ${wire.recurrencyKind} is for Recurring profiles only, this one is ${wire.chargingProfileKind}`;
  return {
    ...(recurs || wire.recurrencyKind === undefined ? {} : { ignored }),
    profile: {
      ...place,
      id: wire.chargingProfileId,
      stackLevel: wire.stackLevel,
      purpose: wire.chargingProfilePurpose,
      kind: wire.chargingProfileKind,
      recurrence: recurs ? wire.recurrencyKind : undefined,
      validFrom: time(wire.validFrom),
      validTo: time(wire.validTo),
      startSchedule,
      durationS: schedule.duration,
      unit: schedule.chargingRateUnit,
      periods: schedule.chargingSchedulePeriod.map(({ startPeriod, limit, numberPhases }) => ({
        startS: startPeriod,
        limit,
        numberPhases: numberPhases ?? phasesUnlessTold,
      })),
      minChargingRate: schedule.minChargingRate,
    },
  };
}

function time(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDateTime(text);
}

/** 3.13.1: which purpose belongs where. */
function placeWrong({ chargingProfilePurpose: purpose }: ChargingProfile, connectorId: number): string | undefined {
  if (purpose === 'ChargePointMaxProfile' && connectorId !== 0) return 'a ChargePointMaxProfile belongs to connector 0';
  if (purpose === 'TxProfile' && connectorId === 0) return 'a TxProfile belongs to a connector with a transaction';
  return undefined;
}

function kindWrong({
  chargingProfileKind: kind,
  recurrencyKind,
  chargingSchedule,
}: ChargingProfile): string | undefined {
  if (kind !== 'Recurring') return undefined;
  if (recurrencyKind === undefined) return 'recurrencyKind is missing; a Recurring profile needs Daily or Weekly';
  return chargingSchedule.startSchedule === undefined
    ? 'startSchedule is missing; a Recurring profile repeats from it'
    : undefined;
}

function scheduleWrong(
  { chargingSchedule, validFrom, validTo }: ChargingProfile,
  limits: ChargingProfileLimits,
): string | undefined {
  const { chargingSchedulePeriod: periods, duration, chargingRateUnit, minChargingRate } = chargingSchedule;
  if (!limits.units.includes(chargingRateUnit)) return `chargingRateUnit ${chargingRateUnit} is not allowed`;
  if (periods.length > limits.periodsMax) return `${periods.length} periods, valid are at most ${limits.periodsMax}`;
  if (periods[0]?.startPeriod !== 0) return 'the first startPeriod must be 0';
  if (periods.some((p, i) => i > 0 && p.startPeriod <= (periods[i - 1]?.startPeriod ?? 0)))
    return 'startPeriod must rise';
  if (periods.some((p) => p.limit < 0)) return 'a limit must not be negative';
  if (periods.some((p) => p.numberPhases !== undefined && (p.numberPhases < 1 || p.numberPhases > 3))) {
    return 'numberPhases must be 1 to 3';
  }
  if (duration !== undefined && duration < 0) return 'duration must not be negative';
  if (minChargingRate !== undefined && minChargingRate < 0) return 'minChargingRate must not be negative';
  const from = time(validFrom);
  const to = time(validTo);
  return from !== undefined && to !== undefined && to <= from ? 'validTo must be after validFrom' : undefined;
}

/**
 * 3.13.2, 5.16.3, 5.16.4: the same id, or the same purpose and level, is replaced, on the same connector, of which 0 is
 * one. Central systems use one id for all connectors: compared over connectors it would lift a limit that nobody cleared.
 */
export function replaces(next: InstalledChargingProfile, old: InstalledChargingProfile): boolean {
  if (next.connectorId !== old.connectorId) return false;
  return next.id === old.id || (next.purpose === old.purpose && next.stackLevel === old.stackLevel);
}

/**
 * What of a profile holds while the wall time is unknown, in monotonic time: schedules relative to a start are followed,
 * those that the clock governs are not. How far a relative limit of the station has come that an earlier boot was given
 * cannot be known; the lowest of its limits holds, lest the supply be overloaded.
 */
export function withoutWallTime(profile: InstalledChargingProfile, boot: number): DatedChargingProfile | undefined {
  const { kind, startSchedule, validFrom, validTo, purpose, installed, periods } = profile;
  const fixed = kind === 'Absolute' && startSchedule !== undefined;
  if (kind === 'Recurring' || fixed || validFrom !== undefined || validTo !== undefined) return undefined;
  if (purpose !== 'ChargePointMaxProfile' || installed.boot === boot) return { ...profile, installedAt: installed.at };
  const lowest = periods.reduce((a, b) => (b.limit < a.limit ? b : a));
  return { ...profile, installedAt: 0, durationS: undefined, periods: [{ ...lowest, startS: 0 }] };
}
