/** Each map that comes with the program decodes what its meter sends, by a table written here from the makers' facts. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeValue } from '../../../../src/drivers/pi/meter/decode';
import { knownMaps, loadMap, parseMap, registersTaken } from '../../../../src/drivers/pi/meter/register-map';

/** Quantity and phase → address, and the bytes on the wire of a value that was worked out by hand. */
type Row = [name: string, address: number, bytes: string, value: number];

// 230.5 V, 16.25 A, 3680 W, 1234.5 kWh and 50 Hz as IEEE 754 single precision, high word first.
const eastronSingle: Row[] = [
  ['voltage 1', 0x00, '43668000', 230.5],
  ['current 1', 0x06, '41820000', 16.25],
  ['power 1', 0x0c, '45660000', 3680],
  ['frequency', 0x46, '42480000', 50],
  ['energyImport', 0x48, '449a5000', 1_234_500],
  ['energyExport', 0x4a, '3f800000', 1000],
];
const eastronThree: Row[] = [
  ...eastronSingle,
  ['voltage 2', 0x02, '43668000', 230.5],
  ['voltage 3', 0x04, '43668000', 230.5],
  ['current 2', 0x08, 'c1820000', -16.25],
  ['current 3', 0x0a, '41820000', 16.25],
  ['power 2', 0x0e, '45660000', 3680],
  ['power 3', 0x10, '45660000', 3680],
  ['power', 0x34, '462c8000', 11_040],
];
// V / 10, A / 100, W / 100 (signed), kWh / 100, Hz / 100; high word first.
const abb: Row[] = [
  ['energyImport', 0x5000, '000000000001e23a', 1_234_500],
  ['energyExport', 0x5004, '0000000000000064', 1000],
  ['voltage 1', 0x5b00, '00000901', 230.5],
  ['voltage 2', 0x5b02, '00000901', 230.5],
  ['voltage 3', 0x5b04, '00000901', 230.5],
  ['current 1', 0x5b0c, '00000659', 16.25],
  ['current 2', 0x5b0e, '00000659', 16.25],
  ['current 3', 0x5b10, '00000659', 16.25],
  ['power', 0x5b14, '0010d880', 11_040],
  ['power 1', 0x5b16, '00059d80', 3680],
  ['power 2', 0x5b18, '00059d80', 3680],
  ['power 3', 0x5b1a, 'fffa6280', -3680],
  ['frequency', 0x5b2c, '1388', 50],
];
// V / 10, A / 1000, W / 10, kWh / 10, Hz / 10; low word first.
const gavazzi = (energyImport: number, energyExport: number, frequency: number): Row[] => [
  ['voltage 1', 0x00, '09010000', 230.5],
  ['voltage 2', 0x02, '09010000', 230.5],
  ['voltage 3', 0x04, '09010000', 230.5],
  ['current 1', 0x0c, '3f7a0000', 16.25],
  ['current 2', 0x0e, '3f7a0000', 16.25],
  ['current 3', 0x10, 'c086ffff', -16.25],
  ['power 1', 0x12, '8fc00000', 3680],
  ['power 2', 0x14, '8fc00000', 3680],
  ['power 3', 0x16, '7040ffff', -3680],
  ['power', 0x28, 'af400001', 11_040],
  ['frequency', frequency, '01f4', 50],
  ['energyImport', energyImport, '30390000', 1_234_500],
  ['energyExport', energyExport, '000a0000', 1000],
];
// mV, mA, W, Wh and Hz / 10; high word first.
const legrand: Row[] = [
  ['voltage 1', 4096, '00038464', 230.5],
  ['voltage 2', 4098, '00038464', 230.5],
  ['voltage 3', 4100, '00038464', 230.5],
  ['current 1', 4102, '00003f7a', 16.25],
  ['current 2', 4104, '00003f7a', 16.25],
  ['current 3', 4106, '00003f7a', 16.25],
  ['power', 4116, '00002b20', 11_040],
  ['energyImport', 4124, '0012d644', 1_234_500],
  ['frequency', 4134, '01f4', 50],
];
const table: Record<string, { functionCode: 3 | 4; baudRate: number; parity: string; rows: Row[] }> = {
  'eastron-sdm120': { functionCode: 4, baudRate: 2400, parity: 'none', rows: eastronSingle },
  'eastron-sdm230': { functionCode: 4, baudRate: 9600, parity: 'none', rows: eastronSingle },
  'eastron-sdm630': { functionCode: 4, baudRate: 9600, parity: 'none', rows: eastronThree },
  'eastron-sdm72d-v2': { functionCode: 4, baudRate: 9600, parity: 'none', rows: eastronThree },
  'eastron-sdm72d-v1': {
    functionCode: 4,
    baudRate: 9600,
    parity: 'none',
    rows: eastronThree.filter(([name]) => ['power', 'energyImport', 'energyExport'].includes(name)),
  },
  'abb-b23': { functionCode: 3, baudRate: 19_200, parity: 'even', rows: abb },
  'abb-b24': { functionCode: 3, baudRate: 19_200, parity: 'even', rows: abb },
  'carlo-gavazzi-em24': { functionCode: 4, baudRate: 9600, parity: 'none', rows: gavazzi(0x3e, 0x5c, 0x37) },
  'carlo-gavazzi-em340': { functionCode: 4, baudRate: 9600, parity: 'none', rows: gavazzi(0x34, 0x4e, 0x33) },
  'legrand-emdx3': { functionCode: 3, baudRate: 9600, parity: 'none', rows: legrand },
};

test('the table here and the directory name the same maps', () => {
  expect(knownMaps()).toEqual(Object.keys(table).sort());
});

test.each(Object.entries(table))('%s decodes what the meter sends', (name, {
  functionCode,
  baudRate,
  parity,
  rows,
}) => {
  const map = loadMap(name);
  expect(map).toMatchObject({ name, functionCode, defaults: { baudRate, parity } });
  const found = map.values.map((value) => {
    const row = rows.find(([, address]) => address === value.address);
    const bytes = Buffer.from(row?.[2] ?? '', 'hex');
    expect(bytes).toHaveLength(2 * registersTaken(value));
    const key = value.phase === undefined ? value.quantity : `${value.quantity} ${value.phase}`;
    return [key, value.address, row?.[2], decodeValue(value, bytes)];
  });
  expect(found.sort()).toEqual([...rows].sort());
});

test('a map that was not confirmed says what is uncertain; Legrand is one of them', () => {
  for (const name of knownMaps()) {
    const map = loadMap(name);
    if (!map.verified) expect(map.uncertain).toMatch(/\w{4}/);
    expect(map.source).toMatch(/\w{4}/);
  }
  expect(loadMap('legrand-emdx3').verified).toBe(false);
});

test.each([
  ['unsigned, all ones', { type: 'uint32', notANumber: 'ones' }, 'ffffffff', undefined],
  ['four registers, all ones', { type: 'uint64', notANumber: 'ones' }, 'ffffffffffffffff', undefined],
  ['signed, the largest', { type: 'int32', notANumber: 'max' }, '7fffffff', undefined],
  ['signed, minus one, which is a number', { type: 'int32', notANumber: 'max' }, 'ffffffff', -1],
  ['without a mark all ones are a number', { type: 'uint16' }, 'ffff', 65_535],
  ['int16', { type: 'int16' }, 'fff6', -10],
  ['int64', { type: 'int64' }, 'fffffffffffffff6', -10],
  ['int64, low word first', { type: 'int64', wordOrder: 'low-first' }, '0004000300020001', 0x1_0002_0003_0004],
  ['float NaN', { type: 'float32' }, '7fc00000', undefined],
  ['float infinity', { type: 'float32' }, 'ff800000', undefined],
  ['low word first', { type: 'uint32', wordOrder: 'low-first' }, '00010002', 0x20001],
] as const)('decoding: %s', (_, value, bytes, expected) => {
  const full = { quantity: 'power', address: 0, scale: 1, wordOrder: 'high-first', ...value } as const;
  expect(decodeValue(full, Buffer.from(bytes, 'hex'))).toBe(expected);
});

test('scaling leaves no dust behind the point', () => {
  const value = { quantity: 'voltage', address: 0, type: 'uint32', scale: 0.1, wordOrder: 'high-first' } as const;
  expect(decodeValue(value, Buffer.from('00000903', 'hex'))).toBe(230.7);
});

describe('a wrong map', () => {
  const head = `name: x
manufacturer: m
models: [x]
verified: true
source: s
defaults: { baudRate: 9600, parity: none, stopBits: 1 }
functionCode: 4
registersMax: 40
gapMax: 0
longerBy: []
timeoutMs: 500
pauseMs: 0
wordOrder: high-first
phases: 1
`;
  const energy = '  - { quantity: energyImport, address: 0x48, type: float32, scale: 1000 }\n';
  const power = '  - { quantity: power, address: 0x0c, type: float32, scale: 1 }\n';

  test('hexadecimal addresses are read', () => {
    expect(parseMap(`${head}values:\n${energy}${power}`, 'x.yaml').values[0]?.address).toBe(72);
  });

  test.each([
    ['not verified', head.replace('true', 'false'), `${energy}${power}`, /uncertain: missing/],
    ['no energy', head, `${power}${power.replace('}', ', phase: 1 }')}`, /energyImport is missing/],
    ['no power', head, `${energy}${energy.replace('Import', 'Export')}`, /power is missing/],
    [
      'twice',
      head,
      `${energy}${power}${power}`,
      /x\.yaml:18:5 values\[2\]: power of all phases stands in the map twice/,
    ],
    ['energy that is optional', head, `${energy.replace('}', ', optional: true }')}${power}`, /energyImport cannot be/],
    [
      'power that is optional',
      head,
      `${energy}${power.replace('}', ', optional: true }')}`,
      /power cannot be optional/,
    ],
    ['phase missing', head, `${energy}${power}${power.replace('power', 'voltage')}`, /voltage is of a phase/],
    ['phase too much', head, `${energy.replace('}', ', phase: 1 }')}${power}`, /leave phase out/],
    [
      'phase 2 of one',
      head,
      `${energy}${power}${power.replace('power', 'current, phase: 2')}`,
      /found 2, but the meter/,
    ],
    ['out of range', head, `${energy}${power.replace('0x0c', '0xffff')}`, /does not fit behind 65535/],
    ['address with a fraction', head, `${energy}${power.replace('0x0c', '1.5')}`, /address: found 1.5/],
    ['unknown type', head, `${energy}${power.replace('float32', 'float64')}`, /found "float64".*did you mean float32/],
  ])('%s', (_, top, values, message) => {
    expect(() => parseMap(`${top}values:\n${values}`, 'x.yaml')).toThrow(message);
  });

  test('one that is not there: the message names those that are', () => {
    expect(() => loadMap('eastron-sdm603')).toThrow(
      /no register map "eastron-sdm603" in .*board\/meters; did you mean eastron-sdm630\? Valid names: abb-b23, abb-b24/,
    );
    expect(() => loadMap('../catalogue')).toThrow(/no register map/);
    expect(() => loadMap('x', '/nowhere')).toThrow(/\/nowhere cannot be read/);
  });

  test('a file with another name in it', () => {
    const directory = mkdtempSync(join(tmpdir(), 'maps-'));
    try {
      writeFileSync(join(directory, 'y.yaml'), `${head}values:\n${energy}${power}`);
      expect(knownMaps(directory)).toEqual(['y']);
      expect(() => loadMap('y', directory)).toThrow(/name must be y, as the file is called, not x/);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
