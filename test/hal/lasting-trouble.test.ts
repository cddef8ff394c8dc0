/** What lasts is told when it begins, each hour, and when it is over; what is over is not told again. */
import { LastingTrouble } from '../../src/hal/lasting-trouble';

test('a disk that is full for three hours, twice', () => {
  let now = 0;
  const told: [number, string][] = [];
  const trouble = new LastingTrouble({ now: () => now }, (message) => told.push([now / 3_600_000, message]));
  trouble.isOver('works');
  for (const from of [1, 10]) {
    for (now = from * 3_600_000; now < (from + 3) * 3_600_000; now += 1_000) {
      trouble.goesOn('full');
      expect(trouble.present).toBe(true);
    }
    trouble.isOver('works');
    trouble.isOver('works');
    expect(trouble.present).toBe(false);
  }
  const again = 'full (for an hour and more now)';
  expect(told).toEqual([
    [1, 'full'],
    [2, again],
    [3, again],
    [4, 'works'],
    [10, 'full'],
    [11, again],
    [12, again],
    [13, 'works'],
  ]);
});
