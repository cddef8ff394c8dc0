/** Keeps the line of a bus open: opens it when it is needed and, after it failed, again after pauses that grow. */
import type { Clock } from '../../../hal/clock';
import { GreenupError, messageOf } from '../../../hal/errors';
import { type Trouble, troubleOf } from '../../../hal/trouble';
import type { SerialLine } from './serial-line';

const reopenPauseMinMs = 1_000;
const reopenPauseMaxMs = 30_000;

export interface LineEvents {
  opened(): void;
  data(bytes: Uint8Array): void;
  /** The line was lost; `reason` without the name of the bus. */
  lost(reason: string): void;
  /** The line failed, for another reason than before, or works again; the text does not name the bus. */
  changed(trouble: Trouble): void;
}

export class LineKeeper {
  private line: SerialLine | undefined;
  private failure: { error: GreenupError; retryAt: number } | undefined;
  private pauseMs = reopenPauseMinMs;
  /** Why it failed, as was reported last; undefined while it works. */
  private reported: string | undefined;
  private closed = false;

  constructor(
    private readonly open: () => Promise<SerialLine>,
    private readonly clock: Clock,
    private readonly events: LineEvents,
  ) {}

  /** The line that is open now. */
  get current(): SerialLine | undefined {
    return this.line;
  }

  /** The open line. Rejects with the reason when it cannot be opened, at once while a pause lasts. */
  async get(): Promise<SerialLine> {
    if (this.line !== undefined) return this.line;
    if (this.failure !== undefined && this.clock.now() < this.failure.retryAt) throw this.failure.error;
    let line: SerialLine;
    try {
      line = await this.open();
    } catch (error) {
      const code = error instanceof GreenupError ? error.code : 'part.failed';
      throw this.failed(new GreenupError(code, messageOf(error), { cause: error }));
    }
    if (this.closed) {
      line.close();
      throw new GreenupError('part.failed', 'the bus was closed');
    }
    this.line = line;
    this.failure = undefined;
    line.onData((bytes) => this.events.data(bytes));
    line.onClosed((reason) => this.lost(line, reason));
    this.events.opened();
    return line;
  }

  /** A meter answered: the line works, the next failure starts with the shortest pause again. */
  proven(): void {
    this.pauseMs = reopenPauseMinMs;
    if (this.reported === undefined) return;
    this.reported = undefined;
    this.events.changed({ part: 'serialBus', code: 'recovered', text: 'works again' });
  }

  close(): void {
    this.closed = true;
    this.line?.close();
    this.line = undefined;
  }

  private lost(line: SerialLine, reason: string): void {
    if (this.line !== line) return;
    this.line = undefined;
    const text = `the serial line was lost (${reason}): is the adapter unplugged?`;
    this.failed(new GreenupError('part.failed', text));
    this.events.lost(text);
  }

  private failed(error: GreenupError): GreenupError {
    this.failure = { error, retryAt: this.clock.now() + this.pauseMs };
    this.pauseMs = Math.min(2 * this.pauseMs, reopenPauseMaxMs);
    if (this.reported !== error.message) this.events.changed(troubleOf('serialBus', error, 'failed'));
    this.reported = error.message;
    return error;
  }
}
