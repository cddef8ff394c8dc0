/** What a transfer is to the protocols: each takes a job and resolves when the whole file is on the other side, or here. */
import type { Readable } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';
import type { DownloadBegin, DownloadRequest, KnownHosts, TransferRequest, UploadRequest } from '../../hal/ports';
import type { TransferAddress } from './address';

export interface TransferJob {
  address: TransferAddress;
  credentials: TransferRequest['credentials'];
  /** The other side has said something. */
  heard(): void;
  /** Whatever is open must be closed; its reason is what the transfer ends with. */
  ended: AbortSignal;
  /** Whom TLS trusts, and its lowest version; asked for where there is TLS. */
  trust(): Pick<ConnectionOptions, 'ca' | 'minVersion' | 'rejectUnauthorized'>;
  hosts: KnownHosts;
  /** One line for people. */
  tell(line: string): void;
}

export interface UploadJob extends TransferJob {
  request: UploadRequest;
  bytes: number;
  /** The file from this byte on; whoever is sent portions by it counts as alive. */
  from(byte: number): Readable;
}

export interface DownloadJob extends TransferJob {
  /** An earlier part of the file, which has at least a byte. */
  after: DownloadRequest['after'];
  /** Throws where the file is larger than it may be; who asks for it only then says so before `begin`. */
  expect(totalBytes: number | undefined): void;
  /** Called once, before the first portion is taken; throws where the file is larger than it may be. */
  begin(begin: DownloadBegin): void;
  /** Resolves when the portion is written; throws where more comes than may be, or than was told. */
  take(portion: Uint8Array): Promise<void>;
}

/** Where a resumed upload begins, by how much of the file is there already; what is longer is another file. */
export function beginsAt(thereBytes: number | undefined, { request, bytes }: UploadJob): number {
  return request.resumes === true && thereBytes !== undefined && thereBytes <= bytes ? thereBytes : 0;
}

/**
 * Where a download begins from a server that tells the size of a file and the time of its last change, in ms: it goes on
 * after a part of the one that has both.
 */
export function beginOf(
  { after }: DownloadJob,
  totalBytes: number | undefined,
  changedMs: number | undefined,
): DownloadBegin {
  if (totalBytes === undefined) return { fromByte: 0 };
  if (changedMs === undefined || !Number.isFinite(changedMs)) return { fromByte: 0, totalBytes };
  const validator = `${totalBytes} bytes of ${changedMs}`;
  const isSame = after?.validator === validator && after.bytes <= totalBytes;
  return { fromByte: isSame ? after.bytes : 0, totalBytes, validator };
}
