/** Native packages that are missing, or built for another Node: one line that says what to do, and trouble of its own kind. */
import { GpioContactor } from '../../../src/drivers/pi/contactor';
import { nativePackage } from '../../../src/drivers/pi/packages';
import { GreenupError } from '../../../src/hal/errors';
import { troubleOf } from '../../../src/hal/trouble';
import { partRig, wire } from './fake-gpio';

const raise = (work: () => unknown): unknown => work();

/** What `load` throws, by way of `pass`. */
function errorOf(load: () => unknown, pass = (work: () => unknown) => nativePackage('i2c-bus', work)): GreenupError {
  try {
    pass(load);
  } catch (error) {
    return error as GreenupError;
  }
  throw new Error('nothing was thrown');
}

function refuse(error: Error): () => never {
  return () => {
    throw error;
  };
}

test('a package that is there is given as it is', () => {
  expect(nativePackage('onoff', () => 42)).toBe(42);
});

test('one that cannot be loaded is one line with its purpose, the reason and the remedy', () => {
  const { message: line } = errorOf(() => {
    throw new Error("Cannot find module 'i2c-bus'\nRequire stack:\n- /x.js");
  });
  expect(line).toBe(
    "package i2c-bus (the analogue inputs) cannot be loaded: Cannot find module 'i2c-bus'; install it with: npm install i2c-bus (needs a compiler), or npm rebuild i2c-bus after a change of Node",
  );
});

test('whoever passes it on, it is trouble of a kind of its own; no other error is', () => {
  const error = errorOf(() => {
    throw new Error('was compiled against a different Node.js version');
  });
  expect(error.code).toBe('package.missing');
  expect(troubleOf('gpio', error, 'notSetUp')).toEqual({ part: 'gpio', code: 'packageMissing', text: error.message });
  const context = { ...partRig().context, gpio: { output: refuse(error), input: refuse(error) } };
  const passedOn = errorOf(() => new GpioContactor({ coil: wire(1), feedback: wire(2) }, context), raise);
  expect(passedOn.message).toBe(`contactor coil: ${error.message}`);
  expect(troubleOf('contactor', passedOn, 'notSetUp').code).toBe('packageMissing');
  const noChip = new GreenupError('part.missing', 'GPIO chip header: there is no such chip');
  expect(troubleOf('contactor', noChip, 'notSetUp').code).toBe('notSetUp');
  expect(troubleOf('contactor', new Error(error.message), 'failed').code).toBe('failed');
});
