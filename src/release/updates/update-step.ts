/** How an update goes on: a pure function of what is known of it and what has happened, which says what is to be done. */
import { unreachable } from '../../hal/errors';
import type { FileSignatureKind } from '../../hal/firmware-updates';
import type { SlotVersions } from '../../hal/ports';
import { but, type StoredUpdate, type UpdatePhase } from './stored-update';
import { askAgainMs, notBefore, type StepTime } from './update-dates';

export interface UpdateState {
  update: StoredUpdate | undefined;
  /** When to go on by itself, on the station's clock in ms. */
  wakeAt: number | undefined;
  /** Something was asked for whose end is an event. */
  busy: boolean;
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
  | {
      kind: 'verified';
      release: string;
      version: string | undefined;
      runs: boolean;
      /** How the whole file is signed, where it had to be. */
      signature?: FileSignatureKind | undefined;
    }
  /** No transaction goes on, and while the station is held none will. */
  | { kind: 'free' }
  | { kind: 'placed'; running: string | undefined }
  /** `at`: the signature over the file, or what is in it; absent: anything else. */
  | { kind: 'failed'; reason: string; at?: FailedAt }
  | { kind: 'proven' };

type FailedAt = 'signature' | 'package' | undefined;

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
      return update.phase === 'downloaded' && state.busy ? verified(update, event, time) : same(state);
    case 'free':
      return state.busy ? same(state) : free(state, update);
    case 'placed':
      return update.phase === 'placing' && state.busy ? begin(update, event.running) : same(state);
    case 'failed':
      return state.busy ? ended(update, failureOf(update, event.at), event.reason) : same(state);
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
  phase: Extract<UpdatePhase, 'installed' | 'invalidSignature' | `${string}Failed`>,
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

/** Only of a signed order it is told what exactly was wrong with its file. */
function failureOf({ signed }: StoredUpdate, at: FailedAt) {
  if (at === 'signature') return 'invalidSignature';
  return signed && at === 'package' ? 'verificationFailed' : 'installationFailed';
}

/** What goes on with the same step: only of a signed order it is told (security whitepaper, L01.FR.01). */
function toldIfSigned({ signed }: StoredUpdate): UpdateEffect[] {
  return signed ? [{ do: 'tell' }] : [];
}

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

function whenDue(update: StoredUpdate, time: StepTime): StepResult {
  const lookAt = notBefore(update.notBeforeUnixMs, time);
  if (lookAt !== undefined) return idle(update, [], lookAt);
  return busy(but(update, { phase: 'downloading' }), [{ do: 'keep' }, { do: 'tell' }, { do: 'fetch' }]);
}

function tick(state: UpdateState, update: StoredUpdate, time: StepTime): StepResult {
  if (state.wakeAt === undefined || time.now < state.wakeAt) return same(state);
  switch (update.phase) {
    case 'waiting':
      return whenDue(update, time);
    case 'retrying':
      return busy(but(update, { phase: 'downloading' }), [{ do: 'keep' }, ...toldIfSigned(update), { do: 'fetch' }]);
    case 'scheduled': {
      const lookAt = notBefore(update.installNotBeforeUnixMs, time);
      // What was verified long ago is verified again: its signer may have been revoked meanwhile.
      return lookAt === undefined ? verifiedAnew(update) : idle(update, [], lookAt);
    }
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
      return idle(next, [{ do: 'keep' }, ...toldIfSigned(update)], now + update.retryIntervalMs);
    }
    default:
      return unreachable(event);
  }
}

function verified(
  update: StoredUpdate,
  { release, version, runs, signature }: Extract<UpdateEvent, { kind: 'verified' }>,
  time: StepTime,
): StepResult {
  const { signed } = update;
  const known = but(update, {
    release,
    version,
    ...(signed && { signed: { ...signed, ...(signature && { kind: signature }) } }),
  });
  if (runs) return ended(known, 'installed');
  return whenInstallDue(known, time);
}

/**
 * The station is held before it is asked whether it is free: otherwise a charge might begin between the two. Until the date of its
 * installation an update is in nobody's way (security whitepaper, L01.FR.16).
 */
function whenInstallDue(update: StoredUpdate, time: StepTime): StepResult {
  const lookAt = notBefore(update.installNotBeforeUnixMs, time);
  if (lookAt === undefined) {
    const ready = but(update, { phase: 'ready' });
    return idle(ready, [{ do: 'keep' }, ...toldIfSigned(update), { do: 'hold', on: true }]);
  }
  return idle(but(update, { phase: 'scheduled' }), [{ do: 'keep' }, ...toldIfSigned(update)], lookAt);
}

function verifiedAnew(update: StoredUpdate): StepResult {
  return busy(but(update, { phase: 'downloaded' }), [{ do: 'verify' }]);
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
  const starting = but(update, { phase: 'starting', former: running });
  return busy(starting, [{ do: 'keep' }, ...toldIfSigned(update), { do: 'begin' }]);
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
    case 'scheduled':
    case 'ready':
      if (update.source.from === 'slot') return idle(update, [{ do: 'hold', on: true }]);
      return verifiedAnew(update);
    case 'placing':
      return idle(update, [{ do: 'hold', on: true }]);
    case 'starting':
    case 'trial':
      if (versions === undefined) return idle(update, [], time.now + askAgainMs);
      return judged(update, running, versions);
    case 'installed':
    case 'downloadFailed':
    case 'installationFailed':
    case 'invalidSignature':
    case 'verificationFailed':
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
