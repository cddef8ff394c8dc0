/** The frames of a simulated station over all its boots: the last ones, the next for whoever listens, and what was waited for. */
import type { Cancel } from '../hal/clock';
import type { ObservedFrame } from '../ocpp/frames/observed-frame';

/** Frames that are kept; of more the oldest are forgotten. */
const framesKeptMax = 1_000;
const framesShownMax = 40;

export class KeptFrames {
  private kept: ObservedFrame[] = [];
  private count = 0;
  /** Number of the last one that was waited for, by direction. */
  private readonly waited = { sent: 0, received: 0 };
  private readonly listeners = new Set<(frame: ObservedFrame) => void>();

  get list(): readonly ObservedFrame[] {
    return [...this.kept];
  }

  /** Its number counts on over all boots. */
  note(frame: ObservedFrame): void {
    this.count += 1;
    const numbered = { ...frame, number: this.count };
    this.kept.push(numbered);
    if (this.kept.length > framesKeptMax) this.kept.shift();
    for (const listener of [...this.listeners]) listener(numbered);
  }

  listen(listener: (frame: ObservedFrame) => void): Cancel {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** The next request after the last that was found; it counts as found. */
  next(
    direction: ObservedFrame['direction'],
    message: string,
    match: Record<string, unknown>,
  ): ObservedFrame | undefined {
    const found = this.kept.find(
      (frame) =>
        frame.number > this.waited[direction] &&
        frame.direction === direction &&
        frame.kind === 'call' &&
        frame.message === message &&
        fits(frame.payload, match),
    );
    if (found) this.waited[direction] = found.number;
    return found;
  }

  /** The last ones, a line each. */
  text(): string {
    return this.kept
      .slice(-framesShownMax)
      .map(({ direction, kind, message, payload, errorCode }) =>
        [direction === 'sent' ? '<' : '>', kind, message, errorCode, JSON.stringify(payload)]
          .filter((word) => word !== undefined)
          .join(' '),
      )
      .join('\n');
  }
}

function fits(payload: object | undefined, match: Record<string, unknown>): boolean {
  const fields = new Map(Object.entries(payload ?? {}));
  return Object.entries(match).every(([name, value]) => JSON.stringify(fields.get(name)) === JSON.stringify(value));
}
