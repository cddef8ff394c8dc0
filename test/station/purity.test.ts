/** The station is pure: no clock, random number, timer, environment, file or network of its own under src/station. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import ts from 'typescript';

const root = join(__dirname, '../../src/station');
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join(root, name));

/** Names of the world outside, none of which the station may use. */
const outside = new Set([
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'process',
  'performance',
  'globalThis',
  'global',
  'crypto',
  'fetch',
  'require',
]);

/** What a source text uses of the outside, and which modules it imports. Comments and texts do not count. */
function usesOf(text: string): { outside: string[]; imports: string[] } {
  const source = ts.createSourceFile('x.ts', text, ts.ScriptTarget.ES2022, true);
  const found: string[] = [];
  const imports: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
      if (node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) imports.push(node.moduleSpecifier.text);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      found.push('import()');
    } else if (ts.isIdentifier(node)) found.push(...outsideName(node));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { outside: found, imports };
}

function outsideName(node: ts.Identifier): string[] {
  const { parent } = node;
  const isMember =
    (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
    ((ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent)) && parent.name === node);
  if (isMember) return node.text === 'random' && parent.getText().startsWith('Math.') ? ['Math.random'] : [];
  // A time that was handed in may be written as text; `new Date()` would be the present.
  if (node.text === 'Date') return ts.isNewExpression(parent) && parent.arguments?.length ? [] : ['Date'];
  return outside.has(node.text) ? [node.text] : [];
}

test('there are files to look at', () => {
  expect(files.length).toBeGreaterThan(10);
  expect(files.some((file) => file.endsWith(join('socket', 'mode3.ts')))).toBe(true);
});

test.each(files.map((file) => [file.slice(root.length + 1), file] as const))('%s', (_name, file) => {
  const uses = usesOf(readFileSync(file, 'utf8'));
  expect(uses.outside).toEqual([]);
  const allowed = [root, join(root, '../hal')].map((dir) => dir + sep);
  const foreign = uses.imports.filter((from) => {
    const target = normalize(join(dirname(file), from));
    return !from.startsWith('.') || !allowed.some((dir) => target.startsWith(dir));
  });
  expect(foreign).toEqual([]);
});

test.each([
  ['const now = Date.now();', 'Date'],
  ['const now = new Date();', 'Date'],
  ['const now = new Date;', 'Date'],
  ['const now = Date();', 'Date'],
  ['const r = Math.random();', 'Math.random'],
  ['setTimeout(run, 5);', 'setTimeout'],
  ['const later = setInterval;', 'setInterval'],
  ['const e = process.env.HOME;', 'process'],
  [`const t = \`\${performance.now()}\`;`, 'performance'],
  ["const fs = require('node:fs');", 'require'],
  ["void import('node:fs');", 'import()'],
  ['const r = crypto.randomUUID();', 'crypto'],
])('the look finds what it looks for: %s', (text, name) => {
  expect(usesOf(text).outside).toEqual([name]);
});

test('the look leaves comments, texts and members alone, and sees every import', () => {
  const good = [
    '// Date.now() and setTimeout are not for us',
    '/* Math.random() */ const x = 1;',
    "const text = 'Date.now() process.env';",
    `const text = \`process.env of \${name}\`;`,
    'const iso = new Date(ms).toISOString();',
    'const p = row.process; const q = { fetch: 1 };',
  ];
  for (const text of good) expect(usesOf(text)).toEqual({ outside: [], imports: [] });
  const text = "import a from 'ws'; import 'node:fs'; import type { B } from '../b'; export * from './x';";
  expect(usesOf(text).imports).toEqual(['ws', 'node:fs', '../b', './x']);
});
