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

export async function installRoot(
  { roots, configuration, wall, clock }: Pick<Services, 'roots' | 'configuration' | 'wall' | 'clock'>,
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
  try {
    await roots.install(use, authority);
    return authority;
  } catch (error) {
    return { refused: 'notStored', why: messageOf(error) };
  }
}
