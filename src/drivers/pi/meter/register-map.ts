/** Register maps of energy meters: read from board/meters, checked, and used to turn registers into values. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Array as ListOf,
  Literal,
  Number as NumberOf,
  Object as ObjectOf,
  Optional,
  type Static,
  Boolean as TrueOrFalse,
  Union,
} from '@sinclair/typebox';
import { closed, prose, whole } from '../../../hal/board/schema-words';
import { readYaml, type YamlDraft, type YamlReading } from '../../../hal/board/yaml-text';
import { GreenupError, messageOf } from '../../../hal/errors';
import { programFile } from '../../../hal/program-files';
import { nearest } from '../../../hal/suggest';
import { registersPerReadMax } from './rtu';

/** Registers of 16 bits that a value takes. */
const registersOf = { float32: 2, int16: 1, uint16: 1, int32: 2, uint32: 2, int64: 4, uint64: 4 } as const;

const wordOrder = Union([Literal('high-first'), Literal('low-first')]);

const mapValue = ObjectOf(
  {
    quantity: Union([
      Literal('voltage'),
      Literal('current'),
      Literal('power'),
      Literal('energyImport'),
      Literal('energyExport'),
      Literal('frequency'),
    ]),
    phase: Optional(Union([Literal(1), Literal(2), Literal(3)])),
    address: whole('an address', 0, 0xffff),
    type: Union([
      Literal('float32'),
      Literal('int16'),
      Literal('uint16'),
      Literal('int32'),
      Literal('uint32'),
      Literal('int64'),
      Literal('uint64'),
    ]),
    wordOrder: Optional(wordOrder),
    scale: NumberOf({ title: 'a factor to V, A, W, Wh or Hz', minimum: 1e-6, maximum: 1e6 }),
    notANumber: Optional(Union([Literal('ones'), Literal('max')])),
    optional: Optional(TrueOrFalse()),
  },
  closed('a value'),
);

const mapText = ObjectOf(
  {
    name: prose(),
    manufacturer: prose(),
    models: ListOf(prose(), { title: 'models', minItems: 1, maxItems: 50 }),
    verified: TrueOrFalse(),
    source: prose(),
    uncertain: Optional(prose()),
    defaults: ObjectOf(
      {
        baudRate: whole('a baud rate', 300, 115_200),
        parity: Union([Literal('none'), Literal('even'), Literal('odd')]),
        stopBits: Union([Literal(1), Literal(2)]),
      },
      closed('settings as delivered'),
    ),
    functionCode: Union([Literal(3), Literal(4)]),
    registersMax: whole('a number of registers', 4, registersPerReadMax),
    gapMax: whole('a number of registers', 0, registersPerReadMax),
    longerBy: ListOf(whole('a number of registers', 1, registersPerReadMax), { title: 'numbers', maxItems: 10 }),
    timeoutMs: whole('a time in ms', 50, 2_000),
    pauseMs: whole('a time in ms', 0, 500),
    wordOrder,
    phases: Union([Literal(1), Literal(3)]),
    values: ListOf(mapValue, { title: 'values', minItems: 2, maxItems: 50 }),
  },
  closed('a register map'),
);

/** A row of a map, with the word order that holds for it. */
export type RegisterValue = Omit<Static<typeof mapValue>, 'wordOrder'> & { wordOrder: 'high-first' | 'low-first' };
export type RegisterMap = Omit<Static<typeof mapText>, 'values' | 'wordOrder'> & { values: RegisterValue[] };

/** Registers that a value takes. */
export function registersTaken({ type }: Pick<RegisterValue, 'type'>): number {
  return registersOf[type];
}

/** Reads a map; throws GreenupError `board.invalid` with every problem and its place. */
export function parseMap(text: string, fileName: string): RegisterMap {
  const reading = readYaml(text, fileName, 'board.invalid', mapText);
  checkMap(reading);
  const { values, wordOrder: usual, ...rest } = reading.complete();
  return { ...rest, values: values.map((value) => ({ ...value, wordOrder: value.wordOrder ?? usual })) };
}

function checkMap({ draft, problems }: YamlReading<Static<typeof mapText>>): void {
  if (draft.verified === false && draft.uncertain === undefined) {
    problems.add('uncertain', 'missing; a map that is not verified says what is uncertain');
  }
  const values = draft.values ?? [];
  const seen = new Set<string>();
  for (const [index, { quantity, phase, address, type }] of values.entries()) {
    const path = `values[${index}]`;
    const key = `${quantity} ${phase ?? 'of all phases'}`;
    if (seen.has(key)) problems.add(path, `${key} stands in the map twice`);
    seen.add(key);
    if ((quantity === 'voltage' || quantity === 'current') && phase === undefined) {
      problems.add(`${path}.phase`, `missing; ${quantity} is of a phase: 1, 2 or 3`);
    }
    if (quantity !== 'voltage' && quantity !== 'current' && quantity !== 'power' && phase !== undefined) {
      problems.add(`${path}.phase`, `${quantity} is of all phases; leave phase out`);
    }
    if (phase !== undefined && draft.phases !== undefined && phase > draft.phases) {
      problems.add(`${path}.phase`, `found ${phase}, but the meter has ${draft.phases} phase`);
    }
    if (address !== undefined && type !== undefined && address + registersOf[type] > 0x10000) {
      problems.add(`${path}.address`, `${type} does not fit behind ${address}`);
    }
  }
  if (values.length > 0) checkRequired(values, draft.phases ?? 1, problems);
}

/** Energy, and power of all phases together or of each, are what no meter of an outlet can do without. */
function checkRequired(
  values: YamlDraft<Static<typeof mapValue>>[],
  phases: number,
  problems: YamlReading<typeof mapText>['problems'],
): void {
  const keyOf = ({ quantity, phase }: YamlDraft<Static<typeof mapValue>>): string => `${quantity} ${phase ?? ''}`;
  const there = new Set(values.map(keyOf));
  const required = new Set(values.filter(({ optional }) => optional !== true).map(keyOf));
  const powers = [['power '], Array.from({ length: phases }, (_, index) => `power ${index + 1}`)];
  const hasPower = (keys: Set<string>): boolean => powers.some((power) => power.every((key) => keys.has(key)));
  if (!there.has('energyImport ')) problems.add('values', 'energyImport is missing');
  else if (!required.has('energyImport ')) problems.add('values', 'energyImport cannot be optional');
  if (!hasPower(there)) problems.add('values', 'power is missing: of all phases together, or of each');
  else if (!hasPower(required)) {
    problems.add('values', 'power cannot be optional: of all phases together, or of each, it is required');
  }
}

/** Maps that come with the program. */
function ownDirectory(): string {
  return programFile('board/meters');
}

/** Names of the maps in a directory, in alphabetical order. Throws `board.invalid` when it cannot be read. */
export function knownMaps(directory = ownDirectory()): string[] {
  try {
    return readdirSync(directory)
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => file.slice(0, -'.yaml'.length))
      .sort();
  } catch (error) {
    throw new GreenupError('board.invalid', `register maps: ${directory} cannot be read (${messageOf(error)})`, {
      cause: error,
    });
  }
}

/** Loads `<name>.yaml`. Throws `board.invalid` when there is none, naming those that there are, or when it is wrong. */
export function loadMap(name: string, directory = ownDirectory()): RegisterMap {
  const names = knownMaps(directory);
  if (!names.includes(name)) {
    const meant = nearest(name, names);
    const question = meant === undefined ? '' : `did you mean ${meant}? `;
    throw new GreenupError(
      'board.invalid',
      `no register map "${name}" in ${directory}; ${question}Valid names: ${names.join(', ')}`,
    );
  }
  const fileName = join(directory, `${name}.yaml`);
  let text: string;
  try {
    text = readFileSync(fileName, 'utf8');
  } catch (error) {
    throw new GreenupError('board.invalid', `${fileName}: cannot be read (${messageOf(error)})`, { cause: error });
  }
  const map = parseMap(text, fileName);
  if (map.name === name) return map;
  throw new GreenupError('board.invalid', `${fileName}: name must be ${name}, as the file is called, not ${map.name}`);
}
