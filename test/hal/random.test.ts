/** The numbers of a seed are the same ever after: recordings and reported seeds rely on them. */
import { seeded } from '../../src/hal/random';

test.each([
  [1, [0.23645552527159452, 0.3692706737201661, 0.5042420323006809]],
  [42, [0.2523451747838408, 0.08812504541128874, 0.5772811982315034]],
  [-1, [0.2356804204173386, 0.18786314339376986, 0.13482548762112856]],
  [2 ** 32 + 7, [0.23878083983436227, 0.9134932646993548, 0.6124916663393378]],
])('of seed %i', (seed, numbers) => {
  const random = seeded(seed);
  expect([random(), random(), random()]).toEqual(numbers);
});

test('are from 0 to below 1, and two sources of one seed do not disturb each other', () => {
  const [one, other] = [seeded(7), seeded(7)];
  for (let turn = 0; turn < 1_000; turn += 1) {
    const number = one();
    expect(number >= 0 && number < 1).toBe(true);
    expect(other()).toBe(number);
  }
});
