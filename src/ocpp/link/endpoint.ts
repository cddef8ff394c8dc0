/** What a link is made to, and how safely. */
import type { PeerJudge } from './peer-judge';

/** Where the central system is, as whom the station comes, and how safely. */
export interface CentralSystemEndpoint {
  url: string;
  /** The station's name at this central system. */
  identity: string;
  security: EndpointSecurity;
  /** Installed authorities in PEM; absent: none. Unless they count `alone`, those that everybody trusts count, too. */
  authorities?: { pem: readonly string[]; alone: boolean };
  /** @internal What it asks of the central system's certificates; absent: what OpenSSL does. */
  judge?: PeerJudge;
}

/**
 * The profiles of the security whitepaper (2.1). 0: none of them is in use. 1: with a password, as `url` says. 2: with a
 * password, and only over TLS. 3: over TLS with a certificate of the station, and without a password.
 */
export type EndpointSecurity =
  | { profile: 0 }
  | { profile: 1 | 2; password: Uint8Array }
  | ({ profile: 3 } & ClientCertificate);

/** What the station proves itself by: its certificate and those between it and a root, and its private key, all in PEM. */
export interface ClientCertificate {
  chain: string;
  key: string;
}

/** HTTP basic authentication with the identity as the user (A00.FR.204; RFC 7617, 2). */
export function authorizationOf(identity: string, password: Uint8Array): string {
  return `Basic ${Buffer.concat([Buffer.from(`${identity}:`, 'utf8'), password]).toString('base64')}`;
}

/** The same place over TLS; a port that is named stays. */
export function overTls(url: string): string {
  return url.replace(/^ws:/i, 'wss:');
}

/** OCPP-J 1.6, 3.1.1: endpoint, a slash, and the percent-encoded identity. */
export function connectionUrl({ url, identity }: Pick<CentralSystemEndpoint, 'url' | 'identity'>): string {
  const queryAt = url.indexOf('?');
  const [path, query] = queryAt < 0 ? [url, ''] : [url.slice(0, queryAt), url.slice(queryAt)];
  const base = path.endsWith('/') ? path.slice(0, -1) : path;
  return `${base}/${encodeURIComponent(identity)}${query}`;
}
