/** Warnings of thousands of stations, which say the same: the first few of each kind are told, the others are counted. */

const shownMax = 3;
/** Kinds that are told apart; what is of another kind then is only counted. */
const kindsMax = 200;

export class FleetWarnings {
  /** By their text without numbers. */
  private readonly kinds = new Map<string, number>();
  private uncounted = 0;
  private held: string[] | undefined;

  /** `holds`: nothing is told before `release`, for there is a table on the screen. */
  constructor(
    private readonly tell: (message: string) => void,
    holds = false,
  ) {
    this.held = holds ? [] : undefined;
  }

  /** Of the fleet as a whole; the same line once. */
  of(message: string): void {
    if (this.countOf(message) === 1) this.say(message);
  }

  ofStation(identity: string, message: string): void {
    const count = this.countOf(message.replaceAll(/\d+/g, '#'));
    if (count <= shownMax) this.say(`${identity}: ${message}`);
  }

  /** Tells what was held, and how many of each kind were not told. */
  release(): void {
    const { held = [] } = this;
    this.held = undefined;
    for (const message of held) this.say(message);
    for (const [kind, count] of this.kinds) if (count > shownMax) this.say(`${count - shownMax} more: ${kind}`);
    if (this.uncounted > 0) this.say(`${this.uncounted} more of other kinds`);
  }

  /** How often there was one of this kind; more than is told where there are too many kinds. */
  private countOf(kind: string): number {
    const before = this.kinds.get(kind);
    if (before === undefined && this.kinds.size >= kindsMax) {
      this.uncounted += 1;
      return shownMax + 1;
    }
    const count = (before ?? 0) + 1;
    this.kinds.set(kind, count);
    return count;
  }

  private say(message: string): void {
    if (this.held) this.held.push(message);
    else this.tell(message);
  }
}
