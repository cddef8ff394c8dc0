/** What a hardware-in-the-loop story is told with: deeds, what must come of them in time, and measured times. */
import type { Board } from '../../hal/board';
import type { Clock } from '../../hal/clock';
import { type BoardConnector, connectorsOf } from '../../hal/connectors';
import { GreenupError } from '../../hal/errors';
import type { Deed, VehicleEmulator } from '../../hal/vehicle-emulator';
import type { RunningStation } from '../../main';
import type { CentralSystemAction, RequestOf, ResponseOf } from '../../ocpp/messages';
import type { SocketReport } from '../../station/socket/types';
import { type Status, statusOf } from '../../station/status';
import type { LedgerRow } from '../central-system-ledger';

/** The central system, as far as stories use it. */
export interface HilCentral {
  transactions(): LedgerRow[];
  call<A extends CentralSystemAction>(station: string, action: A, payload: RequestOf<A>): Promise<ResponseOf<A>>;
}

export interface HilBenchOptions {
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
}

export interface Measured {
  what: string;
  ms: number;
}

/** A story needs what this rig cannot do. */
export class NotHere extends Error {}

export class HilBench {
  readonly measured: Measured[] = [];
  readonly connectors: readonly BoardConnector[];
  private presentedAt = Number.NEGATIVE_INFINITY;

  constructor(readonly options: HilBenchOptions) {
    this.connectors = connectorsOf(options.board);
  }

  get now(): number {
    return this.options.clock.now();
  }

  /** The first connector of this mode; throws NotHere without one. */
  connector(mode: 'mode3' | 'mode2'): BoardConnector {
    const found = this.connectors.find(({ socket }) => socket.mode === mode);
    if (!found) throw new NotHere(`the board has no ${mode} socket`);
    return found;
  }

  /** Resolves, when it is done, with the time at which it was begun. Throws NotHere when nobody can do it. */
  async deed(deed: Deed): Promise<number> {
    const { emulator, say } = this.options;
    if (!emulator.can(deed)) throw new NotHere(`${emulator.name} cannot do "${deed.do}"`);
    if (deed.do === 'present') await this.cardAway();
    say(`  ${JSON.stringify(deed)}`);
    const begun = this.now;
    await emulator.perform(deed);
    return begun;
  }

  /** A reader takes a card that is back at once for one that never left: the driver comes back a little later. */
  private async cardAway(): Promise<void> {
    const { clock } = this.options;
    const due = this.presentedAt + card_back_ms;
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
    const { clock, running } = this.options;
    const begun = clock.now();
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (!reached()) return;
        end();
        resolve(clock.now() - begun);
      };
      const end = (): void => {
        running.events.off('station', look);
        cancelLate();
        cancelLook();
      };
      // Most of it shows in the station; what the central system knows is looked at in between.
      let cancelLook = (): void => {};
      const lookLater = (): void => {
        cancelLook = clock.at(clock.now() + look_ms, () => {
          lookLater();
          look();
        });
      };
      const cancelLate = clock.at(begun + withinMs, () => {
        end();
        reject(new GreenupError('part.failed', `${what}: not within ${withinMs} ms; ${this.picture()}`));
      });
      lookLater();
      running.events.on('station', look);
      look();
    });
  }

  status(connectorId: number, ...wanted: Status[]): Promise<number> {
    return this.until(`connector ${connectorId} ${wanted.join(' or ')}`, () =>
      wanted.includes(this.statusOf(connectorId)),
    );
  }

  contactor(connectorId: number, wanted: 'open' | 'closed'): Promise<number> {
    return this.until(`contactor ${connectorId} ${wanted}`, () => this.report(connectorId)?.contactor === wanted);
  }

  measure(what: string, ms: number): void {
    this.measured.push({ what, ms: Math.round(ms * 10) / 10 });
  }

  /** Fails the story unless `value` holds. */
  check(what: string, value: boolean): void {
    if (!value) throw new GreenupError('part.failed', `${what}: it is not so; ${this.picture()}`);
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
      return `${connectorId} ${this.statusOf(connectorId)} contactor ${report?.contactor ?? '?'} offer ${report?.offeredA ?? '?'} A${faults}`;
    });
    return `now: ${rows.join('; ')}`;
  }
}

const look_ms = 20;
/** From one presentation to the next: a card is held about a second, and a reader misses it for three polls of 250 ms. */
const card_back_ms = 3_000;
