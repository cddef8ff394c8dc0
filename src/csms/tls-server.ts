/** How the embedded central system speaks TLS: by its authority, as its security profile and its faults want it. */
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { TlsOptions } from 'node:tls';
import { EmbeddedAuthority } from './authority';
import type { CentralFault, CentralFaults } from './faults';

const weakBits = 1_024;

/** What each does to the server. */
const serverFaults: Partial<Record<CentralFault, (authority: EmbeddedAuthority) => TlsOptions>> = {
  serverExpired: (authority) => authority.server({ fromDays: -30, toDays: -1 }),
  serverEarly: (authority) => authority.server({ fromDays: 30, toDays: 60 }),
  serverName: (authority) => authority.server({ names: ['another.example'] }),
  serverUnknown: () => EmbeddedAuthority.make(Date.now, 'Nobody knows me').server(),
  serverRevoked: (authority) => authority.server({ isRevoked: true }),
  serverWeak: (authority) => ({
    ...authority.server({ keys: generateKeyPairSync('rsa', { modulusLength: weakBits }) }),
    // OpenSSL would not show such a key.
    ciphers: 'DEFAULT:@SECLEVEL=0',
  }),
};

/** The last one counts where there are several. */
export function tlsServer(
  authority: EmbeddedAuthority,
  asksForCertificate: boolean,
  faults: Pick<CentralFaults, 'has'>,
): Server {
  const names = Object.keys(serverFaults) as CentralFault[];
  const fault = names.findLast((name) => faults.has(name));
  const shown = fault === undefined ? undefined : serverFaults[fault];
  const options: TlsOptions = {
    minVersion: 'TLSv1.2',
    ...(shown ?? ((one) => one.server()))(authority),
    // What a certificate must be beyond its signature is judged where it is known whose it is.
    ...(asksForCertificate && { requestCert: true, rejectUnauthorized: true, ca: authority.pem }),
    // The alert of a refusal can be sent in plain text there; see `refusing-socket.ts`.
    ...(faults.has('clientRefused') && { maxVersion: 'TLSv1.2' }),
    ...(faults.has('oldTls') && { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' }),
  };
  return createServer(options);
}
