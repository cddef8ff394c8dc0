/** What of an update takes long: fetching the file, verifying it, putting the release into a slot, and beginning its trial. */
import { type ErrorCode, GreenupError, messageOf } from '../../hal/errors';
import type { FileSignatureKind } from '../../hal/firmware-updates';
import type { UpdateHost } from '../../hal/update-host';
import { spareBytesMin } from '../tree';
import { download } from './download';
import type { VerifiedRelease } from './package-gate';
import type { StoredUpdate } from './stored-update';
import type { UpdatePorts } from './update-ports';
import type { UpdateEvent } from './update-step';

/** One try to fetch the file takes no longer than this, in ms; the next one goes on where it was. */
export const downloadTryMaxMs = 2 * 3_600_000;

interface WorkEvents {
  post(id: string, event: UpdateEvent): void;
  progress(id: string, doneBytes: number): void;
}

export class UpdateWork {
  private running = new AbortController();
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly host: UpdateHost,
    private readonly ports: UpdatePorts,
    private readonly events: WorkEvents,
  ) {}

  /** One after the other; each ends by an event. */
  start(what: 'fetch' | 'verify' | 'place' | 'begin', update: StoredUpdate): void {
    const running = new AbortController();
    this.running = running;
    const post = (event: UpdateEvent): void => this.events.post(update.id, event);
    this.last = this.last.then(() => this[what](update, post, running.signal));
  }

  abort(): void {
    this.running.abort();
  }

  /** Resolves when nothing is worked on. */
  ended(): Promise<void> {
    return this.last;
  }

  async discard(): Promise<void> {
    await this.ports.files.remove();
    await this.ports.staging.remove();
  }

  private async fetch(update: StoredUpdate, post: (event: UpdateEvent) => void, signal: AbortSignal): Promise<void> {
    const { clock, transfer, log } = this.host;
    const { source, part } = update;
    const own = new AbortController();
    const cancel = clock.at(clock.now() + downloadTryMaxMs, () => own.abort());
    try {
      if (source.from !== 'url' || !transfer)
        throw new GreenupError('transfer.unsupported', 'no file can be fetched here');
      const { url, credentials } = source;
      const bytes = await download({
        ...{ transfer, part, files: this.ports.files, markBytes: this.ports.markBytes },
        request: { url, ...(credentials ? { credentials } : {}), signal: AbortSignal.any([signal, own.signal]) },
        onBegin: ({ fromByte, totalBytes }) => {
          this.events.progress(update.id, fromByte);
          post({ kind: 'began', totalBytes });
        },
        onProgress: (doneBytes) => this.events.progress(update.id, doneBytes),
        onMark: (bytes, validator) => post({ kind: 'marked', bytes, validator }),
      });
      post({ kind: 'fetched', bytes });
    } catch (error) {
      if (!signal.aborted)
        log.warn({ retriesLeft: update.retriesLeft }, `an update could not be fetched: ${messageOf(error)}`);
      post({ kind: 'fetchFailed', reason: messageOf(error), isFinal: isFinal(error) });
    } finally {
      cancel();
    }
  }

  private async verify(update: StoredUpdate, post: (event: UpdateEvent) => void): Promise<void> {
    await this.orFailed(post, async () => {
      const { names, version, signature } = await this.verified(update);
      const { slots } = this.ports;
      const { good } = await slots.versions();
      const running = slots.running()?.version;
      const isUsed = (name: string): boolean => name === running && name === good;
      const release = names.find((name) => !isUsed(name)) ?? names[0];
      if (signature) {
        const facts = { signature, request: update.signed?.request };
        this.host.log.info(facts, `the file of an update is what was signed: ${signature} with SHA-256`);
      }
      post({ kind: 'verified', release, version, runs: isUsed(release), signature });
    });
  }

  private async place(update: StoredUpdate, post: (event: UpdateEvent) => void): Promise<void> {
    await this.orFailed(post, async () => {
      const { slots, staging } = this.ports;
      const { release = '', source } = update;
      const { good, trial } = await slots.versions();
      if (trial) throw new GreenupError('command.invalid', `release ${trial.version} is on trial`);
      // A good release lies there whole: to be put in its own place it would have to go first.
      if (source.from !== 'slot' && release !== good) {
        const verified = await this.verified(update);
        await staging.remove();
        await this.checkRoom(verified);
        await verified.unpackTo(staging.folder);
        await slots.install(staging.folder, release);
        await staging.remove();
      }
      post({ kind: 'placed', running: slots.running()?.version });
    });
  }

  /** What could not be begun is not left half begun, so that no start runs it. */
  private async begin(update: StoredUpdate, post: (event: UpdateEvent) => void): Promise<void> {
    const { slots } = this.ports;
    try {
      await slots.beginTrial(update.release ?? '');
    } catch (error) {
      await slots.back('could not be put on trial').catch(() => {});
      post({ kind: 'failed', reason: messageOf(error) });
      return;
    }
    this.host.restart();
  }

  /** The signature over the whole file is looked at before anything in it. */
  private async verified(
    update: StoredUpdate,
  ): Promise<VerifiedRelease & { signature: FileSignatureKind | undefined }> {
    const { gate, files } = this.ports;
    const { source, allowsDowngrade = false } = update;
    const signature = await this.signature(update);
    const name = source.from === 'url' ? fileNameOf(source.url) : undefined;
    const release = await gate.verify(files.path, { name, unixMs: this.host.unixNow(), allowsDowngrade });
    return { ...release, signature };
  }

  private async signature({ signed }: StoredUpdate): Promise<FileSignatureKind | undefined> {
    if (!signed) return undefined;
    const objection = this.host.objectionTo?.(signed.signer);
    if (objection !== undefined) throw new WrongSignature(objection);
    const { signatureOf } = require('./file-signature') as typeof import('./file-signature');
    const found = await (this.ports.signatureOf ?? signatureOf)(this.ports.files.path, signed);
    if (!found) throw new WrongSignature(notSigned);
    return found;
  }

  private async checkRoom({ bytes }: VerifiedRelease): Promise<void> {
    const { staging } = this.ports;
    const [need, free] = [bytes + spareBytesMin, await staging.freeBytes()];
    if (free >= need) return;
    const [needed, left] = [need, free].map((value) => `${Math.ceil(value / 1_000_000)} MB`);
    throw new GreenupError('store.failed', `installing needs ${needed} of free space, and there are ${left}`);
  }

  private async orFailed(post: (event: UpdateEvent) => void, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.host.log.warn({}, `an update could not be installed: ${messageOf(error)}`);
      post({ kind: 'failed', reason: messageOf(error), at: failedAt(error) });
    }
  }
}

const notSigned =
  'the file is not what was signed; valid: RSASSA-PSS, RSASSA-PKCS1-v1_5 or ECDSA, with SHA-256 over the whole file (ECSchnorr is not known here)';

class WrongSignature extends GreenupError {
  constructor(why: string) {
    super('package.untrusted', why);
  }
}

const packageCodes: readonly ErrorCode[] = ['package.invalid', 'package.untrusted', 'package.unfit'];

function failedAt(error: unknown): 'signature' | 'package' | undefined {
  if (error instanceof WrongSignature) return 'signature';
  return error instanceof GreenupError && packageCodes.includes(error.code) ? 'package' : undefined;
}

/** The last part of the path; undefined where there is none. */
function fileNameOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).pathname.split('/').at(-1) || undefined : undefined;
}

/** Another try would find the same. */
function isFinal(error: unknown): boolean {
  return (
    error instanceof GreenupError && (error.code === 'transfer.unsupported' || error.code === 'transfer.untrusted')
  );
}
