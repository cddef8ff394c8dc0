/** The report of a station: one zip for whoever looks for what went wrong, without passwords, keys and whole card numbers. */
import type { Board } from '../hal/board';
import type { Clock } from '../hal/clock';
import { programVersion } from '../hal/program-version';
import type { SetAside } from '../hal/stored';
import type { Charge } from '../local/charge-history';
import type { Configuration } from '../ocpp/config-keys/configuration';
import { configurationKeys } from '../ocpp/config-keys/index';
import type { FrameLog } from '../ocpp/frames/frame-log';
import {
  isCardKey,
  maskedCard,
  withoutCardNumbers,
  withoutCards,
  withoutPasswords,
  withoutStoredCards,
} from '../ocpp/frames/masking';
import type { NoticeKind } from '../station/notices';
import type { StationState } from '../station/types';
import type { StationView } from '../station/view';
import { type ArchiveEntry, archiveOf } from './archive';
import type { EventLog } from './event-log';
import { isWithin, type ReportPeriod } from './report-period';
import { runningProgram } from './running-program';
import { checkLine, selfCheck } from './self-check';

export interface Report {
  /** Names the station and the time; of letters, digits and hyphens, with what it is at the end: .zip. */
  fileName: string;
  /** The bytes of the zip, made while they are read. */
  content(): AsyncIterable<Uint8Array>;
}

/** What a report is made of. */
export interface ReportSources {
  board: Board;
  clock: Clock;
  boot: number;
  /** The release that runs; undefined outside of any slot. */
  release: string | undefined;
  configuration: Configuration;
  frames: FrameLog;
  events: EventLog;
  state(): StationState;
  view(): StationView;
  charges(): readonly Charge[];
  /** What concerns the security of the station, oldest first; of each the Unix time in ms as far as it is known. */
  securityEvents(): readonly { type: string; info: string; unixMs: number | undefined }[];
  quarantined(): readonly SetAside[];
  storeTrouble(): string | undefined;
  /** What the process around the station adds, such as the journal of its machine. */
  others: readonly ReportRow[];
}

/** A file of the report. */
export interface ReportRow<Sources = unknown> {
  name: string;
  about: string;
  text(sources: Sources, period: ReportPeriod, ended: AbortSignal): Iterable<string> | AsyncIterable<string>;
}

const identityCharactersMax = 60;

/** Stand also in a file of their own: what somebody who looks for a fault reads first. */
const bad: readonly (NoticeKind | 'info' | 'warning')[] = ['warning', 'faultChanged', 'requestRefused', 'cardRefused'];

const rows: readonly ReportRow<ReportSources>[] = [
  {
    name: 'self-check.txt',
    about: 'what the station says of itself',
    text: (sources) => [...checkRows(sources)],
  },
  {
    name: 'went-wrong.txt',
    about: 'warnings, faults, refusals and lost connections, oldest first',
    text: ({ events }, period) =>
      events.lines(
        period,
        ({ kind, facts }) => bad.includes(kind) || ('connection' in facts && facts.connection !== 'connected'),
      ),
  },
  {
    name: 'state.json',
    about: 'status, limits, transactions and connection at this instant',
    text: ({ view }) => json(withoutCardNumbers(withUrlMasked(view()))),
  },
  {
    name: 'versions.json',
    about: 'program, Node.js, machine, and the board with its digest',
    text: ({ board, release, boot }) => json(runningProgram(board, release, boot)),
  },
  {
    name: 'configuration.json',
    about: 'every key with its value',
    text: ({ configuration }) => json(configurationOf(configuration)),
  },
  {
    name: 'events.txt',
    about: 'what happened, oldest first, since this process began',
    text: ({ events }, period) => events.lines(period),
  },
  {
    name: 'security.txt',
    about: 'security events, oldest first, over all starts',
    text: securityLines,
  },
  {
    name: 'frames.jsonl',
    about: 'the last OCPP frames, oldest first, a JSON object a line',
    text: function* ({ frames }, period) {
      for (const frame of frames.recent()) {
        const unixMs = frame.at === undefined ? undefined : Date.parse(frame.at);
        if (isWithin(period, unixMs)) yield `${JSON.stringify(withoutCards(frame))}\n`;
      }
    },
  },
  {
    name: 'charges.jsonl',
    about: 'what was charged, the newest first, a JSON object a line',
    text: function* ({ charges }, period) {
      for (const charge of charges()) {
        if (isWithin(period, charge.endedAt ?? charge.startedAt ?? undefined))
          yield `${JSON.stringify(chargeOf(charge))}\n`;
      }
    },
  },
  {
    name: 'quarantine.json',
    about: 'stored values that could not be read: their keys, and why',
    text: ({ quarantined }) =>
      json(
        quarantined().map(({ key, reason, format, reader }) => ({
          key: withoutStoredCards(key),
          reason,
          format,
          reader,
        })),
      ),
  },
];

function* securityLines(
  { securityEvents }: Pick<ReportSources, 'securityEvents'>,
  period: ReportPeriod,
): Iterable<string> {
  for (const { type, info, unixMs } of securityEvents()) {
    const at = unixMs === undefined ? 'at a time that is not known' : isoOf(unixMs);
    if (isWithin(period, unixMs)) yield `${[at, type, info].join(' ').trim()}\n`;
  }
}

/** The security events alone, as a text of lines; `unixNow` is undefined while the time is not known. */
export function securityLogOf(sources: ReportSources, period: ReportPeriod, unixNow: number | undefined): Report {
  const at = unixNow === undefined ? `boot${sources.boot}` : stampOf(unixNow);
  return {
    fileName: `${nameOf(sources)}-security-${at}.txt`,
    content: async function* () {
      for (const line of securityLines(sources, period)) yield Buffer.from(line);
    },
  };
}

export function reportOf(sources: ReportSources, period: ReportPeriod = {}): Report {
  const { clock } = sources;
  const all: readonly ReportRow<ReportSources>[] = [...rows, ...sources.others];
  const entries = all.map(
    ({ name, about, text }): ArchiveEntry => ({
      name,
      about,
      content: (ended) => text(sources, period, ended),
    }),
  );
  return {
    fileName: fileNameOf(sources),
    content: () => archiveOf(entries, { clock, title: titleOf(sources, period) }),
  };
}

function fileNameOf(sources: ReportSources): string {
  const { clock, boot } = sources;
  const unixMs = clock.systemTime();
  const second = Math.floor(clock.now() / 1_000);
  const at = unixMs === undefined ? `boot${boot}-${second}s` : stampOf(unixMs);
  return `${nameOf(sources)}-${at}.zip`;
}

/** The beginning of the names of files of this station. */
function nameOf({ configuration, board }: ReportSources): string {
  const identity = configuration.text('UID') || board.name;
  return `greenup-${identity.replaceAll(/[^A-Za-z0-9]+/g, '-').slice(0, identityCharactersMax)}`;
}

/** An instant as names of files have it. */
function stampOf(unixMs: number): string {
  return isoOf(unixMs).replaceAll(/[-:]|\.\d+/g, '');
}

function titleOf({ board, clock }: ReportSources, { fromMs, toMs }: ReportPeriod): string {
  const unixMs = clock.systemTime();
  const made = unixMs === undefined ? 'at a time that it did not know' : isoOf(unixMs);
  const ends = [
    fromMs === undefined ? '' : ` from ${isoOf(fromMs)}`,
    toMs === undefined ? '' : ` until ${isoOf(toMs)}`,
  ];
  return [
    `Report of ${board.vendor} ${board.model} (${board.name}), program ${programVersion}, made ${made}`,
    `Events, frames and charges${ends.join('') || ' of all times that are kept'}`,
    'Passwords and keys are masked; card numbers show their last four characters.',
    '',
    '',
  ].join('\n');
}

function* checkRows({ board, state, view, storeTrouble, quarantined }: ReportSources): Iterable<string> {
  const reported = state().connectors.flatMap(({ report }, index) => (report ? [index + 1] : []));
  const facts = { board, view: view(), reported, storeTrouble: storeTrouble(), quarantined: quarantined().length };
  for (const row of selfCheck(facts)) yield `${checkLine(row)}\n`;
}

function configurationOf(configuration: Configuration): Record<string, string> {
  return Object.fromEntries(
    configurationKeys.map(({ key }) => {
      const shown = configuration.shown(key);
      return [key, isCardKey(key) && shown !== '' ? maskedCard(shown) : withoutPasswords(shown)];
    }),
  );
}

function chargeOf({ token, startedAt, endedAt, ...charge }: Charge): object {
  const [start, end] = [startedAt, endedAt].map((at) => (at === null ? null : isoOf(at)));
  return { start, end, ...charge, card: token === '' ? '' : maskedCard(token) };
}

function withUrlMasked(view: StationView): StationView {
  return { ...view, connection: { ...view.connection, url: withoutPasswords(view.connection.url) } };
}

function isoOf(unixMs: number): string {
  return new Date(unixMs).toISOString();
}

function json(value: object): string[] {
  return [`${JSON.stringify(value, null, 2)}\n`];
}
