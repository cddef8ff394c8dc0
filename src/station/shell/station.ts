/** The station's shell: feeds inputs to `stepStation`, commits what changed, and only then lets the outside know. */

import type { Side } from '../../hal/board';
import type { Cancel, Clock } from '../../hal/clock';
import { unreachable } from '../../hal/errors';
import type { CardReader, Indicator, SupplyMonitor } from '../../hal/parts';
import type { Batch, Commits, JsonValue } from '../../hal/store';
import type { StoredValues } from '../../hal/stored';
import { differencesOf, type Notice, noticesOfEffects, noticesOfRecords } from '../notices';
import { sameData } from '../plain-data';
import { nothingToTell, sameSamples, sameShares, withReading } from '../readings-only';
import { flushWithinMs, initialState, savedOf, stationPrefix } from '../saved';
import type { Socket, SocketWish } from '../socket/types';
import { indicatorOf } from '../status';
import { nextDeadline, stepSamples, stepStation } from '../step';
import type {
  Ask,
  ChargingMode,
  StationConfig,
  StationEffect,
  StationInput,
  StationRecord,
  StationSettings,
  StationState,
  StationStep,
} from '../types';
import { sameWish, wishOf } from '../wish';
import { freshReadings } from './fresh-readings';
import { UpdateHold } from './update-hold';

/** What must be stored for something that happened, and whom to tell when it is. */
export interface Ticket {
  batch: Batch;
  /** The batch is stored, and flushed if it holds a start or a stop; called once, or never where it never is. */
  committed(): void;
}

/** The world above: it answers asks, keeps records, and is notified of changes. Nothing here waits for it. */
export interface Outside {
  /** May this token charge? The answer comes as a `verdict`. */
  ask(ask: Ask): void;
  /** What must be stored together with the state for these records (the outbox). Called before the commit. */
  entriesFor(records: readonly StationRecord[]): Ticket;
  /** These records are stored, starts and stops flushed, and their ticket has been told. */
  recorded(records: readonly StationRecord[]): void;
  changed(state: StationState): void;
  /** Transactions are closed and stored: restart the software (soft) or the hardware (hard). */
  restart(hard: boolean): void;
}

export interface StationShellOptions {
  config: StationConfig;
  settings: StationSettings;
  boot: number;
  clock: Clock;
  commits: Commits;
  stored: StoredValues;
  /** Names of transactions that others know to be open. */
  openElsewhere?: () => readonly string[];
  /** The mode of a point for which no other was chosen; default: ocpp. */
  usualMode?: ChargingMode;
  sockets: readonly Socket[];
  readers: readonly { side: Side; reader: CardReader }[];
  /** Sees each card first; true: it was waited for, and is no driver's. */
  takesCard?: (token: string) => boolean;
  indicators: readonly (Indicator | undefined)[];
  supply?: SupplyMonitor;
  /** Differences and durable records, after all that depends on them is done. */
  onNotice?: (notice: Notice) => void;
  /** What an onlooker or an indicator threw; the station has gone on. */
  onError(error: unknown): void;
}

/** How long the indicator shows that a card was refused, in ms. */
const refusalShownMs = 3_000;

export class Station {
  state: StationState;
  readonly config: StationConfig;
  /** For updates of the program, which wait for the end of the transactions. */
  readonly updateHold: UpdateHold;
  private readonly clock: Clock;
  private outside: Outside | undefined;
  private saved: Map<string, JsonValue>;
  /** The last state of which all was told, readings and the use of shares apart. */
  private noticed: StationState | undefined;
  private readonly wishes: (SocketWish | undefined)[] = [];
  private readonly shown: (string | undefined)[] = [];
  private readonly refusedUntil: number[] = [];
  private readonly cancelRefusals = new Map<number, Cancel>();
  private readonly cancels: Cancel[] = [];
  private cancelTick: Cancel = () => {};
  private unlocks = 0;
  /** Who waits for the end of an unlock, by its number. */
  private readonly unlocking = new Map<number, (result: 'unlocked' | 'failed') => void>();
  private readonly queue: StationInput[] = [];
  private stepping = false;
  /** When the next tick is due, as far as what it follows from has not changed since; undefined: it is to be armed anew. */
  private tickDue: number | undefined;
  /** Every deadline up to then has been judged; undefined: none has. */
  private steppedAt: number | undefined;
  private stopped = false;

  constructor(private readonly options: StationShellOptions) {
    this.config = options.config;
    this.clock = options.clock;
    const { config, settings, boot, clock, stored, openElsewhere, usualMode } = options;
    this.state = initialState(config, settings, boot, clock.now(), stored, openElsewhere, usualMode);
    this.saved = new Map(stored.under(stationPrefix));
    this.updateHold = new UpdateHold(this, (act) => this.attempt(act));
  }

  /** Begins to listen to the parts; `outside` must be ready to be asked. */
  start(outside: Outside): void {
    this.outside = outside;
    const { sockets, readers, supply } = this.options;
    for (const [index, socket] of sockets.entries()) {
      this.cancels.push(socket.watch((report) => this.post({ kind: 'socket', connectorId: index + 1, report })));
    }
    for (const { side, reader } of readers) {
      this.cancels.push(
        reader.watch((event) => {
          if (event.kind === 'card') this.card(side, event.uid);
          else if (event.kind === 'reader') this.readerFault(side, !event.present);
        }),
      );
    }
    if (supply) {
      this.cancels.push(
        supply.watch((value) =>
          this.post({ kind: 'fault', connectorId: 0, fault: 'supplyLost', present: value === 'lost' }),
        ),
      );
    }
    this.post({ kind: 'tick' });
  }

  /** Takes an input. Those that arise while one is worked on wait for their turn. */
  post(input: StationInput): void {
    if (this.stopped) return;
    this.queue.push(input);
    if (this.stepping) return;
    this.stepping = true;
    const failures: unknown[] = [];
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) {
      try {
        this.work(next);
      } catch (error) {
        failures.push(error);
      }
    }
    this.stepping = false;
    this.armTick();
    // The inputs behind one that fails are worked all the same: a vehicle that leaves, a card that stops.
    if (failures.length > 0) throw failures[0];
  }

  /** Lets the plug go, after the end of a transaction (OCPP 1.6, 5.18). Resolves when it is known whether it could be done. */
  unlock(connectorId: number): Promise<'unlocked' | 'failed'> {
    this.unlocks += 1;
    const id = this.unlocks;
    return new Promise((resolve) => {
      this.unlocking.set(id, resolve);
      this.post({ kind: 'unlock', id, connectorId });
    });
  }

  /** Has every meter read now, for those who know that there is something new to see. */
  readMeters(): void {
    for (const socket of this.options.sockets) socket.readMeter();
  }

  /** Resolves when the meters of these connectors, or of all, were read within the last second, or do not answer. */
  freshReadings(connectorIds?: readonly number[]): Promise<void> {
    const { sockets } = this.options;
    const wanted = sockets.filter((_, index) => connectorIds === undefined || connectorIds.includes(index + 1));
    return freshReadings(wanted, this.clock);
  }

  /** False once it has been stopped: it takes no input any more, and nobody stands behind its last wishes. */
  get runs(): boolean {
    return !this.stopped;
  }

  stop(): void {
    this.stopped = true;
    this.cancelTick();
    for (const cancel of [...this.cancels, ...this.cancelRefusals.values()]) cancel();
  }

  private unlocked(id: number, result: 'unlocked' | 'failed'): void {
    this.unlocking.get(id)?.(result);
    this.unlocking.delete(id);
  }

  /** A card is shown at a reader. */
  card(side: Side, token: string): void {
    if (this.options.takesCard?.(token)) return;
    this.post({ kind: 'card', side, token });
  }

  private readerFault(side: Side, absent: boolean): void {
    for (const { pointIndex, connectorId } of this.config.connectors) {
      if (this.config.points[pointIndex]?.side !== side) continue;
      this.post({ kind: 'fault', connectorId, fault: 'readerAbsent', present: absent });
    }
  }

  private work(input: StationInput): void {
    const now = this.clock.now();
    // Between two deadlines a reading changes nothing but itself, mostly.
    const still = input.kind === 'socket' && this.tickDue !== undefined && now < this.tickDue;
    const read = still ? withReading(this.state, input.connectorId, input.report, this.config) : undefined;
    if (read) {
      this.state = read;
      return;
    }
    const { state: before } = this;
    const { state, effects } = this.step(input, now);
    this.state = state;
    // Compared with what was told: a step that failed half-way is made up for by the next.
    const told = this.noticed;
    const silent = told !== undefined && nothingToTell(told, state);
    if (silent && effects.length === 0 && sameSamples(told, state)) {
      if (!sameShares(before, state)) this.tickDue = undefined;
      return;
    }
    this.tickDue = undefined;
    if (!silent) this.pushWishes();
    const records = effects.flatMap((effect) => (effect.kind === 'record' ? [effect.record] : []));
    const durable = this.save(records);
    for (const effect of effects) this.attempt(() => this.perform(effect, durable));
    if (!silent) this.attempt(() => this.outside?.changed(state));
    if (!silent) this.showIndicators();
    if (!silent) this.updateHold.changed();
    const notices = noticesOfEffects(effects, this.config);
    if (!silent) notices.unshift(...differencesOf(told, state, this.config));
    this.noticed = state;
    this.notify(notices);
  }

  private step(input: StationInput, now: number): StationStep {
    const { state, config } = this;
    const since = this.steppedAt;
    const ticked = input.kind === 'tick' && since !== undefined;
    const sampled = ticked ? stepSamples(state, { since, now }, config) : undefined;
    const step = sampled ?? stepStation(state, input, now, config);
    this.steppedAt = now;
    return step;
  }

  private notify(notices: readonly Notice[]): void {
    for (const notice of notices) this.attempt(() => this.options.onNotice?.(notice));
  }

  private perform(effect: StationEffect, durable: Promise<void>): void {
    switch (effect.kind) {
      case 'ask':
        this.outside?.ask(effect.ask);
        return;
      case 'unlocked':
        this.unlocked(effect.id, effect.result);
        return;
      case 'refused':
        this.showRefusal(effect.pointIndex);
        return;
      case 'restart':
        void durable.then(() => this.attempt(() => this.outside?.restart(effect.hard)));
        return;
      case 'cardRefused':
        return; // told to onlookers, last
      case 'record':
        return; // stored with the state
      default:
        unreachable(effect);
    }
  }

  /** What one of those outside throws is reported, and keeps nothing from the others: a light, an answer, a charge. */
  private attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.options.onError(error);
    }
  }

  /** One atomic commit for all that the input changed: state and outbox entries (nothing is lost in between). */
  private save(records: StationRecord[]): Promise<void> {
    const next = savedOf(this.state, this.config);
    const put = [...next].filter(([key, value]) => !sameData(this.saved.get(key), value));
    const del = [...this.saved.keys()].filter((key) => !next.has(key));
    this.saved = next;
    const ticket = records.length > 0 ? this.outside?.entriesFor(records) : undefined;
    const { batch: entries } = ticket ?? { batch: { put: [], del: [] } };
    const durable = this.options.commits.commit(
      { put: [...put, ...entries.put], del: [...del, ...entries.del] },
      flushWithinMs(records, put, del),
    );
    if (records.length === 0) return durable;
    // Each batch with records is notified once and in order, even when there was nothing to store.
    return durable.then(() => {
      ticket?.committed();
      this.attempt(() => this.outside?.recorded(records));
      for (const record of records) if (record.kind === 'start') this.post({ kind: 'recorded', tx: record.tx.key });
      this.notify(noticesOfRecords(records));
    });
  }

  private pushWishes(): void {
    for (const [index, socket] of this.options.sockets.entries()) {
      const wish = wishOf(this.state, this.config, index + 1);
      if (sameWish(this.wishes[index], wish)) continue;
      this.wishes[index] = wish;
      socket.command(wish);
    }
  }

  /** A refused card is shown for a moment, then what is true again. */
  private showRefusal(pointIndex: number): void {
    const until = this.clock.now() + refusalShownMs;
    this.refusedUntil[pointIndex] = until;
    this.cancelRefusals.get(pointIndex)?.();
    this.cancelRefusals.set(
      pointIndex,
      this.clock.at(until, () => this.showIndicators()),
    );
  }

  private showIndicators(): void {
    for (const [index, indicator] of this.options.indicators.entries()) {
      const refused = this.clock.now() < (this.refusedUntil[index] ?? 0);
      const pattern = refused ? 'refused' : indicatorOf(this.state, this.config, index);
      if (this.shown[index] === pattern) continue;
      this.shown[index] = pattern;
      this.attempt(() => indicator?.show(pattern));
    }
  }

  private tick(): void {
    this.tickDue = undefined;
    this.post({ kind: 'tick' });
  }

  private armTick(): void {
    if (this.tickDue !== undefined) return;
    this.cancelTick();
    const due = nextDeadline(this.state, this.clock.now());
    this.tickDue = due ?? Number.POSITIVE_INFINITY;
    if (due !== undefined) this.cancelTick = this.clock.at(due, () => this.tick());
  }
}
