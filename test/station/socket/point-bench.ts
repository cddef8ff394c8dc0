/** One charging point under a virtual clock: simulated world, runners and interlock, as the station composes them. */
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import type { ConnectorSnapshot } from '../../../src/drivers/sim/snapshot';
import { SimulatedWorld } from '../../../src/drivers/sim/world';
import type { Board, BoardSocket } from '../../../src/hal/board';
import type { Cancel } from '../../../src/hal/clock';
import { interlock } from '../../../src/station/shell/interlock';
import { SocketRunner } from '../../../src/station/shell/socket';
import type { SocketConfig, SocketReport, SocketWish } from '../../../src/station/socket/types';

export const type2Socket: BoardSocket = {
  mode: 'mode3',
  phases: 3,
  ratedCurrentA: 32,
  lock: true,
  plugDetector: false,
  residualCurrentMonitor: true,
  thermometer: true,
  ventilation: false,
};

export const domesticSocket: BoardSocket = {
  ...type2Socket,
  mode: 'mode2',
  phases: 1,
  ratedCurrentA: 16,
  lock: false,
  plugDetector: true,
};

export class PointBench {
  readonly clock: VirtualClock;
  readonly world: SimulatedWorld;
  readonly runners: SocketRunner[];
  readonly reports: (SocketReport | undefined)[];
  private readonly cancels: Cancel[] = [];

  /** `settle` is called after each timer: whatever holds at all times can be looked at there. */
  constructor(sockets: readonly BoardSocket[] = [type2Socket, domesticSocket], settle: () => void = () => {}) {
    this.clock = new VirtualClock({
      startMs: 50_000,
      settle: () => {
        settle();
        return Promise.resolve();
      },
    });
    this.world = new SimulatedWorld({ board: boardOf(sockets), clock: this.clock });
    const parts = this.world.parts.points[0]?.sockets ?? [];
    this.runners = parts.map((part, i) => new SocketRunner(part, configOf(sockets[i] ?? type2Socket), this.clock));
    this.reports = this.runners.map(() => undefined);
    this.cancels.push(interlock(this.runners));
    this.runners.forEach((runner, i) => {
      runner.watch((report) => {
        this.reports[i] = report;
      });
    });
    const supply = this.world.parts.supply?.watch((value) => {
      for (const runner of this.runners) runner.feed({ kind: 'supply', present: value === 'present' });
    });
    if (supply) this.cancels.push(supply);
  }

  wish(connectorId: number, wish: SocketWish): void {
    this.runners[connectorId - 1]?.command(wish);
  }

  advance(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }

  truth(connectorId: number): ConnectorSnapshot {
    const snapshot = this.world.snapshot().connectors[connectorId - 1];
    if (snapshot === undefined) throw new Error(`no connector ${connectorId}`);
    return snapshot;
  }

  report(connectorId: number): SocketReport {
    const report = this.reports[connectorId - 1];
    if (report === undefined) throw new Error(`connector ${connectorId} has not reported`);
    return report;
  }

  /** Passes time in steps of 1 ms until it is so; returns how long it took, Infinity when it never came. */
  async until(condition: () => boolean, withinMs: number): Promise<number> {
    const start = this.clock.now();
    while (!condition()) {
      if (this.clock.now() - start >= withinMs) return Number.POSITIVE_INFINITY;
      await this.advance(1);
    }
    return this.clock.now() - start;
  }

  close(): void {
    for (const cancel of this.cancels) cancel();
    for (const runner of this.runners) runner.stop();
    this.world.close();
  }
}

function boardOf(sockets: readonly BoardSocket[]): Board {
  return {
    name: 'test',
    drivers: 'simulated',
    vendor: 'Legrand',
    model: 'test',
    serialNumber: '1',
    firmwareVersion: '1',
    nominalVoltageV: 230,
    points: [{ side: 'right', installationCurrentA: 32, cardReader: false, indicator: false, sockets: [...sockets] }],
  };
}

function configOf(socket: BoardSocket): SocketConfig {
  const { mode, phases, lock, plugDetector, ventilation, tetheredCableA } = socket;
  return {
    mode,
    phases,
    lock,
    plugDetector,
    ventilation,
    ratedA: socket.ratedCurrentA,
    residual: socket.residualCurrentMonitor,
    thermometer: socket.thermometer,
    nominalVoltageV: 230,
    ...(tetheredCableA === undefined ? {} : { tetheredA: tetheredCableA }),
  };
}
