/** The vocabulary of stories: a whole station with its world and its central system under one virtual clock. */

import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import { MockFileTransfer } from '../../src/drivers/mock/file-transfer';
import type { EvOptions } from '../../src/drivers/sim/ev-options';
import type { SimulatedFault } from '../../src/drivers/sim/faults';
import type { FlowMemory, WorldMemory } from '../../src/drivers/sim/memory';
import { type PlugOptions, SimulatedWorld } from '../../src/drivers/sim/world';
import { WorldClock } from '../../src/drivers/sim/world-clock';
import { MemoryKeyFiles } from '../../src/drivers/store/memory-key-files';
import { MemoryStore } from '../../src/drivers/store/memory-store';
import type { Board, Side } from '../../src/hal/board';
import type { StationParts } from '../../src/hal/parts';
import { seeded } from '../../src/hal/random';
import type { JsonValue } from '../../src/hal/store';
import { type RunningStation, type StationSetup, startStation } from '../../src/main';
import { type StatusReport, statusOf } from '../../src/station/status';
import { transactionOf } from '../../src/station/types';
import { doubleBoard } from './boards';
import { type Received, ScriptedCentral } from './central';
import { audit } from './ledger';
import { MemorySpool } from './memory-spool';
import { witnessed } from './witness';

export { boardWith, doubleBoard, singleBoard } from './boards';

export interface RigOptions {
  board?: Board;
  /** OCPP keys of the first start. */
  config?: Record<string, string>;
  /** Unix time at the start, in ms; `startOfTime` unless told. */
  epochMs?: number;
  /** The same as the station has it; null: it does not know the time. */
  systemTimeMs?: number | null;
  /** Spelling and shape of frames; the audit is not for `legrand`, whose frames violate the schemas. */
  wire?: 'standard' | 'legrand';
  network?: StationSetup['network'];
  slots?: StationSetup['slots'];
  updates?: StationSetup['updates'];
  updateIntake?: StationSetup['updateIntake'];
  modeWithoutUrl?: StationSetup['modeWithoutUrl'];
  /** One stream for all boots; absent: each boot has the same numbers. */
  random?: () => number;
  address?: StationSetup['address'];
  onNotice?: NonNullable<StationSetup['onNotice']>;
  /** Parts in the place of those of the world, or more than it has. */
  parts?: (parts: StationParts) => StationParts;
  sockets?: StationSetup['sockets'];
  frames?: StationSetup['frames'];
  events?: StationSetup['events'];
  /** Decides how much of what was not flushed a power cut leaves. */
  seed?: number;
}

/** The moment at which every story begins, also for the central system. */
export const startOfTime = Date.UTC(2026, 4, 4, 8, 0, 0);

/** Rigs of the test that is running. */
let rigs: Rig[] = [];

/** For `afterEach` of every story: lets all cars leave, waits for delivery, and checks what must hold after any story. */
export async function closeTheBooks(): Promise<void> {
  const finished = rigs;
  rigs = [];
  for (const rig of finished) {
    await rig.bringHome();
    audit(rig);
  }
}

export class Rig {
  readonly clock: VirtualClock;
  readonly central: ScriptedCentral;
  readonly board: Board;
  world!: SimulatedWorld;
  running!: RunningStation;
  store: MemoryStore;
  /** What a flush of the store takes, in ms. */
  flushMs = 0;
  /** Whether the station has power and its program runs. */
  powered = false;
  /** How the last restart asked for came about. */
  restartedBy: 'soft' | 'hard' | undefined;
  readonly warnings: string[] = [];
  /** Where its files go. */
  readonly transfer = new MockFileTransfer();
  /** What lies there to be sent; a test may let it fail. */
  readonly spool = new MemorySpool();
  /** Its private keys. */
  readonly keyFiles = new MemoryKeyFiles();
  /** What whoever starts the station says of the central system. */
  address: StationSetup['address'];
  /** Contactors told to close without a durable transaction; the audit wants none. */
  readonly wrongClosings: string[] = [];
  /** Energy in Wh that a story lets flow outside of transactions, as through welded contacts. */
  leakWh = 0;
  /** The audit is not for stories whose messages the central system refuses for good. */
  audited = true;
  private readonly keptWorld = new Kept();
  private readonly keptFlow = new Kept();
  private seen = 0;
  private readonly cuts: () => number;
  /** The station's own view of the clock: its timers die with the power. */
  private stationClock: WorldClock;

  private constructor(private readonly options: RigOptions) {
    const systemTimeMs =
      options.systemTimeMs === null ? undefined : (options.systemTimeMs ?? options.epochMs ?? startOfTime);
    this.clock = new VirtualClock({ systemTimeMs });
    this.stationClock = new WorldClock(this.clock);
    this.central = new ScriptedCentral(this.clock, options.epochMs ?? startOfTime);
    this.board = options.board ?? doubleBoard();
    this.cuts = seeded(options.seed ?? 1);
    this.address = options.address;
    this.audited = options.wire !== 'legrand';
    this.store = new MemoryStore({ flush: () => this.flush() });
    rigs.push(this);
  }

  /** A station that has booted and told its statuses. */
  static async start(options: RigOptions = {}): Promise<Rig> {
    const rig = new Rig(options);
    await rig.powerOn();
    await rig.advance(2_000);
    rig.forget();
    return rig;
  }

  /** A rig whose station has not been started yet. */
  static prepare(options: RigOptions = {}): Rig {
    return new Rig(options);
  }

  async powerOn(): Promise<void> {
    const memory: WorldMemory = { ...this.keptWorld.memory(), flow: this.keptFlow.memory() };
    this.stationClock = new WorldClock(this.clock);
    this.world = new SimulatedWorld({ board: this.board, clock: this.clock, memory });
    this.restartedBy = undefined;
    this.powered = true;
    const { parts = (own) => own, sockets } = this.options;
    const starting = startStation({
      board: this.board,
      parts: witnessed(parts(this.world.parts), (connectorId) => this.noteClosing(connectorId)),
      clock: this.stationClock,
      store: this.store,
      transport: this.central,
      random: this.options.random ?? seeded(1),
      log: { info: () => {}, warn: (_fields, message) => this.warnings.push(message) },
      initialConfiguration: { URL: 'ws://central.test/ocpp', UID: 'GREENUP 1', ...this.options.config },
      ownViolations: 'report',
      files: () => ({ transfer: this.transfer, spool: this.spool }),
      keyFiles: this.keyFiles,
      wire: this.options.wire ?? 'standard',
      ...(sockets && { sockets }),
      ...(this.options.network && { network: this.options.network }),
      ...(this.options.slots && { slots: this.options.slots }),
      ...(this.options.updates && { updates: this.options.updates }),
      ...(this.options.updateIntake && { updateIntake: this.options.updateIntake }),
      ...(this.options.modeWithoutUrl && { modeWithoutUrl: this.options.modeWithoutUrl }),
      ...(this.options.frames && { frames: this.options.frames }),
      ...(this.options.events && { events: this.options.events }),
      ...(this.address && { address: this.address }),
      ...(this.options.onNotice && { onNotice: this.options.onNotice }),
    });
    // The first commit takes its time.
    await this.advance(this.flushMs);
    this.running = await starting;
    void this.running.restarted.then((how) => {
      this.restartedBy = how;
      this.powered = false;
    });
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

  /** The process has ended because of a reset and is started again. */
  async restart(): Promise<void> {
    for (let waited = 0; !this.restartedBy && waited < 30_000; waited += 50) await this.advance(50);
    if (!this.restartedBy) throw new Error('no reset was carried out');
    this.world.close();
    this.stationClock.close();
    this.store = this.store.crash();
    await this.powerOn();
  }

  plug(connectorId: number, options: PlugOptions = {}): void {
    this.world.plug(connectorId, options);
  }

  unplug(connectorId: number): void {
    this.world.unplug(connectorId);
  }

  ev(connectorId: number, change: Partial<EvOptions>): void {
    this.world.ev(connectorId, change);
  }

  fault(connectorId: number, kind: SimulatedFault, present = true): void {
    this.world.fault(connectorId, kind, present);
    if (this.powered) this.running?.station.readMeters();
  }

  present(card: string, side: Side = 'right'): void {
    this.world.present(card, side);
  }

  advance(ms: number): Promise<void> {
    return this.clock.advance(ms);
  }

  /** Advances until something is true. */
  async until(what: string, isTrue: () => boolean, withinMs = 30_000): Promise<void> {
    for (let waited = 0; !isTrue(); waited += 50) {
      if (waited >= withinMs) throw new Error(`not within ${withinMs} ms: ${what}; frames:\n${this.lastFrames()}`);
      await this.advance(50);
    }
  }

  /** A CALL of the central system and its answer: the payload, or `{ callError }`. */
  async call(action: string, payload: Record<string, unknown>): Promise<Record<string, unknown>> {
    const answered = this.central.callRaw(action, payload);
    let frame: unknown[] | undefined;
    void answered.then((f) => {
      frame = f;
    });
    for (let waited = 0; frame === undefined && waited < 60_000; waited += 20) await this.advance(20);
    if (!frame) throw new Error(`${action} was not answered within a minute`);
    return frame[0] === 3 ? (frame[2] as Record<string, unknown>) : { callError: frame[2], description: frame[3] };
  }

  /** Sets a key through the central system; it must be accepted. */
  async configure(key: string, value: string): Promise<void> {
    const { status } = await this.call('ChangeConfiguration', { key, value });
    if (status !== 'Accepted') throw new Error(`ChangeConfiguration ${key}=${value}: ${String(status)}`);
  }

  /** The next requests are exactly looked for in order, others in between allowed. Advances until they have come. */
  async expectCall(action: string, match: Record<string, unknown> = {}, withinMs = 30_000): Promise<Received> {
    for (let waited = 0; ; waited += 50) {
      for (; this.seen < this.central.received.length; ) {
        const request = this.central.received[this.seen++];
        if (request?.action === action && fits(request.payload, match)) return request;
      }
      if (waited >= withinMs) break;
      await this.advance(50);
    }
    throw new Error(`no ${action} ${JSON.stringify(match)} came within ${withinMs} ms; frames:\n${this.lastFrames()}`);
  }

  expectStatus(connectorId: number, status: string, withinMs?: number): Promise<Received> {
    return this.expectCall('StatusNotification', { connectorId, status }, withinMs);
  }

  /** Lets time pass and expects that no such request comes meanwhile. */
  async expectNone(action: string, ms: number): Promise<void> {
    await this.advance(ms);
    const found = this.since(action);
    if (found.length > 0) throw new Error(`unexpected ${action}: ${JSON.stringify(found.map((r) => r.payload))}`);
  }

  /** What came so far no longer counts. */
  forget(): void {
    this.seen = this.central.received.length;
  }

  /** Requests received since `forget` or the last that was expected, without looking ahead. */
  since(action?: string): Received[] {
    return this.central.received.slice(this.seen).filter((r) => action === undefined || r.action === action);
  }

  status(connectorId: number): string {
    return this.report(connectorId).status;
  }

  report(connectorId: number): StatusReport {
    return statusOf(this.running.station.state, this.running.station.config, connectorId);
  }

  truth(connectorId: number) {
    const snapshot = this.world.snapshot().connectors[connectorId - 1];
    if (!snapshot) throw new Error(`no connector ${connectorId}`);
    return snapshot;
  }

  /** Whether the store holds a start without stop for this connector. */
  durablyOpen(connectorId: number): boolean {
    return this.store.durable.has(`station/transaction/${connectorId}`);
  }

  /** Plugs in, shows a card and waits for the charge; the fast way to the middle of a story. */
  async charge(connectorId = 1, options: { card?: string; plug?: PlugOptions } = {}): Promise<Received> {
    const side = this.running.station.config.points[this.connector(connectorId).pointIndex]?.side ?? 'right';
    this.plug(connectorId, options.plug);
    await this.until(`Preparing on ${connectorId}`, () => this.status(connectorId) === 'Preparing');
    this.present(options.card ?? '04A1B2C3', side);
    const start = await this.expectCall('StartTransaction', { connectorId });
    await this.expectStatus(connectorId, 'Charging');
    return start;
  }

  /** Every fault gone, every car gone, everything delivered. */
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

  lastFrames(): string {
    return this.central.frames.slice(-40).join('\n');
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

/** What the world keeps through a power cut: its values are made anew for each keeping, so a copy is made only for a start. */
class Kept {
  private value: JsonValue | undefined;

  memory(): FlowMemory {
    return {
      load: () => structuredClone(this.value),
      save: (value) => {
        this.value = value;
      },
    };
  }
}

function fits(payload: Record<string, unknown>, match: Record<string, unknown>): boolean {
  return Object.entries(match).every(([key, value]) => JSON.stringify(payload[key]) === JSON.stringify(value));
}
