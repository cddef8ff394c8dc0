/** `simulate`: a whole simulated station in the process that calls it, for tests of a central system and of the station. */
import type { VirtualClock } from '../drivers/clock/virtual-clock';
import type { Board } from '../hal/board';
import type { Clock } from '../hal/clock';
import { GreenupError } from '../hal/errors';
import { programFile } from '../hal/program-files';
import { startOfTime } from '../testing/story-options';
import { SimulatedStation } from './simulated-station';
import { type StationTimeKind, stationTime } from './station-time';

/** What a simulated station is like; each option has a default. */
export interface SimulateOptions {
  /** A board, or the path of a board file; default: the board `simulated-double` that comes with the package. */
  board?: Board | string;
  /** URL of the central system, `ws://` or `wss://`, without the identity; absent: one in this process that accepts everything. */
  csms?: string;
  /** Identity of the station at its central system, 1 to 50 characters; default `SIMULATED-1`. */
  id?: string;
  /** Password for HTTP basic authentication, 16 to 40 printable characters without blanks (OCPP security profile 1; 2 with `wss://`). Default: none. */
  password?: string;
  /** Certificates in PEM of the authorities that are trusted for `wss://`; absent: those that Node.js brings. */
  ca?: string;
  /** How time goes; default: `real` with a `csms`, `virtual` without. */
  time?: StationTimeKind;
  /** In `real` time: how many seconds of the station pass in one of the machine at most, 1 to 1000; default 1. */
  speed?: number;
  /** Unix time in ms at which the station begins; default: of `virtual` time 4 May 2026, 08:00 UTC, else that of the machine. */
  systemTimeMs?: number;
  /** In `virtual` time: a clock that several stations share, so that they live in one time. */
  clock?: VirtualClock;
  /** OCPP configuration keys at the first start, by name, such as `{ MeterValueSampleInterval: '10' }`. */
  configuration?: Record<string, string>;
  /** Any integer: the same one makes the same jitter and the same voltages. Default 1. */
  seed?: number;
  /** Spelling and shape of the frames that leave; default `standard`. */
  wire?: 'standard' | 'legrand';
}

/**
 * Starts a whole simulated station in this process; any number may run beside each other. Resolves when it runs; whether it is
 * registered `untilRegistered` waits for. Rejects with `config.invalid` for options that do not go together and for
 * keys that are not valid, and with `board.invalid` for a board file that does not describe a station.
 */
export async function simulate(options: SimulateOptions = {}): Promise<SimulatedStation> {
  const { csms, ca, id = 'SIMULATED-1', configuration = {}, seed = 1, wire = 'standard' } = options;
  const kind = options.time ?? (csms === undefined ? 'virtual' : 'real');
  if (csms !== undefined && kind === 'virtual') {
    throw new GreenupError('config.invalid', `simulate: ${csms} cannot be reached in virtual time: choose "stepped"`);
  }
  const { speed, clock } = options;
  const systemTimeMs = options.systemTimeMs ?? (kind === 'virtual' && !clock ? startOfTime : undefined);
  const time = stationTime({ kind, speed, systemTimeMs, clock });
  const { transport, central } = csms === undefined ? centralHere(time.clock) : { transport: wsTransport(ca) };
  return SimulatedStation.start({
    board: boardOf(options.board ?? programFile('board/simulated-double.yaml')),
    time,
    kind,
    transport,
    central,
    configuration: { URL: csms ?? 'ws://central.test/ocpp', UID: id, ...passwordKeys(options), ...configuration },
    seed,
    wire,
  });
}

/** Its time is that of the station as it begins: a clock that says 0 then, or one that other stations have used before. */
function centralHere(clock: Clock) {
  const { ScriptedCentral } = require('../testing/central') as typeof import('../testing/central');
  const central = new ScriptedCentral(clock, (clock.systemTime() ?? startOfTime) - clock.now());
  return { transport: central, central };
}

/** The `ws` package is loaded where there is a network. */
function wsTransport(ca: string | undefined) {
  const { WsTransport } = require('../ocpp/link/ws-transport') as typeof import('../ocpp/link/ws-transport');
  return new WsTransport({ ca });
}

function boardOf(board: Board | string): Board {
  if (typeof board !== 'string') return board;
  const { loadBoard } = require('../hal/board/board-file') as typeof import('../hal/board/board-file');
  return loadBoard(board);
}

function passwordKeys({ csms, password }: SimulateOptions): Record<string, string> {
  if (password === undefined) return {};
  return { AuthorizationKey: password, SecurityProfile: csms?.startsWith('wss:') ? '2' : '1' };
}
