/** All socket machines of a station with their parts, interlocked, with the supply fed to each: what closes contactors. */
import type { Cancel, Clock } from '../../hal/clock';
import type { StationParts } from '../../hal/parts';
import type { StationConfig } from '../types';
import { interlock } from './interlock';
import { SocketRunner } from './socket';

export class SocketGroup {
  /** In the order of connectors. */
  readonly sockets: readonly SocketRunner[];
  private readonly cancels: Cancel[] = [];

  constructor(
    private readonly config: StationConfig,
    private readonly parts: Pick<StationParts, 'supply'> & {
      points: readonly Pick<StationParts['points'][number], 'sockets'>[];
    },
    clock: Clock,
  ) {
    const places = new Map<number, number>();
    this.sockets = config.connectors.flatMap(({ pointIndex, socket }) => {
      const place = places.get(pointIndex) ?? 0;
      places.set(pointIndex, place + 1);
      const own = parts.points[pointIndex]?.sockets[place];
      return own ? [new SocketRunner(own, socket, clock)] : [];
    });
  }

  start(): void {
    this.config.points.forEach((_point, pointIndex) => {
      const own = this.config.connectors.filter((c) => c.pointIndex === pointIndex);
      this.cancels.push(interlock(own.flatMap(({ connectorId }) => this.sockets[connectorId - 1] ?? [])));
    });
    if (!this.parts.supply) return;
    this.cancels.push(
      this.parts.supply.watch((value) => {
        for (const socket of this.sockets) socket.feed({ kind: 'supply', present: value === 'present' });
      }),
    );
  }

  /** What reads the parts has stood still: every closed contactor opens. */
  stood(): void {
    for (const socket of this.sockets) socket.feed({ kind: 'stood' });
  }

  /** Opens every contactor and lets go of parts and timers. */
  stop(): void {
    for (const cancel of this.cancels) cancel();
    for (const socket of this.sockets) socket.stop();
  }
}
