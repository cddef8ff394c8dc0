/** Passwords by scrypt (RFC 7914), one at a time: each takes 32 MB and a good part of a second on a small machine. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { HashedPassword } from '../local/page-password';

/** N; with r = 8 and p = 1 it is 32 MB. */
export const usualCost = 2 ** 15;
const blockSize = 8;
const memoryBytesMax = 64 << 20;
const hashBytes = 32;
const saltBytes = 16;
const waitingMax = 8;

export class PasswordHasher {
  private waiting = 0;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly cost = usualCost) {}

  /** Whether there is room for one more; who comes then is told to come back. */
  get isFull(): boolean {
    return this.waiting >= waitingMax;
  }

  async hash(password: string): Promise<HashedPassword> {
    const salt = randomBytes(saltBytes);
    const hash = await this.derive(password, salt, this.cost);
    return { salt: salt.toString('base64'), hash: hash.toString('base64'), cost: this.cost };
  }

  async matches(password: string, { salt, hash, cost }: HashedPassword): Promise<boolean> {
    const kept = Buffer.from(hash, 'base64');
    const derived = await this.derive(password, Buffer.from(salt, 'base64'), cost);
    return kept.length === derived.length && timingSafeEqual(kept, derived);
  }

  private derive(password: string, salt: Buffer, cost: number): Promise<Buffer> {
    this.waiting += 1;
    // The same letters count as the same, however a keyboard composes them.
    const text = password.normalize('NFC');
    const derived = this.last.then(
      () =>
        new Promise<Buffer>((resolve, reject) => {
          const options = { N: cost, r: blockSize, p: 1, maxmem: memoryBytesMax };
          scrypt(text, salt, hashBytes, options, (error, key) => (error ? reject(error) : resolve(key)));
        }),
    );
    this.last = derived.catch(() => undefined);
    return derived.finally(() => {
      this.waiting -= 1;
    });
  }
}
