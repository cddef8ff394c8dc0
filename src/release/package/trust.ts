/** What a station trusts updates by: the keys that may sign them, and the highest version that has proven itself here. */
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { GreenupError } from '../../hal/errors';
import { type ReleaseFiles, realFiles } from '../files';
import { publicKeyOf, type TrustedKey } from './signature';
import { compareVersions, isVersion } from './version';

/** Where `make flash` puts the keys of a rig. They are root's: who takes the station over cannot add one. */
export const updateKeysFolder = '/etc/greenup/update-keys';

/** Two, so that one can be changed: the next release is signed by the new one before the old one goes. */
export const acceptedKeysMax = 2;

/**
 * The keys in a folder, of the files that end with `.pem`; none where there is no such folder. Throws `package.untrusted`
 * where one cannot be read, or more than two lie there: nobody then knows which are meant.
 */
export async function trustedKeys(
  folder: string,
  files: Pick<ReleaseFiles, 'entries' | 'read'> = realFiles,
): Promise<TrustedKey[]> {
  const names = (await files.entries(folder)).flatMap(({ name }) => (name.endsWith('.pem') ? [name] : [])).sort();
  if (names.length > acceptedKeysMax) {
    throw refused(`${folder}: holds ${names.length} keys, and ${acceptedKeysMax} are the most: remove those not meant`);
  }
  const keys: TrustedKey[] = [];
  for (const name of names) {
    const path = join(folder, name);
    try {
      keys.push(publicKeyOf((await files.read(path)) ?? '', path));
    } catch (error) {
      if (!(error instanceof GreenupError)) throw error;
      throw refused(error.message);
    }
  }
  return keys;
}

type TrustFiles = Pick<ReleaseFiles, 'makeDirectory' | 'read' | 'rename' | 'write'>;

/**
 * The highest version that has proven itself here, in one line of a file beside the station's store and outside the slots:
 * neither a roll-back, nor a store that is put back or reset, lets an older release in again. It only ever rises.
 */
export class HighestVersion {
  constructor(
    private readonly path: string,
    private readonly files: TrustFiles = realFiles,
  ) {}

  /** Undefined before any was told. Throws `package.untrusted` for a file that is damaged, which might have said any version. */
  async read(): Promise<string | undefined> {
    const text = await this.files.read(this.path);
    if (text === undefined) return undefined;
    const [version = ''] = text.split(' ');
    if (isVersion(version) && text === lineOf(version)) return version;
    const mend = 'remove the file, and the version that runs counts from then on';
    throw refused(
      `${this.path}: is damaged, so that no update can be told from an older one; to take updates again, ${mend}`,
    );
  }

  /** This version has proven itself; one that is no version counts for nothing. A power cut leaves what was known, or this. */
  async raise(version: string): Promise<void> {
    const before = await this.read();
    if (!isVersion(version)) return;
    if (before !== undefined && compareVersions(version, before) <= 0) return;
    await this.files.makeDirectory(dirname(this.path));
    await this.files.write(`${this.path}.new`, lineOf(version));
    await this.files.rename(`${this.path}.new`, this.path);
  }
}

/** The version, and some digits of its digest: one that a bad medium has changed is noticed. */
function lineOf(version: string): string {
  return `${version} ${createHash('sha256').update(version).digest('hex').slice(0, 16)}\n`;
}

function refused(problem: string): GreenupError {
  return new GreenupError('package.untrusted', `updates are refused: ${problem}`);
}
