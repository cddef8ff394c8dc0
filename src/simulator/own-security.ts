/** What the station of the embedded central system is given at its start, so that both agree on a security profile: as a person would. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { StationControl } from '../control/control';
import type { SecurityFacts } from '../control/security';
import { profileWords } from '../control/security-commands';
import { fingerprintOf } from '../ocpp/link/tls';
import { centralFile } from './central-state';
import type { RunOptions } from './run-options';

export interface OwnSecurity {
  profile: number;
  /** The authority in PEM, to be trusted in this run. */
  ca: string;
  /** Where it lies. */
  caFile: string;
  /** Its SHA-256 in hexadecimal. */
  fingerprint: string;
  password: string;
  /** The first certificate of the station, with its key; absent: the profile wants none. */
  station?: { chain: string; key: string };
  /** Keys of a first start. */
  configuration: Record<string, string>;
}

/** Undefined where the central system is another one, or never had any security. */
export function ownSecurityOf({ state, security: profile, supervised }: RunOptions): OwnSecurity | undefined {
  if (supervised !== 'host' || profile === undefined) return undefined;
  const password = readFileSync(centralFile(state, 'password'), 'utf8').trim();
  const caFile = centralFile(state, 'authority');
  const ca = readFileSync(caFile, 'utf8');
  return {
    ...{ profile, ca, caFile, password },
    ...(profile === 3 && {
      station: {
        chain: readFileSync(centralFile(state, 'station'), 'utf8'),
        key: readFileSync(centralFile(state, 'stationKey'), 'utf8'),
      },
    }),
    fingerprint: fingerprintIn(ca),
    configuration: { AuthorizationKey: password, SecurityProfile: String(profile) },
  };
}

function fingerprintIn(pem: string): string {
  return fingerprintOf(new X509Certificate(pem).fingerprint256);
}

/** For the session of the run: what is secret stays out of it. */
export function configurationWithoutPassword({ configuration, password }: OwnSecurity): Record<string, string> {
  return { ...configuration, AuthorizationKey: 'x'.repeat(password.length) };
}

/** One line for people. */
export function securityLine({ profile, caFile, fingerprint }: OwnSecurity): string {
  return `profile ${profile}: ${profileWords[profile]}; authority ${caFile} (${fingerprint.slice(0, 16)}…)`;
}

/** Gives a station that has started what it lacks; `tell` hears a line of what was stored and does not hold any more. */
export async function equip(
  control: Pick<StationControl, 'run'>,
  { profile, ca, fingerprint, password, station }: OwnSecurity,
  storedPassword: string,
  tell: (line: string) => void,
): Promise<void> {
  const { facts } = await control.run('security', { action: 'status' });
  const { roots, profile: former, certificate: present, certificateLack } = facts as SecurityFacts;
  const isKnown = roots.some((root) => root.use === 'CentralSystemRootCertificate' && root.fingerprint === fingerprint);
  if (!isKnown) await control.run('security', { action: 'addRoot', certificate: ca });
  if (storedPassword !== password) {
    await control.run('security', { action: 'password', password });
    tell('AuthorizationKey was another one: it is that of the embedded central system now');
  }
  // By the station's time one may be too early, or too late, that is there already.
  const isThere = station !== undefined && present?.fingerprint === fingerprintIn(station.chain);
  if (station && certificateLack !== null && !isThere) {
    const { chain: certificate, key: privateKey } = station;
    await control.run('security', { action: 'addCertificate', certificate, privateKey });
  }
  if (former === profile) return;
  await control.run('security', { action: 'profile', profile });
  tell(`SecurityProfile was ${former}: it is ${profile} from now on, as the embedded central system was started`);
}
