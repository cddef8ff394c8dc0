/** Where the central system is, as whom the station comes, and how safely. */

export interface CentralSystemEndpoint {
  url: string;
  /** The station's name at this central system. */
  identity: string;
  security: EndpointSecurity;
}

/** The place of credentials and certificates. Profile 0: none of the profiles of the security whitepaper is in use. */
export interface EndpointSecurity {
  profile: 0;
}

/** OCPP-J 1.6, 3.1.1: endpoint, a slash, and the percent-encoded identity. */
export function connectionUrl({ url, identity }: Pick<CentralSystemEndpoint, 'url' | 'identity'>): string {
  const queryAt = url.indexOf('?');
  const [path, query] = queryAt < 0 ? [url, ''] : [url.slice(0, queryAt), url.slice(queryAt)];
  const base = path.endsWith('/') ? path.slice(0, -1) : path;
  return `${base}/${encodeURIComponent(identity)}${query}`;
}
