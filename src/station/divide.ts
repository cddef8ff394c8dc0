/** The division of what there is between those who want of it: as equal as wishes and needs allow; pure. */
import { lowestOfferA } from '../hal/iec61851';

/** Something of which no more may be used than there is: the current of a phase, or the power of the station. */
export interface Budget {
  total: number;
  /** What each wish uses of it for each ampere that it is given; above 0. */
  perA: readonly number[];
}

/**
 * Divides between wishes in A, given in order of seniority. Parts are at least what is needed (6 A where `needsA` says
 * nothing else) or nothing, as equal as wishes and needs allow; no budget is exceeded.
 */
export function divide(
  budgets: readonly Budget[],
  wishesA: readonly number[],
  needsA: readonly number[] = [],
): number[] {
  const need = (index: number) => needsA[index] ?? lowestOfferA;
  const used = budgets.map(() => 0);
  const admitted = wishesA.flatMap((wish, index) => {
    const after = budgets.map((b, i) => (used[i] ?? 0) + need(index) * (b.perA[index] ?? 0));
    if (wish < need(index) || budgets.some((b, i) => (after[i] ?? 0) > b.total)) return [];
    used.splice(0, used.length, ...after);
    return [index];
  });
  // Everybody gets up to one level, but what it needs in any case and never more than it wishes: the level that fits.
  const partAt = (level: number, index: number) => Math.min(wishesA[index] ?? 0, Math.max(need(index), level));
  const restAt = ({ total, perA }: Budget, level: number) =>
    total - admitted.reduce((sum, index) => sum + partAt(level, index) * (perA[index] ?? 0), 0);
  const knees = admitted.flatMap((index) => [need(index), wishesA[index] ?? 0]);
  const level = Math.max(0, ...knees.filter((knee) => budgets.every((b) => restAt(b, knee) >= 0)));
  const open = admitted.filter((index) => need(index) <= level && (wishesA[index] ?? 0) > level);
  const rests = budgets.map((b) => restAt(b, level) / open.reduce((sum, index) => sum + (b.perA[index] ?? 0), 0));
  const parts = wishesA.map((_, index) => (admitted.includes(index) ? partAt(level, index) : 0));
  for (const index of open) parts[index] = level + Math.min(...rests);
  return parts;
}
