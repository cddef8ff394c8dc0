/** Tables of pages of docs, as rows of their cells by the names of the columns. */
import { readFileSync } from 'node:fs';

/** Of the first table under a heading of the second or third order. Throws where there is none. */
export function rowsOf<Column extends string>(path: string, heading: string): Record<Column, string>[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  const begin = lines.findIndex((line) => /^##+ /.test(line) && line.replace(/^#+ /, '') === heading);
  if (begin < 0) throw new Error(`${path} has no heading "${heading}"`);
  const rest = lines.slice(begin + 1);
  const end = rest.findIndex((line) => /^##+ /.test(line));
  const table = rest.slice(0, end < 0 ? undefined : end).filter((line) => line.startsWith('|'));
  const [head, , ...rows] = table.map(cellsOf);
  if (head === undefined) throw new Error(`${path} has no table under "${heading}"`);
  return rows.map(
    (cells) => Object.fromEntries(head.map((name, index) => [name, cells[index] ?? ''])) as Record<Column, string>,
  );
}

function cellsOf(line: string): string[] {
  return line
    .slice(1, line.lastIndexOf('|'))
    .split('|')
    .map((cell) => cell.trim());
}
