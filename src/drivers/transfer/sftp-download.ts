/** Fetches a file by SFTP, several portions on their way at a time; after an earlier part, where size and time are the same. */
import type { SFTPWrapper } from 'ssh2';
import { GreenupError } from '../../hal/errors';
import { pathOf, type SftpSession, withSftp } from './sftp-session';
import { beginOf, type DownloadJob } from './transfer-job';

/** Within what servers must take in a packet (draft-ietf-secsh-filexfer-02, 3), so that none comes in two pieces. */
const portionBytes = 30_720;
/**
 * Asked for at a time: a server that is far away is not waited for at each portion. Each has one of as many places, which are
 * used again: what is left to the garbage collector it takes only after hundreds of megabytes.
 */
const portionsMax = 32;

const answers = {
  3: 'the server does not permit it',
  4: 'the server does not give the file',
};

export function downloadBySftp(job: DownloadJob): Promise<void> {
  return withSftp(job, (session) => fetchFile(session, job));
}

async function fetchFile(session: SftpSession, job: DownloadJob): Promise<void> {
  const { sftp } = session;
  const { folders, name } = job.address;
  const path = pathOf(folders);
  if (folders.length === 0) throw new GreenupError('transfer.notFound', `${name}: the location names no file`);
  const within = <Result>(work: Promise<Result>) => session.within(work, { missing: `file ${path}`, answers });
  const handle = await within(opened(sftp, path));
  const { bytes, changedMs, isFolder } = await within(factsOf(sftp, handle));
  job.heard();
  if (isFolder) throw new GreenupError('transfer.notFound', `${name}: ${path} is a folder`);
  const begin = beginOf(job, bytes, changedMs);
  job.begin(begin);
  const { fromByte, totalBytes = Number.POSITIVE_INFINITY } = begin;
  const asked: Promise<Uint8Array>[] = [];
  const places = Array.from({ length: portionsMax }, () => Buffer.allocUnsafeSlow(portionBytes));
  let place = 0;
  let askedByte = fromByte;
  for (let doneByte = fromByte; doneByte < totalBytes; ) {
    for (; asked.length < portionsMax && askedByte < totalBytes; askedByte += portionBytes) {
      const wanted = places[place % portionsMax]?.subarray(0, totalBytes - askedByte) ?? Buffer.alloc(0);
      place += 1;
      const portion = fill(wanted, sftp, handle, askedByte);
      portion.catch(() => {}); // it may never come to its turn
      asked.push(portion);
    }
    const [first] = asked.splice(0, 1);
    const portion = first && (await within(first));
    // The end of the file, which may come before it was told.
    if (!portion?.length) return;
    await job.take(portion);
    doneByte += portion.length;
  }
}

function opened(sftp: SFTPWrapper, path: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    sftp.open(path, 'r', (error, handle) => (error ? reject(error) : resolve(handle)));
  });
}

interface FileFacts {
  bytes: number | undefined;
  changedMs: number | undefined;
  isFolder: boolean;
}

/** Undefined: the server does not tell it. */
function factsOf(sftp: SFTPWrapper, handle: Buffer): Promise<FileFacts> {
  return new Promise((resolve, reject) => {
    sftp.fstat(handle, (error, stats) => {
      if (error) return reject(error);
      const { size, mtime }: { size?: number; mtime?: number } = stats;
      const changedMs = mtime === undefined ? undefined : mtime * 1_000;
      return resolve({ bytes: size, changedMs, isFolder: stats.isDirectory() });
    });
  });
}

/** Shorter only where the file ends: a server may send less than was asked for at any time. */
async function fill(place: Buffer, sftp: SFTPWrapper, handle: Buffer, byte: number): Promise<Uint8Array> {
  let filled = 0;
  while (filled < place.length) {
    const came = await readInto(sftp, handle, place.subarray(filled), byte + filled);
    if (came === 0) break;
    filled += came;
  }
  return place.subarray(0, filled);
}

/** 0 at the end of the file. */
function readInto(sftp: SFTPWrapper, handle: Buffer, place: Buffer, byte: number): Promise<number> {
  return new Promise((resolve, reject) => {
    sftp.read(handle, place, 0, place.length, byte, (error, came) => {
      if (error) reject(error);
      else resolve(came);
    });
  });
}
