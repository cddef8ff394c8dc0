/** Lets a person close one contactor for a short time, and opens it as soon as something speaks against it. */

import { confirmWithinMs, type RigOutcome } from '../../control/pages/armed-rig';
import type { Cancel, Clock } from '../../hal/clock';
import type { Contactor } from '../../hal/parts';
import { levelOf } from '../../station/socket/pilot';
import { timings } from '../../station/socket/timings';
import { type Hand, isSameHand, keyHint, pageSilenceMaxMs } from './hand';
import type { ConnectorModel } from './model';

/** A contactor that was closed by hand opens by itself after this time, in ms. */
export const contactorClosedMaxMs = 60_000;

interface Held {
  contactor: Contactor;
  model: ConnectorModel;
  until: number;
  /** Who closed it. */
  hand: Hand;
  /** The feedback has shown it closed. */
  seen: boolean;
}

export interface GuardOptions {
  clock: Clock;
  armed: boolean;
  say(text: string, kind?: RigOutcome['kind']): void;
}

export class ContactorGuard {
  private held: Held | undefined;
  private wished: { connectorId: number; until: number; hand: Hand } | undefined;
  private cancels: Cancel[] = [];
  private cancelSilence: Cancel = () => {};

  constructor(private readonly options: GuardOptions) {}

  /** The first call asks for a second one of the same hand; that one closes. Refusals say why. */
  wish(contactor: Contactor, model: ConnectorModel, hand: Hand): void {
    const { armed, clock, say } = this.options;
    const { connectorId, name } = model;
    const refusal = armed ? this.refusal(model, hand) : 'contactors are refused: start with --arm to close one';
    const now = clock.now();
    const wished = this.wished;
    const confirmed = wished?.connectorId === connectorId && isSameHand(wished.hand, hand) && now <= wished.until;
    this.wished = undefined;
    if (refusal !== undefined) {
      say(`connector ${connectorId}: not closed: ${refusal}`, 'refused');
    } else if (confirmed) {
      this.close(contactor, model, hand);
    } else {
      this.wished = { connectorId, until: now + confirmWithinMs, hand };
      say(
        `press ${keyHint(hand, 'c ')}again within ${confirmWithinMs / 1_000} s to CLOSE the contactor of connector ${connectorId} ${name}: its outlet becomes live`,
        'asked',
      );
    }
  }

  /** Anything else was done, by whichever hand. */
  forgetWish(): void {
    this.wished = undefined;
  }

  /** Seconds until the contactor opens by itself; undefined when it is not commanded closed. */
  remainingS(connectorId: number): number | undefined {
    const { held } = this;
    if (held?.model.connectorId !== connectorId) return undefined;
    return Math.max(0, Math.ceil((held.until - this.options.clock.now()) / 1_000));
  }

  /** Somebody looks at this page. */
  hear(page: string): void {
    const { held } = this;
    if (held && isSameHand(held.hand, { kind: 'page', page })) this.expect(held);
  }

  /** No page can be heard any more. */
  losePages(reason: string): void {
    const { held } = this;
    if (held?.hand.kind === 'page') this.open(held.model.connectorId, reason);
  }

  /** A part of this connector told something new. */
  look(model: ConnectorModel): void {
    const { held } = this;
    if (held?.model !== model) return;
    if (model.feedback === 'closed') held.seen = true;
    const lost = held.seen && model.feedback !== 'closed' ? `its feedback says ${model.feedback}` : undefined;
    const reason = objectionTo(model) ?? lost;
    if (reason !== undefined) this.open(model.connectorId, reason);
  }

  /** Nothing happens when that contactor is not held closed. */
  open(connectorId: number, reason: string): void {
    const { held } = this;
    if (held?.model.connectorId !== connectorId) return;
    this.held = undefined;
    this.cancelTimers();
    held.contactor.open();
    const { clock, say } = this.options;
    say(`connector ${connectorId}: contactor opened: ${reason}`);
    const check = clock.at(clock.now() + timings.contactorFeedbackMs, () => {
      if (held.model.feedback === 'open') return;
      say(
        `connector ${connectorId}: the feedback says ${held.model.feedback} after the contactor was opened: it may be WELDED and the outlet live; cut the mains`,
      );
    });
    this.cancels.push(check);
  }

  stop(): void {
    if (this.held) this.open(this.held.model.connectorId, 'the view ends');
    this.cancelTimers();
  }

  private refusal(model: ConnectorModel, hand: Hand): string | undefined {
    const { held } = this;
    if (held) return `that of connector ${held.model.connectorId} is closed: open it first${keyHint(hand, ' (o)')}`;
    const objection = objectionTo(model);
    if (objection !== undefined) return objection;
    if (model.feedback !== 'open') return `its feedback says ${model.feedback ?? 'nothing yet'}, and must say open`;
    return undefined;
  }

  private close(contactor: Contactor, model: ConnectorModel, hand: Hand): void {
    const { clock, say } = this.options;
    const { connectorId } = model;
    this.cancelTimers();
    const now = clock.now();
    const held = { contactor, model, hand, until: now + contactorClosedMaxMs, seen: false };
    this.held = held;
    contactor.close();
    say(
      `connector ${connectorId}: contactor commanded CLOSED; it opens by itself in ${contactorClosedMaxMs / 1_000} s`,
    );
    this.cancels = [
      clock.at(now + contactorClosedMaxMs, () =>
        this.open(connectorId, `it was closed for ${contactorClosedMaxMs / 1_000} s`),
      ),
      clock.at(now + timings.contactorFeedbackMs, () => {
        if (this.held?.model !== model || this.held.seen) return;
        this.open(connectorId, `its feedback did not say closed within ${timings.contactorFeedbackMs} ms`);
      }),
    ];
    if (hand.kind === 'page') this.expect(held);
  }

  /** From now on the page has its whole time again. */
  private expect(held: Held): void {
    const { clock } = this.options;
    this.cancelSilence();
    this.cancelSilence = clock.at(clock.now() + pageSilenceMaxMs, () =>
      this.open(held.model.connectorId, 'the page that closed it is gone'),
    );
  }

  private cancelTimers(): void {
    this.cancelSilence();
    for (const cancel of this.cancels) cancel();
    this.cancels = [];
  }
}

/** What speaks against a closed contactor; what is not known yet does, too. */
function objectionTo({ has, pilot, residual }: ConnectorModel): string | undefined {
  if (has.contactor === 'missing') return 'it could not be set up';
  if (has.pilot !== 'none') {
    if (!pilot) return 'its pilot was not read yet';
    if (pilot.kind === 'invalid') return `its pilot is invalid: ${pilot.reason}`;
    const level = levelOf(pilot, 'A');
    if (level === 'invalid' || level === 'E')
      return `its pilot is at ${pilot.high.toFixed(2)} V, no state of a vehicle`;
  }
  if (has.residual === 'none') return undefined;
  if (has.residual === 'missing') return 'its residual current monitor could not be set up';
  if (!residual) return 'its residual current monitor was not read yet';
  if (residual.tripped) return 'its residual current monitor has tripped';
  return residual.test === 'running' ? 'its residual current monitor is under test' : undefined;
}
