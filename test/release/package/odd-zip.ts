/** Zips written byte by byte, so that they can be what no program for zips would write (APPNOTE 6.3.10, 4.3). */
import { deflateRawSync } from 'node:zlib';

export interface OddEntry {
  name: string | Buffer;
  data: string | Buffer;
  /** Mode of Unix with the kind of file; a plain file. */
  mode?: number;
  flags?: number;
  /** 0 stored, 8 deflated: then `data` is deflated here. */
  method?: number;
  /** In place of what `method` makes of the data. */
  packed?: Buffer;
  /** What the list of contents says, where it lies. */
  says?: { bytes?: number; packedBytes?: number; offset?: number };
  extra?: Buffer;
  /** Where the name before the contents is another one. */
  nameThere?: string;
}

export interface OddEnd {
  comment?: string;
  entries?: number;
  listBytes?: number;
  listFrom?: number;
  disk?: number;
  /** Stands between the list of contents and the end. */
  before?: Buffer;
}

export function oddZip(entries: readonly OddEntry[], end: OddEnd = {}): Buffer {
  const parts: Buffer[] = [];
  const list: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const { there, listed } = partsOf(entry, offset);
    parts.push(there);
    list.push(listed);
    offset += there.length;
  }
  const listBytes = list.reduce((sum, { length }) => sum + length, 0);
  const comment = Buffer.from(end.comment ?? '');
  const last = Buffer.alloc(22);
  last.writeUInt32LE(0x06054b50, 0);
  last.writeUInt16LE(end.disk ?? 0, 4);
  last.writeUInt16LE(end.disk ?? 0, 6);
  last.writeUInt16LE(end.entries ?? entries.length, 8);
  last.writeUInt16LE(end.entries ?? entries.length, 10);
  const before = end.before ?? Buffer.alloc(0);
  last.writeUInt32LE(end.listBytes ?? listBytes + before.length, 12);
  last.writeUInt32LE(end.listFrom ?? offset, 16);
  last.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...parts, ...list, before, last, comment]);
}

function partsOf(entry: OddEntry, offset: number): { there: Buffer; listed: Buffer } {
  const { method = 0, flags = 0, mode = 0o100644, says = {}, extra = Buffer.alloc(0) } = entry;
  const data = Buffer.from(entry.data);
  const packed = entry.packed ?? (method === 8 ? deflateRawSync(data) : data);
  const name = Buffer.from(entry.name);
  const nameThere = Buffer.from(entry.nameThere ?? name);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(20, 4);
  local.writeUInt16LE(flags, 6);
  local.writeUInt16LE(method, 8);
  local.writeUInt32LE(packed.length, 18);
  local.writeUInt32LE(data.length, 22);
  local.writeUInt16LE(nameThere.length, 26);
  const listed = Buffer.alloc(46);
  listed.writeUInt32LE(0x02014b50, 0);
  listed.writeUInt16LE((3 << 8) | 63, 4);
  listed.writeUInt16LE(20, 6);
  listed.writeUInt16LE(flags, 8);
  listed.writeUInt16LE(method, 10);
  listed.writeUInt32LE(says.packedBytes ?? packed.length, 20);
  listed.writeUInt32LE(says.bytes ?? data.length, 24);
  listed.writeUInt16LE(name.length, 28);
  listed.writeUInt16LE(extra.length, 30);
  listed.writeUInt32LE((mode << 16) >>> 0, 38);
  listed.writeUInt32LE(says.offset ?? offset, 42);
  return { there: Buffer.concat([local, nameThere, packed]), listed: Buffer.concat([listed, name, extra]) };
}

/** The end of a zip64 that leads a reader to this offset. */
export function zip64Locator(offset: bigint): Buffer {
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(offset, 8);
  locator.writeUInt32LE(1, 16);
  return locator;
}
