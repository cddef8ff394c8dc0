/** What the page of an armed rig knows of its parts, and how it has them worked. */
import { batch, signal } from '@preact/signals';
import { confirmWithinMs, type RigAct, type RigOutcome, type RigView } from '../../../control/pages/armed-rig';
import { posted } from '../bench/acts';
import { fetchSteps } from '../bench/pilot-steps';
import { listening } from '../listening';
import { hear, staleSince } from '../state';

/** null: the rig does not answer; undefined: it has told nothing yet. */
export const rig = signal<RigView | null | undefined>(undefined);
/** What was said last: what came of an act here, or what another hand did, or what happened by itself. Empty: no answer came. */
export const told = signal<RigOutcome | undefined>(undefined);
/** The connector whose contactor closes if that is asked for once more. */
export const asked = signal<number | undefined>(undefined);

/** By it the rig knows this page from others: who asked for a contactor confirms it, and who closed it must go on looking. */
const pageName = [...crypto.getRandomValues(new Uint8Array(16))]
  .map((byte) => byte.toString(16).padStart(2, '0'))
  .join('');

/** Well within the two beats after which the rig takes the page for gone, in ms. */
const hereEveryMs = 2_000;
const againMs = 3_000;

/** An act is under way. */
export const isActing = signal(false);
let forgetting: ReturnType<typeof setTimeout> | undefined;

/** One act at a time: what is pressed again meanwhile is not sent again. */
export async function work(act: RigAct, connectorId: number): Promise<void> {
  if (isActing.peek()) return;
  isActing.value = true;
  clearTimeout(forgetting);
  const outcome = await sent(act, connectorId);
  batch(() => {
    isActing.value = false;
    told.value = outcome;
    asked.value = outcome.kind === 'asked' ? connectorId : undefined;
  });
  if (outcome.kind === 'asked') forgetting = setTimeout(forgetAsked, confirmWithinMs);
}

async function sent(act: RigAct, connector: number): Promise<RigOutcome> {
  try {
    const { isDone, answer } = await posted('/acts', { act, connector, page: pageName });
    return isDone ? (answer as unknown as RigOutcome) : { kind: 'refused', line: String(answer.error ?? '') };
  } catch {
    return { kind: 'refused', line: '' };
  }
}

function forgetAsked(): void {
  asked.value = undefined;
  if (told.value?.kind === 'asked') told.value = undefined;
}

/** Looks and is heard as long as the page is open. Its path is not that of the bench, which may have been at this address before. */
export function listenToRig(): void {
  const live = listening<RigView>('/parts', (heard) => {
    // A refusal ends the stream for good: too many look on.
    if (heard.kind === 'ended') setTimeout(live.start, againMs);
    else hear();
    if (heard.kind === 'view') take(heard.view);
  });
  live.start();
  setInterval(sayHere, hereEveryMs);
  document.addEventListener('visibilitychange', sayHere);
}

function take(view: RigView | null): void {
  const before = rig.value?.message.line;
  rig.value = view;
  // That of another hand which was asked is not for this one to confirm.
  if (view && view.message.line !== before && view.message.kind !== 'asked') told.value = view.message;
  void fetchRest();
}

/** Who sees no fresh figures does not look, whatever is on the screen. */
function sayHere(): void {
  if (document.visibilityState === 'hidden' || staleSince.value !== undefined || !rig.value) return;
  // Without an answer the next one says so again.
  posted('/here', { page: pageName }).catch(() => {});
}

let isFetching = false;

/** One question at a time, the next with the next view. */
async function fetchRest(): Promise<void> {
  if (isFetching || !rig.value) return;
  isFetching = true;
  await fetchSteps(rig.value.lastStep);
  isFetching = false;
}
