/** What happened to a station lately, bounded: its notices and the lines of its log, made into text only when they are asked for. */
import type { Clock } from '../hal/clock';
import type { Log } from '../hal/log';
import { withoutCardNumbers, withoutPasswords, withoutSecrets, withoutStoredCards } from '../ocpp/frames/masking';
import { plainText } from '../ocpp/frames/plain-text';
import { type Notice, type NoticeKind, noticeKinds } from '../station/notices';
import { isWithin, type ReportPeriod } from './report-period';

/** Events that are kept; of more the oldest are forgotten. */
export const eventsMax = 500;
/** One line of text has at most so many characters. */
const lineCharactersMax = 2_000;

interface KeptEvent {
  /** On the clock of this boot, in ms: the wall time may become known later. */
  atMs: number;
  kind: NoticeKind | 'info' | 'warning';
  facts: object;
  text: string;
}

/** All but the one that comes with each reading of a meter, whose newest values the view tells. */
export const keptKinds: readonly NoticeKind[] = noticeKinds.filter((kind) => kind !== 'transactionSampled');

/** Outlives a restart of the station in its process: what led to a reset can be seen after it. */
export class EventLog {
  private kept: KeptEvent[] = [];

  constructor(private readonly clock: Pick<Clock, 'now' | 'systemTime'>) {}

  /** Never throws: notices are kept as they are. */
  note(notice: Notice): void {
    this.keep({ atMs: this.clock.now(), kind: notice.kind, facts: notice, text: '' });
  }

  /** The same log, whose lines are kept here, too. */
  remembering(log: Log): Log {
    const keep = (kind: 'info' | 'warning', facts: object, text: string): void =>
      this.keep({ atMs: this.clock.now(), kind, facts, text });
    return {
      info: (facts, message) => {
        keep('info', facts, message);
        log.info(facts, message);
      },
      warn: (facts, message) => {
        keep('warning', facts, message);
        log.warn(facts, message);
      },
    };
  }

  /** A line that went past the station's log, such as one about a part of a rig. */
  warn(text: string): void {
    this.keep({ atMs: this.clock.now(), kind: 'warning', facts: {}, text });
  }

  /** Oldest first, a line each, without secrets and card numbers. What has no date counts as within the period. */
  *lines(
    period: ReportPeriod,
    fits: (event: Pick<KeptEvent, 'kind' | 'facts'>) => boolean = () => true,
  ): Iterable<string> {
    for (const event of [...this.kept]) {
      const unixMs = this.unixAt(event.atMs);
      if (fits(event) && isWithin(period, unixMs)) yield `${dateText(unixMs, event.atMs)} ${lineOf(event)}\n`;
    }
  }

  private keep(event: KeptEvent): void {
    this.kept.push(event);
    // Cut in halves, not at each event: to shift a long array costs its length.
    if (this.kept.length >= 2 * eventsMax) this.kept = this.kept.slice(-eventsMax);
  }

  /** By the wall clock as it is now, which may have been set after the event. */
  private unixAt(atMs: number): number | undefined {
    const unixMs = this.clock.systemTime();
    return unixMs === undefined ? undefined : unixMs - (this.clock.now() - atMs);
  }
}

/** ISO time; while nobody knows the time, the seconds of this boot. */
function dateText(unixMs: number | undefined, atMs: number): string {
  return unixMs === undefined ? `+${(atMs / 1_000).toFixed(3)}s` : new Date(unixMs).toISOString();
}

function lineOf({ kind, facts, text }: KeptEvent): string {
  const { kind: _, ...told }: { kind?: unknown } = withoutCardNumbers(withoutSecrets(facts));
  const details = Object.keys(told).length === 0 ? [] : [JSON.stringify(told)];
  const words = text === '' ? [] : [text];
  return plainText(withoutStoredCards(withoutPasswords([kind, ...words, ...details].join(' '))), lineCharactersMax);
}
