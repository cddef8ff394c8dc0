/** What tests of transfers share: a file, hosts in memory, and an upload by the machine's own time. */
import { RealClock } from '../../../src/drivers/clock/real-clock';
import { NetworkUpload, type NetworkUploadOptions } from '../../../src/drivers/transfer/network-upload';
import type { KnownHosts, OutgoingFile, UploadRequest } from '../../../src/hal/ports';

/** Of bytes that are no text, longer than what fits into the buffers of a socket. */
export const content = Buffer.from(
  Uint8Array.from({ length: 3_000_000 }, (_, index) => (index * 31 + (index >> 8)) & 255),
);

/** Reads in portions; remembers from where. */
export class TestFile implements OutgoingFile {
  readonly bytes = content.length;
  readonly begun: number[] = [];

  async *from(byte: number): AsyncGenerator<Uint8Array> {
    this.begun.push(byte);
    for (let at = byte; at < this.bytes; at += 64_000) yield content.subarray(at, Math.min(at + 64_000, this.bytes));
  }
}

export class TestHosts implements KnownHosts {
  readonly keys = new Map<string, string>();

  keyOf(host: string): string | undefined {
    return this.keys.get(host);
  }

  meet(host: string, key: string): void {
    this.keys.set(host, key);
  }
}

export const fileName = 'greenup-CP1-20260504T080000Z.zip';

export interface Tried {
  file?: OutgoingFile;
  hosts?: KnownHosts;
  told?: string[];
  options?: Partial<NetworkUploadOptions>;
}

export function upload(url: string, request: Partial<UploadRequest> = {}, tried: Tried = {}): Promise<void> {
  const { file = new TestFile(), hosts = new TestHosts(), told = [], options } = tried;
  const transfer = new NetworkUpload({
    clock: new RealClock({ unref: true }),
    hosts,
    tell: (line) => told.push(line),
    ...options,
  });
  return transfer.upload({ url, fileName, ...request }, file);
}

/** The code and the words of what an upload rejects with. */
export async function failure(going: Promise<void>): Promise<{ code: string; message: string }> {
  try {
    await going;
  } catch (error) {
    return error as { code: string; message: string };
  }
  return { code: 'none', message: 'it was sent' };
}
