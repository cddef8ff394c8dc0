/** Waiting in tests on real time: for a condition, with a limit that only ends a test that hangs. */

/** What takes a second on a quiet machine may take half a minute on a busy one. */
export const patienceMs = 120_000;

const lookAgainMs = 2;

/** Polls, since sockets, files and processes tell in their own time; fails with what `describe` says. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  describe: () => string = () => 'it did not happen',
): Promise<void> {
  for (const end = performance.now() + patienceMs; !(await condition()); ) {
    if (performance.now() > end) throw new Error(`after ${patienceMs / 1_000} s: ${describe()}`);
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
  }
}
