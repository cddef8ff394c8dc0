/** Listeners that fail, leave and come while something is emitted: the others hear all the same. */
import { GuardedEmitter } from '../../src/hal/guarded-emitter';

type Numbers = { number: (value: number) => void };

function emitter(): { emitter: GuardedEmitter<Numbers>; errors: [string, unknown][] } {
  const errors: [string, unknown][] = [];
  return { emitter: new GuardedEmitter<Numbers>((event, error) => errors.push([event, error])), errors };
}

test('a listener that throws is reported, and those before and behind it hear', () => {
  const { emitter: numbers, errors } = emitter();
  const heard: string[] = [];
  const failure = new Error('broken');
  numbers.listeners.on('number', (value) => heard.push(`a${value}`));
  numbers.listeners.on('number', () => {
    throw failure;
  });
  numbers.listeners.on('number', (value) => heard.push(`b${value}`));
  numbers.emit('number', 1);
  expect(heard).toEqual(['a1', 'b1']);
  expect(errors).toEqual([['number', failure]]);
});

test('one whose promise is rejected is reported as well', async () => {
  const { emitter: numbers, errors } = emitter();
  numbers.listeners.on('number', async () => Promise.reject('later'));
  numbers.emit('number', 1);
  await new Promise(setImmediate);
  expect(errors).toEqual([['number', 'later']]);
});

test('once is once, also for one that throws; who leaves hears no more', () => {
  const { emitter: numbers, errors } = emitter();
  const heard: number[] = [];
  const leaving = (value: number): void => {
    heard.push(value);
    numbers.listeners.off('number', leaving);
  };
  numbers.listeners.once('number', () => {
    throw new Error('once');
  });
  numbers.listeners.on('number', leaving);
  for (const value of [1, 2]) numbers.emit('number', value);
  expect(heard).toEqual([1]);
  expect(errors).toHaveLength(1);
});
