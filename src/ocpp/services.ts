/** What every OCPP feature may use. */
import type { Clock } from '../hal/clock';
import type { Commits, Station } from '../station/station';
import type { Configuration } from './configuration';
import type { CentralSystemAction, RequestOf, ResponseOf, RpcErrorCode } from './messages';
import type { Outbox } from './outbox';
import type { Sender } from './sender';
import type { WallTime } from './wall-time';

export interface Identity {
  vendor: string;
  model: string;
  serialNumber: string;
  firmwareVersion: string;
}

/** Structured log; `pino` fits. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export type Registration = 'none' | 'Accepted' | 'Pending' | 'Rejected';

export interface Services {
  clock: Clock;
  wall: WallTime;
  configuration: Configuration;
  commits: Commits;
  station: Station;
  sender: Sender;
  outbox: Outbox;
  log: Log;
  identity: Identity;
  registration(): Registration;
  /** Connected and accepted: requests of our own may leave. */
  online(): boolean;
}

/** An answer to a CALL of the central system, and what must wait until it has left. */
export type Reply<A extends CentralSystemAction> =
  | { result: ResponseOf<A>; afterwards?: () => void }
  | { error: RpcErrorCode; description: string };

export type Handler<A extends CentralSystemAction> = (request: RequestOf<A>) => Reply<A> | Promise<Reply<A>>;

/** The calls a feature answers; the table of actions is the sum of these. */
export type Handlers = { [A in CentralSystemAction]?: Handler<A> };

/** Time-out of our requests (guide: confBasicTime, confAuthorizeTime, confBottNotificationTime; errata 3.83: MessageTimeout), in ms. */
export function timeoutMs(
  configuration: Configuration,
  key: 'confBasicTime' | 'confAuthorizeTime' | 'confBottNotificationTime',
): number {
  return Math.min(configuration.integer(key), configuration.integer('MessageTimeout')) * 1_000;
}
