/** Many whole stations in one process: started at a pace, over one gate, with one store, and ended together. */
import type { Board } from '../../hal/board';
import type { Cancel, Clock } from '../../hal/clock';
import { seeded } from '../../hal/random';
import type { Store } from '../../hal/store';
import type { Transport } from '../../ocpp/link/transport';
import type { Notice } from '../../station/notices';
import { ConnectGate } from './connect-gate';
import type { FleetCertificates } from './fleet-certificates';
import { FleetStation } from './fleet-station';
import type { FleetMember } from './member';
import { MemberState } from './member-state';

export interface FleetOptions {
  board: Board;
  clock: Clock;
  /** The store of one station, by its identity. */
  storeOf: (identity: string) => Store;
  /** Which of all stations on all machines, by their global index. */
  stations: { first: number; last: number };
  identityOf: (index: number) => string;
  csms: string;
  /** Keys for a first start of a station; they yield to what is stored. */
  configurationOf: (index: number) => Record<string, string>;
  /** Absent: they have no certificates. */
  certificates?: Pick<FleetCertificates, 'memberOf'> | undefined;
  /** What a station does by chance follows from this and its global index. */
  seed: number;
  /** The starts are spread over so many ms, each at an instant of its own part of it. */
  rampMs: number;
  /** Links that are being opened at once. */
  openingMax: number;
  transport: Transport;
  /** Between a station's cable and the gate: what happens to its frames on their way; absent: nothing does. */
  aroundGate?: (index: number, gate: Transport) => Transport;
  /** Between a station and its cable: what looks on. */
  aroundNetwork?: (index: number, network: Transport) => Transport;
  onNotice?: (index: number, notice: Notice) => void;
  /** The station runs for the first time in this process. */
  onStarted?: (station: FleetStation) => void;
  onWarning: (station: FleetMember, message: string) => void;
}

/** Stations whose stores are read and whose boots are counted at once, and those that are ended at once. */
const startingMax = 500;
const endingMax = 250;
/** What changed in the worlds and went along with no commit is written this often, in ms. */
const keepWorldsMs = 1_000;

export class Fleet {
  readonly gate: ConnectGate;
  /** Those that have been started, in the order of their indices. */
  readonly members: readonly FleetStation[];
  private readonly started: FleetStation[] = [];
  private readonly changed = new Set<MemberState>();
  private cancelKeeping: Cancel = () => {};
  private cancelWait: Cancel = () => {};
  private ending: Promise<void> | undefined;
  private starting = 0;
  private onPlace: (() => void) | undefined;
  private ramp: Promise<void> = Promise.resolve();

  constructor(private readonly options: FleetOptions) {
    this.gate = new ConnectGate(options.transport, options.openingMax);
    this.members = this.started;
  }

  get size(): number {
    const { first, last } = this.options.stations;
    return last - first + 1;
  }

  /** Resolves when all have been started, or when the fleet is stopped before. */
  start(): Promise<void> {
    this.keepWorlds();
    this.ramp = this.startAll();
    return this.ramp;
  }

  /** Orderly: connections closed, transactions left open, everything stored. */
  stop(): Promise<void> {
    this.ending ??= this.stopAll();
    return this.ending;
  }

  private async startAll(): Promise<void> {
    const { clock, stations, rampMs, seed } = this.options;
    const beganAt = clock.now();
    for (let index = stations.first; index <= stations.last && !this.ending; index += 1) {
      const place = index - stations.first + chanceOf(seed, index)();
      await this.until(beganAt + (place / this.size) * rampMs);
      await this.placeToStart();
      if (!this.ending) this.startOne(index);
    }
  }

  private startOne(index: number): void {
    const { onStarted } = this.options;
    const station = this.made(index);
    this.started.push(station);
    this.starting += 1;
    void station.start().then(() => {
      this.starting -= 1;
      this.onPlace?.();
      if (!this.ending) onStarted?.(station);
    });
  }

  private made(index: number): FleetStation {
    const { clock, csms, certificates, aroundGate, aroundNetwork, onNotice, onWarning } = this.options;
    const identity = this.options.identityOf(index);
    // By its serial number a station is known from its certificate: that of the board would be the same for all.
    const board = certificates ? { ...this.options.board, serialNumber: identity } : this.options.board;
    const station: FleetStation = new FleetStation({
      ...{ index, identity, board, clock, csms },
      state: new MemberState(this.options.storeOf(identity), (state) => this.changed.add(state)),
      configuration: this.options.configurationOf(index),
      ...(certificates ? { security: certificates.memberOf(identity) } : {}),
      seed: seedOf(this.options.seed, index),
      transport: aroundGate?.(index, this.gate) ?? this.gate,
      ...(aroundNetwork ? { aroundNetwork: (network: Transport) => aroundNetwork(index, network) } : {}),
      onNotice: onNotice ? (notice) => onNotice(index, notice) : () => {},
      onWarning: (message) => onWarning(station, message),
    });
    return station;
  }

  private async placeToStart(): Promise<void> {
    while (this.starting >= startingMax && !this.ending) {
      await new Promise<void>((resolve) => {
        this.onPlace = resolve;
      });
    }
  }

  /** Or until the fleet is stopped. */
  private async until(dueMs: number): Promise<void> {
    const { clock } = this.options;
    if (clock.now() >= dueMs || this.ending) return;
    await new Promise<void>((resolve) => {
      const cancel = clock.at(dueMs, resolve);
      this.cancelWait = () => {
        cancel();
        resolve();
      };
    });
  }

  /** A medium that does not take it is asked again the next time. */
  private keepWorlds(): void {
    const { clock } = this.options;
    this.cancelKeeping = clock.at(clock.now() + keepWorldsMs, () => {
      void this.keepChanged();
      this.keepWorlds();
    });
  }

  private async keepChanged(): Promise<void> {
    const changed = [...this.changed];
    this.changed.clear();
    await Promise.all(changed.map((state) => state.keep().catch(() => undefined)));
  }

  private async stopAll(): Promise<void> {
    this.cancelKeeping();
    this.cancelWait();
    this.onPlace?.();
    await this.ramp;
    for (let done = 0; done < this.started.length; done += endingMax)
      await Promise.all(this.started.slice(done, done + endingMax).map((station) => station.stop()));
    await this.keepChanged();
  }
}

/** Stations that stand beside each other have nothing in common by it (MurmurHash3, the finalizer of 32 bits). */
function seedOf(seed: number, index: number): number {
  let hash = (seed ^ Math.imul(index, 0x9e3779b1)) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function chanceOf(seed: number, index: number): () => number {
  return seeded(seedOf(seed, index));
}
