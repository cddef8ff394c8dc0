/** The specification read slowly: what charging profiles allow at one instant, worked out anew for each instant. */
import type { ChargingProfile } from '../../../src/ocpp/messages';

/** A profile as it came, and what the station knew then. */
export interface Given {
  connectorId: number;
  wire: ChargingProfile;
  receivedAt: number;
  /** Of a TxProfile: the transaction that ran on the connector. */
  transaction?: string;
}

export interface Outlet {
  connectorId: number;
  volts: number;
  /** Those that the vehicle uses. */
  phases: number;
  transaction: { name: string; startedAt: number } | undefined;
  /** "Now" of the question: without a transaction, one is imagined that begins now. */
  now: number;
}

const day = 24 * 60 * 60 * 1000;

/**
 * 5.16.3, 5.16.4: "same chargingProfileId, or the same combination of stackLevel / ChargingProfilePurpose". Both on the
 * same connector: central systems use one id for all of them.
 */
export function afterReplacements(given: readonly Given[]): Given[] {
  const kept: Given[] = [];
  for (const next of given) {
    for (let i = kept.length - 1; i >= 0; i -= 1) {
      const old = kept[i];
      if (!old) continue;
      const sameId = old.wire.chargingProfileId === next.wire.chargingProfileId;
      const samePlace = old.connectorId === next.connectorId;
      const sameLevel = old.wire.stackLevel === next.wire.stackLevel;
      const samePurpose = old.wire.chargingProfilePurpose === next.wire.chargingProfilePurpose;
      if (samePlace && (sameId || (sameLevel && samePurpose))) kept.splice(i, 1);
    }
    kept.push(next);
  }
  return kept;
}

/** 3.13.3: the minimum of ChargePointMaxProfile and of TxProfile, or else TxDefaultProfile. In A per phase. */
export function allowedAt(given: readonly Given[], outlet: Outlet, at: number): number {
  const { transaction, connectorId } = outlet;
  const txProfiles = given.filter(
    (g) =>
      g.wire.chargingProfilePurpose === 'TxProfile' &&
      g.connectorId === connectorId &&
      transaction !== undefined &&
      g.transaction === transaction.name,
  );
  const forThis = given.filter(
    (g) => g.wire.chargingProfilePurpose === 'TxDefaultProfile' && g.connectorId === connectorId,
  );
  const forAll = given.filter((g) => g.wire.chargingProfilePurpose === 'TxDefaultProfile' && g.connectorId === 0);
  // 3.13.1: "the TxDefaultProfile SHALL be replaced only for that specific connector".
  const defaults = [
    ...forThis,
    ...forAll.filter((g) => forThis.every((own) => own.wire.stackLevel !== g.wire.stackLevel)),
  ];
  const own = prevailing(txProfiles, outlet, at) ?? prevailing(defaults, outlet, at) ?? Number.POSITIVE_INFINITY;
  return Math.min(own, stationAt(given, outlet, at));
}

/** 3.13.3: "the limit for all connectors combined". */
export function stationAt(given: readonly Given[], outlet: Outlet, at: number): number {
  const station = given.filter((g) => g.wire.chargingProfilePurpose === 'ChargePointMaxProfile');
  return prevailing(station, outlet, at) ?? Number.POSITIVE_INFINITY;
}

/** 3.13.2: "the highest stackLevel among the profiles that are valid at that point in time"; E3.43: else a lower one. */
function prevailing(given: readonly Given[], outlet: Outlet, at: number): number | undefined {
  let best: { level: number; amps: number } | undefined;
  for (const g of given) {
    const amps = limitAt(g, outlet, at);
    if (amps !== undefined && (best === undefined || g.wire.stackLevel > best.level)) {
      best = { level: g.wire.stackLevel, amps };
    }
  }
  return best?.amps;
}

function limitAt(g: Given, outlet: Outlet, at: number): number | undefined {
  const { validFrom, validTo, chargingSchedule: schedule } = g.wire;
  if (validFrom !== undefined && at < Date.parse(validFrom)) return undefined;
  if (validTo !== undefined && at >= Date.parse(validTo)) return undefined;
  const seconds = secondsIntoSchedule(g, outlet, at);
  if (seconds === undefined || seconds < 0) return undefined;
  // 5.16.4: periods beyond the duration are not executed; the last one is kept until the duration has ended.
  if (schedule.duration !== undefined && seconds >= schedule.duration) return undefined;
  let limit: number | undefined;
  for (const period of schedule.chargingSchedulePeriod) {
    if (period.startPeriod > seconds) continue;
    // 7.12: W is for all phases, A for each. The total is promised: numberPhases cannot change what the vehicle uses.
    limit = schedule.chargingRateUnit === 'A' ? period.limit : period.limit / (outlet.volts * outlet.phases);
  }
  return limit;
}

function secondsIntoSchedule(g: Given, outlet: Outlet, at: number): number | undefined {
  const { chargingProfileKind: kind, chargingProfilePurpose, recurrencyKind, chargingSchedule } = g.wire;
  const named = chargingSchedule.startSchedule === undefined ? undefined : Date.parse(chargingSchedule.startSchedule);
  // 7.9, 7.13: "relative to start of charging"; the whole station knows no such start, it counts from receipt.
  const situation =
    chargingProfilePurpose === 'ChargePointMaxProfile' ? g.receivedAt : (outlet.transaction?.startedAt ?? outlet.now);
  if (kind === 'Relative') return (at - situation) / 1000;
  if (kind === 'Absolute') return (at - (named ?? situation)) / 1000;
  if (named === undefined || at < named) return undefined;
  // E3.79: every 24 hours, or every 7 days, from startSchedule.
  const every = recurrencyKind === 'Weekly' ? 7 * day : day;
  return ((at - named) % every) / 1000;
}
