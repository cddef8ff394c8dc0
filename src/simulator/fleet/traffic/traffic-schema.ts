/** The one definition of the format of traffic files: the reader goes by it, and editors get it as JSON schema. */
import {
  Array as ListOf,
  Literal,
  Number as NumberOf,
  Object as ObjectOf,
  Optional,
  type Static,
  String as TextOf,
  type TLiteral,
  type TSchema,
  Union,
} from '@sinclair/typebox';
import { faultKinds, type SimulatedFault } from '../../../drivers/sim/faults';
import { closed, prose, text, whole } from '../../../hal/board/schema-words';
import { networkEventKinds } from './traffic';

const timeTitle = 'a time such as 500ms, 90s, 10m, 2h or 3d,';
export const timePattern = '^[0-9]+(\\.[0-9]+)?(ms|s|m|h|d)$';
const timeCharactersMax = 12;
export const cardPattern = '^[!-z|~]*(\\{0+\\}[!-z|~]*)?$';
const perDayMax = 1_000;
const weightMax = 1_000;
const rowsMax = 100;

function time(description: string) {
  return TextOf({ title: timeTitle, description, pattern: timePattern, minLength: 2, maxLength: timeCharactersMax });
}

function span(description: string) {
  return ObjectOf({ from: time('The least.'), to: time('The most.') }, closed('a time from and to', description));
}

function share(description: string) {
  return NumberOf({ title: 'a part of the whole', description, minimum: 0, maximum: 1 });
}

function weight(description: string) {
  return NumberOf({ title: 'a weight', description, minimum: 0, maximum: weightMax });
}

function weights(count: number, title: string, description: string) {
  const item = weight('Against the others of the list.');
  return ListOf(item, { title, description, minItems: count, maxItems: count });
}

function oneOf<T extends string>(words: readonly T[], title: string, description: string) {
  return Union(words.map((word) => Literal(word)) as unknown as [TLiteral<T>, TLiteral<T>], { title, description });
}

const visits = ObjectOf(
  {
    perDay: NumberOf({
      title: 'a number of drivers',
      description: 'Drivers who come to each charging point on an average day.',
      minimum: 0,
      maximum: perDayMax,
    }),
    hours: Optional(
      weights(24, 'weights, one an hour,', 'When in the day they come: 24 weights from midnight; absent: at any hour.'),
    ),
    days: Optional(
      weights(7, 'weights, one a day,', 'On which days they come: 7 weights from Monday; absent: on any day.'),
    ),
    stay: ListOf(
      ObjectOf(
        {
          share: weight('How many of the drivers, against the others of the list.'),
          from: time('The least.'),
          to: time('The most.'),
        },
        closed('a stay'),
      ),
      { title: 'stays', description: 'How long they stay.', minItems: 1, maxItems: rowsMax },
    ),
    domesticOutlet: Optional(
      share('Part of the drivers who use the domestic outlet beside the Type 2 outlet; absent: 0.'),
    ),
  },
  closed('visits', 'When drivers come and how long they stay. One who finds the place taken drives on.'),
);

const vehicle = ObjectOf(
  {
    share: weight('How many of the vehicles, against the others of the list.'),
    like: Optional(text('The name of a ready-made vehicle (board/vehicles.yaml); absent: the usual one.')),
    chargeFrom: whole('a state of charge', 0, 100, 'As it comes, in percent: the least.'),
    chargeTo: whole('a state of charge', 0, 100, 'As it comes, in percent: the most.'),
  },
  closed('a kind of vehicle'),
);

const card = ObjectOf(
  {
    share: weight('How many of the drivers, against the others of the list.'),
    card: TextOf({
      title: 'a card such as FLEET{0000}, with zeros for the digits of its number,',
      description:
        'Its number: 1 to 20 printable characters; {0000} stands for the number of one among `of` cards, with so many digits.',
      pattern: cardPattern,
      minLength: 1,
      maxLength: 22,
    }),
    of: Optional(whole('a number of cards', 1, 10_000_000, 'How many such cards there are; absent: one.')),
  },
  closed('a kind of card'),
);

const drivers = ObjectOf(
  {
    cardAfter: Optional(span('From the plug to the card; absent: 3 s to 20 s.')),
    byApp: Optional(
      share(
        'Part of the drivers who start by an app: the central system is to send RemoteStartTransaction; absent: 0.',
      ),
    ),
    reserved: Optional(share('Part of the drivers for whom the central system is to reserve the outlet; absent: 0.')),
    reservedAhead: Optional(span('From the reservation to the arrival; absent: 5 min to 30 min.')),
    forgetCard: Optional(share('Part of the drivers who plug in and show no card; absent: 0.')),
    cardAtEnd: Optional(share('Part of the drivers who end by their card; the others just unplug; absent: 0.5.')),
    overstay: Optional(share('Part of the drivers who come back late; absent: 0.')),
    overstayBy: Optional(span('How late they come back; absent: 1 h to 6 h.')),
  },
  closed('drivers', 'What drivers do and forget.'),
);

const fault = ObjectOf(
  {
    fault: oneOf<SimulatedFault>(
      faultKinds,
      `one of ${faultKinds.join(', ')}`,
      'A fault of the simulated world (docs/bench.md).',
    ),
    perYear: NumberOf({
      title: 'a number of times',
      description: 'How often it comes at each place where it can be, on average.',
      minimum: 0,
      maximum: 1_000_000,
    }),
    lasts: span('How long it is there.'),
  },
  closed('a fault'),
);

const networkEvent = ObjectOf(
  {
    event: oneOf(networkEventKinds, `one of ${networkEventKinds.join(', ')}`, 'What happens (docs/fleet.md).'),
    share: Optional(share('Part of the stations that it meets; absent: 1.')),
    at: time('When it begins, from the beginning of the traffic.'),
    lasts: Optional(time('How long it lasts; reconnect has no length.')),
    every: Optional(time('It comes again so long after it began; absent: once.')),
    groups: Optional(
      whole(
        'a number of groups',
        1,
        10_000,
        'Stations fall into so many groups by their numbers, one after the other; absent: 1.',
      ),
    ),
    apart: Optional(time('Each group begins so long after the one before; absent: 0s.')),
    spread: Optional(time('Each station begins by chance within so long; absent: 0s.')),
    frames: Optional(share('Part of the frames that are met, for drop, duplicate, delay and reorder; absent: 0.01.')),
    by: Optional(span('How late frames come, for slowLink and delay; absent: 200 ms to 2 s.')),
  },
  closed('a network event'),
);

export const trafficText = ObjectOf(
  {
    name: text('Names the traffic in reports.'),
    remark: Optional(prose()),
    begins: Optional(
      TextOf({
        title: 'a time of the week such as "monday 06:30"',
        description: 'The time of the week at which it begins; absent: monday 00:00.',
        pattern: '^(monday|tuesday|wednesday|thursday|friday|saturday|sunday) ([01][0-9]|2[0-3]):[0-5][0-9]$',
      }),
    ),
    pace: Optional(
      NumberOf({
        title: 'a number of times',
        description: 'How many times faster than in life drivers come, stay and go, and faults come; absent: 1.',
        minimum: 0.01,
        maximum: 10_000,
      }),
    ),
    visits,
    vehicles: Optional(
      ListOf(vehicle, {
        title: 'kinds of vehicles',
        description: 'Absent: the usual one.',
        minItems: 1,
        maxItems: rowsMax,
      }),
    ),
    cards: ListOf(card, {
      title: 'kinds of cards',
      description: 'Which cards drivers have.',
      minItems: 1,
      maxItems: rowsMax,
    }),
    drivers: Optional(drivers),
    faults: Optional(
      ListOf(fault, { title: 'faults', description: 'What breaks; absent: nothing.', maxItems: rowsMax }),
    ),
    network: Optional(
      ListOf(networkEvent, { title: 'network events', description: 'Absent: none.', maxItems: rowsMax }),
    ),
  },
  closed('traffic', 'What the drivers, vehicles, faults and links of a fleet do.'),
);

export type TrafficText = Static<typeof trafficText>;

/** The published JSON schema of a traffic file (draft 07), as in `board/traffic.schema.json`. */
export function trafficSchemaText(): string {
  const plain: TSchema = JSON.parse(JSON.stringify(trafficText));
  const schema = { $schema: 'http://json-schema.org/draft-07/schema#', ...plain, title: 'Traffic of a fleet' };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
