/** The parts of a rig under a person's hands: keeps what they tell, works them, and guards a contactor that is closed. */
import type { LoopStatistics } from '../../drivers/pi/loop';
import type { Cancel, Clock } from '../../hal/clock';
import { messageOf } from '../../hal/errors';
import { type Button, type CardEvent, indicatorPatterns, type PilotOutput, type SupplyMonitor } from '../../hal/parts';
import { partNames, type Trouble } from '../../hal/trouble';
import { ContactorGuard } from './guard';
import {
  type BenchConnector,
  type ConnectorModel,
  modelOf,
  type RawReadings,
  type RigModel,
  type ViewedPart,
} from './model';

export interface RigBenchOptions {
  board: string;
  connectors: readonly BenchConnector[];
  supply?: SupplyMonitor;
  resetButton?: Button;
  clock: Clock;
  /** Whether contactors may be closed. */
  armed: boolean;
}

/** From the end of one round of the meters to the next, in ms. */
export const meterRoundMs = 2_000;
/** Offers of 6 to 80 A (IEC 61851-1, Table A.7), and how far a key goes, in percent of the period. */
export const dutyRange = { lowest: 10, highest: 96, step: 5 } as const;
const troublesMax = 30;

/** One connector: its parts, and what is known of them. */
interface Row {
  bench: BenchConnector;
  model: ConnectorModel;
}

export class RigBench {
  private readonly clock: Clock;
  private readonly rows: readonly Row[];
  private readonly guard: ContactorGuard;
  private readonly cancels: Cancel[] = [];
  private selected = 0;
  private message = 'Nothing was done yet.';
  private readonly troubles: Trouble[] = [];
  private loop: LoopStatistics | undefined;
  private i2cErrors = 0;
  private readonly readers = new Map<string, 'present' | 'absent'>();
  private card: { text: string; at: number } | undefined;
  private supply: 'present' | 'lost' | undefined;
  private heldAt: number | undefined;
  private stopped = false;

  constructor(private readonly options: RigBenchOptions) {
    this.clock = options.clock;
    this.rows = options.connectors.map((bench) => ({ bench, model: modelOf(bench) }));
    const { clock, armed } = options;
    this.guard = new ContactorGuard({ clock, armed, say: (text) => this.say(text) });
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
    const card = this.card;
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
      message: this.message,
      troubles: this.troubles,
      ...(loop ? { loop } : {}),
      ...(card ? { card: { text: card.text, ageS: ageS(card.at) } } : {}),
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

  seen(reader: string, event: CardEvent): void {
    if (event.kind === 'reader') {
      this.readers.set(reader, event.present ? 'present' : 'absent');
      return;
    }
    const text = event.kind === 'card' ? event.uid : 'several cards';
    this.card = { text: `${text} at the ${reader} reader`, at: this.clock.now() };
  }

  say(text: string): void {
    this.message = text;
  }

  /** A wish to close that waits for its second key is given up by any other key. */
  forgetWish(): void {
    this.guard.forgetWish();
  }

  select(place: number): void {
    const row = this.rows[place];
    if (!row) {
      this.say(`there is no connector ${place + 1}: choose 1 to ${this.rows.length}`);
      return;
    }
    this.selected = place;
    this.say(`connector ${row.model.connectorId} ${row.model.name}`);
  }

  drive(output: PilotOutput): void {
    const row = this.row('pilot');
    if (row?.bench.parts.mode !== 'mode3') return;
    row.model.driven = output;
    row.bench.parts.pilot.drive(output);
    this.done(row, `pilot ${output.kind === 'pwm' ? `duty ${output.dutyPercent} %` : output.kind}`);
  }

  /** Begins at 10 %, whichever way, and stays between 10 and 96 %. */
  changeDuty(direction: 1 | -1): void {
    const driven = this.rows[this.selected]?.model.driven;
    const { lowest, highest, step } = dutyRange;
    const wanted = driven?.kind === 'pwm' ? driven.dutyPercent + direction * step : lowest;
    this.drive({ kind: 'pwm', dutyPercent: Math.min(highest, Math.max(lowest, wanted)) });
  }

  moveLock(goal: 'lock' | 'unlock'): void {
    const row = this.row('lock');
    if (row?.bench.parts.mode !== 'mode3' || !this.contactorIsOpen(row)) return;
    row.bench.parts.lock?.[goal]();
    this.done(row, `${goal} was commanded`);
  }

  testResidual(): void {
    const row = this.row('residual');
    if (!row || !this.contactorIsOpen(row)) return;
    row.bench.parts.residual?.selfTest();
    this.done(row, 'self test of the RCM was started');
  }

  resetResidual(): void {
    const row = this.row('residual');
    if (!row) return;
    row.bench.parts.residual?.reset();
    this.done(row, 'RCM reset was commanded');
  }

  nextPattern(): void {
    const row = this.rows[this.selected];
    if (!row) return;
    const { indicator } = row.bench;
    if (!indicator) {
      this.done(row, 'its point has no indicator');
      return;
    }
    const shown = indicatorPatterns.indexOf(row.model.indicator ?? 'off');
    const next = indicatorPatterns[(shown + 1) % indicatorPatterns.length] ?? 'off';
    // Connectors of one point share it.
    for (const other of this.rows) if (other.bench.indicator === indicator) other.model.indicator = next;
    indicator.show(next);
    this.done(row, `indicator shows ${next}`);
  }

  close(): void {
    const row = this.rows[this.selected];
    if (row) this.guard.wish(row.bench.parts.contactor, row.model);
  }

  open(): void {
    const row = this.rows[this.selected];
    if (!row) return;
    this.guard.open(row.model.connectorId, 'by hand');
    row.bench.parts.contactor.open();
    this.done(row, 'contactor was commanded open');
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
    this.keep(parts.pilot.watch((pilot) => note({ pilot })));
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

  /** The selected connector, if it has the part; else the lack is told. */
  private row(part: ViewedPart): Row | undefined {
    const row = this.rows[this.selected];
    if (row?.model.has[part] === 'there') return row;
    const name = partNames[part];
    if (row) this.done(row, row.model.has[part] === 'none' ? `it has no ${name}` : `its ${name} could not be set up`);
    return undefined;
  }

  private contactorIsOpen(row: Row): boolean {
    if (this.guard.remainingS(row.model.connectorId) === undefined) return true;
    this.done(row, 'refused while its contactor is closed: open it first (o)');
    return false;
  }

  private done({ model }: Row, text: string): void {
    this.say(`connector ${model.connectorId}: ${text}`);
  }
}
