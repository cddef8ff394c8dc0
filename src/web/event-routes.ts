/** The routes of the page "Event log". */

import type { EventsForPages } from '../control/pages/events';
import { shape } from '../hal/shapes';
import { present } from './refusal';
import { asked, type Route } from './routes';

export function eventRoutes(events: EventsForPages): Route[] {
  return [
    asked({
      path: '/api/events',
      who: ['session'],
      summary: 'What happened lately without secrets and cards, after a number only where one is given.',
      query: shape.Object({ after: shape.Optional(shape.Integer({ minimum: 0 })) }, { additionalProperties: false }),
      handle: ({ query: { after = 0 } }) => ({ json: present(events(after)) }),
    }),
  ];
}
