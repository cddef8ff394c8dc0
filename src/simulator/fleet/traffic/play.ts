/** Lets a station live its life: performs each act at its time, as people do who see what the station does. */
import type { Cancel, Clock } from '../../../hal/clock';
import { CommandRefusal, type RefusedCommand } from '../../../hal/command-refusal';
import type { RunningStation } from '../../../main';
import { transactionOf } from '../../../station/types';
import type { FleetMember } from '../member';
import type { Act, ActKind, Moment } from './acts';
import type { CentralCalls } from './central-calls';
import type { FrameFaults } from './frame-faults';
import { NetworkPlay } from './network-play';

/** What came of an act: it was done, or by card where no app is; nothing was left to do; or why it could not be done. */
export type ActOutcome = 'done' | 'byCard' | 'nothingToDo' | 'noStation' | 'notPossible' | 'failed' | RefusedCommand;

/** Mains of a station as a whole: its program ends without a word, its meters and plugs stay as they are. */
export interface StationPower {
  cut(): void | Promise<void>;
  bringBack(): void | Promise<void>;
}

/** What there is around a station besides its world; what is absent cannot happen, which is counted. */
export interface Surroundings {
  wire?: FrameFaults;
  power?: StationPower;
  /** Has the central system send requests, as the app of a driver would. */
  calls?: CentralCalls;
  /** Hears of each act. */
  onAct?: (kind: ActKind, outcome: ActOutcome) => void;
}

export interface Playing {
  /** Nothing more happens. Calling it twice is harmless. */
  stop(): void;
  /** Resolves at the end of the life, or when it is stopped. */
  readonly ended: Promise<void>;
}

/** Somebody who wants to leave while there is no station tries again, in ms. */
const leaveAgainMs = 10_000;

/** The life begins now. */
export function play(member: FleetMember, life: Iterator<Moment>, clock: Clock, around: Surroundings = {}): Playing {
  return new Player(member, life, clock, around);
}

class Player implements Playing {
  readonly ended: Promise<void>;
  private readonly network: NetworkPlay;
  /** Drivers who could not plug in, by connector: what they would have done next does not happen. */
  private readonly turnedAway = new Set<number>();
  /** Drivers who want to leave a station that is not there. */
  private readonly leaving = new Set<number>();
  private readonly beganAt: number;
  private cancelNext: Cancel = () => {};
  private cancelLeaving: Cancel = () => {};
  private stopped = false;
  private onEnd: () => void = () => {};

  constructor(
    private readonly member: FleetMember,
    private readonly life: Iterator<Moment>,
    private readonly clock: Clock,
    private readonly around: Surroundings,
  ) {
    this.network = new NetworkPlay(member, around);
    this.beganAt = clock.now();
    this.ended = new Promise((resolve) => {
      this.onEnd = resolve;
    });
    this.goOn();
  }

  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.cancelNext();
    this.cancelLeaving();
    this.life.return?.();
    this.onEnd();
  }

  private goOn(): void {
    if (this.stopped) return;
    const { done, value } = this.life.next();
    if (done) {
      this.onEnd();
      return;
    }
    this.cancelNext = this.clock.at(this.beganAt + value.atMs, () => {
      this.perform(value.act);
      this.goOn();
    });
  }

  private perform(act: Act): void {
    try {
      const outcome = this.outcomeOf(act);
      if (typeof outcome === 'string') this.tell(act, outcome);
      else
        void outcome.then(
          (late) => this.tell(act, late),
          () => this.tell(act, 'failed'),
        );
    } catch (error) {
      this.tell(act, error instanceof CommandRefusal ? error.refusal : 'failed');
      if (act.kind === 'arrive') this.turnedAway.add(act.connectorId);
    }
  }

  private tell({ kind }: Act, outcome: ActOutcome): void {
    this.around.onAct?.(kind, outcome);
  }

  private outcomeOf(act: Act): ActOutcome | Promise<ActOutcome> {
    if (act.kind === 'network') return this.network.perform(act);
    if (act.kind === 'leave') return this.leave(act.connectorId);
    if ('connectorId' in act && this.turnedAway.has(act.connectorId) && isOfDriver(act)) return 'nothingToDo';
    const running = this.member.running();
    if (!running) {
      if (act.kind === 'arrive') this.turnedAway.add(act.connectorId);
      return 'noStation';
    }
    return this.atStation(act, running);
  }

  private atStation(
    act: Exclude<Act, { kind: 'network' | 'leave' }>,
    running: RunningStation,
  ): ActOutcome | Promise<ActOutcome> {
    const { member } = this;
    const { world } = member;
    switch (act.kind) {
      case 'arrive':
        world.plug(act.connectorId, { ev: act.ev });
        return 'done';
      case 'showCard':
        world.present(act.card, act.side);
        return 'done';
      case 'endByCard':
        if (!charges(running, act.connectorId, act.card)) return 'nothingToDo';
        world.present(act.card, act.side);
        return 'done';
      case 'fault':
        world.fault(act.connectorId, act.fault, act.present);
        running.station.readMeters();
        return 'done';
      case 'mended':
        running.clearFaults(act.connectorId === 0 ? undefined : act.connectorId);
        return 'done';
      case 'askStart':
        if (!this.around.calls) return this.startByCard(act);
        return this.ask('RemoteStartTransaction', { connectorId: act.connectorId, idTag: act.card });
      case 'reserve':
        return this.ask('ReserveNow', this.reservationOf(act));
      default:
        return act satisfies never;
    }
  }

  /** Whose app does not work has a card, too. */
  private startByCard({ card, side }: Extract<Act, { kind: 'askStart' }>): ActOutcome {
    const hasReader = this.member.board.points.some((point) => point.side === side && point.cardReader);
    if (!hasReader) return 'notPossible';
    this.member.world.present(card, side);
    return 'byCard';
  }

  private reservationOf({ connectorId, card, forMs }: Extract<Act, { kind: 'reserve' }>): object {
    const now = this.clock.systemTime() ?? this.clock.now();
    // An id that a station has already is that of the same reservation (OCPP 1.6, 5.13): one for each outlet.
    return { connectorId, idTag: card, reservationId: connectorId, expiryDate: new Date(now + forMs).toISOString() };
  }

  private async ask(action: 'RemoteStartTransaction' | 'ReserveNow', payload: object): Promise<ActOutcome> {
    const { calls } = this.around;
    if (!calls) return 'notPossible';
    return (await calls.ask(this.member.identity, action, payload)) === 'Accepted' ? 'done' : 'failed';
  }

  private leave(connectorId: number): ActOutcome {
    if (this.turnedAway.delete(connectorId)) return 'nothingToDo';
    if (!this.member.running()) {
      this.leaving.add(connectorId);
      this.leaveLater();
      return 'noStation';
    }
    this.member.world.unplug(connectorId);
    return 'done';
  }

  private leaveLater(): void {
    this.cancelLeaving();
    this.cancelLeaving = this.clock.at(this.clock.now() + leaveAgainMs, () => {
      if (!this.member.running()) {
        this.leaveLater();
        return;
      }
      for (const connectorId of this.leaving) this.perform({ kind: 'leave', connectorId });
      this.leaving.clear();
    });
  }
}

function isOfDriver({ kind }: Act): boolean {
  return kind === 'showCard' || kind === 'askStart' || kind === 'endByCard';
}

/** Whether a charge that this card began goes on there. */
function charges({ station }: RunningStation, connectorId: number, card: string): boolean {
  const connector = station.state.connectors[connectorId - 1];
  return connector !== undefined && transactionOf(connector.session)?.token === card;
}
