/** The far end of the serial bus: units, register maps and what can go wrong on the wire. */
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import type { EnergyMeter } from '../../../src/hal/parts';
import { eastronUnit } from './emulator/eastron';
import { ModbusBus, modbusCrc } from './emulator/modbus-slave';

const reading = {
  energyWh: 1234.5,
  powerW: 3450,
  currentA: [5, 6, 7],
  voltageV: [229, 230, 231],
  phasePowerW: [1100, 1150, 1200],
  frequencyHz: 50,
};
const meter: EnergyMeter = { read: () => Promise.resolve(reading) };
const deadMeter: EnergyMeter = { read: () => Promise.reject(new Error('silent')) };

function request(unit: number, register: number, count: number, code = 4): Buffer {
  const frame = Buffer.from([unit, code, register >> 8, register & 0xff, 0, count, 0, 0]);
  frame.writeUInt16LE(modbusCrc(frame.subarray(0, 6)), 6);
  return frame;
}

function bench() {
  const clock = new VirtualClock();
  const sent: Buffer[] = [];
  const units = new Map([
    [1, eastronUnit('eastron-sdm630', meter)],
    [2, eastronUnit('eastron-sdm120', meter)],
    [3, eastronUnit('eastron-sdm630', deadMeter)],
  ]);
  const bus = new ModbusBus(
    units,
    (frame) => sent.push(frame),
    (delayMs, run) => clock.at(clock.now() + delayMs, run),
  );
  const ask = async (frame: Buffer): Promise<Buffer | undefined> => {
    sent.length = 0;
    bus.receive(frame);
    await clock.advance(10);
    return sent[0];
  };
  return { bus, clock, sent, ask };
}

it('knows the check sum of the specification', () => {
  // The frame "2, 7" in Modbus over Serial Line 1.02, 6.2.2, ends with 41 12.
  expect(modbusCrc(Uint8Array.of(0x02, 0x07))).toBe(0x1241);
});

it.each([
  ['voltage of L1', 1, 0x00, 229],
  ['voltage of L3', 1, 0x04, 231],
  ['current of L2', 1, 0x08, 6],
  ['power of L3', 1, 0x10, 1200],
  ['total power', 1, 0x34, 3450],
  ['frequency', 1, 0x46, 50],
  ['energy in kWh', 1, 0x156, 1.2345],
  ['power, one phase', 2, 0x0c, 1100],
  ['nothing at voltage of L2, one phase', 2, 0x02, 0],
])('gives %s', async (_name, unit, register, value) => {
  const answer = await bench().ask(request(unit, register, 2));
  expect([...(answer?.subarray(0, 3) ?? [])]).toEqual([unit, 4, 4]);
  expect(answer?.readFloatBE(3)).toBeCloseTo(value, 5);
  expect(answer?.readUInt16LE(7)).toBe(modbusCrc(answer?.subarray(0, 7) ?? Buffer.alloc(0)));
});

it('gives a block, whose first register may be the second half of a value', async () => {
  const whole = await bench().ask(request(1, 0x00, 4));
  const odd = await bench().ask(request(1, 0x01, 2));
  expect(odd?.readUInt16BE(3)).toBe(whole?.readUInt16BE(5));
  expect(odd?.readUInt16BE(5)).toBe(whole?.readUInt16BE(7));
});

it.each([
  ['too many registers', request(1, 0, 81), 3],
  ['an address beyond the table', request(1, 0x17f, 2), 2],
  ['another function', request(1, 0, 2, 3), 1],
])('refuses %s with an exception', async (_name, frame, code) => {
  const answer = await bench().ask(frame);
  expect([...(answer?.subarray(1, 3) ?? [])]).toEqual([(frame[1] ?? 0) | 0x80, code]);
});

it('keeps silent for units that are not there, are dead or have a fault', async () => {
  const { bus, ask } = bench();
  expect(await ask(request(9, 0, 2))).toBeUndefined();
  expect(await ask(request(3, 0, 2))).toBeUndefined();
  bus.setFault(1, 'silent', true);
  expect(await ask(request(1, 0, 2))).toBeUndefined();
  expect(await ask(request(2, 0, 2))).toBeDefined();
  bus.setFault(1, 'silent', false);
  expect(await ask(request(1, 0, 2))).toBeDefined();
});

it('answers late, or with a wrong check sum', async () => {
  const { bus, ask, clock, sent } = bench();
  bus.setFault(1, 'late', true);
  expect(await ask(request(1, 0, 2))).toBeUndefined();
  await clock.advance(1500);
  expect(sent).toHaveLength(1);
  bus.setFault(1, 'garbled', true);
  const answer = (await ask(request(1, 0, 2))) ?? Buffer.alloc(9);
  expect(answer.readUInt16LE(7)).not.toBe(modbusCrc(answer.subarray(0, 7)));
});

it('finds a request among noise and in pieces', async () => {
  const { bus, ask } = bench();
  const frame = request(1, 0, 2);
  bus.receive(Buffer.from([0xff, 0x00, 0x01]));
  bus.receive(frame.subarray(0, 3));
  expect(await ask(frame.subarray(3))).toBeDefined();
});

it('names the meters that it can be', () => {
  expect(() => eastronUnit('abb-b23', meter)).toThrow(
    'no meter with register map abb-b23 is emulated; valid: eastron-sdm120, eastron-sdm630',
  );
});
