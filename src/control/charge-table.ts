/** The history of charges as a table for programs that calculate: CSV (RFC 4180), units in the header, times in UTC. */
import type { Charge } from '../local/charge-history';

const header = [
  ...['start (UTC)', 'end (UTC)', 'connector', 'mode', 'card', 'energy (kWh)'],
  ...['duration (s)', 'reason', 'transactionId'],
];

/** A line for each charge, empty where something is not known; `cardOf`: how a card is written. */
export function chargeTable(
  charges: readonly Charge[],
  cardOf: (token: string) => string,
  lineEnd: '\n' | '\r\n',
): string {
  const rows = charges.map(({ startedAt, endedAt, connectorId, mode, token, energyWh, durationS, reason, central }) => [
    ...[startedAt, endedAt].map((at) => (at === null ? '' : new Date(at).toISOString())),
    ...[String(connectorId), mode, fromOutside(token === '' ? '' : cardOf(token)), (energyWh / 1_000).toFixed(3)],
    ...[numberText(durationS), fromOutside(reason), numberText(central?.transactionId)],
  ]);
  return [header, ...rows].map((row) => row.map(quoted).join(',')).join(lineEnd);
}

function numberText(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}

/** A sheet of calculation takes a text that begins so for a formula. */
function fromOutside(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
