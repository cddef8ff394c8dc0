/** The commands of the bench in the words of stories (test/support/rig.ts). */
import { isFaultKind, simulatedFaults } from '../../drivers/sim/faults';
import { fieldsOf, type JsonValue } from '../../hal/store';
import { literal } from './literal';

/** What a story needs beside the rig. */
export type Need = 'control' | 'readyVehicle';

interface StoryDeed {
  lines: readonly string[];
  needs?: readonly Need[];
}

type CommandRequest = Readonly<Record<string, JsonValue>>;

/** Nothing is done at an instant: the story goes to the times of all others. */
const timeAlone: ReadonlySet<string> = new Set(['time', 'advance']);

export function deedOf(name: string, given: JsonValue): StoryDeed {
  const request: CommandRequest = fieldsOf(given);
  const write = deeds[name];
  if (write) return write(request);
  if (timeAlone.has(name)) return { lines: [] };
  return { lines: [`void control.run('${name}', ${literal({ ...request })});`], needs: ['control'] };
}

const deeds: Readonly<Record<string, (request: CommandRequest) => StoryDeed>> = {
  plug: plugged,
  unplug: ({ connector, end }) => ({
    lines: [
      end === undefined || end === null
        ? `rig.unplug(${shown(connector)});`
        : `rig.world.unplug(${shown(connector)}, { ends: ${literal(end)} });`,
    ],
  }),
  tap: ({ card, side, asSpelt }) => {
    const where = side ?? null;
    if (asSpelt) return { lines: [`rig.running.station.card(${literal(where ?? 'right')}, ${shown(card)});`] };
    return { lines: [`rig.present(${shown(card)}${where === null ? '' : `, ${literal(where)}`});`] };
  },
  ev: ({ connector, change }) => ({ lines: [`rig.ev(${shown(connector)}, ${shown(change)});`] }),
  world: ({ connector, change }) => ({
    lines: [`rig.world.set(${shown(connector)}, ${shown(change)});`, 'rig.running.station.readMeters();'],
  }),
  flicker: ({ connector, signal, ...times }) => ({
    lines: [`rig.world.flicker(${shown(connector)}, ${shown(signal)}, ${literal(times)});`],
  }),
  network: ({ state }) => ({
    lines:
      state === 'down' ? ['rig.central.down();'] : ['rig.central.up();', 'rig.running.chargePoint.connection.start();'],
  }),
  fault: faulted,
};

function shown(value: JsonValue | undefined): string {
  return literal(value ?? null);
}

function plugged({ connector, cable, ev, end }: CommandRequest): StoryDeed {
  const { like, ...change } = typeof ev === 'string' ? { like: ev } : fieldsOf(ev);
  const own = Object.entries(change).map(([name, value]) => `${name}: ${literal(value)}`);
  const ready = like === undefined ? undefined : `readyVehicle(${literal(like)}).options`;
  const vehicle = ready && own.length > 0 ? `{ ...${ready}, ${own.join(', ')} }` : (ready ?? `{ ${own.join(', ')} }`);
  const options = [
    ...(cable == null ? [] : [`cableA: ${literal(cable)}`]),
    ...(end == null ? [] : [`ends: ${literal(end)}`]),
    ...(ready || own.length > 0 ? [`ev: ${vehicle}`] : []),
  ];
  const line = `rig.plug(${shown(connector)}${options.length === 0 ? '' : `, { ${options.join(', ')} }`});`;
  return { lines: [line], ...(ready ? { needs: ['readyVehicle'] } : {}) };
}

/** What a cleared cause takes to be seen before what it left behind can be cleared, in ms. */
const seenAfterMs = 100;

function faulted({ connector, kind, present }: CommandRequest): StoryDeed {
  const name = String(kind);
  if (!isFaultKind(name))
    return { lines: [`// The fault ${name} has no word in stories: it was told to the station straight.`] };
  const place = simulatedFaults[name].scope === 'station' ? '0' : shown(connector);
  if (present !== false) return { lines: [`rig.fault(${place}, '${name}');`] };
  const clears = place === '0' ? [] : [`await rig.advance(${seenAfterMs});`, `rig.running.clearFaults(${place});`];
  return { lines: [`rig.fault(${place}, '${name}', false);`, ...clears] };
}
