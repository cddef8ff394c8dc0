/** Measures a fleet: one for all its stations, which hears frames, links, notices and acts, and says what they came to. */
import type { Clock } from '../../../hal/clock';
import { programVersion } from '../../../hal/program-version';
import type { LinkEnd, Transport } from '../../../ocpp/link/transport';
import type { Notice } from '../../../station/notices';
import { transactionOf } from '../../../station/types';
import type { FleetMember } from '../member';
import type { ActKind } from '../traffic/acts';
import type { TrafficOutcome } from '../traffic/surroundings';
import { Counter, type Counts, sorted } from './counts';
import { Histogram } from './histogram';
import { FleetLedger } from './ledger';
import { type LinkMeasures, MeasuredTransport } from './measured-link';
import {
  type AnswerCounts,
  type AnswersByMessage,
  type ErrorKind,
  type ReportData,
  reportFormat,
  type StartCounts,
  type StationRange,
} from './report-data';
import { Timeline } from './timeline';

export interface MeasuresOptions {
  clock: Clock;
  /** Of all machines: the numbers of the stations of this fleet. */
  stations: StationRange;
  /** Those that have been started; asked at each `look`. */
  members: () => Iterable<FleetMember>;
  /** The name of the traffic; absent: none. */
  traffic?: string;
  seed: number;
}

/** The fleet at the last look. */
export interface Census {
  started: number;
  /** Of all so far, by what their stores had. */
  starts: StartCounts;
  connected: number;
  charging: number;
  /** Messages of transactions that wait at the stations, and how long the oldest has waited, in ms. */
  waiting: number;
  oldestWaitsMs: number;
  /** The request that is under way for the longest time, in ms. */
  unansweredMs: number;
}

type AskingSide = 'station' | 'central';

const nobody: Readonly<Omit<Census, 'starts'>> = {
  started: 0,
  connected: 0,
  charging: 0,
  waiting: 0,
  oldestWaitsMs: 0,
  unansweredMs: 0,
};

export class FleetMeasures {
  private readonly frames = { sent: 0, received: 0, sentCharacters: 0, receivedCharacters: 0 };
  private readonly answers: Readonly<Record<AskingSide, Map<string, MessageAnswers>>> = {
    station: new Map(),
    central: new Map(),
  };
  private readonly errors = new Counter();
  private readonly acts = new Counter();
  private readonly ledger = new FleetLedger();
  private readonly timeline = new Timeline();
  private readonly links = new Map<number, MeasuredTransport>();
  private readonly beganAtMs: number;
  private readonly linkMeasures = this.makeLinkMeasures();
  private opened = 0;
  private connected = 0;
  private seenAt: number;

  constructor(private readonly options: MeasuresOptions) {
    this.seenAt = options.clock.now();
    this.beganAtMs = this.unixNow();
  }

  /**
   * What is measured at the links of a station; once for each, before its first link, and outside of its network cable and of
   * all faults of frames: what counts is what the station sends and gets.
   */
  watching(index: number, inner: Transport): Transport {
    const transport = new MeasuredTransport(inner, this.linkMeasures, index);
    this.links.set(index, transport);
    return transport;
  }

  /** Of a station, from its first notice on. */
  notice(index: number, notice: Notice): void {
    if (notice.kind === 'transactionStarted') {
      this.ledger.of(index).began(notice.key, notice.connectorId, notice.meterStartWh);
    } else if (notice.kind === 'transactionEnded') {
      this.ledger.of(index).ended(notice.key, notice.connectorId, notice.energyWh);
    }
  }

  act(kind: ActKind, outcome: TrafficOutcome): void {
    this.acts.add(`${kind}: ${outcome}`);
  }

  /** Looks at all stations. Who runs a fleet calls it each second: between two looks the fleet counts as it was at the second. */
  look(): Census {
    const now = this.options.clock.now();
    const census = this.census(now);
    const unixNow = this.unixNow();
    // The wall clock may have been corrected meanwhile.
    this.timeline.addState(unixNow - Math.round(now - this.seenAt), unixNow, census);
    this.seenAt = now;
    return census;
  }

  get stations(): readonly StationRange[] {
    return [this.options.stations];
  }

  /** As far as it has come; to be asked before the stations are stopped, for they know what waits. */
  report(): ReportData {
    const { starts } = this.look();
    const { stations, traffic, seed } = this.options;
    return {
      greenupFleetReport: reportFormat,
      programs: [programVersion],
      traffics: traffic === undefined ? [] : [traffic],
      seeds: [seed],
      stations: [stations],
      starts,
      fromMs: this.beganAtMs,
      untilMs: this.unixNow(),
      frames: { ...this.frames },
      central: dataOf(this.answers.station),
      served: dataOf(this.answers.central),
      errors: this.errors.data(),
      links: { opened: this.opened, connectedAtEnd: this.connected },
      acts: this.acts.data(),
      ledger: this.ledger.data(this.waiting()),
      timeline: this.timeline.data(),
    };
  }

  /** For those who look on while it runs: cheaper than a report. */
  get figures(): { frames: Readonly<ReportData['frames']>; central: AnswersByMessage; errors: Counts; acts: Counts } {
    return {
      frames: this.frames,
      central: dataOf(this.answers.station),
      errors: this.errors.data(),
      acts: this.acts.data(),
    };
  }

  private waiting(): (index: number, key: string) => number | undefined {
    const members = new Map([...this.options.members()].map((member) => [member.index, member]));
    return (index, key) => members.get(index)?.running()?.chargePoint.outbox.waitingOf(key);
  }

  private census(now: number): Census {
    const starts: StartCounts = { new: 0, takenUp: 0, inTransaction: 0 };
    const census = { ...nobody, starts, connected: this.connected };
    for (const member of this.options.members()) {
      if (member.found === 'new') starts.new += 1;
      else if (member.found !== undefined) starts.takenUp += 1;
      if (member.found === 'inTransaction') starts.inTransaction += 1;
      const running = member.running();
      if (!running) continue;
      census.started += 1;
      const { outbox } = running.chargePoint;
      census.waiting += outbox.size;
      if (outbox.size > 0) census.oldestWaitsMs = Math.max(census.oldestWaitsMs, outbox.oldestWaitsMs);
      for (const { session } of running.station.state.connectors) if (transactionOf(session)) census.charging += 1;
      const since = this.links.get(member.index)?.waitsSince;
      if (since !== undefined) census.unansweredMs = Math.max(census.unansweredMs, now - since);
    }
    return census;
  }

  /** Of requests by this side. */
  private of(by: AskingSide, action: string): MessageAnswers {
    const all = this.answers[by];
    const known = all.get(action);
    if (known) return known;
    const answers = new MessageAnswers();
    all.set(action, answers);
    return answers;
  }

  private fails(kind: ErrorKind, what: string): void {
    this.errors.add(`${kind}: ${what}`);
    this.timeline.add(this.unixNow(), 'errors');
  }

  /** One for all stations. */
  private makeLinkMeasures(): LinkMeasures {
    const { ledger } = this;
    const asker = { station: 'central', central: 'station' } as const;
    return {
      now: () => this.options.clock.now(),
      booksOf: (index) => ledger.of(index),
      knownBooksOf: (index) => ledger.known(index),
      opened: () => {
        this.opened += 1;
        this.connected += 1;
      },
      closed: (how, wasOpen) => this.linkClosed(how, wasOpen),
      frame: (direction, characters) => {
        this.frames[direction] += 1;
        this.frames[`${direction}Characters`] += characters;
        this.timeline.add(this.unixNow(), direction);
      },
      bad: (direction) => this.fails('noFrame', direction),
      asked: (by, action) => {
        this.of(by, action).asked += 1;
      },
      answered: (by, action, ms) => {
        this.of(asker[by], action).answered(ms);
        if (by === 'central') this.timeline.addTime(this.unixNow(), ms);
      },
      refused: (by, action, code, ms) => {
        this.of(asker[by], action).wasRefused(ms);
        this.fails(`${by}Refused`, `${action} ${code}`);
      },
      unanswered: (action, why) => {
        this.of('station', action).unanswered += 1;
        this.fails(why, action);
      },
      violated: (by, action) => this.fails(`${by}Schema`, action),
    };
  }

  private linkClosed(how: LinkEnd | undefined, wasOpen: boolean): void {
    if (wasOpen) this.connected -= 1;
    if (how === undefined) return;
    this.fails(wasOpen ? 'linkEnded' : 'notConnected', how);
  }

  private unixNow(): number {
    const { clock } = this.options;
    return Math.round(clock.systemTime() ?? clock.now());
  }
}

class MessageAnswers {
  asked = 0;
  unanswered = 0;
  private refused = 0;
  private good = 0;
  private readonly times = new Histogram();

  answered(ms: number): void {
    this.good += 1;
    this.times.add(ms);
  }

  /** An error is an answer, and took its time. */
  wasRefused(ms: number): void {
    this.refused += 1;
    this.times.add(ms);
  }

  data(): AnswerCounts {
    return {
      asked: this.asked,
      answered: this.good,
      refused: this.refused,
      unanswered: this.unanswered,
      times: this.times.data(),
    };
  }
}

function dataOf(answers: ReadonlyMap<string, MessageAnswers>): AnswersByMessage {
  return sorted([...answers].map(([name, own]) => [name, own.data()]));
}
