/** Installs an authority that was given in PEM, for whoever gives it: what it must be, and how many there may be. */
import { messageOf } from '../../hal/errors';
import type { Services } from '../services';
import { type Authority, readAuthority } from './certificate';
import type { CertificateUse } from './installed-roots';

/** `notStored`: the disk did not take it. */
export interface RootRefused {
  refused: 'invalid' | 'full' | 'notStored';
  /** What is wrong, and what is valid. */
  why: string;
}

type Keeper = Pick<Services, 'roots' | 'configuration' | 'wall' | 'clock'>;

/** As the central system gives it: with AdditionalRootCertificateCheck one root of a central system takes the place of the other. */
export async function installRootByCentralSystem(
  keeper: Keeper,
  use: CertificateUse,
  pem: string,
): Promise<Authority | RootRefused> {
  const { roots, configuration, wall, clock } = keeper;
  const present = roots.of(use);
  const isChecked = configuration.boolean('AdditionalRootCertificateCheck') && use === 'CentralSystemRootCertificate';
  const [first] = present;
  if (!isChecked || !first) return installRoot(keeper, use, pem);
  // The one that has proved itself: the former of one that has not, or the only one.
  const former = present.flatMap((root) => roots.formerOf(root) ?? [])[0] ?? first;
  const found = readAuthority(pem, wall.at(clock.now()), former.pem);
  if ('refused' in found) return { refused: 'invalid', why: found.refused };
  // It is its own signer, and there already.
  if (found.fingerprint === former.fingerprint) return former;
  const gone = present.filter((root) => root !== former);
  return stored(found, () => roots.install(use, found, gone));
}

export async function installRoot(
  { roots, configuration, wall, clock }: Keeper,
  use: CertificateUse,
  pem: string,
): Promise<Authority | RootRefused> {
  const authority = readAuthority(pem, wall.at(clock.now()));
  if ('refused' in authority) return { refused: 'invalid', why: authority.refused };
  const isKnown = roots.of(use).some(({ fingerprint }) => fingerprint === authority.fingerprint);
  const most = configuration.integer('CertificateStoreMaxLength');
  if (!isKnown && roots.all.length >= most) {
    const why = `${roots.all.length} certificates are installed; CertificateStoreMaxLength is ${most}`;
    return { refused: 'full', why };
  }
  return stored(authority, () => roots.install(use, authority));
}

async function stored(authority: Authority, install: () => Promise<void>): Promise<Authority | RootRefused> {
  try {
    await install();
    return authority;
  } catch (error) {
    return { refused: 'notStored', why: messageOf(error) };
  }
}
