/** A bus that holds the loop up is left alone, whoever found it; one that says no quickly is not. */
import { BusRest, BusRests, busStuckMs } from '../../../src/drivers/pi/bus-rest';

function bench(options?: { slowMeansFailed: boolean }) {
  let time = 1_000;
  const clock = { now: () => time, at: () => () => {}, systemTime: () => undefined };
  const rest = new BusRest(clock, options);
  const takes = (ms: number, outcome: 'works' | 'fails'): void => {
    const use = (): void =>
      rest.use(() => {
        time += ms;
        if (outcome === 'fails') throw new Error('no');
      });
    if (outcome === 'fails') expect(use).toThrow('no');
    else use();
  };
  const passes = (ms: number): void => {
    time += ms;
  };
  return { clock, rest, takes, passes };
}

test('what takes long to fail is left alone ten times as long', () => {
  const { rest, takes, passes } = bench();
  takes(1_000, 'fails');
  expect([rest.resting, rest.reason]).toEqual([true, 'held its users up for 1000 ms']);
  passes(9_999);
  expect(rest.resting).toBe(true);
  passes(1);
  expect(rest.resting).toBe(false);
});

test('what takes as long and seems to work is believed of lines that tell, and not of a bus', () => {
  const bus = bench();
  bus.takes(busStuckMs, 'works');
  expect(bus.rest.resting).toBe(true);
  const line = bench({ slowMeansFailed: false });
  line.takes(busStuckMs, 'works');
  expect(line.rest.resting).toBe(false);
  line.takes(busStuckMs, 'fails');
  expect(line.rest.resting).toBe(true);
});

test('three slow failures in a row are a stuck bus, with quick refusals between them, too', () => {
  const { rest, takes, passes } = bench();
  for (const round of [1, 2]) {
    takes(60, 'fails');
    takes(1, 'fails');
    takes(60, 'fails');
    expect([round, rest.resting]).toEqual([round, false]);
    takes(1, 'works');
  }
  takes(60, 'fails');
  takes(60, 'fails');
  takes(60, 'fails');
  expect(rest.resting).toBe(true);
  passes(600);
  expect(rest.resting).toBe(false);
});

test('quick failures are no reason: a chip that is not there takes none of the others with it', () => {
  const { rest, takes } = bench();
  for (let index = 0; index < 100; index += 1) takes(1, 'fails');
  expect(rest.resting).toBe(false);
});

test('all users of a bus share its rest', () => {
  const rests = new BusRests(bench().clock);
  expect(rests.of('i2c-1')).toBe(rests.of('i2c-1'));
  expect(rests.of('i2c-1')).not.toBe(rests.of('i2c-3'));
});
