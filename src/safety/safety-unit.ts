/** The safety side: runs the socket machines on their parts, and withdraws the permission when the station falls silent. */
import type { Cancel, Clock } from '../hal/clock';
import { numberedSockets } from '../hal/connectors';
import { GreenupError, unreachable } from '../hal/errors';
import type {
  Button,
  EnergyMeter,
  Indicator,
  MeterReading,
  SocketParts,
  SupplyMonitor,
  UnmeteredParts,
  Watchdog,
} from '../hal/parts';
import { SocketGroup } from '../station/shell/socket-group';
import type { DenyWish, SocketWish } from '../station/socket/types';
import type { StationConfig } from '../station/types';
import { type FromSafety, heartbeatTimeoutMs, meterAnswerMs, type ToSafety } from './messages';
import { timedSwitching } from './switch-times';

export interface SafetyParts {
  /** In the board's order. */
  points: { sockets: UnmeteredParts[]; indicator?: Indicator }[];
  supply?: SupplyMonitor;
  resetButton?: Button;
  watchdog?: Watchdog;
  /** Failed tries on the buses since the start; most are made good by the next one. */
  busErrors?(): number;
  /** Longest time between two turns of the threads in which buses are worked, since the last call, in ms. */
  takeBusGapMs?(): number;
}

/** What the unit needs of the loop that samples the parts. */
export interface Beat {
  add(poll: (now: number) => void): Cancel;
  /** Called when the loop has stood still for too long, before its next turn. */
  watchStands(listener: (gapMs: number) => void): Cancel;
  /** Since the last call. */
  takeStatistics(): { turns: number; longestGapMs: number; busyShare: number };
}

export interface SafetyUnitOptions {
  config: StationConfig;
  parts: SafetyParts;
  clock: Clock;
  beat: Beat;
  send(message: FromSafety): void;
}

const statisticsPeriodMs = 1_000;
/** Stands of the loop are told once in this time, however many there are, in ms. */
const standsToldPeriodMs = 60_000;
const watchdogPeriodMs = 1_000;
/** What is left of a permission whose station is silent: no energy, and the plug stays with whoever plugged it in. */
const withdrawn: DenyWish = { kind: 'deny', plug: 'held', opening: 'askFirst' };
/** At an orderly end contactors have this long to open, in ms. */
const openingMaxMs = 500;

export class SafetyUnit {
  private readonly group: SocketGroup;
  private readonly wishes = new Map<number, SocketWish>();
  private readonly meters = new Map<number, (reading: MeterReading | undefined) => void>();
  private readonly cancels: Cancel[] = [];
  private requests = 0;
  private heardAt: number;
  /**
   * `returning`: heartbeats come again, but the station may not know yet what happened meanwhile, such as another vehicle in
   * the place of the one that it had permitted.
   */
  private station: 'heard' | 'silent' | 'returning' = 'heard';
  /** Silences so far. */
  private episode = 0;
  private statisticsAt: number;
  private fedAt = Number.NEGATIVE_INFINITY;
  private standToldAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: SafetyUnitOptions) {
    const { config, parts, clock, send } = options;
    this.heardAt = clock.now();
    this.statisticsAt = clock.now();
    const points = numberedSockets(parts.points, (socket, connectorId): SocketParts => {
      const timed = timedSwitching(socket, clock, (times) => send({ kind: 'switched', connectorId, times }));
      return { ...timed, meter: this.meterOf(connectorId) };
    });
    this.group = new SocketGroup(config, { points, ...(parts.supply ? { supply: parts.supply } : {}) }, clock);
  }

  start(): void {
    const { parts, beat, send } = this.options;
    this.group.sockets.forEach((socket, index) => {
      this.cancels.push(socket.watch((report) => send({ kind: 'report', connectorId: index + 1, report })));
    });
    const cancelSupply = parts.supply?.watch((value) => send({ kind: 'supply', value }));
    const cancelButton = parts.resetButton?.watch((event) => send({ kind: 'resetButton', event }));
    for (const cancel of [cancelSupply, cancelButton]) if (cancel) this.cancels.push(cancel);
    this.group.start();
    this.cancels.push(beat.add((now) => this.turn(now)));
    this.cancels.push(beat.watchStands((gapMs) => this.stood(gapMs)));
    send({ kind: 'ready' });
  }

  /** All but `stop`: for that whoever runs this unit calls `end`, and waits for it. */
  receive(message: Exclude<ToSafety, { kind: 'stop' }>): void {
    switch (message.kind) {
      case 'heartbeat':
        this.heard();
        return;
      case 'wish':
        this.wishes.set(message.connectorId, message.wish);
        this.command(message.connectorId, message.wish);
        return;
      case 'clearFaults':
        this.group.sockets[message.connectorId - 1]?.clearFaults();
        return;
      case 'needReading':
        this.group.sockets[message.connectorId - 1]?.readMeter();
        return;
      case 'meter':
        this.meters.get(message.request)?.(message.reading);
        return;
      case 'caughtUp':
        this.caughtUp(message.episode);
        return;
      case 'show':
        this.options.parts.points[message.pointIndex]?.indicator?.show(message.pattern);
        return;
      default:
        unreachable(message);
    }
  }

  /**
   * Opens every contactor, and waits until they are open while the loop goes on, at most 0.5 s. The watchdog is disarmed,
   * since this is an orderly end; but not while a contactor is seen closed, for then the reset is what may open it.
   */
  async end(): Promise<void> {
    for (const cancel of this.cancels) cancel();
    this.group.stop();
    const { clock, parts, send } = this.options;
    const numbered = numberedSockets(parts.points, ({ contactor }, connectorId) => ({ connectorId, contactor }));
    const contactors = numbered.flatMap(({ sockets }) => sockets);
    const closed = new Set(contactors.map(({ connectorId }) => connectorId));
    const cancels: Cancel[] = [];
    await new Promise<void>((resolve) => {
      cancels.push(clock.at(clock.now() + openingMaxMs, resolve));
      for (const { connectorId, contactor } of contactors) {
        const cancel = contactor.watch((feedback) => {
          if (feedback === 'closed') closed.add(connectorId);
          else closed.delete(connectorId);
          if (closed.size === 0) resolve();
        });
        cancels.push(cancel);
      }
      if (contactors.length === 0) resolve();
    });
    for (const cancel of cancels) cancel();
    if (closed.size === 0) {
      parts.watchdog?.disarm();
      return;
    }
    const rest = parts.watchdog ? '; the watchdog stays armed' : '';
    for (const connectorId of closed) {
      const text = `contactor of connector ${connectorId}: still closed at the end of the program${rest}`;
      send({ kind: 'trouble', trouble: { part: 'contactor', connectorId, code: 'notSafe', text } });
    }
  }

  /** Runs at each turn of the loop, so that only a loop that runs feeds the watchdog. */
  private turn(now: number): void {
    const { parts, beat, send } = this.options;
    if (this.station !== 'silent' && now - this.heardAt > heartbeatTimeoutMs) {
      this.station = 'silent';
      this.episode += 1;
      for (const [connectorId, wish] of this.wishes) this.command(connectorId, wish);
      send({ kind: 'silence', silent: true, episode: this.episode });
    }
    if (parts.watchdog && now - this.fedAt >= watchdogPeriodMs) {
      this.fedAt = now;
      parts.watchdog.feed();
    }
    if (now - this.statisticsAt >= statisticsPeriodMs) {
      this.statisticsAt = now;
      const statistics = beat.takeStatistics();
      // A pilot that is measured late is followed as late as one that is judged late.
      const longestGapMs = Math.max(statistics.longestGapMs, parts.takeBusGapMs?.() ?? 0);
      send({ kind: 'beat', ...statistics, longestGapMs, busErrors: parts.busErrors?.() ?? 0 });
    }
  }

  private stood(gapMs: number): void {
    const { clock, send } = this.options;
    this.group.stood();
    const now = clock.now();
    if (now < this.standToldAt + standsToldPeriodMs) return;
    this.standToldAt = now;
    const text = `the safety loop stood still for ${Math.round(gapMs)} ms: contactors that were closed have been opened`;
    send({ kind: 'trouble', trouble: { part: 'station', code: 'noticed', text } });
  }

  private heard(): void {
    this.heardAt = this.options.clock.now();
    if (this.station !== 'silent') return;
    this.station = 'returning';
    this.options.send({ kind: 'silence', silent: false, episode: this.episode });
  }

  /** From now on permissions hold again: the newest wishes take account of all that happened in that silence. */
  private caughtUp(episode: number): void {
    if (this.station !== 'returning' || episode !== this.episode) return;
    this.station = 'heard';
    for (const [connectorId, wish] of this.wishes) this.command(connectorId, wish);
  }

  /** Until the station has caught up with a silence a permission is taken for a denial that keeps the plug. */
  private command(connectorId: number, wish: SocketWish): void {
    const heard = this.station === 'heard' || wish.kind === 'deny';
    this.group.sockets[connectorId - 1]?.command(heard ? wish : withdrawn);
  }

  private meterOf(connectorId: number): EnergyMeter {
    return { read: () => this.askMeter(connectorId) };
  }

  private askMeter(connectorId: number): Promise<MeterReading> {
    const { clock, send } = this.options;
    this.requests += 1;
    const request = this.requests;
    return new Promise((resolve, reject) => {
      const settle = (reading: MeterReading | undefined): void => {
        this.meters.delete(request);
        cancel();
        if (reading) resolve(reading);
        else reject(new GreenupError('part.failed', `connector ${connectorId}: the energy meter gave no reading`));
      };
      const cancel = clock.at(clock.now() + meterAnswerMs, () => settle(undefined));
      this.meters.set(request, settle);
      send({ kind: 'readMeter', connectorId, request });
    });
  }
}
