/** The certificates of authorities that were installed: whom the station trusts as central system, and as maker of firmware. */
import { shape } from '../../hal/shapes';
import type { Commits } from '../../hal/store';
import { collection, type StoredValues } from '../../hal/stored';
import type { RequestOf } from '../messages';
import type { Authority } from './certificate';

export type CertificateUse = RequestOf<'InstallCertificate'>['certificateType'];

/** By use and fingerprint: the same certificate may serve both. */
const roots = collection(
  'security/root/',
  shape.Object({ pem: shape.String(), signer: shape.Optional(shape.String()) }),
);

/** A connection has rested on one for central systems. */
const proven = collection('security/roots-proven', shape.Literal(true));

export interface InstalledRoot extends Authority {
  use: CertificateUse;
}

export class InstalledRoots {
  private installed: readonly InstalledRoot[];
  private isProven: boolean;
  private listener: (what: string) => void = () => {};

  constructor(
    private readonly commits: Commits,
    stored: StoredValues,
    /** For central systems, until it ends: they are stored nowhere. */
    provided: readonly Authority[] = [],
  ) {
    const found = [...roots.read(stored)].flatMap(([name, kept]) => {
      const [use, fingerprint] = name.split('/');
      return isUse(use) && fingerprint !== undefined ? [{ use, fingerprint, ...kept }] : [];
    });
    const known = new Set(found.map(nameOf));
    const others = provided.map((root): InstalledRoot => ({ use: 'CentralSystemRootCertificate', ...root }));
    this.installed = [...found, ...others.filter((root) => !known.has(nameOf(root)))];
    this.isProven = proven.readOne(stored) ?? false;
  }

  /**
   * Whether those for central systems count alone. Until one of them has carried a connection, whom the station trusted before
   * counts as well: a root that was installed by mistake must not lock the station out.
   */
  get areProven(): boolean {
    return this.isProven;
  }

  /** A connection rests on this root. The one whose place it takes is not needed any more (M05.FR.12). */
  carried(fingerprint: string): void {
    const found = this.of('CentralSystemRootCertificate').find((root) => root.fingerprint === fingerprint);
    if (!found) return;
    if (!this.isProven) {
      this.isProven = true;
      void this.commits.commit({ put: [proven.entry('', true)], del: [] });
    }
    const former = this.formerOf(found);
    if (former) void this.remove(former);
  }

  /** The root whose place this one takes, as long as it is there as a fallback (M05.FR.11). */
  formerOf({ use, signer }: InstalledRoot): InstalledRoot | undefined {
    return signer === undefined ? undefined : this.of(use).find(({ pem }) => pem === signer);
  }

  /** From now on `listener` hears of each change, in words. */
  watch(listener: (what: string) => void): void {
    this.listener = listener;
  }

  get all(): readonly InstalledRoot[] {
    return this.installed;
  }

  of(use: CertificateUse): readonly InstalledRoot[] {
    return this.installed.filter((root) => root.use === use);
  }

  /** Resolves when it is durable, and counts from then on; `gone` goes in the same commit. Rejects with what the disk says. */
  async install(use: CertificateUse, authority: Authority, gone: readonly InstalledRoot[] = []): Promise<void> {
    const { fingerprint, ...kept } = authority;
    const name = nameOf({ use, fingerprint });
    const del = gone.map(nameOf).filter((other) => other !== name);
    await this.commits.commit({ put: [roots.entry(name, kept)], del: del.map((other) => roots.key(other)) });
    const others = this.installed.filter((root) => ![name, ...del].includes(nameOf(root)));
    this.installed = [...others, { use, ...authority }];
    this.listener(`${use} ${fingerprint} was installed`);
  }

  /** Resolves when it is durable. */
  async remove({ use, fingerprint }: InstalledRoot): Promise<void> {
    const left = this.installed.filter((root) => nameOf(root) !== nameOf({ use, fingerprint }));
    const isLast = !left.some((root) => root.use === 'CentralSystemRootCertificate');
    const del = [roots.key(nameOf({ use, fingerprint })), ...(isLast ? [proven.key('')] : [])];
    await this.commits.commit({ put: [], del });
    this.installed = left;
    if (isLast) this.isProven = false;
    this.listener(`${use} ${fingerprint} was deleted`);
  }
}

function nameOf({ use, fingerprint }: Pick<InstalledRoot, 'use' | 'fingerprint'>): string {
  return `${use}/${fingerprint}`;
}

function isUse(text: string | undefined): text is CertificateUse {
  return text === 'CentralSystemRootCertificate' || text === 'ManufacturerRootCertificate';
}
