/** Fetches a file by FTP or FTPS; after an earlier part, where size and time of the file are those of before. */
import { Writable } from 'node:stream';
import { type Client, FTPError } from 'basic-ftp';
import { GreenupError } from '../../hal/errors';
import type { DownloadBegin } from '../../hal/ports';
import { LastWords } from './ftp-last-words';
import { enterFolders, notThere, refused, told, withFtp, wordsOf } from './ftp-session';
import { beginOf, type DownloadJob } from './transfer-job';

const does = 'give the file';

export function downloadByFtp(job: DownloadJob): Promise<void> {
  return withFtp(job, (client) => fetchFile(client, job));
}

async function fetchFile(client: Client, job: DownloadJob): Promise<void> {
  const { folders, name } = job.address;
  const [fileName] = folders.slice(-1);
  if (fileName === undefined) throw new GreenupError('transfer.notFound', `${name}: the location names no file`);
  await enterFolders(client, job, folders.slice(0, -1), does);
  try {
    const bytes = await told(client, client.size(fileName));
    job.expect(bytes);
    const changed = await told(client, client.lastMod(fileName));
    job.heard();
    const begin = beginOf(job, bytes, changed?.getTime());
    if (begin.fromByte > 0 && (await told(client, client.send(`REST ${begin.fromByte}`))) !== undefined) {
      if (begin.fromByte === bytes) return job.begin(begin);
      await retrieve(client, job, fileName, begin);
    } else await retrieve(client, job, fileName, { ...begin, fromByte: 0 });
  } catch (error) {
    if (!(error instanceof FTPError) || error.code !== notThere) throw refused(error, name, does);
    const words = `there is no file ${folders.join('/')}, or it is not to be read (${wordsOf(error)})`;
    throw new GreenupError('transfer.notFound', `${name}: ${words}`, { cause: error });
  }
}

/** It begins when the server sends it, or has sent an empty one: until then it may still be refused. */
async function retrieve(client: Client, job: DownloadJob, fileName: string, begin: DownloadBegin): Promise<void> {
  let hasBegun = false;
  const beginOnce = (): void => {
    if (hasBegun) return;
    hasBegun = true;
    job.begin(begin);
  };
  const taker = new Writable({
    write: (portion: Buffer, _encoding, done) => {
      const taken = async (): Promise<void> => {
        beginOnce();
        await job.take(portion);
      };
      taken().then(() => done(), done);
    },
  });
  // A file that is refused is so perhaps after the end of its data.
  const lastWords = new LastWords(client, job.ended);
  try {
    await client.downloadTo(taker, fileName, begin.fromByte);
  } finally {
    lastWords.end();
  }
  beginOnce();
}
