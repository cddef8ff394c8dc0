/**
 * Hears why an FTP server closes the connection for data: its answer comes at the other one, perhaps a moment later, when the
 * client would have closed that, too.
 */
import { type Client, FTPError } from 'basic-ftp';

/** How long an answer is waited for, in ms. */
const lastWordsMs = 1_000;
/** As the last line: the refusals before it were of other commands. */
const refusal = /(?:^|\n)(([45]\d\d) [^\n]*?)\r?\n$/;

export class LastWords {
  private said = '';
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly closeWithError: Client['ftp']['closeWithError'];

  /** `ended`: nobody waits for an answer any more. */
  constructor(
    private readonly client: Client,
    private readonly ended: AbortSignal,
  ) {
    const { ftp } = client;
    this.closeWithError = ftp.closeWithError.bind(ftp);
    ftp.closeWithError = (error) => {
      if (this.ended.aborted) this.closeWithError(error);
      else this.later(() => this.closeWithError(error));
    };
    ftp.socket.on('data', this.hear);
  }

  /** The answer that says no; undefined: none came, or the connection ended for another reason. */
  async refusal(): Promise<FTPError | undefined> {
    const { socket } = this.client.ftp;
    const [, message, code] = await new Promise<string[]>((resolve) => {
      const look = (): void => resolve(refusal.exec(this.said) ?? []);
      if (refusal.test(this.said) || socket.destroyed || this.ended.aborted) look();
      socket.once('data', look);
      socket.once('close', look);
      this.later(look);
    });
    return message === undefined ? undefined : new FTPError({ code: Number(code), message });
  }

  /** The client is as it was. */
  end(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.client.ftp.socket.off('data', this.hear);
    this.client.ftp.closeWithError = this.closeWithError;
  }

  private readonly hear = (text: Buffer | string): void => {
    this.said += text;
  };

  private later(run: () => void): void {
    this.timers.push(setTimeout(run, lastWordsMs));
  }
}
