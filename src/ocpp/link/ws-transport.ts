/** WebSocket over the `ws` package, loaded when the first connection is made. */
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import type { ClientOptions, WebSocket as WebSocketClient } from 'ws';
import { endOfFailure, endOfRefusal, reasonOfFailure, reasonOfRefusal } from './connect-errors';
import { authorizationOf, type CentralSystemEndpoint, connectionUrl } from './endpoint';
import { objectionTo, opensslAlone } from './peer-judge';
import { connectTls, nameObjection, partialAnchors, rootOf, strictTls } from './tls';
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
    let anchors: readonly string[];
    let isSecure = false;
    const { url, security } = endpoint;
    const failureOf = (error: unknown): [reason: string, how: LinkEnd] => {
      const hasCertificate = security.profile === 3;
      const failed = { url, error, nowMs: Date.now(), isSecure, hasCertificate };
      return [reasonOfFailure(failed), endOfFailure(failed)];
    };
    try {
      anchors = partialAnchors(endpoint.authorities?.pem ?? []);
      socket = this.open(endpoint, subprotocol, anchors, () => {
        isSecure = true;
      });
    } catch (error) {
      // A URL the package cannot read, or a certificate: reported like any other failed connection.
      setImmediate(() => end(...failureOf(error)));
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
      root = rootOf(wire, anchors);
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
    socket.on('error', (error) => {
      if (refusal !== '') return;
      [refusal, how] = failureOf(error);
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

  private open(
    endpoint: CentralSystemEndpoint,
    subprotocol: string,
    anchors: readonly string[],
    onSecure: () => void,
  ): WebSocketClient {
    // Required here, not at the top: what a start does not need yet is not loaded yet.
    const { WebSocket } = require('ws') as typeof import('ws');
    // The package's types do not know `closeTimeout` yet.
    const options: ClientOptions & { closeTimeout: number } = {
      // Offered by default, it costs three times the round trip and 250 KB a connection.
      perMessageDeflate: false,
      closeTimeout: this.options.closeTimeoutMs ?? 5_000,
      maxPayload: messageBytesMax,
      ...this.trust(endpoint, anchors),
      ...this.securityOptions(endpoint),
      ...(this.options.takesAnyName === true && anyName),
      ...judged(endpoint, onSecure),
    };
    return new WebSocket(connectionUrl(endpoint), [subprotocol], options);
  }

  /** Those that are named at the start take the place of those that everybody trusts, and count with installed ones. */
  private trust({ authorities }: CentralSystemEndpoint, anchors: readonly string[]): ClientOptions {
    const { ca } = this.options;
    if (!authorities) return ca === undefined ? {} : { ca };
    const others = ca === undefined ? (authorities.alone ? [] : everybodys()) : [ca];
    const allowPartialTrustChain = anchors.length > 0;
    return { ca: [...authorities.pem, ...others], ...(allowPartialTrustChain && { allowPartialTrustChain }) };
  }

  /** What the handshake needs beside the URL: with profile 0 nothing. */
  private securityOptions({ url, identity, security }: CentralSystemEndpoint): ClientOptions {
    if (security.profile === 0) return {};
    if (security.profile === 1) return { headers: passwordOf(identity, security) };
    if (!/^wss:/i.test(url))
      throw new Error(`security profile ${security.profile} is over TLS only: URL must be wss://`);
    // The types of the package know an older shape of checkServerIdentity, which it passes on as it is.
    const strict = strictTls(this.options.tell ?? (() => {})) as object;
    if (security.profile === 3) return { cert: security.chain, key: security.key, ...strict };
    return { headers: passwordOf(identity, security), ...strict };
  }
}

function everybodys(): readonly string[] {
  const { rootCertificates } = require('node:tls') as typeof import('node:tls');
  return rootCertificates;
}

/** Over TLS the judge of the endpoint sees the certificates of the other side before the request leaves. */
function judged({ url, judge = opensslAlone }: CentralSystemEndpoint, onSecure: () => void): ClientOptions {
  if (!/^wss:/i.test(url)) return {};
  const lenient = judge.judgesDates ? { rejectUnauthorized: false } : {};
  const createConnection = (options: ConnectionOptions): TLSSocket =>
    connectTls({ ...options, ...lenient }, (socket) => {
      onSecure();
      return objectionTo(socket, judge, trustedBy(options), () => nameObjection(socket, options));
    });
  // The types of the package know the signature of node:net alone.
  return { createConnection: createConnection as unknown as NonNullable<ClientOptions['createConnection']> };
}

/** In PEM. */
function trustedBy({ ca }: ConnectionOptions): readonly string[] {
  if (ca === undefined) return everybodys();
  return [ca].flat().map((pem) => pem.toString());
}

function passwordOf(identity: string, { password }: { password: Uint8Array }): Record<string, string> {
  return { Authorization: authorizationOf(identity, password) };
}
