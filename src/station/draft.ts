/** A copy of the state that one step may change, with the looks-up that every rule needs. */
import { isFaulted, twinInUse } from './status';
import type {
  Ask,
  ConnectorConfig,
  ConnectorState,
  PointState,
  Reservation,
  StationConfig,
  StationEffect,
  StationState,
  Unlock,
} from './types';

export interface Draft extends StationState {
  reservations: Reservation[];
  connectors: ConnectorState[];
  points: PointState[];
  asks: Ask[];
  unlocks: Unlock[];
}

/** What a rule works on: the draft, the facts, the time, and the effects so far. */
export interface Context {
  draft: Draft;
  config: StationConfig;
  now: number;
  effects: StationEffect[];
}

export function draftOf(state: StationState): Draft {
  return {
    ...state,
    connectors: state.connectors.map((c) => ({ ...c })),
    points: state.points.map((p) => ({ ...p })),
    reservations: [...state.reservations],
    asks: [...state.asks],
    unlocks: [...state.unlocks],
  };
}

/** A connector with its facts and its state. */
export interface Outlet {
  id: number;
  facts: ConnectorConfig;
  state: ConnectorState;
}

export function outlet(context: Context, connectorId: number): Outlet | undefined {
  const facts = context.config.connectors[connectorId - 1];
  const state = context.draft.connectors[connectorId - 1];
  return facts && state && { id: connectorId, facts, state };
}

export function outlets(context: Context, pointIndex?: number): Outlet[] {
  return context.config.connectors.flatMap((facts) => {
    const state = context.draft.connectors[facts.connectorId - 1];
    const wanted = pointIndex === undefined || facts.pointIndex === pointIndex;
    return state && wanted ? [{ id: facts.connectorId, facts, state }] : [];
  });
}

/** Free of everything that forbids a new session: not Unavailable, not Faulted, twin not in use, no reset under way. */
export function isUsable({ draft, config }: Context, connectorId: number): boolean {
  return (
    draft.operative &&
    draft.connectors[connectorId - 1]?.operative === true &&
    !draft.reset &&
    !twinInUse(draft, config, connectorId) &&
    !isFaulted(draft, connectorId)
  );
}

export function hasTransaction(state: ConnectorState): boolean {
  const { kind } = state.session;
  return kind === 'starting' || kind === 'running' || kind === 'ending' || kind === 'recovering';
}
