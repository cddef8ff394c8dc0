/** The routes of the page of the cards. */
import type { CardsForPages } from '../control/pages/cards';
import { shape } from '../hal/shapes';
import { teachSecondsMax } from '../local/bounds';
import { present } from './refusal';
import { type Access, asked, done, got, posted, type Route } from './routes';

const who: readonly Access[] = ['session'];
const strict = { additionalProperties: false };
/** What is longer is refused by the station, which says what is valid. */
const word = shape.String({ maxLength: 1_000 });
const shows = shape.Boolean();
/** As many cards as there may be, with the longest labels. */
const tableBytesMax = 256 * 1024;
const table = { table: shape.String({ maxLength: tableBytesMax }), removesOthers: shape.Boolean() };

export function cardRoutes(cards: CardsForPages): Route[] {
  return [
    asked({
      path: '/api/cards',
      who,
      summary: 'The cards that the station knows by itself, masked unless they are asked for whole.',
      query: shape.Object({ shows: shape.Optional(shows) }, strict),
      handle: ({ query }) => ({ json: present(cards.list(query.shows ?? false)) }),
    }),
    got('/api/cards/csv', who, 'The cards as a table (RFC 4180), with whole numbers.', () => ({
      json: { csv: present(cards.csv()) },
    })),
    posted({
      path: '/api/cards/add',
      who,
      summary: 'Adds a card, or gives one that is known another label and last day.',
      body: shape.Object({ card: word, label: word, lastDay: word }, strict),
      handle: async ({ body: { card, label, lastDay } }) =>
        done(await cards.add({ token: card, label, ...(lastDay === '' ? {} : { lastDay }) })),
    }),
    posted({
      path: '/api/cards/remove',
      who,
      summary: 'Removes a card.',
      body: shape.Object({ id: word }, strict),
      handle: async ({ body: { id } }) => done(await cards.remove(id)),
    }),
    posted({
      path: '/api/cards/teach',
      who,
      summary: 'The next card at a reader is added.',
      body: shape.Object(
        { label: word, lastDay: word, seconds: shape.Integer({ minimum: 1, maximum: teachSecondsMax }) },
        strict,
      ),
      handle: async ({ body: { label, lastDay, seconds } }) =>
        done(await cards.teach(label, lastDay === '' ? undefined : lastDay, seconds * 1_000)),
    }),
    posted({
      path: '/api/cards/teach-no-more',
      who,
      summary: 'Ends the wait for a card.',
      body: shape.Object({ end: shape.Literal(true) }, strict),
      handle: async () => done(await cards.stopTeaching()),
    }),
    posted({
      path: '/api/cards/plan',
      who,
      summary: 'Says what a table of cards would change, and what is wrong with it; changes nothing.',
      body: shape.Object({ ...table, shows }, strict),
      bodyBytesMax: tableBytesMax,
      handle: ({ body }) => ({
        json: { ok: true, ...present(cards.plan(body.table, body.removesOthers, body.shows)) },
      }),
    }),
    posted({
      path: '/api/cards/take',
      who,
      summary: 'Does what was said of a table of cards: all of it or nothing.',
      body: shape.Object({ ...table, digest: word }, strict),
      bodyBytesMax: tableBytesMax,
      handle: async ({ body }) => done(await cards.take(body.table, body.removesOthers, body.digest)),
    }),
  ];
}
