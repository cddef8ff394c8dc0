/** StatusNotification: differences of the derived status, in order while online, the present one after a silence (4.9). */

import type { Cancel } from '../../hal/clock';
import type { ChargePointErrorCode } from '../../station/faults';
import { isKnown } from '../../station/first-reports';
import { type Status, type StatusReport, statusOf } from '../../station/status';
import type { Feature, Triggered, Triggers } from '../feature';
import { unknownConnector } from '../known-connectors';
import type { CallOutcome, Take } from '../link/caller';
import { Repetition } from '../link/repetition';
import type { RegistrationStatus } from '../registration';
import { type Services, timeoutMs } from '../services';
import { isoTime } from '../wall-time';

/** Allowed changes (OCPP 1.6, 4.9, table of transitions); what is not here goes through Available. */
const allowed: Record<Status, readonly Status[]> = {
  Available: ['Preparing', 'Charging', 'SuspendedEV', 'SuspendedEVSE', 'Reserved', 'Unavailable', 'Faulted'],
  Preparing: ['Available', 'Charging', 'SuspendedEV', 'SuspendedEVSE', 'Finishing', 'Faulted'],
  Charging: ['Available', 'SuspendedEV', 'SuspendedEVSE', 'Finishing', 'Unavailable', 'Faulted'],
  SuspendedEV: ['Available', 'Charging', 'SuspendedEVSE', 'Finishing', 'Unavailable', 'Faulted'],
  SuspendedEVSE: ['Available', 'Charging', 'SuspendedEV', 'Finishing', 'Unavailable', 'Faulted'],
  Finishing: ['Available', 'Preparing', 'Unavailable', 'Faulted'],
  Reserved: ['Available', 'Preparing', 'Unavailable', 'Faulted'],
  Unavailable: ['Available', 'Preparing', 'Charging', 'SuspendedEV', 'SuspendedEVSE', 'Faulted'],
  Faulted: [
    'Available',
    'Preparing',
    'Charging',
    'SuspendedEV',
    'SuspendedEVSE',
    'Finishing',
    'Reserved',
    'Unavailable',
  ],
};

interface News {
  report: StatusReport;
  /** When it became true, in monotonic ms. */
  since: number;
}

interface ToldStatus {
  /** Last report queued or sent. */
  latest: StatusReport | undefined;
  /** Last one that the central system confirmed. */
  confirmed: StatusReport | undefined;
  since: number;
  /** What is still to be told, in order. */
  waiting: News[];
  /** Last report that was queued as a change. */
  queuedLast: StatusReport | undefined;
  /** Last report that left over the present connection. */
  sent: StatusReport | undefined;
  /** Of a report that gets no answer. */
  repetition: Repetition;
  /** Withdraws the next sending of such a report. */
  cancelRetry: Cancel;
  /** Withdraws a change that must last before it is told. */
  cancelHeld: Cancel;
}

/** Reports of one connector that may wait at once; beyond that only the newest is told. */
const waitingMax = 8;
/** An unconfirmed report is told again after this, in ms. */
const retryMs = 30_000;

export class StatusNotifications implements Feature {
  readonly profile = 'Core';
  readonly triggers: Triggers = { StatusNotification: (connectorId) => this.triggered(connectorId) };
  private readonly told: ToldStatus[];

  constructor(private readonly services: Services) {
    const { connectors } = services.station.config;
    const fresh = (): ToldStatus => ({
      latest: undefined,
      confirmed: undefined,
      since: services.clock.now(),
      waiting: [],
      queuedLast: undefined,
      sent: undefined,
      repetition: new Repetition({
        clock: services.clock,
        intervalMs: () => retryMs,
        answers: () => services.calls.answers,
      }),
      cancelRetry: () => {},
      cancelHeld: () => {},
    });
    this.told = [fresh(), ...connectors.map(fresh)];
    services.localAuthorization.onConflict(() =>
      this.tellError('LocalListConflict', 'Local list and central system disagree'),
    );
  }

  stop(): void {
    for (const { cancelRetry, cancelHeld } of this.told) {
      cancelRetry();
      cancelHeld();
    }
  }

  /** After BootNotification was accepted all statuses are told (errata 3.22). */
  registered(status: RegistrationStatus): void {
    if (status !== 'Accepted') return;
    for (const [connectorId, told] of this.told.entries()) {
      this.note(connectorId);
      told.waiting = [];
      told.sent = undefined;
      if (told.latest) this.enqueue(connectorId, told.latest, 'ordered');
    }
  }

  /** After a silence: the present status, only where it is not what the central system believes (4.9). */
  linkUp(): void {
    if (this.services.registration.status !== 'Accepted') return;
    for (const [connectorId, told] of this.told.entries()) {
      told.waiting = [];
      told.repetition.linkUp();
      const known = same(told.latest, told.confirmed);
      told.sent = known ? told.confirmed : undefined;
      if (told.latest && !known) this.enqueue(connectorId, told.latest, 'ordered');
    }
  }

  changed(): void {
    for (const connectorId of this.told.keys()) this.note(connectorId);
  }

  /** No connector named: the station and each of its connectors. */
  private triggered(connectorId: number | undefined): Triggered {
    const ids = connectorId === undefined ? [...this.told.keys()] : [connectorId];
    const wrong = ids.map((id) => unknownConnector(this.services.station, id, 'or the station')).find((why) => why);
    if (wrong !== undefined) return { refused: wrong };
    return () => {
      for (const id of ids) this.tellNow(id);
    };
  }

  /** The present status, changed or not. */
  private tellNow(connectorId: number): void {
    this.note(connectorId);
    const latest = this.told[connectorId]?.latest;
    if (latest) this.enqueue(connectorId, latest, 'asked');
  }

  /** An error of the moment that changes no status: told once, beside the present status of the station. */
  private tellError(errorCode: ChargePointErrorCode, info: string): void {
    if (!this.services.online()) return;
    const { status } = statusOf(this.services.station.state, this.services.station.config, 0);
    const { calls, configuration } = this.services;
    const since = this.services.clock.now();
    const payload = () => this.request(0, { status, errorCode, info }, since);
    void calls.send('StatusNotification', 'ordered', payload, timeoutMs(configuration, 'confBasicTime'));
  }

  private note(connectorId: number): void {
    const told = this.told[connectorId];
    const { station, clock, online } = this.services;
    // What is not known is not told: a vehicle that is plugged would begin as Available.
    if (!told || !isKnown(station.state, station.config, connectorId)) return;
    const report = statusOf(station.state, station.config, connectorId);
    const before = told.latest;
    if (same(before, report)) return;
    told.latest = report;
    told.since = clock.now();
    told.cancelHeld();
    if (!online()) return;
    const holdMs = this.services.configuration.integer('MinimumStatusDuration') * 1_000;
    if (holdMs > 0 && before !== undefined) this.hold(connectorId, told, report, holdMs);
    else this.enqueue(connectorId, report, 'ordered');
  }

  /** 4.9: a status that does not last MinimumStatusDuration is not told. */
  private hold(connectorId: number, told: ToldStatus, report: StatusReport, holdMs: number): void {
    const { clock, online } = this.services;
    told.cancelHeld = clock.at(clock.now() + holdMs, () => {
      if (online() && !same(report, told.queuedLast)) this.enqueue(connectorId, report, 'ordered');
    });
  }

  private enqueue(connectorId: number, report: StatusReport, lane: 'ordered' | 'asked'): void {
    const told = this.told[connectorId];
    if (!told) return;
    const { suspected, notBefore } = told.repetition;
    if (lane === 'ordered' && suspected && notBefore > this.services.clock.now()) {
      this.tellLater(connectorId, told, notBefore);
      return;
    }
    // What overtakes must not be followed by older news (4.9, rule 4); of too many only the newest is worth telling.
    if (lane === 'asked' || told.waiting.length >= waitingMax) told.waiting = [];
    told.waiting.push({ report, since: told.since });
    if (lane === 'ordered') told.queuedLast = report;
    this.send(connectorId, told, lane);
  }

  /** One message, about whatever is first when its turn comes. */
  private send(connectorId: number, told: ToldStatus, lane: 'ordered' | 'asked'): void {
    const { calls, configuration } = this.services;
    let said: StatusReport | undefined;
    const payload = () => {
      const [news] = told.waiting;
      if (!news) return undefined;
      said = news.report;
      if (lane === 'ordered' && told.sent && !mayFollow(told.sent, said)) {
        said = free;
        this.send(connectorId, told, lane);
      } else told.waiting.shift();
      told.sent = said;
      return this.request(connectorId, said, news.since);
    };
    const timeout = timeoutMs(configuration, 'confBasicTime');
    const confirmed = () => {
      told.confirmed = said;
      told.repetition.reset();
    };
    const take: Take = (outcome) => {
      // What makes no sense is an answer all the same.
      if (outcome.kind === 'result' || outcome.kind === 'malformed') confirmed();
      else if (said !== undefined) this.unconfirmed(connectorId, told, outcome);
    };
    const late: Take = ({ kind }) => {
      if (kind === 'result' || kind === 'malformed') confirmed();
    };
    const replaces = lane === 'asked' ? { replaces: `StatusNotification ${connectorId}` } : {};
    void calls.send('StatusNotification', lane, payload, timeout, { take, late, ...replaces });
  }

  private unconfirmed(connectorId: number, told: ToldStatus, outcome: CallOutcome): void {
    const { clock, log } = this.services;
    if (outcome.kind === 'timeout' || outcome.kind === 'lost') told.repetition.unanswered(outcome.kind);
    if (outcome.kind === 'lost' && !told.repetition.suspected) return;
    log.warn({ connectorId, outcome }, 'StatusNotification was not confirmed');
    this.tellLater(connectorId, told, Math.max(told.repetition.notBefore, clock.now() + retryMs));
  }

  /** A report that was not confirmed is told again, unless a newer one has been. */
  private tellLater(connectorId: number, told: ToldStatus, at: number): void {
    told.cancelRetry();
    told.cancelRetry = this.services.clock.at(at, () => {
      if (!this.services.online() || !told.latest || told.waiting.length > 0 || same(told.latest, told.confirmed))
        return;
      this.enqueue(connectorId, told.latest, 'ordered');
    });
  }

  /** The guide's example names the vendor and says "No failure". The time is when the status became true (6.47). */
  private request(connectorId: number, report: StatusReport, since: number) {
    const wall = this.services.wall.at(since);
    return {
      connectorId,
      errorCode: report.errorCode,
      info: report.info ?? 'No failure',
      status: report.status,
      vendorId: this.services.identity.vendor,
      ...(wall === undefined ? {} : { timestamp: isoTime(wall) }),
    };
  }
}

/** Between two statuses of which one may not follow the other. */
const free: StatusReport = { status: 'Available', errorCode: 'NoError', info: undefined };

function mayFollow(before: StatusReport, next: StatusReport): boolean {
  return before.status === next.status || allowed[before.status].includes(next.status);
}

function same(a: StatusReport | undefined, b: StatusReport | undefined): boolean {
  return a?.status === b?.status && a?.errorCode === b?.errorCode && a?.info === b?.info;
}
