/** One event, one step: the station's rules in order. Pure and total; timers are deadlines in the state. */
import { unreachable } from '../hal/errors';
import { onCard, onRemoteStart, onVerdict, plugAndCharge, usePending } from './authorisation';
import type { FaultId } from './faults';
import { aloneLimitA } from './limits';
import { settleReservations } from './reservations';
import { settleShares, shareDeadlines } from './sharing';
import { isFaulted, twinInUse } from './status';
import {
  type ConnectorContext,
  connectorContext,
  connectorContexts,
  hasTransaction,
  isUsable,
  nextStateOf,
  type StepContext,
} from './step-context';
import {
  beginEnding,
  nextSample,
  onRecorded,
  onStartVerdict,
  stopTransaction,
  transactionDeadlines,
  tryEnd,
  tryRecover,
  tryStart,
  watchRunning,
} from './transaction';
import type { StationConfig, StationInput, StationSettings, StationState, StationStep } from './types';

/** A soft reset waits this long for transactions to end by themselves, a hard one this long, in ms. */
const softResetMaxMs = 20_000;
const hardResetMaxMs = 3_000;
/** An unlock that has no feedback by then has failed (OCPP 1.6, 5.18), in ms. */
const unlockMaxMs = 25_000;
const unlockIdleMaxMs = 9_000;
/** A bolt that did not let go is sent back this long, and its next failure counts after this, in ms. */
const boltBackMs = 500;
const boltJudgedMs = 1_500;

export function stepStation(
  before: StationState,
  event: StationInput,
  now: number,
  config: StationConfig,
): StationStep {
  const context: StepContext = { state: nextStateOf(before), config, now, effects: [] };
  absorb(context, event);
  for (const connector of connectorContexts(context)) settle(context, connector);
  for (const [pointIndex] of config.points.entries()) settlePoint(context, pointIndex);
  for (const connector of connectorContexts(context)) tryStart(context, connector);
  settleAvailability(context);
  settleReservations(context);
  settleUnlocks(context);
  settleReset(context);
  settleShares(context, (connectorId) => aloneLimitA(context.state, config, connectorId));
  return { state: context.state, effects: context.effects };
}

function absorb(context: StepContext, event: StationInput): void {
  const { state, config } = context;
  switch (event.kind) {
    case 'tick':
      return;
    case 'socket': {
      const connector = state.connectors[event.connectorId - 1];
      if (connector) connector.report = event.report;
      return;
    }
    case 'card': {
      const pointIndex = config.points.findIndex((p) => p.side === event.side);
      if (pointIndex >= 0 && !state.reset) onCard(context, pointIndex, event.token, event.connectorId);
      return;
    }
    case 'verdict':
      onVerdict(context, event.ask, event.verdict);
      return;
    case 'recorded':
      onRecorded(context, event.tx);
      return;
    case 'startVerdict':
      onStartVerdict(context, event.tx, event.verdict);
      return;
    case 'remoteStart': {
      const target = connectorContext(context, event.connectorId);
      if (target) onRemoteStart(context, target, event.token, event.authorise);
      return;
    }
    case 'stop':
      stopTransaction(context, event.tx, event.reason);
      return;
    case 'unlock':
      beginUnlock(context, event.id, event.connectorId);
      return;
    case 'availability':
      setAvailability(context, event.connectorId, event.operative);
      return;
    case 'reserve': {
      const { reservation, expiresAt } = event;
      state.reservations = state.reservations.filter((r) => r.id !== reservation.id);
      state.reservations.push({ ...reservation, expiresAt });
      return;
    }
    case 'cancelReservation':
      state.reservations = state.reservations.filter((r) => r.id !== event.id);
      return;
    case 'profileLimits':
      state.stationProfileLimitA = event.stationA;
      for (const [index, connector] of state.connectors.entries()) connector.profileLimitA = event.connectorsA[index];
      return;
    case 'clock':
      state.reservations = state.reservations.map((r) => ({ ...r, expiresAt: r.expiryUnixMs - event.offsetMs }));
      return;
    case 'reset':
      state.reset ??= { hard: event.hard, since: context.now, done: false };
      return;
    case 'settings':
      applySettings(context, event.settings);
      return;
    case 'fault':
      setFault(context, event.connectorId, event.fault, event.present);
      return;
    default:
      unreachable(event);
  }
}

/** Connector 0 is the station with all its connectors (OCPP 1.6, 5.2). */
function setAvailability({ state }: StepContext, connectorId: number, operative: boolean): void {
  // Nothing is scheduled to become what it is already.
  const scheduled = (now: boolean) => (now === operative ? undefined : operative);
  if (connectorId === 0) state.scheduled = scheduled(state.operative);
  for (const [index, connector] of state.connectors.entries()) {
    if (connectorId === 0 || index === connectorId - 1) connector.scheduled = scheduled(connector.operative);
  }
}

function settleAvailability(context: StepContext): void {
  const { state } = context;
  for (const connector of state.connectors) {
    if (connector.scheduled === undefined || hasTransaction(connector)) continue;
    connector.operative = connector.scheduled;
    connector.scheduled = undefined;
  }
  if (state.scheduled !== undefined && !state.connectors.some(hasTransaction)) {
    state.operative = state.scheduled;
    state.scheduled = undefined;
  }
  for (const connector of connectorContexts(context)) settleSession(context, connector);
}

/** Only what was told from outside; those of the sockets, such as a residual current, wait for a person all the same. */
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
  tryEnd(context, connector);
  settleSession(context, connector);
}

/** Sessions without a transaction follow what is plugged, what is usable, and the clock. */
function settleSession(context: StepContext, connector: ConnectorContext): void {
  const { session, report } = connector.state;
  const { now, state, config } = context;
  const plugged = connector.facts.seesPlug ? report?.plugged === true : false;
  const usable = isUsable(context, connector.id);
  switch (session.kind) {
    case 'none':
      if (plugged && usable) {
        connector.state.session = { kind: 'waiting', deadline: now + state.settings.connectionTimeoutMs, asked: false };
      }
      return;
    case 'waiting':
      if (!plugged || !usable) connector.state.session = { kind: 'none' };
      else if (now >= session.deadline) connector.state.session = { kind: 'timedOut' };
      return;
    case 'timedOut':
      // A fault that passes leads back to Finishing (OCPP 1.6, 4.9, I6).
      if (!plugged || (!usable && !isFaulted(state, connector.id))) connector.state.session = { kind: 'none' };
      return;
    case 'locking':
      if ((connector.facts.seesPlug && !plugged) || !usable) connector.state.session = { kind: 'none' };
      else if (now >= session.deadline)
        connector.state.session = connector.facts.seesPlug ? { kind: 'timedOut' } : { kind: 'none' };
      return;
    case 'finished': {
      const blocked = !state.operative || !connector.state.operative || twinInUse(state, config, connector.id);
      const unlockedForGood = session.keptFor === undefined && !session.keepLocked;
      if (!plugged || (blocked && unlockedForGood && !isFaulted(state, connector.id)))
        connector.state.session = { kind: 'none' };
      return;
    }
    default:
      return;
  }
}

function settlePoint(context: StepContext, pointIndex: number): void {
  const point = context.state.points[pointIndex];
  if (!point) return;
  for (const connector of connectorContexts(context, pointIndex)) plugAndCharge(context, connector);
  usePending(context, pointIndex);
  if (!point.pending) return;
  const target = point.pending.connectorId;
  const open = connectorContexts(context, pointIndex).some(
    (connector) => (target === undefined || connector.id === target) && isUsable(context, connector.id),
  );
  if (context.now >= point.pending.deadline || !open) point.pending = undefined;
}

/** UnlockConnector: a running transaction is finished first (OCPP 1.6, 5.18). */
function beginUnlock(context: StepContext, id: number, connectorId: number): void {
  const { state, now } = context;
  const connector = connectorContext(context, connectorId);
  if (!connector) return;
  const busy = hasTransaction(connector.state);
  beginEnding(context, connector, { reason: 'UnlockCommand' });
  const { session } = connector.state;
  if (session.kind === 'ending') connector.state.session = { ...session, keepLocked: false, keptFor: undefined };
  if (session.kind === 'finished') connector.state.session = { ...session, keepLocked: false, keptFor: undefined };
  if (session.kind === 'locking') connector.state.session = { kind: 'timedOut' };
  const deadline = now + (busy ? unlockMaxMs : unlockIdleMaxMs);
  // 5.18: a new attempt is forced; the socket, for its part, knows only what it was told last.
  const again = connector.state.report?.faults.includes('unlockFailed') === true;
  const backUntil = again ? now + boltBackMs : undefined;
  const judgedFrom = again ? now + boltJudgedMs : now;
  state.unlocks = [...state.unlocks, { id, connectorId, deadline, backUntil, judgedFrom }];
}

function settleUnlocks({ state, now, effects }: StepContext): void {
  state.unlocks = state.unlocks.map((u) => (now >= (u.backUntil ?? now + 1) ? { ...u, backUntil: undefined } : u));
  state.unlocks = state.unlocks.filter(({ id, connectorId, deadline, judgedFrom }) => {
    const connector = state.connectors[connectorId - 1];
    const free = connector && !hasTransaction(connector) && connector.report?.locked === false;
    const jammed = now >= judgedFrom && connector?.report?.faults.includes('unlockFailed') === true;
    if (!free && !jammed && now < deadline) return true;
    effects.push({ kind: 'unlocked', id, result: free ? 'unlocked' : 'failed' });
    return false;
  });
}

function settleReset(context: StepContext): void {
  const { state, now, effects } = context;
  const { reset } = state;
  if (!reset || reset.done) return;
  const late = now - reset.since >= (reset.hard ? hardResetMaxMs : softResetMaxMs);
  for (const connector of connectorContexts(context)) {
    beginEnding(context, connector, { reason: reset.hard ? 'HardReset' : 'SoftReset', openNow: reset.hard });
    tryEnd(context, connector, late);
  }
  if (
    state.connectors.some(
      (c) => c.session.kind === 'starting' || c.session.kind === 'running' || c.session.kind === 'ending',
    )
  ) {
    return;
  }
  state.reset = { ...reset, done: true };
  effects.push({ kind: 'restart', hard: reset.hard });
}

/** The next instant at which a `tick` can change something; undefined when nothing is pending. */
export function nextDeadline(state: StationState, now: number): number | undefined {
  const due = state.connectors.flatMap((c) => transactionDeadlines(c.session));
  for (const point of state.points) if (point.pending) due.push(point.pending.deadline);
  due.push(...shareDeadlines(state));
  for (const reservation of state.reservations) due.push(reservation.expiresAt);
  for (const { deadline, backUntil, judgedFrom } of state.unlocks)
    due.push(deadline, backUntil ?? deadline, judgedFrom);
  if (state.reset && !state.reset.done) {
    due.push(state.reset.since + (state.reset.hard ? hardResetMaxMs : softResetMaxMs));
  }
  const future = due.filter((at) => at > now);
  const next = Math.min(...future);
  return Number.isFinite(next) ? next : undefined;
}
