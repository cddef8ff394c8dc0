/** The changes between two views lead from one to the other, say no more than what moved, and leave the rest untouched. */
import { seeded } from '../../src/hal/random';
import { changesBetween, type LiveValue, withChanges } from '../../src/web/live-changes';

test('what moved is told by its place', () => {
  const before = {
    sockets: [
      { powerW: 0, faults: [] },
      { powerW: 7, faults: [] },
    ],
    connection: { status: 'Connected' },
  };
  const after = {
    sockets: [
      { powerW: 0, faults: [] },
      { powerW: 8, faults: ['x'] },
    ],
    connection: { status: 'Connected' },
  };
  const changes = changesBetween(before, after);
  expect(changes).toEqual([
    [['sockets', 1, 'powerW'], 8],
    [['sockets', 1, 'faults'], ['x']],
  ]);
  const changed = withChanges(before, changes) as typeof before;
  expect(changed).toEqual(after);
  expect(changed.connection).toBe(before.connection);
  expect(changed.sockets[0]).toBe(before.sockets[0]);
  expect(before.sockets[1]?.powerW).toBe(7);
});

test('changes of something else are refused', () => {
  expect(() => withChanges({ a: 1 }, [[['b'], 2]])).toThrow('there is no b');
  expect(() => withChanges([], [[[0], 2]])).toThrow('there is no 0');
  expect(() => withChanges(null, [[['a', 'b'], 2]])).toThrow('there is no a');
});

test('any two values: the changes lead from one to the other', () => {
  const random = seeded(7);
  const pick = (choices: number): number => Math.floor(random() * choices);
  const some = (depth: number): LiveValue => {
    switch (pick(depth > 3 ? 4 : 6)) {
      case 0:
        return null;
      case 1:
        return pick(3);
      case 2:
        return 'word';
      case 3:
        return pick(2) === 0;
      case 4:
        return Array.from({ length: pick(3) }, () => some(depth + 1));
      default:
        return Object.fromEntries(['a', 'b', 'c'].filter(() => pick(2) === 0).map((name) => [name, some(depth + 1)]));
    }
  };
  for (let round = 0; round < 2_000; round += 1) {
    const [before, after] = [some(0), some(0)];
    expect(withChanges(before, changesBetween(before, after))).toEqual(after);
  }
});
