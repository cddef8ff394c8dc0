/** What `npm pack` takes along: README links to nothing that is not in it. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';

/** Targets of links and images, without those of the web and places in the page itself. */
const linksOf = (page: string): string[] =>
  [...readFileSync(page, 'utf8').matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => posix.normalize(target));

test('every file that README links to is packed, with the licence and a program to run', () => {
  const [pack] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' }),
  );
  const packed: string[] = pack.files.map(({ path }: { path: string }) => path);
  const links = linksOf('README.md');
  expect(links).toEqual(expect.arrayContaining(['docs/bench.md', 'ARCHITECTURE.md', 'LICENSE']));
  expect(links.filter((link) => !packed.includes(link))).toEqual([]);
  expect(packed).toEqual(expect.arrayContaining(['dist/greenup.js', 'dist/program.js']));
  // Of the Node.js that built it, and of no use to another.
  expect(packed.filter((path) => path.endsWith('.code-cache'))).toEqual([]);
});
