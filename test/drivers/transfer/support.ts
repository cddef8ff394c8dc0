/** What tests of transfers share: a file, hosts in memory, and transfers by the machine's own time. */
import { RealClock } from '../../../src/drivers/clock/real-clock';
import { NetworkTransfer, type NetworkTransferOptions } from '../../../src/drivers/transfer/network-transfer';
import type { DownloadBegin, DownloadRequest, KnownHosts, OutgoingFile, UploadRequest } from '../../../src/hal/ports';

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

/** What has come of a file over one or more downloads. */
export class Received {
  bytes: Buffer = Buffer.alloc(0);
  /** Where each download began. */
  readonly begun: DownloadBegin[] = [];

  /** That of the last one. */
  get validator(): string | undefined {
    return this.begun.at(-1)?.validator;
  }

  begin(begin: DownloadBegin): void {
    this.begun.push(begin);
    this.bytes = this.bytes.subarray(0, begin.fromByte);
  }

  async write(portion: Uint8Array): Promise<void> {
    this.bytes = Buffer.concat([this.bytes, portion]);
  }

  /** As one goes on after what is here. */
  after(): Pick<DownloadRequest, 'after'> {
    const { validator } = this;
    return validator === undefined ? {} : { after: { bytes: this.bytes.length, validator } };
  }
}

export interface Tried {
  hosts?: KnownHosts;
  told?: string[];
  options?: Partial<NetworkTransferOptions>;
}

function transferOf({ hosts = new TestHosts(), told = [], options }: Tried): NetworkTransfer {
  const clock = new RealClock({ unref: true });
  return new NetworkTransfer({ clock, hosts, tell: (line) => told.push(line), ...options });
}

export function upload(
  url: string,
  request: Partial<UploadRequest> = {},
  { file = new TestFile(), ...tried }: Tried & { file?: OutgoingFile } = {},
): Promise<void> {
  return transferOf(tried).upload({ url, fileName, ...request }, file);
}

export function download(
  url: string,
  request: Partial<DownloadRequest> = {},
  { received = new Received(), ...tried }: Tried & { received?: Pick<Received, 'begin' | 'write'> } = {},
): Promise<void> {
  const onBegin = (begin: DownloadBegin): void => received.begin(begin);
  return transferOf(tried).download({ url, bytesMax: 10_000_000, onBegin, ...request }, (portion) =>
    received.write(portion),
  );
}

/** The code and the words of what a transfer rejects with. */
export async function failure(going: Promise<void>): Promise<{ code: string; message: string }> {
  try {
    await going;
  } catch (error) {
    return error as { code: string; message: string };
  }
  return { code: 'none', message: 'it went well' };
}
