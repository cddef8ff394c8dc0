/** What the station remembers of tokens: the local list first, then the cache (OCPP 1.6, 3.5.3). */
import type { IdTagInfo } from '../messages';
import type { AuthorizationCache } from './authorization-cache';
import { type KnownToken, withExpiry } from './known-token';
import type { LocalAuthList } from './local-auth-list';

export class LocalAuthorization {
  private conflict: (idTag: string) => void = () => {};

  constructor(
    readonly list: LocalAuthList,
    readonly cache: AuthorizationCache,
    private readonly nowUnixMs: () => number | undefined,
  ) {}

  /** From now on `listener` hears when the central system contradicts its own list (3.5.2). */
  onConflict(listener: (idTag: string) => void): void {
    this.conflict = listener;
  }

  find(idTag: string): KnownToken | undefined {
    const listed = this.list.find(idTag);
    return listed ? withExpiry(listed, this.nowUnixMs()) : this.cache.find(idTag);
  }

  /** What a confirmation says of a token. A listed token is never cached; its list changes by SendLocalList only. */
  async learn(idTag: string, info: IdTagInfo): Promise<void> {
    const listed = this.list.find(idTag);
    if (!listed) {
      await this.cache.learn(idTag, info);
      return;
    }
    // ConcurrentTx tells of the moment, not of the token.
    const believed = withExpiry(listed, this.nowUnixMs()).status;
    if (info.status !== 'ConcurrentTx' && believed !== info.status) this.conflict(idTag);
  }
}
