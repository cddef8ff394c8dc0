/** What a board's outlet means for plugs, cables and faults. */
import type { BoardSocket } from '../../hal/board';
import { CommandRefusal } from '../../hal/command-refusal';
import { type CableRatingA, cableOhms, cableRatingsA } from '../../hal/iec61851';
import type {
  Contactor,
  ControlPilot,
  EnergyMeter,
  PlugDetector,
  ProximityPilot,
  ProximityReading,
  ResidualCurrentMonitor,
  SocketLock,
  SocketParts,
  Thermometer,
} from '../../hal/parts';
import type { FaultPlace, OptionalPart, SimulatedFault } from './faults';

/** Rating of the cable that a plug has unless another is given, in A. */
const usualCableA: CableRatingA = 32;

/** Whether the cable comes with the vehicle and tells its rating by its resistor. */
export function takesRatedCables(socket: BoardSocket): boolean {
  return socket.mode === 'mode3' && socket.tetheredCableA === undefined;
}

/** The cable that goes into the outlet `name`; throws `command.invalid` for one that does not exist. */
export function checkedCable(name: string, socket: BoardSocket, cableA: number | undefined): CableRatingA | undefined {
  if (!takesRatedCables(socket)) {
    if (cableA === undefined) return undefined;
    const why = socket.mode === 'mode2' ? 'a domestic plug has no rating' : 'the cable is attached';
    throw new CommandRefusal('cableFixed', `${name}: ${why}: leave the cable's rating out`);
  }
  const rating = cableRatingsA.find((rated) => rated === (cableA ?? usualCableA));
  if (rating !== undefined) return rating;
  throw new CommandRefusal(
    'cableUnknown',
    `${name}: there is no cable of ${cableA} A; valid: ${cableRatingsA.join(', ')}`,
  );
}

/** A cable rating from memory; what is wrong becomes the usual one. */
export function restoredCable(socket: BoardSocket, kept: unknown): CableRatingA | undefined {
  return takesRatedCables(socket) ? (cableRatingsA.find((rating) => rating === kept) ?? usualCableA) : undefined;
}

/** What the proximity contact shows with this cable; none: no plug. */
export function proximityOf(cableA: CableRatingA | undefined): ProximityReading {
  return { kind: 'ohms', ohms: cableA === undefined ? Number.POSITIVE_INFINITY : cableOhms[cableA] };
}

export function sameProximity(a: ProximityReading, b: ProximityReading): boolean {
  return a.kind === 'ohms' && b.kind === 'ohms' ? a.ohms === b.ohms : a.kind === b.kind;
}

/** The outlet as a place of faults. */
export function faultPlaceOf(
  name: string,
  socket: BoardSocket,
  cardReader: boolean,
  present: ReadonlySet<SimulatedFault>,
): FaultPlace {
  const has: Readonly<Record<OptionalPart, boolean>> = {
    lock: socket.lock,
    proximity: takesRatedCables(socket),
    residual: socket.residualCurrentMonitor,
    thermometer: socket.thermometer,
    reader: cardReader,
  };
  return {
    name,
    scopes: socket.mode === 'mode3' ? ['mode3', 'socket', 'point'] : ['socket', 'point'],
    parts: (Object.keys(has) as OptionalPart[]).filter((part) => has[part]),
    present,
  };
}

export interface OutletParts {
  contactor: Contactor;
  meter: EnergyMeter;
  residual: ResidualCurrentMonitor | undefined;
  thermometer: Thermometer;
  plug: PlugDetector;
  pilot: ControlPilot;
  proximity: ProximityPilot;
  lock: SocketLock | undefined;
}

/** Those parts that the board gives the outlet. */
export function socketParts(socket: BoardSocket, parts: OutletParts): SocketParts {
  const { contactor, meter, residual, thermometer, plug, pilot, proximity, lock } = parts;
  const common = {
    contactor,
    meter,
    ...(residual === undefined ? {} : { residual }),
    ...(socket.thermometer ? { thermometer } : {}),
  };
  if (socket.mode === 'mode2') return { mode: 'mode2', ...common, ...(socket.plugDetector ? { plug } : {}) };
  return {
    mode: 'mode3',
    ...common,
    pilot,
    ...(takesRatedCables(socket) ? { proximity } : {}),
    ...(lock === undefined ? {} : { lock }),
  };
}
