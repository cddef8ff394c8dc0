/** How an update goes on: a pure function of what is known of it and what has happened, which says what is to be done. */
import { unreachable } from '../../hal/errors';
import type { SlotVersions } from '../../hal/ports';
import { but, type StoredUpdate } from './stored-update';

export interface UpdateState {
  update: StoredUpdate | undefined;
  /** When to go on by itself, on the station's clock in ms. */
  wakeAt: number | undefined;
  /** Something was asked for whose end is an event. */
  busy: boolean;
}

export interface StepTime {
  now: number;
  /** Undefined while nobody knows it. */
  unixMs: number | undefined;
}

export type UpdateEvent =
  /** The station has started; `versions` is undefined where the slots cannot be read just now. */
  | { kind: 'started'; running: string | undefined; versions: SlotVersions | undefined }
  | { kind: 'ordered'; update: StoredUpdate }
  | { kind: 'cancelled' }
  | { kind: 'tick' }
  | { kind: 'began'; totalBytes: number | undefined }
  | { kind: 'marked'; bytes: number; validator: string | undefined }
  | { kind: 'fetched'; bytes: number }
  | { kind: 'fetchFailed'; reason: string; isFinal: boolean }
  /** `runs`: this very release runs and is good, so that nothing is left to be done. */
  | { kind: 'verified'; release: string; version: string | undefined; runs: boolean }
  /** No transaction goes on, and while the station is held none will. */
  | { kind: 'free' }
  | { kind: 'placed'; running: string | undefined }
  | { kind: 'failed'; reason: string }
  | { kind: 'proven' };

/** In order; each when the one before is done. */
export type UpdateEffect =
  | { do: 'keep' }
  | { do: 'tell' }
  | { do: 'hold'; on: boolean }
  | { do: 'abort' }
  | { do: 'fetch' }
  | { do: 'verify' }
  | { do: 'place' }
  | { do: 'begin' }
  | { do: 'discard' }
  | { do: 'readSlots' };

export interface StepResult {
  state: UpdateState;
  effects: readonly UpdateEffect[];
}

/** While nobody knows the time, and where the slots cannot be read, it is asked for again after this, in ms. */
const askAgainMs = 10_000;
/** The clock may be set meanwhile: a date that is far off is looked at again after this, in ms. */
const dateLookMs = 3_600_000;

export const noUpdate: UpdateState = { update: undefined, wakeAt: undefined, busy: false };

/** An event that says nothing to the present phase changes nothing. */
export function stepUpdate(state: UpdateState, event: UpdateEvent, time: StepTime): StepResult {
  const { update } = state;
  if (event.kind === 'ordered') return taken(event.update, time);
  if (update === undefined) return same(state);
  switch (event.kind) {
    case 'started':
      return started(update, event, time);
    case 'cancelled':
      return {
        state: noUpdate,
        effects: [{ do: 'abort' }, { do: 'hold', on: false }, { do: 'keep' }, { do: 'discard' }],
      };
    case 'tick':
      return tick(state, update, time);
    case 'began':
    case 'marked':
    case 'fetched':
    case 'fetchFailed':
      return update.phase === 'downloading' && state.busy ? downloading(state, update, event, time) : same(state);
    case 'verified':
      return update.phase === 'downloaded' && state.busy ? verified(update, event) : same(state);
    case 'free':
      return state.busy ? same(state) : free(state, update);
    case 'placed':
      return update.phase === 'placing' && state.busy ? begin(update, event.running) : same(state);
    case 'failed':
      return state.busy ? ended(update, 'installationFailed', event.reason) : same(state);
    case 'proven':
      return update.phase === 'trial' ? ended(update, 'installed') : same(state);
    default:
      return unreachable(event);
  }
}

function same(state: UpdateState): StepResult {
  return { state, effects: [] };
}

function idle(update: StoredUpdate, effects: readonly UpdateEffect[], wakeAt?: number): StepResult {
  return { state: { update, wakeAt, busy: false }, effects };
}

function busy(update: StoredUpdate, effects: readonly UpdateEffect[]): StepResult {
  return { state: { update, wakeAt: undefined, busy: true }, effects };
}

/** The file is let go of last: an end that is not durable yet finds what it needs to go on. */
function ended(
  update: StoredUpdate,
  phase: 'installed' | 'downloadFailed' | 'installationFailed',
  reason?: string,
): StepResult {
  const { source } = update;
  const changes = {
    phase,
    reason: reason?.slice(0, reasonLengthMaxChars),
    source: source.from === 'url' ? { from: source.from, url: source.url } : source,
    part: undefined,
  };
  return idle(but(update, changes), [{ do: 'hold', on: false }, { do: 'keep' }, { do: 'tell' }, { do: 'discard' }]);
}

const reasonLengthMaxChars = 500;

function taken(update: StoredUpdate, time: StepTime): StepResult {
  switch (update.source.from) {
    case 'url': {
      const { state, effects } = whenDue(but(update, { phase: 'waiting' }), time);
      return { state, effects: state.busy ? effects : [{ do: 'keep' }, { do: 'tell' }] };
    }
    case 'handed':
      return busy(but(update, { phase: 'downloaded' }), [{ do: 'keep' }, { do: 'tell' }, { do: 'verify' }]);
    case 'slot':
      return idle(but(update, { phase: 'ready' }), [{ do: 'keep' }, { do: 'tell' }, { do: 'hold', on: true }]);
    default:
      return unreachable(update.source);
  }
}

/** A date that nobody can judge is waited for: the time comes with the network, as a rule. */
function whenDue(update: StoredUpdate, { now, unixMs }: StepTime): StepResult {
  const { notBeforeUnixMs } = update;
  if (notBeforeUnixMs !== undefined) {
    if (unixMs === undefined) return idle(update, [], now + askAgainMs);
    if (unixMs < notBeforeUnixMs) return idle(update, [], now + Math.min(notBeforeUnixMs - unixMs, dateLookMs));
  }
  return busy(but(update, { phase: 'downloading' }), [{ do: 'keep' }, { do: 'tell' }, { do: 'fetch' }]);
}

function tick(state: UpdateState, update: StoredUpdate, time: StepTime): StepResult {
  if (state.wakeAt === undefined || time.now < state.wakeAt) return same(state);
  switch (update.phase) {
    case 'waiting':
      return whenDue(update, time);
    case 'retrying':
      return busy(but(update, { phase: 'downloading' }), [{ do: 'keep' }, { do: 'fetch' }]);
    default:
      return idle(update, [{ do: 'readSlots' }]);
  }
}

function downloading(
  state: UpdateState,
  update: StoredUpdate,
  event: Extract<UpdateEvent, { kind: 'began' | 'marked' | 'fetched' | 'fetchFailed' }>,
  { now }: StepTime,
): StepResult {
  switch (event.kind) {
    case 'began':
      return { state: { ...state, update: but(update, { totalBytes: event.totalBytes }) }, effects: [] };
    case 'marked': {
      const { bytes, validator } = event;
      const part = validator === undefined ? undefined : { bytes, validator };
      const marked = but(update, { part, doneBytes: bytes });
      return { state: { ...state, update: marked }, effects: part || update.part ? [{ do: 'keep' }] : [] };
    }
    case 'fetched': {
      const { bytes } = event;
      const whole = but(update, {
        phase: 'downloaded',
        doneBytes: bytes,
        totalBytes: bytes,
        part: undefined,
        reason: undefined,
      });
      return busy(whole, [{ do: 'keep' }, { do: 'tell' }, { do: 'verify' }]);
    }
    case 'fetchFailed': {
      const { reason, isFinal } = event;
      if (isFinal || update.retriesLeft <= 0) return ended(update, 'downloadFailed', reason);
      const next = but(update, { phase: 'retrying', retriesLeft: update.retriesLeft - 1, reason });
      return idle(next, [{ do: 'keep' }], now + update.retryIntervalMs);
    }
    default:
      return unreachable(event);
  }
}

/** The station is held before it is asked whether it is free: otherwise a charge might begin between the two. */
function verified(
  update: StoredUpdate,
  { release, version, runs }: Extract<UpdateEvent, { kind: 'verified' }>,
): StepResult {
  const known = but(update, { release, version });
  if (runs) return ended(known, 'installed');
  return idle(but(known, { phase: 'ready' }), [{ do: 'keep' }, { do: 'hold', on: true }]);
}

function free(state: UpdateState, update: StoredUpdate): StepResult {
  switch (update.phase) {
    case 'ready':
    case 'placing':
      return busy(but(update, { phase: 'placing' }), [{ do: 'keep' }, { do: 'tell' }, { do: 'place' }]);
    case 'starting':
      return busy(update, [{ do: 'begin' }]);
    default:
      return same(state);
  }
}

/** It is durable that a trial begins before it does: the next start then judges by the slots what became of it. */
function begin(update: StoredUpdate, running: string | undefined): StepResult {
  return busy(but(update, { phase: 'starting', former: running }), [{ do: 'keep' }, { do: 'begin' }]);
}

function started(
  update: StoredUpdate,
  { running, versions }: Extract<UpdateEvent, { kind: 'started' }>,
  time: StepTime,
): StepResult {
  switch (update.phase) {
    case 'waiting':
      return whenDue(update, time);
    case 'downloading':
      return busy(update, [{ do: 'fetch' }]);
    case 'retrying':
      return idle(update, [], time.now + update.retryIntervalMs);
    case 'downloaded':
      return busy(update, [{ do: 'verify' }]);
    case 'ready':
      if (update.source.from === 'slot') return idle(update, [{ do: 'hold', on: true }]);
      return busy(but(update, { phase: 'downloaded' }), [{ do: 'verify' }]);
    case 'placing':
      return idle(update, [{ do: 'hold', on: true }]);
    case 'starting':
    case 'trial':
      if (versions === undefined) return idle(update, [], time.now + askAgainMs);
      return judged(update, running, versions);
    case 'installed':
    case 'downloadFailed':
    case 'installationFailed':
      return idle(update, [{ do: 'discard' }]);
    default:
      return unreachable(update.phase);
  }
}

/** What became of a trial, by the slots: they alone know how often the release was started, and whether it was given up. */
function judged(update: StoredUpdate, running: string | undefined, versions: SlotVersions): StepResult {
  const { release, former, phase } = update;
  if (running !== undefined && running === release) {
    if (versions.good === release) return ended(update, 'installed');
    return idle(but(update, { phase: 'trial' }), phase === 'trial' ? [] : [{ do: 'keep' }, { do: 'tell' }]);
  }
  const failed = versions.failed.find(({ version }) => version === release);
  if (failed) return ended(update, 'installationFailed', `release ${failed.version} was given up: it ${failed.reason}`);
  // The power went between the mark and the trial.
  if (phase === 'starting' && running === former) return idle(update, [{ do: 'hold', on: true }]);
  return ended(
    update,
    'installationFailed',
    `release ${running ?? 'none'} runs in the place of ${release ?? 'another'}`,
  );
}
