/** What a station shows, as it changes, for all pages that look on: looked at and encoded once for all of them. */
import type { Cancel, Clock } from '../hal/clock';
import { beatEveryMs } from './page-protocol';

/** At most so often a change is told, in ms. */
const lookEveryMs = 250;
const lookersMax = 20;

export interface Looker {
  send(chunk: Uint8Array): void;
  /** Asked at each look; false ends it. */
  mayLook(): boolean;
  end(): void;
}

export interface LiveOptions {
  clock: Clock;
  /** null: the station is starting or ending. */
  view: () => object | null;
  /** Told of what should not happen; the pages that look on are sent away, and the program goes on. */
  onError(error: unknown): void;
}

export class Live {
  private readonly lookers = new Set<Looker>();
  private readonly encoder = new TextEncoder();
  private told = '';
  private chunk = new Uint8Array();
  private beatAt = 0;
  private cancel: Cancel | undefined;

  constructor(private readonly options: LiveOptions) {}

  get isFull(): boolean {
    return this.lookers.size >= lookersMax;
  }

  /** Sends the whole at once, then each change; what it returns ends that. */
  look(looker: Looker): () => void {
    this.lookers.add(looker);
    if (!this.cancel) {
      this.beatAt = this.options.clock.now() + beatEveryMs;
      this.lookLater();
    }
    try {
      if (!this.tell()) looker.send(this.chunk);
    } catch (error) {
      this.leave(looker);
      throw error;
    }
    return () => this.leave(looker);
  }

  close(): void {
    for (const looker of [...this.lookers]) this.dismiss(looker);
  }

  /** While nobody looks on nothing runs. */
  private leave(looker: Looker): void {
    this.lookers.delete(looker);
    if (this.lookers.size > 0) return;
    this.cancel?.();
    this.cancel = undefined;
  }

  private dismiss(looker: Looker): void {
    this.leave(looker);
    looker.end();
  }

  private lookLater(): void {
    const { clock } = this.options;
    this.cancel = clock.at(clock.now() + lookEveryMs, () => {
      // Nobody catches what a timer throws: on a rig it would end the program, and with it every charge.
      try {
        this.lookAgain();
      } catch (error) {
        this.options.onError(error);
        this.close();
      }
    });
  }

  private lookAgain(): void {
    for (const looker of [...this.lookers]) if (!looker.mayLook()) this.dismiss(looker);
    if (this.lookers.size === 0) return;
    this.lookLater();
    if (!this.tell()) this.beat();
  }

  /** True if there was something new, which all have been sent. */
  private tell(): boolean {
    const text = JSON.stringify(this.options.view());
    if (text === this.told) return false;
    this.told = text;
    this.chunk = this.encoder.encode(`event: view\ndata: ${text}\n\n`);
    this.send(this.chunk);
    return true;
  }

  private beat(): void {
    if (this.beatAt > this.options.clock.now()) return;
    this.send(this.encoder.encode('event: beat\ndata: {}\n\n'));
  }

  private send(chunk: Uint8Array): void {
    this.beatAt = this.options.clock.now() + beatEveryMs;
    for (const looker of this.lookers) looker.send(chunk);
  }
}

/** Chunks that wait for a page that reads slowly; beyond that it is cut off, and comes back by itself. */
const waitingMax = 40;

/** The stream of one page. */
export function eventsFor(live: Live, mayLook: () => boolean): ReadableStream<Uint8Array> {
  let leave: () => void = () => {};
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        let ended = false;
        const end = (): void => {
          if (ended) return;
          ended = true;
          controller.close();
        };
        const send = (chunk: Uint8Array): void => {
          if (ended) return;
          controller.enqueue(chunk);
          if ((controller.desiredSize ?? 0) >= 0) return;
          leave();
          end();
        };
        leave = live.look({ send, mayLook, end });
      },
      cancel: () => leave(),
    },
    { highWaterMark: waitingMax },
  );
}
