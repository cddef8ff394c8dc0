/** Certificates of stations as the authority of an operator issues them, and stories with a station that has one. */
import type { Authority, CertificateOptions, KeyAndCertificate } from './certificates';
import { Rig, type RigOptions } from './rig';

/** Of the boards of test/support/boards.ts. */
export const serialNumber = '260988';

export const password = 'the-first-password';

const extensions = ['basicConstraints = CA:FALSE', 'keyUsage = digitalSignature', 'extendedKeyUsage = clientAuth'];

export function clientOptions(options: CertificateOptions = {}): CertificateOptions {
  return { commonName: serialNumber, extensions, ...options };
}

/** A certificate for the station with its key. */
export function issueForStation(authority: Authority, options: CertificateOptions = {}): KeyAndCertificate {
  return authority.issue(clientOptions(options));
}

/** A station whose time is that of OpenSSL, and which trusts `authority`. */
export async function rigUnder(authority: Authority, options: RigOptions = {}): Promise<Rig> {
  const rig = await Rig.start({ epochMs: Date.now(), ...options });
  const root = { certificateType: 'CentralSystemRootCertificate', certificate: authority.cert };
  await rig.call('InstallCertificate', root);
  rig.forget();
  return rig;
}

/** As a person brings it. */
export async function bring(rig: Rig, { cert, key }: KeyAndCertificate) {
  const outcome = rig.running.chargePoint.security.certificates.install(cert, key);
  await rig.advance(1_000);
  return outcome;
}

/** A station with security profile 3 and this certificate. */
export async function provenBy(authority: Authority, own: KeyAndCertificate, options: RigOptions = {}): Promise<Rig> {
  const config = { AuthorizationKey: password, SecurityProfile: '2', ...options.config };
  const rig = await rigUnder(authority, { ...options, config });
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
