/** Certificates for tests with real TLS, made by OpenSSL when a test asks for them; Debian and macOS bring it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface KeyAndCertificate {
  key: string;
  cert: string;
}

export type KeyKind = 'ec' | 'ec:prime192v1' | 'rsa:1024' | 'rsa:2048';

export interface CertificateOptions {
  /** As in a subjectAltName; `DNS:localhost` unless told, null: the certificate has none. */
  names?: string | null;
  commonName?: string;
  /** `ec`, a curve of 256 bits, unless told. */
  key?: KeyKind;
  /** Days from now; the past is before 0. */
  fromDays?: number;
  toDays?: number;
  /** Further ones, a line each as OpenSSL's configuration has them. */
  extensions?: readonly string[];
  /** SHA-256 unless told. */
  digest?: 'sha1' | undefined;
}

const dayMs = 86_400_000;

/** `test` where there is OpenSSL; else each is skipped, and the reason is printed. */
export const testWithOpenSsl: jest.It = hasOpenSsl() ? test : test.skip;

function hasOpenSsl(): boolean {
  if (spawnSync('openssl', ['version']).status === 0) return true;
  process.stderr.write('tests of TLS: skipped, there is no openssl\n');
  return false;
}

/** An authority of a test, and what it has issued. */
export class Authority {
  private readonly folder = mkdtempSync(join(tmpdir(), 'greenup-ca-'));
  readonly cert: string;
  private count = 0;

  /** `above`: who has issued it, with these extensions beside those of an authority; itself unless told. */
  constructor(name = 'Test authority', above?: Authority, extensions: readonly string[] = []) {
    this.openssl(
      'req',
      '-x509',
      '-days',
      '30',
      '-subj',
      `/CN=${name}`,
      '-addext',
      'subjectAltName=DNS:localhost',
      ...newKey('ca'),
      '-out',
      this.file('ca.pem'),
    );
    if (above) {
      this.openssl('req', '-new', '-key', 'ca.key', '-subj', `/CN=${name}`, '-out', 'ca.csr');
      const lines = ['basicConstraints = critical, CA:TRUE', ...extensions];
      writeFileSync(this.file('ca.pem'), above.sign(this.read('ca.csr'), lines));
    }
    this.cert = this.read('ca.pem');
    writeFileSync(this.file('index'), '');
  }

  issue({
    names,
    commonName = 'central.test',
    key: kind,
    fromDays = -1,
    toDays = 7,
    extensions = [],
    digest,
  }: CertificateOptions = {}): KeyAndCertificate {
    this.count += 1;
    const name = `leaf${this.count}`;
    const [key, request] = [`${name}.key`, `${name}.csr`];
    this.openssl('req', '-new', '-subj', `/CN=${commonName}`, ...newKey(name, kind), '-out', request);
    const own = names === null ? 'basicConstraints = CA:FALSE' : `subjectAltName = ${names ?? 'DNS:localhost'}`;
    const cert = this.sign(this.read(request), [own, ...extensions], { fromDays, toDays, digest });
    return { key: this.read(key), cert };
  }

  /** A certificate for the key in a request, in PEM. */
  private sign(
    request: string,
    extensions: readonly string[],
    { fromDays = -1, toDays = 7, digest }: Pick<CertificateOptions, 'fromDays' | 'toDays' | 'digest'> = {},
  ): string {
    writeFileSync(this.file('request.csr'), request);
    this.configure(extensions.join('\n'));
    const dates = ['-startdate', asn1Time(fromDays), '-enddate', asn1Time(toDays), '-md', digest ?? 'sha256'];
    const own = ['-cert', 'ca.pem', '-keyfile', 'ca.key', '-in', 'request.csr', '-out', 'issued.pem'];
    this.openssl('ca', '-batch', '-notext', '-config', 'ca.cnf', ...own, ...dates);
    return this.read('issued.pem');
  }

  /** The certificate counts no more from now on, and stands in each list that is made. */
  revoke(cert: string): void {
    writeFileSync(this.file('revoked.pem'), cert);
    this.configure();
    this.openssl('ca', '-config', 'ca.cnf', '-cert', 'ca.pem', '-keyfile', 'ca.key', '-revoke', 'revoked.pem');
  }

  /** The list of what was revoked (CRL), in PEM; days are from now. */
  revocationList({ fromDays = -1, toDays = 7 }: { fromDays?: number; toDays?: number } = {}): string {
    this.configure();
    const dates = ['-crl_lastupdate', asn1Time(fromDays), '-crl_nextupdate', asn1Time(toDays)];
    const own = ['-cert', 'ca.pem', '-keyfile', 'ca.key', '-out', 'crl.pem'];
    this.openssl('ca', '-gencrl', '-config', 'ca.cnf', ...own, ...dates);
    return this.read('crl.pem');
  }

  /** A server that shows the authority's own certificate. */
  asServer(): KeyAndCertificate {
    return { key: this.read('ca.key'), cert: this.cert };
  }

  /** A file with the certificate of the authority. */
  get path(): string {
    return this.file('ca.pem');
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** `leaf`: the extensions of what is issued. */
  private configure(leaf = 'basicConstraints = CA:FALSE'): void {
    writeFileSync(
      this.file('ca.cnf'),
      [
        '[ca]\ndefault_ca = test\n[test]\ndatabase = index\nnew_certs_dir = .\ndefault_md = sha256\nrand_serial = yes',
        'unique_subject = no\npolicy = any\nx509_extensions = leaf\n[any]\ncommonName = supplied',
        `[leaf]\n${leaf}\n`,
      ].join('\n'),
    );
  }

  private openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.folder, stdio: 'pipe' });
  }

  private file(name: string): string {
    return join(this.folder, name);
  }

  private read(name: string): string {
    return readFileSync(this.file(name), 'utf8');
  }
}

function newKey(name: string, kind: KeyKind = 'ec'): string[] {
  const [kindOnly, curve = 'prime256v1'] = kind.split(':');
  const made = kindOnly === 'ec' ? ['ec', '-pkeyopt', `ec_paramgen_curve:${curve}`] : [kind];
  return ['-newkey', ...made, '-nodes', '-keyout', `${name}.key`];
}

/** YYYYMMDDHHMMSSZ. */
function asn1Time(days: number): string {
  const iso = new Date(Date.now() + days * dayMs).toISOString();
  return `${iso.replaceAll(/[-:T]/g, '').slice(0, 14)}Z`;
}
