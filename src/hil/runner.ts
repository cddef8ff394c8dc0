/** Tells the stories one after the other, and brings the rig to rest between them. */
import { type BoardConnector, connectorName } from '../hal/connectors';
import { messageOf } from '../hal/errors';
import type { Deed } from '../hal/vehicle-emulator';
import type { HilStory } from './stories';
import { type MeasuredTime, NotHere, type Storyteller, type SwitchRow } from './storyteller';
/** `connectorId` is absent where the board has no outlet for the story. */
export type StoryResult = {
  name: string;
  connectorId?: number;
  tookMs: number;
  measured: MeasuredTime[];
  /** Movements of contactors, as the station timed them. */
  switches: SwitchRow[];
} & ({ outcome: 'passed' } | { outcome: 'failed' | 'skipped'; reason: string });

/** Tells each story for each of these connectors that it fits. */
export async function tellStories(
  storyteller: Storyteller,
  stories: readonly HilStory[],
  connectors: readonly BoardConnector[] = storyteller.connectors,
): Promise<StoryResult[]> {
  const results: StoryResult[] = [];
  for (const story of stories) {
    const fitting = connectors.filter(({ socket }) => socket.mode === story.mode);
    if (fitting.length === 0) results.push(nowhere(story));
    for (const connector of fitting) {
      storyteller.options.say(titleOf(story.name, connector));
      const result = await tellOne(storyteller, story, connector);
      results.push(result);
      storyteller.options.say(`  ${outcomeText(result)}`);
      const unrest = await rest(storyteller);
      if (unrest === undefined) continue;
      // On a rig that does not come to rest, what follows would say nothing.
      storyteller.options.say(`  the rig does not come to rest: ${unrest}`);
      if (result.outcome !== 'failed') {
        const { connectorId } = connector;
        results.push({
          name: `rest after: ${story.name}`,
          connectorId,
          ...nothing,
          outcome: 'failed',
          reason: unrest,
        });
      }
      return results;
    }
  }
  return results;
}

const nothing = { tookMs: 0, measured: [], switches: [] };

function nowhere({ name, mode }: HilStory): StoryResult {
  const outlet = mode === 'mode3' ? 'Mode 3' : 'Mode 2';
  return { name, ...nothing, outcome: 'skipped', reason: `no ${outlet} outlet here` };
}

/** `a whole charge in Mode 3, connector 1 (right T2S)`. */
export function titleOf(name: string, connector: BoardConnector | undefined): string {
  return connector === undefined ? name : `${name}, connector ${connector.connectorId} (${connectorName(connector)})`;
}

async function tellOne(storyteller: Storyteller, story: HilStory, connector: BoardConnector): Promise<StoryResult> {
  const { connectorId } = connector;
  const begun = storyteller.now;
  storyteller.measured.length = 0;
  storyteller.options.switches.length = 0;
  const result = (): Omit<StoryResult, 'outcome' | 'reason'> => ({
    name: story.name,
    connectorId,
    tookMs: Math.round(storyteller.now - begun),
    measured: [...storyteller.measured],
    switches: [...storyteller.options.switches],
  });
  try {
    await story.tell(storyteller, connector);
    return { ...result(), outcome: 'passed' };
  } catch (error) {
    const outcome = error instanceof NotHere ? 'skipped' : 'failed';
    return { ...result(), outcome, reason: messageOf(error) };
  }
}

/** Nothing plugged, no fault, every connector available; undefined, or why not. */
async function rest(storyteller: Storyteller): Promise<string | undefined> {
  const { emulator } = storyteller.options;
  const idle = (): boolean =>
    storyteller.connectors.every(({ connectorId }) => storyteller.statusOf(connectorId) === 'Available');
  if (idle()) return undefined;
  const mend: Deed[] = storyteller.connectors.flatMap(({ connectorId }) =>
    (['welded', 'residualCurrent', 'meterSilent', 'readerGone', 'i2cLost'] as const).map(
      (mishap): Deed => ({ do: 'mishap', mishap, connectorId, present: false }),
    ),
  );
  const leave: Deed[] = storyteller.connectors
    .filter(({ connectorId }) => storyteller.report(connectorId)?.plugged)
    .map(({ connectorId }) => ({ do: 'unplug', connectorId }));
  for (const deed of [...mend, ...leave]) {
    // What is not there cannot be mended or unplugged, and says so.
    if (emulator.can(deed)) await emulator.perform(deed).catch(() => {});
  }
  storyteller.options.clearFaults();
  try {
    await storyteller.until('every connector is available', idle);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

export function outcomeText(result: StoryResult): string {
  const times = [...result.measured.map(({ what, ms }) => `${what} ${ms} ms`), ...result.switches.map(switchText)];
  const tail = times.map((time) => `; ${time}`).join('');
  const seconds = (result.tookMs / 1_000).toFixed(1);
  return result.outcome === 'passed'
    ? `passed in ${seconds} s${tail}`
    : `${result.outcome} after ${seconds} s: ${result.reason}${tail}`;
}

function switchText({ connectorId, contactor, pilotToCoilMs, coilToContactMs }: SwitchRow): string {
  const pilot = pilotToCoilMs === undefined ? '' : `pilot to coil ${pilotToCoilMs.toFixed(1)} ms, `;
  return `contactor ${connectorId} ${contactor}: ${pilot}coil to contact ${coilToContactMs.toFixed(1)} ms`;
}
