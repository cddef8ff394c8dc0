/** Shows a Cp2112 to the kernel through /dev/uhid, so that the kernel's own driver works it (Documentation/hid/uhid). */
import { openSync, readSync, writeSync } from 'node:fs';
import { type Cp2112, cp2112Ids, reportDescriptor } from './cp2112';

const event = {
  start: 2,
  output: 6,
  getReport: 9,
  getReportReply: 10,
  create: 11,
  input: 12,
  setReport: 13,
  setReportReply: 14,
} as const;

/** Sizes and places in the kernel's packed `struct uhid_event`. */
const eventBytesMax = 4376;
const createStringsBytes = 256;
const outputDataBytes = 4096;
const inputReportBytes = 64;
const busUsb = 3;

/** Plugs the chip in and answers for it; never returns. `onStart`: the kernel has given it its number. */
export function runChip(chip: Cp2112, name: string, onStart: () => void): never {
  const file = openSync('/dev/uhid', 'r+');
  writeSync(file, createEvent(name));
  const buffer = Buffer.alloc(eventBytesMax);
  for (;;) {
    const length = readSync(file, buffer, 0, buffer.length, null);
    if (buffer.readUInt32LE(0) === event.start) onStart();
    const answer = answerTo(chip, buffer.subarray(0, length));
    if (answer !== undefined) writeSync(file, answer);
  }
}

function createEvent(name: string): Buffer {
  const descriptor = reportDescriptor();
  const bytes = Buffer.alloc(eventBytesMax);
  bytes.writeUInt32LE(event.create, 0);
  bytes.write(name, 4);
  const fields = 4 + createStringsBytes;
  bytes.writeUInt16LE(descriptor.length, fields);
  bytes.writeUInt16LE(busUsb, fields + 2);
  bytes.writeUInt32LE(cp2112Ids.vendor, fields + 4);
  bytes.writeUInt32LE(cp2112Ids.product, fields + 8);
  descriptor.copy(bytes, fields + 20);
  return bytes;
}

function answerTo(chip: Cp2112, bytes: Buffer): Buffer | undefined {
  switch (bytes.readUInt32LE(0)) {
    case event.getReport:
      return getReportReply(bytes.readUInt32LE(4), chip.getFeature(bytes.readUInt8(8)));
    case event.setReport: {
      const length = bytes.readUInt16LE(10);
      chip.setFeature(bytes.subarray(12, 12 + length));
      const reply = Buffer.alloc(10);
      reply.writeUInt32LE(event.setReportReply, 0);
      reply.writeUInt32LE(bytes.readUInt32LE(4), 4);
      return reply;
    }
    case event.output: {
      const length = bytes.readUInt16LE(4 + outputDataBytes);
      const report = chip.output(Buffer.from(bytes.subarray(4, 4 + length)));
      return report === undefined ? undefined : inputEvent(report);
    }
    default:
      return undefined;
  }
}

function getReportReply(id: number, data: Buffer): Buffer {
  const reply = Buffer.alloc(12 + data.length);
  reply.writeUInt32LE(event.getReportReply, 0);
  reply.writeUInt32LE(id, 4);
  reply.writeUInt16LE(data.length, 10);
  data.copy(reply, 12);
  return reply;
}

function inputEvent(report: Buffer): Buffer {
  const bytes = Buffer.alloc(6 + inputReportBytes);
  bytes.writeUInt32LE(event.input, 0);
  bytes.writeUInt16LE(inputReportBytes, 4);
  report.copy(bytes, 6);
  return bytes;
}
