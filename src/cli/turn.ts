/** Lets what has come in from disk and network be worked on before the next piece of a long start. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
