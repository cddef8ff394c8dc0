/** What every OCPP feature may use. */

import type { Clock } from '../hal/clock';
import type { Log } from '../hal/log';
import type { Commits } from '../hal/store';
import type { Station } from '../station/shell/station';
import type { Configuration } from './config-keys/configuration';
import type { OutgoingCalls } from './link/sender';
import type { CentralSystemAction, RequestOf, ResponseOf, RpcErrorCode } from './messages';
import type { SentActions } from './messages/protocol';
import type { Outbox } from './transactions/outbox';
import type { WallTime } from './wall-time';

export interface Identity {
  vendor: string;
  model: string;
  serialNumber: string;
  firmwareVersion: string;
}

export type Registration = 'none' | 'Accepted' | 'Pending' | 'Rejected';

export interface Services {
  clock: Clock;
  wall: WallTime;
  configuration: Configuration;
  commits: Commits;
  station: Station;
  calls: OutgoingCalls<SentActions>;
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
