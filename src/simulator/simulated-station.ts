/** A whole simulated station in the process of a test: what people and the mains do to it, what it says, and waiting for it. */
import { changeKeyByPerson } from '../control/key-change';
import type { EvOptions } from '../drivers/sim/ev-options';
import type { SimulatedFault } from '../drivers/sim/faults';
import type { ConnectorSnapshot } from '../drivers/sim/snapshot';
import type { PlugOptions, SimulatedWorld } from '../drivers/sim/world';
import { WorldClock } from '../drivers/sim/world-clock';
import { MemoryStore } from '../drivers/store/memory-store';
import type { Board, Side } from '../hal/board';
import type { Cancel, Clock } from '../hal/clock';
import { CommandRefusal } from '../hal/command-refusal';
import { GreenupError, messageOf } from '../hal/errors';
import { findKey } from '../ocpp/config-keys/index';
import type { ObservedFrame } from '../ocpp/frames/observed-frame';
import type { Transport } from '../ocpp/link/transport';
import type { Notice } from '../station/notices';
import { type Status, statusOf } from '../station/status';
import type { StationView } from '../station/view';
import type { ScriptedCentral } from '../testing/central';
import { KeptWorld } from '../testing/kept-world';
import { KeptFrames } from './kept-frames';
import { SeverableTransport } from './severable-transport';
import { Simulation } from './simulation';
import type { StationTime, StationTimeKind } from './station-time';

/** How far time goes between two looks at what is waited for, in ms. */
const stepMs = 50;
const withinUsuallyMs = 30_000;
/** The last words of a link that ends, in ms of the station's time. */
const closingMs = 100;

/** What a simulated station is made of, with all that was left open filled in. */
export interface SimulatedStationParts {
  board: Board;
  time: StationTime;
  kind: StationTimeKind;
  transport: Transport;
  central: ScriptedCentral | undefined;
  configuration: Record<string, string>;
  seed: number;
  wire: 'standard' | 'legrand';
}

/**
 * A simulated station: the whole program with its board, its outlets and a street around it. Made by `simulate`. Connectors
 * count from 1 in the order of the board. What cannot be done rejects or throws a `GreenupError` with code `command.invalid`
 * that says what is valid, and so does everything but `powerOn` and `stop` while the station has no power.
 */
export class SimulatedStation {
  readonly board: Board;
  /** How time goes for it. */
  readonly time: StationTimeKind;
  /** The central system in this process; undefined where it is elsewhere. */
  readonly central: ScriptedCentral | undefined;
  /** Warnings of the station's log, those of all boots. */
  readonly warnings: string[] = [];
  private readonly kept = new KeptWorld();
  private readonly seen = new KeptFrames();
  private readonly noticeListeners = new Set<(notice: Notice) => void>();
  private store = new MemoryStore();
  private present: { simulation: Simulation; clock: WorldClock; transport: SeverableTransport } | undefined;

  private constructor(private readonly parts: SimulatedStationParts) {
    this.board = parts.board;
    this.time = parts.kind;
    this.central = parts.central;
  }

  /** @internal Rejects with `config.invalid` where a key or a value of the configuration is not valid. */
  static async start(parts: SimulatedStationParts): Promise<SimulatedStation> {
    const station = new SimulatedStation(parts);
    await station.powerOn();
    const { warnings } = station.simulation.running.configuration;
    if (warnings.length === 0) return station;
    await station.stop();
    throw new GreenupError('config.invalid', `simulate: ${warnings.join('; ')}`);
  }

  /** The time of the station, which goes on while it has no power. */
  get clock(): Clock {
    return this.parts.time.clock;
  }

  /** Whether the station has power. */
  get isPowered(): boolean {
    return this.present !== undefined;
  }

  /** Plugs a vehicle in. Refused if one is there already, if the lock is out, or for a wrong option. */
  plug(connectorId: number, options: PlugOptions = {}): void {
    this.world.plug(connectorId, options);
  }

  /**
   * Takes the vehicle's end out, and the station's end as soon as the lock lets go; with `force` at once. Refused if nothing is
   * plugged.
   */
  unplug(connectorId: number, { force = false }: { force?: boolean } = {}): void {
    this.world.unplug(connectorId, { force });
  }

  /** Changes the plugged vehicle. Refused if there is none, or for a wrong option. */
  ev(connectorId: number, change: Partial<EvOptions>): void {
    this.world.ev(connectorId, change);
  }

  /** Holds a card to the reader of a side, `right` unless told: 1 to 20 printable characters. Refused where there is no reader. */
  tap(card: string, side: Side = 'right'): void {
    this.world.present(card, side);
  }

  /** Brings a fault about, or takes it away; connector 0 is the station. Refused for one that cannot be there. */
  fault(connectorId: number, kind: SimulatedFault, present = true): void {
    this.world.fault(connectorId, kind, present);
    this.simulation.running.station.readMeters();
  }

  /** Pulls the network cable out, or puts it in; the station notices at once. */
  network(state: 'down' | 'up'): void {
    const { network, running } = this.simulation;
    network.isIn = state === 'up';
    if (network.isIn) running.chargePoint.connection.start();
    else running.chargePoint.connection.cut();
  }

  /**
   * The power is gone at once: nothing more is run, stored or sent. Meters, plugs, bolts and faults stay, and what was flushed;
   * of what was only written `kept` says whether the medium had it already, `none` unless told.
   */
  async cutPower(kept: 'none' | 'all' = 'none'): Promise<void> {
    const { simulation, clock, transport } = this.powered();
    this.present = undefined;
    transport.sever();
    clock.close();
    this.store = this.store.crash({ kept: kept === 'all' ? this.store.unflushedCommits : 0 });
    // While it restarts there is no world.
    if (simulation.isRunning) simulation.world.close();
  }

  /** The power is back: the station starts with what its store and the street have kept. Refused while there is power. */
  async powerOn(): Promise<void> {
    if (this.present) throw new CommandRefusal('powerOnAlready', 'powerOn: the station has power already');
    const { board, time, configuration, seed, wire } = this.parts;
    const clock = new WorldClock(time.clock);
    const transport = new SeverableTransport(time.transport(this.parts.transport));
    const isHere = (): boolean => this.present?.clock === clock;
    const simulation = await Simulation.start({
      board,
      clock,
      openStore: async () => {
        // The start before has closed its store, or lost it with the power.
        this.store = new MemoryStore({ durable: this.store.durable });
        return this.store;
      },
      memory: this.kept.memory(),
      transport,
      log: { info: () => {}, warn: (_fields, message) => this.warnings.push(message) },
      configuration,
      seed,
      wire,
      followCentralTime: () => time.followsCentral,
      onNotice: (notice) => this.tell(notice),
      onFrame: (frame) => this.seen.note(frame),
      onWarning: (message) => this.warnings.push(message),
      onReset: () => {},
      restarts: true,
      onFailure: (error) => isHere() && this.warnings.push(`the station did not restart: ${messageOf(error)}`),
    });
    this.present = { simulation, clock, transport };
  }

  /** The OCPP status of a connector as the station has it now; 0 is the station. */
  status(connectorId: number): Status {
    const { station } = this.simulation.running;
    return statusOf(station.state, station.config, connectorId).status;
  }

  /** All that the station knows of itself at this instant. */
  view(): StationView {
    return this.simulation.running.view();
  }

  /** What is true at an outlet, whatever the station believes. Refused where there is no such connector. */
  truth(connectorId: number): ConnectorSnapshot {
    const snapshot = this.world.snapshot().connectors[connectorId - 1];
    if (snapshot) return snapshot;
    throw new CommandRefusal('connectorUnknown', `there is no connector ${connectorId} on board ${this.board.name}`);
  }

  /** The last frames either way, oldest first, passwords masked; 1,000 are kept, over all boots. */
  frames(): readonly ObservedFrame[] {
    return this.seen.list;
  }

  /** Calls `listener` for each frame from now on, also after a power cut. What it returns ends that. */
  onFrame(listener: (frame: ObservedFrame) => void): Cancel {
    return this.seen.listen(listener);
  }

  /** Calls `listener` for each notice from now on, also after a power cut. What it returns ends that. */
  onNotice(listener: (notice: Notice) => void): Cancel {
    this.noticeListeners.add(listener);
    return () => void this.noticeListeners.delete(listener);
  }

  /** The value of a configuration key as a person sees it: secrets are masked. Refused for a key that there is not. */
  key(name: string): string {
    const known = findKey(name);
    if (known) return this.simulation.running.configuration.shown(known.key);
    throw new CommandRefusal('keyUnknown', `there is no configuration key ${name}`);
  }

  /** Changes a configuration key as a person at the station does. Refused for a key or a value that is not valid. */
  async setKey(name: string, value: string): Promise<void> {
    const outcome = await changeKeyByPerson(this.simulation.running, name, value);
    if ('refused' in outcome) throw new CommandRefusal('keyInvalid', `${name}: ${outcome.why}`);
  }

  /** Clears faults whose causes are gone but wait for a person, as the reset button does. */
  clearFaults(connectorId?: number): void {
    this.simulation.running.clearFaults(connectorId);
  }

  /** Resolves when so much time of the station has passed, in ms. Of time that stands still one caller at a time moves it on. */
  advance(ms: number): Promise<void> {
    return this.parts.time.pass(ms);
  }

  /** Lets time pass until something is true, `withinMs` of the station's time at most; then it is refused, with the last frames. */
  async until(what: string, isTrue: () => boolean, withinMs = withinUsuallyMs): Promise<void> {
    const endMs = this.clock.now() + withinMs;
    while (!isTrue()) {
      if (this.clock.now() >= endMs) {
        throw new CommandRefusal('waitEnded', `not within ${withinMs} ms: ${what}; frames:\n${this.seen.text()}`);
      }
      await this.advance(Math.min(stepMs, endMs - this.clock.now()));
    }
  }

  /** Until a connector has this status; 0 is the station. */
  untilStatus(connectorId: number, status: Status, withinMs?: number): Promise<void> {
    const isSo = () => this.powered().simulation.isRunning && this.status(connectorId) === status;
    return this.until(`status ${status} of connector ${connectorId}`, isSo, withinMs);
  }

  /** Until the central system has accepted the station, over a link that is there. */
  untilRegistered(withinMs?: number): Promise<void> {
    const isSo = () => {
      if (!this.powered().simulation.isRunning) return false;
      const { registration, status } = this.view().connection;
      return status === 'Connected' && registration === 'Accepted';
    };
    return this.until('the central system has accepted the station', isSo, withinMs);
  }

  /**
   * The next request of the station with this name whose payload has these fields, since the last that was waited for; others in
   * between are allowed. Passwords in it are masked.
   */
  untilSent(message: string, match: Record<string, unknown> = {}, withinMs?: number): Promise<ObservedFrame> {
    return this.untilFrame('sent', message, match, withinMs);
  }

  /** The same for a request of the central system. */
  untilReceived(message: string, match: Record<string, unknown> = {}, withinMs?: number): Promise<ObservedFrame> {
    return this.untilFrame('received', message, match, withinMs);
  }

  /**
   * Orderly end: contactors open, the connection is closed, and nothing of the station is left in the process. `powerOn` starts it
   * again. Nothing happens where it has no power.
   */
  async stop(): Promise<void> {
    const { present } = this;
    if (!present) return;
    const stopped = present.simulation.stop();
    // Of time that stands still the last words need some.
    if (this.time === 'virtual') await this.advance(closingMs);
    await stopped;
    this.present = undefined;
  }

  private async untilFrame(
    direction: ObservedFrame['direction'],
    message: string,
    match: Record<string, unknown>,
    withinMs?: number,
  ): Promise<ObservedFrame> {
    let found: ObservedFrame | undefined;
    const isThere = () => {
      found = this.seen.next(direction, message, match);
      return found !== undefined;
    };
    await this.until(`${message} ${JSON.stringify(match)} ${direction}`, isThere, withinMs);
    return found as ObservedFrame;
  }

  private tell(notice: Notice): void {
    for (const listener of [...this.noticeListeners]) listener(notice);
  }

  private get world(): SimulatedWorld {
    return this.simulation.world;
  }

  private get simulation(): Simulation {
    return this.powered().simulation;
  }

  private powered(): NonNullable<SimulatedStation['present']> {
    if (this.present) return this.present;
    throw new CommandRefusal('powerOff', 'the station has no power: powerOn comes first');
  }
}
