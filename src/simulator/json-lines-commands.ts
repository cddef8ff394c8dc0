/** The table of what a test program can say to a simulated station: aliases of the commands, in the words that it knows. */

import { waitParameters } from '../control/conditions';
import type { StationControl } from '../control/control';
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
} from '../control/parameters';
import { framesParameters } from '../control/station-commands';
import { connector, connectorOrStation, mustExist } from '../control/station-parameters';
import type { ConnectorSnapshot } from '../drivers/sim/snapshot';
import { GreenupError } from '../hal/errors';
import type { IdTagInfo } from '../ocpp/messages/common';
import { faultName } from './commands';
import { advanceParameters } from './passing-time';
import type { Simulation } from './simulation';
import { flickerParameters, plugParameters, unplugParameters } from './world-requests';

export interface JsonLinesTarget {
  simulation: Simulation;
  control: StationControl;
}

export interface JsonLineCommand {
  parameters: Parameters;
  /** It waits, for frames from the last deed on unless told otherwise. */
  waits?: true;
  /** It does nothing, and only looks. */
  looks?: true;
  /** Fields for the answer beside `ok`. Throws `command.invalid` if it cannot be done. */
  run(target: JsonLinesTarget, request: Readonly<Record<string, unknown>>): Promise<object>;
}

function line<P extends Parameters>(
  name: string,
  parameters: P,
  act: (target: JsonLinesTarget, values: ValuesOf<P>) => Promise<void>,
): JsonLineCommand {
  return {
    parameters,
    run: async (target, request) => {
      await act(target, readParameters(parameters, request, name));
      return {};
    },
  };
}

/** A line that is one of the commands, with these parameters of it. */
function alias<P extends Parameters>(
  name: string,
  parameters: P,
  command: string,
  requestOf: (values: ValuesOf<P>) => Record<string, unknown>,
): JsonLineCommand {
  return line(name, parameters, async ({ control }, values) => {
    await control.run(command, requestOf(values));
  });
}

/** The vehicle of a test: it asks at once and draws up to 32 A on one phase. */
const testVehicle = { phases: 1, maxCurrentA: 32, readyDelayMs: 0 } as const;
const tagCharactersMax = 20;
const idTag = text(1, tagCharactersMax);
const dateCharactersMax = 40;
const cacheStatuses = ['Accepted', 'Blocked', 'Expired', 'Invalid', 'ConcurrentTx'] as const;
const connectorsMax = 4;
/** Only the side of the connector counts where none is named: a station always has a first one. */
const firstConnector = 1;

const swipeParameters = { idTag, connectors: optional(listOf(connector, 'connectors', connectorsMax)) };

export const jsonLineCommands: Readonly<Record<string, JsonLineCommand>> = {
  plug_in: line('plug_in', { connector, ...plugParameters }, plugIn),
  plug_out: line(
    'plug_out',
    { connector, ...unplugParameters },
    async ({ simulation, control }, { connector: id, end }) => {
      if (end !== undefined || outletOf(simulation, id)?.plugged) await control.run('unplug', { connector: id, end });
    },
  ),
  ev_pause: alias('ev_pause', { connector }, 'ev', (values) => ({ ...values, change: { paused: true } })),
  ev_resume: alias('ev_resume', { connector }, 'ev', (values) => ({ ...values, change: { paused: false } })),
  swipe: {
    parameters: swipeParameters,
    run: (target, request) => swipe(target, readParameters(swipeParameters, request, 'swipe')),
  },
  raise_fault: alias(
    'raise_fault',
    { connector: connectorOrStation, error: faultName },
    'fault',
    ({ connector: id, error }) => ({ connector: id, kind: error, present: true }),
  ),
  clear_fault: alias(
    'clear_fault',
    { connector: connectorOrStation, error: faultName },
    'fault',
    ({ connector: id, error }) => ({ connector: id, kind: error, present: false }),
  ),
  world: alias('world', { connector: connectorOrStation, change: jsonObject }, 'world', (values) => values),
  flicker: alias('flicker', { connector, ...flickerParameters }, 'flicker', (values) => values),
  diode_fail: alias(
    'diode_fail',
    { connector, present: optional(yesOrNo) },
    'fault',
    ({ connector: id, present = true }) => ({ connector: id, kind: 'diodeMissing', present }),
  ),
  disconnect_websocket: alias('disconnect_websocket', {}, 'network', () => ({ state: 'down' })),
  connect_websocket: alias('connect_websocket', {}, 'network', () => ({ state: 'up' })),
  cache_add: line(
    'cache_add',
    {
      idTag,
      status: oneOf(cacheStatuses),
      parentIdTag: optional(idTag),
      expiryDate: optional(text(1, dateCharactersMax)),
    },
    cacheAdd,
  ),
  advance: alias('advance', advanceParameters, 'advance', (values) => values),
  wait: {
    parameters: waitParameters,
    waits: true,
    run: async ({ control }, request) => (await control.run('wait', known(waitParameters, request))).facts ?? {},
  },
  frames: {
    parameters: framesParameters,
    looks: true,
    run: async ({ control }, request) => (await control.run('frames', known(framesParameters, request))).facts ?? {},
  },
  state: { parameters: {}, looks: true, run: async ({ control }) => ({ state: await control.view() }) },
};

/** What a command does not know has been logged, and is left out. */
function known(parameters: Parameters, request: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(request).filter(([name]) => name in parameters));
}

function outletOf(simulation: Simulation, connectorId: number): ConnectorSnapshot | undefined {
  mustExist(simulation.running, connectorId);
  return simulation.world.snapshot().connectors[connectorId - 1];
}

/** A named vehicle and one that is at its cable already are as they are; any other begins as the vehicle of a test. */
async function plugIn(
  { simulation, control }: JsonLinesTarget,
  { connector: id, ev, ...request }: { connector: number } & Partial<ValuesOf<typeof plugParameters>>,
): Promise<void> {
  const outlet = outletOf(simulation, id);
  if (outlet?.plugged) return;
  const isKnown = outlet?.vehicleWaits || ev?.like !== undefined;
  await control.run('plug', { connector: id, ev: isKnown ? ev : { ...testVehicle, ...ev }, ...request });
}

/** The tag reaches the station as it is spelt; a reader that does not answer sees nothing, as with a real card. */
async function swipe(
  { simulation, control }: JsonLinesTarget,
  { idTag: card, connectors = [firstConnector] }: SwipeRequest,
): Promise<{ refused?: string }> {
  const { world, running } = simulation;
  for (const id of connectors) mustExist(running, id);
  const { points, connectors: outlets } = world.snapshot();
  const sides = new Set(connectors.flatMap((id) => outlets[id - 1]?.side ?? []));
  let answer: { refused?: string } = {};
  for (const side of sides) {
    const present = points.find((point) => point.side === side)?.readerPresent ?? null;
    if (present === null) throw new GreenupError('command.invalid', `swipe: side ${side} has no card reader`);
    const { facts } = await control.run('tap', { card, side, asSpelt: true });
    if (facts !== undefined) answer = facts;
  }
  return answer;
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

async function cacheAdd({ simulation }: JsonLinesTarget, request: CacheRequest): Promise<void> {
  const { running } = simulation;
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
