/** The password of the station's pages as it is kept: never itself, only its hash, and durable before it counts. */

import { shape } from '../hal/shapes';
import type { Commits } from '../hal/store';
import { collection, type StoredValues } from '../hal/stored';

/** Salt and hash in base64; `cost` is scrypt's N (RFC 7914). */
export interface HashedPassword {
  salt: string;
  hash: string;
  cost: number;
}

const hashedPassword = collection(
  'pages/password',
  shape.Object({ salt: shape.String(), hash: shape.String(), cost: shape.Integer() }),
);
/** Stands in the place of one that cannot be read: no password fits. */
const sealed: HashedPassword = { salt: '', hash: '', cost: 0 };

export class PagePassword {
  private kept: HashedPassword | undefined;

  constructor(
    private readonly commits: Commits,
    stored: StoredValues,
    /** Told of each change, when it is durable. */
    private readonly onChange: (what: string) => void = () => {},
  ) {
    this.kept = hashedPassword.readOne(stored);
    if (this.kept !== undefined || !hashedPassword.lost(stored)) return;
    // Whoever damages it, or cuts the power well, must not come to the password of the first connection by that.
    this.kept = sealed;
    stored.setAside(hashedPassword.key(''), 'the password of the pages cannot be read', { ...sealed });
  }

  /** Undefined: none was chosen, that of the first connection holds. */
  get hashed(): HashedPassword | undefined {
    return this.kept;
  }

  /** What was kept cannot be read: nobody logs in until somebody at the station resets it. */
  get isSealed(): boolean {
    return this.kept?.hash === '';
  }

  /** Resolves when it is durable, and holds from then on. */
  async change(hashed: HashedPassword): Promise<void> {
    await this.commits.commit({ put: [hashedPassword.entry('', hashed)], del: [] });
    this.kept = hashed;
    this.onChange('the password of the pages, by a person who has logged in');
  }

  /** Back to that of the first connection. */
  async reset(): Promise<void> {
    await this.commits.commit({ put: [], del: [hashedPassword.key('')] });
    this.kept = undefined;
    this.onChange('the password of the pages, back to the first one, by a person at the station');
  }
}
