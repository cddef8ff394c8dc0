/** Delivery of StartTransaction, MeterValues and StopTransaction: in order, again until answered (OCPP 1.6, 3.7). */

import { type Batch, flushLaterMs } from '../../hal/store';
import type { Caller, CallOutcome, LateAnswer } from '../link/caller';
import { Repetition } from '../link/repetition';
import type { OrderedSource } from '../link/sender';
import { check, type ResponseOf } from '../messages';
import { idTagInfo as idTagInfoSchema } from '../messages/common';
import type { SentActions } from '../messages/protocol';
import { type DeliveredMessage, type Services, timeoutMs } from '../services';
import { actions, type TransactionAction, type TransactionRequest } from './outbox';
import type { Entry, EntryBody } from './stored-messages';

/** News that happened after a record waits this long for the record to be on disk, in ms. */
const settleMaxMs = 1_000;
/** A message that gets no answer, while others do, is sent for this long, in ms. */
const chokedMaxMs = 86_400_000;
/** Faults of answers that are remembered as told: their words are in part the central system's. */
const faultsToldMax = 50;

/**
 * That a start was answered, and with which id, is flushed within this, in ms: a start that is repeated after a power cut
 * is a second transaction where the central system does not know its message again. A repeated value or stop harms nobody.
 */
const startFlushMs = 1_000;

/** A power cut is at hand where the transaction ended because of one. */
function answerFlushMs(body: EntryBody): number {
  if (body.kind === 'start') return startFlushMs;
  return body.kind === 'stop' && body.reason === 'PowerLoss' ? 0 : flushLaterMs;
}

const givenUp = { how: 'givenUp', card: null } as const;

type QueueServices = Pick<
  Services,
  | 'clock'
  | 'configuration'
  | 'commits'
  | 'station'
  | 'outbox'
  | 'log'
  | 'registration'
  | 'localAuthorization'
  | 'onDelivered'
>;

/** What a confirmation of any of the three may hold; each part may be missing where the answer is malformed. */
type StartAnswer = Partial<ResponseOf<'StartTransaction'>>;

export class TransactionQueue implements OrderedSource<SentActions> {
  /** Of the message that is first: refused ones wait as well as unanswered ones. */
  private retryAt = 0;
  private readonly repetition: Repetition;
  /** The message that was last answered SecurityError: a second time in a row it is refused for itself. */
  private unknownAt: number | undefined;
  /** Faults of answers that have been told. */
  private readonly faultsTold = new Set<string>();

  constructor(
    private readonly services: QueueServices,
    answersToOthers: () => number,
  ) {
    const intervalMs = () => this.intervalMs;
    this.repetition = new Repetition({ clock: services.clock, intervalMs, answers: answersToOthers });
  }

  /** TransactionMessageRetryInterval. */
  private get intervalMs(): number {
    return this.services.configuration.integer('TransactionMessageRetryInterval') * 1_000;
  }

  next(): { seq: number; send: (caller: Caller<SentActions>) => Promise<void> } | undefined {
    const { outbox, clock } = this.services;
    const entry = outbox.head();
    if (!entry || clock.now() < this.notBefore) return undefined;
    const request = outbox.requestOf(entry);
    return request && { seq: entry.seq, send: (caller) => this.deliver(caller, entry, request) };
  }

  dueAt(): number | undefined {
    return this.services.outbox.head() ? this.notBefore : undefined;
  }

  backlog(): number {
    return this.services.outbox.size;
  }

  /** A disk that is slow holds the news back for a moment, one that fails does not. */
  settling(seq: number): number | undefined {
    const { outbox, clock } = this.services;
    const writing = outbox.writing();
    if (!writing || writing.seq > seq) return undefined;
    const until = writing.since + settleMaxMs;
    return until > clock.now() ? until : undefined;
  }

  /** An answer to a message that waits for its repetition, sent perhaps before the last power cut, counts as if in time. */
  late(id: string): LateAnswer | undefined {
    const { outbox } = this.services;
    const entry = outbox.head();
    if (entry?.messageId !== id) return undefined;
    return { action: actions[entry.body.kind], take: (outcome) => this.ended(entry, outcome) };
  }

  /** A new link: nothing waits for an old time-out, but for a message that takes its links with it. */
  linkUp(): void {
    this.retryAt = 0;
    this.repetition.linkUp();
  }

  private get notBefore(): number {
    return Math.max(this.retryAt, this.repetition.notBefore);
  }

  private async deliver(
    caller: Caller<SentActions>,
    entry: Entry,
    request: { action: TransactionAction; payload: TransactionRequest },
  ): Promise<void> {
    const { configuration, outbox } = this.services;
    outbox.leaves(entry);
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
        this.tellFault(entry, outcome);
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
      case 'lost':
        await this.unanswered(entry, outcome.kind);
        return;
      default:
        return outcome satisfies never;
    }
  }

  /** A start has perhaps lost its id by it; of the others the same fault may be in every answer, and is told once. */
  private tellFault({ tx, body }: Entry, outcome: CallOutcome & { kind: 'malformed' }): void {
    const fault = `${body.kind} ${outcome.violation.message}`;
    if (body.kind !== 'start' && this.faultsTold.has(fault)) return;
    if (this.faultsTold.size < faultsToldMax) this.faultsTold.add(fault);
    this.services.log.warn({ tx, message: body.kind, outcome }, 'answer that makes no sense: processed');
  }

  private async answered(entry: Entry, payload: object): Promise<void> {
    const { commits, station } = this.services;
    this.begin();
    const { body, tx } = entry;
    const { transactionId, idTagInfo } = payload as StartAnswer;
    // A number that is none, or too large to be kept exactly, is no id: E3.18 has -1 for a start that never got one.
    const id = Number.isSafeInteger(transactionId) ? transactionId : undefined;
    const isReadable = idTagInfo !== undefined && check(idTagInfoSchema, idTagInfo) === undefined;
    const card = isReadable ? idTagInfo.status : null;
    const stored = [commits.commit(this.settle(entry, { how: 'answered', card }, id), answerFlushMs(body))];
    if (isReadable && idTagInfo && body.kind !== 'meter' && body.idTag !== undefined) {
      stored.push(this.services.localAuthorization.learn(body.idTag, idTagInfo));
    }
    // Without a word on the token nothing is said against it; a word that is not known is no acceptance.
    if (body.kind === 'start' && idTagInfo?.status !== undefined) {
      const accepted = idTagInfo.status === 'Accepted';
      const parent = isReadable ? idTagInfo.parentIdTag : undefined;
      // What follows from it is stored behind it, and does not wait for the disk.
      station.post({ kind: 'startVerdict', tx, verdict: { accepted, parent } });
    }
    await Promise.all(stored);
  }

  /**
   * Not a refusal: it costs no attempt, and the id stays, so that the central system can tell a repetition. Only where
   * the central system has answered everything else for a day is the message given up, for those behind it wait as well.
   */
  private async unanswered(entry: Entry, how: 'timeout' | 'lost'): Promise<void> {
    const { commits, log } = this.services;
    this.repetition.unanswered(how);
    if (!this.repetition.suspected) return;
    const fields = { tx: entry.tx, message: entry.body.kind, id: entry.messageId };
    if (this.repetition.chokedForMs < chokedMaxMs) {
      log.warn({ ...fields, how }, `${actions[entry.body.kind]} gets no answer: it is sent ever more seldom`);
      return;
    }
    log.warn({ ...fields, body: entry.body }, 'message of a transaction given up: others were answered, it was not');
    this.begin();
    await commits.commit(this.settle(entry, givenUp));
  }

  /** All that must be stored when a message is done with. `id`: what the start was answered with. */
  private settle(entry: Entry, result: Pick<DeliveredMessage, 'how' | 'card'>, id?: number): Batch {
    const { outbox, onDelivered } = this.services;
    const { tx, body } = entry;
    const transactionId = id ?? outbox.transactionId(tx) ?? null;
    const own = outbox.settle(entry, id);
    if (body.kind === 'meter') return own;
    const { put, del } = onDelivered({ tx, message: body.kind, transactionId, ...result });
    return { put: [...own.put, ...put], del: [...own.del, ...del] };
  }

  /** The next message waits for nothing. */
  private begin(): void {
    this.retryAt = 0;
    this.repetition.reset();
  }

  /** 3.7.1: after TransactionMessageAttempts refusals the message is given up; the wait grows with the attempts. */
  private async refused(entry: Entry, outcome: CallOutcome): Promise<void> {
    const { outbox, commits, configuration, log, clock } = this.services;
    const failures = entry.failures + 1;
    this.repetition.reset();
    if (failures >= configuration.integer('TransactionMessageAttempts')) {
      log.warn({ tx: entry.tx, message: entry.body.kind, outcome }, 'message of a transaction given up');
      await commits.commit(this.settle(entry, givenUp));
      return;
    }
    log.warn({ tx: entry.tx, message: entry.body.kind, failures, outcome }, 'message of a transaction refused');
    this.retryAt = clock.now() + this.intervalMs * failures;
    await commits.commit(outbox.failed(entry));
  }
}
