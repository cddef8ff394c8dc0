/** The maker of a station in tests: a root, certificates that sign files, and their signatures. */
import { constants, generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto';
import {
  type CertificateWish,
  issuedCertificate,
  keyText,
  nameOf,
  newKeyPair,
  revocationList,
} from '../../src/hal/x509/certificate-maker';
import { madeAuthority } from './made-certificates';
import type { Rig } from './rig';

/** How a file may be signed. */
export type SigningWay = 'pss' | 'pkcs1' | 'ecdsa' | 'ecdsa raw';

export interface Signer {
  /** In PEM. */
  key: string;
  cert: string;
}

export type SignerWish = Partial<Omit<CertificateWish, 'publicKey' | 'subject'>> & {
  /** `rsa` unless told. */
  kind?: 'rsa' | 'ec';
  publicKey?: KeyObject;
};

const usual = { from: Date.UTC(2024, 0, 1), to: Date.UTC(2044, 0, 1), use: 'signer' } as const;

export class Maker {
  readonly root = madeAuthority('Maker of stations');
  /** Signs by RSA, and by a curve of 256 bits. */
  readonly rsa = this.issue();
  readonly ec = this.issue({ kind: 'ec' });

  issue({ kind = 'rsa', ...wish }: SignerWish = {}): Signer {
    const pair = kind === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2_048 }) : newKeyPair();
    const subject = nameOf('Firmware', 'Maker of stations');
    const whole: CertificateWish = { ...usual, subject, publicKey: pair.publicKey, ...wish };
    return { key: keyText(pair.privateKey), cert: issuedCertificate(whole, this.root.issuer) };
  }

  /** The list of these certificates, in PEM. */
  revocationListOf(...revoked: Signer[]): Uint8Array {
    const serials = revoked.map(({ cert }) => Buffer.from(new X509Certificate(cert).serialNumber, 'hex'));
    return Buffer.from(revocationList(serials, usual, this.root.issuer));
  }

  /** The station takes this maker for its own. */
  async isTrustedBy(rig: Rig): Promise<void> {
    const request = { certificateType: 'ManufacturerRootCertificate', certificate: this.root.pem };
    expect(await rig.call('InstallCertificate', request)).toEqual({ status: 'Accepted' });
  }
}

/** In base64. */
export function signatureOver(content: Uint8Array, key: string, way: SigningWay, saltLength = 32): string {
  return sign('sha256', content, { key, ...optionsOf(way, saltLength) }).toString('base64');
}

function optionsOf(way: SigningWay, saltLength: number) {
  switch (way) {
    case 'pss':
      return { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
    case 'pkcs1':
      return { padding: constants.RSA_PKCS1_PADDING };
    case 'ecdsa':
      return { dsaEncoding: 'der' } as const;
    default:
      return { dsaEncoding: 'ieee-p1363' } as const;
  }
}

/** A request that is right, of a file with this content. */
export function signedUpdate(maker: Maker, location: string, content: Uint8Array, requestId = 123) {
  return {
    requestId,
    ...{ retries: 1, retryInterval: 10 },
    firmware: {
      ...{ location, retrieveDateTime: '2026-01-01T00:00:00Z', signingCertificate: maker.rsa.cert },
      signature: signatureOver(content, maker.rsa.key, 'pss'),
    },
  };
}
