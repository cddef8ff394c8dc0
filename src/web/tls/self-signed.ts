/** The certificate that a station signs for itself, with the names and addresses at which it is called. */
import {
  issuedCertificate,
  type KeyAndCertificate,
  keyText,
  nameOf,
  newKeyPair,
} from '../../hal/x509/certificate-maker';

export interface SelfSignedOptions {
  commonName: string;
  /** Names, and addresses as numbers. */
  names: readonly string[];
  /** Unix times, in ms. */
  from: number;
  to: number;
}

/** No authority: whoever trusts it trusts this station and nothing that its key might sign. */
export function selfSigned({ commonName, ...wish }: SelfSignedOptions): KeyAndCertificate {
  const { privateKey, publicKey } = newKeyPair();
  const name = nameOf(commonName);
  const cert = issuedCertificate({ ...wish, subject: name, publicKey, use: 'server' }, { name, key: privateKey });
  return { key: keyText(privateKey), cert };
}
