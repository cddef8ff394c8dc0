/** The parts of a rig under a person's hands: keeps what they tell, works them, and guards a contactor that is closed. */
import type { RigAct, RigOutcome } from '../../control/pages/armed-rig';
import type { LoopStatistics } from '../../drivers/pi/loop';
import type { Side } from '../../hal/board';
import type { Cancel, Clock } from '../../hal/clock';
import { messageOf } from '../../hal/errors';
import type { Button, CardEvent, SupplyMonitor } from '../../hal/parts';
import type { Trouble } from '../../hal/trouble';
import { acts, type Row } from './acts';
import { ContactorGuard } from './guard';
import type { Hand } from './hand';
import {
  type BenchConnector,
  type ConnectorModel,
  modelOf,
  type RawReadings,
  type RigModel,
  type SeenCard,
} from './model';

export interface RigBenchOptions {
  board: string;
  connectors: readonly BenchConnector[];
  supply?: SupplyMonitor;
  resetButton?: Button;
  clock: Clock;
  /** Whether contactors may be closed. */
  armed: boolean;
  /** What is driven or read at a pilot is another one now. */
  pilotChanged?: (model: ConnectorModel) => void;
}

/** From the end of one round of the meters to the next, in ms. */
export const meterRoundMs = 2_000;
const troublesMax = 30;
/** Cards that are remembered. */
const cardsMax = 5;

export class RigBench {
  private readonly clock: Clock;
  private readonly rows: readonly Row[];
  private readonly guard: ContactorGuard;
  private readonly cancels: Cancel[] = [];
  private selected = 0;
  private message = 'Nothing was done yet.';
  private messageKind: RigOutcome['kind'] = 'done';
  private readonly troubles: Trouble[] = [];
  private address: string | undefined;
  private loop: LoopStatistics | undefined;
  private i2cErrors = 0;
  private readonly readers = new Map<Side, 'present' | 'absent'>();
  private readonly cards: (Omit<SeenCard, 'ageS'> & { at: number })[] = [];
  private supply: 'present' | 'lost' | undefined;
  private heldAt: number | undefined;
  private stopped = false;

  constructor(private readonly options: RigBenchOptions) {
    this.clock = options.clock;
    this.rows = options.connectors.map((bench) => ({ bench, model: modelOf(bench) }));
    const { clock, armed } = options;
    this.guard = new ContactorGuard({ clock, armed, say: (text, kind) => this.say(text, kind) });
    for (const row of this.rows) this.watch(row);
    const { supply, resetButton } = options;
    this.keep(
      supply?.watch((value) => {
        this.supply = value;
      }),
    );
    this.keep(
      resetButton?.watch((event) => {
        if (event === 'held') this.heldAt = this.clock.now();
      }),
    );
    void this.readMeters();
  }

  model(): RigModel {
    const now = this.clock.now();
    const ageS = (at: number): number => Math.floor((now - at) / 1_000);
    const loop = this.loop;
    const supply = this.supply;
    const heldAt = this.heldAt;
    return {
      board: this.options.board,
      armed: this.options.armed,
      selected: this.selected,
      connectors: this.rows.map(({ model }) => {
        const closedForS = this.guard.remainingS(model.connectorId);
        return closedForS === undefined ? model : { ...model, closedForS };
      }),
      i2cErrors: this.i2cErrors,
      readers: this.readers,
      cards: this.cards.map(({ at, ...card }) => ({ ...card, ageS: ageS(at) })),
      message: this.message,
      messageKind: this.messageKind,
      troubles: this.troubles,
      ...(this.address === undefined ? {} : { address: this.address }),
      ...(loop ? { loop } : {}),
      ...(supply ? { supply } : {}),
      ...(heldAt === undefined ? {} : { buttonAgeS: ageS(heldAt) }),
    };
  }

  /** A trouble of some part; one that came before moves to the end. */
  take(trouble: Trouble): void {
    const before = this.troubles.findIndex(({ text }) => text === trouble.text);
    if (before >= 0) this.troubles.splice(before, 1);
    this.troubles.push(trouble);
    if (this.troubles.length > troublesMax) this.troubles.shift();
  }

  /** What the loop and the bus counted. */
  measured(loop: LoopStatistics, i2cErrors: number): void {
    this.loop = loop;
    this.i2cErrors = i2cErrors;
  }

  /** What was measured of a connector lately. */
  sampled(connectorId: number, raw: RawReadings): void {
    const row = this.rows.find(({ model }) => model.connectorId === connectorId);
    if (row) row.model.raw = raw;
  }

  seen(reader: Side, event: CardEvent): void {
    if (event.kind === 'reader') {
      this.readers.set(reader, event.present ? 'present' : 'absent');
      return;
    }
    const number = (this.cards.at(-1)?.number ?? 0) + 1;
    const read = event.kind === 'card' ? { uid: event.uid } : {};
    this.cards.push({ number, ...read, reader, at: this.clock.now() });
    if (this.cards.length > cardsMax) this.cards.shift();
  }

  say(text: string, kind: RigOutcome['kind'] = 'done'): void {
    this.message = text;
    this.messageKind = kind;
  }

  /** A key was pressed that works nothing. */
  forgetWish(): void {
    this.guard.forgetWish();
  }

  select(place: number): void {
    const row = this.rows[place];
    if (!row) {
      this.say(`there is no connector ${place + 1}: choose 1 to ${this.rows.length}`, 'refused');
      return;
    }
    this.selected = place;
    this.say(`connector ${row.model.connectorId} ${row.model.name}`);
  }

  /** What `hand` does at a connector, or at the one that the keys have selected, and what it came to. */
  work(act: RigAct, hand: Hand, connectorId = this.rows[this.selected]?.model.connectorId): RigOutcome {
    // A wish to close that waits for its second time is given up by anything else.
    if (act !== 'closeContactor') this.guard.forgetWish();
    const row = this.rows.find(({ model }) => model.connectorId === connectorId);
    if (row) {
      const say = (text: string, kind?: RigOutcome['kind']): void => this.say(text, kind);
      const driven = (model: ConnectorModel): void => this.options.pilotChanged?.(model);
      acts[act]({ row, rows: this.rows, guard: this.guard, hand, say, driven });
    } else {
      const valid = this.rows.map(({ model }) => model.connectorId).join(', ');
      this.say(`there is no connector ${connectorId ?? ''}: valid are ${valid}`, 'refused');
    }
    return { kind: this.messageKind, line: this.message };
  }

  /** Where the page in a browser is; undefined: there is none any more. */
  servedAt(address: string | undefined): void {
    this.address = address;
  }

  /** Somebody looks at this page. */
  hear(page: string): void {
    this.guard.hear(page);
  }

  /** No page can be heard any more: what one of them has closed is opened. */
  losePages(reason: string): void {
    this.guard.losePages(reason);
  }

  /** Contactors open, pilots at −12 V; nothing is heard any more. */
  stop(): void {
    this.stopped = true;
    this.guard.stop();
    for (const { bench } of this.rows) {
      bench.parts.contactor.open();
      if (bench.parts.mode === 'mode3') bench.parts.pilot.drive({ kind: 'unavailable' });
    }
    for (const cancel of this.cancels) cancel();
  }

  private watch({ bench: { parts }, model }: Row): void {
    const { contactor, residual, thermometer } = parts;
    const note = (change: Partial<ConnectorModel>): void => {
      Object.assign(model, change);
      this.guard.look(model);
    };
    this.keep(contactor.watch((feedback) => note({ feedback })));
    this.keep(residual?.watch((value) => note({ residual: value })));
    this.keep(thermometer?.watch((celsius) => note({ celsius: celsius ?? 'silent' })));
    if (parts.mode === 'mode2') {
      this.keep(parts.plug?.watch((plug) => note({ plug })));
      return;
    }
    this.keep(
      parts.pilot.watch((pilot) => {
        note({ pilot });
        this.options.pilotChanged?.(model);
      }),
    );
    this.keep(parts.proximity?.watch((proximity) => note({ proximity })));
    this.keep(parts.lock?.watch((lock) => note({ lock })));
  }

  private keep(cancel: Cancel | undefined): void {
    if (cancel) this.cancels.push(cancel);
  }

  private async readMeters(): Promise<void> {
    for (const { bench, model } of this.rows) {
      if (this.stopped) return;
      try {
        if (bench.meter) model.meter = await bench.meter.read();
      } catch (error) {
        model.meter = { failure: messageOf(error) };
      }
    }
    if (this.stopped) return;
    this.cancels.push(this.clock.at(this.clock.now() + meterRoundMs, () => void this.readMeters()));
  }
}
