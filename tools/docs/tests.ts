/** Reads the test files of the source tree: which tests there are, and the text of each with that of its helpers. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ShownTest {
  /** Without folder and ending, such as `conformance/cold-boot`. */
  file: string;
  name: string;
  /** Its own text and that of the functions and constants of its file that it uses. */
  text: string;
}

/** Folders whose tests drive a whole station, and so show what a central system sees. */
const folders = ['conformance', 'scenario'];
const ending = '.test.ts';

/** The tests of the tree at `directory`, in the order of their files; none where there are no sources. */
export function readTests(directory: string): ShownTest[] {
  return folders.flatMap((folder) => {
    const path = join(directory, 'test', folder);
    if (!existsSync(path)) return [];
    const files = readdirSync(path)
      .filter((name) => name.endsWith(ending))
      .sort();
    return files.flatMap((name) =>
      testsOf(`${folder}/${name.slice(0, -ending.length)}`, readFileSync(join(path, name), 'utf8')),
    );
  });
}

/** The tests of one file. It must be formatted: a line at the margin begins something, in `describe` one a step in. */
export function testsOf(file: string, source: string): ShownTest[] {
  const pieces = source.split(/^(?=\w)/m).flatMap((piece) => {
    return piece.startsWith('describe') ? piece.split(/^(?= {2}\w)/m) : [piece];
  });
  const definitions = new Map<string, string>();
  for (const piece of pieces) {
    const name = /^ *(?:export )?(?:async )?(?:function|const|let) (\w+)/.exec(piece)?.[1];
    if (name !== undefined) definitions.set(name, piece);
  }
  return pieces.flatMap((piece) => {
    const name = nameOf(piece);
    return name === undefined ? [] : [{ file, name, text: withHelpers(piece, definitions) }];
  });
}

/** The first text in the brackets of `test(`, or in the second brackets of `test.each(`. */
function nameOf(piece: string): string | undefined {
  const start = piece.trimStart();
  const quoted = /(['"`])((?:\\.|(?!\1)[^\\])*)\1/.source;
  const pattern = start.startsWith('test.each') ? `\\)\\(\\s*${quoted}` : `^test\\(\\s*${quoted}`;
  const found = new RegExp(pattern).exec(start);
  return found?.[2]?.replaceAll(/\\(.)/g, '$1');
}

function withHelpers(piece: string, definitions: ReadonlyMap<string, string>): string {
  const texts = new Set([piece]);
  // A set is walked to its end, also through what is added on the way.
  for (const text of texts) {
    for (const word of text.match(/\w+/g) ?? []) {
      const definition = definitions.get(word);
      if (definition !== undefined) texts.add(definition);
    }
  }
  return [...texts].join('');
}
