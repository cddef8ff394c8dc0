/** Whom the embedded central system lets in, by its security profile: everybody, by a password, or by a certificate of its own. */
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { EmbeddedAuthority } from './authority';
import type { CentralFaults } from './faults';

/** What it has of security; it is as the central system's own requests change it. */
export interface CentralSecurity {
  profile: number;
  authority: EmbeddedAuthority;
  /** AuthorizationKey of its stations. */
  password: string;
  /** The names in the certificates of stations, by identity; one that is not there gets that of its first certificate. */
  names: Map<string, string>;
  /** Something of this has changed, and is to be kept. */
  onChange?: () => void;
}

export interface NotAdmitted {
  /** Of HTTP. */
  status: number;
  /** For the log. */
  why: string;
}

/** Undefined: the station is let in. */
export function refusalOf(
  request: IncomingMessage,
  stationId: string,
  security: CentralSecurity | undefined,
  faults: Pick<CentralFaults, 'has'>,
): NotAdmitted | undefined {
  const { profile = 0 } = security ?? {};
  if (!security || profile === 0) return undefined;
  const isOverTls = 'encrypted' in request.socket;
  if (profile >= 2 && !isOverTls) return { status: 403, why: `it comes without TLS; security profile is ${profile}` };
  if (profile === 3) return certificateRefusal(request.socket as TLSSocket, stationId, security);
  if (faults.has('passwordRefused')) return { status: 401, why: 'its password is refused, as it was told to' };
  const { authorization } = request.headers;
  if (authorization === undefined) return { status: 401, why: 'it tells no password' };
  return wantedOf(stationId, security.password).includes(authorization)
    ? undefined
    : { status: 401, why: 'another password, or another user than its identity' };
}

/** A key of hexadecimal digits may be sent as the bytes that it stands for, or as it is (A00.FR.205; errata of OCPP-J, 3.12). */
function wantedOf(stationId: string, password: string): string[] {
  const isBytes = /^(?:[0-9a-fA-F]{2}){16,20}$/.test(password);
  const readings = [Buffer.from(password, 'utf8'), ...(isBytes ? [Buffer.from(password, 'hex')] : [])];
  return readings.map((bytes) => {
    const credentials = Buffer.concat([Buffer.from(`${stationId}:`, 'utf8'), bytes]);
    return `Basic ${credentials.toString('base64')}`;
  });
}

/** That it is of our authority, TLS has seen to. */
function certificateRefusal(socket: TLSSocket, stationId: string, { names }: CentralSecurity): NotAdmitted | undefined {
  const name = socket.getPeerCertificate().subject?.CN;
  if (typeof name !== 'string') return { status: 403, why: 'its certificate has no common name, or several' };
  const known = names.get(stationId);
  if (known === undefined) names.set(stationId, name);
  if (known === undefined || known === name) return undefined;
  return { status: 403, why: `its certificate is for ${name}, and that of ${stationId} is for ${known}` };
}
