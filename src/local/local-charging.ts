/**
 * Stands between the station and the central system: answers for the cards that the station knows by itself, keeps the
 * history of charges, and lets the central system see only what began under it.
 */
import type { Clock } from '../hal/clock';
import type { Batch, Commits } from '../hal/store';
import type { StoredValues } from '../hal/stored';
import type { Outside, Station, Ticket } from '../station/shell/station';
import type { Ask, StationRecord, StationState } from '../station/types';
import { ChargeHistory } from './charge-history';
import { LocalCards } from './local-cards';
import { type PowerCurve, PowerRecorder } from './power-curve';

export interface LocalChargingOptions {
  clock: Clock;
  commits: Commits;
  stored: StoredValues;
  station: Pick<Station, 'post' | 'state'>;
  /** Unix time in ms of a monotonic instant, undefined while it is not known. */
  unixAt: (monotonicMs: number) => number | undefined;
  /** Who hears of all that is not local. */
  central: Outside;
}

const refusalWords = {
  unknown: 'the station does not know this card',
  over: 'the last day of this card is over',
} as const;

export class LocalCharging implements Outside {
  readonly cards: LocalCards;
  readonly history: ChargeHistory;
  private readonly power: PowerRecorder;

  constructor(private readonly options: LocalChargingOptions) {
    const { clock, commits, stored, unixAt } = options;
    this.cards = new LocalCards({ clock, commits, unixNow: () => unixAt(clock.now()) }, stored);
    this.history = new ChargeHistory(unixAt, stored);
    this.power = new PowerRecorder(clock, (connectorId) => this.powerOf(connectorId));
  }

  ask(ask: Ask): void {
    if (!ask.local) {
      this.options.central.ask(ask);
      return;
    }
    const found = this.cards.verdictOn(ask.token);
    const verdict = {
      accepted: found === 'accepted',
      parent: undefined,
      ...(found === 'accepted' ? {} : { why: refusalWords[found] }),
    };
    this.options.station.post({ kind: 'verdict', ask: ask.id, verdict });
  }

  entriesFor(records: readonly StationRecord[]): Ticket {
    const told = toldOf(records);
    const ticket = told.length > 0 ? this.options.central.entriesFor(told) : undefined;
    for (const { kind, tx } of records) if (kind === 'start') this.power.begin(tx.key, tx.connectorId);
    const kept = this.history.entriesFor(records, (key) => this.power.end(key));
    return { batch: joined(ticket?.batch, kept), committed: () => ticket?.committed() };
  }

  /** How a charge draws its power, or did; undefined where it is not kept. */
  curveOf(key: string): PowerCurve | undefined {
    return this.power.of(key) ?? this.history.curveOf(key);
  }

  /** The station has ended: nothing is looked at any more. */
  close(): void {
    this.power.close();
  }

  recorded(records: readonly StationRecord[]): void {
    const told = toldOf(records);
    if (told.length > 0) this.options.central.recorded(told);
  }

  changed(state: StationState): void {
    this.options.central.changed(state);
  }

  restart(hard: boolean): void {
    this.options.central.restart(hard);
  }

  private powerOf(connectorId: number): number {
    return this.options.station.state.connectors[connectorId - 1]?.report?.meter?.reading.powerW ?? 0;
  }
}

/** Those of which the central system hears. */
function toldOf(records: readonly StationRecord[]): StationRecord[] {
  return records.filter(({ tx }) => !tx.local);
}

function joined(one: Batch | undefined, other: Batch): Batch {
  return { put: [...(one?.put ?? []), ...other.put], del: [...(one?.del ?? []), ...other.del] };
}
