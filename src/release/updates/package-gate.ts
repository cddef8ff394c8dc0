/** What may come into a slot: packages that are signed, or in a simulation any file at all. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { GreenupError } from '../../hal/errors';
import type { UpdateTrust } from '../../hal/firmware-updates';
import type { PackageConditions } from '../package/conditions';
import type { PackageArchitecture } from '../package/manifest';
import type { OpenedPackage, UnpackFiles } from '../package/reader';
import type { HighestVersion } from '../package/trust';

/** The release in a file that was verified. */
export interface VerifiedRelease {
  /** What its slot may be called; the first that is not in use. */
  names: readonly [string, ...string[]];
  /** Of its program; undefined: nobody knows it. */
  version: string | undefined;
  /** Of all its files. */
  bytes: number;
  /** Into a new folder. What goes wrong leaves nothing of it. */
  unpackTo(folder: string): Promise<void>;
}

export interface GateConditions {
  /** As the file was called where it came from; undefined: it had no name. */
  name: string | undefined;
  unixMs: number | undefined;
  allowsDowngrade: boolean;
}

/** All reject with GreenupError: `package.invalid`, `package.untrusted`, `package.unfit`, or `store.failed`. */
export interface PackageGate {
  verify(path: string, conditions: GateConditions): Promise<VerifiedRelease>;
  /** This version has proven itself. */
  proven(version: string): Promise<void>;
  /** What it lets in just now. */
  trust(): Promise<UpdateTrust>;
}

export interface SignedPackagesOptions extends Pick<PackageConditions, 'model' | 'runs'> {
  keysFolder: string;
  base(): number;
  highest: HighestVersion;
  /** Where releases are unpacked; default: on the disk. */
  files?: UnpackFiles;
}

/** Debian's words for the machines that Node.js knows by others. */
const architectures: Partial<Record<string, PackageArchitecture>> = { arm64: 'arm64', x64: 'amd64' };

export class SignedPackages implements PackageGate {
  constructor(private readonly options: SignedPackagesOptions) {}

  async verify(path: string, { unixMs, allowsDowngrade }: GateConditions): Promise<VerifiedRelease> {
    const { keysFolder, model, runs, base, highest, files } = this.options;
    const opened = await openedAt(path);
    const { trustedKeys } = require('../package/trust') as typeof import('../package/trust');
    await opened.verify({
      ...{ model, runs, unixMs, allowsDowngrade },
      keys: await trustedKeys(keysFolder),
      architecture: architectures[process.arch],
      base: base(),
      highest: await highest.read(),
    });
    const found = releaseOf(opened, files);
    if (found) return found;
    throw new GreenupError('package.invalid', `${path}: is no package`);
  }

  proven(version: string): Promise<void> {
    return this.options.highest.raise(version);
  }

  async trust(): Promise<UpdateTrust> {
    const { trustedKeys } = require('../package/trust') as typeof import('../package/trust');
    const keys = await trustedKeys(this.options.keysFolder).catch(() => []);
    return keys.length > 0 ? 'signed' : 'nothing';
  }
}

/** A file that is no package stands for a release of its name, which is empty. */
export class AnyFile implements PackageGate {
  async verify(path: string, { name }: GateConditions): Promise<VerifiedRelease> {
    const opened = await openedAt(path);
    const found = releaseOf(opened);
    if (found) return found;
    const digest = (await digestOf(path)).slice(0, 10);
    const word = slotName(name) ?? `file-${digest}`;
    return {
      names: [word, `${word}-${digest}`],
      version: undefined,
      bytes: 0,
      unpackTo: async (folder) => {
        await mkdir(folder, { recursive: true });
      },
    };
  }

  async proven(): Promise<void> {}

  async trust(): Promise<UpdateTrust> {
    return 'any';
  }
}

/** Loaded when there is a file to be looked into. */
function openedAt(path: string): Promise<OpenedPackage> {
  const { openPackage } = require('../package/reader') as typeof import('../package/reader');
  return openPackage(path);
}

function releaseOf(opened: OpenedPackage, files?: UnpackFiles): VerifiedRelease | undefined {
  const { manifest } = opened;
  if (manifest === undefined) return undefined;
  return {
    names: [manifest.release],
    version: manifest.version,
    bytes: manifest.files.reduce((sum, { bytes }) => sum + bytes, 0),
    unpackTo: (folder) => opened.unpackTo(folder, files ? { files } : {}),
  };
}

/** Leaves room for a digest in the name of a slot. */
const nameLengthMaxChars = 48;

/** The name of a file without what follows its last point, made a name of a slot. */
function slotName(name: string | undefined): string | undefined {
  const stem = name?.replace(/(?<=.)\.[^.]*$/, '') ?? '';
  const valid = stem.replace(/[^0-9A-Za-z.+~_-]/g, '-').replace(/^[^0-9A-Za-z]+/, '');
  return valid === '' ? undefined : valid.slice(0, nameLengthMaxChars);
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const portion of createReadStream(path)) hash.update(portion as Uint8Array);
  return hash.digest('hex');
}
