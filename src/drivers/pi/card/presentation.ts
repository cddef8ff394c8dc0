/** Makes card events of polls of a reader: one a presentation, however long a card is held there. */
import type { CardEvent } from '../../../hal/parts';
import type { Trouble } from '../../../hal/trouble';
import type { PollResult } from './mfrc522';

/** A card is away after this many polls without one, in polls. */
const emptyPolls = 3;
/** A reader is absent after this many failed polls in a row, in polls. */
const failedPollsMax = 3;
/** A card that could not be read this often in one presentation is reported, in polls. */
const unreadablePollsMax = 3;
/** Reasons reported in one absence of the reader; more would be noise. */
const reasonsMax = 5;

/** What a person should know, without the name of the reader. */
export type ReaderTrouble = Pick<Trouble, 'code' | 'text'>;

/** A poll, or `gone`: the reader is known to be absent (not opened, not begun). */
export type PollOutcome = PollResult | { kind: 'gone'; trouble: ReaderTrouble };

export interface PresentationState {
  reader: 'unknown' | 'present' | 'absent';
  /** Failed polls in a row. */
  failed: number;
  /** Polls in a row with nothing in the field. */
  empty: number;
  /** Polls of this presentation that gave no UID. */
  unreadable: number;
  /** What was made an event of this presentation. After `several` nothing more is read until the field was empty. */
  shown: { kind: 'nothing' } | { kind: 'several' } | { kind: 'card'; uid: string };
  randomReported: boolean;
  /** Reasons reported since the reader was last present. */
  reasons: readonly string[];
}

export interface PresentationStep {
  state: PresentationState;
  events: CardEvent[];
  troubles: ReaderTrouble[];
}

export const presentationAtStart: PresentationState = {
  reader: 'unknown',
  failed: 0,
  empty: 0,
  unreadable: 0,
  shown: { kind: 'nothing' },
  randomReported: false,
  reasons: [],
};

export function presentationStep(state: PresentationState, outcome: PollOutcome): PresentationStep {
  switch (outcome.kind) {
    case 'failed': {
      const failed = state.failed + 1;
      if (failed < failedPollsMax) return { state: { ...state, failed }, events: [], troubles: [] };
      return readerAbsent({ ...state, failed }, { code: 'failed', text: outcome.reason });
    }
    case 'gone':
      return readerAbsent(state, outcome.trouble);
    default:
      return readerPresent(state, outcome);
  }
}

/** What lies on the reader is remembered: the same card found at its return is no new presentation. */
function readerAbsent(state: PresentationState, trouble: ReaderTrouble): PresentationStep {
  const reason = trouble.text;
  const isNew = !state.reasons.includes(reason) && state.reasons.length < reasonsMax;
  return {
    state: { ...state, reader: 'absent', reasons: isNew ? [...state.reasons, reason] : state.reasons },
    events: state.reader === 'absent' ? [] : [{ kind: 'reader', present: false }],
    troubles: isNew ? [trouble] : [],
  };
}

function readerPresent(before: PresentationState, seen: Exclude<PollResult, { kind: 'failed' }>): PresentationStep {
  const state: PresentationState = { ...before, reader: 'present', failed: 0, reasons: [] };
  const step = presented(state, seen);
  if (before.reader === 'present') return step;
  return { ...step, events: [{ kind: 'reader', present: true }, ...step.events] };
}

function presented(state: PresentationState, seen: Exclude<PollResult, { kind: 'failed' }>): PresentationStep {
  switch (seen.kind) {
    case 'none': {
      const empty = Math.min(state.empty + 1, emptyPolls);
      if (empty < emptyPolls) return { state: { ...state, empty }, events: [], troubles: [] };
      return { state: { ...state, empty, unreadable: 0, shown: { kind: 'nothing' } }, events: [], troubles: [] };
    }
    case 'several': {
      const events: CardEvent[] = state.shown.kind === 'several' ? [] : [{ kind: 'several' }];
      return { state: { ...state, empty: 0, shown: { kind: 'several' } }, events, troubles: [] };
    }
    case 'unreadable':
      return unreadable({ ...state, empty: 0, unreadable: state.unreadable + 1 }, seen.reason);
    case 'card':
      return card({ ...state, empty: 0 }, seen.uid);
    default:
      return seen satisfies never;
  }
}

function unreadable(state: PresentationState, reason: string): PresentationStep {
  const isNew = state.shown.kind === 'nothing' && state.unreadable === unreadablePollsMax;
  const trouble: ReaderTrouble = { code: 'noticed', text: `a card is there that cannot be read: ${reason}` };
  return { state, events: [], troubles: isNew ? [trouble] : [] };
}

function card(state: PresentationState, bytes: Uint8Array): PresentationStep {
  const uid = Buffer.from(bytes).toString('hex').toUpperCase();
  const { shown } = state;
  if (shown.kind === 'several') return { state, events: [], troubles: [] };
  const random = isRandom(uid);
  // Some telephones take a new random UID each time they are asked: held there, they are still one presentation.
  const same = shown.kind === 'card' && (shown.uid === uid || (random && isRandom(shown.uid)));
  if (same) return { state, events: [], troubles: [] };
  const text = `card ${uid} has a random UID (4 bytes, first 08), another each time: it cannot be enrolled`;
  const troubles: ReaderTrouble[] = random && !state.randomReported ? [{ code: 'noticed', text }] : [];
  return {
    state: { ...state, shown: { kind: 'card', uid }, randomReported: state.randomReported || random },
    events: [{ kind: 'card', uid }],
    troubles,
  };
}

/** ISO/IEC 14443-3, table of uid0: single-size UIDs that begin with 08 are made anew by the card. */
function isRandom(uid: string): boolean {
  return uid.length === 8 && uid.startsWith('08');
}
