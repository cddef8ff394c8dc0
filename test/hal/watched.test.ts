/** Watching keeps the rules of the HAL: told soon and in order, never inside a call, and never to those who have left. */
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import { Happenings, Watched } from '../../src/hal/watched';

let clock: VirtualClock;
beforeEach(() => {
  clock = new VirtualClock();
});

describe('a value that parts show', () => {
  test('each watcher hears the present value soon, then each change in order, never inside a call', async () => {
    const watched = new Watched<number>(clock);
    const heard: string[] = [];
    watched.watch((value) => heard.push(`a${value}`));
    await clock.advance(10);
    watched.set(1);
    watched.watch((value) => heard.push(`b${value}`));
    watched.set(1);
    watched.set(2);
    watched.set(1);
    expect(heard).toEqual([]);
    await clock.advance(0);
    expect(heard.filter((entry) => entry.startsWith('a'))).toEqual(['a1', 'a2', 'a1']);
    expect(heard.filter((entry) => entry.startsWith('b'))).toEqual(['b1', 'b2', 'b1']);
  });

  test('what is no change is not told', async () => {
    const watched = new Watched<number>(clock, { first: { value: 1 }, same: (a, b) => Math.abs(a - b) < 1 });
    const heard: number[] = [];
    watched.watch((value) => heard.push(value));
    await clock.advance(0);
    watched.set(1.5);
    watched.set(3);
    await clock.advance(0);
    expect(heard).toEqual([1, 3]);
  });

  test('who has cancelled, or all after close, hear nothing, even of what was under way', async () => {
    const watched = new Watched<number>(clock, { first: { value: 1 } });
    const heard: number[] = [];
    const cancel = watched.watch((value) => heard.push(value));
    cancel();
    watched.watch((value) => heard.push(value));
    watched.close();
    watched.set(2);
    await clock.advance(10);
    expect(heard).toEqual([]);
  });

  test('a watcher hears the present value once, by a timer; without one it hears nothing', async () => {
    const watched = new Watched<number | undefined>(clock);
    const heard: (number | string | undefined)[] = [];
    watched.watch((value) => heard.push(value));
    await clock.advance(1);
    expect([heard, watched.present]).toEqual([[], undefined]);
    watched.setNow(undefined);
    watched.watch((value) => heard.push(`late ${value}`));
    expect(heard).toEqual([undefined]);
    await clock.advance(1);
    expect(heard).toEqual([undefined, 'late undefined']);
  });

  test('a value told at once before the timer makes the timer silent', async () => {
    const watched = new Watched<number>(clock);
    watched.setNow(1);
    const heard: number[] = [];
    watched.watch((value) => heard.push(value));
    watched.setNow(2);
    await clock.advance(1);
    expect(heard).toEqual([2]);
  });

  test('at once the same value is told again', () => {
    const watched = new Watched<number>(clock);
    const heard: number[] = [];
    watched.watch((value) => heard.push(value));
    watched.setNow(1);
    watched.setNow(1);
    expect(heard).toEqual([1, 1]);
  });

  test('who lets go hears nothing more and leaves no timer, also when another listener lets it go', async () => {
    const watched = new Watched<number>(clock);
    watched.setNow(1);
    const heard: number[] = [];
    const cancel = watched.watch((value) => heard.push(value));
    cancel();
    cancel();
    expect([clock.pendingTimers, watched.watchers]).toEqual([0, 0]);
    let cancelSecond = () => {};
    watched.watch(() => cancelSecond());
    cancelSecond = watched.watch((value) => heard.push(value));
    watched.setNow(2);
    watched.set(3);
    await clock.advance(1);
    watched.close();
    watched.setNow(4);
    expect(heard).toEqual([]);
  });

  test('a listener that causes another value: those after it hear the newest only', () => {
    const watched = new Watched<number>(clock);
    const heard: string[] = [];
    watched.watch((value) => {
      heard.push(`a${value}`);
      if (value === 1) watched.setNow(2);
    });
    watched.watch((value) => heard.push(`b${value}`));
    watched.setNow(1);
    expect(heard).toEqual(['a1', 'a2', 'b2']);
  });
});

describe('a value that settles', () => {
  test('of several changes the last one is told, after the time', async () => {
    const watched = new Watched<number>(clock, { first: { value: 1 }, settleMs: 5 });
    const heard: [number, number][] = [];
    watched.watch((value) => heard.push([clock.now(), value]));
    await clock.advance(5);
    watched.set(2);
    await clock.advance(4);
    watched.set(3);
    expect(heard).toEqual([[5, 1]]);
    await clock.advance(1);
    watched.set(4);
    watched.set(3);
    await clock.advance(5);
    expect(heard).toEqual([
      [5, 1],
      [10, 3],
    ]);
  });

  test('who cancels meanwhile hears nothing, also when another listener lets it go', async () => {
    const watched = new Watched<number>(clock, { first: { value: 1 }, settleMs: 5 });
    const heard: number[] = [];
    watched.watch((value) => heard.push(value))();
    let cancelSecond = () => {};
    watched.watch(() => cancelSecond());
    cancelSecond = watched.watch((value) => heard.push(value));
    await clock.advance(5);
    expect(heard).toEqual([]);
  });
});

describe('happenings', () => {
  test('the same listener may listen twice and leave once', async () => {
    const happenings = new Happenings<string>(clock);
    const heard: string[] = [];
    const listener = (value: string): void => {
      heard.push(value);
    };
    happenings.watch(listener)();
    happenings.watch(listener);
    happenings.watch(listener);
    happenings.emit('x');
    expect(heard).toEqual([]);
    await clock.advance(0);
    expect(heard).toEqual(['x', 'x']);
  });

  test('nobody hears of what happened before, nor after it left or the end', async () => {
    const happenings = new Happenings<string>(clock);
    const heard: string[] = [];
    happenings.emitNow('before');
    const cancel = happenings.watch((value) => heard.push(value));
    happenings.emit('later', 5);
    await clock.advance(4);
    expect(heard).toEqual([]);
    await clock.advance(1);
    happenings.emit('under way');
    cancel();
    happenings.watch((value) => heard.push(value));
    happenings.close();
    await clock.advance(5);
    expect(heard).toEqual(['later']);
  });
});

describe('a listener that throws', () => {
  test.each([
    ['of a value told soon', (watched: Watched<number>) => watched.set(2)],
    ['of a value told at once', (watched: Watched<number>) => watched.setNow(2)],
  ])('%s keeps no other from hearing, and its error is not lost', async (_what, change) => {
    const watched = new Watched<number>(clock);
    const heard: number[] = [];
    watched.watch(() => {
      throw new Error('broken listener');
    });
    watched.watch((value) => heard.push(value));
    change(watched);
    await expect(clock.advance(0)).rejects.toThrow('broken listener');
    expect(heard).toEqual([2]);
  });

  test('of a happening, too', async () => {
    const happenings = new Happenings<number>(clock);
    const heard: number[] = [];
    happenings.watch(() => {
      throw new Error('broken listener');
    });
    happenings.watch((value) => heard.push(value));
    happenings.emitNow(1);
    expect(heard).toEqual([1]);
    await expect(clock.advance(0)).rejects.toThrow('broken listener');
  });
});
