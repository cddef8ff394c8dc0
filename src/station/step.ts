/** One input, one step: the station's rules in order. Pure and total; timers are deadlines in the state. */
import { unreachable } from '../hal/errors';
import { onCard, onRemoteStart, onVerdict } from './authorisation';
import { setAvailability, settleAvailability } from './availability';
import type { FaultId } from './faults';
import { firstReportsDeadlines, settleFirstReports } from './first-reports';
import { aloneLimitA } from './limits';
import { setMode } from './modes';
import { noteMeters } from './phases';
import { sameData } from './plain-data';
import { reservationDeadlines, settleReservations } from './reservations';
import { beginReset, endForReset, resetDeadlines, settleReset } from './reset';
import { sessionDeadlines, settlePoint, settleSession } from './session';
import { settleShares, shareDeadlines } from './sharing';
import {
  type ConnectorContext,
  connectorContext,
  connectorContexts,
  nextStateOf,
  type StepContext,
} from './step-context';
import {
  nextSample,
  onRecorded,
  onStartVerdict,
  sample,
  sampleDeadlines,
  stopTransaction,
  transactionDeadlines,
  tryEnd,
  tryRecover,
  tryStart,
  watchRunning,
} from './transaction';
import type { StationConfig, StationInput, StationSettings, StationState, StationStep } from './types';
import { beginUnlock, settleUnlocks, unlockDeadlines } from './unlock';

/** What one rule decides, an earlier one may have to judge: three passes were the most ever seen, one of them for certainty. */
const passesMax = 6;

/**
 * Takes the input in, then applies the rules until they change nothing more: what follows from an input follows at the
 * same instant, not with whatever comes next.
 */
export function stepStation(
  before: StationState,
  input: StationInput,
  now: number,
  config: StationConfig,
): StationStep {
  const context: StepContext = { state: nextStateOf(before), config, now, effects: [] };
  absorb(context, input);
  for (let pass = 0; pass < passesMax; pass++) {
    const { state } = context;
    context.state = nextStateOf(state);
    applyRules(context);
    if (sameData(state, context.state)) break;
  }
  return { state: context.state, effects: context.effects };
}

function applyRules(context: StepContext): void {
  settleFirstReports(context);
  for (const connector of connectorContexts(context)) settle(context, connector);
  for (const [pointIndex] of context.config.points.entries()) settlePoint(context, pointIndex);
  for (const connector of connectorContexts(context)) tryStart(context, connector);
  settleAvailability(context);
  for (const connector of connectorContexts(context)) settleSession(context, connector);
  settleReservations(context);
  settleUnlocks(context);
  settleReset(context);
  noteMeters(context.state.connectors, context.config);
  settleShares(context, (connectorId) => aloneLimitA(context.state, context.config, connectorId));
}

function absorb(context: StepContext, input: StationInput): void {
  const { state, config } = context;
  switch (input.kind) {
    case 'tick':
      return;
    case 'socket': {
      const connector = state.connectors[input.connectorId - 1];
      if (connector) connector.report = input.report;
      return;
    }
    case 'card': {
      const pointIndex = config.points.findIndex((p) => p.side === input.side);
      if (pointIndex >= 0) onCard(context, pointIndex, input.token, input.connectorId);
      return;
    }
    case 'verdict':
      onVerdict(context, input.ask, input.verdict);
      return;
    case 'recorded':
      onRecorded(context, input.tx);
      return;
    case 'startVerdict':
      onStartVerdict(context, input.tx, input.verdict);
      return;
    case 'remoteStart': {
      const target = connectorContext(context, input.connectorId);
      if (target) onRemoteStart(context, target, input.token, input.authorise);
      return;
    }
    case 'stop':
      stopTransaction(context, input.tx, input.reason);
      return;
    case 'unlock':
      beginUnlock(context, input.id, input.connectorId);
      return;
    case 'availability':
      setAvailability(context, input.connectorId, input.operative);
      return;
    case 'reserve': {
      const { reservation, expiresAt } = input;
      state.reservations = state.reservations.filter((r) => r.id !== reservation.id);
      state.reservations.push({ ...reservation, expiresAt });
      return;
    }
    case 'cancelReservation':
      state.reservations = state.reservations.filter((r) => r.id !== input.id);
      return;
    case 'profileLimits':
      state.stationProfileLimitA = input.stationA;
      state.stationProfileLimitW = input.stationW;
      state.stationProfile = input.station;
      for (const [index, connector] of state.connectors.entries()) {
        connector.profileLimitA = input.connectorsA[index];
        connector.profile = input.connectors?.[index];
      }
      return;
    case 'clock':
      state.reservations = state.reservations.map((r) => ({ ...r, expiresAt: r.expiryUnixMs - input.offsetMs }));
      return;
    case 'reset':
      beginReset(context, input.hard);
      return;
    case 'updating':
      state.updating = input.on;
      return;
    case 'settings':
      applySettings(context, input.settings);
      return;
    case 'mode':
      setMode(context, input.side, input.mode);
      return;
    case 'fault':
      setFault(context, input.connectorId, input.fault, input.present);
      return;
    case 'faultsCleared': {
      const connector = state.connectors[input.connectorId - 1];
      if (connector) connector.rememberedFaults = [];
      return;
    }
    default:
      unreachable(input);
  }
}

/** A fault that others than the socket report. A fault of the socket, such as a residual current, is not touched by it. */
function setFault({ state }: StepContext, connectorId: number, id: FaultId, present: boolean): void {
  const change = (list: readonly FaultId[]) => [...list.filter((f) => f !== id), ...(present ? [id] : [])];
  const connector = state.connectors[connectorId - 1];
  if (connectorId === 0) state.faults = change(state.faults);
  else if (connector) connector.faults = change(connector.faults);
}

function applySettings({ state, now }: StepContext, settings: StationSettings): void {
  const resample = settings.sampleIntervalMs !== state.settings.sampleIntervalMs;
  state.settings = settings;
  if (!resample) return;
  for (const connector of state.connectors) {
    const { session } = connector;
    if (session.kind !== 'running') continue;
    connector.session = { ...session, nextSampleAt: nextSample(session.tx.startedAt, now, settings.sampleIntervalMs) };
  }
}

function settle(context: StepContext, connector: ConnectorContext): void {
  tryRecover(context, connector);
  watchRunning(context, connector);
  endForReset(context, connector);
  tryEnd(context, connector);
  settleSession(context, connector);
}

/**
 * A tick at which nothing but samples of transactions is due; undefined where something else may be. As long as nothing but
 * readings from which nothing follows (`withReading`) has come since the last step, a whole step would do the same: no rule
 * looks at what a sample changes.
 */
export function stepSamples(
  before: StationState,
  { since, now }: { since: number; now: number },
  config: StationConfig,
): StationStep | undefined {
  if (deadlinesButSamples(before).some((at) => at > since && at <= now)) return undefined;
  const context: StepContext = { state: nextStateOf(before), config, now, effects: [] };
  for (const connector of connectorContexts(context)) {
    const { session } = connector.state;
    if (session.kind === 'running') sample(context, connector, session);
  }
  return { state: context.state, effects: context.effects };
}

/** The next instant at which a `tick` can change something; undefined when nothing is pending. */
export function nextDeadline(state: StationState, now: number): number | undefined {
  let next = Number.POSITIVE_INFINITY;
  for (const at of deadlinesButSamples(state)) if (at > now) next = Math.min(next, at);
  for (const at of sampleDeadlines(state)) if (at > now) next = Math.min(next, at);
  return Number.isFinite(next) ? next : undefined;
}

function deadlinesButSamples(state: StationState): number[] {
  return [
    ...firstReportsDeadlines(state),
    ...sessionDeadlines(state),
    ...transactionDeadlines(state),
    ...shareDeadlines(state),
    ...reservationDeadlines(state),
    ...unlockDeadlines(state),
    ...resetDeadlines(state),
  ];
}
