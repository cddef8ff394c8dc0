/** Sends a file by FTP, plain (`ftp://`) or within TLS (`ftps://`): passive, binary, to the server that was called only. */
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { type AccessOptions, Client, FTPError } from 'basic-ftp';
import { GreenupError } from '../../hal/errors';
import { failureOf } from './failures';
import { beginsAt, type UploadJob } from './upload-job';

/** IANA's ports: at the second TLS begins before anything is said, elsewhere the client asks for it (RFC 4217). */
const ftpPort = 21;
const implicitTlsPort = 990;

/** What the numbers of answers mean here (RFC 959, 4.2). */
const notLoggedIn = [430, 530, 532];
const noRoom = [452, 552];
const notThere = 550;
const tlsUnknown = [431, 500, 502, 504, 530, 534];

export async function uploadByFtp(job: UploadJob): Promise<void> {
  // Silence is judged by whoever asked; an address of elsewhere for the data is refused by the library.
  const client = new Client(0);
  job.ended.addEventListener('abort', () => client.close());
  try {
    await enter(client, job);
    client.trackProgress(() => job.heard());
    await store(client, job);
  } finally {
    client.close();
  }
}

/** Without a port FTPS is tried where TLS begins at once, then where it is asked for. */
async function enter(client: Client, job: UploadJob): Promise<void> {
  const { scheme, port, name } = job.address;
  if (scheme === 'ftp') return access(client, job, port ?? ftpPort, false);
  if (port !== undefined) return access(client, job, port, port === implicitTlsPort ? 'implicit' : true);
  try {
    await access(client, job, implicitTlsPort, 'implicit');
  } catch (error) {
    if (failureOf(error, name).code !== 'transfer.unreachable') throw error;
    await access(client, job, ftpPort, true);
  }
}

async function access(client: Client, job: UploadJob, port: number, secure: boolean | 'implicit'): Promise<void> {
  const { address, request } = job;
  const { host, name } = address;
  const { user, password = '' } = request.credentials ?? {};
  const options: AccessOptions = {
    ...{ host, port, secure },
    ...(user === undefined ? {} : { user, password }),
    ...(secure === false ? {} : { secureOptions: secureOptions(job) }),
  };
  try {
    await client.access(options);
  } catch (error) {
    if (!(error instanceof FTPError)) throw error;
    // Before the login there is no encryption to be had: nothing is sent without.
    if (secure === true && !client.ftp.hasTLS && tlsUnknown.includes(error.code)) {
      throw new GreenupError('transfer.untrusted', `${name}: the server offers no TLS (${wordsOf(error)})`, {
        cause: error,
      });
    }
    throw refusalOf(error, name);
  }
  job.heard();
}

/** A name is also told to the server, an address is not (RFC 6066, 3). */
function secureOptions({ address: { host }, authorities }: UploadJob): ConnectionOptions {
  const servername = isIP(host) === 0 ? { servername: host } : {};
  return { ca: authorities(), host, minVersion: 'TLSv1.2', ...servername };
}

async function store(client: Client, job: UploadJob): Promise<void> {
  const { folders, isFromRoot, name } = job.address;
  const { fileName } = job.request;
  try {
    if (isFromRoot) await client.cd('/');
    for (const folder of folders) await client.cd(folder);
  } catch (error) {
    if (!(error instanceof FTPError) || error.code !== notThere) throw refused(error, name);
    throw new GreenupError('transfer.notFound', `${name}: there is no folder ${folders.join('/')}`, { cause: error });
  }
  const begin = job.request.resumes ? beginsAt(await sizeOf(client, fileName), job) : 0;
  if (begin > 0 && begin === job.bytes) return;
  try {
    if (begin > 0) await client.appendFrom(job.from(begin), fileName);
    else await client.uploadFrom(job.from(0), fileName);
  } catch (error) {
    throw refused(error, name);
  }
}

/** Undefined where there is none, or the server does not tell. */
async function sizeOf(client: Client, fileName: string): Promise<number | undefined> {
  try {
    return await client.size(fileName);
  } catch (error) {
    if (error instanceof FTPError) return undefined;
    throw error;
  }
}

/** What the server says no to; anything else stays as it is. */
function refused(error: unknown, name: string): unknown {
  return error instanceof FTPError ? refusalOf(error, name) : error;
}

function refusalOf(error: FTPError, name: string): GreenupError {
  const told = (words: string) =>
    new GreenupError('transfer.refused', `${name}: ${words} (${wordsOf(error)})`, { cause: error });
  if (notLoggedIn.includes(error.code)) return told('the server takes no such user or password');
  if (noRoom.includes(error.code)) return told('the server has no room for the file');
  // 4yz: the same may be taken later.
  if (error.code < 500)
    return new GreenupError('transfer.broken', `${name}: the server gave up (${wordsOf(error)})`, { cause: error });
  return told('the server does not take the file');
}

const wordsCharactersMax = 120;

function wordsOf({ message }: FTPError): string {
  return message.slice(0, wordsCharactersMax);
}
