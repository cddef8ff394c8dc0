/** What the bench page knows: the station and its world as they were last told, what happened on the pilots, and the frames. */
import { signal } from '@preact/signals';
import type { BenchFacts, BenchView, PilotStep, PilotSteps } from '../../../control/pages/bench';
import type { RefusedCommand } from '../../../hal/command-refusal';
import type { ObservedFrame } from '../../../ocpp/frames/observed-frame';
import { pageHeader } from '../../page-protocol';
import { listening } from '../listening';
import { fetched, hear } from '../state';

/** null: the station is starting or ending; undefined: it has told nothing yet. */
export const bench = signal<BenchView | { power: 'off' } | null | undefined>(undefined);
/** undefined: not told yet. What was told last stays while the power is off. */
export const facts = signal<BenchFacts | undefined>(undefined);
/** Oldest first. */
export const steps = signal<readonly PilotStep[]>([]);
/** Since when the power is off, by the station's time; undefined: it is on. */
export const offSince = signal<string | undefined>(undefined);
export const frames = signal<readonly ObservedFrame[]>([]);
export const chosenOutlet = signal(1);

/** What the page keeps; of more the oldest are forgotten. */
const stepsMax = 4_000;
const framesMax = 2_000;

/** What came of an act at the bench: a line of the station, in English, and what was refused as a code. */
export interface BenchOutcome {
  isDone: boolean;
  line: string;
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

async function post(
  command: string,
  request: object,
): Promise<{ isDone: boolean; answer: Readonly<Record<string, unknown>> }> {
  const response = await fetch(`/commands/${command}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', [pageHeader]: '1' },
    body: JSON.stringify(request),
  });
  return { isDone: response.ok, answer: (await response.json()) as Readonly<Record<string, unknown>> };
}

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

/** How far the page knows what is numbered: by the name of the log, for each start of the process begins anew. */
interface Known {
  log: string;
  number: number;
}

let knownSteps: Known = { log: '', number: 0 };
let knownFrames: Known = { log: '', number: 0 };

/** What the view only counts: one question of each kind at a time, the next with the next view. */
async function fetchRest(): Promise<void> {
  const view = bench.value;
  if (isFetching || view?.power !== 'on') return;
  isFetching = true;
  try {
    facts.value ??= await fetched<BenchFacts>('/bench');
    if (view.lastStep !== knownSteps.number) await fetchSteps();
    if (view.lastFrame !== knownFrames.number) await fetchFrames();
  } catch {
    // The station is away: the next view asks again.
  } finally {
    isFetching = false;
  }
}

async function fetchSteps(): Promise<void> {
  const ask = (after: number) => fetched<PilotSteps>(`/pilots?after=${after}`);
  const since = await ask(knownSteps.number);
  const told = since && since.log !== knownSteps.log && knownSteps.number > 0 ? await ask(0) : since;
  if (!told) return;
  knownSteps = { log: told.log, number: told.lastNumber };
  steps.value = joined(steps.value, told.steps).slice(-stepsMax);
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

/** Time that ran faster than outside is behind after a new start: what was before has no place on its axis then. */
function joined<Dated extends { at?: string }>(before: readonly Dated[], fresh: readonly Dated[]): readonly Dated[] {
  const [lastAt, firstAt] = [before.at(-1)?.at, fresh[0]?.at];
  return lastAt !== undefined && firstAt !== undefined && lastAt > firstAt ? fresh : [...before, ...fresh];
}
