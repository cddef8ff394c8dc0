/** What the beginning of a message says of it, where the message as a whole is not JSON or not to be read. */

export interface FrameHead {
  type: 2 | 3 | 4;
  id: string;
  /** The id is a number, given here by its digits. */
  idIsNumber: boolean;
  /** The action of a CALL, the code of a CALLERROR. */
  word: string | undefined;
}

/** Characters of a message that are searched. */
const headCharactersMax = 1024;

// JSON's white space only.
const space = '[ \\t\\r\\n]*';
const text = '("(?:[^"\\\\]|\\\\.)*")';
const pattern = new RegExp(
  `^${space}\\[${space}([234])${space},${space}(?:${text}|(\\d{1,36}))${space}(?:\\]|,${space}(?:${text}${space},)?)`,
);

/** Undefined where it does not even tell whom the message concerns. */
export function headOf(message: string): FrameHead | undefined {
  const found = pattern.exec(message.slice(0, headCharactersMax));
  if (!found) return undefined;
  const [, type, idText, digits, word] = found;
  const id = digits ?? textOf(idText);
  if (id === undefined) return undefined;
  return { type: Number(type) as FrameHead['type'], id, idIsNumber: digits !== undefined, word: textOf(word) };
}

function textOf(json: string | undefined): string | undefined {
  if (json === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
