/** Authorities whose certificates are trusted for wss, out of a file that somebody has named. */
import { readFileSync } from 'node:fs';
import { GreenupError, messageOf } from '../hal/errors';

const certificatePattern = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The file as TLS takes it. Throws `config.invalid`, with `place` as what named the file, for one that holds none. */
export function readAuthorities(path: string, place: string): string {
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (error) {
    throw new GreenupError('config.invalid', `${place}: cannot be read: ${messageOf(error)}`);
  }
  const certificates = pem.match(certificatePattern) ?? [];
  if (certificates.length === 0)
    throw new GreenupError('config.invalid', `${place}: ${path} has no certificate in PEM`);
  // A start without a file of its own needs it later, if at all.
  const { X509Certificate } = require('node:crypto') as typeof import('node:crypto');
  for (const certificate of certificates) {
    try {
      new X509Certificate(certificate);
    } catch (error) {
      throw new GreenupError('config.invalid', `${place}: ${path} has a certificate that is none: ${messageOf(error)}`);
    }
  }
  return pem;
}

/** The same for an option that may be absent. */
export function authoritiesOf(path: string | undefined): string | undefined {
  return path === undefined ? undefined : readAuthorities(path, '--csms-ca');
}
