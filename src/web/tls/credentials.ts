/** Key and certificate of the pages: those that somebody names, or the station's own, made at first use and kept. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { GreenupError, messageOf } from '../../hal/errors';
import type { KeyAndCertificate } from '../../hal/x509/certificate-maker';
import { selfSigned } from './self-signed';
import { type TlsWish, wantsTls } from './wish';

export interface Credentials extends KeyAndCertificate {
  isSelfMade: boolean;
}

export interface CredentialSources {
  wish: TlsWish;
  /** Where the station's own are kept. */
  directory: string;
  /** Unix time in ms; undefined while it is not known. */
  now: number | undefined;
}

/** Where the guide expects a new station (step 1); its own certificate is for there, too. */
const guideAddress = '192.168.1.200';
/** ub-common-name (RFC 5280, A.1). */
const commonNameCharactersMax = 64;
const ownFile = 'web-tls.pem';
/** A machine without a clock may believe this day, or any after it. */
const ownFrom = Date.UTC(2024, 0, 1);
const dayMs = 86_400_000;
const ownLastsMs = 3_650 * dayMs;
/** The own one is made anew when no more than this is left of it. */
const ownRenewedMs = 30 * dayMs;

/** undefined: the pages are to be without. Throws `config.invalid`, which names what is wrong with which file. */
export function credentialsFor({ wish, directory, now }: CredentialSources): Credentials | undefined {
  const { webTls, webCert, webKey } = wish;
  if (!wantsTls(wish)) return undefined;
  if (webTls !== undefined) {
    if (webCert === undefined && webKey === undefined) return { ...own(directory, now), isSelfMade: true };
    throw invalid('--web-tls self makes a certificate; leave it out to use the one of --web-cert and --web-key');
  }
  if (webCert === undefined) throw invalid('--web-key: the certificate is missing: name it with --web-cert FILE');
  if (webKey === undefined) throw invalid('--web-cert: its key is missing: name it with --web-key FILE');
  return { ...named(webCert, webKey, now), isSelfMade: false };
}

function named(certFile: string, keyFile: string, now: number | undefined): KeyAndCertificate {
  const [certPlace, keyPlace] = [`--web-cert ${certFile}`, `--web-key ${keyFile}`];
  const cert = textOf(certFile, certPlace);
  const key = textOf(keyFile, keyPlace);
  const certificate = certificateIn(cert);
  if (!certificate) throw invalid(`${certPlace}: holds no certificate in PEM that can be read`);
  const privateKey = keyIn(key);
  if (!privateKey) {
    throw invalid(
      `${keyPlace}: holds no private key in PEM that can be read; one with a passphrase must be decrypted first`,
    );
  }
  if (!certificate.checkPrivateKey(privateKey)) {
    throw invalid(`${keyPlace}: is not the key of the certificate in ${certFile}, which must come first in its file`);
  }
  const { validFrom, validTo } = certificate;
  if (now !== undefined) {
    const clock = `the machine's clock says ${new Date(now).toISOString()}`;
    if (Date.parse(validTo) <= now)
      throw invalid(`${certPlace}: expired on ${day(validTo)}: have it renewed (${clock})`);
    if (Date.parse(validFrom) > now) throw invalid(`${certPlace}: is not valid before ${day(validFrom)} (${clock})`);
  }
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    throw invalid(`${certPlace}: cannot be used: ${messageOf(error)}`, error);
  }
  return { cert, key };
}

/** In one file, so that key and certificate are replaced together. */
function own(directory: string, now: number | undefined): KeyAndCertificate {
  const path = join(directory, ownFile);
  const kept = keptIn(path);
  if (kept && (now === undefined || Date.parse(kept.validTo) - ownRenewedMs > now)) return kept;
  const to = Math.max(now ?? ownFrom, ownFrom) + ownLastsMs;
  const made = selfSigned({
    commonName: hostname().slice(0, commonNameCharactersMax),
    names: ownNames(),
    from: ownFrom,
    to,
  });
  const text = `${made.key}${made.cert}`;
  const fresh = `${path}.new`;
  try {
    rmSync(fresh, { force: true });
    writeFileSync(fresh, text, { mode: 0o600, flag: 'wx' });
    renameSync(fresh, path);
  } catch (error) {
    throw invalid(`--web-tls self: ${path} cannot be written: ${messageOf(error)}`, error);
  }
  return { cert: text, key: text };
}

/** undefined: there is none, or none that can be used; the station makes another. */
function keptIn(path: string): (KeyAndCertificate & { validTo: string }) | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  const certificate = certificateIn(text);
  const privateKey = keyIn(text);
  if (!certificate || !privateKey || !certificate.checkPrivateKey(privateKey)) return undefined;
  return { cert: text, key: text, validTo: certificate.validTo };
}

/** Links of one cable alone have no name that a browser could be given. */
function ownNames(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list?.map(({ address }) => address) ?? []);
  const name = hostname().toLowerCase();
  const all = ['localhost', name, `${name}.local`, '127.0.0.1', '::1', guideAddress, ...addresses];
  return [...new Set(all.filter((one) => !/^fe80:|%/i.test(one)))];
}

function textOf(file: string, place: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw invalid(`${place}: cannot be read: ${messageOf(error)}`, error);
  }
}

function certificateIn(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text);
  } catch {
    return undefined;
  }
}

function keyIn(text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text);
  } catch {
    return undefined;
  }
}

function day(date: string): string {
  return new Date(date).toISOString().slice(0, 10);
}

function invalid(message: string, cause?: unknown): GreenupError {
  return new GreenupError('config.invalid', message, { cause });
}
