/** The authorities whose certificates are trusted for files: those of Node.js, of the operating system, and those installed. */
import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';

/** Where systems keep them all in one file: Debian and its kin, Red Hat and its kin, Alpine and macOS. */
const bundles = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/cert.pem'];

/** In PEM. `installed`: beside those that everybody trusts. */
export function trustedAuthorities(installed: string | undefined): string[] {
  const named = process.env.NODE_EXTRA_CA_CERTS;
  const system = bundles.map(textOf).find((text) => text !== undefined);
  const others = [system, named === undefined ? undefined : textOf(named), installed];
  return [...rootCertificates, ...others.filter((text) => text !== undefined)];
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // Another kind of system.
  }
}
