/** What answers in place of a simulated station whose power is off. */
import type { StationControl } from '../control/control';
import { readParameters } from '../control/parameters';
import type { StationWatch } from '../control/station-watch';
import { GreenupError } from '../hal/errors';
import { powerParameters, simulationCommands } from './control';

export interface PowerSwitch {
  powerOn(): void;
  quit(): void;
}

export const powerOffWatch: StationWatch = {
  whyUnwell: () => 'the power is off',
  knowsToken: () => false,
  metrics: () => [],
};

export function powerOffControl({ powerOn, quit }: PowerSwitch): StationControl {
  return {
    view: async () => ({ power: 'off' }),
    report: () => {
      throw new GreenupError('command.invalid', 'report: the power is off; "power on" brings it back');
    },
    updateInbox: async () => {
      throw new GreenupError('command.invalid', 'update: the power is off; "power on" brings it back');
    },
    commands: () => simulationCommands,
    run: async (name, request) => {
      if (name === 'quit') return { message: 'the station ends', afterwards: quit };
      const on = name === 'power' && readParameters(powerParameters, request, 'power').state === 'on';
      if (!on) throw new GreenupError('command.invalid', `${name}: the power is off; "power on" brings it back`);
      return { message: 'the power is on', afterwards: powerOn };
    },
  };
}
