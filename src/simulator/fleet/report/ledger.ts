/** The books of a fleet: what each station began and ended, against what the central system has answered of it. */
import { StationBooks } from './station-books';

/** Of transactions that began in this run, unless told; energies are in Wh. */
export interface LedgerData {
  started: number;
  startsTold: number;
  /** On their way when the books were closed. */
  startsWaiting: number;
  /** Neither answered nor on their way: the central system will never hear of them. */
  startsLost: number;
  stopped: number;
  stopsTold: number;
  stopsWaiting: number;
  stopsLost: number;
  /** The same start or stop was told again as another message. */
  doubledByStations: number;
  /** One start was given two transactions. */
  doubledByCentral: number;
  /** Messages of transactions of an earlier run that were answered. */
  earlierTold: number;
  /** Of transactions that have ended, as the stations know it, and as the central system was told it. */
  energyWh: number;
  energyToldWh: number;
  energyWaitingWh: number;
  energyLostWh: number;
  /** By how much what was told differs, each transaction told in whole Wh at both ends. */
  energyOffWh: number;
  /** Transactions that too many others pushed out of the books. */
  forgotten: number;
}

export const emptyLedger: Readonly<LedgerData> = {
  ...{ started: 0, startsTold: 0, startsWaiting: 0, startsLost: 0 },
  ...{ stopped: 0, stopsTold: 0, stopsWaiting: 0, stopsLost: 0 },
  ...{ doubledByStations: 0, doubledByCentral: 0, earlierTold: 0 },
  ...{ energyWh: 0, energyToldWh: 0, energyWaitingWh: 0, energyLostWh: 0, energyOffWh: 0, forgotten: 0 },
};

/** Messages of a transaction, by the station's name of it, that wait at a station; undefined: nobody knows. */
export type WaitingOf = (index: number, key: string) => number | undefined;

export class Ledger {
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

export function addedLedgers(a: LedgerData, b: LedgerData): LedgerData {
  const names = Object.keys(emptyLedger) as (keyof LedgerData)[];
  const sums = names.map((name): [keyof LedgerData, number] => [name, a[name] + b[name]]);
  return Object.fromEntries(sums) as unknown as LedgerData;
}

/** In whole Wh, so that sums are exact in any order. */
function rounded(totals: LedgerData): LedgerData {
  const names = Object.keys(emptyLedger) as (keyof LedgerData)[];
  return Object.fromEntries(names.map((name) => [name, Math.round(totals[name])])) as unknown as LedgerData;
}
