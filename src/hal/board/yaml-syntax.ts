/** Turns YAML text into a tree of nodes that know their place, and refuses text that would hurt the parser. */
import type { CST, Document, LineCounter, ParsedNode } from 'yaml';
import { messageOf } from '../errors';
import type { YamlProblems } from './yaml-problems';

export type Yaml = typeof import('yaml');

// The lexer recurses along a line and the composer along the nesting; near the end of the stack the machine may end the
// process where it should throw. Board files need a fraction of these limits.
const lineCharactersMax = 1000;
const nestingLevelsMax = 50;
const messageCharactersMax = 200;

/** Messages for the mistakes that people make most; others come in the words of the YAML package. */
const syntaxMessages: Record<string, string> = {
  DUPLICATE_KEY: 'this name stands here a second time; each name may stand once',
  TAB_AS_INDENT: 'a tab; YAML is indented with spaces only',
  TAG_RESOLVE_FAILED: 'a tag (!name); plain values only, please',
};

/** Loaded when the first file is read, since it is most of what reading costs. */
export function yamlPackage(): Yaml {
  return require('yaml') as Yaml;
}

/** Parses one document and adds what is wrong with its syntax to `problems`; undefined when there is nothing to read. */
export function parseYaml(
  yaml: Yaml,
  text: string,
  lineCounter: LineCounter,
  problems: YamlProblems,
): Document.Parsed | undefined {
  const longLine = text.split('\n').findIndex((line) => line.length > lineCharactersMax);
  if (longLine >= 0) {
    problems.add('', `line ${longLine + 1} has more than ${lineCharactersMax} characters; is it a board file?`, 0);
    return undefined;
  }
  try {
    return compose(yaml, text, lineCounter, problems);
  } catch (error) {
    // Whatever the package throws, the answer of a loader is a GreenupError.
    problems.add('', `YAML: cannot be read (${messageOf(error)})`, 0);
    return undefined;
  }
}

function compose(
  yaml: Yaml,
  text: string,
  lineCounter: LineCounter,
  problems: YamlProblems,
): Document.Parsed | undefined {
  const tokens = [...new yaml.Parser(lineCounter.addNewLine).parse(text)];
  const tooDeep = tokenBelow(tokens, nestingLevelsMax);
  if (tooDeep !== undefined) {
    problems.add('', `YAML: nested more than ${nestingLevelsMax} levels deep; is it a board file?`, tooDeep.offset);
    return undefined;
  }
  const composer = new yaml.Composer<ParsedNode>({ lineCounter, resolveKnownTags: false, logLevel: 'silent' });
  const [first, second] = [...composer.compose(tokens, true, text.length)];
  for (const { code, message, pos } of [...(first?.errors ?? []), ...(first?.warnings ?? [])]) {
    problems.add('', `YAML: ${syntaxMessages[code] ?? message.slice(0, messageCharactersMax)}`, pos[0]);
  }
  if (second !== undefined) {
    problems.add('', 'YAML: a second document begins here (---); one file holds one document', second.range[0]);
  }
  if (first?.contents === null && first.errors.length === 0) problems.add('', 'the file is empty', 0);
  return first;
}

/** The first token found that lies deeper than `levels`; a list of work, since recursion is what is to be prevented. */
function tokenBelow(tokens: readonly CST.Token[], levels: number): CST.Token | undefined {
  let level: readonly CST.Token[] = tokens;
  for (let depth = 0; depth <= levels; depth++) {
    level = level.flatMap(tokensIn);
    if (level.length === 0) return undefined;
  }
  return level[0];
}

function tokensIn(token: CST.Token): CST.Token[] {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value];
  if (!('items' in token)) return [];
  return token.items.flatMap(({ key, value }) => [key, value].filter((inner) => inner !== undefined && inner !== null));
}
