/** What the bench page knows: the station and its world as they were last told, and the frames. */
import { signal } from '@preact/signals';
import type { BenchFacts, BenchView } from '../../../control/pages/bench';
import type { RefusedCommand } from '../../../hal/command-refusal';
import type { ObservedFrame } from '../../../ocpp/frames/observed-frame';
import { listening } from '../listening';
import { fetched, hear } from '../state';
import { type ActResult, posted } from './acts';
import { fetchSteps, joined, type KnownNumber } from './pilot-steps';

/** null: the station is starting or ending; undefined: it has told nothing yet. */
export const bench = signal<BenchView | { power: 'off' } | null | undefined>(undefined);
/** undefined: not told yet. What was told last stays while the power is off. */
export const facts = signal<BenchFacts | undefined>(undefined);
/** Since when the power is off, by the station's time; undefined: it is on. */
export const offSince = signal<string | undefined>(undefined);
/** Oldest first. */
export const frames = signal<readonly ObservedFrame[]>([]);
export const chosenOutlet = signal(1);

/** What the page keeps; of more the oldest are forgotten. */
const framesMax = 2_000;

/** What came of an act at the bench: what was refused is a code. */
export interface BenchOutcome extends ActResult {
  refusal?: RefusedCommand | undefined;
  /** What was asked for, where it is a text. */
  text?: string | undefined;
}

/** Gives a command of the bench interface. */
export async function act(command: string, request: object = {}): Promise<BenchOutcome> {
  try {
    const { isDone, answer } = await post(command, request);
    const { text, refusal } = answer as Pick<BenchOutcome, 'text' | 'refusal'>;
    return { isDone, line: String((isDone ? answer.message : answer.error) ?? ''), text, refusal };
  } catch {
    return { isDone: false, line: '' };
  }
}

const post = (command: string, request: object): ReturnType<typeof posted> => posted(`/commands/${command}`, request);

/** Listens as long as the page is open; it comes back by itself when the station was away. */
export function listenToBench(): void {
  const live = listening<BenchView | { power: 'off' }>('/live', (heard) => {
    // A refusal ends the stream for good: too many look on.
    if (heard.kind === 'ended') setTimeout(live.start, againMs);
    else hear();
    if (heard.kind === 'view') take(heard.view);
  });
  live.start();
}

function take(view: BenchView | { power: 'off' } | null): void {
  const before = bench.value;
  bench.value = view;
  if (view?.power === 'on') offSince.value = undefined;
  else if (before?.power === 'on') offSince.value = before.at ?? undefined;
  void fetchRest();
}

const againMs = 3_000;
let isFetching = false;

let knownFrames: KnownNumber = { log: '', number: 0 };

/** What the view only counts: one question of each kind at a time, the next with the next view. */
async function fetchRest(): Promise<void> {
  const view = bench.value;
  if (isFetching || view?.power !== 'on') return;
  isFetching = true;
  try {
    facts.value ??= await fetched<BenchFacts>('/bench');
    await fetchSteps(view.lastStep);
    if (view.lastFrame !== knownFrames.number) await fetchFrames();
  } catch {
    // The station is away: the next view asks again.
  } finally {
    isFetching = false;
  }
}

interface ToldFrames {
  log: string;
  lastNumber: number;
  frames: readonly ObservedFrame[];
}

async function fetchFrames(): Promise<void> {
  const ask = async (after: number) => (await post('frames', { after })).answer as unknown as ToldFrames;
  const since = await ask(knownFrames.number);
  const told = since.log !== knownFrames.log && knownFrames.number > 0 ? await ask(0) : since;
  knownFrames = { log: told.log, number: told.lastNumber };
  frames.value = joined(frames.value, told.frames).slice(-framesMax);
}
