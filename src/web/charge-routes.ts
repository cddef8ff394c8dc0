/** The routes of the page "Charges". */

import type { ChargesForPages } from '../control/pages/charges';
import { shape } from '../hal/shapes';
import { present } from './refusal';
import { type Access, asked, got, type Route } from './routes';

const who: readonly Access[] = ['session'];
const keyCharactersMax = 100;

export function chargeRoutes(charges: ChargesForPages): Route[] {
  return [
    got('/api/charges', who, 'Charges that run, and the newest that ended, with cards masked.', () => ({
      json: present(charges.list()),
    })),
    asked({
      path: '/api/charges/curve',
      who,
      summary: 'How a charge drew its power; null where no curve is kept.',
      query: shape.Object({ key: shape.String({ maxLength: keyCharactersMax }) }, { additionalProperties: false }),
      handle: ({ query: { key } }) => ({ json: { curve: charges.curve(key) ?? null } }),
    }),
    got('/api/charges/csv', who, 'All charges that are kept, as CSV (RFC 4180), with cards masked.', () => ({
      json: { csv: present(charges.csv()) },
    })),
  ];
}
