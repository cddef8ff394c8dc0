/** Lists of revoked certificates that a person has installed: each is signed by an authority that the station trusts. */
import type { X509Certificate } from 'node:crypto';
import { messageOf } from '../../hal/errors';
import { shape } from '../../hal/shapes';
import type { Commits } from '../../hal/store';
import { collection, type StoredValues } from '../../hal/stored';
import type { InstalledRoots } from './installed-roots';
import type { RevocationList } from './revocation-list';

/** By the authority: SHA-256 of its name and key. */
const lists = collection('security/revoked/', shape.Object({ pem: shape.String() }));

/** Of one file. A list has 40 bytes for each certificate, so this is one of 25,000. */
export const revocationBytesMax = 1024 * 1024;
/** One for each authority. */
export const revocationListsMax = 16;

export type RefusedList = 'tooLarge' | 'unreadable' | 'authorityUnknown' | 'older' | 'tooMany';

/** What was installed, for people. */
export interface InstalledList {
  /** Name of the authority. */
  authority: string;
  /** How many certificates it names. */
  certificates: number;
  /** In ms of Unix time: when it was made, and when the next one was to come; undefined: it does not say. */
  thisUpdateMs: number;
  nextUpdateMs: number | undefined;
}

interface KeptList {
  pem: string;
  /** Read when somebody asks. */
  read?: RevocationList;
}

interface NewList extends InstalledList {
  name: string;
  pem: string;
}

export class RevocationLists {
  private kept: ReadonlyMap<string, KeptList>;
  private listener: (what: string) => void = () => {};

  constructor(
    private readonly commits: Commits,
    stored: StoredValues,
    private readonly roots: Pick<InstalledRoots, 'all'>,
    /** Unix time in ms; undefined while it is not known. */
    private readonly unixNow: () => number | undefined,
  ) {
    this.kept = new Map(lists.read(stored));
  }

  /** From now on `listener` hears of each change, in words. */
  watch(listener: (what: string) => void): void {
    this.listener = listener;
  }

  /**
   * Takes the lists in a file of PEM or one in DER, each in the place of the one before of its authority. That is a root that is
   * installed, or one between that stands in the same file and leads to such a root. All of them count, or none. Resolves when it
   * is durable; rejects with what the disk says.
   */
  async install(bytes: Uint8Array): Promise<InstalledList[] | { refused: string; code: RefusedList }> {
    const found = this.newLists(bytes);
    if ('refused' in found) return found;
    await this.commits.commit({ put: found.map(({ name, pem }) => lists.entry(name, { pem })), del: [] });
    this.kept = new Map([...this.kept, ...found.map(({ name, pem }) => [name, { pem }] as const)]);
    for (const { authority, certificates } of found) {
      this.listener(`a list of ${certificates} revoked certificates of ${authority} was installed`);
    }
    return found.map(({ name: _, pem: __, ...installed }) => installed);
  }

  /** A list goes on counting after the date of the next one: what was revoked stays so. */
  isRevoked(certificate: X509Certificate): boolean {
    if (this.kept.size === 0) return false;
    const { fieldsOfCertificate, isSameName } =
      require('./certificate-fields') as typeof import('./certificate-fields');
    const { issuer, serialNumber } = fieldsOfCertificate(certificate.raw);
    return [...this.kept.values()].some((one) => {
      const list = listOf(one);
      return isSameName(list.issuer, issuer) && list.serialNumbers.has(serialNumber);
    });
  }

  /** As OpenSSL takes them. */
  asPem(): string[] {
    return [...this.kept.values()].map(({ pem }) => pem);
  }

  private newLists(bytes: Uint8Array): NewList[] | { refused: string; code: RefusedList } {
    if (bytes.length > revocationBytesMax) {
      return { refused: `a file of lists has at most ${revocationBytesMax} bytes`, code: 'tooLarge' };
    }
    const { listsIn } = require('./revocation-list') as typeof import('./revocation-list');
    const found: NewList[] = [];
    for (const der of listsIn(bytes)) {
      const one = this.newList(der, bytes);
      if ('refused' in one) return one;
      found.push(one);
    }
    const all = new Set([...this.kept.keys(), ...found.map(({ name }) => name)]);
    if (all.size <= revocationListsMax) return found;
    return { refused: `lists of ${revocationListsMax} authorities are the most`, code: 'tooMany' };
  }

  private newList(der: Uint8Array, file: Uint8Array): NewList | { refused: string; code: RefusedList } {
    const { pemOfList, readRevocationList } = require('./revocation-list') as typeof import('./revocation-list');
    let list: RevocationList;
    try {
      list = readRevocationList(der);
    } catch (error) {
      return { refused: `the list cannot be read (${messageOf(error)})`, code: 'unreadable' };
    }
    const authority = this.authorityOf(list, file);
    if (authority === undefined) {
      const refused =
        'the list is signed by no authority that is installed, or that leads to one and stands in the same file';
      return { refused, code: 'authorityUnknown' };
    }
    const name = nameOfAuthority(authority, list.issuer);
    const before = this.kept.get(name);
    if (before && listOf(before).thisUpdateMs > list.thisUpdateMs) {
      return { refused: 'a newer list of the same authority is installed', code: 'older' };
    }
    const { thisUpdateMs, nextUpdateMs, serialNumbers } = list;
    const words = (authority.subject ?? '').replaceAll(/\s*\n\s*/g, ', ');
    return {
      name,
      pem: pemOfList(der),
      authority: words,
      certificates: serialNumbers.size,
      thisUpdateMs,
      nextUpdateMs,
    };
  }

  /** Whose name the list bears, who has signed it, and who may sign lists (RFC 5280, 6.3.3, f and g). */
  private authorityOf(list: RevocationList, file: Uint8Array): X509Certificate | undefined {
    const { X509Certificate } = require('node:crypto') as typeof import('node:crypto');
    const { pathTo, readCertificates } = require('./certificate-path') as typeof import('./certificate-path');
    const { allowsKeyUsage, fieldsOfCertificate, isSameName } =
      require('./certificate-fields') as typeof import('./certificate-fields');
    const roots = this.roots.all.map(({ pem }) => new X509Certificate(pem));
    const read = readCertificates(Buffer.from(file).toString('latin1'));
    const given = 'refused' in read ? [] : read;
    const isTrusted = (one: X509Certificate): boolean =>
      !('refused' in pathTo(one, { between: given, roots, nowMs: this.unixNow() }));
    return [...roots, ...given.filter((one) => one.ca && isTrusted(one))].find((one) => {
      const fields = fieldsOfCertificate(one.raw);
      return (
        isSameName(fields.subject, list.issuer) && allowsKeyUsage(fields, 'crlSign') && list.isSignedBy(one.publicKey)
      );
    });
  }
}

function listOf(kept: KeptList): RevocationList {
  if (!kept.read) {
    const { listsIn, readRevocationList } = require('./revocation-list') as typeof import('./revocation-list');
    const [der = new Uint8Array()] = listsIn(Buffer.from(kept.pem));
    kept.read = readRevocationList(der);
  }
  return kept.read;
}

/** Two authorities may bear one name: a root that was renewed has another key. */
function nameOfAuthority({ publicKey }: X509Certificate, name: Uint8Array): string {
  const { createHash } = require('node:crypto') as typeof import('node:crypto');
  const key = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(name).update(key).digest('hex');
}
