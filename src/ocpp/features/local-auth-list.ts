/** The local authorisation list: kept by the central system, durable, with a version (OCPP 1.6, 3.5.2, 5.10, 5.15). */

import { shape } from '../../hal/shapes';
import type { Commits } from '../../hal/store';
import { collection, type StoredValues } from '../../hal/stored';
import type { Configuration } from '../config-keys/configuration';
import type { Feature, Handlers, Refused, Reply } from '../feature';
import type { IdTagInfo, RequestOf } from '../messages';
import { type KnownToken, knownTokenShape } from './known-token';

type Update = RequestOf<'SendLocalList'>;

const listed = collection('list/entry/', knownTokenShape);
const listVersion = collection('list/version', shape.Integer());
/** What GetLocalListVersion answers without a list in use (5.10). */
const unsupportedVersion = -1;

export class LocalAuthList implements Feature {
  readonly profile = 'LocalAuthListManagement';
  readonly handlers: Handlers = {
    // 5.10: 0 is an empty list, -1 no list at all.
    GetLocalListVersion: () => ({
      result: { listVersion: !this.inUse() ? unsupportedVersion : this.entries.size === 0 ? 0 : this.version },
    }),
    SendLocalList: (update) => this.update(update),
  };
  private entries: Map<string, KnownToken>;
  private version: number;

  constructor(
    private readonly options: { configuration: Configuration; commits: Commits; supported: () => boolean },
    stored: StoredValues,
  ) {
    this.entries = listed.read(stored);
    // A list that lost an entry is not the one of that version any more: 0 asks the central system for all of it.
    if (listed.lost(stored)) stored.setAside(listVersion.key(''), 'entries of its list were set aside', 0);
    this.version = listVersion.readOne(stored) ?? 0;
  }

  /** What the list says of a token, while it is in use. Expiry is the caller's to judge. */
  find(idTag: string): KnownToken | undefined {
    return this.inUse() ? this.entries.get(idTag.toLowerCase()) : undefined;
  }

  /** What it holds, for people: also while it is not in use. */
  get summary(): { inUse: boolean; version: number; entries: number; accepted: number } {
    const accepted = [...this.entries.values()].filter(({ status }) => status === 'Accepted').length;
    return { inUse: this.inUse(), version: this.version, entries: this.entries.size, accepted };
  }

  private inUse(): boolean {
    return this.options.supported() && this.options.configuration.boolean('LocalAuthListEnabled');
  }

  private async update(update: Update): Promise<Reply<'SendLocalList'>> {
    if (!this.inUse()) return { result: { status: 'NotSupported' }, why: 'LocalAuthListEnabled is false' };
    const next = this.afterUpdate(update);
    if (!(next instanceof Map)) return next;
    const put = [listVersion.entry('', update.listVersion)];
    for (const [name, entry] of next) {
      if (this.entries.get(name) !== entry) put.push(listed.entry(name, entry));
    }
    const del = [...this.entries.keys()].filter((name) => !next.has(name)).map((name) => listed.key(name));
    // Durable before it counts: an answer of Accepted must survive a power cut.
    await this.options.commits.commit({ put, del });
    this.entries = next;
    this.version = update.listVersion;
    return { result: { status: 'Accepted' } };
  }

  /** The list as it would be, or why not. Nothing is changed. */
  private afterUpdate({
    listVersion,
    localAuthorizationList = [],
    updateType,
  }: Update): Map<string, KnownToken> | Refused<'SendLocalList'> {
    const { configuration } = this.options;
    // Errata 3.52: 0 and -1 have a meaning of their own.
    if (listVersion <= 0) return failed(`listVersion: found ${listVersion}, valid is 1 or more`);
    if (updateType === 'Differential' && listVersion <= this.version) {
      return { result: { status: 'VersionMismatch' }, why: `the list has version ${this.version} already` };
    }
    const sent = localAuthorizationList.length;
    const sentMax = configuration.integer('SendLocalListMaxLength');
    if (sent > sentMax) return failed(`${sent} entries; SendLocalListMaxLength is ${sentMax}`);
    const names = new Set(localAuthorizationList.map(({ idTag }) => idTag.toLowerCase()));
    if (names.size !== sent) return failed('an idTag is there twice');
    const next = new Map(updateType === 'Full' ? [] : this.entries);
    for (const { idTag, idTagInfo } of localAuthorizationList) {
      const name = idTag.toLowerCase();
      if (idTagInfo) next.set(name, knownToken(idTag, idTagInfo));
      else if (updateType === 'Full') return failed('an entry of a Full list has no idTagInfo');
      else next.delete(name);
    }
    const most = configuration.integer('LocalAuthListMaxLength');
    return next.size > most
      ? failed(`the list would have ${next.size} entries; LocalAuthListMaxLength is ${most}`)
      : next;
  }
}

function failed(why: string): Refused<'SendLocalList'> {
  return { result: { status: 'Failed' }, why };
}

function knownToken(idTag: string, { status, parentIdTag, expiryDate }: IdTagInfo): KnownToken {
  return {
    idTag,
    status,
    ...(parentIdTag === undefined ? {} : { parentIdTag }),
    ...(expiryDate === undefined ? {} : { expiryDate }),
  };
}
