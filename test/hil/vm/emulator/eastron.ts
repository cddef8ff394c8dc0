/** Eastron energy meters as Modbus units: float32 input registers, filled from a part of the simulated world. */
import { GreenupError } from '../../../../src/hal/errors';
import type { EnergyMeter, MeterReading } from '../../../../src/hal/parts';
import { exceptionCode, type ModbusUnit } from './modbus-slave';

/** Most registers that an Eastron meter gives at once, and how far its table goes. */
const registersMax = 80;
const registersEnd = 0x180;

type Value = (reading: MeterReading) => number;

const phase = (list: keyof Pick<MeterReading, 'voltageV' | 'currentA' | 'phasePowerW'>, index: number): Value => {
  return (reading) => reading[list]?.[index] ?? 0;
};
const energyKwh: Value = (reading) => reading.energyWh / 1000;

const common: readonly (readonly [number, Value])[] = [
  [0x00, phase('voltageV', 0)],
  [0x06, phase('currentA', 0)],
  [0x0c, phase('phasePowerW', 0)],
  [0x46, (reading) => reading.frequencyHz ?? 0],
  [0x48, energyKwh],
  [0x156, energyKwh],
];

/** Registers by model, after the manufacturer's protocol sheets; what is not listed reads 0. */
const models: Readonly<Record<string, ReadonlyMap<number, Value>>> = {
  'eastron-sdm120': new Map(common),
  'eastron-sdm630': new Map([
    ...common,
    [0x02, phase('voltageV', 1)],
    [0x04, phase('voltageV', 2)],
    [0x08, phase('currentA', 1)],
    [0x0a, phase('currentA', 2)],
    [0x0e, phase('phasePowerW', 1)],
    [0x10, phase('phasePowerW', 2)],
    [0x34, (reading) => reading.powerW],
  ]),
};

/** The meter whose register map is `map`, as `eastron-sdm630`. Throws `config.invalid` for one that is not emulated. */
export function eastronUnit(map: string, meter: EnergyMeter): ModbusUnit {
  const values = models[map];
  if (values === undefined) {
    const valid = Object.keys(models).join(', ');
    throw new GreenupError('config.invalid', `no meter with register map ${map} is emulated; valid: ${valid}`);
  }
  return async (address, count) => {
    if (count < 1 || count > registersMax) return { kind: 'exception', code: exceptionCode.illegalValue };
    if (address + count > registersEnd) return { kind: 'exception', code: exceptionCode.illegalAddress };
    const reading = await meter.read();
    const words = Array.from({ length: count }, (_, index) => {
      const register = address + index;
      const even = register & ~1;
      const bytes = Buffer.alloc(4);
      bytes.writeFloatBE(values.get(even)?.(reading) ?? 0);
      return bytes.readUInt16BE(register === even ? 0 : 2);
    });
    return { kind: 'registers', words };
  };
}
