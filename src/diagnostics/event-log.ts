/** What happened to a station lately, bounded: its notices and the lines of its log, made into text only when they are asked for. */
import type { Clock } from '../hal/clock';
import type { Log } from '../hal/log';
import { withoutCardNumbers, withoutPasswords, withoutSecrets, withoutStoredCards } from '../ocpp/frames/masking';
import { plainText } from '../ocpp/frames/plain-text';
import type { FaultId } from '../station/faults';
import { type Notice, type NoticeKind, noticeKinds } from '../station/notices';
import { FaultSpells } from './fault-spells';
import { isWithin, type ReportPeriod } from './report-period';

/** Events that are kept; of more the oldest are forgotten. */
export const eventsMax = 1_000;
/** Two clocks that run beside each other differ by less, in ms; what is more is a correction. */
const correctionMs = 2_000;
/** One line of text has at most so many characters. */
const lineCharactersMax = 2_000;

interface KeptEvent {
  number: number;
  /** On the clock of this boot, in ms: the wall time may become known later. */
  atMs: number;
  kind: NoticeKind | 'info' | 'warning';
  facts: object;
  text: string;
}

/** An event as onlookers have it: without secrets and card numbers. */
export interface ToldEvent {
  /** Counts the events of a log, from 1. */
  number: number;
  /** undefined while nobody knows the time. */
  unixMs: number | undefined;
  /** `info` and `warning` are lines of the log. */
  kind: KeptEvent['kind'];
  /** What happened; undefined: a line of the log. */
  notice: Notice | undefined;
  /** The line, with its details. */
  text: string;
}

/** A fault from when it came to when it went, in ms of Unix time; undefined while nobody knows the time. */
export interface FaultSpell {
  /** 0: the station as a whole. */
  connectorId: number;
  fault: FaultId;
  isPresent: boolean;
  cameAt: number | undefined;
  wentAt: number | undefined;
}

/** All but the one that comes with each reading of a meter, whose newest values the view tells. */
export const keptKinds: readonly NoticeKind[] = noticeKinds.filter((kind) => kind !== 'transactionSampled');

/** Outlives a restart of the station in its process: what led to a reset can be seen after it. */
export class EventLog {
  /** Another one after each start of the process, in which numbers begin anew. */
  readonly name = Math.random().toString(36).slice(2, 10);
  private kept: KeptEvent[] = [];
  private last = 0;
  private readonly spells = new FaultSpells();
  /** What instants of faults were said to have been: told again and again, they do not waver. */
  private dates = new Map<number, number>();

  constructor(
    private readonly clock: Pick<Clock, 'now' | 'systemTime'>,
    private readonly keptMax = eventsMax,
  ) {}

  /** Number of the last event; 0: there was none yet. */
  get lastNumber(): number {
    return this.last;
  }

  /** Never throws: notices are kept as they are. */
  note(notice: Notice): void {
    const { kind } = notice;
    if (kind === 'faultChanged') this.spells.note(notice.connectorId, notice.fault, notice.present, this.clock.now());
    this.keep(notice.kind, notice, '');
  }

  /** The same log, whose lines are kept here, too. */
  remembering(log: Log): Log {
    return {
      info: (facts, message) => {
        this.keep('info', facts, message);
        log.info(facts, message);
      },
      warn: (facts, message) => {
        this.keep('warning', facts, message);
        log.warn(facts, message);
      },
    };
  }

  /** A line that went past the station's log, such as one about a part of a rig. */
  warn(text: string): void {
    this.keep('warning', {}, text);
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

  /** The last ones, oldest first; `after`: only those with a greater number. */
  recent(after = 0): ToldEvent[] {
    return this.kept
      .slice(-this.keptMax)
      .filter(({ number }) => number > after)
      .map((event) => ({
        number: event.number,
        unixMs: this.unixAt(event.atMs),
        kind: event.kind,
        notice: isLine(event) ? undefined : (maskedFacts(event) as Notice),
        text: isLine(event) ? wordsOf(event) : '',
      }));
  }

  /** Of the faults lately, the newest first. */
  get faultSpells(): FaultSpell[] {
    const dates = new Map<number, number>();
    const dated = (atMs: number): number | undefined => {
      const unixMs = this.steadyUnixAt(atMs);
      if (unixMs !== undefined) dates.set(atMs, unixMs);
      return unixMs;
    };
    const told = [...this.spells.list].reverse().map(({ connectorId, fault, cameAtMs, wentAtMs }) => ({
      connectorId,
      fault,
      isPresent: wentAtMs === undefined,
      cameAt: dated(cameAtMs),
      wentAt: wentAtMs === undefined ? undefined : dated(wentAtMs),
    }));
    this.dates = dates;
    return told;
  }

  /** A start of the station in this process. */
  stationStarts(): void {
    this.spells.restarted(this.clock.now());
  }

  private keep(kind: KeptEvent['kind'], facts: object, text: string): void {
    this.last += 1;
    if (this.keptMax === 0) return;
    this.kept.push({ number: this.last, atMs: this.clock.now(), kind, facts, text });
    // Cut in halves, not at each event: to shift a long array costs its length.
    if (this.kept.length >= 2 * this.keptMax) this.kept = this.kept.slice(-this.keptMax);
  }

  /** The same as before, unless the clock was corrected meanwhile. */
  private steadyUnixAt(atMs: number): number | undefined {
    const unixMs = this.unixAt(atMs);
    const before = this.dates.get(atMs);
    if (unixMs === undefined || before === undefined) return unixMs;
    return Math.abs(unixMs - before) < correctionMs ? before : unixMs;
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

function lineOf(event: KeptEvent): string {
  return `${event.kind} ${wordsOf(event)}`;
}

function isLine({ kind }: KeptEvent): boolean {
  return kind === 'info' || kind === 'warning';
}

function maskedFacts({ facts }: KeptEvent): object {
  return withoutCardNumbers(withoutSecrets(facts));
}

/** The text and its details in one line. */
function wordsOf(event: KeptEvent): string {
  const { kind: _, ...told }: { kind?: unknown } = maskedFacts(event);
  const details = Object.keys(told).length === 0 ? [] : [JSON.stringify(told)];
  const words = event.text === '' ? [] : [event.text];
  return plainText(withoutStoredCards(withoutPasswords([...words, ...details].join(' '))), lineCharactersMax);
}
