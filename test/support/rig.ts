/** The vocabulary of stories: a whole station with its world and its central system under one virtual clock. */
import { VirtualClock } from '../../src/drivers/mock/virtual-clock';
import { MemoryStore } from '../../src/drivers/mock/memory-store';
import { type PlugOptions, SimulatedWorld } from '../../src/drivers/sim/world';
import type { WorldMemory } from '../../src/drivers/sim/memory';
import type { Side } from '../../src/hal/board';
import type { Board } from '../../src/hal/board';
import { loadBoard } from '../../src/hal/board-file';
import type { JsonValue } from '../../src/hal/store';
import { type RunningStation, startStation } from '../../src/main';
import { statusOf } from '../../src/station/status';
import { type Received, ScriptedCentral } from './central';

export interface RigOptions {
  board?: Board;
  config?: Record<string, string>;
  /** Unix time at the start; null: the station does not know the time. */
  systemTimeMs?: number | null;
}

export const startOfTime = Date.UTC(2026, 4, 4, 8, 0, 0);

export function doubleBoard(): Board {
  return loadBoard('board/simulated-double.yaml');
}

export function singleBoard(): Board {
  return loadBoard('board/simulated-single.yaml');
}

/** Deterministic numbers from 0 to 1. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export class Rig {
  readonly clock: VirtualClock;
  readonly central: ScriptedCentral;
  readonly board: Board;
  world!: SimulatedWorld;
  running!: RunningStation;
  store = new MemoryStore();
  /** How the last restart asked for came about. */
  restartedBy: 'soft' | 'hard' | undefined;
  readonly warnings: string[] = [];
  private kept: JsonValue | undefined;
  private seen = 0;

  private constructor(private readonly options: RigOptions) {
    const systemTimeMs = options.systemTimeMs === null ? undefined : (options.systemTimeMs ?? startOfTime);
    this.clock = new VirtualClock({ systemTimeMs });
    this.central = new ScriptedCentral(this.clock);
    this.board = options.board ?? doubleBoard();
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
    const memory: WorldMemory = {
      load: () => this.kept,
      save: (value) => {
        this.kept = structuredClone(value);
      },
    };
    this.world = new SimulatedWorld({ board: this.board, clock: this.clock, memory });
    this.restartedBy = undefined;
    this.running = await startStation({
      board: this.board,
      parts: this.world.parts,
      clock: this.clock,
      store: this.store,
      transport: this.central,
      random: seeded(1),
      log: { info: () => {}, warn: (_fields, message) => this.warnings.push(message) },
      initialConfiguration: { URL: 'ws://central.test/ocpp', UID: 'GREENUP 1', ...this.options.config },
      ownViolations: 'throw',
    });
    void this.running.restarted.then((how) => {
      this.restartedBy = how;
    });
  }

  /** The power is gone at once: nothing more is stored or sent; the world keeps what a real one would. */
  async cutPower(): Promise<void> {
    this.central.drop('power cut');
    this.store = this.store.crash();
    this.world.close();
    this.running.station.stop();
    this.running.chargePoint.connection.cut();
    await this.clock.advance(50);
  }

  /** The process ends because of a reset and is started again. */
  async restart(): Promise<void> {
    if (!this.restartedBy) throw new Error('no reset was carried out');
    this.world.close();
    this.store = this.store.crash();
    await this.powerOn();
  }

  plug(connectorId: number, options: PlugOptions = {}): void {
    this.world.plug(connectorId, options);
  }

  unplug(connectorId: number): void {
    this.world.unplug(connectorId);
  }

  present(card: string, side: Side = 'right'): void {
    this.world.present(card, side);
  }

  advance(ms: number): Promise<void> {
    return this.clock.advance(ms);
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

  /** The next requests are exactly looked for in order, others in between allowed. Advances until they have come. */
  async expectCall(
    action: string,
    match: Record<string, unknown> = {},
    withinMs = 30_000,
  ): Promise<Received> {
    for (let waited = 0; ; waited += 50) {
      for (; this.seen < this.central.received.length; ) {
        const request = this.central.received[this.seen++];
        if (request?.action === action && fits(request.payload, match)) return request;
      }
      if (waited >= withinMs) break;
      await this.advance(50);
    }
    throw new Error(`no ${action} ${JSON.stringify(match)} came within ${withinMs} ms; frames:\n${this.central.frames.slice(-40).join('\n')}`);
  }

  expectStatus(connectorId: number, status: string, withinMs?: number): Promise<Received> {
    return this.expectCall('StatusNotification', { connectorId, status }, withinMs);
  }

  /** What came so far no longer counts. */
  forget(): void {
    this.seen = this.central.received.length;
  }

  /** Actions received since `forget`, without looking ahead. */
  since(): Received[] {
    return this.central.received.slice(this.seen);
  }

  status(connectorId: number): string {
    return statusOf(this.running.station.state, this.running.station.config, connectorId).status;
  }

  truth(connectorId: number) {
    const snapshot = this.world.snapshot().connectors[connectorId - 1];
    if (!snapshot) throw new Error(`no connector ${connectorId}`);
    return snapshot;
  }
}

function fits(payload: Record<string, unknown>, match: Record<string, unknown>): boolean {
  return Object.entries(match).every(([key, value]) => JSON.stringify(payload[key]) === JSON.stringify(value));
}
