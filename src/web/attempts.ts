/** How often somebody may try to log in: slowed and then locked by address, and bounded in all. Pure. */

/** Failures in a row from one address, and how long the next attempt then waits, in ms; the last holds for all beyond. */
const waitsMs = [0, 0, 0, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 300_000] as const;
/** An address is forgotten when it has been quiet for so long, in ms. */
const forgetAfterMs = 3_600_000;
const addressesMax = 200;
/** In all, from addresses where nobody has logged in yet: so many attempts in so long. */
const allMax = 60;
const allWithinMs = 600_000;
/** Addresses where somebody has logged in; the oldest goes. */
const trustedMax = 20;

interface Tries {
  failures: number;
  openFrom: number;
  forgetAt: number;
}

export class Attempts {
  private readonly byAddress = new Map<string, Tries>();
  /** Where somebody has logged in: attempts from elsewhere do not lock the owner out. */
  private readonly trusted = new Set<string>();
  /** When each of the attempts in all ceases to count, the oldest first. */
  private readonly all: number[] = [];

  /** Counts an attempt as a failure until it has succeeded. Returns 0 if it may be made, else how long to wait, in ms. */
  begin(address: string, now: number): number {
    const from = networkOf(address);
    this.forget(now);
    const tries = this.byAddress.get(from);
    if (tries && tries.openFrom > now) return tries.openFrom - now;
    const isTrusted = this.trusted.has(from);
    const oldest = this.all[0];
    if (!isTrusted && this.all.length >= allMax && oldest !== undefined) return oldest - now;
    if (!isTrusted) this.all.push(now + allWithinMs);
    const failures = (tries?.failures ?? 0) + 1;
    const waitMs = waitsMs[Math.min(failures, waitsMs.length - 1)] ?? 0;
    this.byAddress.delete(from);
    this.byAddress.set(from, { failures, openFrom: now + waitMs, forgetAt: now + forgetAfterMs });
    this.boundAddresses();
    return 0;
  }

  succeeded(address: string): void {
    const from = networkOf(address);
    this.byAddress.delete(from);
    this.trusted.delete(from);
    this.trusted.add(from);
    const [first] = this.trusted;
    if (this.trusted.size > trustedMax && first !== undefined) this.trusted.delete(first);
  }

  private forget(now: number): void {
    while (this.all[0] !== undefined && this.all[0] <= now) this.all.shift();
    for (const [from, { forgetAt }] of this.byAddress) if (forgetAt <= now) this.byAddress.delete(from);
  }

  /** One that is locked stays while there are others: nobody opens his own lock by making up addresses. */
  private boundAddresses(): void {
    if (this.byAddress.size <= addressesMax) return;
    const rows = [...this.byAddress];
    const least = rows.reduce((one, other) => (other[1].failures < one[1].failures ? other : one));
    this.byAddress.delete(least[0]);
  }
}

/** Who has one IPv6 address has all of its network (RFC 6177): the first 64 bits count. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.toLowerCase().split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const middle = tail === undefined ? [] : Array<string>(Math.max(0, 8 - first.length - last.length)).fill('0');
  return [...first, ...middle, ...last].slice(0, 4).join(':');
}
