/** What docs/security.md names as shown by a test is a test that exists, and no mechanism and no provision is without a row. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rowsOf } from '../support/markdown';

const page = 'docs/security.md';
const mechanisms = ['ACM', 'AUM', 'SUM', 'SSM', 'SCM', 'RLM', 'NMM', 'TCM', 'CCK', 'GEC', 'CRY'];

interface Row {
  name: string;
  doing: string;
  tests: string[];
}

function rows(heading: string, column: 'mechanism' | 'provision'): Row[] {
  return rowsOf<string>(page, heading).map((row) => ({
    name: row[column] ?? '',
    doing: row['what we do'] ?? '',
    tests: [...(row['shown by'] ?? '').matchAll(/`([^`]+)`/g)].map(([, file = '']) => file),
  }));
}

const all = [...rows('EN 18031-1', 'mechanism'), ...rows('ETSI EN 303 645', 'provision')];

test.each(all)('$name', ({ doing, tests }) => {
  expect(doing).not.toBe('');
  expect(tests.length).toBeGreaterThan(0);
  for (const file of tests) {
    expect(file).toMatch(/^test\/.*\.test\.ts$/);
    expect([file, existsSync(file)]).toEqual([file, true]);
  }
});

test('each mechanism of EN 18031-1 has a row, and each of the thirteen provisions', () => {
  const found = rows('EN 18031-1', 'mechanism').map(({ name }) => name.split(',')[0]);
  expect([...new Set(found)].sort()).toEqual([...mechanisms].sort());
  const provisions = rows('ETSI EN 303 645', 'provision').map(({ name }) => name.split(' ')[0]);
  expect(provisions).toEqual(Array.from({ length: 13 }, (_, index) => `5.${index + 1}`));
});

test('whatever else it names in the sources is there, and its links lead somewhere', () => {
  const text = readFileSync(page, 'utf8');
  for (const [, file = ''] of text.matchAll(/`((?:test|tools|src|board)\/[^`*]+\.[a-z]+)`/g)) {
    expect([file, existsSync(file)]).toEqual([file, true]);
  }
  for (const from of [page, 'SECURITY.md']) {
    for (const [, link = ''] of readFileSync(from, 'utf8').matchAll(/\]\(([^)]+)\)/g)) {
      const [file = '', heading] = link.split('#');
      const target = file === '' ? from : join(dirname(from), file);
      expect([link, existsSync(target)]).toEqual([link, true]);
      if (heading !== undefined) expect([link, headingsOf(target)]).toEqual([link, expect.arrayContaining([heading])]);
    }
  }
});

/** As those who show Markdown name them. */
function headingsOf(path: string): string[] {
  return [...readFileSync(path, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}
