/** An armed rig as the thread of its page has it: whatever the page is asked, the parts have one question at a time to answer. */
import type { ArmedRig, RigAct, RigOutcome, RigView } from '../../control/pages/armed-rig';
import type { PilotSteps } from '../../control/pages/bench';
import type { Cancel, Clock } from '../../hal/clock';
import { HttpRefusal } from '../../web/refusal';
import type { FromPageThread, RigQuestion, ToPageThread } from './page-link';

/** How often the parts are looked at, in ms. */
const lookEveryMs = 250;
/** What was heard of them longer ago, in ms, is not shown: whoever works them has stood still. */
export const viewAgeMaxMs = 2_000;
/** Questions of pages that wait at most; more are refused. */
export const waitingMax = 16;
/** The same, where it is to open a contactor. */
const openingWaitingMax = 2 * waitingMax;

/** What is used of the port to the parts. */
export interface RigPort {
  postMessage(message: FromPageThread): void;
  on(event: 'message', listener: (message: ToPageThread) => void): unknown;
}

interface WaitingQuestion {
  question: RigQuestion;
  answered(answer: unknown): void;
}

export class LinkedRig implements ArmedRig {
  private asked: WaitingQuestion | undefined;
  private waiting: readonly WaitingQuestion[] = [];
  private lastView: RigView | null = null;
  private oldAt = 0;
  private cancel: Cancel = () => {};

  constructor(
    private readonly port: RigPort,
    private readonly clock: Clock,
  ) {
    port.on('message', ({ answer }) => this.take(answer));
    this.look();
  }

  view(): RigView | null {
    return this.clock.now() < this.oldAt ? this.lastView : null;
  }

  async pilotSteps(after: number): Promise<PilotSteps> {
    return (await this.ask({ kind: 'pilots', after })) as PilotSteps;
  }

  async act(act: RigAct, connectorId: number, page: string): Promise<RigOutcome> {
    return (await this.ask({ kind: 'act', act, connectorId, page })) as RigOutcome;
  }

  async here(page: string): Promise<void> {
    await this.ask({ kind: 'here', page });
  }

  stop(): void {
    this.cancel();
  }

  /** The next look waits for the answer to this one: parts that are busy are not asked more than they answer. */
  private look(): void {
    const answered = (answer: unknown): void => {
      this.lastView = answer as RigView | null;
      this.oldAt = this.clock.now() + viewAgeMaxMs;
      this.cancel = this.clock.at(this.clock.now() + lookEveryMs, () => this.look());
    };
    this.waiting = [...this.waiting, { question: { kind: 'view' }, answered }];
    this.askNext();
  }

  private ask(question: RigQuestion): Promise<unknown> {
    const isOpening = question.kind === 'act' && question.act === 'openContactor';
    // Whoever opens a contactor waits behind nobody, and has room where others have none.
    if (this.waiting.length >= (isOpening ? openingWaitingMax : waitingMax)) {
      throw new HttpRefusal(503, 'too much is asked of the rig at once', { 'Retry-After': '1' });
    }
    return new Promise((answered) => {
      const next = { question, answered };
      this.waiting = isOpening ? [next, ...this.waiting] : [...this.waiting, next];
      this.askNext();
    });
  }

  private askNext(): void {
    if (this.asked) return;
    const [next, ...rest] = this.waiting;
    if (!next) return;
    this.asked = next;
    this.waiting = rest;
    this.port.postMessage({ kind: 'asks', question: next.question });
  }

  private take(answer: unknown): void {
    const { asked } = this;
    this.asked = undefined;
    asked?.answered(answer);
    this.askNext();
  }
}
