/** The current a connector may offer: the least of all restraints, with the one that rules by name. */
import type { StationConfig, StationState } from './types';

export type LimitSource = 'cable' | 'socket' | 'installation' | 'station' | 'temperature';

export interface Limit {
  /** Amperes per phase. */
  amps: number;
  /** The source that rules. */
  by: LimitSource;
  /** Every restraint that applies. */
  sources: readonly { source: LimitSource; amps: number }[];
}

/** Sources in the order in which an equal restraint is named. */
export function limitOf(state: StationState, config: StationConfig, connectorId: number): Limit {
  const connector = config.connectors[connectorId - 1];
  const report = state.connectors[connectorId - 1]?.report;
  const point = connector && config.points[connector.pointIndex];
  const candidates: [LimitSource, number | undefined][] = [
    ['cable', report?.cableA],
    ['socket', connector?.socket.ratedA ?? 0],
    ['installation', point?.installationA ?? 0],
    ['station', state.settings.stationMaxA],
    ['temperature', report?.thermalA],
  ];
  const sources = candidates.flatMap(([source, amps]) => (amps === undefined ? [] : [{ source, amps }]));
  const least = sources.reduce((a, b) => (b.amps < a.amps ? b : a), {
    source: 'socket' as LimitSource,
    amps: Infinity,
  });
  return { amps: least.amps, by: least.source, sources };
}
