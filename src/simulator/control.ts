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
import { type WaitTarget, waitCommands } from '../control/wait';
import { GreenupError } from '../hal/errors';
import { worldCommands } from './commands';
import type { Simulation } from './simulation';
import { simulationView } from './simulation-view';

/** The process of a simulated station, as far as a person can end it. */
export interface SimulationProcess {
  /** As real as it gets: nothing is flushed or closed. */
  cutPower(): void;
  /** Ends the station in an orderly way. */
  quit(): void;
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

interface Controlled {
  simulation: Simulation;
  process: SimulationProcess;
}

const table: CommandTable<Controlled> = {
  ...retargeted(worldCommands, ({ simulation }: Controlled) => simulation),
  ...retargeted(stationCommands, ({ simulation }: Controlled) => simulation.running),
  ...retargeted(waitCommands, ({ simulation }: Controlled) => waitTargetOf(simulation)),
  ...retargeted(processCommands, ({ process }: Controlled) => process),
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
    { view: async () => simulationView(simulation), report: () => simulation.running.report() },
  );
}
