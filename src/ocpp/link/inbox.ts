/** The frames of one link in the order in which they came: each is looked at when what came before it has taken effect. */

/** Undefined when the frame has taken effect already, else a promise of it; it must not reject. */
export type Taken = Promise<void> | undefined;

export class Inbox<Frame> {
  private frames: Frame[] = [];
  private taking = false;

  constructor(
    private readonly take: (frame: Frame) => Taken,
    /** One frame less waits. */
    private readonly onTaken: () => void,
  ) {}

  /** Frames that wait for those before them. */
  get waiting(): number {
    return this.frames.length;
  }

  /** Looks at the frame at once if nothing is before it. */
  push(frame: Frame): void {
    this.frames.push(frame);
    if (!this.taking) void this.takeAll();
  }

  /** Only these frames stay. */
  keep(isKept: (frame: Frame) => boolean): void {
    this.frames = this.frames.filter(isKept);
  }

  private async takeAll(): Promise<void> {
    this.taking = true;
    for (let frame = this.frames.shift(); frame !== undefined; frame = this.frames.shift()) {
      const taken = this.take(frame);
      if (taken !== undefined) await taken;
      this.onTaken();
    }
    this.taking = false;
  }
}
