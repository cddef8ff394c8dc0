/** A login by FTP, plain (`ftp://`) or within TLS (`ftps://`): passive, binary, with the server that was called only. */
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { type AccessOptions, Client, FTPError } from 'basic-ftp';
import { GreenupError } from '../../hal/errors';
import { failureOf } from './failures';
import type { TransferJob } from './transfer-job';

/** IANA's ports: at the second TLS begins before anything is said, elsewhere the client asks for it (RFC 4217). */
const ftpPort = 21;
const implicitTlsPort = 990;

/** What the numbers of answers mean here (RFC 959, 4.2). */
const notLoggedIn = [430, 530, 532];
const noRoom = [452, 552];
export const notThere = 550;
const tlsUnknown = [431, 500, 502, 504, 530, 534];

/** Closed when the job has ended, or `use` has. */
export async function withFtp(job: TransferJob, use: (client: Client) => Promise<void>): Promise<void> {
  // Silence is judged by whoever asked; an address of elsewhere for the data is refused by the library.
  const client = new Client(0);
  job.ended.addEventListener('abort', () => client.close());
  try {
    await enter(client, job);
    await use(client);
  } finally {
    client.close();
  }
}

/** Without a port FTPS is tried where TLS begins at once, then where it is asked for. */
async function enter(client: Client, job: TransferJob): Promise<void> {
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

async function access(client: Client, job: TransferJob, port: number, secure: boolean | 'implicit'): Promise<void> {
  const { address, credentials } = job;
  const { host, name } = address;
  const { user, password = '' } = credentials ?? {};
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
    throw refusalOf(error, name, 'take the login');
  }
  job.heard();
}

/** A name is also told to the server, an address is not (RFC 6066, 3). */
function secureOptions({ address: { host }, trust }: TransferJob): ConnectionOptions {
  const servername = isIP(host) === 0 ? { servername: host } : {};
  return { ...trust(), host, ...servername };
}

/** `does`: for what the folder is entered, as of `refused`. */
export async function enterFolders(
  client: Client,
  job: TransferJob,
  folders: readonly string[],
  does: string,
): Promise<void> {
  const { isFromRoot, name } = job.address;
  try {
    if (isFromRoot) await client.cd('/');
    for (const folder of folders) await client.cd(folder);
  } catch (error) {
    if (!(error instanceof FTPError) || error.code !== notThere) throw refused(error, name, does);
    throw new GreenupError('transfer.notFound', `${name}: there is no folder ${folders.join('/')}`, { cause: error });
  }
}

/** What `asked` brings; undefined where the server does not tell, or not so that it can be read. */
export async function told<Fact>(client: Client, asked: Promise<Fact>): Promise<Fact | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof FTPError || !client.closed) return undefined;
    throw error;
  }
}

/** What the server says no to, which is what it `does` not; anything else stays as it is. */
export function refused(error: unknown, name: string, does: string): unknown {
  return error instanceof FTPError ? refusalOf(error, name, does) : error;
}

function refusalOf(error: FTPError, name: string, does: string): GreenupError {
  const failure = (words: string) =>
    new GreenupError('transfer.refused', `${name}: ${words} (${wordsOf(error)})`, { cause: error });
  if (notLoggedIn.includes(error.code)) return failure('the server takes no such user or password');
  if (noRoom.includes(error.code)) return failure('the server has no room for the file');
  // 4yz: it may go well later.
  if (error.code < 500)
    return new GreenupError('transfer.broken', `${name}: the server gave up (${wordsOf(error)})`, { cause: error });
  return failure(`the server does not ${does}`);
}

const wordsCharactersMax = 120;

export function wordsOf({ message }: FTPError): string {
  return message.slice(0, wordsCharactersMax);
}
