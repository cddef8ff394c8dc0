/** A login by SFTP, to a server that is known by its key since it was met for the first time, and what it can say no to. */
import { createHash } from 'node:crypto';
import { Client, type ServerHostKeyAlgorithm, type SFTPWrapper } from 'ssh2';
import { GreenupError, messageOf } from '../../hal/errors';
import type { TransferJob } from './transfer-job';

const sftpPort = 22;

/** Answers of the server (draft-ietf-secsh-filexfer-13, 9.1); servers of today know the first four. */
const noSuchFile = 2;

/** Signatures by which a server proves a key, the preferred first (RFC 8332, 8709, 5656); none with SHA-1. */
const signatures = [
  ...(['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'] as const),
  ...(['rsa-sha2-512', 'rsa-sha2-256'] as const),
];

/** Closed when the job has ended, or `use` has. */
export async function withSftp(job: TransferJob, use: (session: SftpSession) => Promise<void>): Promise<void> {
  const session = new SftpSession(job);
  try {
    await session.open();
    await use(session);
  } finally {
    session.close();
  }
}

/** What the answers of a server to a file mean, and what is not there where it says so. */
export interface SftpRefusals {
  missing: string;
  answers: Readonly<Record<number, string>>;
}

export class SftpSession {
  private readonly client = new Client();
  /** Rejects when the connection is over, whatever is under way then. */
  private readonly lost: Promise<never>;
  private denied: GreenupError | undefined;
  private opened: SFTPWrapper | undefined;

  constructor(private readonly job: TransferJob) {
    const { client } = this;
    this.lost = new Promise((_, reject) => {
      client.on('error', (error) => reject(this.failureOf(error)));
      client.on('close', () => reject(this.denied ?? new Error('the server closed it')));
    });
    this.lost.catch(() => {}); // it is also over when all is done
    // Small packets leave at once: a portion is acknowledged before the next ones leave.
    client.on('connect', () => client.setNoDelay(true));
    job.ended.addEventListener('abort', () => this.close());
  }

  async open(): Promise<void> {
    const { client, job } = this;
    const { user = 'anonymous', password = '' } = job.credentials ?? {};
    const ready = new Promise<void>((resolve) => client.on('ready', resolve));
    // The same password, where the server asks for it in another way (RFC 4256).
    client.on('keyboard-interactive', (_name, _instructions, _language, prompts, answer) =>
      answer(prompts.map(() => password)),
    );
    const { host, port = sftpPort } = job.address;
    client.connect({
      ...{ host, port, username: user, password, tryKeyboard: true },
      // Silence is judged by whoever asked.
      readyTimeout: 0,
      hostVerifier: (key: Buffer) => this.knows(key),
      algorithms: { serverHostKey: this.serverHostKey() },
    });
    await Promise.race([ready, this.lost]);
    job.heard();
    const opened = new Promise<SFTPWrapper>((resolve, reject) => {
      client.sftp((error, sftp) => (error ? reject(error) : resolve(sftp)));
    });
    this.opened = await Promise.race([opened, this.lost]);
  }

  get sftp(): SFTPWrapper {
    if (!this.opened) throw new Error('the session is not open');
    return this.opened;
  }

  /** What `work` brings, unless the connection is over before; what the server says no to becomes a failure of the transfer. */
  async within<Result>(work: Promise<Result>, refusals: SftpRefusals): Promise<Result> {
    try {
      return await Promise.race([work, this.lost]);
    } catch (error) {
      throw this.refusalOf(error, refusals);
    }
  }

  close(): void {
    this.client.end();
    this.client.destroy();
  }

  /** A key that was met before must be the same; the first one is taken, for there is nothing to hold it against. */
  private knows(key: Buffer): boolean {
    const { address, hosts, tell } = this.job;
    const { host, port = sftpPort, name } = address;
    const place = `${host}:${port}`;
    const shown = `${keyType(key)} SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
    const known = hosts.keyOf(place);
    if (known === undefined) {
      hosts.meet(place, shown);
      tell(`${name}: met for the first time; from now on it must prove itself by its key ${shown}`);
      return true;
    }
    if (known === shown) return true;
    const remedy = `if this is meant to be so, forget the former one with: greenup hosts forget ${place}`;
    this.denied = new GreenupError(
      'transfer.untrusted',
      `${name}: its key has changed from ${known} to ${shown}: ${remedy}`,
    );
    return false;
  }

  /** A server may have keys of several types: the one by which it is known is asked for first. */
  private serverHostKey(): ServerHostKeyAlgorithm[] {
    const { host, port = sftpPort } = this.job.address;
    const [type] = this.job.hosts.keyOf(`${host}:${port}`)?.split(' ') ?? [];
    const isKnown = (signature: string) => signature === type || (type === 'ssh-rsa' && signature.startsWith('rsa-'));
    return [...signatures.filter(isKnown), ...signatures.filter((signature) => !isKnown(signature))];
  }

  private failureOf(error: Error & { level?: string }): unknown {
    if (this.denied) return this.denied;
    if (error.level !== 'client-authentication') return error;
    const words = `${this.job.address.name}: the server takes no such user or password`;
    return new GreenupError('transfer.refused', words, { cause: error });
  }

  private refusalOf(error: unknown, { missing, answers }: SftpRefusals): unknown {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    const { name } = this.job.address;
    if (code === noSuchFile) {
      return new GreenupError('transfer.notFound', `${name}: there is no ${missing}`, { cause: error });
    }
    const words = typeof code === 'number' ? answers[code] : undefined;
    if (words === undefined) return error;
    return new GreenupError('transfer.refused', `${name}: ${words} (${messageOf(error)})`, { cause: error });
  }
}

/** From the root, or where it begins with a tilde, from where a login ends up. */
export function pathOf(parts: readonly string[]): string {
  const [first, ...rest] = parts;
  return first === '~' ? rest.join('/') : `/${parts.join('/')}`;
}

/** The first word of a key in the form of the protocol (RFC 4253, 6.6). */
function keyType(key: Buffer): string {
  const length = key.readUInt32BE(0);
  return key.toString('latin1', 4, 4 + length);
}
