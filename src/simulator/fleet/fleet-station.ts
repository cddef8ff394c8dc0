/** One station of a fleet in its process: started, restarted after a failure, without power and with it again, and ended. */
import type { SimulatedWorld } from '../../drivers/sim/world';
import type { Board } from '../../hal/board';
import type { Cancel, Clock } from '../../hal/clock';
import { CommandRefusal } from '../../hal/command-refusal';
import { messageOf } from '../../hal/errors';
import type { Log } from '../../hal/log';
import type { RunningStation } from '../../main';
import type { Transport } from '../../ocpp/link/transport';
import type { Notice } from '../../station/notices';
import type { NetworkCable } from '../network-cable';
import { Simulation } from '../simulation';
import type { FleetCertificates } from './fleet-certificates';
import type { FleetMember, StationFound } from './member';
import type { MemberState } from './member-state';

export type MemberSecurity = ReturnType<FleetCertificates['memberOf']>;

export interface FleetStationOptions {
  index: number;
  identity: string;
  board: Board;
  clock: Clock;
  state: MemberState;
  /** URL of the central system, without the identity. */
  csms: string;
  /** Keys for a first start; they yield to what is stored. */
  configuration: Record<string, string>;
  /** What it proves itself by, and where keys lie that it makes itself; absent: it has no certificate. */
  security?: MemberSecurity;
  seed: number;
  transport: Transport;
  aroundNetwork?: (network: Transport) => Transport;
  onNotice: (notice: Notice) => void;
  /** Something is odd, or a start was in vain; the station goes on, or is started again. */
  onWarning: (message: string) => void;
}

/** A station that could not start, such as for a full disk, tries again after this, in ms. */
const startAgainMs = 10_000;

/** Nobody looks at a single station of many as at one on a bench; what thousands keep together counts. */
const kept = { frames: 0, events: 0, pilots: false };

export class FleetStation implements FleetMember {
  readonly index: number;
  readonly identity: string;
  readonly board: Board;
  private simulation: Simulation | undefined;
  /** The change of state that was asked for last; each waits for the one before. */
  private last: Promise<void> = Promise.resolve();
  private cancelStart: Cancel = () => {};
  private isEnded = false;

  constructor(private readonly options: FleetStationOptions) {
    this.index = options.index;
    this.identity = options.identity;
    this.board = options.board;
  }

  get found(): StationFound | undefined {
    return this.options.state.found;
  }

  get world(): SimulatedWorld {
    return this.present.world;
  }

  /** Another one after each start by this process; throws `command.invalid` before the first. */
  get cable(): NetworkCable {
    return this.present.network;
  }

  running(): RunningStation | undefined {
    return this.simulation?.isRunning ? this.simulation.running : undefined;
  }

  /** Resolves when it runs and its first attempt to connect is under way, or when it has failed and will try again. */
  start(): Promise<void> {
    return this.inTurn(() => this.begin());
  }

  /** The mains of the station go: its program ends without a word, its meters and plugs stay as they are. */
  cut(): Promise<void> {
    return this.inTurn(async () => {
      this.cancelStart();
      const { simulation } = this;
      this.simulation = undefined;
      if (!simulation) return;
      this.options.state.cut();
      if (simulation.isRunning) simulation.running.chargePoint.connection.cut();
      await simulation.stop();
    });
  }

  bringBack(): Promise<void> {
    return this.start();
  }

  /** Orderly, and for good. */
  stop(): Promise<void> {
    this.isEnded = true;
    return this.inTurn(async () => {
      this.cancelStart();
      await this.simulation?.stop();
      this.simulation = undefined;
    });
  }

  private get present(): Simulation {
    if (this.simulation) return this.simulation;
    throw new CommandRefusal('starting', `station ${this.identity} is starting, without power, or has ended`);
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    this.last = this.last.then(work);
    return this.last;
  }

  private async begin(): Promise<void> {
    if (this.isEnded || this.simulation) return;
    const { board, clock, state, transport, aroundNetwork, configuration, security, seed, csms, onNotice, onWarning } =
      this.options;
    try {
      this.simulation = await Simulation.start({
        ...{ board, clock, transport, configuration, seed, kept, onNotice, onWarning },
        ...(aroundNetwork ? { aroundNetwork } : {}),
        ...security,
        openStore: () => state.openStore(),
        memory: state.memory,
        log: warningsTo(onWarning),
        address: { URL: { value: csms, rank: 'run' }, UID: { value: this.identity, rank: 'run' } },
        followCentralTime: () => true,
        onReset: () => {},
        restarts: true,
        onFailure: (error) => this.failed(error),
      });
    } catch (error) {
      this.failed(error);
    }
  }

  private failed(error: unknown): void {
    const { clock, onWarning } = this.options;
    onWarning(`the station could not start and tries again: ${messageOf(error)}`);
    this.simulation = undefined;
    this.cancelStart = clock.at(clock.now() + startAgainMs, () => void this.start());
  }
}

function warningsTo(tell: (message: string) => void): Log {
  return { info: () => {}, warn: (_fields, message) => tell(message) };
}
