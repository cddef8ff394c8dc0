/** What a station has reported since it started: the newest lines for its health file, and what never was there. */
import type { Trouble } from '../hal/trouble';

/** Lines that are kept. */
const linesMax = 20;

export class ReportedTroubles {
  private readonly newest: string[] = [];
  private readonly packages = new Set<string>();
  private readonly absent: Trouble[] = [];

  /** Newest last. */
  get lines(): readonly string[] {
    return this.newest;
  }

  /** Packages of this release that cannot be loaded, a line each. */
  get missingPackages(): readonly string[] {
    return [...this.packages];
  }

  add(trouble: Trouble): void {
    if (trouble.code === 'packageMissing') this.packages.add(trouble.text);
    if (trouble.code === 'notSetUp' && !this.isAbsent(trouble)) this.absent.push(trouble);
    this.note(trouble.text);
  }

  /** A line that is no part's. One that comes again takes no room from others. */
  note(line: string): void {
    const before = this.newest.indexOf(line);
    if (before >= 0) this.newest.splice(before, 1);
    this.newest.push(line);
    if (this.newest.length > linesMax) this.newest.shift();
  }

  /** Whether the part was reported as one that could not be had, so that its output cannot be reached either. */
  isAbsent({ part, connectorId, side }: Pick<Trouble, 'part' | 'connectorId' | 'side'>): boolean {
    return this.absent.some((one) => one.part === part && one.connectorId === connectorId && one.side === side);
  }
}
