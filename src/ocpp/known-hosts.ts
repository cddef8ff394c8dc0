/** The keys of machines to which files go by SFTP, as they were met for the first time: in the store, within a bound. */
import type { KnownHosts } from '../hal/ports';
import { shape } from '../hal/shapes';
import type { Batch, Commits } from '../hal/store';
import { collection, type StoredValues } from '../hal/stored';

const keys = collection('known-host/', shape.String());
/** Of more the one that was met first is forgotten. */
const hostsMax = 50;

export class KnownHostKeys implements KnownHosts {
  private readonly known: Map<string, string>;

  constructor(
    private readonly commits: Commits,
    stored: StoredValues,
    /** Told of each change by a person, when it is durable. */
    private readonly onChange: (what: string) => void = () => {},
  ) {
    this.known = keys.read(stored);
  }

  /** By the name or address of each, with its port. */
  get all(): ReadonlyMap<string, string> {
    return this.known;
  }

  keyOf(host: string): string | undefined {
    return this.known.get(named(host));
  }

  /** It counts at once: a disk that is full does not keep a file from leaving. */
  meet(host: string, key: string): void {
    void this.commits.commit(this.met(host, key));
  }

  /** As a person says who has it from whoever runs the machine. Resolves when it is durable. */
  async know(host: string, key: string): Promise<void> {
    await this.commits.commit(this.met(host, key));
    this.onChange(`the key of the file server ${host}, by a person at the station`);
  }

  private met(name: string, key: string): Batch {
    const host = named(name);
    this.known.set(host, key);
    const surplus = [...this.known.keys()].slice(0, Math.max(0, this.known.size - hostsMax));
    for (const former of surplus) this.known.delete(former);
    return { put: [keys.entry(host, key)], del: surplus.map((former) => keys.key(former)) };
  }

  /** False: it was not known. Resolves when it is durable. */
  async forget(name: string): Promise<boolean> {
    const host = named(name);
    if (!this.known.delete(host)) return false;
    await this.commits.commit({ put: [], del: [keys.key(host)] });
    this.onChange(`the key of the file server ${host}, forgotten by a person at the station`);
    return true;
  }
}

/** Names of machines are the same in large and small letters (RFC 4343); URLs of SFTP leave them as they are. */
function named(host: string): string {
  return host.toLowerCase();
}
