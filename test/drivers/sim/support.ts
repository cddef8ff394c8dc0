/** A board, a world on a virtual clock, and hands for it: the station is absent here, so the tests command the parts. */
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import type { EvOptions } from '../../../src/drivers/sim/ev-options';
import type { WorldMemory } from '../../../src/drivers/sim/memory';
import type { ConnectorSnapshot } from '../../../src/drivers/sim/snapshot';
import { SimulatedWorld } from '../../../src/drivers/sim/world';
import type { Board, BoardSocket } from '../../../src/hal/board';
import type { Mode2Parts, Mode3Parts, SocketParts } from '../../../src/hal/parts';
import type { JsonValue } from '../../../src/hal/store';

export const type2: BoardSocket = {
  mode: 'mode3',
  phases: 3,
  ratedCurrentA: 32,
  lock: true,
  plugDetector: false,
  residualCurrentMonitor: true,
  thermometer: true,
  ventilation: false,
};

export const domestic: BoardSocket = {
  ...type2,
  mode: 'mode2',
  phases: 1,
  ratedCurrentA: 16,
  lock: false,
  plugDetector: true,
};

/** Right: Type 2 (1) and domestic (2), with reader and indicator. Left: a bare attached cable (3), single-phase. */
export const board: Board = {
  name: 'test',
  drivers: 'simulated',
  vendor: 'Legrand',
  model: 'test',
  serialNumber: '1',
  firmwareVersion: '1',
  nominalVoltageV: 230,
  hardware: {
    gpioBackend: 'onoff',
    gpioChips: [],
    pwmRoot: '/sys/class/pwm',
    serial: [],
    watchdog: { device: '/dev/watchdog', timeoutS: 10 },
  },
  points: [
    { side: 'right', installationCurrentA: 32, cardReader: true, indicator: true, sockets: [type2, domestic] },
    {
      side: 'left',
      installationCurrentA: 32,
      cardReader: false,
      indicator: false,
      sockets: [
        {
          ...type2,
          phases: 1,
          tetheredCableA: 32,
          lock: false,
          residualCurrentMonitor: false,
          thermometer: false,
        },
      ],
    },
  ],
};

export class TestMemory implements WorldMemory {
  text: string | undefined;
  saves = 0;

  load(): JsonValue | undefined {
    return this.text === undefined ? undefined : (JSON.parse(this.text) as JsonValue);
  }

  save(value: JsonValue): void {
    this.saves += 1;
    this.text = JSON.stringify(value);
  }
}

export class Bench {
  readonly clock: VirtualClock;
  readonly world: SimulatedWorld;

  constructor(options: { memory?: WorldMemory; random?: () => number; clock?: VirtualClock } = {}) {
    const { clock = new VirtualClock({ startMs: 1000 }), ...rest } = options;
    this.clock = clock;
    this.world = new SimulatedWorld({ board, clock, ...rest });
  }

  advance(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }

  parts(connectorId: number): SocketParts {
    const parts = this.world.parts.points.flatMap((point) => point.sockets)[connectorId - 1];
    if (parts === undefined) throw new Error(`no connector ${connectorId}`);
    return parts;
  }

  mode3(connectorId = 1): Mode3Parts {
    const parts = this.parts(connectorId);
    if (parts.mode !== 'mode3') throw new Error('not mode 3');
    return parts;
  }

  mode2(connectorId = 2): Mode2Parts {
    const parts = this.parts(connectorId);
    if (parts.mode !== 'mode2') throw new Error('not mode 2');
    return parts;
  }

  truth(connectorId = 1): ConnectorSnapshot {
    const snapshot = this.world.snapshot().connectors[connectorId - 1];
    if (snapshot === undefined) throw new Error(`no connector ${connectorId}`);
    return snapshot;
  }

  offer(amps: number, connectorId = 1): void {
    this.mode3(connectorId).pilot.drive({ kind: 'pwm', dutyPercent: amps / 0.6 });
  }

  /** Plugs a vehicle into connector 1, offers current, closes the contactor, and waits for a steady current. */
  async charge(ev: Partial<EvOptions>, amps: number): Promise<void> {
    this.world.plug(1, { ev });
    this.offer(amps);
    this.mode3().contactor.close();
    await this.advance(10_000);
  }

  /** Reads the meter of a connector while time goes on. */
  async read(connectorId = 1): Promise<ReturnType<SocketParts['meter']['read']> extends Promise<infer R> ? R : never> {
    const reading = this.parts(connectorId).meter.read();
    reading.catch(() => undefined);
    await this.advance(300);
    return reading;
  }
}

/** Collects what a part tells. */
export function heard<T>(part: { watch(listener: (value: T) => void): () => void } | undefined): T[] {
  if (part === undefined) throw new Error('the part is absent');
  const values: T[] = [];
  part.watch((value) => values.push(value));
  return values;
}
