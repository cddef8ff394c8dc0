/** Holds the books of a fleet against those of a central system that has kept its own. */
import type { LedgerRow } from '../../../src/csms/ledger';
import type { LedgerData } from '../../../src/simulator/fleet/report/ledger-data';

/** Nothing waits, and both sides tell the same of how many transactions there were and of their energy. */
export function expectBalance(ledger: LedgerData, rows: readonly LedgerRow[]): void {
  const energyWh = rows.reduce((sum, { lastWh, meterStartWh }) => sum + lastWh - meterStartWh, 0);
  expect({ ...ledger, energyWh: 0 }).toEqual({
    ...{ started: rows.length, startsTold: rows.length, startsWaiting: 0, startsLost: 0 },
    ...{ stopped: rows.length, stopsTold: rows.length, stopsWaiting: 0, stopsLost: 0 },
    ...{ doubledByStations: 0, doubledByCentral: 0, earlierTold: 0, forgotten: 0 },
    ...{ energyToldWh: energyWh, energyWaitingWh: 0, energyLostWh: 0, energyOffWh: 0, energyWh: 0 },
  });
  // Each of the transactions was told in whole Wh.
  expect(Math.abs(ledger.energyWh - energyWh)).toBeLessThanOrEqual(rows.length);
  expect(rows.filter(({ stop }) => !stop)).toEqual([]);
  const starts = rows.map(({ stationId, connectorId, startedAt }) => `${stationId} ${connectorId} ${startedAt}`);
  expect(new Set(starts).size).toBe(rows.length);
}
