/** WebSocket over the `ws` package, loaded when the first connection is made. */
import type { ClientOptions, WebSocket as WebSocketClient } from 'ws';
import { messageOf } from '../../hal/errors';
import { endOfFailure, endOfRefusal, reasonOfFailure, reasonOfRefusal } from './connect-errors';
import { authorizationOf, type CentralSystemEndpoint, connectionUrl } from './endpoint';
import { rootOf, strictTls } from './tls';
import { type LinkEnd, type LinkEvents, noLink, type Transport, type TransportLink } from './transport';

/** What a `WsTransport` trusts, and how long it waits. */
export interface WsTransportOptions {
  /** Authorities in PEM whose certificates are trusted for wss; those that Node.js brings when absent. */
  ca?: string | undefined;
  /** 30 000 unless told. */
  handshakeTimeoutMs?: number;
  /** How long the other side may take to let go of a connection that has been closed; 5 000 unless told. */
  closeTimeoutMs?: number;
  /** A certificate for any name will do, as long as its authority is trusted: for test benches alone. */
  takesAnyName?: boolean;
  /** Takes what is odd about a certificate, a line each time. */
  tell?: (line: string) => void;
}

/**
 * Bytes of a message that are read. What is longer than is worked on (`messageCharactersMax` in frame.ts) is read for
 * the sake of its beginning, so that it can be refused; beyond this the link closes with 1009 (RFC 6455, 7.4.1).
 */
const messageBytesMax = 16 << 20;

const handshakeUsualMs = 30_000;
/** Node.js takes no objection as consent; the types of the package know an older shape. */
const anyName = { checkServerIdentity: () => undefined } as object;

/** Links over the network: WebSocket, with TLS where the URL begins with `wss:`. */
export class WsTransport implements Transport {
  constructor(private readonly options: WsTransportOptions = {}) {}

  connect(endpoint: CentralSystemEndpoint, subprotocol: string, events: LinkEvents): TransportLink {
    let ended = false;
    const end = (reason: string, how: LinkEnd) => {
      if (ended) return;
      ended = true;
      events.close(reason, how);
    };
    let socket: WebSocketClient;
    try {
      socket = this.open(endpoint, subprotocol);
    } catch (error) {
      // A URL the package cannot read: reported like any other failed connection.
      setImmediate(() => end(messageOf(error), 'other'));
      return noLink;
    }
    let refusal = '';
    let how: LinkEnd = 'closed';
    const refuse = (why: string, code: LinkEnd) => {
      refusal = why;
      how = code;
      socket.terminate();
    };
    const { handshakeTimeoutMs = handshakeUsualMs } = this.options;
    const timer = setTimeout(
      () => refuse(`timed out: there was no answer within ${handshakeTimeoutMs / 1_000} s`, 'timedOut'),
      handshakeTimeoutMs,
    );
    // The package refuses these, too, and says it in words alone.
    let root: string | undefined;
    socket.on('upgrade', ({ socket: wire, headers: { 'sec-websocket-protocol': told } }) => {
      root = rootOf(wire);
      if (told !== subprotocol) refuse(`the server does not speak the subprotocol ${subprotocol}`, 'noOcpp');
    });
    socket.on('open', () => {
      clearTimeout(timer);
      events.open(root);
    });
    socket.on('message', (data, isBinary) => {
      const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
      events.message(isBinary ? bytes : bytes.toString('utf8'));
    });
    socket.on('pong', () => events.pong());
    const { url } = endpoint;
    socket.on('error', (error) => {
      if (refusal !== '') return;
      refusal = reasonOfFailure({ url, error, nowMs: Date.now() });
      how = endOfFailure(error);
    });
    socket.on('unexpected-response', (_request, response) => {
      const status = response.statusCode ?? 0;
      refuse(reasonOfRefusal(url, status), endOfRefusal(status));
    });
    socket.on('close', (code, reason) => {
      clearTimeout(timer);
      end(refusal || `closed with code ${code} ${reason.toString()}`.trim(), how);
    });
    return {
      send: (text) => socket.send(text, () => events.drained()),
      ping: () => socket.ping(),
      // What is not open has nothing to pause.
      pause: () => socket.pause(),
      resume: () => socket.resume(),
      unsentBytes: () => socket.bufferedAmount,
      close: (code = 1000) => socket.close(code),
      terminate: () => socket.terminate(),
    };
  }

  private open(endpoint: CentralSystemEndpoint, subprotocol: string): WebSocketClient {
    // Required here, not at the top: what a start does not need yet is not loaded yet.
    const { WebSocket } = require('ws') as typeof import('ws');
    // The package's types do not know `closeTimeout` yet.
    const options: ClientOptions & { closeTimeout: number } = {
      // Offered by default, it costs three times the round trip and 250 KB a connection.
      perMessageDeflate: false,
      closeTimeout: this.options.closeTimeoutMs ?? 5_000,
      maxPayload: messageBytesMax,
      ...this.trust(endpoint),
      ...this.securityOptions(endpoint),
      ...(this.options.takesAnyName === true && anyName),
    };
    return new WebSocket(connectionUrl(endpoint), [subprotocol], options);
  }

  /** Those that are named at the start take the place of those that everybody trusts, and count with installed ones. */
  private trust({ authorities }: CentralSystemEndpoint): ClientOptions {
    const { ca } = this.options;
    if (!authorities) return ca === undefined ? {} : { ca };
    if (ca !== undefined) return { ca: [...authorities.pem, ca] };
    if (authorities.alone) return { ca: [...authorities.pem] };
    const { rootCertificates } = require('node:tls') as typeof import('node:tls');
    return { ca: [...authorities.pem, ...rootCertificates] };
  }

  /** What the handshake needs beside the URL: with profile 0 nothing. */
  private securityOptions({ url, identity, security }: CentralSystemEndpoint): ClientOptions {
    if (security.profile === 0) return {};
    if (security.profile === 1) return { headers: passwordOf(identity, security) };
    if (!/^wss:/i.test(url))
      throw new Error(`security profile ${security.profile} is one over TLS: URL must be wss://`);
    // The types of the package know an older shape of checkServerIdentity, which it passes on as it is.
    const strict = strictTls(this.options.tell ?? (() => {})) as object;
    if (security.profile === 3) return { cert: security.chain, key: security.key, ...strict };
    return { headers: passwordOf(identity, security), ...strict };
  }
}

function passwordOf(identity: string, { password }: { password: Uint8Array }): Record<string, string> {
  return { Authorization: authorizationOf(identity, password) };
}
