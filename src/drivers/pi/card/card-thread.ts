/** The card reader's own thread: polls the chip, which blocks, and posts what it saw to the main thread. */
import type { Cancel, Clock } from '../../../hal/clock';
import type { CardEvent } from '../../../hal/parts';
import { type Trouble, troubleOf } from '../../../hal/trouble';
import type { OutputLine } from '../gpio/lines';
import { nativePackage } from '../packages';
import { Mfrc522, type Mfrc522LibraryClass } from './mfrc522';
import { type PollOutcome, presentationAtStart, presentationStep, type ReaderTrouble } from './presentation';
import { openSpi, type SpiBus } from './spi';

/** Pause between two polls, in ms: a card is seen within this time. */
const pollPauseMs = 250;
/** Pause before an absent reader is opened again, in ms. */
const reopenPauseMs = 2000;

/** From the thread. A trouble names the reader's device. */
export type CardThreadMessage = { kind: 'event'; event: CardEvent } | { kind: 'trouble'; trouble: Trouble };

/** To the thread: let go of the bus and end. */
export const stopCardThread = { kind: 'stop' } as const;

/** The thread's end of the line, as `parentPort` of node:worker_threads. */
export interface CardThreadPort {
  postMessage(message: CardThreadMessage): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  close(): void;
}

export interface CardThreadOptions {
  /** As `/dev/spidev0.0`. */
  device: string;
  /** Opens the line to the chip's reset input, where one is wired; active holds the chip in reset. */
  resetLine?: () => OutputLine;
  /** Tests hand in their own; the default opens `device` by the package `spi-device`. */
  openBus?: (device: string) => SpiBus;
  /** Tests hand in their own; the default is the package `mfrc522-rpi`. */
  library?: () => Mfrc522LibraryClass;
  clock: Clock;
}

/** Polls until `stopCardThread` comes, whatever the reader does. Never throws. */
export function runCardThread(port: CardThreadPort, options: CardThreadOptions): void {
  const thread = new CardThread(port, options);
  port.on('message', (message) => {
    if (typeof message === 'object' && message !== null && 'kind' in message && message.kind === stopCardThread.kind) {
      thread.stop();
    }
  });
  thread.start();
}

class CardThread {
  private readonly clock: Clock;
  private state = presentationAtStart;
  private bus: SpiBus | undefined;
  private reader: Mfrc522 | undefined;
  private reset: OutputLine | undefined;
  private unknownVersionReported = false;
  private stopped = false;
  private cancelNext: Cancel = () => {};

  constructor(
    private readonly port: CardThreadPort,
    private readonly options: CardThreadOptions,
  ) {
    this.clock = options.clock;
  }

  start(): void {
    this.arm(0);
  }

  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.cancelNext();
    this.letGo();
    try {
      this.reset?.release();
    } catch {
      // The line is lost; the thread ends all the same.
    }
    this.port.close();
  }

  private arm(pauseMs: number): void {
    this.cancelNext = this.clock.at(this.clock.now() + pauseMs, () => this.turn());
  }

  private turn(): void {
    this.report(this.look());
    if (this.state.reader === 'absent') this.letGo();
    this.arm(this.reader === undefined ? reopenPauseMs : pollPauseMs);
  }

  private look(): PollOutcome {
    const opened = this.reader !== undefined;
    try {
      this.reader ??= this.open();
      return this.reader.poll();
    } catch (error) {
      return { kind: 'gone', trouble: troubleOf('cardReader', error, opened ? 'failed' : 'notSetUp') };
    }
  }

  private open(): Mfrc522 {
    const { device, openBus, library, resetLine } = this.options;
    const Library = (library ?? packagedLibrary)();
    this.reset ??= resetLine?.();
    this.bus = (openBus ?? openSpi)(device);
    const reader = new Mfrc522(this.bus, Library, this.reset);
    reader.begin();
    const version = reader.version();
    if (version.kind === 'unknown' && !this.unknownVersionReported) {
      this.unknownVersionReported = true;
      this.reportTrouble({ code: 'noticed', text: `${version.name}, used as an MFRC522` });
    }
    return reader;
  }

  private letGo(): void {
    this.reader = undefined;
    const { bus } = this;
    this.bus = undefined;
    try {
      bus?.close();
    } catch {
      // A bus that fails to close is as lost as one that closed.
    }
  }

  private report(outcome: PollOutcome): void {
    const { state, events, troubles } = presentationStep(this.state, outcome);
    this.state = state;
    for (const trouble of troubles) this.reportTrouble(trouble);
    for (const event of events) this.port.postMessage({ kind: 'event', event });
  }

  private reportTrouble({ code, text }: ReaderTrouble): void {
    const line = `card reader ${this.options.device}: ${text}`;
    this.port.postMessage({ kind: 'trouble', trouble: { part: 'cardReader', code, text: line } });
  }
}

/** The package `mfrc522-rpi`; throws `package.missing` with what to do. */
export function packagedLibrary(): Mfrc522LibraryClass {
  return nativePackage<Mfrc522LibraryClass>('mfrc522-rpi', () => require('mfrc522-rpi'));
}
