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
  /** Lines of extensions in the place of the names, such as `extendedKeyUsage = clientAuth`. */
  extensions?: readonly string[];
  /** Such as `sha1`; `sha256` unless told. */
  digest?: string;
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

  /** Signed by itself, or by `parent`: one between a root and the certificates that it issues. */
  constructor(name = 'Test authority', parent?: { authority: Authority; options?: CertificateOptions }) {
    writeFileSync(this.file('index'), '');
    if (parent) {
      const extensions = ['basicConstraints = critical, CA:TRUE', 'keyUsage = keyCertSign'];
      const made = parent.authority.issue({ commonName: name, extensions, ...parent.options });
      writeFileSync(this.file('ca.pem'), made.cert);
      writeFileSync(this.file('ca.key'), made.key);
      this.cert = made.cert;
      return;
    }
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
    this.cert = this.read('ca.pem');
  }

  issue(options: CertificateOptions = {}): KeyAndCertificate {
    const { commonName = 'central.test', key: kind } = options;
    this.count += 1;
    const name = `leaf${this.count}`;
    const request = `${name}.csr`;
    this.openssl('req', '-new', '-subj', `/CN=${commonName}`, ...newKey(name, kind), '-out', request);
    return { key: this.read(`${name}.key`), cert: this.signed(name, options) };
  }

  /** What a station asks for by a request of its own, in PEM. */
  sign(csr: string, options: CertificateOptions = {}): string {
    this.count += 1;
    const name = `leaf${this.count}`;
    writeFileSync(this.file(`${name}.csr`), csr);
    return this.signed(name, options);
  }

  /** Another certificate for the key of this authority, which has issued it itself. */
  again(name: string): string {
    this.count += 1;
    const request = `leaf${this.count}.csr`;
    this.openssl('req', '-new', '-subj', `/CN=${name}`, '-key', 'ca.key', '-out', request);
    return this.signed(`leaf${this.count}`, { extensions: ['basicConstraints = critical, CA:TRUE'] });
  }

  /** A certificate of this one for name and key of another, which is so known by two ways. */
  certify(other: Authority, options: CertificateOptions): string {
    other.openssl('x509', '-x509toreq', '-in', 'ca.pem', '-signkey', 'ca.key', '-out', 'own.csr');
    const extensions = ['basicConstraints = critical, CA:TRUE'];
    return this.sign(other.read('own.csr'), { extensions, ...options });
  }

  private signed(name: string, options: CertificateOptions): string {
    const { names, fromDays = -1, toDays = 7, extensions, digest = 'sha256' } = options;
    const [request, cert] = [`${name}.csr`, `${name}.pem`];
    const own = names === null ? 'basicConstraints = CA:FALSE' : `subjectAltName = ${names ?? 'DNS:localhost'}`;
    this.configure((extensions ?? [own]).join('\n'), digest);
    const dates = ['-startdate', asn1Time(fromDays), '-enddate', asn1Time(toDays)];
    const files = ['-cert', 'ca.pem', '-keyfile', 'ca.key', '-in', request, '-out', cert];
    this.openssl('ca', '-batch', '-notext', '-config', 'ca.cnf', ...files, ...dates);
    return this.read(cert);
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
  private configure(leaf = 'basicConstraints = CA:FALSE', digest = 'sha256'): void {
    writeFileSync(
      this.file('ca.cnf'),
      [
        '[ca]\ndefault_ca = test\n[test]\ndatabase = index\nnew_certs_dir = .\nrand_serial = yes',
        `default_md = ${digest}\nunique_subject = no\npolicy = any\nx509_extensions = leaf`,
        '[any]\ncommonName = supplied\norganizationName = optional',
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
  const [algorithm, curve = 'prime256v1'] = kind.split(':');
  const made = algorithm === 'ec' ? ['ec', '-pkeyopt', `ec_paramgen_curve:${curve}`] : [kind];
  return ['-newkey', ...made, '-nodes', '-keyout', `${name}.key`];
}

/** YYYYMMDDHHMMSSZ. */
function asn1Time(days: number): string {
  const iso = new Date(Date.now() + days * dayMs).toISOString();
  return `${iso.replaceAll(/[-:T]/g, '').slice(0, 14)}Z`;
}
