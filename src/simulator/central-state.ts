/**
 * What the embedded central system keeps of its security beside the station: its authority, the password and the first certificate of
 * its station, and which security profile it was started with. Files, so that a person can look at them and use them.
 */
import { randomBytes, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CentralSecurity } from '../csms/admission';
import { EmbeddedAuthority } from '../csms/authority';
import { GreenupError, messageOf, systemCode } from '../hal/errors';
import { centralFolder } from './run-options';

const files = {
  profile: 'profile',
  authority: 'authority.pem',
  authorityKey: 'authority.key',
  revoked: 'revoked.pem',
  password: 'password',
  station: 'station.pem',
  stationKey: 'station.key',
} as const;
type CentralFile = keyof typeof files;

/** In base64url: 32 characters, which are no hexadecimal digits that would stand for bytes. */
const passwordBytes = 24;

export function centralFile(state: string, file: CentralFile): string {
  return join(state, centralFolder, files[file]);
}

/** The profile of the last run; undefined: there was none with security. */
export function keptProfile(state: string): number | undefined {
  const profile = Number(read(state, 'profile')?.trim() || Number.NaN);
  return [0, 1, 2, 3].find((known) => known === profile);
}

export interface CentralStateOptions {
  /** State directory of the run. */
  state: string;
  profile: number;
  identity: string;
  /** Of the station, which its certificates name; asked for where one is made. */
  serialNumber: () => string;
  /** Unix time in ms. */
  now: () => number;
}

/** Makes what is not there yet. Throws GreenupError where what lies there cannot be used, or nothing can be written. */
export function openCentralState(options: CentralStateOptions): CentralSecurity {
  const { state, profile, identity, now } = options;
  try {
    mkdirSync(join(state, centralFolder), { recursive: true, mode: 0o700 });
    const authority = authorityIn(state, now);
    const password = read(state, 'password')?.trim() ?? randomBytes(passwordBytes).toString('base64url');
    const names = new Map<string, string>();
    if (profile === 3) names.set(identity, nameOfStation(options, authority));
    const security: CentralSecurity = {
      ...{ profile, authority, password, names },
      onChange: () => keep(state, security),
    };
    keep(state, security);
    return security;
  } catch (error) {
    if (error instanceof GreenupError) throw error;
    const why = `--security: ${join(state, centralFolder)} cannot be used (${messageOf(error)}); remove it, and all begins anew`;
    throw new GreenupError('config.invalid', why, { cause: error });
  }
}

function keep(state: string, { profile, password }: CentralSecurity): void {
  write(state, 'profile', `${profile}\n`);
  write(state, 'password', `${password}\n`);
}

function authorityIn(state: string, now: () => number): EmbeddedAuthority {
  const [pem, key] = [read(state, 'authority'), read(state, 'authorityKey')];
  if (pem !== undefined && key !== undefined) return new EmbeddedAuthority(pem, key, now);
  const authority = EmbeddedAuthority.make(now);
  // The key first: a certificate without it would be worth nothing.
  write(state, 'authorityKey', authority.key);
  write(state, 'authority', authority.pem);
  write(state, 'revoked', authority.revoked());
  return authority;
}

/** The common name of the station's certificate, which is made anew where the one that lies there serves no more. */
function nameOfStation({ state, serialNumber, now }: CentralStateOptions, authority: EmbeddedAuthority): string {
  const name = serialNumber();
  const [chain, key] = [read(state, 'station'), read(state, 'stationKey')];
  if (chain === undefined || key === undefined || !serves(chain, name, authority, now())) {
    const made = authority.firstClient(name);
    write(state, 'stationKey', made.key);
    write(state, 'station', made.cert);
  }
  return name;
}

function serves(chain: string, name: string, authority: EmbeddedAuthority, nowMs: number): boolean {
  const [certificate, root] = [new X509Certificate(chain), new X509Certificate(authority.pem)];
  const isNamed = certificate.subject.split('\n').includes(`CN=${name}`);
  return isNamed && Date.parse(certificate.validTo) > nowMs && certificate.verify(root.publicKey);
}

function read(state: string, file: CentralFile): string | undefined {
  try {
    return readFileSync(centralFile(state, file), 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whole, or not at all, and for its owner alone. */
function write(state: string, file: CentralFile, text: string): void {
  const path = centralFile(state, file);
  if (read(state, file) === text) return;
  const fresh = `${path}.new`;
  rmSync(fresh, { force: true });
  writeFileSync(fresh, text, { mode: 0o600, flag: 'wx' });
  renameSync(fresh, path);
}
