/** The books of a fleet: what each station began and ended, against what the central system has answered of it. */
import { emptyLedger, type LedgerData } from './ledger-data';
import { StationBooks } from './station-books';

/** Messages of a transaction, by the station's name of it, that wait at a station; undefined: nobody knows. */
export type WaitingOf = (index: number, key: string) => number | undefined;

export class FleetLedger {
  private readonly totals: LedgerData = { ...emptyLedger };
  /** Of stations at which somebody has charged. */
  private readonly books = new Map<number, StationBooks>();

  of(index: number): StationBooks {
    const known = this.books.get(index);
    if (known) return known;
    const books = new StationBooks(this.totals);
    this.books.set(index, books);
    return books;
  }

  /** Undefined where nobody has charged yet. */
  known(index: number): StationBooks | undefined {
    return this.books.get(index);
  }

  /** As it stands now; what waits is asked for. */
  data(waitingOf: WaitingOf): LedgerData {
    const totals = { ...this.totals };
    for (const [index, books] of this.books) books.close(totals, (key) => waitingOf(index, key));
    return rounded(totals);
  }
}

/** In whole Wh, so that sums are exact in any order. */
function rounded(totals: LedgerData): LedgerData {
  const names = Object.keys(emptyLedger) as (keyof LedgerData)[];
  return Object.fromEntries(names.map((name) => [name, Math.round(totals[name])])) as unknown as LedgerData;
}
