/** Answers the request of a station for a certificate (PKCS #10, RFC 2986): by the authority of the embedded central system, or why not. */
import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { messageOf } from '../hal/errors';
import { newKeyPair } from '../hal/x509/certificate-maker';
import { bytesOfBits, contentOf, objectIdentifierOf, partsOf, sequenceOf, valueIn } from '../ocpp/security/der';
import { soundAlgorithmOf } from '../ocpp/security/signature-algorithms';
import type { CentralSecurity } from './admission';
import type { CentralFaults } from './faults';

interface ReadCsr {
  /** In DER. */
  subject: Uint8Array;
  commonName: string;
  publicKey: KeyObject;
}

const block =
  /-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----([A-Za-z0-9+/=\s]+)-----END (?:NEW )?CERTIFICATE REQUEST-----/;
const commonNameId = '2.5.4.3';
const setTag = 0x31;
/** Whatever the length of the salt is. */
const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO };

/** The chain for the station in PEM, or why there is none. */
export function signedFor(
  stationId: string,
  csr: string,
  { authority, names }: Pick<CentralSecurity, 'authority' | 'names'>,
  faults: Pick<CentralFaults, 'has'>,
): { chain: string } | { refused: string } {
  try {
    const { subject, commonName, publicKey } = readRequest(csr);
    const known = names.get(stationId);
    if (known !== undefined && known !== commonName) {
      return { refused: `it is for ${commonName}, and the station is ${known}` };
    }
    names.set(stationId, commonName);
    const key = faults.has('keyMismatch') ? newKeyPair().publicKey : publicKey;
    return { chain: authority.client(subject, key) };
  } catch (error) {
    return { refused: `the request cannot be read (${messageOf(error)})` };
  }
}

/** Throws for what is no request, or not signed by the key that it is about. */
function readRequest(pem: string): ReadCsr {
  const base64 = block.exec(pem)?.[1];
  if (base64 === undefined) throw new RangeError('no certificate request in PEM');
  const [info, algorithm, signature] = sequenceOf(valueIn(Buffer.from(base64, 'base64')));
  const [, subject, keyInfo] = sequenceOf(info);
  if (!info || !algorithm || !subject || !keyInfo) throw new RangeError('a request without name or key');
  const publicKey = createPublicKey({ key: Buffer.from(keyInfo.whole), format: 'der', type: 'spki' });
  const { digest, isPss } = soundAlgorithmOf(algorithm);
  if (!verify(digest, info.whole, { key: publicKey, ...(isPss && pss) }, bytesOfBits(signature))) {
    throw new RangeError('its signature is not that of its key');
  }
  return { subject: subject.whole, commonName: commonNameOf(subject.content), publicKey };
}

/** Of a Name: a sequence of sets of pairs (RFC 5280, 4.1.2.4). */
function commonNameOf(name: Uint8Array): string {
  for (const set of partsOf(name)) {
    const [pair] = partsOf(contentOf(set, setTag));
    const [id, text] = sequenceOf(pair);
    if (id && text && objectIdentifierOf(id) === commonNameId) return Buffer.from(text.content).toString('utf8');
  }
  throw new RangeError('a request without common name');
}
