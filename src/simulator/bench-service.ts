/** What the HTTP interface of a station with power can do: the table of bench commands, the power switch, the end. */

import { GreenupError } from '../hal/errors';
import type { BenchCommandHelp, BenchService } from '../web/bench/server';
import { benchCommand, benchCommands } from './commands';
import { oneOf, type Parameters, readParameters } from './parameters';
import type { Simulation } from './simulation';
import { stationStatus } from './station-status';

export interface PowerSwitch {
  /** Called when the answer has left. */
  cut(): void;
  /** Ends the station in an orderly way. */
  quit(): void;
}

export const powerParameters = { state: oneOf(['cut', 'on']) };

const processCommands: readonly BenchCommandHelp[] = [
  helpOf('power', 'Cuts the power at once, as a real cut does, or switches it on again.', powerParameters),
  helpOf('quit', 'Ends the station in an orderly way, and whoever supervises it.', {}),
];

export function benchService(simulation: Simulation, power: PowerSwitch): BenchService {
  return {
    status: () => stationStatus(simulation),
    commands: () => allCommands,
    run: async (name, request) => {
      if (name === 'quit') return { message: 'the station ends', afterwards: () => power.quit() };
      if (name === 'power') {
        const { state } = readParameters(powerParameters, request, 'power');
        if (state === 'on') throw new GreenupError('command.invalid', 'power: it is on already');
        return { message: 'the power is cut', afterwards: () => power.cut() };
      }
      return { message: await benchCommand(name).run(simulation, request) };
    },
  };
}

/** For help, with and without power. */
export const allCommands: readonly BenchCommandHelp[] = [
  ...Object.entries(benchCommands).map(([name, { summary, parameters }]) => helpOf(name, summary, parameters)),
  ...processCommands,
];

function helpOf(name: string, summary: string, parameters: Parameters): BenchCommandHelp {
  const words = Object.entries(parameters).map(([parameter, { words: valid, optional }]) => [
    parameter,
    optional ? `${valid}; may be left out` : valid,
  ]);
  return { name, summary, parameters: Object.fromEntries(words) as Record<string, string> };
}
