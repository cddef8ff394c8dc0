/** Certificates of stations as the authority of an operator issues them, and stories with a station that has one. */
import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { type CertificateWish, issuedCertificate, nameOf } from '../../src/hal/x509/certificate-maker';
import { sequenceOf, valueIn } from '../../src/ocpp/security/der';
import type { Authority, CertificateOptions, KeyAndCertificate } from './certificates';
import { type MadeAuthority, madeCertificate } from './made-certificates';
import { Rig, type RigOptions } from './rig';

/** Of the boards of test/support/boards.ts. */
export const serialNumber = '260988';

export const password = 'the-first-password';

const extensions = ['basicConstraints = CA:FALSE', 'keyUsage = digitalSignature', 'extendedKeyUsage = clientAuth'];

export function clientOptions(options: CertificateOptions = {}): CertificateOptions {
  return { commonName: serialNumber, extensions, ...options };
}

/** A certificate for the station with its key, made by OpenSSL. */
export function issueForStation(authority: Authority, options: CertificateOptions = {}): KeyAndCertificate {
  return authority.issue(clientOptions(options));
}

/** The same for stories under virtual time, made in the process. */
export function madeForStation(authority: MadeAuthority, wish: Partial<CertificateWish> = {}): KeyAndCertificate {
  return madeCertificate(authority, serialNumber, { use: 'client', names: [], ...wish });
}

/** A certificate for what the station asks for, as it stands in its request. */
export function signedFor(authority: MadeAuthority, csr: string, wish: Partial<CertificateWish> = {}): string {
  const dates = { from: Date.UTC(2024, 0, 1), to: Date.UTC(2044, 0, 1) };
  const publicKey = publicKeyOf(csr);
  const whole = { ...dates, subject: nameOf(serialNumber), publicKey, use: 'client' as const, ...wish };
  return issuedCertificate(whole, authority.issuer);
}

/** RFC 2986, 4.1: version, name, key. */
function publicKeyOf(csr: string): KeyObject {
  const base64 = csr.replaceAll(/-----[A-Z ]+-----|\s/g, '');
  const [information] = sequenceOf(valueIn(Buffer.from(base64, 'base64')));
  const key = sequenceOf(information)[2];
  return createPublicKey({ key: Buffer.from(key?.whole ?? ''), format: 'der', type: 'spki' });
}

/** As Node.js writes certificates. */
export const plain = (cert: string): string => new X509Certificate(cert).toString();

/** A station that trusts the root in `pem`. */
export async function rigUnder(pem: string, options: RigOptions = {}): Promise<Rig> {
  const rig = await Rig.start(options);
  await rig.call('InstallCertificate', { certificateType: 'CentralSystemRootCertificate', certificate: pem });
  rig.forget();
  return rig;
}

/** As a person brings it. */
export async function bring(rig: Rig, { cert, key }: KeyAndCertificate) {
  const outcome = rig.running.chargePoint.security.certificates.install(cert, key);
  await rig.advance(1_000);
  return outcome;
}

/** A station with security profile 3 and this certificate under the root in `pem`. */
export async function provenBy(pem: string, own: KeyAndCertificate, options: RigOptions = {}): Promise<Rig> {
  const config = { AuthorizationKey: password, SecurityProfile: '2', ...options.config };
  const rig = await rigUnder(pem, { ...options, config });
  await bring(rig, own);
  await rig.configure('SecurityProfile', '3');
  await rig.until('profile 3', () => chainOf(rig) !== undefined && rig.central.connected);
  await rig.advance(2_000);
  rig.forget();
  return rig;
}

/** What the station showed at its last attempt; undefined: no certificate. */
export function chainOf(rig: Rig): string | undefined {
  const security = rig.central.securities.at(-1);
  return security?.profile === 3 ? security.chain : undefined;
}

export const eventsOf = (rig: Rig, type: string) =>
  rig.running.chargePoint.securityEvents().filter((event) => event.type === type);

/** More turns of the event loop than any key takes. */
const turnsMax = 200_000;

/** Keys are made by threads, which virtual time does not wait for: the loop turns until something is true. */
export async function turnsUntil(rig: Rig, what: string, isTrue: () => boolean, stepMs = 0): Promise<void> {
  for (let turn = 0; !isTrue(); turn += 1) {
    if (turn > turnsMax) throw new Error(`not in ${turnsMax} turns: ${what}; said: ${rig.warnings.join('; ')}`);
    await new Promise((resolve) => setImmediate(resolve));
    await rig.advance(stepMs);
  }
}
