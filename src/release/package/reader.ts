/** Opens a package, which may come from anybody: nothing of it is used before it was verified, and only what its manifest names. */
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { GreenupError, messageOf } from '../../hal/errors';
import { type ReleaseFiles, realFiles } from '../files';
import { checkConditions, type PackageConditions } from './conditions';
import { type Manifest, type PackageFile, packageLimits, packageNames, parseManifest, releaseBytes } from './manifest';
import { checkSignature, signerNamedBy, type TrustedKey } from './signature';
import { NoZip, type OpenZip, withZip } from './zip';

/** What unpacking does to a medium. */
export type UnpackFiles = Pick<ReleaseFiles, 'create' | 'entries' | 'flush' | 'makeDirectory' | 'remove'>;

export interface UnpackOptions {
  files?: UnpackFiles;
  /** Ends it, which then rejects with `transfer.aborted`. */
  signal?: AbortSignal;
  /** Called after each file. */
  onProgress?(doneBytes: number, totalBytes: number): void;
}

/** All promises reject with GreenupError; those for a file that is no package with `package.invalid`. */
export interface OpenedPackage {
  /** As it was when the package was opened. Undefined: the file is no package at all, but something else. */
  readonly manifest: Manifest | undefined;
  /** Fingerprint of the key that its signature names, true or not; undefined where it has none that can be read. */
  readonly signer: string | undefined;
  /** Who has signed it, by one of these keys. Rejects with `package.untrusted`. */
  signedBy(keys: readonly TrustedKey[]): Promise<TrustedKey>;
  /**
   * Resolves where it may be installed: the signature, then the conditions. Rejects with `package.untrusted` or
   * `package.unfit`. That the files are those of the manifest shows only when they are unpacked.
   */
  verify(conditions: PackageConditions): Promise<void>;
  /**
   * Writes the files of the release into a folder that is new or empty, flushed. Rejects with `package.invalid` where one is
   * not what the manifest says, and `store.failed` where the medium fails; then nothing is left of the folder.
   */
  unpackTo(folder: string, options?: UnpackOptions): Promise<void>;
}

/**
 * Reads the manifest. Rejects with `package.invalid` for a package that is damaged or has anything in it that is not in its
 * manifest. The file may be moved or go afterwards, but for unpacking.
 */
export async function openPackage(path: string): Promise<OpenedPackage> {
  const found = await withZip(path, async (zip) => {
    if (!zip.sizes.has(packageNames.manifest)) return new NoZip(`it is a zip without ${packageNames.manifest}`);
    if (zip.problem !== undefined) throw invalid(`${path}: ${zip.problem}`);
    const bytes = await wholeOf(zip, packageNames.manifest, packageLimits.manifestBytesMax);
    const manifest = inFile(path, () => parseManifest(bytes));
    checkNames(path, zip, manifest);
    const { signature: name } = packageNames;
    const signature = zip.sizes.has(name) ? await wholeOf(zip, name, packageLimits.signatureBytesMax) : undefined;
    return new SignedPackage(path, manifest, bytes, signature && Buffer.from(signature).toString('latin1'));
  });
  return found instanceof NoZip ? new OtherFile(path, found.why) : found;
}

class SignedPackage implements OpenedPackage {
  constructor(
    private readonly path: string,
    readonly manifest: Manifest,
    private readonly bytes: Uint8Array,
    private readonly signature: string | undefined,
  ) {}

  get signer(): string | undefined {
    return this.signature === undefined ? undefined : signerNamedBy(this.signature);
  }

  async signedBy(keys: readonly TrustedKey[]): Promise<TrustedKey> {
    return inFile(this.path, () => checkSignature(this.bytes, this.signature, keys));
  }

  async verify(conditions: PackageConditions): Promise<void> {
    if (conditions.keys.length === 0) {
      throw new GreenupError('package.untrusted', 'updates are refused: no key is installed (make flash UPDATE_KEY=…)');
    }
    await this.signedBy(conditions.keys);
    inFile(this.path, () => checkConditions(this.manifest, conditions));
  }

  async unpackTo(folder: string, options: UnpackOptions = {}): Promise<void> {
    const { files = realFiles } = options;
    if ((await files.entries(folder)).length > 0) {
      throw new GreenupError(
        'store.failed',
        `${folder}: a release is unpacked into a new folder, and there is something in it`,
      );
    }
    try {
      const unpacked = await withZip(this.path, (zip) => this.unpack(zip, folder, files, options));
      if (unpacked instanceof NoZip) throw invalid(`${this.path}: ${unpacked.why}`);
    } catch (error) {
      // What cannot be removed now is the business of whoever unpacks next.
      await files.remove(folder).catch(() => undefined);
      if (error instanceof GreenupError) throw error;
      throw new GreenupError('store.failed', `${folder}: ${messageOf(error)}`, { cause: error });
    }
  }

  private async unpack(
    zip: OpenZip,
    folder: string,
    files: UnpackFiles,
    { signal, onProgress }: UnpackOptions,
  ): Promise<void> {
    const totalBytes = releaseBytes(this.manifest.files);
    const made = new Set<string>();
    let doneBytes = 0;
    await files.makeDirectory(folder);
    for (const file of this.manifest.files) {
      const to = join(folder, file.path);
      if (!made.has(dirname(to))) await files.makeDirectory(dirname(to));
      for (let each = dirname(to); each !== folder && !made.has(each); each = dirname(each)) made.add(each);
      await files.create(to, this.verified(zip, file, signal), file.executable === true);
      doneBytes += file.bytes;
      onProgress?.(doneBytes, totalBytes);
    }
    for (const each of made) await files.flush(each);
    await files.flush(folder);
  }

  /** What a file holds, which ends well only where size and digest are those of the manifest. */
  private async *verified(
    zip: OpenZip,
    file: PackageFile,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const portion of zip.content(`${packageNames.release}${file.path}`)) {
      if (signal?.aborted) throw new GreenupError('transfer.aborted', `${this.path}: unpacking was called off`);
      bytes += portion.length;
      if (bytes > file.bytes) break;
      hash.update(portion);
      yield portion;
    }
    if (bytes === file.bytes && hash.digest('hex') === file.sha256) return;
    throw invalid(`${this.path}: ${file.path} is not what the manifest says: it was changed, or is damaged`);
  }
}

class OtherFile implements OpenedPackage {
  readonly manifest = undefined;
  readonly signer = undefined;

  constructor(
    private readonly path: string,
    private readonly why: string,
  ) {}

  async signedBy(): Promise<never> {
    throw invalid(`${this.path}: is no package: ${this.why}`);
  }

  verify(): Promise<never> {
    return this.signedBy();
  }

  unpackTo(): Promise<never> {
    return this.signedBy();
  }
}

/** Every file of the manifest is in the zip with its size, and nothing else but the manifest and its signature. */
function checkNames(path: string, zip: OpenZip, manifest: Manifest): void {
  const names = new Set<string>([packageNames.manifest, packageNames.signature]);
  for (const { path: name, bytes } of manifest.files) {
    names.add(`${packageNames.release}${name}`);
    const found = zip.sizes.get(`${packageNames.release}${name}`);
    if (found === bytes) continue;
    const problem = found === undefined ? 'is missing' : `has ${found} bytes, and the manifest says ${bytes}`;
    throw invalid(`${path}: ${name} ${problem}`);
  }
  for (const name of zip.sizes.keys()) {
    if (!names.has(name)) throw invalid(`${path}: ${name} is not in the manifest`);
  }
}

/** All bytes of a file that is held in memory, which is small. */
async function wholeOf(zip: OpenZip, name: string, bytesMax: number): Promise<Uint8Array> {
  const bytes = zip.sizes.get(name) ?? 0;
  if (bytes > bytesMax) throw invalid(`${name} has ${bytes} bytes, and ${bytesMax} are the most`);
  const portions: Uint8Array[] = [];
  for await (const portion of zip.content(name)) portions.push(portion);
  return Buffer.concat(portions);
}

/** Puts the name of the package before what is said of it. */
function inFile<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof GreenupError)) throw error;
    throw new GreenupError(error.code, `${path}: ${error.message}`, { cause: error });
  }
}

function invalid(message: string): GreenupError {
  return new GreenupError('package.invalid', message);
}
