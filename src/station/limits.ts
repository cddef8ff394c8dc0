/** The current a connector may offer: the least of all restraints, with the one that rules by name. */
import { lowestOfferA } from '../hal/iec61851';
import { modeOf } from './modes';
import { wattsPerA } from './phases';
import { isFaulted } from './present-faults';
import type { ConnectorState, ProfileName, RunningSession, StationConfig, StationState } from './types';

/** What may hold a current down. */
export type LimitSource =
  | 'cable'
  | 'socket'
  | 'installation'
  | 'station'
  | 'temperature'
  | 'profile'
  | 'stationProfile'
  | 'sharing'
  | 'fault'
  | 'authorisation';

/** What an outlet may draw, and why no more. */
export interface Limit {
  /** Amperes per phase. */
  amps: number;
  /** The source that rules. */
  by: LimitSource;
  /** Every restraint that applies. */
  sources: readonly Restraint[];
}

/** One of the things that hold a current down. */
export interface Restraint {
  source: LimitSource;
  /** Amperes per phase. */
  amps: number;
  /** Which of the central system's profiles it is. */
  profile?: ProfileName;
}

/** Every restraint but the sharing between points, in the order in which an equal restraint is named. */
function restraintsAlone(state: StationState, config: StationConfig, connectorId: number): Restraint[] {
  const connector = config.connectors[connectorId - 1];
  const own = state.connectors[connectorId - 1];
  const point = connector && config.points[connector.pointIndex];
  // Profiles are the central system's: without it they restrain nothing.
  const ruled = modeOf(state, config, connectorId) === 'ocpp';
  const watts = state.stationProfileLimitW;
  const restraints: Restraint[] = [];
  const add = (source: LimitSource, amps: number | undefined, profile?: ProfileName): void => {
    if (amps !== undefined) restraints.push(profile ? { source, amps, profile } : { source, amps });
  };
  add('cable', own?.report?.cableA);
  add('socket', connector?.socket.ratedA ?? 0);
  add('installation', point?.installationA ?? 0);
  add('station', state.settings.stationMaxA);
  add('temperature', own?.report?.thermalA);
  if (!ruled) return restraints;
  add('profile', own?.profileLimitA, own?.profile);
  add('stationProfile', state.stationProfileLimitA, state.stationProfile);
  if (watts !== undefined) add('stationProfile', watts / wattsPerA(state, config, connectorId), state.stationProfile);
  return restraints;
}

/** What the connector could offer if no other charged, in A per phase. */
export function aloneLimitA(state: StationState, config: StationConfig, connectorId: number): number {
  return Math.min(...restraintsAlone(state, config, connectorId).map((r) => r.amps));
}

/**
 * While a transaction runs its share of the station's current counts as well. Who cannot charge anyway has no share: then
 * what keeps it from charging is named, and not the share that follows from it.
 */
export function limitOf(state: StationState, config: StationConfig, connectorId: number): Limit {
  const own = state.connectors[connectorId - 1];
  const alone = restraintsAlone(state, config, connectorId);
  const cause = alone.reduce(lesser);
  if (own?.session.kind !== 'running') return { amps: cause.amps, by: cause.source, sources: alone };
  const share: Restraint = { source: shareSource(state, connectorId, own, own.session), amps: own.share.grantedA };
  const sources = [...alone, share];
  const least = lesser(cause, share);
  const isConsequence = least.source === 'sharing' && cause.amps < lowestOfferA;
  return { amps: least.amps, by: isConsequence ? cause.source : least.source, sources };
}

function lesser(a: Restraint, b: Restraint): Restraint {
  return b.amps < a.amps ? b : a;
}

/** Why a connector has no share, where that has nothing to do with the others. */
function shareSource(
  state: StationState,
  connectorId: number,
  own: ConnectorState,
  session: RunningSession,
): LimitSource {
  if (isFaulted(state, connectorId)) return 'fault';
  return energyWithdrawn(own, session) ? 'authorisation' : 'sharing';
}

/** The transaction is de-authorised, and the energy that it may have all the same (MaxEnergyOnInvalidId) is used up. */
export function energyWithdrawn(connector: ConnectorState, session: RunningSession): boolean {
  return session.deauthorised && (connector.report?.meter?.reading.energyWh ?? 0) >= session.graceUntilWh;
}
