/** Packages as somebody would make them who wants more than an update: all are refused, and nothing of them stays. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { type Manifest, type PackageFile, releaseNameOf } from '../../../src/release/package/manifest';
import { openPackage } from '../../../src/release/package/reader';
import { manifestBytes } from '../../../src/release/package/writer';
import { runs } from '../../support/soak';
import { type OddEnd, type OddEntry, oddZip, zip64Locator } from './odd-zip';
import {
  fields,
  freshDirectory,
  goodConditions,
  makeKey,
  makePackage,
  releaseTexts,
  removeDirectories,
} from './support';

afterEach(removeDirectories);

const programMode = 0o100755;
const files: OddEntry[] = Object.entries(releaseTexts).map(([path, data]) => ({
  name: `release/${path}`,
  data,
  method: 8,
  mode: path.startsWith('bin/') ? programMode : 0o100644,
}));

/** The manifest for these files, with a field of it changed. */
function manifestFor(texts: Readonly<Record<string, string>> = releaseTexts, changed: object = {}): Buffer {
  const listed: PackageFile[] = Object.entries(texts).map(([path, text]) => ({
    path,
    bytes: Buffer.byteLength(text),
    sha256: createHash('sha256').update(text).digest('hex'),
    ...(path.startsWith('bin/') ? { executable: true as const } : {}),
  }));
  const release = releaseNameOf(fields.version, listed);
  const manifest: Manifest = { format: 1, name: 'greenup', ...fields, release, files: listed };
  return manifestBytes({ ...manifest, ...changed });
}

const manifest: OddEntry = { name: 'manifest.json', data: manifestFor(), method: 8 };
const good = [manifest, ...files];

/** What unpacking leads to, in a folder with something beside it; every file that is there afterwards, by name. */
async function unpacked(bytes: Buffer): Promise<{ code: string | undefined; left: string[]; texts: string[] }> {
  const directory = freshDirectory();
  const path = join(directory, 'package.zip');
  writeFileSync(path, bytes);
  const around = join(directory, 'around');
  mkdirSync(join(around, 'beside'), { recursive: true });
  writeFileSync(join(around, 'beside', 'file'), 'untouched');
  const folder = join(around, 'beside', 'incoming');
  let code: string | undefined;
  try {
    await (await openPackage(path)).unpackTo(folder);
  } catch (error) {
    code = (error as { code?: string }).code ?? String(error);
  }
  expect(readdirSync(directory).sort()).toEqual(['around', 'package.zip']);
  expect(readFileSync(join(around, 'beside', 'file'), 'utf8')).toBe('untouched');
  const entries = readdirSync(around, { recursive: true, withFileTypes: true });
  const left = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  const names = left.map((name) => name.slice(around.length + 1)).filter((name) => name !== 'beside/file');
  return { code, left: names.sort(), texts: names.sort().map((name) => readFileSync(join(around, name), 'utf8')) };
}

const whole = Object.keys(releaseTexts)
  .map((path) => `beside/incoming/${path}`)
  .sort();

test('a zip of the same kind that is right is unpacked: what follows is refused for its oddity alone', async () => {
  expect(await unpacked(oddZip(good))).toMatchObject({ code: undefined, left: whole });
});

const zip64Extra = Buffer.from([1, 0, 8, 0, 5, 0, 0, 0, 0, 0, 0, 0]);
const program = { name: 'release/bin/greenup', data: releaseTexts['bin/greenup'] ?? '', mode: programMode };
const more = { name: 'release/more', data: 'x' };
const link = { ...more, data: '/etc/passwd', mode: 0o120777 };

/** Each stands beside the files of a good package, or in place of the one of its name, and the manifest names it as it is. */
const odd: [what: string, entry: OddEntry][] = [
  ['a path that goes up', { ...more, name: 'release/../../more' }],
  ['a path that goes up at its end', { ...more, name: 'release/more/..' }],
  ['an absolute path', { ...more, name: 'release//tmp/more' }],
  ['a path with a backslash', { ...more, name: 'release/..\\more' }],
  ['a path with NUL', { ...more, name: 'release/bin/greenup\0.txt' }],
  ['a path with a line end', { ...more, name: 'release/more\nmore' }],
  ['a path with an empty name', { ...more, name: 'release/bin//more' }],
  ['a path with a dot', { ...more, name: 'release/./more' }],
  ['a path that is no ASCII', { ...more, name: 'release/gr\u00fcn' }],
  ['a path without end', { ...more, name: `release/${'a/'.repeat(400)}b` }],
  ['a name without end', { ...more, name: `release/${'a'.repeat(300)}` }],
  ['an empty path', { ...more, name: 'release/' }],
  ['a folder', { name: 'release/folder/', data: '', mode: 0o040755 }],
  ['a folder with the name of a file', { ...more, data: '', mode: 0o040755 }],
  ['a file in a file', { ...more, name: 'release/bin/greenup/more' }],
  ['a symbolic link', link],
  ['a symbolic link in place of a file', { ...program, mode: 0o120777 }],
  ['a device', { ...more, mode: 0o060644 }],
  ['a pipe', { ...more, mode: 0o010644 }],
  ['a socket', { ...more, mode: 0o140644 }],
  ['a file of a kind that is not told', { ...program, mode: 0o755 }],
  ['a file that is encrypted', { ...program, flags: 1 }],
  ['a file that is a patch', { ...program, flags: 0x20 }],
  ['a strong encryption', { ...program, flags: 0x40 }],
  ['hidden values', { ...program, flags: 0x2000 }],
  ['a method that is neither stored nor deflated', { ...program, method: 12 }],
  ['sizes of a zip64', { ...program, extra: zip64Extra }],
  ['an extra field that goes beyond its end', { ...program, extra: Buffer.from([9, 9, 255, 255]) }],
  ['a content that lies beyond the file', { ...program, says: { offset: 0x7fff_ffff } }],
  ['a content that lies elsewhere', { ...program, says: { offset: 5 } }],
  ['a content that goes beyond the file', { ...program, method: 8, says: { packedBytes: 0x7fff_ffff } }],
  ['bytes that nothing can be inflated from', { ...program, method: 8, packed: Buffer.from('#!/bin/sh\necho new\n') }],
];

test.each(odd)('%s is refused', async (_, entry) => {
  const others = files.filter(({ name }) => name !== entry.name);
  const texts = { ...releaseTexts, [String(entry.name).slice('release/'.length)]: String(entry.data) };
  const named = { ...manifest, data: manifestFor(texts) };
  expect(await unpacked(oddZip([named, ...others, entry]))).toEqual({ code: 'package.invalid', left: [], texts: [] });
});

/** The manifest is that of the good package. */
const unnamed: [what: string, entry: OddEntry][] = [
  ['a file that the manifest does not name', more],
  ['a file outside the folder of the release', { ...more, name: 'more' }],
  ['a path that goes up from the package', { ...more, name: '../more' }],
  ['a path of a drive', { ...more, name: 'C:/more' }],
  ['a path that is no UTF-8', { ...more, name: Buffer.from([0x72, 0xff, 0xfe]) }],
  ['no path', { ...more, name: '' }],
  ['other bytes of the same size', { ...program, data: '#!/bin/sh\necho bad\n' }],
  ['a program that is shorter', { ...program, data: '#!/bin/sh\n' }],
  ['a program that is longer', { ...program, data: '#!/bin/sh\necho new\necho more\n' }],
];

test.each(unnamed)('%s is refused', async (_, entry) => {
  const others = good.filter(({ name }) => name !== entry.name);
  expect(await unpacked(oddZip([...others, entry]))).toEqual({ code: 'package.invalid', left: [], texts: [] });
});

test('two files of one name are refused, also where both are right', async () => {
  for (const file of good) {
    expect(await unpacked(oddZip([...good, file]))).toMatchObject({ code: 'package.invalid', left: [] });
  }
});

test('a file that is missing is told by its name', async () => {
  for (const missing of files) {
    const path = join(freshDirectory(), 'package.zip');
    writeFileSync(path, oddZip(good.filter((entry) => entry !== missing)));
    const name = String(missing.name).slice('release/'.length);
    await expect(openPackage(path)).rejects.toMatchObject({ message: `${path}: ${name} is missing` });
  }
});

test('a name in front of the contents that is another one changes nothing', async () => {
  const renamed = good.map((entry) => ({ ...entry, nameThere: '../../../more' }));
  expect(await unpacked(oddZip(renamed))).toMatchObject({ code: undefined, left: whole });
});

const listBytesOf = (entries: readonly OddEntry[]) =>
  entries.reduce((sum, { name, extra }) => sum + 46 + Buffer.byteLength(name) + (extra?.length ?? 0), 0);

const ends: [what: string, end: OddEnd][] = [
  ['a comment', { comment: 'PK\x05\x06 and more' }],
  ['a list that is longer than told', { entries: 2 }],
  ['a list that is shorter than told', { entries: 60 }],
  ['a list of more files than a package has', { entries: 0xfffe }],
  ['a list that lies elsewhere', { listFrom: 0 }],
  ['a list beyond the end', { listFrom: 0xffff_fff0 }],
  ['more than one disk', { disk: 1 }],
  ['something between the list and the end', { before: Buffer.from('more'), listBytes: listBytesOf(good) }],
  ['a zip64 that leads to the end of all numbers', { before: zip64Locator(0xffff_ffff_ffff_ffffn) }],
  ['a zip64 that leads to its begin', { before: zip64Locator(0n) }],
];

test.each(ends)('%s is refused', async (_, end) => {
  const { code, left } = await unpacked(oddZip(good, end));
  expect([code, left]).toEqual(['package.invalid', []]);
});

test('more files than a release has are not even listed', async () => {
  const path = join(freshDirectory(), 'many.zip');
  const many = Array.from({ length: 20_003 - good.length }, (_, index) => ({ ...more, name: `release/${index}` }));
  writeFileSync(path, oddZip([...good, ...many]));
  const opened = await openPackage(path);
  await expect(opened.verify(goodConditions(makeKey()))).rejects.toThrow(
    `${path}: is no package: it has 20003 files, and 20002 are the most`,
  );
});

test('a list that fills the memory is not even read', async () => {
  const path = join(freshDirectory(), 'wide.zip');
  const wide = Array.from({ length: 200 }, (_, index) => ({
    ...more,
    name: `release/${index}`,
    extra: Buffer.alloc(65_000),
  }));
  writeFileSync(path, oddZip([...good, ...wide]));
  const opened = await openPackage(path);
  await expect(opened.verify(goodConditions(makeKey()))).rejects.toThrow(
    /is no package: its list has 130\d{5} bytes, and/,
  );
});

describe('what inflates to more than it says', () => {
  const bomb = Buffer.alloc(40_000_000);

  test('is read no further than the manifest says', async () => {
    const entry = { name: 'release/bin/greenup', data: bomb, method: 8, says: { bytes: 19 } };
    const others = good.filter(({ name }) => name !== entry.name);
    expect(await unpacked(oddZip([...others, entry]))).toMatchObject({ code: 'package.invalid', left: [] });
  });

  test('is no manifest either', async () => {
    const entry = { name: 'manifest.json', data: bomb, method: 8, says: { bytes: 100 } };
    expect(await unpacked(oddZip([entry, ...files]))).toMatchObject({ code: 'package.invalid', left: [] });
  });

  test('nor one that says so', async () => {
    const entry = { name: 'manifest.json', data: bomb, method: 8 };
    expect(await unpacked(oddZip([entry, ...files]))).toMatchObject({ code: 'package.invalid', left: [] });
  });
});

test('nothing is left open, whatever was refused or called off', async () => {
  const open = () => readdirSync('/proc/self/fd').length;
  const large = 'x'.repeat(3_000_000);
  const entry = { ...program, data: large, method: 8, says: { bytes: program.data.length } };
  const broken = oddZip([...good.filter(({ name }) => name !== entry.name), entry]);
  const path = join(freshDirectory(), 'large.zip');
  for (const method of [0, 8]) {
    const named = { ...manifest, data: manifestFor({ large }) };
    writeFileSync(path, oddZip([named, { name: 'release/large', data: large, method }]));
    const before = open();
    for (let time = 0; time < 20; time += 1) {
      await unpacked(time % 2 === 0 ? broken : oddZip([...good, link]));
      const calledOff = (await openPackage(path)).unpackTo(join(freshDirectory(), 'incoming'), {
        signal: AbortSignal.abort(),
      });
      await expect(calledOff).rejects.toMatchObject({ code: 'transfer.aborted' });
    }
    expect(open()).toBeLessThan(before + 10);
  }
});

test('cut off at any length it is refused', async () => {
  const bytes = oddZip(good);
  for (let length = bytes.length - 1; length > 0; length -= 97) {
    expect(await unpacked(bytes.subarray(0, length))).toMatchObject({ code: 'package.invalid', left: [] });
  }
});

test('whatever bytes are changed, it is refused or unpacks to what was signed', async () => {
  const key = makeKey();
  const made = await makePackage(key);
  const texts = whole.map((path) => releaseTexts[path.slice('beside/incoming/'.length)]);
  const anyChange = fc.tuple(fc.nat(made.bytes().length - 1), fc.integer({ min: 0, max: 255 }));
  await fc.assert(
    fc.asyncProperty(fc.array(anyChange, { minLength: 1, maxLength: 4 }), async (changes) => {
      const bytes = made.bytes();
      for (const [place, value] of changes) bytes[place] = value;
      const path = join(freshDirectory(), 'changed.zip');
      writeFileSync(path, bytes);
      const verdict = await openPackage(path)
        .then(
          (opened) => opened.verify(goodConditions(key)).then(() => 'good'),
          () => 'refused',
        )
        .catch(() => 'refused');
      if (verdict === 'refused') return;
      const { code, left, texts: found } = await unpacked(bytes);
      expect([undefined, 'package.invalid']).toContain(code);
      expect(left).toEqual(code === undefined ? whole : []);
      if (code === undefined) expect(found).toEqual(texts);
    }),
    { numRuns: runs(300) },
  );
});
