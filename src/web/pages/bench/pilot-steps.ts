/** The changes of pilots as a page of a bench keeps them: what is numbered is fetched from the last number on. */
import { signal } from '@preact/signals';
import type { PilotStep, PilotSteps } from '../../../control/pages/bench';
import { fetched } from '../state';

/** Oldest first. */
export const steps = signal<readonly PilotStep[]>([]);

/** What the page keeps; of more the oldest are forgotten. */
const stepsMax = 4_000;

/** How far the page knows what is numbered: by the name of the log, for each start of the process begins anew. */
export interface KnownNumber {
  log: string;
  number: number;
}

let known: KnownNumber = { log: '', number: 0 };

/** `lastStep`: as the view has it. */
export async function fetchSteps(lastStep: number): Promise<void> {
  if (lastStep === known.number) return;
  const ask = (after: number) => fetched<PilotSteps>(`/pilots?after=${after}`);
  const since = await ask(known.number);
  const told = since && since.log !== known.log && known.number > 0 ? await ask(0) : since;
  if (!told) return;
  known = { log: told.log, number: told.lastNumber };
  steps.value = joined(steps.value, told.steps).slice(-stepsMax);
}

/** Time that ran faster than outside is behind after a new start: what was before has no place on its axis then. */
export function joined<Dated extends { at?: string }>(
  before: readonly Dated[],
  fresh: readonly Dated[],
): readonly Dated[] {
  const [lastAt, firstAt] = [before.at(-1)?.at, fresh[0]?.at];
  return lastAt !== undefined && firstAt !== undefined && lastAt > firstAt ? fresh : [...before, ...fresh];
}
