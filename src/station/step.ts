/** One event, one step: the station's rules in order. Pure and total; timers are deadlines in the state. */
import { unreachable } from '../hal/errors';
import { onCard, onRemoteStart, onVerdict, plugAndCharge, usePending } from './authorisation';
import { type Context, draftOf, hasTransaction, isUsable, type Outlet, outlet, outlets } from './draft';
import type { FaultId } from './faults';
import { aloneLimitA } from './limits';
import { notePhases } from './phases';
import { settleReservations } from './reservations';
import { settleShares, shareDeadlines } from './sharing';
import { isFaulted, twinInUse } from './status';
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
import type { StationConfig, StationEvent, StationSettings, StationState, StationStep } from './types';

/** A soft reset waits this long for transactions to end by themselves, a hard one this long, in ms. */
const soft_reset_max_ms = 20_000;
const hard_reset_max_ms = 3_000;
/** An unlock that has no feedback by then has failed (OCPP 1.6, 5.18), in ms. */
const unlock_max_ms = 25_000;
const unlock_idle_max_ms = 9_000;
/** A bolt that did not let go is sent back this long, and its next failure counts after this, in ms. */
const bolt_back_ms = 500;
const bolt_judged_ms = 1_500;

export function stepStation(
  before: StationState,
  event: StationEvent,
  now: number,
  config: StationConfig,
): StationStep {
  const context: Context = { draft: draftOf(before), config, now, effects: [] };
  absorb(context, event);
  for (const o of outlets(context)) settle(context, o);
  for (const [pointIndex] of config.points.entries()) settlePoint(context, pointIndex);
  for (const o of outlets(context)) tryStart(context, o);
  settleAvailability(context);
  settleReservations(context);
  settleUnlocks(context);
  settleReset(context);
  notePhases(context);
  settleShares(context, (connectorId) => aloneLimitA(context.draft, config, connectorId));
  return { state: context.draft, effects: context.effects };
}

function absorb(context: Context, event: StationEvent): void {
  const { draft, config } = context;
  switch (event.kind) {
    case 'tick':
      return;
    case 'socket': {
      const connector = draft.connectors[event.connectorId - 1];
      if (connector) connector.report = event.report;
      return;
    }
    case 'card': {
      const pointIndex = config.points.findIndex((p) => p.side === event.side);
      if (pointIndex >= 0 && !draft.reset) onCard(context, pointIndex, event.token, event.connectorId);
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
      const target = outlet(context, event.connectorId);
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
      draft.reservations = draft.reservations.filter((r) => r.id !== reservation.id);
      draft.reservations.push({ ...reservation, expiresAt });
      return;
    }
    case 'cancelReservation':
      draft.reservations = draft.reservations.filter((r) => r.id !== event.id);
      return;
    case 'restraint':
      draft.stationRestraintA = event.stationA;
      draft.stationProfileLimitW = event.stationW;
      for (const [index, connector] of draft.connectors.entries()) connector.restraintA = event.connectorsA[index];
      return;
    case 'clock':
      draft.reservations = draft.reservations.map((r) => ({ ...r, expiresAt: r.expiryUnixMs - event.offsetMs }));
      return;
    case 'reset':
      draft.reset ??= { hard: event.hard, since: context.now, done: false };
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
function setAvailability({ draft }: Context, connectorId: number, operative: boolean): void {
  // Nothing is scheduled to become what it is already.
  const scheduled = (now: boolean) => (now === operative ? undefined : operative);
  if (connectorId === 0) draft.scheduled = scheduled(draft.operative);
  for (const [index, connector] of draft.connectors.entries()) {
    if (connectorId === 0 || index === connectorId - 1) connector.scheduled = scheduled(connector.operative);
  }
}

function settleAvailability(context: Context): void {
  const { draft } = context;
  for (const connector of draft.connectors) {
    if (connector.scheduled === undefined || hasTransaction(connector)) continue;
    connector.operative = connector.scheduled;
    connector.scheduled = undefined;
  }
  if (draft.scheduled !== undefined && !draft.connectors.some(hasTransaction)) {
    draft.operative = draft.scheduled;
    draft.scheduled = undefined;
  }
  for (const o of outlets(context)) settleSession(context, o);
}

/** Only what was told from outside; those of the sockets, such as a residual current, wait for a person all the same. */
function setFault({ draft }: Context, connectorId: number, id: FaultId, present: boolean): void {
  const change = (list: readonly FaultId[]) => [...list.filter((f) => f !== id), ...(present ? [id] : [])];
  const connector = draft.connectors[connectorId - 1];
  if (connectorId === 0) draft.faults = change(draft.faults);
  else if (connector) connector.faults = change(connector.faults);
}

function applySettings({ draft, now }: Context, settings: StationSettings): void {
  const resample = settings.sampleIntervalMs !== draft.settings.sampleIntervalMs;
  draft.settings = settings;
  if (!resample) return;
  for (const connector of draft.connectors) {
    const { session } = connector;
    if (session.kind !== 'running') continue;
    connector.session = { ...session, nextSampleAt: nextSample(session.tx.startedAt, now, settings.sampleIntervalMs) };
  }
}

function settle(context: Context, o: Outlet): void {
  tryRecover(context, o);
  watchRunning(context, o);
  tryEnd(context, o);
  settleSession(context, o);
}

/** Sessions without a transaction follow what is plugged, what is usable, and the clock. */
function settleSession(context: Context, o: Outlet): void {
  const { session, report } = o.state;
  const { now, draft, config } = context;
  const plugged = o.facts.seesPlug ? report?.plugged === true : false;
  const usable = isUsable(context, o.id);
  switch (session.kind) {
    case 'none':
      if (plugged && usable) {
        o.state.session = { kind: 'waiting', deadline: now + draft.settings.connectionTimeoutMs, asked: false };
      }
      return;
    case 'waiting':
      if (!plugged || !usable) o.state.session = { kind: 'none' };
      else if (now >= session.deadline) o.state.session = { kind: 'lapsed' };
      return;
    case 'lapsed':
      // A fault that passes leads back to Finishing (OCPP 1.6, 4.9, I6).
      if (!plugged || (!usable && !isFaulted(draft, o.id))) o.state.session = { kind: 'none' };
      return;
    case 'locking':
      if ((o.facts.seesPlug && !plugged) || !usable) o.state.session = { kind: 'none' };
      else if (now >= session.deadline) o.state.session = o.facts.seesPlug ? { kind: 'lapsed' } : { kind: 'none' };
      return;
    case 'finished': {
      const blocked = !draft.operative || !o.state.operative || twinInUse(draft, config, o.id);
      const unlockedForGood = session.keptFor === undefined && !session.keepLocked;
      if (!plugged || (blocked && unlockedForGood && !isFaulted(draft, o.id))) o.state.session = { kind: 'none' };
      return;
    }
    default:
      return;
  }
}

function settlePoint(context: Context, pointIndex: number): void {
  const point = context.draft.points[pointIndex];
  if (!point) return;
  for (const o of outlets(context, pointIndex)) plugAndCharge(context, o);
  usePending(context, pointIndex);
  if (!point.pending) return;
  const target = point.pending.connectorId;
  const open = outlets(context, pointIndex).some(
    (o) => (target === undefined || o.id === target) && isUsable(context, o.id),
  );
  if (context.now >= point.pending.deadline || !open) point.pending = undefined;
}

/** UnlockConnector: a running transaction is finished first (OCPP 1.6, 5.18). */
function beginUnlock(context: Context, id: number, connectorId: number): void {
  const { draft, now } = context;
  const o = outlet(context, connectorId);
  if (!o) return;
  const busy = hasTransaction(o.state);
  beginEnding(context, o, { reason: 'UnlockCommand' });
  const { session } = o.state;
  if (session.kind === 'ending') o.state.session = { ...session, keepLocked: false, keptFor: undefined };
  if (session.kind === 'finished') o.state.session = { ...session, keepLocked: false, keptFor: undefined };
  if (session.kind === 'locking') o.state.session = { kind: 'lapsed' };
  const deadline = now + (busy ? unlock_max_ms : unlock_idle_max_ms);
  // 5.18: a new attempt is forced; the socket, for its part, knows only what it was told last.
  const again = o.state.report?.faults.includes('unlockFailed') === true;
  const backUntil = again ? now + bolt_back_ms : undefined;
  const judgedFrom = again ? now + bolt_judged_ms : now;
  draft.unlocks = [...draft.unlocks, { id, connectorId, deadline, backUntil, judgedFrom }];
}

function settleUnlocks({ draft, now, effects }: Context): void {
  draft.unlocks = draft.unlocks.map((u) => (now >= (u.backUntil ?? now + 1) ? { ...u, backUntil: undefined } : u));
  draft.unlocks = draft.unlocks.filter(({ id, connectorId, deadline, judgedFrom }) => {
    const connector = draft.connectors[connectorId - 1];
    const free = connector && !hasTransaction(connector) && connector.report?.locked === false;
    const jammed = now >= judgedFrom && connector?.report?.faults.includes('unlockFailed') === true;
    if (!free && !jammed && now < deadline) return true;
    effects.push({ kind: 'unlocked', id, result: free ? 'unlocked' : 'failed' });
    return false;
  });
}

function settleReset(context: Context): void {
  const { draft, now, effects } = context;
  const { reset } = draft;
  if (!reset || reset.done) return;
  const late = now - reset.since >= (reset.hard ? hard_reset_max_ms : soft_reset_max_ms);
  for (const o of outlets(context)) {
    beginEnding(context, o, { reason: reset.hard ? 'HardReset' : 'SoftReset', openNow: reset.hard });
    tryEnd(context, o, late);
  }
  if (
    draft.connectors.some(
      (c) => c.session.kind === 'starting' || c.session.kind === 'running' || c.session.kind === 'ending',
    )
  ) {
    return;
  }
  draft.reset = { ...reset, done: true };
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
    due.push(state.reset.since + (state.reset.hard ? hard_reset_max_ms : soft_reset_max_ms));
  }
  const future = due.filter((at) => at > now);
  const next = Math.min(...future);
  return Number.isFinite(next) ? next : undefined;
}
