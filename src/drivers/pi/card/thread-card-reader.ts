/** The card reader as the station sees it: the main thread's side, which owns the worker thread that polls the chip. */
import type { Cancel, Clock } from '../../../hal/clock';
import { messageOf } from '../../../hal/errors';
import type { CardEvent, CardReader, Listener } from '../../../hal/parts';
import type { ReportTrouble } from '../../../hal/trouble';
import { Happenings, Watched } from '../../../hal/watched';
import { type CardThreadMessage, stopCardThread } from './card-thread';

/** Pause before the first new thread after one that died, in ms; it doubles with each further death. */
const restartFirstMs = 5000;
const restartMaxMs = 60_000;
/** A thread that lived this long counts as sound: the next pause is the first again. In ms. */
const soundAfterMs = 60_000;
/** Time for the thread to let go of the bus before it is ended by force, in ms. */
const stopWithinMs = 1000;

/** What is used of `Worker` of node:worker_threads. */
export interface CardWorker {
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  postMessage(message: unknown): void;
  terminate(): Promise<unknown>;
}

export interface ThreadCardReaderOptions {
  /** As `/dev/spidev0.0`; named in reports of trouble. */
  device: string;
  /** Starts a thread that calls `runCardThread`. */
  worker: () => CardWorker;
  report: ReportTrouble;
  clock: Clock;
}

export class ThreadCardReader implements CardReader {
  /** Unknown until the thread's first word. */
  private readonly present: Watched<boolean>;
  private readonly cards: Happenings<CardEvent>;
  private worker: CardWorker | undefined;
  private startedAt = 0;
  private restartPauseMs = restartFirstMs;
  private cancelRestart: Cancel = () => {};
  private closing: Promise<void> | undefined;
  private ended: () => void = () => {};

  constructor(private readonly options: ThreadCardReaderOptions) {
    // Not at once: a thread that cannot start is told to watchers that join after this call.
    const { clock } = options;
    this.present = new Watched(clock);
    this.cards = new Happenings(clock);
    this.cancelRestart = clock.at(clock.now(), () => this.startWorker());
  }

  watch(listener: Listener<CardEvent>): Cancel {
    const cancelCards = this.cards.watch(listener);
    const cancelPresent = this.present.watch((present) => listener({ kind: 'reader', present }));
    return () => {
      cancelCards();
      cancelPresent();
    };
  }

  /** Ends the thread. Resolves when it has ended; nothing is told any more. */
  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private end(): Promise<void> {
    this.cancelRestart();
    this.present.close();
    this.cards.close();
    const { worker } = this;
    if (worker === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const { clock } = this.options;
      const cancelForce = clock.at(clock.now() + stopWithinMs, () => {
        worker.terminate().then(this.ended, this.ended);
      });
      this.ended = () => {
        cancelForce();
        resolve();
      };
      worker.postMessage(stopCardThread);
    });
  }

  private startWorker(): void {
    this.startedAt = this.options.clock.now();
    let worker: CardWorker;
    try {
      worker = this.options.worker();
    } catch (error) {
      this.died(`its thread did not start: ${messageOf(error)}`);
      return;
    }
    this.worker = worker;
    let failure = '';
    worker.on('message', (message) => {
      if (worker === this.worker && isThreadMessage(message)) this.take(message);
    });
    worker.on('error', (error) => {
      failure = `: ${messageOf(error)}`;
    });
    worker.on('exit', (code) => {
      if (worker !== this.worker) return;
      this.worker = undefined;
      this.ended();
      this.died(`its thread ended with code ${code}${failure}`);
    });
  }

  private take(message: CardThreadMessage): void {
    if (this.closing !== undefined) return;
    switch (message.kind) {
      case 'event':
        this.tell(message.event);
        return;
      case 'trouble':
        this.options.report(message.trouble);
        return;
      default:
        message satisfies never;
    }
  }

  private died(reason: string): void {
    if (this.closing !== undefined) return;
    const { clock, device, report } = this.options;
    if (clock.now() - this.startedAt >= soundAfterMs) this.restartPauseMs = restartFirstMs;
    const text = `card reader ${device}: ${reason}; a new one is started in ${this.restartPauseMs / 1000} s`;
    report({ part: 'cardReader', code: 'failed', text });
    this.cancelRestart = clock.at(clock.now() + this.restartPauseMs, () => this.startWorker());
    this.restartPauseMs = Math.min(2 * this.restartPauseMs, restartMaxMs);
    this.tell({ kind: 'reader', present: false });
  }

  private tell(event: CardEvent): void {
    if (event.kind !== 'reader') this.cards.emitNow(event);
    else if (event.present !== this.present.value) this.present.setNow(event.present);
  }
}

/** Both ends are of one program; this guards against another's thread, not against an enemy. */
function isThreadMessage(message: unknown): message is CardThreadMessage {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return false;
  return message.kind === 'event' || message.kind === 'trouble';
}
