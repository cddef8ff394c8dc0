/** Delivery of StartTransaction, MeterValues and StopTransaction: in order, again until answered (OCPP 1.6, 3.7). */

import type { Caller, CallOutcome, LateAnswer } from '../link/rpc';
import type { OrderedSource } from '../link/sender';
import { check, type ResponseOf } from '../messages';
import { idTagInfo as idTagInfoSchema } from '../messages/common';
import type { SentActions } from '../messages/protocol';
import { type Services, timeoutMs } from '../services';
import { actions, type TransactionAction, type TransactionRequest } from './outbox';
import type { Entry } from './stored-messages';

/** News that happened after a record waits this long for the record to be on disk, in ms. */
const settle_max_ms = 1_000;

type QueueServices = Pick<
  Services,
  'clock' | 'configuration' | 'commits' | 'station' | 'outbox' | 'log' | 'registration' | 'localAuthorization'
>;

/** What a confirmation of any of the three may hold; each part may be missing where the answer is malformed. */
type Answer = Partial<ResponseOf<'StartTransaction'>>;

export class TransactionQueue implements OrderedSource<SentActions> {
  private retryAt = 0;
  private timeouts = 0;
  /** The message that was last answered SecurityError: a second time in a row it is refused for itself. */
  private unknownAt: number | undefined;

  constructor(private readonly services: QueueServices) {}

  next(): { seq: number; send: (caller: Caller<SentActions>) => Promise<void> } | undefined {
    const { outbox, clock } = this.services;
    const entry = outbox.head();
    if (!entry || clock.now() < this.retryAt) return undefined;
    const request = outbox.requestOf(entry);
    return request && { seq: entry.seq, send: (caller) => this.deliver(caller, entry, request) };
  }

  dueAt(): number | undefined {
    return this.services.outbox.head() ? this.retryAt : undefined;
  }

  backlog(): number {
    return this.services.outbox.size;
  }

  /** A disk that is slow holds the news back for a moment, one that fails does not. */
  settling(seq: number): number | undefined {
    const { outbox, clock } = this.services;
    const writing = outbox.writing();
    if (!writing || writing.seq > seq) return undefined;
    const until = writing.since + settle_max_ms;
    return until > clock.now() ? until : undefined;
  }

  /** An answer to a message that waits for its repetition, sent perhaps before the last power cut, counts as if in time. */
  late(id: string): LateAnswer | undefined {
    const { outbox } = this.services;
    const entry = outbox.head();
    if (entry?.messageId !== id) return undefined;
    return { action: actions[entry.body.kind], take: (outcome) => this.ended(entry, outcome) };
  }

  /** A new link: nothing waits for an old time-out. */
  linkUp(): void {
    this.retryAt = 0;
    this.timeouts = 0;
  }

  private async deliver(
    caller: Caller<SentActions>,
    entry: Entry,
    request: { action: TransactionAction; payload: TransactionRequest },
  ): Promise<void> {
    const { configuration } = this.services;
    const options = {
      id: entry.messageId,
      timeoutMs: timeoutMs(configuration, 'confBasicTime'),
      take: (outcome: CallOutcome) => this.ended(entry, outcome),
    };
    await caller
      .call(request.action, request.payload, options)
      .catch(() =>
        this.refused(entry, { kind: 'error', code: 'InternalError', description: 'the request could not be made' }),
      );
  }

  private async ended(entry: Entry, outcome: CallOutcome): Promise<void> {
    switch (outcome.kind) {
      case 'result':
        await this.answered(entry, outcome.payload);
        return;
      case 'malformed':
        this.services.log.warn(
          { tx: entry.tx, message: entry.body.kind, outcome },
          'answer that makes no sense: processed',
        );
        await this.answered(entry, outcome.payload);
        return;
      case 'error':
        if (outcome.code === 'SecurityError' && this.unknownAt !== entry.seq) {
          this.unknownAt = entry.seq;
          this.services.registration.doubt();
          return;
        }
        await this.refused(entry, outcome);
        return;
      case 'unsendable':
        await this.refused(entry, outcome);
        return;
      case 'timeout':
        // Not a refusal: it costs no attempt, and the id stays, so that the central system can tell a repetition.
        this.timeouts += 1;
        this.wait(Math.min(this.timeouts, 6));
        return;
      case 'lost':
        return;
      default:
        return outcome satisfies never;
    }
  }

  private async answered(entry: Entry, payload: object): Promise<void> {
    const { outbox, commits, station } = this.services;
    this.timeouts = 0;
    this.retryAt = 0;
    const { body, tx } = entry;
    const { transactionId, idTagInfo } = payload as Answer;
    // A number that is none, or too large to be kept exactly, is no id: E3.18 has -1 for a start that never got one.
    await commits.commit(outbox.settle(entry, Number.isSafeInteger(transactionId) ? transactionId : undefined));
    const isReadable = check(idTagInfoSchema, idTagInfo) === undefined;
    if (isReadable && idTagInfo && body.kind !== 'meter' && body.idTag !== undefined) {
      await this.services.localAuthorization.learn(body.idTag, idTagInfo);
    }
    // Without a word on the token nothing is said against it; a word that is not known is no acceptance.
    if (body.kind !== 'start' || idTagInfo?.status === undefined) return;
    const accepted = idTagInfo.status === 'Accepted';
    station.post({
      kind: 'startVerdict',
      tx,
      verdict: { accepted, parent: isReadable ? idTagInfo.parentIdTag : undefined },
    });
  }

  /** 3.7.1: after TransactionMessageAttempts refusals the message is given up; the wait grows with the attempts. */
  private async refused(entry: Entry, outcome: CallOutcome): Promise<void> {
    const { outbox, commits, configuration, log } = this.services;
    const failures = entry.failures + 1;
    if (failures >= configuration.integer('TransactionMessageAttempts')) {
      log.warn({ tx: entry.tx, message: entry.body.kind, outcome }, 'message of a transaction given up');
      await commits.commit(outbox.settle(entry));
      return;
    }
    log.warn({ tx: entry.tx, message: entry.body.kind, failures, outcome }, 'message of a transaction refused');
    this.wait(failures);
    await commits.commit(outbox.failed(entry));
  }

  private wait(times: number): void {
    const { clock, configuration } = this.services;
    this.retryAt = clock.now() + configuration.integer('TransactionMessageRetryInterval') * 1_000 * times;
  }
}
