/** Sends a file by FTP or FTPS into a folder; goes on after what is there of an earlier try. */
import { type Client, FTPError } from 'basic-ftp';
import { LastWords } from './ftp-last-words';
import { enterFolders, refused, told, withFtp } from './ftp-session';
import { beginsAt, type UploadJob } from './transfer-job';

const does = 'take the file';

export function uploadByFtp(job: UploadJob): Promise<void> {
  return withFtp(job, async (client) => {
    client.trackProgress(() => job.heard());
    await store(client, job);
  });
}

async function store(client: Client, job: UploadJob): Promise<void> {
  const { folders, name } = job.address;
  const { fileName, resumes } = job.request;
  await enterFolders(client, job, folders, does);
  const begin = resumes ? beginsAt(await told(client, client.size(fileName)), job) : 0;
  if (begin > 0 && begin === job.bytes) return;
  const lastWords = new LastWords(client, job.ended);
  try {
    if (begin > 0) await client.appendFrom(job.from(begin), fileName);
    else await client.uploadFrom(job.from(0), fileName);
  } catch (error) {
    throw refused(error instanceof FTPError ? error : ((await lastWords.refusal()) ?? error), name, does);
  } finally {
    lastWords.end();
  }
}
