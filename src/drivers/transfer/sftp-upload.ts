/** Sends a file by SFTP into a folder, in streams; goes on after what is there of an earlier try. */
import { pipeline } from 'node:stream/promises';
import type { SFTPWrapper } from 'ssh2';
import { pathOf, type SftpSession, withSftp } from './sftp-session';
import { beginsAt, type UploadJob } from './transfer-job';

const answers = {
  3: 'the server does not permit it',
  4: 'the server does not take the file: no room, or a limit',
  14: 'the server has no room for the file',
  15: 'the quota of this user is used up',
};

export function uploadBySftp(job: UploadJob): Promise<void> {
  return withSftp(job, (session) => store(session, job));
}

async function store(session: SftpSession, job: UploadJob): Promise<void> {
  const { sftp } = session;
  const { folders } = job.address;
  const refusals = { missing: `folder ${pathOf(folders)}`, answers };
  const path = pathOf([...folders, job.request.fileName]);
  const begin = job.request.resumes ? beginsAt(await session.within(sizeOf(sftp, path), refusals), job) : 0;
  if (begin > 0 && begin === job.bytes) return;
  const there = sftp.createWriteStream(path, begin > 0 ? { flags: 'r+', start: begin } : { flags: 'w' });
  await session.within(pipeline(job.from(begin), there), refusals);
}

function sizeOf(sftp: SFTPWrapper, path: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    sftp.stat(path, (error, found) => resolve(error ? undefined : found.size));
  });
}
