/** Values are told soon and in order, and never to those who have left. */
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { Listeners, Watched } from '../../../src/drivers/pi/watched';

describe('what parts tell', () => {
  test('each watcher hears the present value soon, then each change in order, never inside a call', async () => {
    const clock = new VirtualClock();
    const watched = new Watched<number>(clock);
    const told: string[] = [];
    watched.watch((value) => told.push(`a${value}`));
    await clock.advance(10);
    watched.set(1);
    watched.watch((value) => told.push(`b${value}`));
    watched.set(1);
    watched.set(2);
    watched.set(1);
    expect(told).toEqual([]);
    await clock.advance(0);
    expect(told.filter((entry) => entry.startsWith('a'))).toEqual(['a1', 'a2', 'a1']);
    expect(told.filter((entry) => entry.startsWith('b'))).toEqual(['b1', 'b2', 'b1']);
  });

  test('who has cancelled, or all after close, hear nothing, even of what was under way', async () => {
    const clock = new VirtualClock();
    const watched = new Watched<number>(clock, { value: 1 });
    const told: number[] = [];
    const cancel = watched.watch((value) => told.push(value));
    cancel();
    watched.watch((value) => told.push(value));
    watched.close();
    watched.set(2);
    await clock.advance(10);
    expect(told).toEqual([]);
  });

  test('the same listener may listen twice and leave once', async () => {
    const clock = new VirtualClock();
    const listeners = new Listeners<string>(clock);
    const told: string[] = [];
    const listener = (value: string): void => {
      told.push(value);
    };
    listeners.add(listener)();
    listeners.add(listener);
    listeners.add(listener);
    listeners.tell('x');
    await clock.advance(0);
    expect(told).toEqual(['x', 'x']);
  });
});
