/** The table of what a person does to the world of a simulated station: vehicles, cards, faults, the network. */

import { type CommandTable, command } from '../control/control';
import { jsonObject, oneOf, optional, text, yesOrNo } from '../control/parameters';
import { connector, connectorOrStation } from '../control/station-commands';
import type { EvOptions } from '../drivers/sim/ev-options';
import type { PlugOptions, SimulatedWorld } from '../drivers/sim/world';
import type { Side } from '../hal/board';
import { GreenupError } from '../hal/errors';
import { cableRatingsA } from '../hal/iec61851';
import { changeFault, faultNames } from './fault-causes';
import type { Simulation } from './simulation';

const faultNameCharactersMax = 40;
export const faultName = text(1, faultNameCharactersMax);
const cardCharactersMax = 20;

export const worldCommands: CommandTable<Simulation> = {
  plug: command(
    'simulated',
    'Plugs a vehicle in.',
    { connector, cable: optional(oneOf(cableRatingsA)), ev: optional(jsonObject) },
    ({ world }: Simulation, { connector: id, cable, ev }) => {
      const options: PlugOptions = {
        ...(cable === undefined ? {} : { cableA: cable }),
        // The world checks names and values itself, and says what is valid.
        ...(ev === undefined ? {} : { ev: ev as Partial<EvOptions> }),
      };
      world.plug(id, options);
      return `connector ${id}: a vehicle is plugged in`;
    },
  ),
  unplug: command(
    'simulated',
    "Takes the vehicle's end out, and the station's end as soon as the lock lets go.",
    { connector },
    ({ world }: Simulation, { connector: id }) => {
      world.unplug(id);
      return `connector ${id}: unplugged, or as soon as the lock lets go`;
    },
  ),
  tap: command(
    'simulated',
    'Holds a card to a reader.',
    { card: text(1, cardCharactersMax), side: optional(oneOf(['right', 'left'])), asSpelt: optional(yesOrNo) },
    ({ world, board, running }: Simulation, { card, side, asSpelt }) => {
      const chosen = side ?? board.points.find((point) => point.cardReader)?.side ?? 'right';
      if (!asSpelt) world.present(card, chosen);
      else if (readerAnswers(world, chosen)) running.station.post({ kind: 'card', side: chosen, token: card });
      return `card ${card} was held to the ${chosen} reader`;
    },
  ),
  ev: command(
    'simulated',
    'Changes the plugged vehicle.',
    { connector, change: jsonObject },
    ({ world }: Simulation, { connector: id, change }) => {
      world.ev(id, change as Partial<EvOptions>);
      return `connector ${id}: the vehicle has changed`;
    },
  ),
  fault: command(
    'simulated',
    `Brings a fault about, or clears it. Faults: ${faultNames.join(', ')}.`,
    { connector: connectorOrStation, kind: faultName, present: optional(yesOrNo) },
    async (simulation: Simulation, { connector: id, kind, present = true }) => {
      await changeFault(simulation, id, kind, present);
      return `${id === 0 ? 'station' : `connector ${id}`}: ${kind} ${present ? 'is there' : 'is cleared'}`;
    },
  ),
  network: command(
    'simulated',
    'Pulls the network cable out, or puts it in.',
    { state: oneOf(['down', 'up']) },
    (simulation: Simulation, { state }) => {
      changeNetwork(simulation, state === 'up');
      return `the network is ${state}`;
    },
  ),
};

/** A reader that does not answer sees no card. Throws `command.invalid` where there is none. */
function readerAnswers(world: SimulatedWorld, side: Side): boolean {
  const present = world.snapshot().points.find((point) => point.side === side)?.readerPresent ?? null;
  if (present === null) throw new GreenupError('command.invalid', `tap: side ${side} has no card reader`);
  return present;
}

function changeNetwork({ network, running }: Simulation, up: boolean): void {
  network.isIn = up;
  const { connection } = running.chargePoint;
  if (up) connection.start();
  else connection.cut();
}
