/** The request for which a certificate of the station is to come: stored with the name of its key until the certificate has come, or nothing will. */
import { shape } from '../../hal/shapes';
import type { Commits } from '../../hal/store';
import { collection, type StoredValues } from '../../hal/stored';
import type { StationKeys } from './station-keys';

const requested = collection(
  'security/certificate-request',
  shape.Object({ keyName: shape.String(), csr: shape.String(), isTaken: shape.Boolean() }),
);

export interface PendingRequest {
  keyName: string;
  /** In PEM. */
  csr: string;
  /** The central system has said that it works on it. */
  isTaken: boolean;
}

export class CertificateRequests {
  private pending: PendingRequest | undefined;

  constructor(
    private readonly commits: Commits,
    private readonly keys: StationKeys,
    stored: StoredValues,
  ) {
    this.pending = requested.readOne(stored);
  }

  async load(): Promise<void> {
    if (this.pending) await this.keys.read(this.pending.keyName);
  }

  /** Undefined: none waits. */
  get present(): Readonly<PendingRequest> | undefined {
    return this.pending;
  }

  /** From now on a certificate for this request is to come, and none for the one before. Resolves when that is durable. */
  async begin({ key, csr }: { key: string; csr: string }): Promise<void> {
    const keyName = await this.keys.keep(key);
    const before = this.pending;
    const pending = { keyName, csr, isTaken: false };
    await this.commits.commit({ put: [requested.entry('', pending)], del: [] });
    this.pending = pending;
    if (before) await this.keys.drop(before.keyName);
  }

  /** The central system works on it. */
  taken(): void {
    if (!this.pending) return;
    this.pending = { ...this.pending, isTaken: true };
    void this.commits.commit({ put: [requested.entry('', this.pending)], del: [] });
  }

  /** Nothing comes of it: its key goes when that is durable. */
  async end(): Promise<void> {
    const { pending } = this;
    if (!pending) return;
    this.pending = undefined;
    await this.commits.commit({ put: [], del: this.keysOfStore });
    await this.keys.drop(pending.keyName);
  }

  /** What goes from the store in the commit that has the certificate. */
  get keysOfStore(): string[] {
    return [requested.key('')];
  }

  /** That commit is durable; another request may have begun meanwhile. */
  done(request: Readonly<PendingRequest>): void {
    if (this.pending === request) this.pending = undefined;
  }
}
