/** The one shape of what the charge point does in OCPP: what it answers, and what it wants to hear of. */

import type { ChangeOrigin } from '../station/notices';
import type { Ticket } from '../station/shell/station';
import type { Ask, StationRecord, StationState } from '../station/types';
import type { KeyName } from './config-keys/index';
import type { LinkEnd } from './link/transport';
import type { CentralSystemAction, FeatureProfile, RequestOf, ResponseOf, RpcErrorCode } from './messages';
import type { RegistrationStatus } from './registration';
import type { PageSecurityEvent } from './security/security-events';

/** The statuses of answers that say yes, at once or later; any other says no. */
type Granted = 'Accepted' | 'AcceptedCanceled' | 'RebootRequired' | 'Scheduled' | 'Unlocked';

type Granting<Response> = Response extends { status: infer Status }
  ? Omit<Response, 'status'> & { status: Extract<Status, Granted> }
  : Response;

type Refusing<Response> = Response extends { status: infer Status }
  ? Omit<Response, 'status'> & { status: Exclude<Status, Granted> }
  : Response;

/** No, and why: one line for the log, which names what is valid. */
export type Refused<A extends CentralSystemAction> =
  | { result: Refusing<ResponseOf<A>>; why: string; afterwards?: () => void }
  | { error: RpcErrorCode; description: string };

/** An answer to a CALL of the central system, and what must wait until it has left. */
export type Reply<A extends CentralSystemAction> =
  | { result: Granting<ResponseOf<A>>; afterwards?: () => void }
  | Refused<A>;

export type Handler<A extends CentralSystemAction> = (request: RequestOf<A>) => Reply<A> | Promise<Reply<A>>;

export type Handlers = { [A in CentralSystemAction]?: Handler<A> };

export type InvalidAnswers = { [A in CentralSystemAction]?: (payload: object) => Refused<A> | undefined };

/** Sends what was asked for, once the answer has left; or why it is Rejected. */
export type Triggered = (() => void) | { refused: string };

/** By which a message is asked for: most are the same for both. */
export type TriggerAction = 'TriggerMessage' | 'ExtendedTriggerMessage';

export type Triggers = {
  [M in RequestOf<TriggerAction>['requestedMessage']]?: (
    connectorId: number | undefined,
    action: TriggerAction,
  ) => Triggered;
};

/**
 * A feature hears of things in the order of the table (feature-table.ts). What one throws in a hook is logged and keeps
 * nothing from the others; `entriesFor` is the exception, for a record must not be stored without its messages.
 */
export interface Feature {
  readonly profile: FeatureProfile;
  /** The CALLs it answers. No two features answer the same. */
  readonly handlers?: Handlers;
  /** Answers to requests that violate their schema, where OCPP has another word for it than a CALLERROR. */
  readonly invalidAnswers?: InvalidAnswers;
  /** The messages it sends when TriggerMessage asks for them. */
  readonly triggers?: Triggers;

  /** All features are there; neither the station nor the connection has begun. */
  start?(): void;
  /** The end: no timer may stay. */
  stop?(): void;

  linkUp?(): void;
  linkDown?(): void;
  /** An attempt to connect was in vain. */
  linkFailed?(how: LinkEnd): void;
  /** A frame of the central system was no message of OCPP: `what` says what it claimed to be, and how it was answered. */
  messageRefused?(what: string): void;
  /** A person has changed what keeps others out, and is no configuration key: `what`, without what it is now. */
  securityChanged?(what: string): void;
  /** Somebody logs in at the pages, or cannot. */
  pageUsed?(event: PageSecurityEvent, info: string): void;
  /** Something was told of the medium of the store: it is full. */
  storeFull?(trouble: string): void;
  /** The central system said what this station is to it. `intervalS`: the heartbeat interval that it gave; 0: none. */
  registered?(status: RegistrationStatus, intervalS: number): void;
  /** A request was answered with SecurityError: the central system does not know this station. */
  unknownHere?(): void;
  /** The wall time became known (`first`), or was corrected. */
  timeChanged?(first: boolean): void;
  /** A configuration key has a new value; the answer to the request has not left yet. */
  keyChanged?(key: KeyName, origin: ChangeOrigin): void;

  /** The station has made a step. */
  changed?(state: StationState): void;
  /** The station asks whether a token may charge; the one feature that decides posts a `verdict`. */
  asked?(ask: Ask): void;
  /** What must be stored with these records of transactions. */
  entriesFor?(records: readonly StationRecord[]): Ticket;
  /** These records are durable, and the tickets for them have been told. */
  recorded?(records: readonly StationRecord[]): void;
}
