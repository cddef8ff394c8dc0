/** A whole simulated station with a real socket, a real store and a clock that waits for them. */
import type { WorldMemory } from '../../src/drivers/sim/memory';
import { SimulatedWorld } from '../../src/drivers/sim/world';
import { LevelStore } from '../../src/drivers/store/level-store';
import { MemoryKeyFiles } from '../../src/drivers/store/memory-key-files';
import { loadBoard } from '../../src/hal/board/board-file';
import type { JsonValue } from '../../src/hal/store';
import { type RunningStation, startStation } from '../../src/main';
import { WsTransport } from '../../src/ocpp/link/ws-transport';
import { until } from '../support/until';
import { PacedClock } from './paced-clock';

/** About 20 simulated seconds in a real one. */
const stepMs = 20;

/** Times are in simulated seconds; those of answers are long, since the central system answers in real time. */
const configuration = {
  UID: 'GREENUP 1',
  MeterValueSampleInterval: '10',
  MeterValuesSampledData: 'Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage,Temperature',
  StopTxnSampledData: 'Energy.Active.Import.Register',
  MessageTimeout: '600',
  confBasicTime: '600',
  confAuthorizeTime: '600',
  confBottNotificationTime: '600',
  serverReconnectionTime: '2',
  TransactionMessageRetryInterval: '2',
};

export interface LiveOptions {
  config?: Record<string, string>;
  /** Authorities in PEM that are trusted. */
  ca?: string | undefined;
}

export class LiveStation {
  world!: SimulatedWorld;
  running!: RunningStation;
  readonly warnings: string[] = [];
  private readonly keyFiles = new MemoryKeyFiles();
  private kept: JsonValue | undefined;
  private clock!: PacedClock;

  private constructor(
    private readonly directory: string,
    private readonly url: string,
    private readonly options: LiveOptions,
  ) {}

  static async start(directory: string, url: string, options: LiveOptions = {}): Promise<LiveStation> {
    const station = new LiveStation(directory, url, options);
    await station.powerOn();
    return station;
  }

  /** Starts the program, anew after a reset: on what store and world have kept. */
  async powerOn(): Promise<void> {
    const board = loadBoard('board/simulated-double.yaml');
    this.clock?.stop();
    const clock = new PacedClock(stepMs);
    this.clock = clock;
    const memory: WorldMemory = {
      load: () => this.kept,
      save: (value) => {
        this.kept = structuredClone(value);
      },
    };
    this.world = new SimulatedWorld({ board, clock, memory });
    this.running = await startStation({
      board,
      parts: this.world.parts,
      clock,
      store: await LevelStore.open(this.directory),
      transport: new WsTransport({ ca: this.options.ca }),
      random: Math.random,
      log: { info: () => {}, warn: (fields, message) => this.warnings.push(`${message} ${JSON.stringify(fields)}`) },
      initialConfiguration: { ...configuration, URL: this.url, ...this.options.config },
      keyFiles: this.keyFiles,
      followCentralTime: () => false,
      ownViolations: 'report',
    });
  }

  async stop(): Promise<void> {
    await this.running.stop();
    this.world.close();
    this.clock.stop();
  }

  /** Everything of transactions has been delivered. */
  async delivered(): Promise<void> {
    const { outbox } = this.running.chargePoint;
    await until(
      () => outbox.size === 0,
      () => `${outbox.size} messages wait`,
    );
  }
}
