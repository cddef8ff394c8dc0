/** Reads no faster than can be answered: beyond a mark the peer is made to wait, and nothing of it is refused. */

/** How a link is slowed down; the way in stands still while it is paused. */
export interface Flow {
  pause(): void;
  resume(): void;
  /** Bytes of ours that have not left yet. */
  unsentBytes(): number;
}

/** Frames that wait: beyond the first no more are read, down at the second it goes on. */
const waitingMax = 16;
const waitingLow = 4;
/** With more of our bytes unsent than this, no more are read, and nothing more is answered. */
const unsentBytesMax = 65_536;

export class Pace {
  private isPaused = false;

  constructor(
    private readonly flow: Flow | undefined,
    private readonly onChange: (paused: boolean) => void,
  ) {}

  get paused(): boolean {
    return this.isPaused;
  }

  /** The peer takes our answers as fast as they are made. */
  get drains(): boolean {
    return (this.flow?.unsentBytes() ?? 0) <= unsentBytesMax;
  }

  /** To be called whenever frames have come or gone, or bytes have left. */
  judge(waiting: number): void {
    const tooMuch = waiting > (this.isPaused ? waitingLow : waitingMax) || !this.drains;
    if (this.flow === undefined || tooMuch === this.isPaused) return;
    this.isPaused = tooMuch;
    if (tooMuch) this.flow.pause();
    else this.flow.resume();
    this.onChange(tooMuch);
  }
}
