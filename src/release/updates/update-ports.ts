/** What the engine of updates works with: the slots, what may come into them, and two places for files. */
import type { FileSignatureKind, SignedOrder } from '../../hal/firmware-updates';
import type { FirmwareSlots } from '../../hal/ports';
import type { PackageGate } from './package-gate';
import type { UpdateFiles } from './update-files';

export interface UpdatePorts {
  slots: FirmwareSlots;
  gate: PackageGate;
  files: UpdateFiles;
  staging: Staging;
  /** How the whole of a file is signed, in the place of `signatureOf`; undefined: it is not what was signed. */
  signatureOf?: (
    path: string,
    signed: Pick<SignedOrder, 'signer' | 'signature'>,
  ) => Promise<FileSignatureKind | undefined>;
  /** After so many bytes that came in they are made to outlive a power cut; default: `markBytes` of `download.ts`. */
  markBytes?: number;
}

/** Where a release is unpacked, on the file system of the slots. */
export interface Staging {
  readonly folder: string;
  freeBytes(): Promise<number>;
  /** Nothing there is no error. */
  remove(): Promise<void>;
}
