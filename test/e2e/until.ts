/** Waiting in tests that use real sockets and real time. */

/** Polls, since real sockets tell in their own time; fails with what `describe` says. */
export async function until(
  predicate: () => boolean,
  timeoutMs: number,
  describe: () => string = () => 'it did not happen',
): Promise<void> {
  for (const end = performance.now() + timeoutMs; !predicate(); ) {
    if (performance.now() > end) throw new Error(`after ${timeoutMs} ms: ${describe()}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
