/** How certificates and lists of revoked ones may be signed: with SHA-256 or more (security whitepaper, A00.FR.504 to 506), by their numbers in DER. */
import { type DerPart, objectIdentifierOf, partsOf, sequenceOf, valueIn } from './der';

export interface SoundAlgorithm {
  /** As `node:crypto` names it; null: the kind of the key says it. */
  digest: string | null;
  isPss: boolean;
}

const plain = (digest: string | null): SoundAlgorithm => ({ digest, isPss: false });

/** RFC 4055, 5; RFC 5758, 3.2; RFC 8410, 3. */
const algorithms: Readonly<Record<string, SoundAlgorithm>> = {
  '1.2.840.113549.1.1.11': plain('sha256'),
  '1.2.840.113549.1.1.12': plain('sha384'),
  '1.2.840.113549.1.1.13': plain('sha512'),
  '1.2.840.10045.4.3.2': plain('sha256'),
  '1.2.840.10045.4.3.3': plain('sha384'),
  '1.2.840.10045.4.3.4': plain('sha512'),
  '1.3.101.112': plain(null),
  '1.3.101.113': plain(null),
};
const rsaPss = '1.2.840.113549.1.1.10';
const digests: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};
/** Of the parameters of RSA-PSS, the digest; where it is not said SHA-1 is meant (RFC 4055, 3.1). */
const digestTag = 0xa0;

/** Throws a RangeError for what is weaker, or not known. */
export function soundAlgorithmOf(algorithm: DerPart): SoundAlgorithm {
  const [name, parameters] = sequenceOf(algorithm);
  const identifier = objectIdentifierOf(name);
  const known = algorithms[identifier];
  if (known) return known;
  const [hash] = identifier === rsaPss && parameters ? sequenceOf(parameters) : [];
  const [digest] = hash?.tag === digestTag ? partsOf(valueIn(hash.content).content) : [];
  const pss = digest && digests[objectIdentifierOf(digest)];
  if (pss) return { digest: pss, isPss: true };
  throw new RangeError(`it is signed with ${identifier}; valid: RSA and ECDSA with SHA-256 or more, and Ed25519`);
}
