/** Tells the stories one after the other, brings the rig to rest in between, and reports which passed, with times. */
import { messageOf } from '../../hal/errors';
import type { Deed } from '../../hal/vehicle-emulator';
import { type HilBench, type Measured, NotHere } from './hil-bench';
import type { Story } from './stories';

export type StoryResult = { name: string; tookMs: number; measured: Measured[] } & (
  | { outcome: 'passed' }
  | { outcome: 'failed' | 'skipped'; reason: string }
);

export async function tellStories(bench: HilBench, stories: readonly Story[]): Promise<StoryResult[]> {
  const results: StoryResult[] = [];
  for (const story of stories) {
    bench.options.say(story.name);
    const result = await tellOne(bench, story);
    results.push(result);
    bench.options.say(`  ${wordsOf(result)}`);
    const trouble = await rest(bench);
    if (trouble === undefined) continue;
    // On a rig that does not come to rest, what follows would say nothing.
    bench.options.say(`  the rig does not come to rest: ${trouble}`);
    if (result.outcome !== 'failed') {
      results.push({ name: `rest after: ${story.name}`, tookMs: 0, measured: [], outcome: 'failed', reason: trouble });
    }
    break;
  }
  return results;
}

async function tellOne(bench: HilBench, story: Story): Promise<StoryResult> {
  const begun = bench.now;
  bench.measured.length = 0;
  const result = (): { name: string; tookMs: number; measured: Measured[] } => ({
    name: story.name,
    tookMs: Math.round(bench.now - begun),
    measured: [...bench.measured],
  });
  try {
    await story.tell(bench);
    return { ...result(), outcome: 'passed' };
  } catch (error) {
    const outcome = error instanceof NotHere ? 'skipped' : 'failed';
    return { ...result(), outcome, reason: messageOf(error) };
  }
}

/** Nothing plugged, no fault, every connector available; undefined, or why not. */
async function rest(bench: HilBench): Promise<string | undefined> {
  const { emulator } = bench.options;
  const idle = (): boolean => bench.connectors.every(({ connectorId }) => bench.statusOf(connectorId) === 'Available');
  if (idle()) return undefined;
  const mend: Deed[] = bench.connectors.flatMap(({ connectorId }) =>
    (['welded', 'residualCurrent', 'meterSilent', 'readerGone', 'i2cLost'] as const).map(
      (mishap): Deed => ({ do: 'mishap', mishap, connectorId, present: false }),
    ),
  );
  const leave: Deed[] = bench.connectors
    .filter(({ connectorId }) => bench.report(connectorId)?.plugged)
    .map(({ connectorId }) => ({ do: 'unplug', connectorId }));
  for (const deed of [...mend, ...leave]) {
    // What is not there cannot be mended or unplugged, and says so.
    if (emulator.can(deed)) await emulator.perform(deed).catch(() => {});
  }
  bench.options.clearFaults();
  try {
    await bench.until('every connector is available', idle);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

export function wordsOf(result: StoryResult): string {
  const times = result.measured.map(({ what, ms }) => `${what} ${ms} ms`).join(', ');
  const tail = times === '' ? '' : `; ${times}`;
  const seconds = (result.tookMs / 1_000).toFixed(1);
  return result.outcome === 'passed'
    ? `passed in ${seconds} s${tail}`
    : `${result.outcome} after ${seconds} s: ${result.reason}${tail}`;
}
