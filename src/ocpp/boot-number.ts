/** The number of a boot, with which ids of messages and transactions are unique over all boots. */
import { shape } from '../hal/shapes';
import { collection, type StoredValues } from '../hal/stored';
import { lastBootSeen } from './wall-time';

export const bootCount = collection('boot/count', shape.Integer());
/** Boots that never came to know their time leave no trace but the count. */
const bootsUnseenMax = 10_000;

/** How many boots there were; of a count that cannot be read more than there can have been since the last one known. */
export function lastBoot(stored: StoredValues): number {
  const counted = bootCount.readOne(stored);
  if (counted !== undefined) return counted;
  return stored.has(bootCount.key('')) ? lastBootSeen(stored) + bootsUnseenMax : 0;
}

/**
 * Of a start on a full disk, which could not store `next`: a number that no start after it is likely to take again. `random`
 * is from 0 to 1.
 */
export function bootWithoutDisk(next: number, random: () => number): number {
  return next + 1 + Math.floor(random() * bootsUnseenMax);
}
