/** What the station remembers of tokens: the local list first, then the cache (OCPP 1.6, 3.5.3). */
import type { IdTagInfo } from '../messages';
import { type AuthorizationCache, type KnownToken, withExpiry } from './authorization-cache';
import type { LocalAuthList } from './local-auth-list';

export class LocalAuthorization {
  constructor(
    private readonly list: LocalAuthList,
    private readonly cache: AuthorizationCache,
    private readonly nowUnixMs: () => number | undefined,
    /** The central system contradicts its own list (3.5.2). */
    private readonly onConflict: (idTag: string) => void,
  ) {}

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
    if (info.status !== 'ConcurrentTx' && believed !== info.status) this.onConflict(idTag);
  }
}
