/** A Silicon Labs CP2112 (USB HID to eight GPIO lines and I2C), as its HID reports show it (data sheet and AN495). */
import { Ads1115 } from './ads1115';
import type { ChipMemory, ChipOutputs } from './chip-memory';

export const cp2112Ids = { vendor: 0x10c4, product: 0xea90 } as const;
export const linesPerChip = 8;

const report = {
  gpioConfig: 0x02,
  gpioGet: 0x03,
  gpioSet: 0x04,
  version: 0x05,
  smbusConfig: 0x06,
  readRequest: 0x10,
  writeReadRequest: 0x11,
  forceSend: 0x12,
  readResponse: 0x13,
  write: 0x14,
  statusRequest: 0x15,
  statusResponse: 0x16,
  cancel: 0x17,
  lock: 0x20,
} as const;

const inputReports = [report.readResponse, report.statusResponse];
const outputReports = [
  report.readRequest,
  report.writeReadRequest,
  report.forceSend,
  report.write,
  report.statusRequest,
  report.cancel,
];
const featureReports = [2, 3, 4, 5, 6, 0x20, 0x21, 0x22, 0x23, 0x24];

/** Bytes after the report id: the size of a full-speed interrupt packet. */
const reportBytes = 63;
/** Most that one read response carries. */
const readBytesMax = 61;

/** Status 0 of a transfer: idle, busy, complete, complete with error; status 1: why. */
const transfer = { complete: 2, failed: 3, succeeded: 5, addressNotAcknowledged: 0 } as const;

/** HID report descriptor: one vendor page with every report that a driver asks for. */
export function reportDescriptor(): Buffer {
  const items = [0x06, 0x00, 0xff, 0x09, 0x01, 0xa1, 0x01]; // usage page (vendor), usage, collection (application)
  items.push(0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95, reportBytes); // bytes of 0 to 255
  const add = (ids: readonly number[], item: number): void => {
    for (const id of ids) items.push(0x85, id, 0x09, id, item, 0x02); // report id, usage, input or output or feature
  };
  add(inputReports, 0x81);
  add(outputReports, 0x91);
  add(featureReports, 0xb1);
  items.push(0xc0);
  return Buffer.from(items);
}

export class Cp2112 {
  private readonly converters = new Map<number, Ads1115>();
  /** One bit a line: 1 is output. */
  private directions = 0;
  private latch = 0;
  private pending: Buffer = Buffer.alloc(0);
  private status: [number, number] = [0, 0];
  private transferred = 0;

  /** `onOutputs` is called when an output line has changed its level or its direction; `now` is in ms. */
  constructor(
    private readonly memory: ChipMemory,
    private readonly onOutputs: (outputs: ChipOutputs) => void,
    private readonly now: () => number,
  ) {}

  getFeature(id: number): Buffer {
    switch (id) {
      case report.gpioConfig:
        return Buffer.from([id, this.directions, 0xff, 0, 0]);
      case report.gpioGet:
        return Buffer.from([id, (this.memory.levels & ~this.directions) | (this.latch & this.directions)]);
      case report.version:
        return Buffer.from([id, 0x0c, 2]);
      case report.smbusConfig: // 100 kHz, address 2, no automatic sending, no time-outs, no retries
        return Buffer.from([id, 0, 1, 0x86, 0xa0, 2, 0, 0, 0, 0, 0, 0, 0, 0]);
      case report.lock:
        return Buffer.from([id, 0]);
      default: // strings: length, type
        return Buffer.from([id, 2, 3]);
    }
  }

  setFeature(bytes: Uint8Array): void {
    const [id, first = 0, second = 0] = bytes;
    const before = this.outputState();
    if (id === report.gpioConfig) this.directions = first;
    if (id === report.gpioSet) this.latch = (this.latch & ~second) | (first & second);
    if (this.outputState() === before) return;
    this.onOutputs({ directions: this.directions, latch: this.latch });
  }

  /** Takes an output report; returns the input report that answers it, if any. */
  output(bytes: Buffer): Buffer | undefined {
    const address = (bytes[1] ?? 0) >> 1;
    switch (bytes[0]) {
      case report.write:
        this.exchange(address, bytes.subarray(3, 3 + (bytes[2] ?? 0)), 0);
        return undefined;
      case report.readRequest:
        this.exchange(address, undefined, bytes.readUInt16BE(2));
        return undefined;
      case report.writeReadRequest:
        this.exchange(address, bytes.subarray(5, 5 + (bytes[4] ?? 0)), bytes.readUInt16BE(2));
        return undefined;
      case report.statusRequest: {
        const [status, reason] = this.status;
        const count = this.transferred;
        return Buffer.from([report.statusResponse, status, reason, 0, 0, count >> 8, count & 0xff]);
      }
      case report.forceSend: {
        const part = this.pending.subarray(0, readBytesMax);
        this.pending = this.pending.subarray(part.length);
        return Buffer.concat([Buffer.from([report.readResponse, transfer.complete, part.length]), part]);
      }
      default:
        return undefined;
    }
  }

  private outputState(): number {
    return (this.directions << linesPerChip) | (this.latch & this.directions);
  }

  private exchange(address: number, written: Uint8Array | undefined, readLength: number): void {
    this.pending = Buffer.alloc(0);
    if (!this.memory.acknowledges(address)) {
      this.status = [transfer.failed, transfer.addressNotAcknowledged];
      this.transferred = 0;
      return;
    }
    const converter = this.converterAt(address);
    if (written !== undefined) converter.write(written);
    if (readLength > 0) this.pending = converter.read(readLength);
    this.status = [transfer.complete, transfer.succeeded];
    this.transferred = readLength > 0 ? readLength : (written?.length ?? 0);
  }

  private converterAt(address: number): Ads1115 {
    let converter = this.converters.get(address);
    if (converter === undefined) {
      converter = new Ads1115((input) => this.memory.volts(address, input), this.now);
      this.converters.set(address, converter);
    }
    return converter;
  }
}
