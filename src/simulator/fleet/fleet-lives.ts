/** The lives that a fleet's stations live by their traffic: with a network of their own, mains, and a central system to ask. */
import type { Board } from '../../hal/board';
import type { Clock } from '../../hal/clock';
import { seeded } from '../../hal/random';
import type { Transport } from '../../ocpp/link/transport';
import type { FleetStation } from './fleet-station';
import type { FleetMeasures } from './report/measures';
import { HttpCalls } from './traffic/central-calls';
import { FrameFaults } from './traffic/frame-faults';
import { livesOf } from './traffic/lives';
import { type Playing, play } from './traffic/play';
import type { Traffic } from './traffic/traffic';

export interface LivesOptions {
  traffic: Traffic;
  board: Board;
  clock: Clock;
  seed: number;
  measures: Pick<FleetMeasures, 'act'>;
  /** Where the central system takes orders for its stations; absent: what needs them is counted as not possible. */
  calls?: string | undefined;
  warn: (line: string) => void;
}

export interface FleetLives {
  aroundGate(index: number, gate: Transport): Transport;
  /** The life of a station begins with its first start. */
  begin(station: FleetStation): void;
  end(): void;
}

/** Who stood there when the process before ended has gone: nobody of this life would come back to that vehicle. */
function leaveFrom(station: FleetStation): void {
  if (!station.running()) return;
  const { connectors } = station.world.snapshot();
  for (const { connectorId, plugged } of connectors) if (plugged) station.world.unplug(connectorId);
}

export function livesIn({ traffic, board, clock, seed, measures, calls, warn }: LivesOptions): FleetLives {
  const lives = livesOf(traffic, seed, board);
  const wires = new Map<number, FrameFaults>();
  const playing: Playing[] = [];
  // Without such events nothing can happen to a frame, and nothing needs to stand in its way.
  const hasEvents = traffic.network.length > 0;
  const central = calls === undefined ? undefined : new HttpCalls(calls, warn);
  return {
    aroundGate: (index, gate) => {
      if (!hasEvents) return gate;
      const wire = new FrameFaults(gate, clock, seeded((seed ^ Math.imul(index, 0x85ebca6b)) >>> 0));
      wires.set(index, wire);
      return wire;
    },
    begin: (station) => {
      leaveFrom(station);
      const wire = wires.get(station.index);
      const around = {
        power: { cut: () => station.cut(), bringBack: () => station.bringBack() },
        onAct: measures.act.bind(measures),
        ...(wire ? { wire } : {}),
        ...(central ? { calls: central } : {}),
      };
      playing.push(play(station, lives.lifeOf(station.index), clock, around));
    },
    end: () => {
      for (const one of playing) one.stop();
    },
  };
}
