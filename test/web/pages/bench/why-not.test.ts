/** What the bench page does not offer is just what the world refuses, in whatever state it has been brought. */
import type { PlayedConnector } from '../../../../src/control/pages/bench';
import { VirtualClock } from '../../../../src/drivers/clock/virtual-clock';
import { GreenupError } from '../../../../src/hal/errors';
import { seeded } from '../../../../src/hal/random';
import { benchOf } from '../../../../src/simulator/bench';
import { doubleBoard } from '../../../../src/testing/boards';
import {
  type CableEnd,
  whyNotAdvance,
  whyNotFault,
  whyNotPlug,
  whyNotTap,
  whyNotUnlock,
  whyNotUnplug,
  whyNotVehicle,
} from '../../../../src/web/pages/bench/why-not';
import { startSimulation } from '../../../simulator/support';

const ends: readonly CableEnd[] = ['both', 'station', 'vehicle'];
const actsPerSeed = 60;

function refusalOf(act: () => void): boolean {
  try {
    act();
    return false;
  } catch (error) {
    if (error instanceof GreenupError && error.code === 'command.invalid') return true;
    throw error;
  }
}

test.each([1, 2, 3, 4, 5])('cables and vehicles, in the walk of seed %d', async (seed) => {
  const station = await startSimulation({ board: doubleBoard() });
  const { world } = station.simulation;
  const bench = benchOf(station.simulation);
  const random = seeded(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const now = (connectorId: number): PlayedConnector => {
    const view = bench.view();
    if (view?.power !== 'on') throw new Error('there is no station');
    const found = view.points.flatMap(({ connectors }) => connectors).find((one) => one.connectorId === connectorId);
    if (!found) throw new Error(`no connector ${connectorId}`);
    return found;
  };
  const seen = new Set<string>();
  for (let count = 0; count < actsPerSeed; count += 1) {
    const connectorId = pick([1, 2]);
    const end = connectorId === 1 ? pick(ends) : 'both';
    const kind = pick(['plug', 'unplug', 'tap'] as const);
    if (kind === 'tap') {
      world.present('04A1B2C3', 'right');
    } else {
      const why = kind === 'plug' ? whyNotPlug(now(connectorId), end) : whyNotUnplug(now(connectorId), end);
      const refused = refusalOf(() =>
        kind === 'plug' ? world.plug(connectorId, { ends: end }) : world.unplug(connectorId, { ends: end }),
      );
      expect([kind, connectorId, end, why !== undefined]).toEqual([kind, connectorId, end, refused]);
      if (why) seen.add(why);
    }
    expect(whyNotVehicle(now(connectorId), 'fill') !== undefined).toBe(
      refusalOf(() => world.ev(connectorId, { stateOfCharge: 30 })),
    );
    await station.advance(pick([0, 100, 4_000]));
  }
  expect(seen).toContain('vehiclePlugged');
  expect(seen).toContain('nothingPlugged');
});

test('a bolt that is out keeps plugs out', async () => {
  const station = await startSimulation({ board: doubleBoard() });
  const { world } = station.simulation;
  const bench = benchOf(station.simulation);
  world.plug(1, {});
  await station.advance(4_000);
  world.present('04A1B2C3', 'right');
  await station.advance(10_000);
  world.fault(1, 'lockJammed', true);
  world.unplug(1, { force: true });
  const view = bench.view();
  const first = view?.power === 'on' ? view.points[0]?.connectors[0] : undefined;
  expect(first).toMatchObject({ locked: true, cableIn: false });
  for (const end of ends) {
    const why = first && whyNotPlug(first, end);
    expect([end, why]).toEqual([end, end === 'vehicle' ? undefined : 'cableLocked']);
    expect(refusalOf(() => world.plug(1, { ends: end }))).toBe(why !== undefined);
  }
});

test('faults, readers, locks and time', async () => {
  const station = await startSimulation({ board: doubleBoard(), clock: new VirtualClock() });
  const { world } = station.simulation;
  const bench = benchOf(station.simulation);
  const facts = bench.facts();
  const [right] = facts?.outlets ?? [];
  for (const fault of right?.faults ?? []) {
    expect(whyNotFault(fault, [])).toBeUndefined();
    expect(refusalOf(() => world.fault(1, fault.kind, true))).toBe(false);
    for (const other of right?.faults ?? []) {
      if (other.kind === fault.kind) continue;
      const refused = refusalOf(() => world.fault(1, other.kind, true));
      expect([fault.kind, other.kind, whyNotFault(other, [fault.kind])]).toEqual([
        fault.kind,
        other.kind,
        refused ? 'excluded' : undefined,
      ]);
      world.fault(1, other.kind, false);
    }
    world.fault(1, fault.kind, false);
  }
  expect(facts?.outlets.map((outlet) => whyNotUnlock(outlet))).toEqual([undefined, 'noLock', undefined, 'noLock']);
  world.fault(1, 'readerAbsent', true);
  const view = bench.view();
  if (view?.power !== 'on') throw new Error('there is no station');
  expect(view.points.map((point) => whyNotTap(point))).toEqual(['readerSilent', undefined]);
  expect(view.points.map((point) => whyNotTap({ ...point, readerPresent: null }))).toEqual(['noReader', 'noReader']);
  expect(whyNotAdvance(view)).toBe('timeRuns');
  expect(whyNotAdvance({ ...view, time: { speed: 1, stands: true } })).toBeUndefined();
});
