/** Makes one zip of named texts while it is read: bounded in size and time, and whole even where one of the texts fails. */
import { Readable } from 'node:stream';
import type { Cancel, Clock } from '../hal/clock';
import { messageOf } from '../hal/errors';
import { withoutPasswords } from '../ocpp/frames/masking';

/** One file of the archive. */
export interface ArchiveEntry {
  name: string;
  /** What it holds, in one line. */
  about: string;
  /** Its text in portions; what it throws is told in its place. `ended`: nobody reads any more. */
  content(ended: AbortSignal): Iterable<string> | AsyncIterable<string>;
}

export interface ArchiveOptions {
  clock: Pick<Clock, 'now' | 'at' | 'systemTime'>;
  /** The first lines of the list of contents. */
  title: string;
}

/** A file and all of them together hold at most so much before they are compressed, in bytes. */
export const entryBytesMax = 8_000_000;
export const archiveBytesMax = 24_000_000;
/** A file whose text does not come to its end is cut after this time, in ms. */
export const entryMaxMs = 20_000;
/** Portions are gathered to this size, in characters: each costs a way through the compressor. */
const portionCharacters = 32_768;
/** Owner may write, all may read. */
const fileMode = 0o100644;

export async function* archiveOf(
  entries: readonly ArchiveEntry[],
  { clock, title }: ArchiveOptions,
): AsyncGenerator<Uint8Array> {
  const { ZipFile } = require('yazl') as typeof import('yazl');
  const ended = new AbortController();
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  zip.on('error', (error) => output.destroy(error instanceof Error ? error : new Error(String(error))));
  const mtime = new Date(clock.systemTime() ?? 0);
  const told: string[] = [title];
  let leftBytes = archiveBytesMax;
  const add = (name: string, portions: () => AsyncIterable<string>): void =>
    zip.addReadStreamLazy(name, { mtime, mode: fileMode }, (give) =>
      give(null, Readable.from(portions(), { objectMode: false })),
    );
  for (const entry of entries) {
    const bounded = new BoundedText(entry, clock, ended.signal);
    add(entry.name, async function* () {
      yield* bounded.portions(Math.min(entryBytesMax, leftBytes));
      leftBytes -= bounded.bytes;
      told.push(`${entry.name.padEnd(22)} ${entry.about}; ${bounded.outcome}\n`);
    });
  }
  // The last one, for it tells what became of the others.
  add('contents.txt', async function* () {
    yield* told;
  });
  zip.end();
  try {
    for await (const portion of output) yield portion as Uint8Array;
  } finally {
    ended.abort();
  }
}

/** The text of one file within its bounds. */
class BoundedText {
  bytes = 0;
  private missing: string | undefined;

  constructor(
    private readonly entry: ArchiveEntry,
    private readonly clock: ArchiveOptions['clock'],
    private readonly ended: AbortSignal,
  ) {}

  /** What became of it, in a few words. */
  get outcome(): string {
    return this.missing === undefined ? `${this.bytes} bytes` : `${this.bytes} bytes, not whole: ${this.missing}`;
  }

  async *portions(bytesMax: number): AsyncGenerator<string> {
    const own = new AbortController();
    let gathered = '';
    try {
      for await (const text of inTime(this.entry.content(AbortSignal.any([this.ended, own.signal])), this.clock)) {
        gathered += this.within(text, bytesMax);
        if (this.missing !== undefined) break;
        if (gathered.length < portionCharacters) continue;
        yield gathered;
        gathered = '';
      }
    } catch (error) {
      this.missing = withoutPasswords(messageOf(error));
    }
    own.abort();
    yield this.missing === undefined ? gathered : `${gathered}\n[not whole: ${this.missing}]\n`;
  }

  private within(text: string, bytesMax: number): string {
    const room = bytesMax - this.bytes;
    const size = Buffer.byteLength(text);
    this.bytes += Math.min(size, room);
    if (size <= room) return text;
    this.missing = `there is room for ${bytesMax} bytes`;
    return Buffer.from(text).subarray(0, room).toString('utf8');
  }
}

/** Throws where it takes too long. What is late is left to itself: it has been told that nobody reads any more. */
async function* inTime(
  content: Iterable<string> | AsyncIterable<string>,
  clock: ArchiveOptions['clock'],
): AsyncGenerator<string> {
  let cancel: Cancel = () => {};
  const late = new Promise<never>((_, reject) => {
    const tooLate = new Error(`it took longer than ${entryMaxMs / 1_000} s`);
    cancel = clock.at(clock.now() + entryMaxMs, () => reject(tooLate));
  });
  late.catch(() => {}); // it may come while a portion is on its way to the reader
  const iterator = Symbol.asyncIterator in content ? content[Symbol.asyncIterator]() : content[Symbol.iterator]();
  try {
    for (;;) {
      const next = await Promise.race([late, iterator.next()]);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    cancel();
  }
}
