/** The last frames of a station, bounded in number and size, and whoever listens to the next ones. */
import type { Clock } from '../../hal/clock';
import { messageOf } from '../../hal/errors';
import { GuardedEmitter } from '../../hal/guarded-emitter';
import type { Listeners } from '../../hal/listeners';
import { FrameReader } from './frame-reader';
import type { FrameDirection, ObservedFrame } from './observed-frame';

/** What a `FrameLog` needs. */
export interface FrameLogOptions {
  clock: Clock;
  /** How many are kept; `framesMax` unless told. With none they are read only while somebody listens. */
  framesMax?: number | undefined;
  /** Hears every frame, from the first on. */
  onFrame?: ((frame: ObservedFrame) => void) | undefined;
  /** One line about a listener, or about this log, that failed; told once. */
  onFailure?: ((line: string) => void) | undefined;
}

/** Which of the frames. */
export interface FrameChoice {
  /** Only those with a greater number. */
  after?: number | undefined;
  /** Only those of this message, in any case. */
  message?: string | undefined;
}

/** Frames that are kept; of more the oldest are forgotten. */
export const framesMax = 500;
/** The frames that are kept have at most so many characters together. */
const charactersMax = 500_000;

interface KeptFrame {
  frame: ObservedFrame;
  characters: number;
}

/** Outlives a restart of the station in its process: what led to a reset can be seen after it. */
export class FrameLog {
  readonly listeners: Listeners<FrameListeners>;
  /** Another one after each start of the process, in which numbers begin anew. */
  readonly name = Math.random().toString(36).slice(2, 10);
  private readonly emitter: GuardedEmitter<FrameListeners>;
  private readonly reader: FrameReader;
  private readonly framesMax: number;
  private kept: KeptFrame[] = [];
  private characters = 0;
  private failed = false;

  constructor(private readonly options: FrameLogOptions) {
    this.reader = new FrameReader(options.clock);
    this.framesMax = options.framesMax ?? framesMax;
    this.emitter = new GuardedEmitter((_event, error) => this.fails(error));
    this.listeners = this.emitter.listeners;
    if (options.onFrame) this.listeners.on('frame', options.onFrame);
  }

  /** Number of the last frame; 0: there was none yet. */
  get lastNumber(): number {
    return this.reader.lastNumber;
  }

  /** Never throws: whoever looks on must not break the link. */
  note(direction: FrameDirection, data: string | Uint8Array): void {
    if (this.framesMax === 0 && !this.emitter.hasListeners('frame')) return;
    try {
      const frame = this.reader.read(direction, data);
      this.keep(frame, data.length);
      this.emitter.emit('frame', frame);
    } catch (error) {
      this.fails(error);
    }
  }

  /** Those that are still kept, oldest first. */
  recent({ after = 0, message }: FrameChoice = {}): ObservedFrame[] {
    const wanted = message?.toLowerCase();
    return this.kept.flatMap(({ frame }) => {
      const fits = frame.number > after && (wanted === undefined || frame.message?.toLowerCase() === wanted);
      return fits ? [frame] : [];
    });
  }

  private keep(frame: ObservedFrame, length: number): void {
    // One without payload keeps no more than a line.
    const characters = frame.payload === undefined ? 0 : length;
    this.kept.push({ frame, characters });
    this.characters += characters;
    while (this.kept.length > this.framesMax || this.characters > charactersMax) {
      this.characters -= this.kept.shift()?.characters ?? 0;
    }
  }

  private fails(error: unknown): void {
    if (this.failed) return;
    this.failed = true;
    this.options.onFailure?.(`who looks at the frames failed, and the link goes on: ${messageOf(error)}`);
  }
}

/** Who hears of frames. */
export type FrameListeners = {
  /** A frame was received, or leaves. */
  frame: (frame: ObservedFrame) => void;
};
