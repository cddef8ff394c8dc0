/** A simulated station with its world: assembled from a board, a store and a memory, restarted in place, and ended. */

import { PilotTrace, waveOf } from '../control/pilot-trace';
import { passTimeByItself, type Watch } from '../control/wait';
import { EventLog } from '../diagnostics/event-log';
import { SimulatedClock } from '../drivers/clock/simulated-clock';
import type { FileWorldMemory, WorldMemory } from '../drivers/sim/memory';
import { SimulatedWorld } from '../drivers/sim/world';
import type { Board } from '../hal/board';
import type { Clock } from '../hal/clock';
import { CommandRefusal } from '../hal/command-refusal';
import type { Log } from '../hal/log';
import { seeded } from '../hal/random';
import type { Store } from '../hal/store';
import { type RunningStation, type StationSetup, startStation } from '../main';
import { FrameLog } from '../ocpp/frames/frame-log';
import type { ObservedFrame } from '../ocpp/frames/observed-frame';
import type { GivenAddress } from '../ocpp/given-address';
import type { Transport } from '../ocpp/link/transport';
import type { ProvidedSecurity } from '../ocpp/security/provided-security';
import type { Updates } from '../release/updates/updates';
import type { Notice } from '../station/notices';
import { keepingRegisters } from './kept-registers';
import { NetworkCable } from './network-cable';
import type { SimulatedSlots } from './simulated-slots';
import type { SimulatedUpdates } from './simulated-updates';
import type { UpdateFaults } from './update-faults';

export interface SimulationOptions {
  board: Board;
  clock: Clock;
  /** Called at each start of the station: the one before has closed its store. */
  openStore: () => Promise<Store & { readonly warning?: string | undefined }>;
  /** What the store takes on its medium, in bytes. */
  storeBytes?: () => Promise<number>;
  memory: WorldMemory & Partial<FileWorldMemory>;
  transport: Transport;
  /** What looks on between the station and its network, its cable included; absent: nothing does. */
  aroundNetwork?: (network: Transport) => Transport;
  log: Log;
  /** OCPP keys for a first start; they yield to what is stored. */
  configuration: Record<string, string>;
  /** Where the central system is, as the command line says. */
  address?: GivenAddress;
  /** Makes jitter and the differences between phases repeatable; absent: no differences, random jitter. */
  seed?: number;
  /** Hears of each random number, and says which one is taken in its place; absent: that one. */
  onDraw?: ((value: number) => number) | undefined;
  /** Whether the central system may set the clock: not where time is not that of the world outside. */
  followCentralTime: () => boolean;
  /** Releases of the station, which a start chooses among; absent: the program runs outside of any slot. */
  slots?: SimulatedSlots;
  /** How its program is replaced, with `slots`; absent: it is not. */
  updates?: SimulatedUpdates;
  /** How files go to other machines and come from them; absent: none does. */
  files?: StationSetup['files'];
  /** Where private keys of the station lie; absent: it can keep none. */
  keyFiles?: StationSetup['keyFiles'];
  /** Certificate and roots that the station is given; asked at each of its starts. */
  provided?: () => ProvidedSecurity;
  /** Spelling and shape of the frames that leave; the standard's unless told. */
  wire?: 'standard' | 'legrand';
  onNotice: (notice: Notice) => void;
  /** Hears every frame, without secrets. */
  onFrame?: ((frame: ObservedFrame) => void) | undefined;
  /** How much of what has happened is kept for onlookers; absent: as much as a person at one station may want to see. */
  kept?: KeptForOnlookers;
  /** Something about the store or the world's memory. */
  onWarning: (message: string) => void;
  /** A reset of the central system ended the station; a new start in this process follows, unless `restarts` is false. */
  onReset: (how: 'soft' | 'hard') => void;
  restarts: boolean;
  /** The new start after a reset did not succeed: there is no station any more. */
  onFailure?: (error: unknown) => void;
}

export interface KeptForOnlookers {
  frames: number;
  events: number;
  /** The steps of its pilot wires, for the bench page. */
  pilots: boolean;
}

/** What the central system sends by itself is waited for so long before time is moved on, in real ms. */
const outsideMs = 1_000;

/** Time for the last frames of a closing connection, in ms. */
const closingMaxMs = 1_000;

export class Simulation {
  readonly network: NetworkCable;
  /** Of all starts of the station in this process. */
  readonly frames: FrameLog;
  private readonly events: EventLog;
  /** The same of its pilot wires. */
  readonly pilots: PilotTrace;
  private readonly random: () => number;
  private readonly transport: Transport;
  private parts: { world: SimulatedWorld; running: RunningStation } | undefined;
  private starts = 0;
  private assembling: Promise<void> = Promise.resolve();
  private ending: Promise<void> | undefined;

  private constructor(private readonly options: SimulationOptions) {
    const random = options.seed === undefined ? Math.random : seeded(options.seed);
    const { onDraw } = options;
    this.random = onDraw ? () => onDraw(random()) : random;
    this.network = new NetworkCable(options.transport);
    this.transport = options.aroundNetwork?.(this.network) ?? this.network;
    const { clock, log, onFrame, kept } = options;
    this.events = new EventLog(clock, kept?.events);
    this.pilots = new PilotTrace(clock);
    this.frames = new FrameLog({ clock, framesMax: kept?.frames, onFrame, onFailure: (line) => log.warn({}, line) });
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
    return Promise.reject(new CommandRefusal('timeRuns', 'time runs by itself here: it cannot be advanced'));
  }

  /** Resolves when so much time has passed; time that stands still until told is moved on for it. */
  passTime(ms: number): Promise<void> {
    const { clock } = this.options;
    if (clock instanceof SimulatedClock && clock.stepped) return clock.advance(ms);
    return new Promise((resolve) => clock.at(clock.now() + ms, resolve));
  }

  /**
   * Lets so much time pass, or less if what is watched comes before. Where time stands still until told it is moved on, once
   * what the central system does by itself has had a moment to come, which takes none of that time.
   */
  async passTimeUntil(ms: number, watch: Watch): Promise<void> {
    const { clock } = this.options;
    if (!(clock instanceof SimulatedClock && clock.stepped)) return passTimeByItself(clock, ms, watch);
    if (watch.isFromOutside) await inTime(outsideMs, watch);
    await clock.advance(ms, () => watch.isOver());
  }

  /** Whether there is a station just now: not while it restarts. */
  get isRunning(): boolean {
    return this.parts !== undefined;
  }

  /** Throws `command.invalid` while the station restarts or has ended. */
  get running(): RunningStation {
    return this.present().running;
  }

  /** Throws `command.invalid` where no update can be had. */
  get updateFaults(): UpdateFaults {
    const faults = this.options.updates?.faults;
    if (faults) return faults;
    throw new CommandRefusal('noUpdates', 'the program of this station cannot be updated');
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
    throw new CommandRefusal('starting', 'the station is starting or ending: try again in a moment');
  }

  /** Into the event log, and to whoever runs the station. */
  warn(message: string): void {
    this.events.warn(message);
    this.options.onWarning(message);
  }

  private async assemble(): Promise<void> {
    const { board, clock, memory, log, configuration, address } = this.options;
    const goesOn = this.starts > 0;
    // Before there is anything to be undone.
    const provided = this.options.provided?.();
    this.starts += 1;
    const opened = await this.options.openStore();
    if (opened.warning !== undefined) this.warn(opened.warning);
    const random = this.options.seed === undefined ? {} : { random: this.random };
    const keepsPilots = this.options.kept?.pilots ?? true;
    const world = new SimulatedWorld({
      board,
      clock,
      memory,
      ...random,
      ...(keepsPilots ? { onPilot: (connectorId, signal) => this.pilots.note(connectorId, waveOf(signal)) } : {}),
    });
    if (memory.warning !== undefined) this.warn(memory.warning);
    const store = keepingRegisters(opened, world);
    const { slots, storeBytes, updates } = this.options;
    slots?.start();
    // A release that dies is started again, until its starts are used up.
    while (updates?.faults?.has('diesAtStart') && slots?.isOnTrial) slots.start();
    let engine: Updates | undefined;
    const running = await startStation({
      board,
      parts: world.parts,
      clock,
      store,
      transport: this.transport,
      frames: this.frames,
      events: this.events,
      random: this.random,
      log,
      initialConfiguration: configuration,
      ...(address ? { address: goesOn ? { ...address, goesOn } : address } : {}),
      onNotice: (notice) => this.passOn(notice),
      followCentralTime: this.options.followCentralTime,
      ...(this.options.wire ? { wire: this.options.wire } : {}),
      ...(slots ? { slots } : {}),
      ...(updates
        ? {
            updates: (host) => {
              engine = updates.updates(host);
              return engine;
            },
            updateIntake: updates.intake,
          }
        : {}),
      ...(this.options.files ? { files: this.options.files } : {}),
      ...(this.options.keyFiles ? { keyFiles: this.options.keyFiles } : {}),
      ...(provided ? { provided } : {}),
      ...(storeBytes ? { storeBytes } : {}),
    });
    this.parts = { world, running };
    if (slots && engine) {
      const faults = updates?.faults ? { faults: updates.faults } : {};
      updates?.prove({ running, slots, updates: engine, ...faults, warn: (line) => this.warn(line) });
    }
    void running.restarted.then((how) => this.reset(how));
  }

  private reset(how: 'soft' | 'hard'): void {
    const { onReset, restarts } = this.options;
    onReset(how);
    if (!restarts) return;
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
    await parts?.running.link.quiet(closingMaxMs);
  }

  /** That the connection goes with the station is no news. */
  private passOn(notice: Notice): void {
    if (notice.kind === 'connectionChanged' && this.ending) return;
    this.options.onNotice(notice);
  }
}

/** By real time. */
function inTime(ms: number, watch: Watch): Promise<void> {
  return new Promise((resolve) => {
    const timeout = setTimeout(resolve, ms);
    const done = (): void => {
      clearTimeout(timeout);
      resolve();
    };
    watch.onOver = done;
    if (watch.isOver()) done();
  });
}
