/** The messages between the station and the safety thread. Times are on one monotonic count that both share. */
import type { ButtonEvent, IndicatorPattern, MeterReading } from '../hal/parts';
import type { Trouble } from '../hal/trouble';
import type { SocketReport, SocketWish } from '../station/socket/types';
import type { SwitchTimes } from './switch-times';

/** To the safety thread. Connectors are numbered from 1, points from 0. */
export type ToSafety =
  | { kind: 'heartbeat' }
  | { kind: 'wish'; connectorId: number; wish: SocketWish }
  | { kind: 'clearFaults'; connectorId: number }
  | { kind: 'needReading'; connectorId: number }
  | { kind: 'meter'; request: number; reading: MeterReading | undefined }
  /** The station has read all messages that the thread had sent before it heard the station again. */
  | { kind: 'caughtUp'; episode: number }
  | { kind: 'show'; pointIndex: number; pattern: IndicatorPattern }
  | { kind: 'stop' };

/** From the safety thread. */
export type FromSafety =
  | { kind: 'ready' }
  | { kind: 'report'; connectorId: number; report: SocketReport }
  | { kind: 'switched'; connectorId: number; times: SwitchTimes }
  | { kind: 'supply'; value: 'present' | 'lost' }
  | { kind: 'resetButton'; event: ButtonEvent }
  | { kind: 'readMeter'; connectorId: number; request: number }
  | { kind: 'trouble'; trouble: Trouble }
  /** Once a second: the loop runs. `longestGapMs` is that of the last second, of the loop or of a bus's thread; `busErrors` is counted from the start. */
  | { kind: 'beat'; turns: number; longestGapMs: number; busyShare: number; busErrors: number }
  /** The station fell silent and permissions were withdrawn, or it is back; `episode` counts the silences. */
  | { kind: 'silence'; silent: boolean; episode: number }
  | { kind: 'stopped' };

/** Without a heartbeat for this long the permission to charge is withdrawn, in ms. */
export const heartbeatTimeoutMs = 2_000;
export const heartbeatPeriodMs = 500;
/** A meter that the station has not read by then is silent, in ms; longer than any reading over a bus may take. */
export const meterAnswerMs = 10_000;
