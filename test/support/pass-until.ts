/** Passes virtual time in steps until something is true; a test that waits for what never comes fails instead of hanging. */
export async function passUntil(
  what: string,
  isTrue: () => boolean,
  pass: (ms: number) => Promise<void>,
  { stepMs = 50, withinMs = 30_000 }: { stepMs?: number; withinMs?: number } = {},
): Promise<void> {
  for (let passedMs = 0; !isTrue(); passedMs += stepMs) {
    if (passedMs >= withinMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    await pass(stepMs);
  }
}
