/** The current a connector may offer: the least of all restraints, with the one that rules by name. */
import { modeOf } from './modes';
import { wattsPerA } from './phases';
import type { StationConfig, StationState } from './types';

export type LimitSource =
  | 'cable'
  | 'socket'
  | 'installation'
  | 'station'
  | 'temperature'
  | 'profile'
  | 'stationProfile'
  | 'sharing';

export interface Limit {
  /** Amperes per phase. */
  amps: number;
  /** The source that rules. */
  by: LimitSource;
  /** Every restraint that applies. */
  sources: readonly Restraint[];
}

export interface Restraint {
  source: LimitSource;
  amps: number;
}

/** Every restraint but the sharing between points, in the order in which an equal restraint is named. */
function restraintsAlone(state: StationState, config: StationConfig, connectorId: number): Restraint[] {
  const connector = config.connectors[connectorId - 1];
  const own = state.connectors[connectorId - 1];
  const point = connector && config.points[connector.pointIndex];
  // Profiles are the central system's: without it they restrain nothing.
  const ruled = modeOf(state, config, connectorId) === 'ocpp';
  const watts = state.stationProfileLimitW;
  const candidates: [LimitSource, number | undefined][] = [
    ['cable', own?.report?.cableA],
    ['socket', connector?.socket.ratedA ?? 0],
    ['installation', point?.installationA ?? 0],
    ['station', state.settings.stationMaxA],
    ['temperature', own?.report?.thermalA],
    ['profile', ruled ? own?.profileLimitA : undefined],
    ['stationProfile', ruled ? state.stationProfileLimitA : undefined],
    ['stationProfile', !ruled || watts === undefined ? undefined : watts / wattsPerA(state, config, connectorId)],
  ];
  return candidates.flatMap(([source, amps]) => (amps === undefined ? [] : [{ source, amps }]));
}

/** What the connector could offer if no other charged, in A per phase. */
export function aloneLimitA(state: StationState, config: StationConfig, connectorId: number): number {
  return Math.min(...restraintsAlone(state, config, connectorId).map((r) => r.amps));
}

/** While a transaction runs its share of the station's current counts as well. */
export function limitOf(state: StationState, config: StationConfig, connectorId: number): Limit {
  const own = state.connectors[connectorId - 1];
  const alone = restraintsAlone(state, config, connectorId);
  const sharing: Restraint[] = own?.session.kind === 'running' ? [{ source: 'sharing', amps: own.share.grantedA }] : [];
  const sources = [...alone, ...sharing];
  const least = sources.reduce((a, b) => (b.amps < a.amps ? b : a));
  return { amps: least.amps, by: least.source, sources };
}
