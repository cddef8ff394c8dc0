/** The history as CSV: RFC 4180, units in the header, and nothing that a sheet of calculation takes for a formula. */
import { chargeTable } from '../../src/control/charge-table';
import type { Charge } from '../../src/local/charge-history';

const charge: Charge = {
  key: '7-1',
  connectorId: 2,
  mode: 'ocpp',
  token: '04A1B2C3',
  startedAt: Date.UTC(2026, 4, 4, 8),
  endedAt: Date.UTC(2026, 4, 4, 9, 30),
  durationS: 5_400,
  energyWh: 10_250,
  reason: 'EVDisconnected',
  central: { transactionId: 12, start: null, stop: null },
};
const table = (change: Partial<Charge> = {}) =>
  chargeTable([{ ...charge, ...change }], (token) => token)
    .split('\r\n')
    .slice(0, -1);

test('a header with units, and a line a charge', () => {
  expect(table()).toEqual([
    'start (UTC),end (UTC),connector,mode,card,energy (kWh),duration (s),reason,transactionId',
    '2026-05-04T08:00:00.000Z,2026-05-04T09:30:00.000Z,2,ocpp,04A1B2C3,10.250,5400,EVDisconnected,12',
  ]);
  expect(chargeTable([], String)).toMatch(/^[^\r\n]+\r\n$/);
});

test('what is not known is empty', () => {
  const { durationS, central, ...old } = charge;
  const [, line] = chargeTable([{ ...old, token: '', startedAt: null, endedAt: null }], String).split('\r\n');
  expect(line).toBe(',,2,ocpp,,10.250,,EVDisconnected,');
  expect([durationS, central]).toEqual([charge.durationS, charge.central]);
  expect(table({ durationS: null, central: { transactionId: null, start: null, stop: null } })[1]).toMatch(
    /,10\.250,,EVDisconnected,$/,
  );
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('the card %j is a text and no formula', (token) => {
  expect(table({ token }).join('\r\n')).toContain(`'${token}`);
});

test('quotes, commas and line ends are quoted', () => {
  expect(table({ token: 'a"b' })[1]).toContain(',"a""b",');
  expect(table({ token: 'a,b' })[1]).toContain(',"a,b",');
  expect(table({ reason: 'a\nb' })[1]).toContain(',"a\nb",');
  // A number below zero is a number.
  expect(table({ central: { transactionId: -1, start: null, stop: null } })[1]).toMatch(/,-1$/);
});

test('cards are written as who asks may see them', () => {
  expect(chargeTable([charge], () => '…B2C3')).not.toContain('04A1');
});
