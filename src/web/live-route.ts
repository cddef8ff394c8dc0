/** The row of a live stream: server-sent events, which begin with the whole or with what was missed after an id. */
import { shape } from '../hal/shapes';
import { eventsFor, type Live } from './live';
import { HttpRefusal } from './refusal';
import { type Access, asked, type Route, type Visitor } from './routes';

const idCharactersMax = 100;

/** `mayLook` is asked again and again while the stream lasts. */
export function liveRoute(
  path: string,
  who: readonly Access[],
  live: Live,
  mayLook: (caller: Visitor) => boolean,
): Route {
  return asked({
    path,
    who,
    summary:
      'What the pages show, as it changes: server-sent events, the whole or what was missed after an id, then changes.',
    query: shape.Object(
      { after: shape.Optional(shape.String({ maxLength: idCharactersMax })) },
      { additionalProperties: false },
    ),
    handle: ({ caller, query, lastEventId }) => {
      if (live.isFull) throw new HttpRefusal(503, 'too many pages look on', { 'Retry-After': '10' });
      return { events: eventsFor(live, () => mayLook(caller), lastEventId ?? query.after) };
    },
  });
}
