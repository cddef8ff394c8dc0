/** The routes of the page of an armed rig: its files, the live view, the changes of the pilots, and what is done by hand. */
import { type ArmedRig, rigActs } from '../control/pages/armed-rig';
import { programVersion } from '../hal/program-version';
import { shape } from '../hal/shapes';
import type { Live } from './live';
import { liveRoute } from './live-route';
import { openApiOf } from './openapi';
import { type Access, asked, got, posted, type Route } from './routes';
import { filesFor, type StaticFiles } from './static-files';

const who: readonly Access[] = ['rig'];

/** The name that a page gives itself when it is opened. */
const pageName = shape.String({ minLength: 16, maxLength: 64 });

/** Every row of this door. */
export function rigTable(rig: ArmedRig, files: StaticFiles, live: Live): readonly Route[] {
  const routes: Route[] = [
    ...[...filesFor('rig', files)].map(([path, file]) =>
      got(path, who, 'A file of the page of the rig.', () => ({ file })),
    ),
    liveRoute('/parts', who, live, () => true),
    asked({
      path: '/pilots',
      who,
      summary: 'Changes of the pilots, as they were measured; of greater number than "after".',
      query: shape.Object({ after: shape.Optional(shape.Integer({ minimum: 0 })) }, { additionalProperties: false }),
      handle: async ({ query: { after = 0 } }) => ({ json: await rig.pilotSteps(after) }),
    }),
    posted({
      path: '/acts',
      who,
      summary: 'Does something to the parts of a connector, as a key of the terminal does.',
      body: shape.Object(
        {
          act: shape.Union(rigActs.map((act) => shape.Literal(act))),
          connector: shape.Integer({ minimum: 1 }),
          page: pageName,
        },
        { additionalProperties: false },
      ),
      handle: async ({ body: { act, connector, page } }) => ({ json: await rig.act(act, connector, page) }),
    }),
    posted({
      path: '/here',
      who,
      summary: 'Somebody looks at this page: what it has closed may stay so for two more beats.',
      body: shape.Object({ page: pageName }, { additionalProperties: false }),
      handle: async ({ body: { page } }) => {
        await rig.here(page);
        return { json: { ok: true } };
      },
    }),
    got('/openapi.json', who, 'This document.', () => ({ json: openApiOf(routes, programVersion) })),
  ];
  return routes;
}
