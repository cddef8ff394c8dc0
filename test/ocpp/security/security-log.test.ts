/** The security log: bounded in all and in each kind, and read back as it was written. */
import type { Batch, JsonValue } from '../../../src/hal/store';
import { StoredValues } from '../../../src/hal/stored';
import { SecurityLog } from '../../../src/ocpp/security/security-events';

const hourMs = 3_600_000;

function disk() {
  const values = new Map<string, JsonValue>();
  return {
    values,
    put: (batch: Batch | undefined): void => {
      for (const key of batch?.del ?? []) values.delete(key);
      for (const [key, value] of batch?.put ?? []) values.set(key, value);
    },
    log: (): SecurityLog => new SecurityLog(new StoredValues(new Map([...values].sort()))),
  };
}

test('what was added is there after a start, in order, and what was told is not due', () => {
  const { put, log } = disk();
  const first = log();
  put(first.add('ResetOrReboot', 'soft', { boot: 1, at: 5 }, 'a'));
  put(first.add('StartupOfTheDevice', 'x'.repeat(300), { boot: 2, at: 1, wall: 7 }, 'b'));
  put(first.told(1));
  const next = log();
  expect(next.entries).toEqual([
    { number: 1, type: 'ResetOrReboot', stamp: { boot: 1, at: 5 }, info: 'soft' },
    { number: 2, type: 'StartupOfTheDevice', stamp: { boot: 2, at: 1, wall: 7 }, info: 'x'.repeat(255), due: 'b' },
  ]);
  expect(next.firstDue?.number).toBe(2);
  expect(next.told(99)).toEqual({ put: [], del: [] });
});

test('of more than 500 the oldest go, from the disk as well', () => {
  const { put, log, values } = disk();
  let present = log();
  for (let n = 0; n < 12; n += 1) {
    for (let m = 0; m < 50; m += 1) put(present.add('StartupOfTheDevice', '', { boot: n, at: m }, undefined));
    present = log();
  }
  expect([present.entries.length, values.size, present.entries[0]?.number]).toEqual([500, 500, 101]);
});

test('of a kind that may come again and again one in an hour is kept, of the others sixty', () => {
  const { log } = disk();
  const present = log();
  const added = (type: 'InvalidMessages' | 'ReconfigurationOfSecurityParameters', at: number): boolean =>
    present.add(type, '', { boot: 1, at }, 'x') !== undefined;
  expect([0, 1, hourMs - 1, hourMs].map((at) => added('InvalidMessages', at))).toEqual([true, false, false, true]);
  const many = Array.from({ length: 100 }, (_, n) => added('ReconfigurationOfSecurityParameters', n));
  expect(many.filter(Boolean)).toHaveLength(60);
});
