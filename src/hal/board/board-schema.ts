/** The one definition of the board format: the loader reads by it, and editors get it as JSON schema. */

import {
  Array as ListOf,
  Literal,
  Number as NumberOf,
  Object as ObjectOf,
  Optional,
  type Static,
  String as TextOf,
  Boolean as TrueOrFalse,
  type TSchema,
  Union,
} from '@sinclair/typebox';
import { lowestOfferA, type2RatingMaxA } from '../iec61851';
import { rigHardware } from './hardware-schema';
import { closed } from './schema-words';
import { pointWiring, socketWiring } from './wiring-schema';

// The constructors come one by one so that a bundler leaves out the rest of the package: it would cost 7 ms at start.

/** What holds for a name that the file leaves out and whose value does not depend on the socket. */
export const boardDefaults = {
  nominalVoltage: 230,
  side: 'right',
  cardReader: true,
  indicator: true,
  cable: 'socket',
  residualCurrentMonitor: true,
  thermometer: true,
  ventilation: false,
  wakesVehicle: false,
  meterBehindContactor: false,
  trustsUnknownFileServers: false,
} as const;

/** Longest identity texts that BootNotification.req carries, in characters (OCPP 1.6, 6.1: CiString20, 25 and 50). */
export const identityCharactersMax = { vendor: 20, model: 20, serialNumber: 25, firmwareVersion: 50 } as const;
/** OCPP texts are printable ASCII (OCPP 1.6, 2.3); a blank at either end would be lost on labels and forms. */
export const identityPattern = '^[!-~]([ -~]*[!-~])?$';

/** Rated currents in A: Mode 3 is limited by the pilot signal (6 A) and by Type 2 (63 A), Mode 2 by the 2P+E outlet. */
export const ratedCurrentLimits = {
  mode3: { min: lowestOfferA, max: type2RatingMaxA },
  mode2: { min: 8, max: 16 },
} as const;

const nominalVoltageLimits = { min: 100, max: 277 } as const;
const nameCharactersMax = 100;
export const pointsMax = 2;
export const socketsPerPointMax = 2;

function amperes(description: string) {
  const { min, max } = ratedCurrentLimits.mode3;
  return NumberOf({ title: 'a number of amperes', description, minimum: min, maximum: max });
}

function yesOrNo(description: string, defaultValue?: boolean) {
  return Optional(TrueOrFalse(defaultValue === undefined ? { description } : { description, default: defaultValue }));
}

function identity(name: keyof typeof identityCharactersMax, description: string) {
  const maxLength = identityCharactersMax[name];
  return TextOf({
    title: 'a text (printable ASCII, no blanks at its ends)',
    description: `${description} Printable ASCII, 1 to ${maxLength} characters; put it in quotes if it looks like a number.`,
    minLength: 1,
    maxLength,
    pattern: identityPattern,
  });
}

/** What only an editor needs; `board-checks.ts` says the same with reasons. */
const mode2Only = {
  if: { properties: { mode: { const: 'mode2' } }, required: ['mode'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON schema
  then: {
    properties: {
      phases: { const: 1 },
      ratedCurrent: { minimum: ratedCurrentLimits.mode2.min, maximum: ratedCurrentLimits.mode2.max },
      cable: { const: 'socket' },
      lock: { const: false },
      wakesVehicle: { const: false },
    },
  },
  else: { properties: { plugDetector: { const: false } } },
};

const tetheredOnly = {
  if: { properties: { cable: { type: 'object' } }, required: ['cable'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON schema
  then: { properties: { lock: { const: false } } },
};

/** A rig needs the wiring; with simulated drivers it is there for another day, and not used. */
const wiredOnly = {
  if: { properties: { drivers: { const: 'pi' } }, required: ['drivers'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON schema
  then: { required: ['hardware'] },
};

const cable = Union(
  [
    Literal('socket', { description: 'A socket outlet: the driver brings a cable, whose plug tells its rating.' }),
    ObjectOf(
      { tethered: amperes('Rating of the attached cable, in A per phase, 6 to 63.') },
      closed('{ tethered: amperes }', 'A cable that is attached for good. Mode 3 only; there is then no plug lock.'),
    ),
  ],
  {
    title: 'socket, or { tethered: 6 to 63 amperes }',
    description:
      'Whether the driver brings the cable (socket, the default) or it is attached (tethered, with its rating in A).',
    default: boardDefaults.cable,
  },
);

const socket = ObjectOf(
  {
    mode: Union([Literal('mode3'), Literal('mode2')], {
      description:
        "mode3: Type 2 with control pilot (T2S). mode2: domestic Green'Up outlet (2P+E). IEC 61851-1, 6.2. At most one of each a point, mode3 first.",
    }),
    phases: Union([Literal(1), Literal(3)], {
      description: 'Number of phases wired to the outlet: 1 or 3; a Mode 2 outlet has 1.',
    }),
    ratedCurrent: amperes(
      'Rated current of the outlet and its wiring, in A per phase: 6 to 63 in Mode 3, 8 to 16 in Mode 2.',
    ),
    cable: Optional(cable),
    lock: yesOrNo(
      'Whether a bolt holds the plug. Default: true for a Mode 3 socket outlet, false with a tethered cable and in Mode 2, where it must be false.',
    ),
    plugDetector: yesOrNo(
      'Mode 2: whether a contact tells that a plug is in; default true. Mode 3 sees the plug by its pilot: false, always.',
    ),
    residualCurrentMonitor: yesOrNo(
      'Whether the outlet has its own residual current monitor with self test (IEC 62955). Default with drivers: pi: whether it is wired; so it is for lock, plugDetector, thermometer, cardReader and indicator.',
      boardDefaults.residualCurrentMonitor,
    ),
    thermometer: yesOrNo('Whether a temperature sensor watches the outlet.', boardDefaults.thermometer),
    ventilation: yesOrNo(
      'Whether the place is ventilated, so that vehicles that ask for ventilation (state D) may charge.',
      boardDefaults.ventilation,
    ),
    wakesVehicle: yesOrNo(
      'Whether a vehicle that does not charge after a pause is woken by state F for 4 s: after 30 s, then each hour, three times a pause. A full vehicle is disturbed, too. Mode 3 only.',
      boardDefaults.wakesVehicle,
    ),
    meterBehindContactor: yesOrNo(
      'Whether the meter measures behind the contactor, so that it has no voltage while that is open. Its voltages are then held against the contacts: none behind closed ones is a warning, mains behind open ones a contactor that does not open.',
      boardDefaults.meterBehindContactor,
    ),
    wiring: Optional(socketWiring),
  },
  { ...closed('a socket', 'One socket outlet.'), allOf: [mode2Only, tetheredOnly] },
);

const point = ObjectOf(
  {
    side: Optional(
      Union([Literal('right'), Literal('left')], {
        description:
          'Side of the station seen from the front. Default with one point: right. With two: right, then left.',
      }),
    ),
    installationCurrent: amperes(
      'What the installation can give this point, in A per phase, 6 to 63 (keys MaxCurrentInstallationRight and -Left).',
    ),
    cardReader: yesOrNo('Whether the point has an RFID card reader.', boardDefaults.cardReader),
    indicator: yesOrNo('Whether the point has an indicator light.', boardDefaults.indicator),
    sockets: ListOf(socket, {
      title: 'sockets',
      description: 'One or two outlets; they become OCPP connectors in this order.',
      minItems: 1,
      maxItems: socketsPerPointMax,
    }),
    wiring: Optional(pointWiring),
  },
  closed('a charging point', 'A place for one vehicle, with one or two outlets of which one is used at a time.'),
);

export const boardText = ObjectOf(
  {
    name: TextOf({
      title: 'a text',
      description: `What people call this board; 1 to ${nameCharactersMax} characters.`,
      minLength: 1,
      maxLength: nameCharactersMax,
    }),
    drivers: Union([Literal('simulated'), Literal('pi')], {
      description:
        'What stands behind the parts. simulated: a simulated world. pi: the devices of a Raspberry Pi, as hardware and wiring tell.',
    }),
    vendor: identity('vendor', 'chargePointVendor of BootNotification.'),
    model: identity('model', 'chargePointModel of BootNotification.'),
    serialNumber: identity('serialNumber', 'Serial number in BootNotification.'),
    firmwareVersion: Optional(
      identity('firmwareVersion', 'firmwareVersion of BootNotification, in place of that of the release that runs.'),
    ),
    reference: Optional(
      TextOf({
        title: 'a Legrand catalogue number of six digits in quotes',
        description: 'Legrand catalogue number from catalogue.yaml, in quotes; the board must then agree with its row.',
        pattern: '^([0-9] ?){5}[0-9]$',
      }),
    ),
    nominalVoltage: Optional(
      NumberOf({
        title: 'a number of volts',
        description: 'Nominal voltage between phase and neutral, in V, 100 to 277.',
        minimum: nominalVoltageLimits.min,
        maximum: nominalVoltageLimits.max,
        default: boardDefaults.nominalVoltage,
      }),
    ),
    trustsUnknownFileServers: yesOrNo(
      'Whether certificates of servers to and from which files go by FTPS and HTTPS are not looked at: whoever answers may then read and change them, and learns the password. Told at each start and in the self-check. The key of an SFTP server must not change even so.',
      boardDefaults.trustsUnknownFileServers,
    ),
    points: ListOf(point, {
      title: 'charging points',
      description: 'One charging point, or two: right, then left.',
      minItems: 1,
      maxItems: pointsMax,
    }),
    hardware: Optional(rigHardware),
  },
  {
    ...closed('a board', 'Describes a charging station: its identity, its charging points and their sockets.'),
    allOf: [wiredOnly],
  },
);

export type BoardText = Static<typeof boardText>;
export type PointText = BoardText['points'][number];
export type SocketText = PointText['sockets'][number];

/** The published JSON schema of a board file (draft 07), as in `board/board.schema.json`. */
export function boardSchema(): { $schema: string; title: string } & Record<string, unknown> {
  const plain: TSchema = JSON.parse(JSON.stringify(boardText));
  return { $schema: 'http://json-schema.org/draft-07/schema#', ...plain, title: 'Board of a charging station' };
}

/** As published in board/board.schema.json. */
export function boardSchemaText(): string {
  return `${JSON.stringify(boardSchema(), null, 2)}\n`;
}
