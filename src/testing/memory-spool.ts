/** A place in memory for the file that is about to be sent. Unless told, it takes a short file in the place of the real one. */
import type { OutgoingFile, Spool } from '../hal/ports';

export class MemorySpool implements Spool {
  /** To read what really comes takes turns of the loop, which virtual time does not wait for. */
  readsContent = false;
  failure: Error | undefined;
  /** Whether something lies there. */
  isUsed = false;
  cleared = 0;

  async keep(content: AsyncIterable<Uint8Array>): Promise<OutgoingFile> {
    this.isUsed = true;
    if (this.failure) throw this.failure;
    const portions: Uint8Array[] = this.readsContent ? [] : [Buffer.from('a report')];
    if (this.readsContent) for await (const portion of content) portions.push(portion);
    const bytes = Buffer.concat(portions);
    return {
      bytes: bytes.length,
      from: async function* (byte) {
        yield bytes.subarray(byte);
      },
    };
  }

  async clear(): Promise<void> {
    this.isUsed = false;
    this.cleared += 1;
  }
}
