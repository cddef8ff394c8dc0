/** The history of charges as a table for programs that calculate: CSV (RFC 4180), units in the header, times in UTC. */
import type { Charge } from '../local/charge-history';
import { csvOf } from '../local/csv';

const header = [
  ...['start (UTC)', 'end (UTC)', 'connector', 'mode', 'card', 'energy (kWh)'],
  ...['duration (s)', 'reason', 'transactionId'],
];

/** A line for each charge, empty where something is not known; `cardOf`: how a card is written. */
export function chargeTable(charges: readonly Charge[], cardOf: (token: string) => string): string {
  const rows = charges.map(({ startedAt, endedAt, connectorId, mode, token, energyWh, durationS, reason, central }) => [
    ...[startedAt, endedAt].map((at) => (at === null ? '' : new Date(at).toISOString())),
    ...[connectorId, mode, token === '' ? '' : cardOf(token), (energyWh / 1_000).toFixed(3)],
    ...[durationS ?? '', reason, central?.transactionId ?? ''],
  ]);
  return csvOf([header, ...rows]);
}
