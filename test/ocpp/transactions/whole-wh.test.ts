/** No step of a register is lost between its digits and the whole Wh of a transaction. */
import fc from 'fast-check';
import { decodeValue } from '../../../src/drivers/pi/meter/decode';
import type { RegisterValue } from '../../../src/drivers/pi/meter/register-map';
import { wholeWh } from '../../../src/ocpp/transactions/whole-wh';

const energy = { quantity: 'energyImport', address: 0, wordOrder: 'high-first' } as const;

function single(kWh: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, kWh);
  return new Uint8Array(view.buffer);
}

/** In kWh; whole numbers of Wh, so that the right sum can be told without a fraction. */
const stepsWh = [1, 10, 100, 1000];

test('a register in single precision, of any number of steps, is the Wh that its display shows', () => {
  const value: RegisterValue = { ...energy, type: 'float32', scale: 1000 };
  fc.assert(
    fc.property(fc.constantFrom(...stepsWh), fc.integer({ min: 0, max: 9_999_999 }), (stepWh, k) => {
      // At most seven digits: what single precision can hold, and what meters show.
      const bytes = single((k * stepWh) / 1000);
      const registerWh = decodeValue(value, bytes);
      return wholeWh(registerWh ?? Number.NaN) === k * stepWh;
    }),
    { numRuns: 3_000 },
  );
});

test.each([0.1, 1, 10, 100, 1000])('a register that counts steps of %d Wh is rounded down to whole Wh', (scale) => {
  const value: RegisterValue = { ...energy, type: 'uint32', scale };
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (k) => {
      const view = new DataView(new ArrayBuffer(4));
      view.setUint32(0, k);
      const expected = scale === 0.1 ? (k - (k % 10)) / 10 : k * scale;
      return wholeWh(decodeValue(value, new Uint8Array(view.buffer)) ?? Number.NaN) === expected;
    }),
    { numRuns: 1_000 },
  );
});

test('1234.07 kWh in single precision are 1,234,070 Wh', () => {
  const value: RegisterValue = { ...energy, type: 'float32', scale: 1000 };
  expect(decodeValue(value, single(1234.07))).toBe(1_234_070);
  expect(wholeWh(1_234_069.9999999998)).toBe(1_234_070);
});

test('a sum of tenths of a Wh, as a register from a new base is, loses no Wh; a started Wh is not billed', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000_000 }), fc.integer({ min: 0, max: 10_000_000 }), (a, b) => {
      const sum = a + b;
      return wholeWh(a / 10 + b / 10) === (sum - (sum % 10)) / 10;
    }),
    { numRuns: 1_000 },
  );
  expect(wholeWh(12.9)).toBe(12);
});
