/** What may be wrong with the embedded central system, as a table: faults of security that a station must notice. */

/** One line each for help texts. */
export const centralFaults = {
  serverExpired: 'its certificate has expired',
  serverEarly: 'its certificate is not valid yet',
  serverName: 'its certificate is for another name',
  serverUnknown: 'its certificate is of an authority that nobody knows',
  serverRevoked: 'its certificate has been revoked, which a list says (revoked.pem beside its authority)',
  serverWeak: 'its certificate has a key of RSA with 1024 bits',
  oldTls: 'it speaks TLS 1.1 and nothing newer',
  clientRefused: 'it takes no certificate of a station',
  passwordRefused: 'it answers 401 to a good password',
  keyMismatch: 'CertificateSigned brings a certificate for another key than the one that was asked for',
  wrongTime: 'it tells a time that is two days ahead',
} as const;

export type CentralFault = keyof typeof centralFaults;
export const centralFaultNames = Object.keys(centralFaults) as CentralFault[];

/** Those that show only where there is TLS; `clientRefused` where it wants a certificate. */
const leastProfiles: Partial<Record<CentralFault, number>> = {
  serverExpired: 2,
  serverEarly: 2,
  serverName: 2,
  serverUnknown: 2,
  serverRevoked: 2,
  serverWeak: 2,
  oldTls: 2,
  clientRefused: 3,
};

/** How far ahead of the true time it is with `wrongTime`, in ms. */
export const wrongTimeMs = 2 * 86_400_000;

export function isCentralFault(name: string): name is CentralFault {
  return Object.hasOwn(centralFaults, name);
}

/** Why a fault shows nowhere with a security profile; undefined: it shows. */
export function whyNotShown(fault: CentralFault, profile: number): string | undefined {
  const passes = fault === 'passwordRefused' && (profile === 0 || profile === 3);
  if (passes) return `with security profile ${profile} no password is asked for`;
  const least = leastProfiles[fault] ?? 0;
  return profile >= least ? undefined : `it shows from security profile ${least} on; this is ${profile}`;
}

/** Those that are there. */
export class CentralFaults {
  private readonly present = new Set<CentralFault>();

  has(fault: CentralFault): boolean {
    return this.present.has(fault);
  }

  change(fault: CentralFault, present: boolean): void {
    if (present) this.present.add(fault);
    else this.present.delete(fault);
  }
}
