/** A socket: one machine joined to its parts and a clock. The station sees only `command`, `clearFaults` and reports. */

import type { Cancel, Clock } from '../../hal/clock';
import { unreachable } from '../../hal/errors';
import type { Listener, SocketParts } from '../../hal/parts';
import { Watched } from '../../hal/watched';
import { meterWaitMs } from '../socket/meter-pace';
import { initialMode2, mode2Deadlines, readMode2, reportMode2, stepMode2 } from '../socket/mode2';
import { initialMode3, mode3Deadlines, readMode3, reportMode3, stepMode3 } from '../socket/mode3';
import type { PowerState } from '../socket/power-state';
import type { MeterEvent } from '../socket/quiet-reading';
import {
  holdsPlug,
  type Socket,
  type SocketConfig,
  type SocketEffect,
  type SocketEvent,
  type SocketReport,
  type SocketWish,
  sameButMeter,
  withMeter,
} from '../socket/types';

/** The two machines behind one face, so that the runner needs no knowledge of modes. */
interface SocketMachine {
  step(event: SocketEvent, now: number): SocketEffect[];
  /** Takes a reading in that needs no step before the next deadline; false: it needs one. */
  read(event: MeterEvent, now: number): boolean;
  deadlines(): number[];
  report(): SocketReport;
  /** Whether the parts have shown enough for a report. */
  known(): boolean;
  power(): PowerState;
}

function machineOf(config: SocketConfig, now: number): SocketMachine {
  if (config.mode === 'mode3') {
    let state = initialMode3(now);
    return {
      step: (event, at) => {
        const next = stepMode3(state, event, at, config);
        state = next.state;
        return next.effects;
      },
      read: (event, at) => {
        const next = readMode3(state, event, at, config);
        state = next ?? state;
        return next !== undefined;
      },
      deadlines: () => mode3Deadlines(state),
      report: () => reportMode3(state, config),
      known: () => state.power.known,
      power: () => state.power,
    };
  }
  let state = initialMode2(now);
  return {
    step: (event, at) => {
      const next = stepMode2(state, event, at, config);
      state = next.state;
      return next.effects;
    },
    read: (event, at) => {
      const next = readMode2(state, event, at, config);
      state = next ?? state;
      return next !== undefined;
    },
    deadlines: () => mode2Deadlines(state),
    report: () => reportMode2(state, config),
    known: () => state.power.known,
    power: () => state.power,
  };
}

export class SocketRunner implements Socket {
  private readonly machine: SocketMachine;
  private readonly reports: Watched<SocketReport>;
  private readonly cancels: Cancel[] = [];
  private cancelTick: Cancel = () => {};
  /** When the next tick is due; infinite: none is. */
  private tickDue: number | undefined;
  private cancelPoll: Cancel = () => {};
  /** A reading is under way; `again`: it was begun before something that the next reader must see. */
  private reading: 'no' | 'yes' | 'again' = 'no';
  /** When the contacts moved last. */
  private contactsAt: number;
  private stopped = false;

  constructor(
    private readonly parts: SocketParts,
    config: SocketConfig,
    private readonly clock: Clock,
  ) {
    this.contactsAt = clock.now();
    this.machine = machineOf(config, clock.now());
    // Without a first value: nothing is told of an outlet of which nothing is known.
    this.reports = new Watched(clock);
    this.subscribe();
    this.armTick(clock.now());
    this.pollMeter();
  }

  command(wish: SocketWish): void {
    const before = this.machine.power().wish;
    this.feed({ kind: 'wish', wish });
    // Somebody begins or ends something here, and the last reading may be of long ago.
    if (wish.kind !== before.kind || holdsPlug(wish) !== holdsPlug(before)) this.readAtRest();
  }

  clearFaults(): void {
    this.feed({ kind: 'clearFaults' });
  }

  readMeter(): void {
    this.pollMeter();
  }

  /** The contacts of the twin socket are seen open, or are not. It is told with each of its reports, most of which are no news. */
  twinIs(open: boolean): void {
    const isKnown = this.machine.power().twinOpenSince !== undefined;
    if (open !== isKnown) this.feed({ kind: 'twin', open });
  }

  /** Another part of the point speaks: the supply monitor, or the twin socket's contactor. */
  feed(event: SocketEvent): void {
    if (this.stopped) return;
    const now = this.clock.now();
    const before = this.reports.value;
    for (const effect of this.machine.step(event, now)) this.perform(effect);
    this.armTick(now);
    this.publish();
    const after = this.reports.value;
    if (before?.plugged !== after?.plugged || before?.evConnected !== after?.evConnected) this.readAtRest();
  }

  watch(listener: Listener<SocketReport>): Cancel {
    return this.reports.watch(listener);
  }

  /** Opens the contactor and lets go of parts and timers. */
  stop(): void {
    this.parts.contactor.open();
    this.stopped = true;
    this.cancelTick();
    this.cancelPoll();
    for (const cancel of this.cancels) cancel();
    this.reports.close();
  }

  private subscribe(): void {
    const { parts, cancels } = this;
    cancels.push(parts.contactor.watch((feedback) => this.onContactor(feedback)));
    if (parts.residual) cancels.push(parts.residual.watch((reading) => this.feed({ kind: 'residual', reading })));
    if (parts.thermometer)
      cancels.push(parts.thermometer.watch((celsius) => this.feed({ kind: 'temperature', celsius })));
    if (parts.mode === 'mode3') {
      cancels.push(parts.pilot.watch((reading) => this.feed({ kind: 'pilot', reading })));
      if (parts.proximity) cancels.push(parts.proximity.watch((reading) => this.feed({ kind: 'proximity', reading })));
      if (parts.lock) cancels.push(parts.lock.watch((feedback) => this.feed({ kind: 'lock', feedback })));
    } else if (parts.plug) {
      cancels.push(parts.plug.watch((present) => this.feed({ kind: 'plug', present })));
    }
  }

  private onContactor(feedback: SocketReport['contactor']): void {
    this.contactsAt = this.clock.now();
    this.feed({ kind: 'contactor', feedback });
    // The reading that ends a transaction is the first one after the contacts have opened.
    this.pollMeter();
  }

  private perform(effect: SocketEffect): void {
    switch (effect.kind) {
      case 'contactor':
        if (effect.close) this.parts.contactor.close();
        else this.parts.contactor.open();
        return;
      case 'pilot':
        if (this.parts.mode === 'mode3') this.parts.pilot.drive(effect.output);
        return;
      case 'lock':
        if (this.parts.mode !== 'mode3') return;
        if (effect.lock) this.parts.lock?.lock();
        else this.parts.lock?.unlock();
        return;
      case 'residualTest':
        this.parts.residual?.selfTest();
        return;
      case 'residualReset':
        this.parts.residual?.reset();
        return;
      default:
        unreachable(effect);
    }
  }

  private armTick(now: number): void {
    let next = Number.POSITIVE_INFINITY;
    for (const due of this.machine.deadlines()) if (due > now && due < next) next = due;
    if (next === this.tickDue) return;
    this.cancelTick();
    this.tickDue = next;
    if (next < Number.POSITIVE_INFINITY) this.cancelTick = this.clock.at(next, () => this.feed({ kind: 'tick' }));
  }

  /** While the contacts are not open the next reading is a second away at the most. */
  private readAtRest(): void {
    if (this.reports.value?.contactor === 'open') this.pollMeter();
  }

  private pollMeter(): void {
    if (this.stopped) return;
    if (this.isReading) {
      this.reading = 'again';
      return;
    }
    this.reading = 'yes';
    this.cancelPoll();
    const at = this.clock.now();
    void this.parts.meter.read().then(
      (reading) => this.onMeter({ kind: 'meter', reading, at }),
      () => this.onMeter({ kind: 'meter', reading: undefined, at }),
    );
  }

  private onMeter(event: MeterEvent): void {
    const again = this.reading === 'again';
    this.reading = 'no';
    if (this.stopped) return;
    const before = this.registerWh();
    if (!this.readQuietly(event)) this.feed(event);
    if (again) {
      this.pollMeter();
      return;
    }
    // What the feed has told may have begun another reading.
    if (this.isReading) return;
    const movedWh = before === undefined ? 0 : (this.registerWh() ?? 0) - before;
    const sinceContactsMs = event.at - this.contactsAt;
    const waitMs = meterWaitMs(this.machine.power(), {
      answered: event.reading !== undefined,
      movedWh,
      sinceContactsMs,
    });
    this.cancelPoll = this.clock.at(this.clock.now() + waitMs, () => this.pollMeter());
  }

  /** Between two deadlines a reading mostly changes nothing but itself. */
  private readQuietly(event: MeterEvent): boolean {
    const { value: last } = this.reports;
    const now = this.clock.now();
    if (last === undefined || this.tickDue === undefined || now >= this.tickDue) return false;
    if (!this.machine.read(event, now)) return false;
    this.reports.setNow(withMeter(last, this.machine.power().meter.last));
    return true;
  }

  private get isReading(): boolean {
    return this.reading !== 'no';
  }

  private registerWh(): number | undefined {
    return this.machine.power().meter.last?.reading.energyWh;
  }

  private publish(): void {
    if (!this.machine.known()) return;
    const next = this.machine.report();
    const { value: last } = this.reports;
    if (last !== undefined && last.meter === next.meter && sameButMeter(last, next)) return;
    // At once, whatever made the machine step: interlock and station judge the same instant. A listener may cause another
    // report (the twin through the interlock): those after it hear the newest only.
    this.reports.setNow(next);
  }
}
