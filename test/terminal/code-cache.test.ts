/** The code cache is taken where V8 takes it and nobody else can have written it, and nothing depends on it. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { CodeCache, type CompiledBundle } from '../../src/terminal/code-cache';

let folder: string;
const kept = () => join(folder, 'kept');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'code-cache-'));
  writeProgram('one');
});
afterEach(() => rmSync(folder, { recursive: true }));

function writeProgram(word: string): void {
  writeFileSync(join(folder, 'program.js'), `exports.said = '${word}'; exports.file = __filename;`);
}

function cache(digest = 'digest', directories = [kept()], use = 'use'): CodeCache {
  return new CodeCache({ path: join(folder, 'program.js'), digest, use }, directories);
}

function said({ script }: CompiledBundle): unknown {
  const exported: { said?: string } = {};
  (script.runInThisContext() as (...scope: unknown[]) => void)(exported);
  return exported.said;
}

function keepOne(digest?: string): string {
  const own = cache(digest);
  own.keep(own.compile(), kept());
  const [name = ''] = readdirSync(kept());
  return join(kept(), name);
}

test('a later start compiles from what an earlier one kept, and the program does the same', () => {
  const first = cache().compile();
  expect([first.isFromCache, said(first)]).toEqual([false, 'one']);
  keepOne();
  const later = cache().compile();
  expect([later.isFromCache, said(later)]).toEqual([true, 'one']);
});

test('directories are looked through in their order, and one that has none is passed over', () => {
  keepOne();
  expect(cache('digest', [join(folder, 'none'), kept()]).compile().isFromCache).toBe(true);
});

test('another program of the same length is not run from it', () => {
  keepOne('digest of one');
  writeProgram('two');
  const other = cache('digest of two').compile();
  expect([other.isFromCache, said(other)]).toEqual([false, 'two']);
});

test('each use has a cache of its own, beside those of the others', () => {
  keepOne();
  const other = cache('digest', [kept()], 'other use');
  const compiled = other.compile();
  expect([compiled.isFromCache, said(compiled)]).toEqual([false, 'one']);
  other.keep(compiled, kept());
  expect(readdirSync(kept())).toHaveLength(2);
  expect([cache().compile().isFromCache, other.compile().isFromCache]).toEqual([true, true]);
});

test('those of one program are kept at a time', () => {
  const [first, second] = [keepOne('first'), keepOne('second')];
  expect(first).not.toBe(second);
  expect(readdirSync(kept())).toEqual([basename(second)]);
});

test('the program has the places in its file that it would have without a cache, and its own texts', () => {
  writeFileSync(join(folder, 'program.js'), "exports.said = 'first'; exports.file = new Error().stack;");
  const { script } = cache().compile();
  const exported: { file?: string } = {};
  (script.runInThisContext() as (...scope: unknown[]) => void)(exported, undefined, undefined, '', '');
  expect(exported.file).toContain(`${join(folder, 'program.js')}:1:40`);
});

test.each<[string, (path: string) => void]>([
  ['garbage', (path) => writeFileSync(path, 'no cache')],
  ['empty', (path) => writeFileSync(path, '')],
  ['cut short', (path) => truncateSync(path, 100)],
  ['gone', (path) => rmSync(path)],
])('a cache that is %s is not taken, and the program runs all the same', (how, spoil) => {
  spoil(keepOne());
  // A text that this process has compiled before V8 would have at hand without any cache.
  writeProgram(how);
  const compiled = cache().compile();
  expect([compiled.isFromCache, said(compiled)]).toEqual([false, how]);
});

test.each([0o620, 0o602])('a cache that others may write, mode %d, is not taken', (mode) => {
  chmodSync(keepOne(), mode);
  expect(cache().compile().isFromCache).toBe(false);
});

test('a cache of somebody else is not taken', () => {
  keepOne();
  const uid = process.geteuid?.() ?? 0;
  jest.spyOn(process, 'geteuid').mockReturnValue(uid + 1);
  const isTaken = cache().compile().isFromCache;
  jest.restoreAllMocks();
  // What root has written is taken by everybody.
  expect(isTaken).toBe(uid === 0);
});

test('where nothing can be written nothing is kept, in silence', () => {
  mkdirSync(kept());
  const own = cache();
  own.keep(own.compile(), join(folder, 'program.js'));
  expect(readdirSync(kept())).toEqual([]);
});
