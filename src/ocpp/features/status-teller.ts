/** Tells the central system how far something has come that takes its time: each status once and in order, over lost links. */
import type { Cancel } from '../../hal/clock';
import type { CallOutcome } from '../link/caller';
import type { SentActions } from '../messages/protocol';
import { type Services, timeoutMs } from '../services';

type StatusMessage =
  | 'DiagnosticsStatusNotification'
  | 'FirmwareStatusNotification'
  | 'LogStatusNotification'
  | 'SignedFirmwareStatusNotification';
type Payload<Message extends StatusMessage> = SentActions[Message]['request'];

/** One that gets no answer is told again after this, in ms, and so often. */
const tellAgainMs = 60_000;
const tellingsMax = 5;

export interface Untold<Told> {
  payload: Told;
  /** A repetition has the same id (OCPP-J errata 2025-04, 3.1). */
  id: string;
}

interface WaitingStatus<Told> extends Untold<Told> {
  tellings: number;
}

export class StatusTeller<Message extends StatusMessage> {
  private waiting: WaitingStatus<Payload<Message>>[] = [];
  private telling = false;
  private held = 0;
  private cancel: Cancel = () => {};

  /** `isTold` hears of each status that the central system has answered, or will not answer any more. */
  constructor(
    private readonly services: Services,
    private readonly message: Message,
    private readonly isTold: (payload: Payload<Message>) => void,
  ) {}

  get untold(): readonly Untold<Payload<Message>>[] {
    return this.waiting.map(({ payload, id }) => ({ payload, id }));
  }

  add(payload: Payload<Message>, id: string = this.services.calls.nextMessageId()): void {
    this.waiting.push({ payload, id, tellings: 0 });
  }

  /** Of what was not told yet, the others are of no interest any more. */
  keep(worthTelling: (payload: Payload<Message>) => boolean): void {
    this.waiting = this.waiting.filter(({ payload }) => worthTelling(payload));
  }

  /** There may be somebody now who hears it. */
  tell(): void {
    const [next] = this.waiting;
    if (this.telling || this.held > 0 || !next || !this.services.online()) return;
    this.telling = true;
    next.tellings += 1;
    const { id } = next;
    this.send('ordered', () => next.payload, { id, take: (outcome) => this.took(next, outcome) });
  }

  /** Because a trigger asks for it: it is true when it leaves, and changes nothing of what is still to be told. */
  tellNow(payload: () => Payload<Message>): void {
    this.send('asked', payload, { replaces: this.message });
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
    payload: () => Payload<Message>,
    effects: { id?: string; take?: (outcome: CallOutcome) => void; replaces?: string },
  ): void {
    const { calls, configuration } = this.services;
    void calls.send(this.message, lane, payload, timeoutMs(configuration, 'confBasicTime'), effects);
  }

  private took(told: WaitingStatus<Payload<Message>>, { kind }: CallOutcome): void {
    this.telling = false;
    const unanswered = kind === 'timeout' || kind === 'lost';
    if (!unanswered || told.tellings >= tellingsMax) this.end(told);
    this.cancel();
    const { clock } = this.services;
    // With a new link it is told before.
    if (unanswered) this.cancel = clock.at(clock.now() + tellAgainMs, () => this.tell());
    else this.tell();
  }

  private end(told: WaitingStatus<Payload<Message>>): void {
    if (!this.waiting.includes(told)) return;
    this.waiting = this.waiting.filter((one) => one !== told);
    this.isTold(told.payload);
  }
}
