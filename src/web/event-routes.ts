/** The routes of the page "Event log". */
import { Type } from '@sinclair/typebox';
import type { EventsForPages } from '../control/pages/events';
import { present } from './refusal';
import { asked, type Route } from './routes';

export function eventRoutes(events: EventsForPages): Route[] {
  return [
    asked({
      path: '/api/events',
      who: ['session'],
      summary: 'What happened lately without secrets and cards, after a number only where one is given.',
      query: Type.Object({ after: Type.Optional(Type.Integer({ minimum: 0 })) }, { additionalProperties: false }),
      handle: ({ query: { after = 0 } }) => ({ json: present(events(after)) }),
    }),
  ];
}
