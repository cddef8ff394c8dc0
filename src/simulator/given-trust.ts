/** What an init file says of TLS beyond the authorities of `csms_ca`: read before the start, and given to a new station as by a person. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StationControl } from '../control/control';
import { GreenupError, messageOf } from '../hal/errors';
import { readAuthorities } from '../terminal/authorities';

/** One command of `greenup security`, and what of the init file it comes from. */
export interface TrustStep {
  place: string;
  request: Readonly<Record<string, unknown>>;
}

/** The files of `certs_dir`, as the embedded central system has them; each may be absent. */
const files = {
  authority: 'authority.pem',
  manufacturer: 'manufacturer.pem',
  station: 'station.pem',
  stationKey: 'station.key',
  revoked: 'revoked.pem',
} as const;

const certificatePattern = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

interface TlsGiven {
  mf_ca?: string | undefined;
  certs_dir?: string | undefined;
}

/** Throws `config.invalid`, naming `place` and the field, for what cannot be read. */
export function trustOf({ mf_ca: makers, certs_dir: folder }: TlsGiven, place: string): TrustStep[] {
  const steps = makers === undefined ? [] : rootSteps(makers, 'manufacturer', `${place}: tls.mf_ca`);
  return folder === undefined ? steps : [...steps, ...stepsOf(folder, `${place}: tls.certs_dir`)];
}

/** Gives all of it to a station. Rejects with `config.invalid` for the first that is not taken. */
export async function installTrust(control: Pick<StationControl, 'run'>, steps: readonly TrustStep[]): Promise<void> {
  for (const { place, request } of steps) {
    await control.run('security', request).catch((error) => {
      throw new GreenupError('config.invalid', `${place}: ${messageOf(error)}`, { cause: error });
    });
  }
}

function stepsOf(folder: string, place: string): TrustStep[] {
  const path = (name: keyof typeof files): string => join(folder, files[name]);
  const has = (name: keyof typeof files): boolean => existsSync(path(name));
  if (!(Object.keys(files) as (keyof typeof files)[]).some(has)) {
    const valid = Object.values(files).join(', ');
    throw new GreenupError('config.invalid', `${place}: ${folder} has none of its files: ${valid}`);
  }
  const steps: TrustStep[] = [];
  // The roots first: what follows is judged by them.
  if (has('authority')) steps.push(...rootSteps(path('authority'), 'centralSystem', place));
  if (has('manufacturer')) steps.push(...rootSteps(path('manufacturer'), 'manufacturer', place));
  if (has('station') || has('stationKey')) {
    const [certificate, privateKey] = [textOf(path('station'), place), textOf(path('stationKey'), place)];
    steps.push({ place, request: { action: 'addCertificate', certificate, privateKey } });
  }
  if (has('revoked')) {
    const list = Buffer.from(textOf(path('revoked'), place)).toString('base64');
    steps.push({ place, request: { action: 'addList', list } });
  }
  return steps;
}

function rootSteps(path: string, use: 'centralSystem' | 'manufacturer', place: string): TrustStep[] {
  const certificates = readAuthorities(path, place).match(certificatePattern) ?? [];
  return certificates.map((certificate) => ({ place, request: { action: 'addRoot', certificate, use } }));
}

function textOf(path: string, place: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new GreenupError('config.invalid', `${place}: cannot be read: ${messageOf(error)}`);
  }
}
