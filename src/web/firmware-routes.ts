/** The routes of the page "Firmware". */
import type { FirmwareForPages } from '../control/pages/firmware';
import { updateUrlCharactersMax } from '../control/update-commands';
import { updateBytesMax } from '../hal/firmware-updates';
import { shape } from '../hal/shapes';
import { present } from './refusal';
import { type Access, done, got, posted, type Route, streamed } from './routes';

const who: readonly Access[] = ['session'];
const strict = { additionalProperties: false };
const downgrade = shape.Optional(shape.Boolean());

export function firmwareRoutes(firmware: FirmwareForPages): Route[] {
  return [
    got(
      '/api/firmware',
      who,
      'The releases of the station, and how far an update of its program has come.',
      async () => ({
        json: present(await firmware.look()),
      }),
    ),
    posted({
      path: '/api/firmware/order',
      who,
      summary: 'Orders an update from a URL; without "downgrade" a lower version is refused.',
      body: shape.Object({ url: shape.String({ maxLength: updateUrlCharactersMax }), downgrade }, strict),
      handle: async ({ body }) => done(await firmware.order(body.url, body.downgrade ?? false)),
    }),
    streamed({
      path: '/api/firmware/file',
      who,
      summary: 'Takes the file of a new release, and orders an update of it.',
      query: shape.Object({ downgrade }, strict),
      streamBytesMax: updateBytesMax,
      handle: async ({ body: { bytes, content }, query }) =>
        done(await firmware.hand(bytes, content, query.downgrade ?? false)),
    }),
    posted({
      path: '/api/firmware/cancel',
      who,
      summary: 'Cancels an update that is not being installed yet.',
      body: shape.Object({ now: shape.Literal(true) }, strict),
      handle: async () => done(await firmware.cancel()),
    }),
    posted({
      path: '/api/firmware/previous',
      who,
      summary: 'Brings the release back that ran before, with a restart.',
      body: shape.Object({ restart: shape.Literal(true) }, strict),
      handle: async () => done(await firmware.previous()),
    }),
  ];
}
