/** The routes of the page of the configuration keys. */

import type { PageKeys } from '../control/pages/keys';
import { shape } from '../hal/shapes';
import { notDone } from './refusal';
import { got, posted, type Route } from './routes';

/** CiString50 and CiString500 (OCPP 1.6, 6.7): longer ones reach the table of keys, which says what is valid. */
const textCharactersMax = 1_000;
const text = shape.String({ maxLength: textCharactersMax });

export function keyRoutes(keys: PageKeys): Route[] {
  return [
    got('/api/keys', ['session'], 'All configuration keys, with what each may hold and who changed it.', () => {
      const list = keys.list();
      if (!list) throw notDone('starting');
      return { json: { keys: list } };
    }),
    posted({
      path: '/api/key',
      who: ['session'],
      summary: 'Changes a configuration key, as somebody at the station.',
      body: shape.Object({ key: text, value: text }, { additionalProperties: false }),
      handle: async ({ body: { key, value } }) => {
        const change = await keys.change(key, value);
        if ('refused' in change) throw notDone(change.refused);
        return { json: { ok: true, answer: change.answer } };
      },
    }),
  ];
}
