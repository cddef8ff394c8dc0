/** What the page "Security" shows of how the station comes in at the central system, and what somebody may change of it there. */
import { createHash } from 'node:crypto';
import { CommandRefusal, type RefusedCommand } from '../../hal/command-refusal';
import type { RunningStation } from '../../main';
import type { CertificateUse } from '../../ocpp/security/installed-roots';
import {
  addCertificate,
  addRevocations,
  addRoot,
  removeRoot,
  type SecurityFacts,
  securityFacts,
  setPassword,
  setProfile,
} from '../security';

const refusals = [
  'keyInvalid',
  'rootInvalid',
  'rootsFull',
  'rootUnknown',
  'certificateInvalid',
  'listInvalid',
  'notStored',
] as const satisfies readonly RefusedCommand[];

export type PageSecurityRefusal = (typeof refusals)[number];

type SecurityOutcome = Promise<PageSecurityRefusal | 'starting' | undefined>;

export interface SecurityForPages {
  /** undefined while the station starts or ends. */
  look(): SecurityFacts | undefined;
  /** undefined: it is done, here and below. */
  setPassword(password: string): SecurityOutcome;
  setProfile(profile: number): SecurityOutcome;
  addRoot(use: CertificateUse, pem: string): SecurityOutcome;
  /** The station's own certificate with those between it and a root, and its key. */
  addCertificate(chain: string, key: string): SecurityOutcome;
  /** Lists of revoked certificates, in PEM. */
  addLists(pem: string): SecurityOutcome;
  /** By its whole fingerprint. */
  removeRoot(fingerprint: string): SecurityOutcome;
}

export function pageSecurity(present: () => RunningStation | undefined): SecurityForPages {
  const act = async (work: (running: RunningStation) => Promise<unknown>): SecurityOutcome => {
    const running = present();
    return running ? refusalOf(work(running)) : 'starting';
  };
  return {
    look: () => {
      const running = present();
      return running && securityFacts(running);
    },
    setPassword: (password) => act((running) => setPassword(running, password)),
    setProfile: (profile) => act((running) => setProfile(running, profile)),
    addRoot: (use, pem) => act((running) => addRoot(running, use, pem)),
    addCertificate: (chain, key) => act((running) => addCertificate(running, chain, key)),
    addLists: (pem) => act((running) => addRevocations(running, Buffer.from(pem))),
    removeRoot: (fingerprint) => act((running) => removeRoot(running, fingerprint)),
  };
}

/** What of this page has changed: whom the station trusts, and how the connection is; keys have a revision of their own. */
export function revisionOfSecurity({ chargePoint }: RunningStation): string {
  const { connection, security } = chargePoint;
  const { certificates, revocations } = security;
  const own = fingerprintOfText(`${certificates.present?.chain} ${certificates.lack} ${revocations.asPem().length}`);
  const trusted = security.roots.all.map(({ use, fingerprint }) => `${use.charAt(0)}${fingerprint.slice(0, 8)}`);
  return [connection.status, connection.lastEnd ?? '', own, ...trusted].join(' ');
}

function fingerprintOfText(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 8);
}

async function refusalOf(work: Promise<unknown>): SecurityOutcome {
  try {
    await work;
    return undefined;
  } catch (error) {
    const refused = error instanceof CommandRefusal ? refusals.find((one) => one === error.refusal) : undefined;
    if (refused === undefined) throw error;
    return refused;
  }
}
