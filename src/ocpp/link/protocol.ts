/** What a version of OCPP is to the link: its name in the handshake, its table of actions, and its words for errors. */

/** Actions by name, each with the types of its request and of its response. */
export type Actions = Record<string, { request: object; response: object }>;

/** What a payload has that the protocol does not allow. */
export interface Violation {
  /** The protocol's word for it in a CALLERROR. */
  code: string;
  /** One line: the path, what was found there and what is valid. */
  message: string;
}

/** What a payload of the peer means. */
export interface Reading {
  /** With what could be mended; of no type while there is a violation. */
  payload: object;
  /** One line for each fault that was mended or passed over; the same fault gives the same line. */
  notes: readonly string[];
  violation: Violation | undefined;
}

/** The protocol's words in a CALLERROR for what the link itself finds. */
export interface ErrorCodes {
  unknownAction: string;
  /** The protocol knows the action, but this side does not answer it. */
  unsupportedAction: string;
  /** A part of the message is missing. */
  incomplete: string;
  /** The message does not have the form of its type. */
  malformed: string;
  internal: string;
  generic: string;
}

/** `Sent` are the actions that this side requests, `Received` those that the peer requests. */
export interface Protocol<Sent extends Actions, Received extends Actions> {
  /** For people, such as "OCPP 1.6". */
  readonly name: string;
  /** As the WebSocket handshake names it. */
  readonly subprotocol: string;
  readonly errorCodes: ErrorCodes;
  /** True if the text names an action, whoever may request it. */
  isAction(name: string): boolean;
  /** True if the peer may request the action. */
  isReceived(name: string): name is keyof Received & string;
  /** A request of ours, strictly. */
  checkRequest(action: string, payload: object): Violation | undefined;
  /** A response of ours, strictly. */
  checkResponse(action: string, payload: object): Violation | undefined;
  /** The response that refuses a request without a look at it; undefined where the action has none. */
  refusal(action: string): object | undefined;
  /** A request of the peer, and a response of the peer, each as tolerantly as the protocol says. */
  readRequest(action: string, payload: object): Reading;
  readResponse(action: string, payload: object): Reading;
  /** Never there: it carries the types of the payloads. */
  readonly payloads?: { sent: Sent; received: Received };
}
