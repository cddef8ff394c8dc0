/** Lets a station live its life: performs each act at its time, as people do who see what the station does. */
import type { Cancel, Clock } from '../../../hal/clock';
import { CommandRefusal } from '../../../hal/command-refusal';
import type { RunningStation } from '../../../main';
import { transactionOf } from '../../../station/types';
import type { FleetMember } from '../member';
import type { Act, LifeMoment } from './acts';
import { NetworkPlay } from './network-play';
import type { StationSurroundings, TrafficOutcome } from './surroundings';

export interface Playing {
  /** Nothing more happens. Calling it twice is harmless. */
  stop(): void;
  /** Resolves at the end of the life, or when it is stopped. */
  readonly ended: Promise<void>;
}

/** Somebody who wants to leave while there is no station tries again, in ms. */
const leaveAgainMs = 10_000;

/**
 * `beganAt`: when the life began, now unless told. Of what lies before now, only the network is as it has come to be: whoever
 * has arrived before the station was there has driven on.
 */
export function play(
  member: FleetMember,
  life: Iterator<LifeMoment>,
  clock: Clock,
  around: StationSurroundings = {},
  beganAt = clock.now(),
): Playing {
  return new LifePlayer(member, life, clock, around, beganAt);
}

class LifePlayer implements Playing {
  readonly ended: Promise<void>;
  private readonly network: NetworkPlay;
  /** Drivers who could not plug in, by connector: what they would have done next does not happen. */
  private readonly turnedAway = new Set<number>();
  /** Drivers who want to leave a station that is not there. */
  private readonly leaving = new Set<number>();
  private cancelNext: Cancel = () => {};
  private cancelLeaving: Cancel = () => {};
  private stopped = false;
  private onEnd: () => void = () => {};

  constructor(
    private readonly member: FleetMember,
    private readonly life: Iterator<LifeMoment>,
    private readonly clock: Clock,
    private readonly around: StationSurroundings,
    private readonly beganAt: number,
  ) {
    this.network = new NetworkPlay(member, around);
    this.ended = new Promise((resolve) => {
      this.onEnd = resolve;
    });
    this.goOn(clock.now());
  }

  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.cancelNext();
    this.cancelLeaving();
    this.life.return?.();
    this.onEnd();
  }

  /** What lies before `sinceMs` is passed over. */
  private goOn(sinceMs = Number.NEGATIVE_INFINITY): void {
    if (this.stopped) return;
    let moment = this.life.next();
    while (!moment.done && this.beganAt + moment.value.atMs < sinceMs) {
      this.passOver(moment.value.act);
      moment = this.life.next();
    }
    if (moment.done) {
      this.onEnd();
      return;
    }
    const { atMs, act } = moment.value;
    this.cancelNext = this.clock.at(this.beganAt + atMs, () => {
      this.perform(act);
      this.goOn();
    });
  }

  private passOver(act: Act): void {
    if (act.kind === 'network' && act.event !== 'reconnect') this.perform(act);
    else if (act.kind === 'arrive') this.turnedAway.add(act.connectorId);
    else if (act.kind === 'leave') this.turnedAway.delete(act.connectorId);
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

  private tell({ kind }: Act, outcome: TrafficOutcome): void {
    this.around.onAct?.(kind, outcome);
  }

  private outcomeOf(act: Act): TrafficOutcome | Promise<TrafficOutcome> {
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
  ): TrafficOutcome | Promise<TrafficOutcome> {
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
  private startByCard({ card, side }: Extract<Act, { kind: 'askStart' }>): TrafficOutcome {
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

  private async ask(action: 'RemoteStartTransaction' | 'ReserveNow', payload: object): Promise<TrafficOutcome> {
    const { calls } = this.around;
    if (!calls) return 'notPossible';
    return (await calls.ask(this.member.identity, action, payload)) === 'Accepted' ? 'done' : 'failed';
  }

  private leave(connectorId: number): TrafficOutcome {
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
