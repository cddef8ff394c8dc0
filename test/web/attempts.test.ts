/** Attempts to log in are slowed and locked by address and in all, and the owner is never locked out for ever. */
import { Attempts } from '../../src/web/attempts';

const minute = 60_000;

/** The waits of so many attempts in a row that all fail, each made as soon as it may be. */
function waitsOf(attempts: Attempts, address: string, count: number, from = 0): number[] {
  let now = from;
  return Array.from({ length: count }, () => {
    const waitMs = attempts.begin(address, now);
    if (waitMs === 0) return 0;
    now += waitMs;
    expect(attempts.begin(address, now)).toBe(0);
    return waitMs / 1_000;
  });
}

test('two typing errors cost nothing, then each takes longer, up to five minutes and never more', () => {
  expect(waitsOf(new Attempts(), '10.0.0.1', 14)).toEqual([0, 0, 0, 2, 4, 8, 16, 32, 60, 300, 300, 300, 300, 300]);
});

test('success begins anew', () => {
  const attempts = new Attempts();
  waitsOf(attempts, '10.0.0.1', 3);
  attempts.succeeded('10.0.0.1');
  expect(waitsOf(attempts, '10.0.0.1', 4)).toEqual([0, 0, 0, 2]);
});

test('another address is not locked by it, one of the same IPv6 network is', () => {
  const attempts = new Attempts();
  for (let tries = 0; tries < 3; tries += 1) attempts.begin('2001:db8::1', 0);
  expect(attempts.begin('2001:db8:0:0:ffff::2', 0)).toBe(2_000);
  expect(attempts.begin('2001:db8:0:1::1', 0)).toBe(0);
  for (let tries = 0; tries < 3; tries += 1) attempts.begin('::ffff:10.0.0.1', 0);
  expect(attempts.begin('10.0.0.1', 0)).toBe(2_000);
  expect(attempts.begin('10.0.0.2', 0)).toBe(0);
});

test('made-up addresses are bounded in all; where the owner has logged in he still can', () => {
  const attempts = new Attempts();
  attempts.begin('10.0.0.1', 0);
  attempts.succeeded('10.0.0.1');
  for (let made = 1; made < 60; made += 1) expect(attempts.begin(`10.1.0.${made}`, minute)).toBe(0);
  expect(attempts.begin('10.2.0.1', minute)).toBe(9 * minute);
  expect(attempts.begin('10.0.0.1', minute)).toBe(0);
  expect(attempts.begin('10.2.0.1', 10 * minute)).toBe(0);
});

test('nobody makes his failures forgotten by making up addresses', () => {
  const attempts = new Attempts();
  const locked = '10.0.0.1';
  waitsOf(attempts, locked, 10);
  for (let made = 0; made < 240; made += 1) {
    const now = (18 + 10 * Math.floor(made / 60)) * minute;
    expect(attempts.begin(`10.1.${made >> 8}.${made & 255}`, now)).toBe(0);
  }
  expect(attempts.begin(locked, 59 * minute)).toBe(0);
  expect(attempts.begin(locked, 59 * minute)).toBe(5 * minute);
});

test('an address that was quiet for an hour is forgotten', () => {
  const attempts = new Attempts();
  waitsOf(attempts, '10.0.0.1', 5);
  expect(attempts.begin('10.0.0.1', 62 * minute)).toBe(0);
  expect(attempts.begin('10.0.0.1', 62 * minute)).toBe(0);
});
