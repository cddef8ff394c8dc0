/** The authority of the embedded central system: it vouches for its server and for its stations. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import {
  type Issuer,
  issuedCertificate,
  type KeyAndCertificate,
  keyText,
  nameOf,
  newKeyPair,
  revocationList,
} from '../hal/x509/certificate-maker';
import { fieldsOfCertificate } from '../ocpp/security/certificate-fields';

const dayMs = 86_400_000;
const authorityLastsDays = 7_300;
const leafLastsDays = 365;
/** Clocks differ. */
const beforeDays = -1;
/** The number of the one server certificate that the list takes away. */
const revokedSerial = Buffer.from('REVOKED');

export const organisation = 'Greenup bench';

/** Names and addresses of this machine. */
const ownNames: readonly string[] = ['localhost', '127.0.0.1'];

export interface ServerWish {
  names?: readonly string[];
  /** Days from now. */
  fromDays?: number;
  toDays?: number;
  isRevoked?: boolean;
  /** With a key that is given in the place of a new one. */
  keys?: { privateKey: KeyObject; publicKey: KeyObject };
}

export class EmbeddedAuthority {
  /** SHA-256 of its certificate, in hexadecimal. */
  readonly fingerprint: string;
  private readonly issuer: Issuer;

  /** `pem` and `key` as they are kept. `now`: Unix time in ms. Throws for what is no certificate with its key. */
  constructor(
    readonly pem: string,
    readonly key: string,
    private readonly now: () => number,
  ) {
    const certificate = new X509Certificate(pem);
    const privateKey = createPrivateKey(key);
    if (!certificate.checkPrivateKey(privateKey)) throw new RangeError('the key is not that of the certificate');
    this.fingerprint = certificate.fingerprint256.replaceAll(':', '').toLowerCase();
    this.issuer = { name: fieldsOfCertificate(certificate.raw).subject, key: privateKey };
  }

  static make(now: () => number, commonName = "Greenup bench's own authority"): EmbeddedAuthority {
    const { privateKey, publicKey } = newKeyPair();
    const name = nameOf(commonName, organisation);
    const dates = { from: now() + beforeDays * dayMs, to: now() + authorityLastsDays * dayMs };
    const pem = issuedCertificate({ ...dates, subject: name, publicKey, use: 'authority' }, { name, key: privateKey });
    return new EmbeddedAuthority(pem, keyText(privateKey), now);
  }

  /** The list that takes away the certificate of a server that `isRevoked`. */
  revoked(): string {
    return revocationList([revokedSerial], this.dates(beforeDays, leafLastsDays), this.issuer);
  }

  server(wish: ServerWish = {}): KeyAndCertificate {
    const { names = ownNames, fromDays = beforeDays, toDays = leafLastsDays, isRevoked = false, keys } = wish;
    const { privateKey, publicKey } = keys ?? newKeyPair();
    const cert = issuedCertificate(
      {
        ...this.dates(fromDays, toDays),
        ...{ subject: nameOf(names[0] ?? '', organisation), publicKey, use: 'server', names },
        ...(isRevoked && { serial: revokedSerial }),
      },
      this.issuer,
    );
    return { key: keyText(privateKey), cert };
  }

  /** For a station, whose name in DER is its `subject`. */
  client(subject: Uint8Array, publicKey: KeyObject): string {
    return issuedCertificate(
      { ...this.dates(beforeDays, leafLastsDays), subject, publicKey, use: 'client' },
      this.issuer,
    );
  }

  /** The same with a key that is made for it: a station's first certificate. */
  firstClient(serialNumber: string): KeyAndCertificate {
    const { privateKey, publicKey } = newKeyPair();
    return { key: keyText(privateKey), cert: this.client(nameOf(serialNumber, organisation), publicKey) };
  }

  private dates(fromDays: number, toDays: number): { from: number; to: number } {
    return { from: this.now() + fromDays * dayMs, to: this.now() + toDays * dayMs };
  }
}
