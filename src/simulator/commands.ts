/** The table of what a person does to the world of a simulated station: vehicles, cards, faults, surroundings, the network, time. */

import { type CommandAnswer, type CommandTable, command } from '../control/control';
import { objectOf, oneOf, optional, text, wholeNumber, yesOrNo } from '../control/parameters';
import { connector, connectorOrStation } from '../control/station-parameters';
import { surroundingsText } from '../drivers/sim/conditions';
import { type EvOptions, evOptionsText } from '../drivers/sim/ev-options';
import type { SimulatedWorld } from '../drivers/sim/world';
import type { Side } from '../hal/board';
import { GreenupError } from '../hal/errors';
import { changeFault, faultNames } from './fault-causes';
import { advance, advanceParameters, changeTime, timeParameters } from './passing-time';
import type { Simulation } from './simulation';
import { updateFaultNames } from './update-faults';
import {
  changeSurroundings,
  flicker,
  flickerParameters,
  plug,
  plugParameters,
  unplug,
  unplugParameters,
} from './world-requests';

const faultNameCharactersMax = 40;
export const faultName = text(1, faultNameCharactersMax);
const cardCharactersMax = 20;

export const worldCommands: CommandTable<Simulation> = {
  plug: command('simulated', 'Plugs a vehicle in.', { connector, ...plugParameters }, plug),
  unplug: command(
    'simulated',
    "Takes the vehicle's end out, and the station's end as soon as the lock lets go.",
    { connector, ...unplugParameters },
    unplug,
  ),
  tap: command(
    'simulated',
    'Holds a card to a reader.',
    { card: text(1, cardCharactersMax), side: optional(oneOf(['right', 'left'])), asSpelt: optional(yesOrNo) },
    tap,
  ),
  ev: command(
    'simulated',
    'Changes the plugged vehicle.',
    { connector, change: objectOf(evOptionsText) },
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
  'update-fault': command(
    'simulated',
    `Lets the next updates go wrong, or well again. Faults: ${updateFaultNames.join(', ')}.`,
    { kind: oneOf(updateFaultNames), present: optional(yesOrNo), percent: optional(wholeNumber(0, 100)) },
    ({ updateFaults }: Simulation, { kind, present = true, percent }) => {
      updateFaults.change(kind, present, percent);
      return `update: ${kind} ${present ? 'is there' : 'is cleared'}`;
    },
  ),
  world: command(
    'simulated',
    'Changes what surrounds an outlet, or the station (0): temperature, voltage, leakage, the meter and more.',
    { connector: connectorOrStation, change: objectOf(surroundingsText) },
    changeSurroundings,
  ),
  flicker: command(
    'simulated',
    'Lets a signal show for a moment what is not so: the switch of the lock or of the contactor, or the pilot wire.',
    { connector, ...flickerParameters },
    flicker,
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
  time: command(
    'simulated',
    'Lets time run, at another speed if wanted, or stand still until told.',
    timeParameters,
    changeTime,
  ),
  advance: command('simulated', 'Moves time on, where it stands still until told.', advanceParameters, advance),
};

interface TapRequest {
  card: string;
  side?: Side | undefined;
  asSpelt?: boolean | undefined;
}

/** What the station refuses at once is in the answer; what the central system has to say comes later, as a notice. */
function tap({ world, board, running }: Simulation, { card, side, asSpelt }: TapRequest): CommandAnswer {
  const chosen = side ?? board.points.find((point) => point.cardReader)?.side ?? 'right';
  const before = running.lastCardRefusal?.number ?? 0;
  if (!asSpelt) world.present(card, chosen);
  const isSeen = readerAnswers(world, chosen);
  if (asSpelt && isSeen) running.station.card(chosen, card);
  const { lastCardRefusal: last } = running;
  const refused = last && last.number > before && last.side === chosen ? last.reason : undefined;
  const why = isSeen ? refused : 'the reader does not answer: it has not seen the card';
  const message = `card ${card} was held to the ${chosen} reader`;
  return why === undefined ? { message } : { message: `${message}, and refused: ${why}`, facts: { refused: why } };
}

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
