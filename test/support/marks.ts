/** Secrets with values that are found again wherever they turn up, in every coding in which a program may show them. */

export type Marks = Readonly<Record<string, string>>;

/** Names and codings of those that a text holds. */
export function marksIn(text: string, marks: Marks): string[] {
  return Object.entries(marks).flatMap(([name, value]) =>
    Object.entries(codingsOf(value)).flatMap(([coding, coded]) => (text.includes(coded) ? `${name} as ${coding}` : [])),
  );
}

function codingsOf(value: string): Record<string, string> {
  const bytes = Buffer.from(value);
  const hex = bytes.toString('hex');
  const codings: Record<string, string> = {
    plain: value,
    'plain, by its bytes': `[${[...bytes].join(',')}]`,
    JSON: JSON.stringify(value).slice(1, -1),
    URL: encodeURIComponent(value),
    'URL, each byte': hex.replace(/../g, '%$&'),
    hex,
    'hex in capitals': hex.toUpperCase(),
    reversed: [...value].reverse().join(''),
  };
  // Base64 takes three bytes at a time: how it looks hangs on what stands before.
  for (const before of [0, 1, 2]) {
    const coded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor(((before + bytes.length) * 8) / 6);
    const certain = coded.slice(from, to);
    codings[`base64, after ${before}`] = certain;
    codings[`base64url, after ${before}`] = certain.replaceAll('+', '-').replaceAll('/', '_');
  }
  return codings;
}
