/** Certificates for tests under virtual time, made in the process: no program is needed for them. */
import { X509Certificate } from 'node:crypto';
import {
  type CertificateWish,
  type Issuer,
  issuedCertificate,
  keyText,
  nameOf,
  newKeyPair,
} from '../../src/hal/x509/certificate-maker';

export interface MadeAuthority {
  issuer: Issuer;
  pem: string;
  fingerprint: string;
}

type Dates = Partial<Pick<CertificateWish, 'from' | 'to'>>;

const usual = { from: Date.UTC(2024, 0, 1), to: Date.UTC(2044, 0, 1) };

/** Signed by itself, or by `parent`. */
export function madeAuthority(commonName = 'Test authority', dates: Dates = {}, parent?: MadeAuthority): MadeAuthority {
  const { privateKey, publicKey } = newKeyPair();
  const issuer = { name: nameOf(commonName), key: privateKey };
  const wish: CertificateWish = { ...usual, ...dates, subject: issuer.name, publicKey, use: 'authority' };
  const pem = issuedCertificate(wish, parent?.issuer ?? issuer);
  return { issuer, pem, fingerprint: new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase() };
}

/** Of a server of this machine, unless told. */
export function madeCertificate(
  { issuer }: MadeAuthority,
  commonName = 'localhost',
  wish: Partial<CertificateWish> = {},
): { key: string; cert: string } {
  const { privateKey, publicKey } = newKeyPair();
  const names = ['localhost', '127.0.0.1'];
  const whole: CertificateWish = { ...usual, subject: nameOf(commonName), publicKey, use: 'server', names, ...wish };
  return { key: keyText(privateKey), cert: issuedCertificate(whole, issuer) };
}
