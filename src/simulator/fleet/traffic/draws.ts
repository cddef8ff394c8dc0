/** Random numbers of one part of the life of one station: the same ones in every fleet that this station is in. */
import { type RandomSource, seeded } from '../../../hal/random';
import type { TimeSpan, Weighted } from './traffic';

/** `part` names what they are for, so that more draws of one part change nothing of another. */
export function drawsOf(seed: number, index: number, part: string): RandomSource {
  return seeded(mixed(mixed(mixed(seed >>> 0) ^ index) ^ digestOf(part)));
}

export function within({ fromMs, toMs }: TimeSpan, draw: RandomSource): number {
  return Math.round(fromMs + draw() * (toMs - fromMs));
}

/** One of these, by their shares; there is at least one. */
export function chosen<T>(choices: readonly Weighted<T>[], draw: RandomSource): Weighted<T> {
  const total = choices.reduce((sum, { share }) => sum + share, 0);
  let left = draw() * total;
  for (const choice of choices) {
    left -= choice.share;
    if (left < 0) return choice;
  }
  return choices[choices.length - 1] as Weighted<T>;
}

/** Until the next of what comes at this rate by chance, in the unit of the rate's time; infinite at no rate. */
export function untilNext(rate: number, draw: RandomSource): number {
  return rate > 0 ? -Math.log(1 - draw()) / rate : Number.POSITIVE_INFINITY;
}

/** Numbers that are near each other become numbers that are not: the finaliser of MurmurHash3. */
function mixed(value: number): number {
  let hash = value >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** FNV-1a. */
function digestOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
