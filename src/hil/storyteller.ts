/** What a hardware-in-the-loop story is told with: deeds, what must come of them in time, and measured times. */

import type { LedgerRow } from '../csms/ledger';
import type { Board } from '../hal/board';
import type { Clock } from '../hal/clock';
import { type BoardConnector, connectorsOf, numberedSockets } from '../hal/connectors';
import { GreenupError } from '../hal/errors';
import type { StationParts } from '../hal/parts';
import type { Deed, VehicleEmulator } from '../hal/vehicle-emulator';
import type { RunningStation } from '../main';
import type { CentralSystemAction, RequestOf, ResponseOf } from '../ocpp/messages';
import { type SwitchTimes, timedSwitching } from '../safety/switch-times';
import { noticeKinds } from '../station/notices';
import type { SocketReport } from '../station/socket/types';
import { type Status, statusOf } from '../station/status';

/** The central system, as far as stories use it. */
export interface HilCentral {
  transactions(): LedgerRow[];
  call<A extends CentralSystemAction>(station: string, action: A, payload: RequestOf<A>): Promise<ResponseOf<A>>;
}

export interface StorytellerOptions {
  board: Board;
  clock: Clock;
  running: RunningStation;
  emulator: VehicleEmulator;
  central: HilCentral;
  /** Longest wait for anything, in ms; a slow machine takes more. */
  patienceMs: number;
  say(line: string): void;
  /** Somebody says that the cause is gone, as with the reset button. */
  clearFaults(): void;
  /** Movements of contactors as the station measured them, newest last. */
  switches: SwitchRow[];
  /** Whether a contactor that is too slow fails a story: not where the machine itself is emulated, and its time with it. */
  judgesTimes: boolean;
}

export interface MeasuredTime {
  what: string;
  ms: number;
}

export interface SwitchRow extends SwitchTimes {
  connectorId: number;
}

/** What comes of a deed. */
export interface Effect {
  what: string;
  reached(): boolean;
  /** Name of its time from the deed, for the report. */
  measure?: string;
}

interface ReachedWatch {
  /** On the clock; undefined: not yet. */
  reachedAt: number | undefined;
  cancel(): void;
}

/** A story needs what this rig cannot do. */
export class NotHere extends Error {}

export class Storyteller {
  readonly measured: MeasuredTime[] = [];
  readonly connectors: readonly BoardConnector[];
  private presentedAt = Number.NEGATIVE_INFINITY;

  constructor(readonly options: StorytellerOptions) {
    this.connectors = connectorsOf(options.board);
  }

  get now(): number {
    return this.options.clock.now();
  }

  /** Resolves when it is done. Throws NotHere when nobody can do it. */
  async deed(deed: Deed): Promise<void> {
    await this.cause(deed, []);
  }

  /**
   * Does the deed, and waits until each of these has come of it. The deadline counts from the end of the deed, for a
   * person takes as long as they need; their effects are not timed. Throws NotHere when nobody can do it.
   */
  async cause(deed: Deed, effects: readonly Effect[]): Promise<void> {
    const { emulator, say } = this.options;
    if (!emulator.can(deed)) throw new NotHere(`${emulator.name} cannot do "${deed.do}"`);
    if (deed.do === 'present') await this.cardAway();
    say(`  ${JSON.stringify(deed)}`);
    const begun = this.now;
    const watches = effects.map(({ reached }) => this.watch(reached));
    try {
      await emulator.perform(deed);
      for (const [index, { what, measure }] of effects.entries()) {
        const watch = watches[index];
        await this.until(what, () => watch?.reachedAt !== undefined);
        if (measure === undefined || watch?.reachedAt === undefined || !emulator.atOnce(deed)) continue;
        this.measure(measure, watch.reachedAt - begun);
      }
    } finally {
      for (const { cancel } of watches) cancel();
    }
  }

  /** A reader takes a card that is back at once for one that never left: the driver comes back a little later. */
  private async cardAway(): Promise<void> {
    const { clock } = this.options;
    const due = this.presentedAt + cardBackMs;
    if (clock.now() < due) await new Promise<void>((resolve) => clock.at(due, resolve));
    this.presentedAt = clock.now();
  }

  report(connectorId: number): SocketReport | undefined {
    return this.options.running.station.state.connectors[connectorId - 1]?.report;
  }

  statusOf(connectorId: number): Status {
    const { state, config } = this.options.running.station;
    return statusOf(state, config, connectorId).status;
  }

  errorOf(connectorId: number): string {
    const { state, config } = this.options.running.station;
    return statusOf(state, config, connectorId).errorCode;
  }

  /** Resolves with the time it took, in ms. Rejects with `part.failed` when it does not come about. */
  until(what: string, reached: () => boolean, withinMs = this.options.patienceMs): Promise<number> {
    const { clock } = this.options;
    const begun = clock.now();
    return new Promise((resolve, reject) => {
      const cancelLate = clock.at(begun + withinMs, () => {
        watch.cancel();
        reject(new GreenupError('part.failed', `${what}: not within ${withinMs} ms; ${this.picture()}`));
      });
      const watch = this.watch(reached, () => {
        cancelLate();
        resolve(clock.now() - begun);
      });
    });
  }

  /** Looks until it has been reached, or nobody wants to know any more. */
  private watch(reached: () => boolean, then: () => void = () => {}): ReachedWatch {
    const { clock, running } = this.options;
    let cancelLook = (): void => {};
    const look = (): void => {
      if (!reached()) return;
      watch.cancel();
      watch.reachedAt = clock.now();
      then();
    };
    // Most of it shows in the station; what the central system knows is looked at in between.
    const lookLater = (): void => {
      cancelLook = clock.at(clock.now() + lookMs, () => {
        lookLater();
        look();
      });
    };
    const watch: ReachedWatch = {
      reachedAt: undefined,
      cancel: () => {
        for (const kind of noticeKinds) running.notices.off(kind, look);
        cancelLook();
      },
    };
    lookLater();
    for (const kind of noticeKinds) running.notices.on(kind, look);
    look();
    return watch;
  }

  /** Resolves when every connector is available and stays so: a part that is missing shows only some moments after the start. */
  atRest(): Promise<number> {
    let since: number | undefined;
    return this.until('every connector is available', () => {
      const isIdle = (id: number) => this.report(id) !== undefined && this.statusOf(id) === 'Available';
      const idle = this.connectors.every(({ connectorId }) => isIdle(connectorId));
      since = idle ? (since ?? this.now) : undefined;
      return since !== undefined && this.now - since >= restMs;
    });
  }

  status(connectorId: number, ...wanted: Status[]): Promise<number> {
    return this.until(`connector ${connectorId} ${wanted.join(' or ')}`, () =>
      wanted.includes(this.statusOf(connectorId)),
    );
  }

  contactor(connectorId: number, wanted: 'open' | 'closed'): Promise<number> {
    const { what, reached } = this.contactorIs(connectorId, wanted);
    return this.until(what, reached);
  }

  contactorIs(connectorId: number, wanted: 'open' | 'closed', measure?: string): Effect {
    return {
      what: `contactor ${connectorId} ${wanted}`,
      reached: () => this.report(connectorId)?.contactor === wanted,
      ...(measure === undefined ? {} : { measure }),
    };
  }

  /** Fails the story when the contactor opened later after its pilot than IEC 61851-1 allows. */
  checkOpening(connectorId: number): void {
    const row = this.options.switches.findLast((one) => one.connectorId === connectorId && one.contactor === 'open');
    this.check('the station has timed the opening', row !== undefined);
    if (!row || !this.options.judgesTimes) return;
    const tookMs = (row.pilotToCoilMs ?? 0) + row.coilToContactMs;
    this.check(`open within ${openingMaxMs} ms of the pilot, found ${Math.round(tookMs)} ms`, tookMs <= openingMaxMs);
  }

  measure(what: string, ms: number): void {
    this.measured.push({ what, ms: Math.round(ms * 10) / 10 });
  }

  /** Fails the story unless `value` holds. */
  check(what: string, value: boolean): void {
    if (!value) throw new GreenupError('part.failed', `${what}: it is not so; ${this.picture()}`);
  }

  /** Fails the story when `holds` does not hold at any time of the next `ms`. */
  async stays(what: string, ms: number, holds: () => boolean): Promise<void> {
    const { clock } = this.options;
    const broken = this.watch(() => !holds());
    await new Promise<void>((resolve) => clock.at(clock.now() + ms, resolve));
    broken.cancel();
    this.check(`${what} for ${ms} ms`, broken.reachedAt === undefined);
  }

  /** The transaction of a connector that the central system knows last. */
  ledger(connectorId: number): LedgerRow | undefined {
    return this.options.central.transactions().findLast((row) => row.connectorId === connectorId);
  }

  call<A extends CentralSystemAction>(action: A, payload: RequestOf<A>): Promise<ResponseOf<A>> {
    const { central, running } = this.options;
    return central.call(running.configuration.text('UID'), action, payload);
  }

  /** Everything as the station sees it, for a failure. */
  private picture(): string {
    const rows = this.connectors.map(({ connectorId }) => {
      const report = this.report(connectorId);
      const faults = report && report.faults.length > 0 ? ` ${report.faults.join(' ')}` : '';
      const status = report ? this.statusOf(connectorId) : 'has not reported yet,';
      return `${connectorId} ${status} contactor ${report?.contactor ?? '?'} offer ${report?.offeredA ?? '?'} A${faults}`;
    });
    return `now: ${rows.join('; ')}`;
  }
}

/** The same parts, for a station without a safety thread, which times them itself. */
export function timedParts(parts: StationParts, clock: Clock, tell: (row: SwitchRow) => void): StationParts {
  const points = numberedSockets(parts.points, (socket, connectorId) =>
    timedSwitching(socket, clock, (times) => tell({ connectorId, ...times })),
  );
  return { ...parts, points };
}

const lookMs = 20;
const restMs = 2_000;
/** From a vehicle that is gone to an open contactor, in ms (IEC 61851-1, Annex A). */
const openingMaxMs = 100;
/** From one presentation to the next: a card is held about a second, and a reader misses it for three polls of 250 ms. */
const cardBackMs = 3_000;
