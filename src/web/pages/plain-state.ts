/** What a socket does, as one of a few plain states, and whether the station charges. Pure. */
import type { PageConnector, PageSide, PageView } from '../../control/pages/page-view';

/** Each has a word and a sentence in the glossary. */
export type PlainState =
  | 'charging'
  | 'vehiclePauses'
  | 'limitPauses'
  | 'stationPauses'
  | 'faulted'
  | 'faultPauses'
  | 'free'
  | 'nobody'
  | 'cardWanted'
  | 'plugWanted'
  | 'begins'
  | 'unplug'
  | 'noCardCame'
  | 'reserved'
  | 'twin'
  | 'updating'
  | 'outOfUse';

export type Tone = 'go' | 'wait' | 'stop' | 'rest';

/** IEC 61851-1: less than 6 A cannot be offered. */
const lowestOfferA = 6;

export function plainStateOf(connector: PageConnector, mode: PageSide['mode']): PlainState {
  const { status, session, faults, limit, outOfUse } = connector;
  switch (status) {
    case 'Charging':
      return 'charging';
    case 'SuspendedEV':
      return 'vehiclePauses';
    case 'SuspendedEVSE':
      if (faults.length > 0) return 'faultPauses';
      return limit.amps < lowestOfferA ? 'limitPauses' : 'stationPauses';
    case 'Faulted':
      return 'faulted';
    case 'Preparing':
      if (session === 'waiting') return 'cardWanted';
      return session === 'none' ? 'plugWanted' : 'begins';
    case 'Finishing':
      return session === 'timedOut' ? 'noCardCame' : 'unplug';
    case 'Reserved':
      return 'reserved';
    case 'Unavailable':
      if (outOfUse === 'updating') return 'updating';
      return outOfUse === 'twinInUse' ? 'twin' : 'outOfUse';
    case 'Available':
      return mode === 'none' ? 'nobody' : 'free';
    default:
      return status satisfies never;
  }
}

export const tones: Readonly<Record<PlainState, Tone>> = {
  charging: 'go',
  vehiclePauses: 'wait',
  limitPauses: 'wait',
  stationPauses: 'wait',
  faulted: 'stop',
  faultPauses: 'stop',
  free: 'go',
  nobody: 'wait',
  cardWanted: 'wait',
  plugWanted: 'wait',
  begins: 'wait',
  unplug: 'rest',
  noCardCame: 'wait',
  reserved: 'rest',
  twin: 'rest',
  updating: 'wait',
  outOfUse: 'rest',
};

export interface SocketHere {
  side: PageSide;
  connector: PageConnector;
  state: PlainState;
}

export function socketsOf({ sides }: PageView): SocketHere[] {
  return sides.flatMap((side) =>
    side.connectors.map((connector) => ({ side, connector, state: plainStateOf(connector, side.mode) })),
  );
}

/** The socket that answers whether the station charges, and if not why: the first of the kind that says most. */
export function answeringSocket(view: PageView): SocketHere | undefined {
  const sockets = socketsOf(view);
  const order: readonly PlainState[] = [
    ...(['charging', 'faulted', 'faultPauses', 'limitPauses', 'stationPauses', 'vehiclePauses', 'begins'] as const),
    ...([
      'cardWanted',
      'plugWanted',
      'noCardCame',
      'unplug',
      'nobody',
      'free',
      'reserved',
      'updating',
      'outOfUse',
      'twin',
    ] as const),
  ];
  return sockets.sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state))[0];
}
