/** The way to the central system as the core sees it; `ws-transport.ts` is the real one, tests bring their own. */
import type { CentralSystemEndpoint } from './endpoint';
import type { LinkEnd } from './link-end';

export type { LinkEnd } from './link-end';

/** What a link tells. */
export interface LinkEvents {
  /**
   * The WebSocket handshake succeeded and the server named our subprotocol. `root`: SHA-256 of the certificate on which trust
   * in it rests, in hexadecimal; absent without TLS.
   */
  open(root?: string): void;
  /** A WebSocket message came: text, or the bytes of a binary one. */
  message(data: string | Uint8Array): void;
  /** The answer to a `ping` came. */
  pong(): void;
  /** Bytes that were sent have left this machine's buffers. */
  drained(): void;
  /** Called once, for every kind of ending, also when it never opened. `reason` is for people, `how` for programs. */
  close(reason: string, how?: LinkEnd): void;
}

/** A link, from the attempt to make it to its end. */
export interface TransportLink {
  /** One WebSocket message of text; nothing is told of one that cannot leave but the end of the link. */
  send(text: string): void;
  /** Asks for a pong (RFC 6455, 5.5.2). */
  ping(): void;
  /** Reads nothing until `resume`, so that the other side must wait; what has been read already may still come. */
  pause(): void;
  /** Reads on; what came meanwhile is told first. */
  resume(): void;
  /** Bytes that have not left yet. */
  unsentBytes(): number;
  /** Ends in an orderly way, with a code of RFC 6455, 7.4.1; 1000 unless told. `close` still follows. */
  close(code?: number): void;
  /** Drops the link without a word. `close` still follows. */
  terminate(): void;
}

/** A way to central systems. */
export interface Transport {
  /** Begins to connect; never throws and never calls an event from inside. */
  connect(endpoint: CentralSystemEndpoint, subprotocol: string, events: LinkEvents): TransportLink;
}

/** That of a connection which could not be made. */
export const noLink: TransportLink = {
  send: () => {},
  ping: () => {},
  pause: () => {},
  resume: () => {},
  unsentBytes: () => 0,
  close: () => {},
  terminate: () => {},
};
