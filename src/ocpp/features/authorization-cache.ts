/** Authorisation cache: what the central system said of tokens, durable (OCPP 1.6, 3.5.1; errata 3.4). */
import type { Clock } from '../../hal/clock';
import { shape } from '../../hal/shapes';
import { type Batch, type Commits, flushLaterMs } from '../../hal/store';
import { collection, type StoredValues } from '../../hal/stored';
import type { Feature, Handlers } from '../feature';
import type { IdTagInfo } from '../messages';
import type { WallTime } from '../wall-time';
import { type KnownToken, knownTokenShape, withExpiry } from './known-token';

interface Cached extends KnownToken {
  /** Order of entry, for replacing the oldest. */
  order: number;
}

const tokens = collection('cache/', shape.Object({ ...knownTokenShape.properties, order: shape.Number() }));
const entriesMax = 500;

export class AuthorizationCache implements Feature {
  readonly profile = 'Core';
  readonly handlers: Handlers = {
    // Errata 3.23: without a cache Rejected.
    ClearCache: async () => {
      if (!this.options.enabled()) return { result: { status: 'Rejected' }, why: 'AuthorizationCacheEnabled is false' };
      await this.clear();
      return { result: { status: 'Accepted' } };
    },
  };
  private readonly entries: Map<string, Cached>;
  private order = 0;

  constructor(
    private readonly options: { clock: Clock; wall: WallTime; commits: Commits; enabled: () => boolean },
    stored: StoredValues,
  ) {
    this.entries = tokens.read(stored);
    for (const { order } of this.entries.values()) this.order = Math.max(this.order, order);
  }

  /** What the cache knows; a valid entry past its expiry date is Expired. */
  find(idTag: string): KnownToken | undefined {
    if (!this.options.enabled()) return undefined;
    const cached = this.entries.get(idTag.toLowerCase());
    return cached && withExpiry(cached, this.options.wall.at(this.options.clock.now()));
  }

  /** What it holds, for people: also while it is not in use. */
  get summary(): { inUse: boolean; entries: number; accepted: number } {
    const accepted = [...this.entries.values()].filter(({ status }) => status === 'Accepted').length;
    return { inUse: this.options.enabled(), entries: this.entries.size, accepted };
  }

  /** Updated from Authorize, StartTransaction and StopTransaction confirmations. */
  learn(idTag: string, info: IdTagInfo): Promise<void> {
    if (!this.options.enabled()) return Promise.resolve();
    const name = idTag.toLowerCase();
    const { status, parentIdTag, expiryDate } = info;
    const known = this.entries.get(name);
    if (known?.status === status && known.parentIdTag === parentIdTag && known.expiryDate === expiryDate)
      return Promise.resolve();
    this.order += 1;
    const cached: Cached = {
      idTag,
      status,
      order: this.order,
      ...(parentIdTag === undefined ? {} : { parentIdTag }),
      ...(expiryDate === undefined ? {} : { expiryDate }),
    };
    const batch: Batch = { put: [tokens.entry(name, cached)], del: this.makeRoom(name) };
    this.entries.set(name, cached);
    // A token that is not to charge must be known after a power cut; that one may is asked again.
    return this.options.commits.commit(batch, status === 'Accepted' ? flushLaterMs : 0);
  }

  clear(): Promise<void> {
    const del = [...this.entries.keys()].map((name) => tokens.key(name));
    this.entries.clear();
    return this.options.commits.commit({ put: [], del });
  }

  /** Full: the oldest entry that is not valid goes, else the oldest (errata 3.4). */
  private makeRoom(name: string): string[] {
    if (this.entries.has(name) || this.entries.size < entriesMax) return [];
    const oldest = [...this.entries].sort(([, a], [, b]) => rank(a) - rank(b))[0];
    if (!oldest) return [];
    this.entries.delete(oldest[0]);
    return [tokens.key(oldest[0])];
  }
}

function rank(c: Cached): number {
  return c.status === 'Accepted' ? c.order + Number.MAX_SAFE_INTEGER / 2 : c.order;
}
