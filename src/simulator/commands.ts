/** The table of what a person can do at the bench of a simulated station; the HTTP interface is made of it. */

import type { EvOptions } from '../drivers/sim/ev-options';
import { GreenupError } from '../hal/errors';
import { transactionOf } from '../station/types';
import { changeFault, faultNames, mustExist } from './fault-causes';
import {
  jsonObject,
  oneOf,
  optional,
  type Parameters,
  readParameters,
  text,
  unknownNames,
  unknownWord,
  type ValuesOf,
  wholeNumber,
  yesOrNo,
} from './parameters';
import type { Simulation } from './simulation';
import {
  advanceParameters,
  flicker,
  flickerParameters,
  plugOptions,
  plugParameters,
  unplugParameters,
} from './world-commands';

export interface BenchCommand {
  summary: string;
  parameters: Parameters;
  /** Does it; returns one line about what was done. Throws `command.invalid` if it cannot be. */
  run(simulation: Simulation, request: Readonly<Record<string, unknown>>): Promise<string>;
}

/** Connectors of the largest board: two points with two sockets. */
const connectors_max = 4;
export const connector = wholeNumber(1, connectors_max, 'a connector number');
export const connectorOrStation = wholeNumber(0, connectors_max, 'a connector number, 0 for the whole station,');
const fault_name_characters_max = 40;
export const faultName = text(1, fault_name_characters_max);
const card_characters_max = 20;

function command<P extends Parameters>(
  name: string,
  summary: string,
  parameters: P,
  act: (simulation: Simulation, values: ValuesOf<P>) => string | Promise<string>,
): BenchCommand {
  return {
    summary,
    parameters,
    run: async (simulation, request) => {
      const unknown = unknownNames(parameters, request, name)[0];
      if (unknown !== undefined) throw new GreenupError('command.invalid', unknown);
      return act(simulation, readParameters(parameters, request, name));
    },
  };
}

export const benchCommands: Readonly<Record<string, BenchCommand>> = {
  plug: command(
    'plug',
    'Plugs a vehicle in.',
    { connector, ...plugParameters },
    ({ world }, { connector: id, ...request }) => {
      world.plug(id, plugOptions(request));
      const { end = 'both' } = request;
      return `connector ${id}: ${end === 'both' ? 'a vehicle' : `the ${end}'s end of a cable`} is plugged in`;
    },
  ),
  unplug: command(
    'unplug',
    "Takes the vehicle's end out, and the station's end as soon as the lock lets go.",
    { connector, ...unplugParameters },
    ({ world }, { connector: id, end }) => {
      world.unplug(id, end === undefined ? {} : { ends: end });
      return `connector ${id}: unplugged, or as soon as the lock lets go`;
    },
  ),
  tap: command(
    'tap',
    'Holds a card to a reader.',
    { card: text(1, card_characters_max), side: optional(oneOf(['right', 'left'])) },
    ({ world, board }, { card, side }) => {
      const chosen = side ?? board.points.find((point) => point.cardReader)?.side ?? 'right';
      world.present(card, chosen);
      return `card ${card} was held to the ${chosen} reader`;
    },
  ),
  ev: command(
    'ev',
    'Changes the plugged vehicle.',
    { connector, change: jsonObject },
    ({ world }, { connector: id, change }) => {
      world.ev(id, change as Partial<EvOptions>);
      return `connector ${id}: the vehicle has changed`;
    },
  ),
  fault: command(
    'fault',
    `Brings a fault about, or clears it. Faults: ${faultNames.join(', ')}.`,
    { connector: connectorOrStation, kind: faultName, present: optional(yesOrNo) },
    async (simulation, { connector: id, kind, present = true }) => {
      await changeFault(simulation, id, kind, present);
      return `${id === 0 ? 'station' : `connector ${id}`}: ${kind} ${present ? 'is there' : 'is cleared'}`;
    },
  ),
  world: command(
    'world',
    'Changes what surrounds an outlet, or the station (0): temperature, voltage, leakage, the meter and more.',
    { connector: connectorOrStation, change: jsonObject },
    ({ world }, { connector: id, change }) => {
      world.set(id, change);
      return `${id === 0 ? 'station' : `connector ${id}`}: ${Object.keys(change).join(', ')} changed`;
    },
  ),
  flicker: command(
    'flicker',
    'Lets a signal show for a moment what is not so: the switch of the lock or of the contactor, or the pilot wire.',
    { connector, ...flickerParameters },
    ({ world }, { connector: id, ...request }) => {
      flicker(world, id, request);
      return `connector ${id}: ${request.signal} flickers`;
    },
  ),
  network: command(
    'network',
    'Pulls the network cable out, or puts it in.',
    { state: oneOf(['down', 'up']) },
    (simulation, { state }) => {
      changeNetwork(simulation, state === 'up');
      return `the network is ${state}`;
    },
  ),
  advance: command(
    'advance',
    'Moves time on, where it stands still until told (--step).',
    advanceParameters,
    async (simulation, { ms }) => {
      await simulation.advance(ms);
      return `${ms} ms have passed`;
    },
  ),
  stop: command('stop', 'Ends the transaction of a connector at the station.', { connector }, stopTransaction),
};

/** Throws `command.invalid` with what was likely meant. */
export function benchCommand(name: string): BenchCommand {
  const found = Object.hasOwn(benchCommands, name) ? benchCommands[name] : undefined;
  if (found) return found;
  throw new GreenupError('command.invalid', unknownWord('command', name, Object.keys(benchCommands)));
}

export function changeNetwork({ network, running }: Simulation, up: boolean): void {
  network.up = up;
  const { connection } = running.chargePoint;
  if (up) connection.start();
  else connection.cut();
}

function stopTransaction(simulation: Simulation, { connector: id }: { connector: number }): string {
  mustExist(simulation, id);
  const { station } = simulation.running;
  const session = station.state.connectors[id - 1]?.session;
  const tx = session && transactionOf(session);
  if (!tx) throw new GreenupError('command.invalid', `connector ${id}: there is no transaction to stop`);
  station.post({ kind: 'stop', tx: tx.key, reason: 'Local' });
  return `connector ${id}: the transaction ends`;
}
