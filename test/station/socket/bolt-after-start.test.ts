/** After a start of the station the bolt may hold a plug that is live: what it waits for before it is let go of. */
import type { SocketEffect, SocketEvent } from '../../../src/station/socket/types';
import { OutletBench } from './bench';
import { end, endHolding, machineOf, permit, type2Config } from './machine';
import { Oracle } from './oracle';
import { heal } from './random-life';

function started(): OutletBench {
  return new OutletBench(type2Config, { bolt: 'locked', settleMs: 0, wished: false });
}

test('nothing happens until the station has spoken', () => {
  const b = started();
  b.plug();
  b.advance(60_000);
  expect(b.log).toEqual([]);
});

test.each([
  'closed',
  'unknown',
] as const)('contacts that are %s for a while do not have it let go of before that', (feedback) => {
  const b = started();
  b.plug();
  b.send({ kind: 'contactor', feedback });
  b.advance(5_000);
  b.send({ kind: 'contactor', feedback: 'open' });
  b.advance(60_000);
  expect(b.times((e) => e.kind === 'lock' && !e.lock)).toEqual([]);
  b.send({ kind: 'clearFaults' });
  b.wish(end);
  b.advance(10_000);
  expect(b.times((e) => e.kind === 'lock' && !e.lock)).toHaveLength(1);
});

test('it is unlocked when no session wants it', () => {
  const b = started();
  b.plug();
  b.wish(end);
  b.advance(1_000);
  expect(b.times((e) => e.kind === 'lock' && !e.lock)).toHaveLength(1);
  expect(b.report.locked).toBe(false);
});

test('it stays locked all the time when a session goes on', () => {
  const b = started();
  b.wish(endHolding);
  b.plug();
  b.advance(60_000);
  expect(b.times((e) => e.kind === 'lock' && !e.lock)).toEqual([]);
  expect(b.report.locked).toBe(true);
  b.wish(end);
  b.advance(1_000);
  expect(b.report.locked).toBe(false);
});

describe.each([
  { name: 'a session goes on', wish: permit(16) },
  { name: 'a session goes on in a pause', wish: permit(0) },
  { name: 'no session wants it', wish: end },
])('and contacts that may be closed, $name', ({ wish }) => {
  const unlockings = (b: OutletBench) => b.times((e) => e.kind === 'lock' && !e.lock);

  test.each([
    'unknown',
    'closed',
  ] as const)('it is let go of once they are seen open; before that they are %s', (feedback) => {
    const b = started();
    b.send({ kind: 'contactor', feedback });
    b.plug('B');
    b.wish(wish);
    b.advance(60_000);
    expect(unlockings(b)).toEqual([]);
    b.send({ kind: 'contactor', feedback: 'open' });
    b.send({ kind: 'clearFaults' });
    b.advance(10_000);
    expect(unlockings(b)).toHaveLength(1);
  });

  test('it is held also where they are not seen open just when it would be let go of', () => {
    for (const feedback of ['unknown', 'closed'] as const) {
      const b = started();
      b.plug('B');
      b.send({ kind: 'contactor', feedback });
      b.wish(wish);
      expect(unlockings(b)).toEqual([]);
      b.send({ kind: 'contactor', feedback: 'open' });
      expect(unlockings(b)).toEqual([b.now]);
    }
  });

  test.each([
    'unknown',
    'closed',
  ] as const)('it is held while they waver, here with %s, and a while longer', (feedback) => {
    const b = started();
    b.plug('B');
    for (let i = 0; i < 10; i++) {
      b.send({ kind: 'contactor', feedback });
      b.advance(40);
      b.send({ kind: 'contactor', feedback: 'open' });
      b.advance(5);
    }
    b.wish(wish);
    expect(unlockings(b)).toEqual([]);
    b.advance(10_000);
    expect(unlockings(b)).toHaveLength(1);
  });
});

test('a weld that is told after the bolt, the plug and the wish is found before the bolt is let go of', () => {
  const told: SocketEvent[] = [
    { kind: 'lock', feedback: 'locked' },
    { kind: 'proximity', reading: { kind: 'ohms', ohms: 220 } },
    { kind: 'wish', wish: permit(16) },
  ];
  for (const first of [0, 1, 2]) {
    const machine = machineOf(type2Config, 0);
    const effects: SocketEffect[] = [];
    for (const event of [...told.slice(first), ...told.slice(0, first)]) effects.push(...machine.step(event, 0));
    for (const now of [200, 250]) effects.push(...machine.step({ kind: 'tick' }, now));
    for (const feedback of ['unknown', 'closed'] as const) {
      effects.push(...machine.step({ kind: 'contactor', feedback }, 300));
    }
    effects.push(...machine.step({ kind: 'tick' }, 1_000));
    expect(machine.report().faults).toContain('contactorWelded');
    expect(effects.filter((e) => e.kind === 'lock' && !e.lock)).toEqual([]);
  }
});

test('a switch that says locked before the first command is no reason to let go of contacts that cannot be read', () => {
  const config = { ...type2Config, ventilation: true };
  const b = new OutletBench(config, { settleMs: 0 });
  b.observer = new Oracle(config, b.bootedAt);
  heal(b);
  b.wish(permit(0));
  b.drive('A');
  b.send({ kind: 'contactor', feedback: 'open' });
  b.send({ kind: 'pilot', reading: { kind: 'invalid', reason: 'x' } });
  b.send({ kind: 'lock', feedback: 'locked' });
  b.send({ kind: 'contactor', feedback: 'unknown' });
  b.advance(60_000);
  expect(b.times((e) => e.kind === 'lock' && !e.lock)).toEqual([]);
});
