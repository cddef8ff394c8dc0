/** Counts by name, as they are in a report: sorted, so that the same counts are the same text. */

export type Counts = Readonly<Record<string, number>>;

export class Counter {
  private readonly counts = new Map<string, number>();

  add(name: string, count = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + count);
  }

  of(name: string): number {
    return this.counts.get(name) ?? 0;
  }

  data(): Counts {
    return sorted([...this.counts]);
  }
}

export function addedCounts(a: Counts, b: Counts): Counts {
  const counts = new Map(Object.entries(a));
  for (const [name, count] of Object.entries(b)) counts.set(name, (counts.get(name) ?? 0) + count);
  return sorted([...counts]);
}

export function sorted<T>(entries: [name: string, value: T][]): Readonly<Record<string, T>> {
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

export function sumOf(counts: Counts, isMeant: (name: string) => boolean = () => true): number {
  return Object.entries(counts).reduce((sum, [name, count]) => sum + (isMeant(name) ? count : 0), 0);
}
