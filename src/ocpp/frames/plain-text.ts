/** Words of others in one line of ours: without what moves a terminal, and no longer than wanted. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

export function plainText(text: string, charactersMax: number): string {
  const line = text.slice(0, charactersMax).replaceAll(controls, ' ');
  return text.length <= charactersMax ? line : `${line}…`;
}
