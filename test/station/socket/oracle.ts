/** The safety rules as an onlooker sees them: it knows what went into a machine and came out, nothing of its inside. */
import type { PilotOutput } from '../../../src/hal/parts';
import { type FaultId, faults } from '../../../src/station/faults';
import {
  noWish,
  type SocketConfig,
  type SocketEffect,
  type SocketEvent,
  type SocketReport,
  type SocketWish,
} from '../../../src/station/socket/types';
import type { Observer } from './bench';

/** Times of the standard and of the facts, in ms. */
const pilotLostMs = 100;
const askFirstMs = 6_000;
const steadyMs = 3_000;
const raiseMs = 5_000;
const twinMs = 500;
const proximityMs = 200;
const boltMs = 500;
/** Three closings in ten minutes, then a minute of rest before each. */
const quickClosings = { max: 3, periodMs: 600_000, restMs: 60_000 };
const plugMs = 300;
const mode2RestMs = 60_000;
/** Well under the 300 ms in which a coil supply may come back. */
const fallenMs = 30;
/**
 * In no stretch this long may a closed contactor see a pilot that is not ready for longer than that all in all: 100 ms at
 * once, and what the time in which it is ready forgives (an eighth): (100 + 400 / 8) / (1 + 1 / 8), rounded up.
 */
const stretchMs = 400;
const notReadyInStretchMs = 134;

const lowestCordA = 8;

export class Oracle implements Observer {
  /** How often energy was let through: a run that never did proves nothing. */
  closings = 0;
  private commanded = false;
  private feedback = 'unknown';
  /** In this closing. */
  private seenClosed = false;
  private closedAt: number[] = [];
  private sawNone = false;
  private lock = 'unknown';
  private pilot: PilotOutput = { kind: 'steady' };
  private steadyAt: number;
  private offerChangedAt = Number.NEGATIVE_INFINITY;
  private diodeSeen = false;
  private wish: SocketWish = noWish;
  private twinOpenAt: number | undefined;
  private supply = true;
  private trip: 'none' | 'tripped' | 'resetAsked' = 'none';
  private trippedNow = false;
  private hot = false;
  private tested: 'no' | 'asked' | 'passed' = 'no';
  private ratingA: number | undefined;
  private closedWithA: number | undefined;
  private openedAt = Number.NEGATIVE_INFINITY;
  private plugWasDrawn = false;
  /** Since when something has been wrong without a break; undefined while it is right. */
  /** Stretches of this closing in which the pilot was not ready, and is again. */
  private notReady: { from: number; to: number }[] = [];
  private readonly wrongSince: { [rule in Rule]?: number } = {};

  constructor(
    private readonly config: SocketConfig,
    bootedAt: number,
    /** Whether the station has said what it wants. */
    private spoken = true,
  ) {
    this.steadyAt = bootedAt;
    this.note('pilot', true, bootedAt);
    this.note('denied', true, bootedAt);
    this.note('cable', true, bootedAt);
    this.note('plug', true, bootedAt);
  }

  /** A machine that let a deadline pass is caught before it can react to what comes now. */
  before(now: number): void {
    if (!this.commanded) return;
    this.checkDurations(now, (elapsed, limit) => elapsed > limit);
    if (this.config.mode === 'mode3') this.checkStretch(now);
  }

  after(event: SocketEvent, effects: readonly SocketEffect[], now: number, report: SocketReport): void {
    this.absorb(event, now);
    for (const effect of effects) this.judge(effect, now);
    if (this.pilot.kind === 'pwm') this.judgeOffer();
    if (!this.commanded) return;
    this.checkDurations(now, (elapsed, limit) => elapsed >= limit);
    this.mustHold('what was closed before a stand is not closed after it', event.kind !== 'stood');
    this.mustHold('the supply is there', this.supply);
    this.mustHold('no residual current', this.trip === 'none');
    this.mustHold('not too hot', !this.hot);
    this.mustHold('the twin is open', this.twinOpenAt !== undefined);
    const reactions = this.config.mode === 'mode3' ? ['openNow'] : ['openNow', 'askFirst'];
    const bad = report.faults.filter((id: FaultId) => reactions.includes(faults[id].reaction));
    this.mustHold(`no fault that opens at once, but ${bad.join()}`, bad.length === 0);
    this.mustHold('nothing was told not to wait', this.wish.kind === 'permit' || this.wish.opening === 'askFirst');
  }

  private absorb(event: SocketEvent, now: number): void {
    switch (event.kind) {
      case 'wish':
        this.wish = event.wish;
        this.spoken = true;
        this.note('denied', !(event.wish.kind === 'permit' && event.wish.offerA >= this.lowestA()), now);
        if (event.wish.kind === 'deny') this.tested = 'no';
        return;
      case 'pilot': {
        if (this.pilot.kind === 'unavailable') return;
        const { reading } = event;
        const ready = reading.kind === 'volts' && this.showsReady(reading);
        const { pilot: lostAt } = this.wrongSince;
        if (ready && lostAt !== undefined) this.notReady.push({ from: lostAt, to: now });
        this.note('pilot', !ready, now);
        if (reading.kind === 'volts' && reading.low <= -10 && this.pilot.kind === 'pwm') this.diodeSeen = true;
        return;
      }
      case 'proximity':
        this.ratingA = event.reading.kind === 'ohms' ? ratingOf(event.reading.ohms) : undefined;
        this.noteOtherPlug(event.reading.kind === 'ohms' && event.reading.ohms > 4_500, now);
        this.note('cable', this.ratingA === undefined || this.ratingA !== (this.closedWithA ?? this.ratingA), now);
        return;
      case 'plug':
        this.note('plug', !event.present, now);
        return;
      case 'contactor':
        this.feedback = event.feedback;
        if (event.feedback === 'closed') {
          this.seenClosed = this.commanded;
          this.note('fallen', false, now);
        } else if (event.feedback === 'open' && this.seenClosed) this.note('fallen', true, now);
        return;
      case 'lock':
        this.lock = event.feedback;
        this.note('bolt', this.lock !== 'locked', now);
        return;
      case 'residual':
        this.trippedNow = event.reading.tripped;
        if (event.reading.tripped) this.trip = this.trip === 'resetAsked' ? 'resetAsked' : 'tripped';
        else if (this.trip === 'resetAsked') this.trip = 'none';
        if (event.reading.test === 'passed' && this.tested === 'asked') this.tested = 'passed';
        return;
      case 'temperature':
        if (event.celsius !== undefined && Number.isFinite(event.celsius)) {
          this.hot = event.celsius >= (this.hot ? 60 : 75);
        }
        return;
      case 'supply':
        this.supply = event.present;
        if (!event.present) this.tested = 'no';
        return;
      case 'twin':
        this.twinOpenAt = event.open ? (this.twinOpenAt ?? now) : undefined;
        return;
      case 'stood':
        if (this.commanded) this.tested = 'no';
        return;
      case 'clearFaults':
        if (this.trip !== 'none') this.trip = this.trippedNow ? 'resetAsked' : 'none';
        return;
      case 'meter':
      case 'tick':
        return;
      default:
        event satisfies never;
    }
  }

  private judge(effect: SocketEffect, now: number): void {
    switch (effect.kind) {
      case 'contactor':
        this.mustHold('no command is repeated', effect.close !== this.commanded);
        this.commanded = effect.close;
        this.seenClosed = false;
        this.note('fallen', false, now);
        if (effect.close) this.judgeClosing(now);
        else {
          this.openedAt = now;
          this.closedWithA = undefined;
        }
        return;
      case 'pilot':
        this.judgePilot(effect.output, now);
        return;
      case 'lock':
        this.mustHold(
          'no unlocking of a plug that may be live',
          effect.lock || (!this.commanded && this.feedback === 'open'),
        );
        this.mustHold('no unlocking before it is known what the station wants', effect.lock || this.spoken);
        return;
      case 'residualTest':
        this.mustHold('no self test under load', !this.commanded);
        this.tested = 'asked';
        return;
      case 'residualReset':
        return;
      default:
        effect satisfies never;
    }
  }

  private judgeClosing(now: number): void {
    this.closings += 1;
    this.notReady = [];
    this.closedWithA = this.ratingA;
    this.note('cable', this.ratingA === undefined, now);
    this.mustHold('closing: permitted', this.wrongSince.denied === undefined);
    this.mustHold('closing: the contacts are known to be open', this.feedback === 'open');
    this.mustHold('closing: the twin is open for 500 ms', now - (this.twinOpenAt ?? now) >= twinMs);
    this.mustHold(
      'closing: the residual current monitor was tested',
      !this.config.residual || this.tested === 'passed',
    );
    if (this.config.mode === 'mode2') {
      const { plugDetector } = this.config;
      const rested = now - this.openedAt >= mode2RestMs || (plugDetector && this.plugWasDrawn);
      this.mustHold('closing: 60 s of rest for the same plug', rested);
      this.mustHold('closing: a plug is there', !plugDetector || this.wrongSince.plug === undefined);
      this.plugWasDrawn = false;
      return;
    }
    const { max, periodMs, restMs } = quickClosings;
    const recent = this.closedAt.filter((at) => now - at < periodMs).length;
    this.mustHold('closing: rested after several in a row', recent < max || now - this.openedAt >= restMs);
    this.closedAt.push(now);
    this.mustHold('closing: the plug is locked', !this.config.lock || this.lock === 'locked');
    this.mustHold('closing: PWM is on', this.pilot.kind === 'pwm');
    this.mustHold('closing: the vehicle is ready at this moment', this.wrongSince.pilot === undefined);
    const { tetheredA } = this.config;
    this.mustHold('closing: the cable is known', tetheredA !== undefined || this.ratingA !== undefined);
    this.mustHold('closing: the diode was seen since PWM started', this.diodeSeen);
  }

  private judgePilot(output: PilotOutput, now: number): void {
    if (output.kind === 'pwm') {
      const before = this.pilot.kind === 'pwm' ? this.pilot.dutyPercent : undefined;
      if (before === undefined) {
        this.mustHold('PWM starts from x1', this.pilot.kind === 'steady');
        this.mustHold('PWM starts after 3 s of x1', now - this.steadyAt >= steadyMs);
        this.mustHold('PWM starts with the plug locked', !this.config.lock || this.lock === 'locked');
        this.diodeSeen = false;
      } else if (output.dutyPercent > before) {
        this.mustHold('a raise comes 5 s after the last change', now - this.offerChangedAt >= raiseMs);
      }
      this.offerChangedAt = now;
    } else {
      if (output.kind === 'steady') this.steadyAt = now;
      if (output.kind === 'unavailable') this.mustHold('F is shown with the contactor told to open', !this.commanded);
    }
    this.pilot = output;
  }

  /** What PWM says is never more than may be had, from the step on in which that changed. */
  private judgeOffer(): void {
    if (this.pilot.kind !== 'pwm') return;
    const duty = this.pilot.dutyPercent;
    const amps = duty <= 85 ? duty * 0.6 : (duty - 64) * 2.5;
    this.mustHold('PWM offers at least 6 A', duty >= 10);
    const permittedA = this.wish.kind === 'permit' ? this.wish.offerA : undefined;
    this.mustHold('PWM only with permission', permittedA !== undefined);
    const most = Math.min(permittedA ?? 0, this.config.ratedA, this.config.tetheredA ?? Number.POSITIVE_INFINITY);
    this.mustHold(`PWM offers ${amps} A, no more than ${most} A`, amps <= most + 1e-9);
  }

  private checkDurations(now: number, isLate: (elapsed: number, limit: number) => boolean): void {
    const limits: readonly { rule: Rule; mode: SocketConfig['mode']; limit: number; applies?: boolean }[] = [
      { rule: 'pilot', mode: 'mode3', limit: pilotLostMs },
      { rule: 'denied', mode: 'mode3', limit: askFirstMs },
      { rule: 'cable', mode: 'mode3', limit: proximityMs, applies: this.config.tetheredA === undefined },
      { rule: 'fallen', mode: this.config.mode, limit: fallenMs },
      { rule: 'bolt', mode: 'mode3', limit: boltMs, applies: this.config.lock },
      { rule: 'denied', mode: 'mode2', limit: 0 },
      { rule: 'plug', mode: 'mode2', limit: plugMs, applies: this.config.plugDetector },
    ];
    for (const { rule, mode, limit, applies = true } of limits) {
      const since = this.wrongSince[rule];
      if (mode !== this.config.mode || !applies || since === undefined) continue;
      const elapsed = now - since;
      this.mustHold(`${rule} is wrong for ${elapsed} ms, at most ${limit} ms`, !isLate(elapsed, limit));
    }
  }

  /** A plug that was drawn for long enough is another one when it comes. */
  private noteOtherPlug(none: boolean, now: number): void {
    this.sawNone ||= none;
    if (this.ratingA === undefined) return;
    if (this.sawNone && now - (this.wrongSince.cable ?? now) >= proximityMs) this.closedAt = [];
    this.sawNone = false;
  }

  private checkStretch(now: number): void {
    const since = this.wrongSince.pilot;
    const all = since === undefined ? this.notReady : [...this.notReady, { from: since, to: now }];
    const ms = all.reduce((sum, { from, to }) => sum + Math.max(0, to - Math.max(from, now - stretchMs)), 0);
    this.mustHold(`the pilot was not ready for ${ms} ms of the last ${stretchMs}`, ms <= notReadyInStretchMs);
  }

  private note(rule: Rule, wrong: boolean, now: number): void {
    const since = this.wrongSince[rule];
    if (rule === 'plug' && !wrong && since !== undefined && now - since >= plugMs) this.plugWasDrawn = true;
    if (wrong) this.wrongSince[rule] ??= now;
    else delete this.wrongSince[rule];
  }

  private lowestA(): number {
    return this.config.mode === 'mode3' ? 6 : lowestCordA - 0.5;
  }

  /** Voltages that may count as C (or D with ventilation), with the widest hysteresis. */
  private showsReady({ high, low }: { high: number; low: number }): boolean {
    return high >= (this.config.ventilation ? 1.2 : 4.2) && high <= 7.8 && low >= -13.5 && low <= 13.5;
  }

  private mustHold(what: string, holds: boolean): void {
    if (!holds) throw new Error(`rule broken: ${what}`);
  }
}

type Rule = 'pilot' | 'denied' | 'cable' | 'plug' | 'fallen' | 'bolt';

/** IEC 62196-1, Annex B. */
function ratingOf(ohms: number): number | undefined {
  if (ohms >= 1000 && ohms <= 2200) return 13;
  if (ohms >= 330 && ohms < 1000) return 20;
  if (ohms >= 150 && ohms < 330) return 32;
  return ohms >= 75 && ohms < 150 ? 63 : undefined;
}
