/** What the rules of one step work on: a copy of the state that they may change, the facts, the time, and look-ups. */

import { isFaulted } from './present-faults';
import type { SocketReport } from './socket/types';
import { outOfUse } from './status';
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

export interface NextState extends StationState {
  reservations: Reservation[];
  connectors: ConnectorState[];
  points: PointState[];
  asks: Ask[];
  unlocks: Unlock[];
}

/** What a rule works on: the state, the facts, the time, and the effects so far. */
export interface StepContext {
  state: NextState;
  config: StationConfig;
  now: number;
  effects: StationEffect[];
  /** Connectors with their facts, made once for each copy of the state; see `connectorContexts`. */
  listed?: { state: NextState; connectors: readonly ConnectorContext[] };
}

/** A copy that one step may change. Name by name for the reason that `copyForReading` (socket/power-state.ts) gives. */
export function nextStateOf(state: StationState): NextState {
  const connectors = state.connectors.map((own) => withReport(own, own.report));
  const next = withConnectors(state, connectors);
  next.points = state.points.map(({ mode, pending }) => ({ mode, pending }));
  next.asks = state.asks.slice();
  next.reservations = state.reservations.slice();
  next.unlocks = state.unlocks.slice();
  return next as NextState;
}

/** The same state with other connectors. */
export function withConnectors(state: StationState, connectors: readonly ConnectorState[]): StationState {
  return {
    settings: state.settings,
    reportsDueAt: state.reportsDueAt,
    boot: state.boot,
    nextAsk: state.nextAsk,
    nextTransaction: state.nextTransaction,
    connectors,
    points: state.points,
    asks: state.asks,
    stationProfileLimitA: state.stationProfileLimitA,
    stationProfileLimitW: state.stationProfileLimitW,
    stationProfile: state.stationProfile,
    operative: state.operative,
    scheduled: state.scheduled,
    faults: state.faults,
    reservations: state.reservations,
    reset: state.reset,
    updating: state.updating,
    unlocks: state.unlocks,
  };
}

/** A copy with another report. */
export function withReport(connector: ConnectorState, report: SocketReport | undefined): ConnectorState {
  return {
    report,
    reportMissing: connector.reportMissing,
    session: connector.session,
    share: connector.share,
    profileLimitA: connector.profileLimitA,
    profile: connector.profile,
    phases: connector.phases,
    voltage: connector.voltage,
    operative: connector.operative,
    scheduled: connector.scheduled,
    faults: connector.faults,
    rememberedFaults: connector.rememberedFaults,
  };
}

/** A connector with its facts and its state. */
export interface ConnectorContext {
  id: number;
  facts: ConnectorConfig;
  state: ConnectorState;
}

export function connectorContext(context: StepContext, connectorId: number): ConnectorContext | undefined {
  const facts = context.config.connectors[connectorId - 1];
  const state = context.state.connectors[connectorId - 1];
  return facts && state && { id: connectorId, facts, state };
}

export function connectorContexts(context: StepContext, pointIndex?: number): readonly ConnectorContext[] {
  const { state, config } = context;
  if (context.listed?.state !== state) {
    const connectors: ConnectorContext[] = [];
    for (const facts of config.connectors) {
      const own = state.connectors[facts.connectorId - 1];
      if (own) connectors.push({ id: facts.connectorId, facts, state: own });
    }
    context.listed = { state, connectors };
  }
  const { connectors } = context.listed;
  return pointIndex === undefined ? connectors : connectors.filter(({ facts }) => facts.pointIndex === pointIndex);
}

/** Free of everything that forbids a new session: not Unavailable, not Faulted, no reset under way. */
export function isUsable({ state, config }: StepContext, connectorId: number): boolean {
  return outOfUse(state, config, connectorId) === undefined && !state.reset && !isFaulted(state, connectorId);
}

export function hasTransaction(state: ConnectorState): boolean {
  const { kind } = state.session;
  return kind === 'starting' || kind === 'running' || kind === 'ending' || kind === 'recovering';
}
