/** Reads the catalogue of Legrand stations, against which a board that names its reference is checked. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  Array as ListOf,
  Literal,
  Number as NumberOf,
  Object as ObjectOf,
  Optional,
  String as TextOf,
  Boolean as TrueOrFalse,
  Union,
} from '@sinclair/typebox';
import { GreenupError, messageOf } from '../errors';
import { programFile } from '../program-files';
import { ratedCurrentLimits, socketsPerPointMax } from './board-schema';
import { closed, prose } from './schema-words';
import { readYaml } from './yaml-text';

/** A row states what is known; what it leaves out is unknown and is not compared. */
export interface CatalogueStation {
  /** Six digits, for example 059004. */
  reference: string;
  range: string;
  /** Vehicles at once: charging points. */
  points?: 1 | 2;
  /** Outlets of each point. */
  sockets?: ('mode3' | 'mode2')[];
  /** Phases of the Mode 3 outlets. */
  phases?: 1 | 3;
  /** Rated current of the Mode 3 outlets, in A per phase. */
  ratedCurrentA?: number;
  /** Whether everything the row states was confirmed by a document of Legrand. */
  verified: boolean;
  source: string;
  uncertain?: string;
}

const sixDigits = { title: 'a Legrand catalogue number of six digits in quotes', pattern: '^[0-9]{6}$' };
const station = ObjectOf(
  {
    reference: TextOf(sixDigits),
    range: prose(),
    points: Optional(Union([Literal(1), Literal(2)])),
    sockets: Optional(
      ListOf(Union([Literal('mode3'), Literal('mode2')]), {
        title: 'modes',
        minItems: 1,
        maxItems: socketsPerPointMax,
      }),
    ),
    phases: Optional(Union([Literal(1), Literal(3)])),
    ratedCurrent: Optional(
      NumberOf({
        title: 'a number of amperes',
        minimum: ratedCurrentLimits.mode3.min,
        maximum: ratedCurrentLimits.mode3.max,
      }),
    ),
    verified: TrueOrFalse(),
    source: prose(),
    uncertain: Optional(prose()),
  },
  closed('a station'),
);
const accessory = ObjectOf(
  { reference: TextOf(sixDigits), what: prose(), verified: TrueOrFalse(), source: prose() },
  closed('an accessory'),
);
const catalogueText = ObjectOf(
  {
    stations: ListOf(station, { title: 'stations', maxItems: 500 }),
    accessories: Optional(ListOf(accessory, { title: 'accessories', maxItems: 500 })),
  },
  closed('a catalogue'),
);

/** Reads a catalogue; throws GreenupError `board.invalid` with every problem, and the place of each. */
export function parseCatalogue(text: string, fileName: string): CatalogueStation[] {
  const { stations } = readYaml(text, fileName, 'board.invalid', catalogueText).complete();
  return stations.map(({ ratedCurrent, ...row }) =>
    ratedCurrent === undefined ? row : { ...row, ratedCurrentA: ratedCurrent },
  );
}

/**
 * Reads the catalogue beside the board file, else the one that comes with the program (`board/catalogue.yaml`).
 * Throws GreenupError `board.invalid` when it is wrong, `config.invalid` when there is none.
 */
export function catalogueFor(boardFileName: string): CatalogueStation[] {
  const beside = join(dirname(boardFileName), 'catalogue.yaml');
  const found = existsSync(beside) ? beside : programFile('board/catalogue.yaml');
  let text: string;
  try {
    text = readFileSync(found, 'utf8');
  } catch (error) {
    throw new GreenupError('board.invalid', `${found}: cannot be read (${messageOf(error)})`, { cause: error });
  }
  return parseCatalogue(text, found);
}
