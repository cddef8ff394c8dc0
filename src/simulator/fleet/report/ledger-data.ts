/** The sums of the books of a fleet. */

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

export function addedLedgers(a: LedgerData, b: LedgerData): LedgerData {
  const names = Object.keys(emptyLedger) as (keyof LedgerData)[];
  const sums = names.map((name): [keyof LedgerData, number] => [name, a[name] + b[name]]);
  return Object.fromEntries(sums) as unknown as LedgerData;
}
