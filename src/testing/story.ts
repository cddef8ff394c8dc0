/** The vocabulary of stories: a whole station with its world and its central system under one virtual clock. */
import { VirtualClock } from '../drivers/clock/virtual-clock';
import { MockFileTransfer } from '../drivers/mock/file-transfer';
import type { EvOptions } from '../drivers/sim/ev-options';
import type { SimulatedFault } from '../drivers/sim/faults';
import type { ConnectorSnapshot } from '../drivers/sim/snapshot';
import { type PlugOptions, SimulatedWorld } from '../drivers/sim/world';
import { WorldClock } from '../drivers/sim/world-clock';
import { MemoryKeyFiles } from '../drivers/store/memory-key-files';
import { MemoryStore } from '../drivers/store/memory-store';
import type { Board, Side } from '../hal/board';
import { seeded } from '../hal/random';
import { type RunningStation, type StationSetup, startStation } from '../main';
import { type Status, type StatusReport, statusOf } from '../station/status';
import { transactionOf } from '../station/types';
import { doubleBoard } from './boards';
import { type Received, ScriptedCentral } from './central';
import { KeptWorld } from './kept-world';
import { audit } from './ledger';
import { MemorySpool } from './memory-spool';
import { type StoryOptions, startOfTime } from './story-options';
import { witnessed } from './witness';

export { type StoryOptions, startOfTime } from './story-options';

/** How far time goes between two looks at what is waited for, in ms. */
const stepMs = 50;
const withinUsuallyMs = 30_000;
/** For the answer to a CALL of the central system, in ms of virtual time. */
const answerMaxMs = 60_000;
const answerStepMs = 20;
const framesShownMax = 40;

/** Stories of the test that is running. */
let untold: Story[] = [];

/**
 * For `afterEach`: every story of the test comes to its end (`Story.bringHome`), and its books are audited (`audit`). Rejects
 * with all that is wrong, and the last frames.
 */
export async function closeTheBooks(): Promise<void> {
  const finished = untold;
  untold = [];
  for (const story of finished) {
    await story.bringHome();
    audit(story);
  }
}

/**
 * A station with its simulated world and a scripted central system, under a virtual clock: hours pass in milliseconds, and the
 * same story goes the same way each time. Connectors count from 1 in the order of the board.
 */
export class Story {
  /** Moves only when the story moves it; `now()` is 0 when the story begins. */
  readonly clock: VirtualClock;
  readonly central: ScriptedCentral;
  readonly board: Board;
  /** The truth around the present boot of the station. */
  world!: SimulatedWorld;
  /** @internal */
  running!: RunningStation;
  /** Another one after each power cut and restart. */
  store: MemoryStore;
  /** What a flush of the store takes, in ms of virtual time; default 0. */
  flushMs = 0;
  /** Whether the station has power and its program runs. */
  powered = false;
  /** How the last restart that was asked for came about. */
  restartedBy: 'soft' | 'hard' | undefined;
  /** Warnings of the station's log. */
  readonly warnings: string[] = [];
  /** @internal Where its files go. */
  readonly transfer = new MockFileTransfer();
  /** @internal What lies there to be sent; a test may let it fail. */
  readonly spool = new MemorySpool();
  /** @internal Its private keys. */
  readonly keyFiles = new MemoryKeyFiles();
  /** @internal What whoever starts the station says of the central system. */
  address: StationSetup['address'];
  /** Contactors told to close without a durable transaction; the audit wants none. */
  readonly wrongClosings: string[] = [];
  /** Energy in Wh that a story lets flow outside of transactions, as through welded contacts; default 0. */
  leakWh = 0;
  /** False: the audit lets the story be, as one whose messages the central system refuses for good. */
  audited = true;
  private readonly kept = new KeptWorld();
  private seen = 0;
  private readonly cuts: () => number;
  /** The station's own view of the clock: its timers die with the power. */
  private stationClock: WorldClock;

  private constructor(private readonly options: StoryOptions) {
    const { epochMs = startOfTime } = options;
    const systemTimeMs = options.systemTimeMs === null ? undefined : (options.systemTimeMs ?? epochMs);
    this.clock = new VirtualClock({ systemTimeMs });
    this.stationClock = new WorldClock(this.clock);
    this.central = new ScriptedCentral(this.clock, epochMs);
    this.board = options.board ?? doubleBoard();
    this.cuts = seeded(options.seed ?? 1);
    this.address = options.address;
    this.audited = options.wire !== 'legrand';
    this.store = new MemoryStore({ flush: () => this.flush() });
    untold.push(this);
  }

  /** A station that has booted, is registered and has told its statuses; 2 s of virtual time have passed. */
  static async start(options: StoryOptions = {}): Promise<Story> {
    const story = new Story(options);
    await story.powerOn();
    await story.advance(2_000);
    story.forget();
    return story;
  }

  /** A story whose station is not switched on yet: `powerOn` does that. */
  static prepare(options: StoryOptions = {}): Story {
    return new Story(options);
  }

  /** Switches the station on, which finds what its store and its world have kept. Resolves when it runs. */
  async powerOn(): Promise<void> {
    this.stationClock = new WorldClock(this.clock);
    this.world = new SimulatedWorld({ board: this.board, clock: this.clock, memory: this.kept.memory() });
    this.restartedBy = undefined;
    this.powered = true;
    const starting = startStation(this.setup());
    // The first commit takes its time.
    await this.advance(this.flushMs);
    this.running = await starting;
    void this.running.restarted.then((how) => {
      this.restartedBy = how;
      this.powered = false;
    });
  }

  private setup(): StationSetup {
    const { parts = (own) => own, config, wire = 'standard', random = seeded(1), ...others } = this.options;
    const { network, slots, updates, updateIntake, modeWithoutUrl, sockets, frames, events, onNotice } = others;
    return {
      board: this.board,
      parts: witnessed(parts(this.world.parts), (connectorId) => this.noteClosing(connectorId)),
      clock: this.stationClock,
      store: this.store,
      transport: this.central,
      random,
      log: { info: () => {}, warn: (_fields, message) => this.warnings.push(message) },
      initialConfiguration: { URL: 'ws://central.test/ocpp', UID: 'GREENUP 1', ...config },
      ownViolations: 'report',
      files: () => ({ transfer: this.transfer, spool: this.spool }),
      keyFiles: this.keyFiles,
      wire,
      ...(sockets && { sockets }),
      ...(network && { network }),
      ...(slots && { slots }),
      ...(updates && { updates }),
      ...(updateIntake && { updateIntake }),
      ...(modeWithoutUrl && { modeWithoutUrl }),
      ...(frames && { frames }),
      ...(events && { events }),
      ...(this.address && { address: this.address }),
      ...(onNotice && { onNotice }),
    };
  }

  /**
   * The power is gone at once: nothing more is run, stored or sent; the world keeps what a real one would. Of what was
   * written and not flushed the first commits are on the medium: some (by the seed), none, or all.
   */
  async cutPower(kept: 'none' | 'some' | 'all' = 'some'): Promise<void> {
    const unflushed = this.store.unflushedCommits;
    const share = { none: 0, some: this.cuts(), all: 1 }[kept];
    await this.end(() => this.store.crash({ kept: Math.round(share * unflushed) }));
  }

  /** The process is killed: as a power cut, but the operating system keeps what was written. */
  async kill(): Promise<void> {
    await this.end(() => this.store.kill());
  }

  private async end(storeAfter: () => MemoryStore): Promise<void> {
    this.central.drop('power cut', false);
    this.stationClock.close();
    this.store = storeAfter();
    this.world.close();
    this.running.station.stop();
    this.powered = false;
    await this.clock.advance(50);
  }

  /** The process has ended because of a reset and is started again. Rejects if none was carried out within 30 s. */
  async restart(): Promise<void> {
    await this.until('a reset is carried out', () => this.restartedBy !== undefined);
    this.world.close();
    this.stationClock.close();
    this.store = this.store.crash();
    await this.powerOn();
  }

  /** Plugs a vehicle in. Throws `command.invalid` if one is there already, or for a wrong option. */
  plug(connectorId: number, options: PlugOptions = {}): void {
    this.world.plug(connectorId, options);
  }

  /** Takes the vehicle's end out, and the station's as soon as the lock lets go. Throws `command.invalid` if nothing is plugged. */
  unplug(connectorId: number): void {
    this.world.unplug(connectorId);
  }

  /** Changes the plugged vehicle. Throws `command.invalid` if there is none, or for a wrong option. */
  ev(connectorId: number, change: Partial<EvOptions>): void {
    this.world.ev(connectorId, change);
  }

  /** Brings a fault about, or takes it away; 0 is the station. Throws `command.invalid` for one that cannot be there. */
  fault(connectorId: number, kind: SimulatedFault, present = true): void {
    this.world.fault(connectorId, kind, present);
    if (this.powered) this.running?.station.readMeters();
  }

  /** Holds a card to the reader of a side: 1 to 20 printable characters. Throws `command.invalid` where there is no reader. */
  present(card: string, side: Side = 'right'): void {
    this.world.present(card, side);
  }

  /** Lets virtual time pass, in ms; all that falls due meanwhile is done when it resolves. */
  advance(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }

  /** Lets time pass until something is true, at most `withinMs` of it; rejects then, with `what` and the last frames. */
  async until(what: string, isTrue: () => boolean, withinMs = withinUsuallyMs): Promise<void> {
    for (let waited = 0; !isTrue(); waited += stepMs) {
      if (waited >= withinMs) throw new Error(`not within ${withinMs} ms: ${what}; frames:\n${this.lastFrames()}`);
      await this.advance(stepMs);
    }
  }

  /**
   * A CALL of the central system and its answer: the payload, or `{ callError, description }`. Rejects when it is not answered
   * within a minute.
   */
  async call(action: string, payload: Record<string, unknown>): Promise<Record<string, unknown>> {
    const answered = this.central.callRaw(action, payload);
    let frame: unknown[] | undefined;
    void answered.then((f) => {
      frame = f;
    });
    for (let waited = 0; frame === undefined && waited < answerMaxMs; waited += answerStepMs) {
      await this.advance(answerStepMs);
    }
    if (!frame) throw new Error(`${action} was not answered within a minute`);
    return frame[0] === 3 ? (frame[2] as Record<string, unknown>) : { callError: frame[2], description: frame[3] };
  }

  /** Sets a key through the central system. Rejects unless it is accepted. */
  async configure(key: string, value: string): Promise<void> {
    const { status } = await this.call('ChangeConfiguration', { key, value });
    if (status !== 'Accepted') throw new Error(`ChangeConfiguration ${key}=${value}: ${String(status)}`);
  }

  /**
   * The next request of this action whose payload has these fields, since the last that was expected; others in between are
   * allowed. Lets time pass until it comes, at most `withinMs`; rejects then, with the last frames.
   */
  async expectCall(action: string, match: Record<string, unknown> = {}, withinMs = withinUsuallyMs): Promise<Received> {
    for (let waited = 0; ; waited += stepMs) {
      for (; this.seen < this.central.received.length; ) {
        const request = this.central.received[this.seen++];
        if (request?.action === action && fits(request.payload, match)) return request;
      }
      if (waited >= withinMs) break;
      await this.advance(stepMs);
    }
    throw new Error(`no ${action} ${JSON.stringify(match)} came within ${withinMs} ms; frames:\n${this.lastFrames()}`);
  }

  /** `expectCall` for a StatusNotification. */
  expectStatus(connectorId: number, status: string, withinMs?: number): Promise<Received> {
    return this.expectCall('StatusNotification', { connectorId, status }, withinMs);
  }

  /** Lets time pass and rejects if such a request comes meanwhile. */
  async expectNone(action: string, ms: number): Promise<void> {
    await this.advance(ms);
    const found = this.since(action);
    if (found.length > 0) throw new Error(`unexpected ${action}: ${JSON.stringify(found.map((r) => r.payload))}`);
  }

  /** What came so far is expected no more. */
  forget(): void {
    this.seen = this.central.received.length;
  }

  /** Requests that came since `forget` or the last that was expected; without an action, all. No time passes. */
  since(action?: string): Received[] {
    return this.central.received.slice(this.seen).filter((r) => action === undefined || r.action === action);
  }

  /** The OCPP status of a connector as the station has it now; 0 is the station. */
  status(connectorId: number): Status {
    return this.report(connectorId).status;
  }

  /** The same, with error code and info. */
  report(connectorId: number): StatusReport {
    return statusOf(this.running.station.state, this.running.station.config, connectorId);
  }

  /** What is true at an outlet, whatever the station believes. Throws if there is no such connector. */
  truth(connectorId: number): ConnectorSnapshot {
    const snapshot = this.world.snapshot().connectors[connectorId - 1];
    if (!snapshot) throw new Error(`no connector ${connectorId}`);
    return snapshot;
  }

  /** Whether the store holds a start without stop for this connector. */
  durablyOpen(connectorId: number): boolean {
    return this.store.durable.has(`station/transaction/${connectorId}`);
  }

  /**
   * Plugs in, shows a card and waits until the station charges; the fast way to the middle of a story. Resolves with the
   * StartTransaction.
   */
  async charge(connectorId = 1, options: { card?: string; plug?: PlugOptions } = {}): Promise<Received> {
    const side = this.running.station.config.points[this.connector(connectorId).pointIndex]?.side ?? 'right';
    this.plug(connectorId, options.plug);
    await this.until(`Preparing on ${connectorId}`, () => this.status(connectorId) === 'Preparing');
    this.present(options.card ?? '04A1B2C3', side);
    const start = await this.expectCall('StartTransaction', { connectorId });
    await this.expectStatus(connectorId, 'Charging');
    return start;
  }

  /** Every fault gone, every vehicle gone, everything delivered. Rejects if that takes more than ten minutes of virtual time. */
  async bringHome(): Promise<void> {
    this.flushMs = 0;
    this.central.answerAsUsual();
    this.central.up();
    if (!this.powered) await (this.restartedBy ? this.restart() : this.powerOn());
    const snapshot = this.world.snapshot();
    for (const kind of snapshot.faults) this.fault(0, kind, false);
    for (const { connectorId, faults, plugged } of snapshot.connectors) {
      for (const kind of faults) this.fault(connectorId, kind, false);
      if (plugged) this.unplug(connectorId);
    }
    await this.advance(2_000);
    if (this.running.station.state.reset) await this.restart();
    for (const { session } of this.running.station.state.connectors) {
      const tx = transactionOf(session);
      if (tx) this.running.station.post({ kind: 'stop', tx: tx.key, reason: 'Local' });
    }
    const done = () =>
      this.running.chargePoint.outbox.size === 0 &&
      this.running.station.state.connectors.every(({ session }) => transactionOf(session) === undefined);
    await this.until('everything delivered', done, 600_000);
    await this.advance(1_000);
  }

  /** The last 40 frames either way, a line each: `<` from the station, `>` to it. */
  lastFrames(): string {
    return this.central.frames.slice(-framesShownMax).join('\n');
  }

  private connector(connectorId: number) {
    const facts = this.running.station.config.connectors[connectorId - 1];
    if (!facts) throw new Error(`no connector ${connectorId}`);
    return facts;
  }

  private noteClosing(connectorId: number): void {
    if (!this.durablyOpen(connectorId)) this.wrongClosings.push(`connector ${connectorId} at ${this.clock.now()}`);
  }

  private flush(): Promise<void> {
    if (this.flushMs === 0) return Promise.resolve();
    return new Promise((resolve) => this.clock.at(this.clock.now() + this.flushMs, resolve));
  }
}

/** Whether a payload has these fields with these values, and maybe others. */
function fits(payload: Record<string, unknown>, match: Record<string, unknown>): boolean {
  return Object.entries(match).every(([key, value]) => JSON.stringify(payload[key]) === JSON.stringify(value));
}
