/** A fleet for tests: whole stations with their worlds under one virtual clock, which live their lives and are measured. */
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { SimulatedWorld } from '../../../src/drivers/sim/world';
import { WorldClock } from '../../../src/drivers/sim/world-clock';
import { MemoryStore } from '../../../src/drivers/store/memory-store';
import type { Board } from '../../../src/hal/board';
import { seeded } from '../../../src/hal/random';
import { type RunningStation, startStation } from '../../../src/main';
import type { Transport } from '../../../src/ocpp/link/transport';
import type { FleetMember } from '../../../src/simulator/fleet/member';
import { FleetMeasures } from '../../../src/simulator/fleet/report/measures';
import { drawsOf } from '../../../src/simulator/fleet/traffic/draws';
import { FrameFaults } from '../../../src/simulator/fleet/traffic/frame-faults';
import { livesOf } from '../../../src/simulator/fleet/traffic/lives';
import { type Playing, play } from '../../../src/simulator/fleet/traffic/play';
import type { StationSurroundings } from '../../../src/simulator/fleet/traffic/surroundings';
import type { Traffic } from '../../../src/simulator/fleet/traffic/traffic';
import { NetworkCable } from '../../../src/simulator/network-cable';
import { singleBoard } from '../../../src/testing/boards';
import { KeptWorld } from '../../../src/testing/kept-world';
import { MemoryCentral } from './memory-central';

export const startOfTime = Date.UTC(2026, 4, 4, 8);
const lookEachMs = 10_000;

export class TestMember implements FleetMember {
  readonly identity: string;
  readonly found = 'new';
  readonly cable: NetworkCable;
  readonly wire: FrameFaults;
  readonly warnings: string[] = [];
  private readonly transport: Transport;
  private store = new MemoryStore();
  private parts: { world: SimulatedWorld; running: RunningStation; clock: WorldClock } | undefined;
  private readonly kept = new KeptWorld();

  constructor(
    readonly index: number,
    readonly board: Board,
    private readonly fleet: {
      clock: VirtualClock;
      central: MemoryCentral;
      measures: () => FleetMeasures;
      seed: number;
    },
  ) {
    this.identity = `CP${String(index).padStart(6, '0')}`;
    this.wire = new FrameFaults(fleet.central, fleet.clock, drawsOf(fleet.seed, index, 'frames'));
    this.cable = new NetworkCable(this.wire);
    this.transport = fleet.measures().watching(index, this.cable);
  }

  get world(): SimulatedWorld {
    if (!this.parts) throw new Error(`${this.identity} has no power`);
    return this.parts.world;
  }

  running(): RunningStation | undefined {
    return this.parts?.running;
  }

  async start(): Promise<void> {
    const { seed, measures } = this.fleet;
    const clock = new WorldClock(this.fleet.clock);
    const memory = this.kept.memory();
    const world = new SimulatedWorld({ board: this.board, clock, memory });
    const running = await startStation({
      board: this.board,
      parts: world.parts,
      clock,
      store: this.store,
      transport: this.transport,
      random: seeded(seed + this.index),
      log: { info: () => {}, warn: (_fields, message) => this.warnings.push(message) },
      initialConfiguration: { URL: 'ws://central.test/ocpp', UID: this.identity },
      ownViolations: 'report',
      onNotice: (notice) => measures().notice(this.index, notice),
    });
    this.parts = { world, running, clock };
  }

  readonly power = {
    cut: (): void => {
      this.wire.cut();
      this.parts?.clock.close();
      this.parts?.world.close();
      this.parts?.running.station.stop();
      this.store = this.store.crash();
      this.parts = undefined;
    },
    bringBack: (): Promise<void> => this.start(),
  };
}

export interface TestFleetOptions {
  traffic: Traffic;
  stations?: number;
  first?: number;
  seed?: number;
  board?: Board;
  around?: (member: TestMember) => Partial<StationSurroundings>;
}

export class TestFleet {
  readonly clock = new VirtualClock({ systemTimeMs: startOfTime });
  readonly central = new MemoryCentral(this.clock, () => startOfTime + this.clock.now());
  readonly members: TestMember[] = [];
  readonly measures: FleetMeasures;
  private readonly playing: Playing[] = [];

  private constructor(options: TestFleetOptions) {
    const { first = 1, stations = 20, seed = 1, traffic } = options;
    const { clock, members } = this;
    this.measures = new FleetMeasures({
      clock,
      stations: [first, first + stations - 1],
      members: () => members,
      traffic: traffic.name,
      seed,
    });
  }

  /** Stations that have booted, and whose lives begin now. */
  static async start(options: TestFleetOptions): Promise<TestFleet> {
    const fleet = new TestFleet(options);
    const { first = 1, stations = 20, seed = 1, board = singleBoard(), traffic, around = () => ({}) } = options;
    const { clock, central, measures } = fleet;
    for (let index = first; index < first + stations; index++) {
      const member = new TestMember(index, board, { clock, central, measures: () => measures, seed });
      fleet.members.push(member);
      await member.start();
    }
    await clock.advance(5_000);
    const lives = livesOf(traffic, seed, board);
    for (const member of fleet.members) {
      const { wire, power } = member;
      const onAct: StationSurroundings['onAct'] = (kind, outcome) => measures.act(kind, outcome);
      fleet.playing.push(play(member, lives.lifeOf(member.index), clock, { wire, power, onAct, ...around(member) }));
    }
    return fleet;
  }

  async advance(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += lookEachMs) {
      await this.clock.advance(Math.min(lookEachMs, ms - passed));
      this.measures.look();
    }
  }

  /** No more traffic; every vehicle leaves, and everything is told. */
  async bringHome(): Promise<void> {
    for (const playing of this.playing) playing.stop();
    for (const member of this.members) {
      const { wire, cable, power } = member;
      const running = () => member.running();
      wire.change({ silent: false, refusing: false, slow: undefined, drop: 0, duplicate: 0, delay: 0, reorder: 0 });
      cable.isIn = true;
      if (!running()) await power.bringBack();
      running()?.chargePoint.connection.start();
    }
    await this.advance(60_000);
    for (const { world } of this.members) {
      for (const kind of world.snapshot().faults) world.fault(0, kind, false);
      for (const { connectorId, faults, plugged } of world.snapshot().connectors) {
        for (const kind of faults) world.fault(connectorId, kind, false);
        if (plugged) world.unplug(connectorId);
      }
    }
    await this.advance(1_000);
    for (const member of this.members) member.running()?.clearFaults();
    const isDone = () =>
      this.members.every((member) => {
        const station = member.running();
        return (
          station?.chargePoint.outbox.size === 0 &&
          station.station.state.connectors.every(({ session }) => !('tx' in session))
        );
      });
    for (let waited = 0; !isDone() && waited < 3_600_000; waited += lookEachMs) await this.advance(lookEachMs);
  }

  async stop(): Promise<void> {
    for (const playing of this.playing) playing.stop();
    for (const member of this.members) void member.running()?.stop();
    await this.clock.advance(5_000);
  }
}
