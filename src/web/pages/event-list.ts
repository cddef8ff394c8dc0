/** The events of a page as they grow, and which of them are chosen. Pure. */
import type { EventLevel, PageEvent, PageEvents } from '../../control/pages/events';

/** Events that a page keeps, as many as the station does. */
const eventsMax = 1_000;

export interface EventList {
  log: string;
  lastNumber: number;
  /** Oldest first. */
  events: readonly PageEvent[];
}

export const noEvents: EventList = { log: '', lastNumber: 0, events: [] };

/** The list with what was told behind it; of another process of the station, that alone. */
export function withEvents(list: EventList, { log, lastNumber, events }: PageEvents): EventList {
  const known = log === list.log ? list : noEvents;
  const fresh = events.filter(({ number }) => number > known.lastNumber);
  return { log, lastNumber, events: [...known.events, ...fresh].slice(-eventsMax) };
}

/** As grave as this, or graver. */
export const levels: readonly EventLevel[] = ['info', 'warning', 'fault'];

export interface EventChoice {
  level: EventLevel;
  /** Empty: all; `socket 1`: of this socket alone. */
  source: string;
  text: string;
}

/** `said`: the sentence of the event, in which the search looks. */
export function isChosen(event: PageEvent, said: string, { level, source, text }: EventChoice): boolean {
  if (levels.indexOf(event.level) < levels.indexOf(level)) return false;
  if (source !== '' && sourceName(event) !== source) return false;
  return said.toLowerCase().includes(text.trim().toLowerCase());
}

/** The same for all events of one source. */
export function sourceName({ source, connectorId }: PageEvent): string {
  return connectorId === undefined ? source : `${source} ${connectorId}`;
}
