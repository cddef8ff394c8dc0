/** The life of a transaction: lock, start on disk, samples, end after the contacts have opened. */
import { lowestOfferA } from '../hal/iec61851';
import type { MeterReading } from '../hal/parts';
import { faults } from './faults';
import { aloneLimitA } from './limits';
import { drawsCurrent } from './metered';
import { modeOf } from './modes';
import { faultsOf } from './present-faults';
import { usedReservation } from './reservations';
import { timings } from './socket/timings';
import { evSideDisconnected, statusOf } from './status';
import { type ConnectorContext, connectorContexts, type StepContext } from './step-context';
import {
  type EndingSession,
  type Grant,
  groupOf,
  type RunningSession,
  type Session,
  type StationState,
  type StopReason,
  sameToken,
  type Transaction,
  type Verdict,
} from './types';

/** A transaction begins with a reading that is not older, in ms: twice the pace of readings while somebody is served. */
const startReadingAgeMaxMs = 2 * timings.meterIdleMs;
/** After this long a running transaction shows what suspends it, in ms. */
const settleMs = 10_000;
/** A reading taken after the contacts opened is awaited this long, then the last one counts, in ms. */
const finalReadingMs = 3_000;
/** An ending transaction whose contactor does not confirm is closed all the same, in ms. */
const endingMaxMs = 15_000;
/** A transaction found at start waits this long for the meter, in ms. */
const recoveryReadingMs = 15_000;
/** After a start plug and vehicle are known only after this long, in ms. */
const inputsSettleMs = 600;
/** Mode 2: next to no current for this long is a pause; for this long, with no plug contact, the end. In ms. */
const idleMs = 60_000;
const unseenPlugIdleMs = 600_000;

export function recoveryDeadline(now: number): number {
  return now + recoveryReadingMs;
}

/** A transaction begins once the plug is locked and the vehicle connected; energy waits until the start is durable. */
export function tryStart(context: StepContext, connector: ConnectorContext): void {
  const { session, report } = connector.state;
  if (session.kind !== 'locking' || !report?.meter || report.contactor !== 'open') return;
  if (!report.evConnected || report.locked === false) return;
  const { state, now, effects } = context;
  const { reading, at } = report.meter;
  // At rest a meter is read seldom: one that has been lost meanwhile must not start what it cannot measure.
  if (now > at + startReadingAgeMaxMs) return;
  const tx: Transaction = {
    key: `${state.boot}-${state.nextTransaction}`,
    connectorId: connector.id,
    token: session.grant.token,
    parent: session.grant.parent,
    startedAt: now,
    meterStartWh: reading.energyWh,
    lastWh: reading.energyWh,
    ...(modeOf(state, context.config, connector.id) === 'ocpp' ? {} : { local: true as const }),
  };
  state.nextTransaction += 1;
  connector.state.session = { kind: 'starting', tx };
  const reservation = usedReservation(state, connector.id, tx);
  state.reservations = state.reservations.filter((r) => r !== reservation);
  effects.push({ kind: 'record', record: { kind: 'start', tx, at: now, reading, reservationId: reservation?.id } });
}

export function onRecorded(context: StepContext, key: string): void {
  for (const connector of connectorContexts(context)) {
    const { session } = connector.state;
    if (session.kind !== 'starting' || session.tx.key !== key) continue;
    connector.state.session = {
      kind: 'running',
      tx: session.tx,
      settled: false,
      settleBy: context.now + settleMs,
      deauthorised: false,
      graceUntilWh: 0,
      evLeft: false,
      lowSince: undefined,
      idle: false,
      nextSampleAt: nextSample(session.tx.startedAt, context.now, context.state.settings.sampleIntervalMs),
    };
  }
}

/** The sampling grid starts with the transaction, so that intervals between timestamps are exact. */
export function nextSample(startedAt: number, now: number, intervalMs: number): number | undefined {
  if (intervalMs <= 0) return undefined;
  return startedAt + (Math.floor((now - startedAt) / intervalMs) + 1) * intervalMs;
}

/** OCPP 1.6, 4.8 and E3.17: a start that was not accepted ends, or loses its energy. */
export function onStartVerdict(context: StepContext, key: string, verdict: Verdict): void {
  for (const connector of connectorContexts(context)) {
    const { session } = connector.state;
    if (!('tx' in session) || session.tx.key !== key) continue;
    const tx = { ...session.tx, parent: groupOf(verdict.parent) ?? session.tx.parent };
    if (session.kind !== 'running' || verdict.accepted) {
      connector.state.session = { ...session, tx } as Session;
      continue;
    }
    if (context.state.settings.stopOnInvalidId) {
      const keptFor: Grant = { token: tx.token, parent: tx.parent, via: 'card' };
      beginEnding(context, connector, { reason: 'DeAuthorized', keepLocked: true, keptFor });
    } else {
      const graceUntilWh =
        (connector.state.report?.meter?.reading.energyWh ?? 0) + context.state.settings.maxEnergyOnInvalidWh;
      connector.state.session = { ...session, tx, deauthorised: true, graceUntilWh };
    }
  }
}

export interface EndingOptions {
  reason: StopReason;
  token?: string;
  openNow?: boolean;
  keepLocked?: boolean;
  keptFor?: Grant;
  info?: string;
}

export function beginEnding(context: StepContext, connector: ConnectorContext, options: EndingOptions): void {
  const { session } = connector.state;
  if (session.kind !== 'running' && session.kind !== 'starting') return;
  connector.state.session = {
    kind: 'ending',
    tx: session.tx,
    reason: options.reason,
    token: options.token,
    since: context.now,
    openedAt: undefined,
    openNow: options.openNow ?? false,
    shown: shownBefore(context, connector),
    keepLocked: options.keepLocked ?? false,
    keptFor: options.keptFor,
    info: options.info,
  };
}

/** A fault is told by itself, for as long as it lasts. */
function shownBefore(
  { state, config }: StepContext,
  { id, state: { session } }: ConnectorContext,
): EndingSession['shown'] {
  const { status } = statusOf(state, config, id);
  const evLeft = session.kind === 'running' && session.evLeft;
  return { status: status === 'Faulted' ? 'SuspendedEVSE' : status, info: evLeft ? evSideDisconnected : undefined };
}

/** Ends the transaction with the last reading there is, whatever it still waits for. */
export function endAtOnce(context: StepContext, connector: ConnectorContext): void {
  const { session, report } = connector.state;
  if (session.kind === 'ending') finish(context, connector, session, report?.meter?.reading);
}

/** Ends the transaction once the contacts are open and the meter was read after that, or waiting makes no sense. */
export function tryEnd(context: StepContext, connector: ConnectorContext): void {
  const { session, report } = connector.state;
  if (session.kind !== 'ending') return;
  const { now } = context;
  const opened = session.openedAt ?? (report?.contactor === 'open' ? now : undefined);
  const current: EndingSession = { ...session, openedAt: opened };
  connector.state.session = current;
  const fresh = current.openedAt !== undefined && (report?.meter?.at ?? -1) >= current.openedAt;
  const waited = current.openedAt !== undefined && now >= current.openedAt + finalReadingMs;
  if (!fresh && !waited && now < current.since + endingMaxMs) return;
  finish(context, connector, current, report?.meter?.reading);
}

function finish(
  context: StepContext,
  connector: ConnectorContext,
  ending: EndingSession,
  reading: MeterReading | undefined,
): void {
  const meterWh = Math.max(reading?.energyWh ?? 0, ending.tx.lastWh);
  const { tx, reason, token } = ending;
  context.effects.push({
    kind: 'record',
    record: { kind: 'stop', tx, at: context.now, reading, meterWh, reason, token },
  });
  const { keepLocked, keptFor, info } = ending;
  connector.state.session = connector.facts.seesPlug
    ? { kind: 'finished', keptFor, keepLocked, info }
    : { kind: 'none' };
}

/** Until then a plug that has stayed in may look drawn, and its session would be taken for over. */
function inputsSettledAt(session: { deadline: number }): number {
  return session.deadline - recoveryReadingMs + inputsSettleMs;
}

/** A transaction found open at start: power or process was lost; it ends with what the meter says now. */
export function tryRecover(context: StepContext, connector: ConnectorContext): void {
  const { session, report } = connector.state;
  if (session.kind !== 'recovering') return;
  const { now, state } = context;
  const reading = report?.meter?.reading;
  if (now < inputsSettledAt(session)) return;
  if (!reading && now < session.deadline) return;
  const meterWh = Math.max(reading?.energyWh ?? 0, session.tx.lastWh);
  const { tx } = session;
  context.effects.push({
    kind: 'record',
    record: { kind: 'stop', tx, at: now, reading, meterWh, reason: 'PowerLoss', token: undefined },
  });
  // With plug-and-charge, or where all are free, nobody comes to ask again: the plug that stayed in counts as new.
  const mode = modeOf(state, context.config, connector.id);
  const again = mode === 'free' || (mode === 'ocpp' && state.settings.plugAndCharge) || !connector.facts.seesPlug;
  connector.state.session = again
    ? { kind: 'none' }
    : { kind: 'finished', keptFor: undefined, keepLocked: false, info: undefined };
}

/** What happens to a running transaction by itself: samples, pauses, faults, a vehicle that leaves or comes back. */
export function watchRunning(context: StepContext, connector: ConnectorContext): void {
  if (connector.state.session.kind !== 'running') return;
  sample(context, connector, connector.state.session);
  const fault = faultsOf(context.state, connector.id).find((id) => faults[id].endsTransaction);
  if (fault) {
    beginEnding(context, connector, { reason: fault === 'supplyLost' ? 'PowerLoss' : 'Other', openNow: true });
    return;
  }
  watchVehicle(context, connector);
  settleRunning(context, connector);
  watchIdle(context, connector);
}

/** Takes the sample of a running transaction that is due. */
export function sample(context: StepContext, connector: ConnectorContext, session: RunningSession): void {
  const { state, now, effects } = context;
  const meter = connector.state.report?.meter;
  if (session.nextSampleAt === undefined || now < session.nextSampleAt) return;
  const { startedAt } = session.tx;
  const { sampleIntervalMs } = state.settings;
  const next = nextSample(startedAt, now, sampleIntervalMs);
  if (!meter || sampleIntervalMs <= 0) {
    connector.state.session = { ...session, nextSampleAt: next };
    return;
  }
  // The timestamp is the grid's, the reading the last one (at most a second old): intervals stay exact.
  const at = startedAt + Math.floor((now - startedAt) / sampleIntervalMs) * sampleIntervalMs;
  const tx = { ...session.tx, lastWh: Math.max(session.tx.lastWh, meter.reading.energyWh) };
  connector.state.session = { ...session, tx, nextSampleAt: next };
  const { offeredA = 0, temperatureC } = connector.state.report ?? {};
  effects.push({ kind: 'record', record: { kind: 'sample', tx, at, reading: meter.reading, offeredA, temperatureC } });
}

/** OCPP 1.6, 4.10 and 9.1: StopTransactionOnEVSideDisconnect, UnlockConnectorOnEVSideDisconnect. */
function watchVehicle(context: StepContext, connector: ConnectorContext): void {
  const { session, report } = connector.state;
  if (session.kind !== 'running' || !connector.facts.seesPlug || !report) return;
  // A proximity contact that is broken under a connected vehicle is a fault, not an unplugging.
  if (report.faults.includes('proximityInvalid')) return;
  const { stopOnEvDisconnect, unlockOnEvDisconnect } = context.state.settings;
  // A plug drawn here is no matter of the EV side: with it goes what ties the next vehicle to this transaction.
  const drawn = !report.plugged && connector.facts.socket.tetheredA === undefined;
  if (report.evConnected) {
    if (session.evLeft) connector.state.session = { ...session, evLeft: false };
  } else if (stopOnEvDisconnect || drawn) {
    // 4.10: the plug remains locked until the user presents the identifier.
    const keptFor: Grant = { token: session.tx.token, parent: session.tx.parent, via: 'card' };
    const kept = unlockOnEvDisconnect ? {} : { keepLocked: true, keptFor };
    beginEnding(context, connector, { reason: 'EVDisconnected', info: evSideDisconnected, ...kept });
  } else if (!session.evLeft) connector.state.session = { ...session, evLeft: true };
}

function settleRunning(context: StepContext, connector: ConnectorContext): void {
  const { session, report } = connector.state;
  if (session.kind !== 'running' || session.settled) return;
  const restrained = aloneLimitA(context.state, context.config, connector.id) < lowestOfferA;
  const settled = report?.contactor === 'closed' || restrained || context.now >= session.settleBy;
  if (settled) connector.state.session = { ...session, settled: true };
}

function watchIdle(context: StepContext, connector: ConnectorContext): void {
  const { session, report } = connector.state;
  if (session.kind !== 'running' || connector.facts.socket.mode !== 'mode2') return;
  const { now } = context;
  const drawing = drawsCurrent(report?.meter?.reading);
  const lowSince = drawing || report?.contactor !== 'closed' ? undefined : (session.lowSince ?? now);
  const idle = lowSince !== undefined && now >= lowSince + idleMs;
  if (lowSince !== session.lowSince || idle !== session.idle) connector.state.session = { ...session, lowSince, idle };
  if (!connector.facts.seesPlug && lowSince !== undefined && now >= lowSince + unseenPlugIdleMs) {
    beginEnding(context, connector, { reason: 'Local' });
  }
}

/** But for those of samples. */
export function transactionDeadlines(state: StationState): number[] {
  return state.connectors.flatMap(({ session }) => deadlinesOf(session));
}

export function sampleDeadlines(state: StationState): number[] {
  return state.connectors.flatMap(({ session }) =>
    session.kind === 'running' && session.nextSampleAt !== undefined ? [session.nextSampleAt] : [],
  );
}

function deadlinesOf(session: Session): number[] {
  switch (session.kind) {
    case 'recovering':
      return [inputsSettledAt(session), session.deadline];
    case 'running': {
      const due = session.settled ? [] : [session.settleBy];
      if (session.lowSince !== undefined) due.push(session.lowSince + idleMs, session.lowSince + unseenPlugIdleMs);
      return due;
    }
    case 'ending':
      return [
        session.since + endingMaxMs,
        ...(session.openedAt === undefined ? [] : [session.openedAt + finalReadingMs]),
      ];
    default:
      return [];
  }
}

/** Stops a transaction on behalf of somebody who names it. */
export function stopTransaction(context: StepContext, key: string, reason: 'Remote' | 'Local'): void {
  const connector = connectorContexts(context).find(
    (c) => 'tx' in c.state.session && sameToken(c.state.session.tx.key, key),
  );
  if (connector) beginEnding(context, connector, { reason });
}
