/** Reads a zip with a program that is not the one which writes ours. */
import { fromBuffer } from 'yauzl';

/** The texts of its files by name. */
export function unzip(zip: Uint8Array): Promise<Map<string, string>> {
  return new Promise((resolve, reject) => {
    fromBuffer(Buffer.from(zip), { lazyEntries: true, validateEntrySizes: true }, (failure, archive) => {
      if (failure) {
        reject(failure);
        return;
      }
      const texts = new Map<string, string>();
      archive.on('error', reject);
      archive.on('end', () => resolve(texts));
      archive.on('entry', (entry: { fileName: string }) => {
        archive.openReadStream(entry as never, (broken, stream) => {
          if (broken) {
            reject(broken);
            return;
          }
          const portions: Buffer[] = [];
          stream.on('data', (portion: Buffer) => portions.push(portion));
          stream.on('error', reject);
          stream.on('end', () => {
            texts.set(entry.fileName, Buffer.concat(portions).toString('utf8'));
            archive.readEntry();
          });
        });
      });
      archive.readEntry();
    });
  });
}

/** All bytes of a stream. */
export async function bytesOf(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const portions: Uint8Array[] = [];
  for await (const portion of content) portions.push(portion);
  return Buffer.concat(portions);
}
