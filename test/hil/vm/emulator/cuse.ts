/** Serves /dev/spidev* through /dev/cuse: the kernel hands on opens and ioctls as FUSE messages (linux/fuse.h). */
import { openSync, read, renameSync, writeSync } from 'node:fs';
import type { SpiSlave } from './mfrc522';

const opcode = { open: 14, read: 15, write: 16, release: 18, flush: 25, interrupt: 36, ioctl: 39, init: 4096 } as const;
const inHeaderBytes = 40;
const outHeaderBytes = 16;
const messageBytesMax = 1 << 18;
const transferBytesMax = 65_536;

const fuseVersion = 7;
/** CUSE: the device takes any ioctl, and asks for the memory it needs by a retry. */
const unrestrictedIoctl = 1;
const ioctlRetry = 4;

/** Errors of the operating system. */
const errno = { noDevice: -19, notATerminal: -25, notImplemented: -38 } as const;

/** ioctl numbers of linux/spi/spidev.h: type 'k', number, size, direction. */
const spiIoctlType = 0x6b;
const spiSetting = { message: 0, mode: 1, lsbFirst: 2, bitsPerWord: 3, maxSpeedHz: 4, mode32: 5 } as const;
const directionRead = 2;
/** sizeof(struct spi_ioc_transfer). */
const transferStructBytes = 32;

/** A piece of the caller's memory: address and length. */
type Piece = readonly [address: bigint, length: number];

export class CuseSpi {
  private readonly file: number;
  private readonly buffer = Buffer.alloc(messageBytesMax);
  private readonly settings = new Map<number, number>([
    [spiSetting.mode, 0],
    [spiSetting.lsbFirst, 0],
    [spiSetting.bitsPerWord, 8],
    [spiSetting.maxSpeedHz, 500_000],
    [spiSetting.mode32, 0],
  ]);
  private unplugged = false;

  /** `name`: in /dev, as `spidev0.0`. */
  constructor(
    private readonly name: string,
    private readonly slave: SpiSlave,
    private readonly onError: (error: Error) => void,
  ) {
    this.file = openSync('/dev/cuse', 'r+');
    this.next();
  }

  /** Takes the device away, with its node, or brings it back. */
  setUnplugged(unplugged: boolean): void {
    if (unplugged === this.unplugged) return;
    this.unplugged = unplugged;
    const [path, hidden] = [`/dev/${this.name}`, `/dev/.unplugged-${this.name}`];
    renameSync(unplugged ? path : hidden, unplugged ? hidden : path);
  }

  private next(): void {
    read(this.file, this.buffer, 0, this.buffer.length, null, (error, length) => {
      // ENOENT: the caller was interrupted before its message was read.
      const again = error === null || ['EINTR', 'EAGAIN', 'ENOENT'].includes(error.code ?? '');
      if (!again) {
        this.onError(error);
        return;
      }
      if (error === null) this.take(this.buffer.subarray(0, length));
      this.next();
    });
  }

  private take(message: Buffer): void {
    const unique = message.readBigUInt64LE(8);
    const body = message.subarray(inHeaderBytes);
    const reply = (error: number, answer?: Buffer): void => this.reply(unique, error, answer);
    if (this.unplugged && message.readUInt32LE(4) !== opcode.release) {
      reply(errno.noDevice);
      return;
    }
    switch (message.readUInt32LE(4)) {
      case opcode.init:
        reply(0, this.initAnswer(body));
        return;
      case opcode.open:
        reply(0, Buffer.alloc(16));
        return;
      case opcode.release:
      case opcode.flush:
        reply(0);
        return;
      case opcode.interrupt:
        return;
      case opcode.write: {
        const length = body.readUInt32LE(16);
        this.slave.transfer(body.subarray(40, 40 + length));
        const answer = Buffer.alloc(8);
        answer.writeUInt32LE(length, 0);
        reply(0, answer);
        return;
      }
      case opcode.read:
        reply(0, this.slave.transfer(Buffer.alloc(body.readUInt32LE(16))));
        return;
      case opcode.ioctl:
        this.ioctl(body, reply);
        return;
      default:
        reply(errno.notImplemented);
    }
  }

  /** The device number is left to the kernel: that of spidev is taken by its own driver. */
  private initAnswer(body: Buffer): Buffer {
    const answer = Buffer.alloc(72);
    answer.writeUInt32LE(fuseVersion, 0);
    answer.writeUInt32LE(body.readUInt32LE(4), 4);
    answer.writeUInt32LE(unrestrictedIoctl, 12);
    answer.writeUInt32LE(transferBytesMax, 16);
    answer.writeUInt32LE(transferBytesMax, 20);
    return Buffer.concat([answer, Buffer.from(`DEVNAME=${this.name}\0`)]);
  }

  private ioctl(body: Buffer, reply: (error: number, answer?: Buffer) => void): void {
    const number = body.readUInt32LE(12);
    const argument = body.readBigUInt64LE(16);
    const sentBytes = body.readUInt32LE(24);
    const wantedBytes = body.readUInt32LE(28);
    const sent = body.subarray(32, 32 + sentBytes);
    const size = (number >>> 16) & 0x3fff;
    const setting = number & 0xff;
    if (((number >>> 8) & 0xff) !== spiIoctlType) {
      reply(errno.notATerminal);
      return;
    }
    const whole: Piece = [argument, size];
    if (number >>> 30 === directionRead) {
      if (wantedBytes < size) reply(0, retryAnswer([], [whole]));
      else reply(0, doneAnswer(0, littleEndian(this.settings.get(setting) ?? 0, size)));
    } else if (sentBytes < size) reply(0, retryAnswer([whole], []));
    else if (setting === spiSetting.message) reply(0, this.messageAnswer(whole, sent, wantedBytes));
    else {
      this.settings.set(setting, sent.readUIntLE(0, size));
      reply(0, doneAnswer(0));
    }
  }

  /** A message is a list of transfers, each with addresses of its own, which the kernel copies at the second try. */
  private messageAnswer(whole: Piece, sent: Buffer, wantedBytes: number): Buffer {
    const transfers = Array.from({ length: whole[1] / transferStructBytes }, (_, index) => {
      const entry = sent.subarray(index * transferStructBytes);
      return { send: entry.readBigUInt64LE(0), receive: entry.readBigUInt64LE(8), length: entry.readUInt32LE(16) };
    });
    const sources: Piece[] = transfers.filter(({ send }) => send !== 0n).map(({ send, length }) => [send, length]);
    const targets: Piece[] = transfers
      .filter(({ receive }) => receive !== 0n)
      .map(({ receive, length }) => [receive, length]);
    if (sent.length < whole[1] + bytesOf(sources) || wantedBytes < bytesOf(targets)) {
      return retryAnswer([whole, ...sources], targets);
    }
    let place = whole[1];
    const received: Buffer[] = [];
    for (const { send, receive, length } of transfers) {
      const bytes = send === 0n ? Buffer.alloc(length) : sent.subarray(place, place + length);
      if (send !== 0n) place += length;
      const answer = this.slave.transfer(bytes);
      if (receive !== 0n) received.push(answer);
    }
    const total = transfers.reduce((sum, { length }) => sum + length, 0);
    return doneAnswer(total, Buffer.concat(received));
  }

  private reply(unique: bigint, error: number, body: Buffer = Buffer.alloc(0)): void {
    const header = Buffer.alloc(outHeaderBytes);
    header.writeUInt32LE(outHeaderBytes + body.length, 0);
    header.writeInt32LE(error, 4);
    header.writeBigUInt64LE(unique, 8);
    try {
      writeSync(this.file, Buffer.concat([header, body]));
    } catch (failure) {
      // The caller did not wait for its answer.
      if (!(failure instanceof Error && 'code' in failure && failure.code === 'ENOENT')) throw failure;
    }
  }
}

function bytesOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, [, length]) => sum + length, 0);
}

function littleEndian(value: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntLE(value, 0, size);
  return bytes;
}

/** struct fuse_ioctl_out: result, flags, numbers of pieces to read from and to write to. */
function ioctlAnswer(result: number, flags: number, counts: readonly [number, number], rest: Buffer): Buffer {
  const answer = Buffer.alloc(16);
  answer.writeInt32LE(result, 0);
  answer.writeUInt32LE(flags, 4);
  answer.writeUInt32LE(counts[0], 8);
  answer.writeUInt32LE(counts[1], 12);
  return Buffer.concat([answer, rest]);
}

function doneAnswer(result: number, data: Buffer = Buffer.alloc(0)): Buffer {
  return ioctlAnswer(result, 0, [0, 0], data);
}

function retryAnswer(sources: readonly Piece[], targets: readonly Piece[]): Buffer {
  const vectors = [...sources, ...targets].map(([address, length]) => {
    const vector = Buffer.alloc(16);
    vector.writeBigUInt64LE(address, 0);
    vector.writeBigUInt64LE(BigInt(length), 8);
    return vector;
  });
  return ioctlAnswer(0, ioctlRetry, [sources.length, targets.length], Buffer.concat(vectors));
}
