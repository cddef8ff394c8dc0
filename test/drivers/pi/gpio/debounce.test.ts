/** A value is believed once it has stood still. */
import { Debounce } from '../../../../src/drivers/pi/gpio/debounce';

describe('debounce', () => {
  test('without a time two equal samples in a row are believed', () => {
    const debounce = new Debounce('a');
    expect(['b', 'a', 'b', 'c', 'b', 'b', 'b'].map((sample, now) => debounce.take(sample, now)).join('')).toBe(
      'aaaaabb',
    );
  });

  test('with a time the new value must stand that long without a break', () => {
    const debounce = new Debounce(false, (value) => (value ? 20 : 0));
    expect([0, 5, 10, 15].map((now) => debounce.take(true, now))).toEqual([false, false, false, false]);
    expect(debounce.take(false, 16)).toBe(false);
    expect([20, 25, 39, 40].map((now) => debounce.take(true, now))).toEqual([false, false, false, true]);
    expect([45, 46].map((now) => debounce.take(false, now))).toEqual([true, false]);
  });
});
