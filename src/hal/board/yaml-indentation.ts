/** Finds the line of a YAML text whose indentation fits to nothing above it, which the YAML package tells in other words. */

export interface WrongIndentation {
  /** Where the line's text begins. */
  offset: number;
  /** Of the line, counted from 0. */
  line: number;
  /** What is wrong and what would be right. */
  text: string;
}

interface Block {
  column: number;
  kind: 'names' | 'items';
}

const nameInFront = /^("[^"]*"|'[^']*'|[^\s#"'[\]{},&*!|>%@`-][^#"'[\]{},]*?):(\s|$)/;

/**
 * The first such line in front of `end`, an offset. Undefined where there is none, and where the text has what this does
 * not follow: tabs, texts of several lines. It is asked only after the package has found a mistake.
 */
export function wrongIndentation(text: string, end: number): WrongIndentation | undefined {
  const blocks: Block[] = [];
  let opens = true;
  let brackets = 0;
  let offset = 0;
  for (const [line, raw] of text.split('\n').entries()) {
    if (offset > end) return undefined;
    const start = offset;
    offset += raw.length + 1;
    const content = withoutComment(raw).trimEnd();
    if (content.trim() === '' || content === '---') continue;
    if (brackets > 0) {
      brackets += openBrackets(content);
      continue;
    }
    if (content.includes('\t') || /[|>][+-]?\d?$/.test(content) || hasOpenQuote(content)) return undefined;
    const column = content.length - content.trimStart().length;
    const found = enter(blocks, column, content[column] === '-' && /^-(\s|$)/.test(content.slice(column)), opens);
    if (found !== undefined) return { offset: start + column, line, text: found };
    opens = follow(blocks, content, column);
    brackets = Math.max(openBrackets(content), 0);
  }
  return undefined;
}

/** Finds the block to which a line at `column` belongs, or begins one; a text says why neither is possible. */
function enter(blocks: Block[], column: number, isItem: boolean, opens: boolean): string | undefined {
  const columns = [...new Set(blocks.map((block) => block.column))].sort((one, other) => one - other);
  let closed = false;
  while ((blocks.at(-1)?.column ?? -1) > column) {
    blocks.pop();
    closed = true;
  }
  const inner = blocks.at(-1);
  if (inner?.column === column) return enterKind(blocks, inner, isItem, opens);
  if ((closed || !opens) && columns.length > 0) return wanted(column, columns);
  blocks.push({ column, kind: isItem ? 'items' : 'names' });
  return undefined;
}

/** Items may stand in the column of the name that they belong to; otherwise a column has one kind of lines. */
function enterKind(blocks: Block[], inner: Block, isItem: boolean, opens: boolean): string | undefined {
  if (inner.kind === 'items' && !isItem) {
    blocks.pop();
    if (blocks.at(-1)?.column === inner.column) return undefined;
    return 'wrong indentation: a name stands in the column of the items of a list (-); a name of an item has the column of its first name';
  }
  if (inner.kind === 'names' && isItem) {
    if (!opens) return 'wrong indentation: an item of a list (-) stands in a column of names';
    blocks.push({ column: inner.column, kind: 'items' });
  }
  return undefined;
}

/** Begins the blocks that open within a line (`- - name: …`); true if what belongs to its last name or item may follow. */
function follow(blocks: Block[], content: string, from: number): boolean {
  let column = from;
  while (/^-(\s|$)/.test(content.slice(column))) {
    const rest = content.slice(column + 1);
    if (rest.trim() === '') return true;
    column += 1 + rest.length - rest.trimStart().length;
    const isItem = /^-(\s|$)/.test(content.slice(column));
    if (!isItem && !nameInFront.test(content.slice(column))) return false;
    blocks.push({ column, kind: isItem ? 'items' : 'names' });
  }
  return content.endsWith(':');
}

function wanted(column: number, columns: readonly number[]): string {
  const shown = columns.length === 1 ? String(columns[0]) : `one of ${columns.join(', ')}`;
  return `wrong indentation: found ${spaces(column)}; must be ${shown}, as the lines above to which this one can belong`;
}

function spaces(count: number): string {
  return count === 1 ? '1 space' : `${count} spaces`;
}

function withoutComment(line: string): string {
  const quoted = /^(?:[^"'#]|"(?:\\.|[^"\\])*"|'[^']*'|(?<!\s|^)#)*/.exec(line)?.[0] ?? '';
  return line[quoted.length] === '#' ? quoted : line;
}

function withoutQuoted(content: string): string {
  return content.replace(/"(?:\\.|[^"\\])*"|'[^']*'/g, '');
}

function hasOpenQuote(content: string): boolean {
  return /(^|[\s:,[{-])["']/.test(withoutQuoted(content));
}

function openBrackets(content: string): number {
  const plain = withoutQuoted(content);
  return (plain.match(/[[{]/g) ?? []).length - (plain.match(/[\]}]/g) ?? []).length;
}
