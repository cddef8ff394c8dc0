/** Makes a private key of the station and the request for a certificate of it (PKCS #10, RFC 2986); loaded when one is made. */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  Pkcs10CertificateRequestGenerator,
} from '@peculiar/x509';

export interface RequestWish {
  /** CN (A00.FR.511). */
  serialNumber: string;
  /** O (A02.FR.13); empty: none is known. */
  organisation: string;
  /** Of a key of RSA; 0: a key on the curve P-256. */
  rsaBits: number;
}

export interface MadeRequest {
  /** Both in PEM. */
  key: string;
  csr: string;
}

const hash = 'SHA-256';
const lineCharacters = 64;

export async function makeRequest({ serialNumber, organisation, rsaBits }: RequestWish): Promise<MadeRequest> {
  const algorithm =
    rsaBits === 0
      ? { name: 'ECDSA', namedCurve: 'P-256', hash }
      : { name: 'RSASSA-PKCS1-v1_5', modulusLength: rsaBits, publicExponent: new Uint8Array([1, 0, 1]), hash };
  const keys = (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  // A text alone would be read as hexadecimal where it begins with a number sign.
  const named = (text: string) => [{ utf8String: text }];
  const whose = organisation === '' ? [] : [{ O: named(organisation) }];
  const request = await Pkcs10CertificateRequestGenerator.create(
    {
      name: new Name([...whose, { CN: named(serialNumber) }]),
      keys,
      signingAlgorithm: algorithm,
      // A00.FR.512
      extensions: [
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
      ],
    },
    // The package's types are those of a browser.
    webcrypto as unknown as Parameters<typeof Pkcs10CertificateRequestGenerator.create>[1],
  );
  const der = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { key: pemOf('PRIVATE KEY', der), csr: pemOf('CERTIFICATE REQUEST', request.rawData) };
}

function pemOf(kind: string, der: ArrayBuffer): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(new RegExp(`.{1,${lineCharacters}}`, 'g')) ?? [];
  return `-----BEGIN ${kind}-----\n${lines.join('\n')}\n-----END ${kind}-----\n`;
}
