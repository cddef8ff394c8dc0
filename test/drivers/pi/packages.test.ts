/** Native packages that are missing, or built for another Node: one line that says what to do, and is known again. */
import { nativePackage, tellsOfBrokenPackage } from '../../../src/drivers/pi/packages';

function troubleOf(load: () => unknown): string {
  try {
    nativePackage('i2c-bus', load);
    return 'no error';
  } catch (error) {
    return (error as Error).message;
  }
}

test('a package that is there is given as it is', () => {
  expect(nativePackage('onoff', () => 42)).toBe(42);
});

test('one that cannot be loaded is one line with its purpose, the reason and the remedy', () => {
  const line = troubleOf(() => {
    throw new Error("Cannot find module 'i2c-bus'\nRequire stack:\n- /x.js");
  });
  expect(line).toBe(
    "package i2c-bus (the analogue inputs) cannot be loaded: Cannot find module 'i2c-bus'; install it with: npm install i2c-bus (needs a compiler), or npm rebuild i2c-bus after a change of Node",
  );
});

test('such a line is known again, with whatever before it; no other is', () => {
  const line = troubleOf(() => {
    throw new Error('was compiled against a different Node.js version');
  });
  expect(tellsOfBrokenPackage(line)).toBe(true);
  expect(tellsOfBrokenPackage(`connector 1: ${line}`)).toBe(true);
  expect(tellsOfBrokenPackage('connector 1: contactor coil: GPIO chip header: there is no such chip')).toBe(false);
  expect(tellsOfBrokenPackage('')).toBe(false);
});
