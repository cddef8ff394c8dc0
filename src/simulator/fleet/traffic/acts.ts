/** What can happen in the life of a station: what people do at it, what breaks, and what its network does; plain data. */
import type { EvOptions } from '../../../drivers/sim/ev-options';
import type { SimulatedFault } from '../../../drivers/sim/faults';
import type { Side } from '../../../hal/board';
import type { NetworkEventKind, TimeSpan } from './traffic';

export type Act =
  /** A driver asks the central system to keep an outlet for so long. */
  | { kind: 'reserve'; connectorId: number; card: string; forMs: number }
  | { kind: 'arrive'; connectorId: number; ev: Readonly<Partial<EvOptions>> }
  | { kind: 'showCard'; connectorId: number; side: Side; card: string }
  /** A driver asks the central system by an app. */
  | { kind: 'askStart'; connectorId: number; side: Side; card: string }
  /** A driver who is about to leave shows the card again, if a charge of it goes on. */
  | { kind: 'endByCard'; connectorId: number; side: Side; card: string }
  | { kind: 'leave'; connectorId: number }
  /** Connector 0 is the station. */
  | { kind: 'fault'; connectorId: number; fault: SimulatedFault; present: boolean }
  /** A person has looked at what a fault has left behind. */
  | { kind: 'mended'; connectorId: number }
  | NetworkAct;

/** `row` is that of the event in the traffic file: several events may be there at a time. */
export interface NetworkAct {
  kind: 'network';
  event: NetworkEventKind;
  row: number;
  begins: boolean;
  frameShare: number;
  by: TimeSpan;
}

export type ActKind = Act['kind'];

/** From the beginning of the traffic, in ms. */
export interface LifeMoment {
  atMs: number;
  act: Act;
}
