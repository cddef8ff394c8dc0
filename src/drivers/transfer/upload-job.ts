/** What an upload is to the protocols: each takes one and resolves when the other side has the whole file. */
import type { Readable } from 'node:stream';
import type { KnownHosts, UploadRequest } from '../../hal/ports';
import type { TransferAddress } from './address';

export interface UploadJob {
  address: TransferAddress;
  request: UploadRequest;
  bytes: number;
  /** The file from this byte on; whoever is sent portions by it counts as alive. */
  from(byte: number): Readable;
  /** The other side has said something. */
  heard(): void;
  /** Whatever is open must be closed; its reason is what the upload ends with. */
  ended: AbortSignal;
  /** Asked for where there is TLS. */
  authorities(): string[];
  hosts: KnownHosts;
  /** One line for people. */
  tell(line: string): void;
}

export type Upload = (job: UploadJob) => Promise<void>;

/** Where a resumed upload begins, by how much of the file is there already; what is longer is another file. */
export function beginsAt(thereBytes: number | undefined, { request, bytes }: UploadJob): number {
  return request.resumes === true && thereBytes !== undefined && thereBytes <= bytes ? thereBytes : 0;
}
