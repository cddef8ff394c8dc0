/** The page of the library shows examples as they are run: test/package/library.real-time.test.ts runs the files. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const page = readFileSync('docs/library.md', 'utf8');
const folder = join('docs', 'examples', 'library');
const examples = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8').split('\n'));
const whole = [...page.matchAll(/```ts\n(import [\s\S]*?)```/g)].map(([, text = '']) => text);

/** Whether the lines come in this order; an example may have more of them. */
function isIn(lines: readonly string[], example: readonly string[]): boolean {
  let at = 0;
  for (const line of example) if (line === lines[at]) at += 1;
  return at === lines.length;
}

test.each(whole)('an example of the page that begins with its imports is one of the files: %s', (text) => {
  const lines = text.split('\n').filter((line) => line !== '');
  expect(examples.some((example) => isIn(lines, example))).toBe(true);
});

test('the page has three of them, and its links lead somewhere', () => {
  expect(whole).toHaveLength(3);
  const links = [...page.matchAll(/\]\(([^)#:\s]+)[^):]*\)/g)].map(([, target = '']) => target);
  expect(links.filter((target) => !existsSync(join('docs', target)))).toEqual([]);
});
