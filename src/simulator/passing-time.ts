/** How simulated time passes, as parameters and deeds: faster, not at all until told, and on by so many ms. */
import { number, oneOf, optional, type ValuesOf, wholeNumber } from '../control/parameters';
import { SimulatedClock, speedMax } from '../drivers/clock/simulated-clock';
import { CommandRefusal } from '../hal/command-refusal';
import type { Simulation } from './simulation';

/** Longest piece of time that one `advance` takes, in ms: an hour. */
const advanceMaxMs = 3_600_000;

export const advanceParameters = { ms: wholeNumber(0, advanceMaxMs, 'a whole number of ms') };

export async function advance(simulation: Simulation, { ms }: ValuesOf<typeof advanceParameters>): Promise<string> {
  await simulation.advance(ms);
  return `${ms} ms have passed`;
}

/** `runs`: by itself; `stands`: still, until `advance`. */
export const timeParameters = { state: optional(oneOf(['runs', 'stands'])), speed: optional(number(1, speedMax)) };

/** Time that has once gone at another pace than the machine's has left it for good: the wall clock is then the station's own. */
export function changeTime({ clock }: Simulation, { state, speed }: Partial<ValuesOf<typeof timeParameters>>): string {
  if (!(clock instanceof SimulatedClock)) {
    throw new CommandRefusal('timeFixed', 'time: it cannot be changed here');
  }
  clock.setPace({
    ...(state === undefined ? {} : { stepped: state === 'stands' }),
    ...(speed === undefined ? {} : { speed }),
  });
  if (clock.stepped) return 'time stands still until "advance"';
  return clock.speed === 1 ? 'time runs as fast as outside' : `time runs ${clock.speed} times as fast as outside`;
}
