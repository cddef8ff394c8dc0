/** What a station shows, as it changes, for all pages that look on: looked at, compared and encoded once for all of them. */
import { randomBytes } from 'node:crypto';
import type { Cancel, Clock } from '../hal/clock';
import { changesBetween, type LiveValue } from './live-changes';
import { beatEveryMs } from './page-protocol';

const nameBytes = 4;
const beat = 'event: beat\ndata: {}\n\n';

/** At most so often a change is told, in ms. */
const lookEveryMs = 250;
const lookersMax = 20;
/** A page that comes back and has missed more gets the whole. */
const keptMax = 40;

export interface Looker {
  send(chunk: Uint8Array): void;
  /** Asked at each look; false ends it. */
  mayLook(): boolean;
  end(): void;
}

export interface LiveOptions {
  clock: Clock;
  /** Plain data; null: the station is starting or ending. */
  view: () => object | null;
  /** Another one for each start of the program, in which numbers begin anew. */
  name: string;
  /** Told of what should not happen; the pages that look on are sent away, and the program goes on. */
  onError(error: unknown): void;
}

export function liveName(): string {
  return randomBytes(nameBytes).toString('hex');
}

interface ToldChange {
  number: number;
  chunk: Uint8Array;
}

/** Each change has an id, `NAME.NUMBER`: whoever comes back with that of the last one he heard gets what he missed. */
export class Live {
  private readonly lookers = new Set<Looker>();
  private readonly encoder = new TextEncoder();
  private text = '';
  private number = 0;
  /** The last ones, in order. */
  private changes: ToldChange[] = [];
  private beatAt = 0;
  private cancel: Cancel | undefined;

  constructor(private readonly options: LiveOptions) {}

  get isFull(): boolean {
    return this.lookers.size >= lookersMax;
  }

  /** Sends the whole at once, or what has changed `after` an id, then each change; what it returns ends that. */
  look(looker: Looker, after = ''): () => void {
    this.tell();
    this.lookers.add(looker);
    if (!this.cancel) {
      this.beatAt = this.options.clock.now() + beatEveryMs;
      this.lookLater();
    }
    for (const chunk of this.missedAfter(after) ?? [this.whole()]) looker.send(chunk);
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
    if (text === this.text) return false;
    const [before, after] = [this.text, text].map((one) => JSON.parse(one || 'null') as LiveValue) as [
      LiveValue,
      LiveValue,
    ];
    this.text = text;
    this.number += 1;
    const chunk = this.event('change', JSON.stringify(changesBetween(before, after)));
    this.changes = [...this.changes.slice(1 - keptMax), { number: this.number, chunk }];
    this.send(chunk);
    return true;
  }

  /** undefined: nobody knows any more, or an id of elsewhere. */
  private missedAfter(id: string): Uint8Array[] | undefined {
    const [name, number] = id.split('.');
    const first = this.changes[0]?.number ?? this.number + 1;
    const heard = Number(number);
    if (name !== this.options.name || !(heard >= first - 1 && heard <= this.number)) return undefined;
    const missed = this.changes.filter((change) => change.number > heard).map(({ chunk }) => chunk);
    return missed.length > 0 ? missed : [this.encoder.encode(beat)];
  }

  private whole(): Uint8Array {
    return this.event('view', this.text);
  }

  private event(name: 'view' | 'change', data: string): Uint8Array {
    return this.encoder.encode(`event: ${name}\nid: ${this.options.name}.${this.number}\ndata: ${data}\n\n`);
  }

  private beat(): void {
    if (this.beatAt > this.options.clock.now()) return;
    this.send(this.encoder.encode(beat));
  }

  private send(chunk: Uint8Array): void {
    this.beatAt = this.options.clock.now() + beatEveryMs;
    for (const looker of this.lookers) looker.send(chunk);
  }
}

/** A browser whose stream was cut asks again after this, in ms; its own habit is several seconds. */
const retry = new TextEncoder().encode('retry: 1000\n\n');
/** Chunks that wait for a page that reads slowly; beyond that it is cut off, and comes back by itself. */
const waitingMax = 40;

/** The stream of one page. */
export function eventsFor(live: Live, mayLook: () => boolean, after?: string): ReadableStream<Uint8Array> {
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
        controller.enqueue(retry);
        leave = live.look({ send, mayLook, end }, after);
      },
      cancel: () => leave(),
    },
    { highWaterMark: waitingMax },
  );
}
