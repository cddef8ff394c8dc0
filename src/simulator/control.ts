/** The control of a simulated station: the commands of any station, those for its world, and those for its process. */
import {
  type CommandHelp,
  type CommandTable,
  command,
  controlOf,
  helpOf,
  retargeted,
  type StationControl,
} from '../control/control';
import { oneOf } from '../control/parameters';
import { stationCommands } from '../control/station-commands';
import { updateInboxOf } from '../control/updates';
import { type WaitTarget, waitCommands } from '../control/wait';
import { GreenupError } from '../hal/errors';
import type { JsonValue } from '../hal/store';
import { worldCommands } from './commands';
import type { BenchSession } from './session/session';
import type { Simulation } from './simulation';
import { simulationView } from './simulation-view';

/** The process of a simulated station, as far as a person can end it. */
export interface SimulationProcess {
  /** As real as it gets: nothing is flushed or closed. */
  cutPower(): void;
  /** Ends the station in an orderly way. */
  quit(): void;
  /** All that was done since the process began; absent: nothing is kept. */
  session?: BenchSession;
}

export const powerParameters = { state: oneOf(['cut', 'on']) };

const processCommands: CommandTable<SimulationProcess> = {
  power: command(
    'simulated',
    'Cuts the power at once, as a real cut does, or switches it on again.',
    powerParameters,
    (process: SimulationProcess, { state }) => {
      if (state === 'on') throw new GreenupError('command.invalid', 'power: it is on already');
      return { message: 'the power is cut', afterwards: () => process.cutPower() };
    },
  ),
  quit: command(
    'simulated',
    'Ends the station in an orderly way, and whoever supervises it.',
    {},
    (process: SimulationProcess) => ({ message: 'the station ends', afterwards: () => process.quit() }),
  ),
};

const sessionCommands: CommandTable<Controlled> = {
  session: command(
    'simulated',
    'Tells all that was done since the station began and what came of it, as JSON lines for "greenup replay".',
    {},
    ({ simulation, process }: Controlled) => {
      const session = sessionOf(process);
      const world = simulation.isRunning ? (simulation.world.snapshot() as unknown as JsonValue) : null;
      const end = session.isFull ? ', as far as there is room' : '';
      return { message: `a session of ${session.count} events${end}`, facts: { text: session.text(world) } };
    },
  ),
  story: command(
    'simulated',
    'Tells the same as a test in the words of test/support/rig.ts, with what the station said as expectations.',
    {},
    ({ process }: Controlled) => {
      const { storyOf } = require('./session/story') as typeof import('./session/story');
      const { parseSession } = require('./session/session') as typeof import('./session/session');
      const session = parseSession(sessionOf(process).text(null), 'the session');
      return { message: 'a story for test/scenario', facts: { text: storyOf(session) } };
    },
  ),
};

/** Throws `command.invalid` where nothing is kept. */
function sessionOf({ session }: SimulationProcess): BenchSession {
  if (session) return session;
  throw new GreenupError('command.invalid', 'no session is kept here: "greenup run" keeps one');
}

interface Controlled {
  simulation: Simulation;
  process: SimulationProcess;
}

const table: CommandTable<Controlled> = {
  ...retargeted(worldCommands, ({ simulation }: Controlled) => simulation),
  ...retargeted(stationCommands, ({ simulation }: Controlled) => simulation.running),
  ...retargeted(waitCommands, ({ simulation }: Controlled) => waitTargetOf(simulation)),
  ...retargeted(processCommands, ({ process }: Controlled) => process),
  ...sessionCommands,
};

function waitTargetOf(simulation: Simulation): WaitTarget {
  return {
    present: () => (simulation.isRunning ? simulation.running : undefined),
    frames: simulation.frames,
    clock: simulation.clock,
    passTime: (ms, watch) => simulation.passTimeUntil(ms, watch),
  };
}

/** For help, with and without power. */
export const simulationCommands: readonly CommandHelp[] = helpOf(table);

export function simulationControl(simulation: Simulation, process: SimulationProcess): StationControl {
  return controlOf(
    table,
    { simulation, process },
    {
      view: async () => simulationView(simulation),
      report: () => simulation.running.report(),
      updateInbox: async () => updateInboxOf(simulation.running),
    },
  );
}
