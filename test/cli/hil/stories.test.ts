/** The stories of hardware in the loop, told in the simulated world under virtual time: as they are for a rig. */
import { CentralSystem } from '../../../src/cli/central-system';
import { DemoTransport } from '../../../src/cli/demo-transport';
import { HilBench } from '../../../src/cli/hil/hil-bench';
import { type StoryResult, tellStories } from '../../../src/cli/hil/hil-runner';
import { type Story, stories } from '../../../src/cli/hil/stories';
import { MemoryStore } from '../../../src/drivers/mock/memory-store';
import { VirtualClock } from '../../../src/drivers/mock/virtual-clock';
import { SimulatedWorld } from '../../../src/drivers/sim/world';
import { WorldEmulator } from '../../../src/drivers/sim/world-emulator';
import type { Board } from '../../../src/hal/board';
import type { Deed } from '../../../src/hal/vehicle-emulator';
import { startStation } from '../../../src/main';
import { WsTransport } from '../../../src/ocpp/ws-transport';
import { doubleBoard, singleBoard } from '../../support/boards';

class WatchedEmulator extends WorldEmulator {
  constructor(
    world: SimulatedWorld,
    private readonly onDeed: (deed: Deed) => void,
  ) {
    super(world);
  }

  override perform(deed: Deed): Promise<void> {
    this.onDeed(deed);
    return super.perform(deed);
  }
}

async function told(
  chosen: readonly Story[],
  board: Board = doubleBoard(),
  onDeed: (deed: Deed, now: number) => void = () => {},
): Promise<StoryResult[]> {
  const transport = new DemoTransport(new WsTransport());
  const clock = new VirtualClock({ systemTimeMs: Date.UTC(2026, 4, 4), settle: () => transport.quiet() });
  const central = new CentralSystem({ now: () => clock.systemTime() ?? 0 });
  const { url } = await central.start();
  const world = new SimulatedWorld({ board, clock });
  const running = await startStation({
    board,
    parts: world.parts,
    clock,
    store: new MemoryStore(),
    transport,
    random: () => 0.5,
    log: { info: () => {}, warn: () => {} },
    initialConfiguration: { URL: url, UID: 'HIL' },
  });
  const bench = new HilBench({
    board,
    clock,
    running,
    emulator: new WatchedEmulator(world, (deed) => onDeed(deed, clock.now())),
    central,
    patienceMs: 60_000,
    say: () => {},
    clearFaults: () => running.clearFaults(),
  });
  let results: StoryResult[] | undefined;
  await clock.advance(3_000);
  const telling = tellStories(bench, chosen).then((all) => {
    results = all;
  });
  for (let turns = 0; results === undefined && turns < 20_000; turns += 1) {
    await clock.advance(50);
    // Calls of the central system come over a real socket.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await telling;
  await running.stop();
  world.close();
  await central.stop();
  return results ?? [];
}

const outcomes = (results: readonly StoryResult[]) =>
  results.map((result) => [
    result.name,
    result.outcome === 'passed' ? 'passed' : `${result.outcome}: ${result.reason}`,
  ]);

test.each(stories.map((story) => [story.name, story] as const))('%s', async (_name, story) => {
  const [result] = await told([story]);
  const onWires = story.name === 'analogue inputs that are lost';
  expect(result?.outcome === 'passed' ? 'passed' : result).toEqual(
    onWires ? expect.objectContaining({ outcome: 'skipped' }) : 'passed',
  );
});

test('one after the other, each from rest', async () => {
  const results = outcomes(await told(stories));
  expect(results.filter(([, outcome]) => outcome?.startsWith('failed'))).toEqual([]);
  expect(results).toHaveLength(stories.length);
});

test('a card comes back only when its reader has missed it', async () => {
  const shown: number[] = [];
  await told(stories.slice(0, 3), doubleBoard(), (deed, now) => {
    if (deed.do === 'present') shown.push(now);
  });
  expect(shown).toHaveLength(5);
  for (const [index, at] of shown.slice(1).entries()) expect(at - (shown[index] ?? 0)).toBeGreaterThanOrEqual(3_000);
});

test('a single station tells what it can', async () => {
  const results = outcomes(await told(stories, singleBoard()));
  expect(results.filter(([, outcome]) => outcome?.startsWith('failed'))).toEqual([]);
});

test('a story that fails says what was waited for, and how things stand', async () => {
  const failing: Story = {
    name: 'never',
    tell: async (bench) => {
      await bench.deed({ do: 'plug', connectorId: 1 });
      await bench.until('snow in July', () => false, 1_000);
    },
  };
  const [result, next] = await told([failing, stories[0] as Story]);
  expect(result).toMatchObject({ outcome: 'failed' });
  expect(result?.outcome === 'failed' && result.reason).toMatch(/^snow in July: not within 1000 ms; now: 1 Preparing/);
  // The rig came to rest, so that the next story says something.
  expect(next?.outcome).toBe('passed');
});
