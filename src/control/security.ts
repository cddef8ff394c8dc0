/** What a person does about the security of a station: its password, whom it trusts, its profile; for the command line and the pages. */
import { CommandRefusal, type RefusedCommand } from '../hal/command-refusal';
import type { RunningStation } from '../main';
import { fingerprintOf } from '../ocpp/link/tls';
import type { CertificateUse, InstalledRoot } from '../ocpp/security/installed-roots';
import type { InstalledList } from '../ocpp/security/revocation';
import { installRoot, type RootRefused } from '../ocpp/security/root-changes';
import { changeKeyByPerson } from './key-change';

export type SecuredStation = Pick<RunningStation, 'chargePoint' | 'configuration'>;

export interface RootShown {
  use: CertificateUse;
  /** Whose it is, as the certificate says. */
  subject: string;
  /** SHA-256 of the whole, in hexadecimal. */
  fingerprint: string;
  /** Dates as ISO text. */
  validFrom: string;
  validTo: string;
  /** The present connection, or the last one, rests on it. */
  carries: boolean;
}

export interface SecurityFacts {
  profile: number;
  /** Where it connects to; empty: nowhere. */
  url: string;
  identity: string;
  connection: SecuredStation['chargePoint']['connection']['status'];
  /** Why the last attempt was in vain; null: it was not. */
  lastError: string | null;
  hasPassword: boolean;
  roots: RootShown[];
  rootsMax: number;
  /** What the station proves itself by with profile 3; null: nothing is installed. */
  certificate: { subject: string; fingerprint: string; validFrom: string; validTo: string } | null;
  /** Why it serves for no connection now; null: it does. */
  certificateLack: string | null;
  /** Lists of revoked certificates. */
  lists: number;
  /** Whom everybody trusts, or --csms-ca names, counts beside the installed roots. */
  trustsOthers: boolean;
}

export function securityFacts({ chargePoint, configuration }: SecuredStation): SecurityFacts {
  const { roots, certificates, revocations } = chargePoint.security;
  const { status, lastError } = chargePoint.connection;
  return {
    profile: configuration.integer('SecurityProfile'),
    url: chargePoint.url,
    identity: configuration.text('UID'),
    connection: status,
    lastError: lastError ?? null,
    hasPassword: configuration.text('AuthorizationKey') !== '',
    roots: roots.all.map((root) => shownRoot(chargePoint, root)),
    rootsMax: configuration.integer('CertificateStoreMaxLength'),
    certificate: certificates.present ? certificateFields(certificates.present.chain) : null,
    certificateLack: certificates.lack ?? null,
    lists: revocations.asPem().length,
    trustsOthers: !roots.areProven,
  };
}

function shownRoot({ security: { endpoint } }: SecuredStation['chargePoint'], root: InstalledRoot): RootShown {
  const carries = root.use === 'CentralSystemRootCertificate' && endpoint.restsOn(root);
  return { ...certificateFields(root.pem), use: root.use, carries };
}

/** Of the first certificate in a text of PEM. */
function certificateFields(pem: string): Pick<RootShown, 'subject' | 'fingerprint' | 'validFrom' | 'validTo'> {
  const { X509Certificate } = require('node:crypto') as typeof import('node:crypto');
  const { subject, fingerprint256, validFrom, validTo } = new X509Certificate(pem);
  return {
    subject: subject.replaceAll('\n', ', '),
    fingerprint: fingerprintOf(fingerprint256),
    validFrom: new Date(validFrom).toISOString(),
    validTo: new Date(validTo).toISOString(),
  };
}

/** The station reconnects with it. Rejects with CommandRefusal. */
export function setPassword(station: SecuredStation, password: string): Promise<void> {
  return changeKey(station, 'AuthorizationKey', password);
}

/** A person can lower it, too. Rejects with CommandRefusal. */
export function setProfile(station: SecuredStation, profile: number): Promise<void> {
  return changeKey(station, 'SecurityProfile', String(profile));
}

/** Rejects with CommandRefusal. */
export async function addRoot(station: SecuredStation, use: CertificateUse, pem: string): Promise<RootShown> {
  const { chargePoint } = station;
  const done = await installRoot(chargePoint.security, use, pem);
  if ('refused' in done) throw new CommandRefusal(rootRefusals[done.refused], `security: root: ${done.why}`);
  return shownRoot(chargePoint, { ...done, use });
}

/** The station's own certificate with those between it and a root, and its key, in PEM. Rejects with CommandRefusal. */
export async function addCertificate(
  { chargePoint }: SecuredStation,
  chain: string,
  privateKey: string,
): Promise<{ fromMs: number; toMs: number }> {
  const done = await chargePoint.security.certificates.install(chain, privateKey);
  if (!('refused' in done)) return done;
  const code = done.refused === 'notStored' ? 'notStored' : 'certificateInvalid';
  throw new CommandRefusal(code, `security: certificate: ${done.why}`);
}

/** A file of lists of revoked certificates, in PEM or DER. Rejects with CommandRefusal. */
export async function addRevocations({ chargePoint }: SecuredStation, file: Uint8Array): Promise<InstalledList[]> {
  const done = await chargePoint.security.revocations.install(file).catch((error: Error) => {
    throw new CommandRefusal('notStored', `security: list: ${error.message}`);
  });
  if ('refused' in done) throw new CommandRefusal('listInvalid', `security: list: ${done.refused}`);
  return done;
}

/** `fingerprint`: or its beginning, where that is enough. Resolves with what was removed. Rejects with CommandRefusal. */
export async function removeRoot(station: SecuredStation, fingerprint: string): Promise<RootShown[]> {
  const { chargePoint } = station;
  const { roots } = chargePoint.security;
  const wanted = fingerprint.replaceAll(':', '').toLowerCase();
  const found = roots.all.filter((root) => root.fingerprint.startsWith(wanted));
  const names = new Set(found.map((root) => root.fingerprint));
  if (names.size !== 1) {
    const valid =
      roots.all.map((root) => root.fingerprint.slice(0, fingerprintShown)).join(', ') || 'none is installed';
    const many = names.size === 0 ? 'no root has' : `${names.size} roots have`;
    throw new CommandRefusal(
      'rootUnknown',
      `security: ${many} a fingerprint that begins with ${wanted}; valid: ${valid}`,
    );
  }
  const shown = found.map((root) => shownRoot(chargePoint, root));
  for (const root of found) {
    await roots.remove(root).catch((error: Error) => {
      throw new CommandRefusal('notStored', `security: the root stays: ${error.message}`);
    });
  }
  return shown;
}

/** Characters of a fingerprint that tell one certificate from the others, as a rule. */
export const fingerprintShown = 16;

const rootRefusals: Readonly<Record<RootRefused['refused'], RefusedCommand>> = {
  invalid: 'rootInvalid',
  full: 'rootsFull',
  notStored: 'notStored',
};

async function changeKey(
  station: SecuredStation,
  key: 'AuthorizationKey' | 'SecurityProfile',
  value: string,
): Promise<void> {
  const change = await changeKeyByPerson(station, key, value);
  if ('refused' in change) throw new CommandRefusal('keyInvalid', `security: ${key}: ${change.why}`);
}
