/** A simulated station with its world: assembled from a board, a store and a memory, restarted in place, and ended. */

import { SimulatedClock } from '../drivers/clock/simulated-clock';
import type { FileWorldMemory, WorldMemory } from '../drivers/sim/memory';
import { SimulatedWorld } from '../drivers/sim/world';
import { overridden } from '../drivers/store/overridden-store';
import type { Board } from '../hal/board';
import type { Clock } from '../hal/clock';
import { GreenupError } from '../hal/errors';
import type { Log } from '../hal/log';
import type { Store } from '../hal/store';
import { type RunningStation, startStation } from '../main';
import type { Transport } from '../ocpp/link/transport';
import { type Happening, HappeningTeller } from '../terminal/happenings';
import { Network } from './network';

export interface SimulationOptions {
  board: Board;
  clock: Clock;
  /** Called at each start of the station: the one before has closed its store. */
  openStore: () => Promise<Store & { readonly warning?: string | undefined }>;
  memory: WorldMemory & Partial<FileWorldMemory>;
  transport: Transport;
  log: Log;
  /** OCPP keys for a first start; they yield to what is stored. */
  configuration: Readonly<Record<string, string>>;
  /** OCPP keys that win over what is stored, at the first start of this process. */
  overrides?: Readonly<Record<string, string>>;
  /** Makes jitter and the differences between phases repeatable; absent: no differences, random jitter. */
  seed?: number;
  followCentralTime: boolean;
  /** Spelling and shape of the frames that leave; the standard's unless told. */
  wire?: 'standard' | 'legrand';
  onHappening: (happening: Happening) => void;
  /** What a reset of the central system does: a new start in this process, or whatever the owner wants. */
  onReset: 'restart' | ((how: 'soft' | 'hard') => void);
  /** The new start after a reset did not succeed: there is no station any more. */
  onFailure?: (error: unknown) => void;
}

/** Time for the last frames of a closing connection, in ms. */
const closing_max_ms = 1_000;

export class Simulation {
  readonly network: Network;
  private readonly random: () => number;
  private parts: { world: SimulatedWorld; running: RunningStation } | undefined;
  private starts = 0;
  private assembling: Promise<void> = Promise.resolve();
  private ending: Promise<void> | undefined;
  private reached: 'unknown' | 'yes' | 'no' = 'unknown';

  private constructor(private readonly options: SimulationOptions) {
    this.random = options.seed === undefined ? Math.random : seeded(options.seed);
    this.network = new Network(options.transport, {
      opened: (url) => {
        this.reached = 'yes';
        options.onHappening({ event: 'connected', url });
      },
      closed: (url, reason, wasOpen) => this.linkEnded(url, reason, wasOpen),
    });
  }

  /** Resolves when the station runs and its first attempt to connect is under way. */
  static async start(options: SimulationOptions): Promise<Simulation> {
    const simulation = new Simulation(options);
    await simulation.assemble();
    return simulation;
  }

  get board(): Board {
    return this.options.board;
  }

  get clock(): Clock {
    return this.options.clock;
  }

  /** Moves on time that stands still until told, by `ms`. Rejects with `command.invalid` where it runs by itself. */
  advance(ms: number): Promise<void> {
    const { clock } = this.options;
    if (clock instanceof SimulatedClock) return clock.advance(ms);
    return Promise.reject(new GreenupError('command.invalid', 'time runs by itself here: it cannot be advanced'));
  }

  /** Resolves when so much time has passed; time that stands still until told is moved on for it. */
  passTime(ms: number): Promise<void> {
    const { clock } = this.options;
    if (clock instanceof SimulatedClock && clock.stepped) return clock.advance(ms);
    return new Promise((resolve) => clock.at(clock.now() + ms, resolve));
  }

  /** Whether there is a station just now: not while it restarts. */
  get isRunning(): boolean {
    return this.parts !== undefined;
  }

  /** Throws `command.invalid` while the station restarts or has ended. */
  get running(): RunningStation {
    return this.present().running;
  }

  get world(): SimulatedWorld {
    return this.present().world;
  }

  /** Orderly end: contactors open, connection and store closed, the world kept in its memory. */
  stop(): Promise<void> {
    this.ending ??= this.shutDown();
    return this.ending;
  }

  private present(): { world: SimulatedWorld; running: RunningStation } {
    if (this.parts) return this.parts;
    throw new GreenupError('command.invalid', 'the station is starting or ending: try again in a moment');
  }

  private async assemble(): Promise<void> {
    const { board, clock, memory, log, configuration, overrides, onHappening } = this.options;
    const first = this.starts === 0;
    this.starts += 1;
    const store = await this.options.openStore();
    if (store.warning !== undefined) onHappening({ event: 'warning', message: store.warning });
    const random = this.options.seed === undefined ? {} : { random: this.random };
    const world = new SimulatedWorld({ board, clock, memory, ...random });
    if (memory.warning !== undefined) onHappening({ event: 'warning', message: memory.warning });
    const running = await startStation({
      board,
      parts: world.parts,
      clock,
      store: first && overrides ? overridden(store, overrides) : store,
      transport: this.network,
      random: this.random,
      log,
      initialConfiguration: { ...configuration, ...overrides },
      followCentralTime: this.options.followCentralTime,
      ...(this.options.wire ? { wire: this.options.wire } : {}),
    });
    const teller = new HappeningTeller(running.station.config, onHappening);
    running.events.on('station', (state) => teller.state(state));
    running.events.on('records', (records) => teller.records(records));
    this.parts = { world, running };
    void running.restarted.then((how) => this.reset(how));
  }

  private reset(how: 'soft' | 'hard'): void {
    const { onReset, onHappening } = this.options;
    onHappening({ event: 'restarting', reset: how });
    if (onReset !== 'restart') {
      onReset(how);
      return;
    }
    // As a new process would find it: a world out of its memory.
    this.parts?.world.close();
    this.parts = undefined;
    if (this.ending) return;
    this.assembling = this.assemble().catch((error) => this.options.onFailure?.(error));
  }

  private async shutDown(): Promise<void> {
    await this.assembling;
    const { parts } = this;
    this.parts = undefined;
    await parts?.running.stop();
    parts?.world.close();
    await this.network.quiet(closing_max_ms);
  }

  private linkEnded(url: string, reason: string, wasOpen: boolean): void {
    if (this.ending) return;
    if (wasOpen) this.options.onHappening({ event: 'disconnected', reason });
    else if (this.reached !== 'no') this.options.onHappening({ event: 'unreachable', url, reason });
    // Of attempts in a row that fail, the first is news.
    this.reached = 'no';
  }
}

/** Deterministic numbers from 0 to 1. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
