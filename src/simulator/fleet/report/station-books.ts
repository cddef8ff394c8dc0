/** The books of one station: each transaction as the station knows it, joined to the messages that told it. */
import type { LedgerData } from './ledger-data';

interface BookEntry {
  /** The station's own name; undefined: it began in an earlier run, or the station has not said so yet. */
  key: string | undefined;
  connectorId: number;
  meterStartWh: number | undefined;
  startedAt: string | undefined;
  startId: string | undefined;
  startTold: boolean;
  transactionId: number | undefined;
  stopId: string | undefined;
  meterStopWh: number | undefined;
  stopTold: boolean;
  /** As the station knows it; undefined: it goes on. */
  energyWh: number | undefined;
}

/** Transactions whose messages wait, and those that are done with and may be told again. */
const entriesMax = 2_000;
const doneMax = 8;

/** Each end of a transaction is told in whole Wh. */
const roundingWh = 1;

export class StationBooks {
  private open: BookEntry[] = [];
  private done: BookEntry[] = [];

  constructor(private readonly totals: LedgerData) {}

  /** The station has stored that it began. */
  began(key: string, connectorId: number, meterStartWh: number): void {
    this.totals.started += 1;
    const told = this.open.find((entry) => entry.key === undefined && isStart(entry, connectorId, meterStartWh));
    if (told) told.key = key;
    else this.add({ ...blank, key, connectorId, meterStartWh });
  }

  /** The station has stored that it ended. */
  ended(key: string, connectorId: number, energyWh: number): void {
    const entry = this.entries().find((one) => one.key === key);
    // Of an earlier run: what it began with is not known here.
    if (!entry) return;
    this.totals.stopped += 1;
    this.totals.energyWh += energyWh;
    entry.energyWh = energyWh;
    entry.connectorId = connectorId;
    this.compare(entry);
  }

  startCalled(id: string, connectorId: number, meterStart: number, timestamp: string): void {
    const all = this.entries();
    if (all.some(({ startId }) => startId === id)) return;
    const same = all.some(
      (entry) =>
        entry.startedAt === timestamp && entry.startId !== undefined && isStart(entry, connectorId, meterStart),
    );
    if (same) {
      this.totals.doubledByStations += 1;
      return;
    }
    const known = this.open.find(
      ({ startId, ...entry }) => startId === undefined && isStart(entry, connectorId, meterStart),
    );
    const entry = known ?? this.add({ ...blank, connectorId });
    entry.startId = id;
    entry.startedAt = timestamp;
    entry.meterStartWh = meterStart;
  }

  startAnswered(id: string, transactionId: number | undefined): void {
    const entry = this.entries().find(({ startId }) => startId === id);
    if (!entry) return;
    if (entry.startTold) {
      if (transactionId !== entry.transactionId) this.totals.doubledByCentral += 1;
      return;
    }
    entry.startTold = true;
    entry.transactionId = transactionId;
    this.count(entry, 'startsTold');
    this.closeIfDone(entry);
  }

  stopCalled(id: string, transactionId: number, meterStop: number): void {
    if (this.entries().some(({ stopId }) => stopId === id)) return;
    // Of a start that was given up there is no number, and its stop carries -1 (OCPP 1.6 errata, 3.18).
    const isMeant = (entry: BookEntry) =>
      entry.startTold
        ? (entry.transactionId ?? -1) === transactionId
        : transactionId === -1 && entry.startId !== undefined;
    const found = this.open.find((entry) => entry.stopId === undefined && isMeant(entry));
    if (!found && transactionId >= 0 && this.entries().some((entry) => entry.stopId !== undefined && isMeant(entry))) {
      this.totals.doubledByStations += 1;
      return;
    }
    const entry = found ?? this.add({ ...blank, startTold: true, transactionId });
    entry.stopId = id;
    entry.meterStopWh = meterStop;
  }

  stopAnswered(id: string): void {
    const entry = this.open.find(({ stopId }) => stopId === id);
    if (!entry || entry.stopTold) return;
    entry.stopTold = true;
    this.count(entry, 'stopsTold');
    this.compare(entry);
    this.closeIfDone(entry);
  }

  /** Adds to `totals` what stands open: it waits at the station, or is lost. */
  close(totals: LedgerData, waitingOf: (key: string) => number | undefined): void {
    for (const entry of this.open) {
      const { key, startTold, stopTold, energyWh } = entry;
      if (key === undefined) continue;
      const isLost = waitingOf(key) === 0;
      if (!startTold) totals[isLost ? 'startsLost' : 'startsWaiting'] += 1;
      if (energyWh === undefined || stopTold) continue;
      totals[isLost ? 'stopsLost' : 'stopsWaiting'] += 1;
      totals[isLost ? 'energyLostWh' : 'energyWaitingWh'] += energyWh;
    }
  }

  private entries(): BookEntry[] {
    return this.done.length === 0 ? this.open : [...this.open, ...this.done];
  }

  private add(entry: BookEntry): BookEntry {
    this.open.push(entry);
    if (this.open.length > entriesMax) {
      this.open.shift();
      this.totals.forgotten += 1;
    }
    return entry;
  }

  private count({ key }: BookEntry, what: 'startsTold' | 'stopsTold'): void {
    this.totals[key === undefined ? 'earlierTold' : what] += 1;
  }

  /** Once both sides have said what it was. */
  private compare({ key, stopTold, energyWh, meterStartWh, meterStopWh }: BookEntry): void {
    if (key === undefined || !stopTold || energyWh === undefined) return;
    if (meterStartWh === undefined || meterStopWh === undefined) return;
    const toldWh = meterStopWh - meterStartWh;
    this.totals.energyToldWh += toldWh;
    this.totals.energyOffWh += Math.max(0, Math.abs(toldWh - energyWh) - roundingWh);
  }

  private closeIfDone(entry: BookEntry): void {
    if (!entry.startTold || !entry.stopTold) return;
    this.open = this.open.filter((other) => other !== entry);
    this.done.push(entry);
    if (this.done.length > doneMax) this.done.shift();
  }
}

const blank: Readonly<BookEntry> = {
  key: undefined,
  connectorId: 0,
  meterStartWh: undefined,
  startedAt: undefined,
  startId: undefined,
  startTold: false,
  transactionId: undefined,
  stopId: undefined,
  meterStopWh: undefined,
  stopTold: false,
  energyWh: undefined,
};

function isStart(
  entry: Pick<BookEntry, 'connectorId' | 'meterStartWh'>,
  connectorId: number,
  meterStartWh: number,
): boolean {
  return entry.connectorId === connectorId && Math.abs((entry.meterStartWh ?? Number.NaN) - meterStartWh) < roundingWh;
}
