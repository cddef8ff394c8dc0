/** What a station remembers of the troubles it reported: by their codes, never by their words. */
import type { Trouble } from '../../src/hal/trouble';
import { ReportedTroubles } from '../../src/rig/reported-troubles';

let reported: ReportedTroubles;
beforeEach(() => {
  reported = new ReportedTroubles();
});

const trouble = (code: Trouble['code'], more: Partial<Trouble> = {}): Trouble => ({
  part: 'contactor',
  connectorId: 1,
  code,
  text: 'the same words',
  ...more,
});

test('a package that cannot be loaded counts once, whichever part says so; no other trouble does', () => {
  for (const code of ['notSetUp', 'failed', 'recovered', 'noticed', 'notSafe'] as const) reported.add(trouble(code));
  reported.note('package onoff (GPIO lines) cannot be loaded');
  expect(reported.missingPackages).toEqual([]);
  reported.add(trouble('packageMissing', { part: 'gpio', text: 'any words' }));
  reported.add(trouble('packageMissing', { part: 'cardReader', text: 'any words' }));
  expect(reported.missingPackages).toEqual(['any words']);
});

test('a part that could not be had is absent: that of its connector or side, and no other', () => {
  reported.add(trouble('failed', { part: 'lock' }));
  reported.add(trouble('notSetUp'));
  reported.add({ part: 'indicator', side: 'left', code: 'notSetUp', text: 'left indicator' });
  expect(reported.isAbsent({ part: 'contactor', connectorId: 1 })).toBe(true);
  expect(reported.isAbsent({ part: 'contactor', connectorId: 2 })).toBe(false);
  expect(reported.isAbsent({ part: 'lock', connectorId: 1 })).toBe(false);
  expect(reported.isAbsent({ part: 'indicator', side: 'left' })).toBe(true);
  expect(reported.isAbsent({ part: 'indicator', side: 'right' })).toBe(false);
});

test('the newest 20 lines are kept, and what was absent is remembered beyond them', () => {
  reported.add(trouble('notSetUp'));
  for (let line = 1; line <= 25; line += 1) reported.note(`line ${line}`);
  expect(reported.lines).toHaveLength(20);
  expect([reported.lines[0], reported.lines.at(-1)]).toEqual(['line 6', 'line 25']);
  expect(reported.isAbsent({ part: 'contactor', connectorId: 1 })).toBe(true);
});
