/** The life of each station of a fleet: moments in their order, made of traffic, seed and the number of the station alone. Pure. */

import { simulatedFaults } from '../../../drivers/sim/faults';
import type { Board } from '../../../hal/board';
import { type BoardConnector, connectorsOf } from '../../../hal/connectors';
import type { LifeMoment } from './acts';
import { drawsOf, untilNext, within } from './draws';
import { networkMoments } from './network-moments';
import type { FaultKind, Traffic } from './traffic';
import { visitsOf } from './visits';

export interface Lives {
  /** Endless, as a rule, and made while it is read: a life takes the memory of its next moments only. */
  lifeOf(index: number): Generator<LifeMoment, void, undefined>;
}

const yearMs = 365 * 86_400_000;
/** A fault that was cleared has been seen to be gone before a person confirms it, in ms. */
const mendedAfterMs = 1_000;

/** Stations of one board. The life of a station is the same alone, in a fleet of thousands and in any part of it. */
export function livesOf(traffic: Traffic, seed: number, board: Board): Lives {
  const connectors = connectorsOf(board);
  return {
    lifeOf: (index) => {
      const visits = board.points.map((point, pointIndex) => {
        const own = connectors.filter((connector) => connector.pointIndex === pointIndex);
        return visitsOf(traffic, { connectors: own, side: point.side, hasReader: point.cardReader }, seed, index);
      });
      const faults = traffic.faults.flatMap((row, number) =>
        placesOf(row, connectors).map((connectorId) => faultMoments(traffic, number, connectorId, seed, index)),
      );
      const network = traffic.network.map((event, row) => networkMoments(event, row, seed, index));
      return inOrder([...visits, ...faults, ...network]);
    },
  };
}

/** Of moments at the same time those of the first source come first. */
function* inOrder(sources: Iterator<LifeMoment>[]): Generator<LifeMoment, void, undefined> {
  const heads = sources.map((source) => nextOf(source));
  for (;;) {
    let first = -1;
    for (const [at, head] of heads.entries()) {
      if (head && (first < 0 || head.atMs < (heads[first]?.atMs ?? 0))) first = at;
    }
    const head = heads[first];
    const source = sources[first];
    if (!head || !source) return;
    yield head;
    heads[first] = nextOf(source);
  }
}

function nextOf(source: Iterator<LifeMoment>): LifeMoment | undefined {
  const { done, value } = source.next();
  return done ? undefined : value;
}

/** Connectors at which the fault can be, as far as their kind decides it; the station is 0. */
function placesOf({ fault }: FaultKind, connectors: readonly BoardConnector[]): number[] {
  const { scope } = simulatedFaults[fault];
  if (scope === 'station') return [0];
  return connectors
    .filter(({ socket }) => scope !== 'mode3' || socket.mode === 'mode3')
    .map(({ connectorId }) => connectorId);
}

function* faultMoments(
  { faults, pace }: Traffic,
  row: number,
  connectorId: number,
  seed: number,
  index: number,
): Generator<LifeMoment, void, undefined> {
  const kind = faults[row];
  if (!kind) return;
  const { fault, perYear, lasts } = kind;
  const draw = drawsOf(seed, index, `fault ${row} ${connectorId}`);
  for (let atMs = 0; ; ) {
    atMs += untilNext((perYear * pace) / yearMs, draw);
    if (atMs === Number.POSITIVE_INFINITY) return;
    yield { atMs: Math.round(atMs), act: { kind: 'fault', connectorId, fault, present: true } };
    atMs += within(lasts, draw) / pace;
    yield { atMs: Math.round(atMs), act: { kind: 'fault', connectorId, fault, present: false } };
    atMs += mendedAfterMs;
    yield { atMs: Math.round(atMs), act: { kind: 'mended', connectorId } };
  }
}
