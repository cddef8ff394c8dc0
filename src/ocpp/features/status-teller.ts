/** Tells the central system how far something has come that takes its time: each status once and in order, over lost links. */
import type { Cancel } from '../../hal/clock';
import type { CallOutcome } from '../link/caller';
import type { SentActions } from '../messages/protocol';
import { type Services, timeoutMs } from '../services';

type StatusMessage = 'DiagnosticsStatusNotification' | 'FirmwareStatusNotification' | 'LogStatusNotification';
type StatusOf<Message extends StatusMessage> = SentActions[Message]['request']['status'];

/** One that gets no answer is told again after this, in ms, and so often. */
const tellAgainMs = 60_000;
const tellingsMax = 5;

export interface Untold<Status> {
  status: Status;
  /** A repetition has the same id (OCPP-J errata 2025-04, 3.1). */
  id: string;
}

interface WaitingStatus<Status> extends Untold<Status> {
  tellings: number;
}

export class StatusTeller<Message extends StatusMessage> {
  private waiting: WaitingStatus<StatusOf<Message>>[] = [];
  private telling = false;
  private held = 0;
  private cancel: Cancel = () => {};

  /** `isTold` hears of each status that the central system has answered, or will not answer any more. */
  constructor(
    private readonly services: Services,
    private readonly message: Message,
    private readonly isTold: (status: StatusOf<Message>) => void,
    /** What a message has beside its status. */
    private readonly facts: (status: StatusOf<Message>) => object = () => ({}),
  ) {}

  get untold(): readonly Untold<StatusOf<Message>>[] {
    return this.waiting.map(({ status, id }) => ({ status, id }));
  }

  add(status: StatusOf<Message>, id: string = this.services.calls.nextMessageId()): void {
    this.waiting.push({ status, id, tellings: 0 });
  }

  /** Of what was not told yet, the others are of no interest any more. */
  keep(worthTelling: (status: StatusOf<Message>) => boolean): void {
    this.waiting = this.waiting.filter(({ status }) => worthTelling(status));
  }

  /** There may be somebody now who hears it. */
  tell(): void {
    const [next] = this.waiting;
    if (this.telling || this.held > 0 || !next || !this.services.online()) return;
    this.telling = true;
    next.tellings += 1;
    const { id } = next;
    this.send('ordered', () => next.status, { id, take: (outcome) => this.took(next, outcome) });
  }

  /** Because a trigger asks for it: it is true when it leaves, and changes nothing of what is still to be told. */
  tellNow(status: () => StatusOf<Message>): void {
    this.send('asked', status, { replaces: this.message });
  }

  /** Nothing is told until what is returned was called: an answer is to leave first. */
  hold(): () => void {
    this.held += 1;
    return () => {
      this.held -= 1;
      this.tell();
    };
  }

  stop(): void {
    this.cancel();
  }

  private send(
    lane: 'ordered' | 'asked',
    status: () => StatusOf<Message>,
    effects: { id?: string; take?: (outcome: CallOutcome) => void; replaces?: string },
  ): void {
    const { calls, configuration } = this.services;
    // 6.17 and 6.19 have this one field, the whitepaper's one more.
    const payload = () => {
      const present = status();
      return { status: present, ...this.facts(present) } as SentActions[Message]['request'];
    };
    void calls.send(this.message, lane, payload, timeoutMs(configuration, 'confBasicTime'), effects);
  }

  private took(told: WaitingStatus<StatusOf<Message>>, { kind }: CallOutcome): void {
    this.telling = false;
    const unanswered = kind === 'timeout' || kind === 'lost';
    if (!unanswered || told.tellings >= tellingsMax) this.end(told);
    this.cancel();
    const { clock } = this.services;
    // With a new link it is told before.
    if (unanswered) this.cancel = clock.at(clock.now() + tellAgainMs, () => this.tell());
    else this.tell();
  }

  private end(told: WaitingStatus<StatusOf<Message>>): void {
    if (!this.waiting.includes(told)) return;
    this.waiting = this.waiting.filter((one) => one !== told);
    this.isTold(told.status);
  }
}
