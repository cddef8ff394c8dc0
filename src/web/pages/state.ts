/** What the pages know: who looks, in which language, at which page, and what the station last told. */
import { signal } from '@preact/signals';
import type { PageView } from '../../control/pages/page-view';
import { beatEveryMs, pageHeader } from '../page-protocol';
import type { RefusalCode } from '../refusal';
import { glossaries } from './glossaries';
import { listening } from './listening';
import type { Glossary, Language, Words } from './words';

/** Read by `firstLanguage` while this module begins: it must stand before. */
const languageKey = 'greenup-language';

/** `unknown`: the station has not been asked yet. */
export const level = signal<'unknown' | 'anyone' | 'newcomer' | 'session'>('unknown');
/** null: the station is starting or ending; undefined: it has told nothing yet. */
export const view = signal<PageView | null | undefined>(undefined);
/** Since when nothing was heard; undefined: what is shown is fresh. */
export const staleSince = signal<number | undefined>(undefined);
export const page = signal(location.hash);
export const language = signal<Language>(firstLanguage());
/** Somebody was logged out without having asked for it. */
export const sessionEnded = signal(false);

/** How often it is looked at whether the station is still heard, in ms. */
const lookMs = 1_000;
/** After a stream that ended the station is asked again, in ms. */
const againMs = 3_000;

let heardAt = 0;

export function words(): Words {
  return glossaries[language.value];
}

/** What a page of its own says, in the language of whoever looks. */
export function said<Said>(glossary: Glossary<Said>): Said {
  return glossary[language.value];
}

function firstLanguage(): Language {
  const chosen = localStorage.getItem(languageKey) ?? navigator.language;
  return chosen.toLowerCase().startsWith('fr') ? 'fr' : 'en';
}

export function speak(chosen: Language): void {
  localStorage.setItem(languageKey, chosen);
  language.value = chosen;
}

/** `unreachable`: there was no answer; `notPossible`: one that no page expects. */
export interface ServerRefusal {
  refused: RefusalCode | 'notPossible' | 'unreachable';
  waitS?: number;
}

/** What the station answers to something that it shall do. */
export async function sent<Answer>(
  path: string,
  body: object,
): Promise<{ answer: Answer } | { refusal: ServerRefusal }> {
  let response: Response;
  try {
    const headers = { 'Content-Type': 'application/json', [pageHeader]: '1' };
    response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
  } catch {
    return { refusal: { refused: 'unreachable' } };
  }
  const answer = (await response.json().catch(() => ({}))) as Partial<ServerRefusal> & { level?: typeof level.value };
  if (answer.refused === 'logInFirst') endSession();
  if (!response.ok) return { refusal: { refused: 'notPossible', ...answer } };
  if (answer.level !== undefined) enter(answer.level);
  return { answer: answer as Answer };
}

/** undefined: it is done. */
export async function post(path: string, body: object): Promise<ServerRefusal | undefined> {
  const result = await sent(path, body);
  return 'refusal' in result ? result.refusal : undefined;
}

/** undefined: there was no answer, or a refusal. */
export async function fetched<Answer>(path: string): Promise<Answer | undefined> {
  try {
    const response = await fetch(path);
    const answer = (await response.json()) as Answer & Partial<ServerRefusal>;
    if (answer.refused === 'logInFirst') endSession();
    return response.ok ? answer : undefined;
  } catch {
    return undefined;
  }
}

export async function askLevel(): Promise<void> {
  try {
    const response = await fetch('/api/session');
    const { level: told } = (await response.json()) as { level: typeof level.value };
    if (told === 'anyone' && level.value === 'session') endSession();
    else enter(told);
  } catch {
    setTimeout(askLevel, againMs);
  }
}

export function leave(): void {
  live.stop();
  view.value = undefined;
  level.value = 'anyone';
}

export function endSession(): void {
  leave();
  sessionEnded.value = true;
}

function enter(told: typeof level.value): void {
  level.value = told;
  if (told !== 'anyone') sessionEnded.value = false;
  if (told === 'session') live.start();
}

const live = listening<PageView>('/api/live', (heard) => {
  if (level.value !== 'session') return;
  if (heard.kind === 'ended') setTimeout(askLevel, againMs);
  else hear();
  if (heard.kind === 'view') view.value = heard.view;
});

export function hear(): void {
  heardAt = Date.now();
  staleSince.value = undefined;
}

document.addEventListener('visibilitychange', () => {
  // A page that was hidden did not listen: what it shows is old until it has heard again, which is soon or not at all.
  if (document.visibilityState === 'visible' && heardAt > 0 && staleSince.value === undefined) heardAt = Date.now();
});
setInterval(() => {
  const isHeard = document.visibilityState === 'hidden' || Date.now() - heardAt <= 2 * beatEveryMs;
  if (heardAt > 0 && !isHeard) staleSince.value = heardAt;
}, lookMs);
addEventListener('hashchange', () => {
  page.value = location.hash;
});
