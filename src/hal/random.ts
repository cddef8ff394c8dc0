/** Random numbers as the core is handed them: from 0 to below 1, and from a seed the same ones every time. */
export type RandomSource = () => number;

/**
 * A linear congruential generator modulo 2^32 (Numerical Recipes' constants): enough for jitter and for worlds that differ,
 * and nothing for secrets. The numbers of a seed are part of what a recorded seed means: they do not change.
 */
export function seeded(seed: number): RandomSource {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
