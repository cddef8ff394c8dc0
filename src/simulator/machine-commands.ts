/** The table of what a test program can do to a simulated station, in the words of the machine interface. */

import { GreenupError } from '../hal/errors';
import type { IdTagInfo } from '../ocpp/messages/common';
import { changeNetwork, connector, connectorOrStation, faultName } from './commands';
import { changeFault, mustExist } from './fault-causes';
import {
  jsonObject,
  listOf,
  oneOf,
  optional,
  type Parameters,
  readParameters,
  text,
  type ValuesOf,
  yesOrNo,
} from './parameters';
import type { Simulation } from './simulation';
import { stationStatus } from './station-status';
import {
  advanceParameters,
  flicker,
  flickerParameters,
  plugOptions,
  plugParameters,
  unplugParameters,
} from './world-commands';

export interface MachineCommand {
  parameters: Parameters;
  /** Fields for the answer beside `ok`. Throws `command.invalid` if it cannot be done. */
  run(simulation: Simulation, request: Readonly<Record<string, unknown>>): Promise<object>;
}

function command<P extends Parameters>(
  name: string,
  parameters: P,
  act: (simulation: Simulation, values: ValuesOf<P>) => object | Promise<object> | void | Promise<void>,
): MachineCommand {
  return {
    parameters,
    run: async (simulation, request) => (await act(simulation, readParameters(parameters, request, name))) ?? {},
  };
}

/** The vehicle of a test: it asks at once and draws up to 32 A on one phase. */
const testVehicle = { phases: 1, maxCurrentA: 32, readyDelayMs: 0 } as const;
const tag_characters_max = 20;
const idTag = text(1, tag_characters_max);
const date_characters_max = 40;
const cacheStatuses = ['Accepted', 'Blocked', 'Expired', 'Invalid', 'ConcurrentTx'] as const;
const connectors_max = 4;
/** Only the side of the connector counts where none is named: a station always has a first one. */
const firstConnector = 1;

export const machineCommands: Readonly<Record<string, MachineCommand>> = {
  plug_in: command('plug_in', { connector, ...plugParameters }, (simulation, { connector: id, ...request }) => {
    if (!isPlugged(simulation, id)) simulation.world.plug(id, plugOptions(request, testVehicle));
  }),
  plug_out: command('plug_out', { connector, ...unplugParameters }, (simulation, { connector: id, end }) => {
    if (end !== undefined) simulation.world.unplug(id, { ends: end });
    else if (isPlugged(simulation, id)) simulation.world.unplug(id);
  }),
  ev_pause: command('ev_pause', { connector }, ({ world }, { connector: id }) => world.ev(id, { paused: true })),
  ev_resume: command('ev_resume', { connector }, ({ world }, { connector: id }) => world.ev(id, { paused: false })),
  swipe: command('swipe', { idTag, connectors: optional(listOf(connector, 'connectors', connectors_max)) }, swipe),
  raise_fault: command(
    'raise_fault',
    { connector: connectorOrStation, error: faultName },
    (simulation, { connector: id, error }) => changeFault(simulation, id, error, true),
  ),
  clear_fault: command(
    'clear_fault',
    { connector: connectorOrStation, error: faultName },
    (simulation, { connector: id, error }) => changeFault(simulation, id, error, false),
  ),
  world: command(
    'world',
    { connector: connectorOrStation, change: jsonObject },
    ({ world }, { connector: id, change }) => world.set(id, change),
  ),
  flicker: command('flicker', { connector, ...flickerParameters }, ({ world }, { connector: id, ...request }) =>
    flicker(world, id, request),
  ),
  diode_fail: command(
    'diode_fail',
    { connector, present: optional(yesOrNo) },
    (simulation, { connector: id, present = true }) => changeFault(simulation, id, 'diodeMissing', present),
  ),
  disconnect_websocket: command('disconnect_websocket', {}, (simulation) => changeNetwork(simulation, false)),
  connect_websocket: command('connect_websocket', {}, (simulation) => changeNetwork(simulation, true)),
  cache_add: command(
    'cache_add',
    {
      idTag,
      status: oneOf(cacheStatuses),
      parentIdTag: optional(idTag),
      expiryDate: optional(text(1, date_characters_max)),
    },
    cacheAdd,
  ),
  advance: command('advance', advanceParameters, (simulation, { ms }) => simulation.advance(ms)),
  state: command('state', {}, (simulation) => ({ state: stationStatus(simulation) })),
};

function isPlugged(simulation: Simulation, connectorId: number): boolean {
  mustExist(simulation, connectorId);
  return simulation.world.snapshot().connectors[connectorId - 1]?.plugged === true;
}

/** The tag reaches the station as it is spelt; a reader that does not answer sees nothing, as with a real card. */
function swipe(simulation: Simulation, { idTag: token, connectors = [firstConnector] }: SwipeRequest): void {
  const { world, running } = simulation;
  for (const id of connectors) mustExist(simulation, id);
  const { points, connectors: outlets } = world.snapshot();
  const sides = new Set(connectors.flatMap((id) => outlets[id - 1]?.side ?? []));
  for (const side of sides) {
    const present = points.find((point) => point.side === side)?.readerPresent ?? null;
    if (present === null) throw new GreenupError('command.invalid', `swipe: side ${side} has no card reader`);
    if (present) running.station.post({ kind: 'card', side, token });
  }
}

interface SwipeRequest {
  idTag: string;
  connectors?: number[] | undefined;
}

interface CacheRequest {
  idTag: string;
  status: IdTagInfo['status'];
  parentIdTag?: string | undefined;
  expiryDate?: string | undefined;
}

async function cacheAdd({ running }: Simulation, request: CacheRequest): Promise<void> {
  if (!running.configuration.boolean('AuthorizationCacheEnabled')) {
    throw new GreenupError('command.invalid', 'cache_add: the cache is off; set AuthorizationCacheEnabled to true');
  }
  const { idTag: token, status, parentIdTag, expiryDate } = request;
  await running.chargePoint.cache.learn(token, {
    status,
    ...(parentIdTag === undefined ? {} : { parentIdTag }),
    ...(expiryDate === undefined ? {} : { expiryDate }),
  });
}
