/** Tells of something that lasts, such as a full disk: when it begins, seldom while it goes on, and when it is over. */
import type { Clock } from './clock';

/** While a trouble goes on it is told again after this, in ms. */
const tellAgainMs = 3_600_000;

export class LastingTrouble {
  private tellAgainAt: number | undefined;

  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    private readonly tell: (message: string) => void,
  ) {}

  get present(): boolean {
    return this.tellAgainAt !== undefined;
  }

  /** It is there, or there still. */
  goesOn(message: string): void {
    const now = this.clock.now();
    if (this.tellAgainAt !== undefined && now < this.tellAgainAt) return;
    this.tell(this.tellAgainAt === undefined ? message : `${message} (for an hour and more now)`);
    this.tellAgainAt = now + tellAgainMs;
  }

  /** It works; told only if it did not. */
  isOver(message: string): void {
    if (this.tellAgainAt === undefined) return;
    this.tellAgainAt = undefined;
    this.tell(message);
  }
}
