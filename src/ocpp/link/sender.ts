/** What leaves next: one CALL at a time, in the order in which things happened, as far as the boot gate allows. */
import type { Cancel, Clock } from '../../hal/clock';
import type { Caller, CallOutcome, LateAnswer, Take } from './caller';
import { LateResponses } from './late-answers';
import type { Actions } from './protocol';

/**
 * `boot` leaves at any time. `asked` (triggered by the central system) needs Pending or Accepted. The others need
 * Accepted: `prompt` overtakes (somebody waits with a card in hand), `ordered` keeps its place among the messages of
 * transactions, `idle` comes last.
 */
export type Lane = 'boot' | 'asked' | 'prompt' | 'ordered' | 'idle';

export type Gate = 'closed' | 'asked' | 'open';

interface Waiting {
  lane: Lane;
  replaces: string | undefined;
  seq: number;
  action: string;
  payload: () => object | undefined;
  timeoutMs: number;
  id: string;
  take: Take | undefined;
  late: Take | undefined;
  resolve: (outcome: CallOutcome) => void;
}

/** The stored messages of transactions, which have their own rules for trying again. */
export interface OrderedSource<Sent extends Actions> {
  /** A new link: nothing waits any longer because an old one was silent. */
  linkUp(): void;
  /** The next one, if it may leave now. */
  next(): { seq: number; send: (caller: Caller<Sent>) => Promise<void> } | undefined;
  /** When the next one may leave, if it waits for a time. */
  dueAt(): number | undefined;
  backlog(): number;
  /** Whom an answer with this message id serves, while the message waits for its repetition. */
  late(id: string): LateAnswer | undefined;
  /** Until when something that happened before `seq` may still be on its way to the disk. */
  settling(seq: number): number | undefined;
}

/** With more stored messages than this, news of the present no longer waits behind them. */
const backlogMax = 4;

/** What becomes of the outcome of a CALL. */
export interface Effects<P extends object> {
  /**
   * What an outcome changes is changed here: the promise of `send` ends later, when what came behind the answer may have
   * been judged already.
   */
  take?: Take<P>;
  /** An answer that comes after `take` has heard of a time-out or a lost link. */
  late?: Take<P>;
  /** That of an earlier CALL with the same payload, of which this one is the repetition (J errata 3.1). */
  id?: string;
  /**
   * What it tells, by a name: one of the same name in the same lane that has not left yet is withdrawn, and this one has
   * its place. So whoever asks faster than can be told gets the latest, and nothing piles up.
   */
  replaces?: string;
}

/** How features send what they have to say; what becomes of it is the Sender's to decide. */
export interface OutgoingCalls<Sent extends Actions> {
  /** Monotonic time of the last CALL sent. */
  readonly lastSentAt: number;
  /** Queues a CALL. `payload` is made when it leaves; undefined then withdraws it (outcome `lost`). */
  send<A extends keyof Sent & string>(
    action: A,
    lane: Lane,
    payload: () => Sent[A]['request'] | undefined,
    timeoutMs: number,
    effects?: Effects<Sent[A]['response']>,
  ): Promise<CallOutcome<Sent[A]['response']>>;
  /** How many CALLs that were queued here have been answered. */
  readonly answers: number;
  readonly nextMessageId: () => string;
  /** Something may have become sendable. */
  pump(): void;
}

export class Sender<Sent extends Actions> implements OutgoingCalls<Sent> {
  private caller: Caller<Sent> | undefined;
  private gate: Gate = 'closed';
  private waiting: Waiting[] = [];
  private sending = false;
  private cancelWake: Cancel = () => {};
  private readonly lateAnswers = new LateResponses();
  lastSentAt = 0;
  answers = 0;

  constructor(
    private readonly clock: Clock,
    readonly nextMessageId: () => string,
    private readonly nextSeq: () => number,
    private readonly source: OrderedSource<Sent>,
    /** A request that was queued here has been answered with a CALLERROR of this code. */
    private readonly onError: (code: string) => void,
  ) {}

  /** Whether there is a link. */
  get linked(): boolean {
    return this.caller !== undefined;
  }

  /** Nothing that was queued here waits to leave, or for its answer. */
  get idle(): boolean {
    return !this.sending && this.waiting.length === 0;
  }

  linkUp(caller: Caller<Sent>): void {
    this.caller = caller;
    this.source.linkUp();
    this.pump();
  }

  /** Everything that waits is lost: what matters is stored or derived, and comes back by itself. */
  linkDown(): void {
    this.caller = undefined;
    this.cancelWake();
    const lost = this.waiting;
    this.waiting = [];
    for (const item of lost) void end(item, { kind: 'lost' });
  }

  /** Whom a late answer serves; what waits behind it may leave then. */
  late(id: string): LateAnswer | undefined {
    const found = this.lateAnswers.take(id) ?? this.source.late(id);
    return (
      found && {
        action: found.action,
        take: async (outcome) => {
          await found.take(outcome);
          this.pump();
        },
      }
    );
  }

  setGate(gate: Gate): void {
    this.gate = gate;
    this.pump();
  }

  send<A extends keyof Sent & string>(
    action: A,
    lane: Lane,
    payload: () => Sent[A]['request'] | undefined,
    timeoutMs: number,
    effects: Effects<Sent[A]['response']> = {},
  ): Promise<CallOutcome<Sent[A]['response']>> {
    return new Promise((resolve) => {
      const item: Waiting = {
        lane,
        replaces: effects.replaces,
        seq: this.nextSeq(),
        action,
        payload,
        timeoutMs,
        id: effects.id ?? this.nextMessageId(),
        // The rpc has checked the answer against the schema of this very action.
        take: effects.take as Take | undefined,
        late: effects.late as Take | undefined,
        resolve: resolve as (outcome: CallOutcome) => void,
      };
      if (!this.caller) {
        void end(item, { kind: 'lost' });
        return;
      }
      this.add(item);
      this.pump();
    });
  }

  private add(item: Waiting): void {
    const { lane, replaces } = item;
    const index = this.waiting.findIndex((other) => other.lane === lane && other.replaces === replaces);
    const older = replaces === undefined ? undefined : this.waiting[index];
    if (!older) {
      this.waiting.push(item);
      return;
    }
    this.waiting[index] = item;
    void end(older, { kind: 'lost' });
  }

  pump(): void {
    if (this.sending || !this.caller) return;
    const job = this.nextJob();
    if (!job) {
      this.armWake();
      return;
    }
    this.sending = true;
    this.lastSentAt = this.clock.now();
    void job(this.caller).finally(() => {
      this.sending = false;
      this.pump();
    });
  }

  private nextJob(): ((caller: Caller<Sent>) => Promise<void>) | undefined {
    const boot = this.first('boot');
    if (boot) return this.jobOf(boot);
    if (this.gate === 'closed') return undefined;
    const asked = this.first('asked');
    if (asked) return this.jobOf(asked);
    if (this.gate !== 'open') return undefined;
    const prompt = this.first('prompt');
    if (prompt) return this.jobOf(prompt);
    const ordered = this.first('ordered');
    const stored = this.source.next();
    if (ordered && !stored && this.source.settling(ordered.seq) !== undefined) return undefined;
    if (ordered && (!stored || ordered.seq < stored.seq || this.source.backlog() > backlogMax))
      return this.jobOf(ordered);
    if (stored) return stored.send;
    const idle = this.first('idle');
    return idle && this.jobOf(idle);
  }

  private first(lane: Lane): Waiting | undefined {
    return this.waiting.find((item) => item.lane === lane);
  }

  private jobOf(item: Waiting): (caller: Caller<Sent>) => Promise<void> {
    return async (caller) => {
      this.waiting = this.waiting.filter((other) => other !== item);
      const payload = item.payload();
      if (!payload) {
        await end(item, { kind: 'lost' });
        return;
      }
      const { action, id, timeoutMs } = item;
      this.lateAnswers.take(id);
      const take: Take = (outcome) => {
        const unanswered = outcome.kind === 'timeout' || outcome.kind === 'lost';
        if (!unanswered && outcome.kind !== 'unsendable') this.answers += 1;
        if (item.late && unanswered) this.lateAnswers.remember(id, { action, take: item.late });
        const taken = item.take?.(outcome);
        if (outcome.kind === 'error') this.onError(outcome.code);
        return taken;
      };
      // A refused payload is a programming error that the rpc has told about; whoever waits must not hang on it.
      const call = caller.call(action, payload, { id, timeoutMs, take });
      await call.then(item.resolve, () => end(item, { kind: 'lost' }));
    };
  }

  private armWake(): void {
    this.cancelWake();
    const ordered = this.first('ordered');
    const settled = ordered && this.source.settling(ordered.seq);
    const due = settled ?? this.source.dueAt();
    if (due !== undefined && due > this.clock.now()) this.cancelWake = this.clock.at(due, () => this.pump());
  }
}

async function end({ take, resolve }: Waiting, outcome: CallOutcome): Promise<void> {
  await take?.(outcome);
  resolve(outcome);
}
