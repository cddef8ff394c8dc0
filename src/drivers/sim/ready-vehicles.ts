/** Ready-made vehicles by name: read from board/vehicles.yaml, checked, and turned into options of a vehicle. */
import { readFileSync } from 'node:fs';
import {
  Array as ListOf,
  Number as NumberOf,
  Object as ObjectOf,
  Optional,
  type Static,
  Boolean as TrueOrFalse,
  type TSchema,
} from '@sinclair/typebox';
import { closed, prose } from '../../hal/board/schema-words';
import { readYaml } from '../../hal/board/yaml-text';
import { CommandRefusal } from '../../hal/command-refusal';
import { messageOf } from '../../hal/errors';
import { programFile } from '../../hal/program-files';
import { choicesFor } from '../../hal/suggest';
import { changedEvOptions, type EvOptions, evDefaults } from './ev-options';

const textCharactersMax = 300;

const figure = ObjectOf(
  { value: NumberOf({ title: 'a number' }), verified: TrueOrFalse(), source: prose(textCharactersMax) },
  closed('a figure with its source'),
);

/** Whatever of a vehicle is a number can be a figure. */
const figureNames = (Object.keys(evDefaults) as (keyof EvOptions)[]).filter(
  (name) => typeof evDefaults[name] !== 'boolean',
);

const vehiclesText = ObjectOf(
  {
    vehicles: ListOf(
      ObjectOf(
        {
          name: prose(textCharactersMax),
          like: prose(textCharactersMax),
          remark: prose(textCharactersMax),
          figures: ObjectOf(
            Object.fromEntries(figureNames.map((name) => [name, Optional(figure)])) as Record<string, TSchema>,
            closed('figures'),
          ),
        },
        closed('a vehicle'),
      ),
      { title: 'vehicles', minItems: 1, maxItems: 100 },
    ),
  },
  closed('a file of vehicles'),
);

export interface ReadyVehicle {
  name: string;
  like: string;
  remark: string;
  figures: Readonly<Record<string, Static<typeof figure>>>;
  options: Readonly<Partial<EvOptions>>;
}

/** Reads a file of vehicles; throws `config.invalid` with every problem and its place. */
export function parseVehicles(text: string, fileName: string): ReadyVehicle[] {
  const reading = readYaml(text, fileName, 'config.invalid', vehiclesText);
  const seen = new Set<string>();
  for (const [index, vehicle] of (reading.draft.vehicles ?? []).entries()) {
    const { name, figures = {} } = vehicle as { name?: string; figures?: ReadyVehicle['figures'] };
    if (name !== undefined && seen.has(name)) reading.problems.add(`vehicles[${index}].name`, `${name} is there twice`);
    if (name !== undefined) seen.add(name);
    try {
      changedEvOptions(evDefaults, optionsOf(figures), 'figures');
    } catch (error) {
      reading.problems.add(`vehicles[${index}].figures`, messageOf(error));
    }
  }
  return reading.complete().vehicles.map((vehicle) => {
    const figures = vehicle.figures as ReadyVehicle['figures'];
    return { ...vehicle, figures, options: optionsOf(figures) };
  });
}

function optionsOf(figures: ReadyVehicle['figures']): Partial<EvOptions> {
  return Object.fromEntries(Object.entries(figures).map(([name, { value }]) => [name, value])) as Partial<EvOptions>;
}

/** Those that come with the program. */
export function readyVehicles(): ReadyVehicle[] {
  const fileName = programFile('board/vehicles.yaml');
  return parseVehicles(readFileSync(fileName, 'utf8'), fileName);
}

/** Throws `command.invalid`, naming those that there are, for one that is not. */
export function readyVehicle(name: string): ReadyVehicle {
  const vehicles = readyVehicles();
  const found = vehicles.find((vehicle) => vehicle.name === name);
  if (found !== undefined) return found;
  const names = vehicles.map((vehicle) => vehicle.name);
  throw new CommandRefusal('vehicleUnknown', `there is no vehicle "${name}"; ${choicesFor(name, names)}`);
}
