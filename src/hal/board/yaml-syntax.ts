/** Turns YAML text into a tree of nodes that know their place, and refuses text that would hurt the parser. */
import type { CST, Document, ErrorCode, ParsedNode, YAMLError } from 'yaml';
import { messageOf } from '../errors';
import { wrongIndentation } from './yaml-indentation';
import type { YamlProblems } from './yaml-problems';

export type Yaml = typeof import('yaml');

// The lexer recurses along a line and the composer along the nesting; near the end of the stack the machine may end the
// process where it should throw. Board files need a fraction of these limits.
const lineCharactersMax = 1000;
const nestingLevelsMax = 50;
const messageCharactersMax = 200;

/** What a mistake is, in words; of those that people make by wrong indentation `wrongIndentation` knows more. */
const syntaxMessages: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias (*name) with a tag or anchor; plain values only, please',
  BAD_ALIAS: 'an alias (*) without a name, or one of a colon; plain values only, please',
  BAD_COLLECTION_TYPE: 'a tag (!name) that does not fit; plain values only, please',
  BAD_DIRECTIVE: 'a line that begins with %; a board file has no directives',
  BAD_DQ_ESCAPE: 'a backslash that means nothing here; in single quotes it is a plain character',
  BAD_INDENT: 'wrong indentation, or a bracket [ or { above that is not closed',
  BAD_PROP_ORDER: 'an anchor or tag in a wrong place; plain values only, please',
  BAD_SCALAR_START: 'a value cannot begin with this character; put the value in quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'a name behind a value: wrong indentation of the next line, or a value with a colon that needs quotes',
  BLOCK_IN_FLOW:
    'a list with - or a block of names within brackets; within brackets there are [a, b] and { name: value }',
  DUPLICATE_KEY: 'this name stands here a second time; each name may stand once',
  IMPOSSIBLE: 'cannot be read from here on; look for brackets and quotation marks that are not closed',
  KEY_OVER_1024_CHARS: 'a name of more than 1024 characters; is it a board file?',
  MISSING_CHAR:
    'a bracket, comma, quotation mark or the colon and blank behind a name is missing here, or at the end of the lines above',
  MULTILINE_IMPLICIT_KEY: 'a name without a colon and a blank behind it, or wrong indentation of the next line',
  MULTIPLE_ANCHORS: 'two anchors (&name); plain values only, please',
  MULTIPLE_DOCS: 'a second document begins here (---); one file holds one document',
  MULTIPLE_TAGS: 'two tags (!name); plain values only, please',
  NON_STRING_KEY: 'a name that is no text; names are words',
  RESOURCE_EXHAUSTION: 'nested too deep; is it a board file?',
  TAB_AS_INDENT: 'a tab; YAML is indented with spaces only',
  TAG_RESOLVE_FAILED: 'a tag (!name); plain values only, please',
  UNEXPECTED_TOKEN:
    'this cannot stand here: wrong indentation, or a bracket or quotation mark too many or too few above',
};

/** What wrong indentation may seem to be to the YAML package. */
const structural: ReadonlySet<ErrorCode> = new Set([
  'BAD_INDENT',
  'BLOCK_AS_IMPLICIT_KEY',
  'MISSING_CHAR',
  'MULTILINE_IMPLICIT_KEY',
  'UNEXPECTED_TOKEN',
]);

/** Loaded when the first file is read, since it is most of what reading costs. */
export function yamlPackage(): Yaml {
  return require('yaml') as Yaml;
}

/** Parses one document and adds what is wrong with its syntax to `problems`; undefined when there is nothing to read. */
export function parseYaml(yaml: Yaml, text: string, problems: YamlProblems): Document.Parsed | undefined {
  const longLine = text.split('\n').findIndex((line) => line.length > lineCharactersMax);
  if (longLine >= 0) {
    problems.add('', `line ${longLine + 1} has more than ${lineCharactersMax} characters; is it a board file?`, 0);
    return undefined;
  }
  try {
    return compose(yaml, text, problems);
  } catch (error) {
    // Whatever the package throws, the answer of a loader is a GreenupError.
    problems.add('', `YAML: cannot be read (${messageOf(error)})`, 0);
    return undefined;
  }
}

function compose(yaml: Yaml, text: string, problems: YamlProblems): Document.Parsed | undefined {
  const tokens = [...new yaml.Parser().parse(text)];
  const tooDeep = tokenBelow(tokens, nestingLevelsMax);
  if (tooDeep !== undefined) {
    problems.add('', `YAML: nested more than ${nestingLevelsMax} levels deep; is it a board file?`, tooDeep.offset);
    return undefined;
  }
  const composer = new yaml.Composer<ParsedNode>({ resolveKnownTags: false, logLevel: 'silent' });
  const [first, second] = [...composer.compose(tokens, true, text.length)];
  addMistakes([...(first?.errors ?? []), ...(first?.warnings ?? [])], text, problems);
  if (second !== undefined) {
    problems.add('', 'YAML: a second document begins here (---); one file holds one document', second.range[0]);
  }
  if (first?.contents === null && first.errors.length === 0) problems.add('', 'the file is empty', 0);
  return first;
}

function addMistakes(mistakes: readonly YAMLError[], text: string, problems: YamlProblems): void {
  const first = mistakes.find((mistake) => structural.has(mistake.code));
  const indentation = first && wrongIndentation(text, endOfNextLine(text, first.pos[0]));
  if (indentation) problems.add('', `YAML: ${indentation.text}`, indentation.offset);
  for (const mistake of mistakes) {
    // What comes of the first mistake of this kind is no news.
    if (structural.has(mistake.code) && (indentation || mistake !== first)) continue;
    const words = syntaxMessages[mistake.code] ?? mistake.message.slice(0, messageCharactersMax);
    problems.add('', `YAML: ${words}`, mistake.pos[0]);
  }
}

/** The package tells a line with wrong indentation at its own place, or at that of the line before. */
function endOfNextLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  const next = end < 0 ? end : text.indexOf('\n', end + 1);
  return next < 0 ? text.length : next;
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
