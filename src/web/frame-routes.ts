/** The routes of the page "OCPP messages". */

import type { FramesForPages } from '../control/pages/frames';
import { shape } from '../hal/shapes';
import { present } from './refusal';
import { asked, type Route } from './routes';

export function frameRoutes(frames: FramesForPages): Route[] {
  return [
    asked({
      path: '/api/frames',
      who: ['session'],
      summary: 'The last OCPP frames without secrets and cards, those after a number only where one is given.',
      query: shape.Object({ after: shape.Optional(shape.Integer({ minimum: 0 })) }, { additionalProperties: false }),
      handle: ({ query: { after = 0 } }) => ({ json: present(frames(after)) }),
    }),
  ];
}
