/** The station's side of the safety thread: sockets, indicators, supply and button as the station knows them. */
import type { Cancel, Clock } from '../hal/clock';
import { unreachable } from '../hal/errors';
import type { Button, ButtonEvent, EnergyMeter, Indicator, IndicatorPattern, SupplyMonitor } from '../hal/parts';
import type { ReportTrouble } from '../hal/trouble';
import { Happenings, Watched } from '../hal/watched';
import type { Socket, SocketReport, SocketWish } from '../station/socket/types';
import { Lateness, latenessText } from './lateness';
import { type FromSafety, heartbeatPeriodMs, type ToSafety } from './messages';
import type { SwitchTimes } from './switch-times';

/** A worker thread, or what a test puts in its place. */
export interface SafetyThread {
  postMessage(message: ToSafety): void;
  on(event: 'message', listener: (message: FromSafety) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  terminate(): Promise<unknown>;
}

export interface SafetyLinkOptions {
  thread: SafetyThread;
  /** In the order of connectors. */
  meters: readonly EnergyMeter[];
  points: number;
  clock: Clock;
  onTrouble: ReportTrouble;
  /** A contactor has moved as it was told. */
  onSwitched?(connectorId: number, times: SwitchTimes): void;
  /** The thread ended without having been asked to, so that nothing watches the pilot any more. */
  onDeath(reason: string): void;
}

export interface SafetyHealth {
  ready: boolean;
  /** When the last `beat` came, on the clock; undefined: none yet. */
  beatAt: number | undefined;
  /** Turns in the last second, the longest time between two, in ms, and the share of the time they took. */
  turns: number;
  longestGapMs: number;
  busyShare: number;
  /** Failed tries on the I2C bus since the start. */
  busErrors: number;
  /** Seconds of the last minute in which turns came late, and the longest time between two in them, in ms. */
  lateSeconds: number;
  worstGapMs: number;
  /** The turns come late so often that the loss of a pilot may not be followed in time. */
  isLate: boolean;
}

/** An orderly end of the thread may take this long, in ms, and its end by force as long again. */
const stopMaxMs = 2_000;
/** A `beat` comes once a second; a loop whose last one is older than this stands still, in ms. */
const beatAgeMaxMs = 3_000;
/** The first turns open devices, and may take longer, in ms. */
const firstBeatMaxMs = 15_000;
/** So many looks in a row must find the loop silent: where this thread stood still itself, its first look errs. */
const silentLooksMax = 2;

/** So many failed tries on the I2C bus in a minute are logged: a bus that fails so often fails for long one day. */
const busErrorsPerMinuteMax = 30;
const minuteMs = 60_000;

export class SafetyLink {
  readonly sockets: readonly Socket[];
  readonly indicators: readonly Indicator[];
  readonly supply: SupplyMonitor;
  readonly resetButton: Button;
  /** Resolves when the machines run; rejects never. */
  readonly ready: Promise<void>;
  private readonly reports: Watched<SocketReport>[];
  private readonly supplyShown: Watched<'present' | 'lost'>;
  private readonly buttonTold: Happenings<ButtonEvent>;
  private onReady: () => void = () => {};
  private onStopped: () => void = () => {};
  private cancelBeat: Cancel = () => {};
  private state: 'running' | 'stopping' | 'dead' = 'running';
  private readyAt: number | undefined;
  private silentLooks = 0;
  private stationRuns: () => boolean = () => true;
  /** The thread ended by a fault while its orderly end was awaited. */
  private crashed = false;
  private stoppedHeard = false;
  /** Failed tries on the bus when the present minute began. */
  private busMinute: { at: number; errors: number };
  private measured: SafetyHealth = {
    ready: false,
    beatAt: undefined,
    turns: 0,
    longestGapMs: 0,
    busyShare: 0,
    busErrors: 0,
    lateSeconds: 0,
    worstGapMs: 0,
    isLate: false,
  };
  private readonly lateness = new Lateness();

  constructor(private readonly options: SafetyLinkOptions) {
    const { clock, meters, points, thread } = options;
    this.busMinute = { at: clock.now(), errors: 0 };
    this.ready = new Promise((resolve) => {
      this.onReady = resolve;
    });
    this.reports = meters.map(() => new Watched<SocketReport>(clock));
    this.supplyShown = new Watched(clock);
    this.buttonTold = new Happenings(clock);
    this.sockets = this.reports.map((told, index) => this.socketOf(index + 1, told));
    this.indicators = Array.from({ length: points }, (_, pointIndex) => ({
      show: (pattern: IndicatorPattern) => this.send({ kind: 'show', pointIndex, pattern }),
    }));
    this.supply = { watch: (listener) => this.supplyShown.watch(listener) };
    this.resetButton = { watch: (listener) => this.buttonTold.watch(listener) };
    thread.on('message', (message) => this.receive(message));
    thread.on('error', (error) => this.died(error.message));
    thread.on('exit', (code) => this.died(`it ended with code ${code}`));
    this.beat();
  }

  /** From now on heartbeats go out only while this holds: an event loop can turn without a station on it. */
  hearWhile(stationRuns: () => boolean): void {
    this.stationRuns = stationRuns;
  }

  health(): SafetyHealth {
    return { ...this.measured };
  }

  /**
   * Contactors open and the thread ended; by force, if it does not end by itself in 2 s. False: it was forced, or is stuck
   * in a call that cannot be ended: the outputs must be made safe without it.
   */
  async stop(): Promise<boolean> {
    if (this.state !== 'running') return this.state === 'stopping';
    this.cancelBeat();
    const stopped = new Promise<true>((resolve) => {
      this.onStopped = () => resolve(true);
    });
    this.send({ kind: 'stop' });
    this.state = 'stopping';
    const orderly = await this.within(stopped);
    const ended = await this.within(this.options.thread.terminate().then(() => true as const));
    return orderly && ended && !this.crashed;
  }

  /** Ends the thread at once. Resolves when it has ended, at the latest in 2 s; false: it did not. */
  kill(): Promise<boolean> {
    this.state = 'dead';
    this.cancelBeat();
    return this.within(this.options.thread.terminate().then(() => true as const));
  }

  private within(done: Promise<true>): Promise<boolean> {
    const { clock } = this.options;
    return new Promise((resolve) => {
      const cancel = clock.at(clock.now() + stopMaxMs, () => resolve(false));
      void done.then(() => {
        cancel();
        resolve(true);
      });
    });
  }

  private socketOf(connectorId: number, told: Watched<SocketReport>): Socket {
    return {
      command: (wish: SocketWish) => this.send({ kind: 'wish', connectorId, wish }),
      clearFaults: () => this.send({ kind: 'clearFaults', connectorId }),
      readMeter: () => this.send({ kind: 'needReading', connectorId }),
      watch: (listener) => told.watch(listener),
    };
  }

  private send(message: ToSafety): void {
    if (this.state === 'running') this.options.thread.postMessage(message);
  }

  private beat(): void {
    if (this.stationRuns()) this.send({ kind: 'heartbeat' });
    const { clock } = this.options;
    this.lookAfterLoop(clock.now());
    if (this.state !== 'running') return;
    this.cancelBeat = clock.at(clock.now() + heartbeatPeriodMs, () => this.beat());
  }

  /** A thread that is blocked sends nothing, so that its last reports would stand for ever; it counts as dead. */
  private lookAfterLoop(now: number): void {
    const beatAt = this.measured.beatAt ?? this.readyAt;
    const ageMax = this.measured.beatAt === undefined ? firstBeatMaxMs : beatAgeMaxMs;
    const silent = beatAt !== undefined && now - beatAt > ageMax;
    this.silentLooks = silent ? this.silentLooks + 1 : 0;
    if (beatAt !== undefined && this.silentLooks >= silentLooksMax) {
      this.died(`its loop has stood still for ${Math.round((now - beatAt) / 1_000)} s`);
    }
  }

  private receive(message: FromSafety): void {
    switch (message.kind) {
      case 'ready':
        this.measured = { ...this.measured, ready: true };
        this.readyAt = this.options.clock.now();
        this.onReady();
        return;
      case 'report':
        this.reports[message.connectorId - 1]?.setNow(message.report);
        return;
      case 'switched':
        this.options.onSwitched?.(message.connectorId, message.times);
        return;
      case 'supply':
        this.supplyShown.setNow(message.value);
        return;
      case 'resetButton':
        this.buttonTold.emitNow(message.event);
        return;
      case 'readMeter':
        this.readMeter(message.connectorId, message.request);
        return;
      case 'trouble':
        this.options.onTrouble(message.trouble);
        return;
      case 'silence':
        // The listeners have worked through the reports before this message, and have sent new wishes where these ask for it.
        if (!message.silent) this.send({ kind: 'caughtUp', episode: message.episode });
        this.options.onTrouble(
          message.silent
            ? {
                part: 'station',
                code: 'failed',
                text: 'the station was silent for 2 s: the safety thread has withdrawn the permission to charge',
              }
            : { part: 'station', code: 'recovered', text: 'the station is heard again: its permissions hold' },
        );
        return;
      case 'beat': {
        const { turns, longestGapMs, busyShare, busErrors } = message;
        const beatAt = this.options.clock.now();
        this.measured = { ...this.measured, beatAt, turns, longestGapMs, busyShare, busErrors };
        this.judgeLateness(longestGapMs, beatAt);
        this.judgeBus(busErrors, beatAt);
        return;
      }
      case 'stopped':
        this.stoppedHeard = true;
        this.onStopped();
        return;
      default:
        unreachable(message);
    }
  }

  private judgeLateness(longestGapMs: number, now: number): void {
    const wasLate = this.lateness.isLate;
    this.lateness.take(longestGapMs, now);
    const { seconds, isLate } = this.lateness;
    this.measured = { ...this.measured, lateSeconds: seconds.late, worstGapMs: seconds.worstGapMs, isLate };
    if (isLate === wasLate) return;
    const advice = 'look for what keeps the processors busy, and for LimitNICE of the service';
    this.options.onTrouble(
      isLate
        ? { part: 'station', code: 'failed', text: `${latenessText(seconds)}: ${advice}` }
        : { part: 'station', code: 'recovered', text: 'the safety loop comes in time again' },
    );
  }

  private judgeBus(errors: number, now: number): void {
    const { at, errors: before } = this.busMinute;
    if (now - at < minuteMs) return;
    this.busMinute = { at: now, errors };
    if (errors - before < busErrorsPerMinuteMax) return;
    this.options.onTrouble({
      part: 'i2cBus',
      code: 'noticed',
      text: `I2C bus: ${errors - before} tries failed in the last minute and were made again: look at wires, pull-up resistors and supply of its chips`,
    });
  }

  private readMeter(connectorId: number, request: number): void {
    const meter = this.options.meters[connectorId - 1];
    if (!meter) {
      this.send({ kind: 'meter', request, reading: undefined });
      return;
    }
    meter.read().then(
      (reading) => this.send({ kind: 'meter', request, reading }),
      () => this.send({ kind: 'meter', request, reading: undefined }),
    );
  }

  private died(reason: string): void {
    if (this.state === 'stopping') {
      this.crashed ||= !this.stoppedHeard;
      this.onStopped();
    }
    if (this.state !== 'running') return;
    this.state = 'dead';
    this.cancelBeat();
    this.options.onDeath(`the safety thread died: ${reason}`);
  }
}
