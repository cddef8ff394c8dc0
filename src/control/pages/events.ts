/** What the pages see of the events of a station: how grave each is, whose it is, and what happened; cards are masked. */
import type { ToldEvent } from '../../diagnostics/event-log';
import type { RunningStation } from '../../main';
import type { Notice } from '../../station/notices';

export type EventLevel = 'info' | 'warning' | 'fault';

/** Whose it is; `program`: a line of the log, which nobody has translated. */
export type EventSource = 'station' | 'socket' | 'card' | 'centralSystem' | 'program';

export interface PageEvent {
  number: number;
  /** ISO time; null while nobody knows the time. */
  at: string | null;
  level: EventLevel;
  source: EventSource;
  /** Of a socket. */
  connectorId?: number;
  notice?: Notice;
  /** A line of the log. */
  line?: string;
}

export interface PageEvents {
  /** Another one after each start of the process, in which numbers begin anew. */
  log: string;
  lastNumber: number;
  /** Oldest first. */
  events: readonly PageEvent[];
}

/** `after`: the number of the last event that is known; undefined while the station starts or ends. */
export type EventsForPages = (after: number) => PageEvents | undefined;

export function pageEvents(present: () => RunningStation | undefined): EventsForPages {
  return (after) => {
    const running = present();
    if (!running) return undefined;
    const { events: log } = running;
    return { log: log.name, lastNumber: log.lastNumber, events: log.recent(after).map(eventOf) };
  };
}

function eventOf({ number, unixMs, kind, notice, text }: ToldEvent): PageEvent {
  const at = unixMs === undefined ? null : new Date(unixMs).toISOString();
  if (!notice) return { number, at, level: kind === 'warning' ? 'warning' : 'info', source: 'program', line: text };
  const source = sourceOf(notice);
  const connector = 'connectorId' in notice && source === 'socket' ? { connectorId: notice.connectorId } : {};
  return { number, at, level: levelOf(notice), source, ...connector, notice };
}

function levelOf(notice: Notice): EventLevel {
  switch (notice.kind) {
    case 'faultChanged':
      return notice.present ? 'fault' : 'info';
    case 'statusChanged':
      return notice.status === 'Faulted' ? 'fault' : notice.errorCode === 'NoError' ? 'info' : 'warning';
    case 'connectionChanged':
      return notice.connection === 'connected' ? 'info' : 'warning';
    case 'registrationChanged':
      return notice.registration === 'Rejected' ? 'warning' : 'info';
    case 'cardRefused':
    case 'requestRefused':
      return 'warning';
    default:
      return 'info';
  }
}

function sourceOf(notice: Notice): EventSource {
  switch (notice.kind) {
    case 'connectionChanged':
    case 'registrationChanged':
    case 'requestRefused':
      return 'centralSystem';
    case 'cardRefused':
      return 'card';
    case 'configurationChanged':
      return 'station';
    default:
      return notice.connectorId === 0 ? 'station' : 'socket';
  }
}
