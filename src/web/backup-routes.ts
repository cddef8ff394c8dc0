/** The routes of the page of the back-up. */
import type { BackupForPages } from '../control/pages/backup';
import { shape } from '../hal/shapes';
import { present } from './refusal';
import { type Access, asked, done, posted, type Route } from './routes';

const who: readonly Access[] = ['session'];
const strict = { additionalProperties: false };
/** All keys, and as many cards as there may be with the longest labels. */
const fileBytesMax = 256 * 1024;
const file = shape.String({ maxLength: fileBytesMax });

export function backupRoutes(backup: BackupForPages): Route[] {
  return [
    asked({
      path: '/api/backup',
      who,
      summary:
        'The settings of the station without secrets, to be kept; with the cards that it knows where they are asked for.',
      query: shape.Object({ cards: shape.Optional(shape.Boolean()) }, strict),
      handle: ({ query }) => ({ json: present(backup.make(query.cards ?? false)) }),
    }),
    posted({
      path: '/api/backup/plan',
      who,
      summary: 'Says what a file of settings would change, and what is wrong with it; changes nothing.',
      body: shape.Object({ file }, strict),
      bodyBytesMax: fileBytesMax,
      handle: ({ body }) => ({ json: { ok: true, ...present(backup.plan(body.file)) } }),
    }),
    posted({
      path: '/api/backup/restore',
      who,
      summary: 'Does what was said of a file of settings: all of it or nothing.',
      body: shape.Object({ file, digest: shape.String({ maxLength: 100 }) }, strict),
      bodyBytesMax: fileBytesMax,
      handle: async ({ body }) => done(await backup.restore(body.file, body.digest)),
    }),
  ];
}
