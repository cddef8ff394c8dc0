/** The token by which a monitoring system reads the station's metrics, and nothing else: kept as a hash, told once. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { shape } from '../hal/shapes';
import type { Commits } from '../hal/store';
import { collection, type StoredValues } from '../hal/stored';

/** SHA-256 in base64: what is hashed is random, so nobody tries all that it could be, and each request is checked at once. */
const hashedToken = collection('pages/metrics-token', shape.String());
const tokenBytes = 32;

export class MetricsToken {
  private kept: Buffer | undefined;

  constructor(
    private readonly commits: Commits,
    stored: StoredValues,
    /** Told of each change, when it is durable. */
    private readonly onChange: (what: string) => void = () => {},
  ) {
    const hash = hashedToken.readOne(stored);
    this.kept = hash === undefined ? undefined : Buffer.from(hash, 'base64');
  }

  /** Resolves with a new one when it is durable; the one before is worth nothing from then on. */
  async make(): Promise<string> {
    const token = randomBytes(tokenBytes).toString('base64url');
    const hash = hashOf(token);
    await this.commits.commit({ put: [hashedToken.entry('', hash.toString('base64'))], del: [] });
    this.kept = hash;
    this.onChange('the token for metrics, made by a person at the station');
    return token;
  }

  /** Resolves when it is durable that there is none. */
  async revoke(): Promise<void> {
    await this.commits.commit({ put: [], del: [hashedToken.key('')] });
    this.kept = undefined;
    this.onChange('the token for metrics, taken away by a person at the station');
  }

  fits(token: string): boolean {
    const hash = hashOf(token);
    return this.kept?.length === hash.length && timingSafeEqual(this.kept, hash);
  }
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
