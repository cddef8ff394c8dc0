/** Making packages: the same files give the same bytes, and what cannot be unpacked as it was is not packed. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { signatureText } from '../../../src/release/package/signature';
import { manifestBytes, manifestOf, writePackage } from '../../../src/release/package/writer';
import { fields, freshDirectory, makeKey, makePackage, releaseTexts, removeDirectories, treeOf } from './support';

afterEach(removeDirectories);

async function packed(tree: string): Promise<Buffer> {
  const manifest = await manifestOf(tree, fields);
  const path = join(freshDirectory(), 'package.zip');
  await writePackage(path, tree, manifestBytes(manifest), manifest.files);
  return readFileSync(path);
}

test('the same files give the same bytes: wherever they lie, whenever they were made, in any order', async () => {
  const first = await packed(treeOf());
  const texts = Object.fromEntries(Object.entries(releaseTexts).reverse());
  const tree = treeOf(texts);
  for (const name of Object.keys(texts)) utimesSync(join(tree, name), 1_000_000, 1_000_000);
  chmodSync(join(tree, 'empty'), 0o600);
  chmodSync(join(tree, 'bin/greenup'), 0o700);
  expect((await packed(tree)).equals(first)).toBe(true);
  writeFileSync(join(tree, 'empty'), ' ');
  expect((await packed(tree)).equals(first)).toBe(false);
});

const isThere = spawnSync('python3', ['--version']).status === 0;
(isThere ? test : test.skip)('another program for zips reads it, and finds nothing but files of one day', async () => {
  const { path } = await makePackage(makeKey());
  const program = `
import json, sys, zipfile
zip = zipfile.ZipFile(sys.argv[1])
assert zip.testzip() is None
print(json.dumps([[one.filename, list(one.date_time), one.external_attr >> 16, len(one.extra)] for one in zip.infolist()]))`;
  const { stdout } = spawnSync('python3', ['-c', program, path], { encoding: 'utf8' });
  const names = [
    'manifest.json',
    'manifest.sig',
    ...Object.keys(releaseTexts)
      .map((name) => `release/${name}`)
      .sort(),
  ];
  const mode = (name: string) => (name.startsWith('release/bin/') ? 0o100755 : 0o100644);
  expect(JSON.parse(stdout)).toEqual(names.map((name) => [name, [1980, 1, 1, 0, 0, 0], mode(name), 0]));
});

const odd: [what: string, change: (tree: string) => void, said: RegExp][] = [
  [
    'a link',
    (tree) => symlinkSync('bin/greenup', join(tree, 'link')),
    /link: is a link or a device; a package has plain files/,
  ],
  ['a folder that is a link', (tree) => symlinkSync('bin', join(tree, 'folder')), /folder: is a link or a device/],
  [
    'a name that is no ASCII',
    (tree) => writeFileSync(join(tree, 'grün'), ''),
    /its path holds something else than printable/,
  ],
  ['a name with a backslash', (tree) => writeFileSync(join(tree, 'a\\b'), ''), /its path holds a backslash/],
];

test.each(odd)('%s is not packed', async (_, change, said) => {
  const tree = treeOf();
  change(tree);
  await expect(manifestOf(tree, fields)).rejects.toMatchObject({
    code: 'package.invalid',
    message: expect.stringMatching(said),
  });
});

test('an empty folder is no part of a release', async () => {
  const tree = treeOf();
  const { release } = await manifestOf(tree, fields);
  mkdirSync(join(tree, 'nothing'));
  expect((await manifestOf(tree, fields)).release).toBe(release);
});

test('where a file has gone meanwhile nothing is left of the package', async () => {
  const tree = treeOf();
  const manifest = await manifestOf(tree, fields);
  renameSync(join(tree, 'dist/program.js'), join(tree, 'dist/other.js'));
  const path = join(freshDirectory(), 'package.zip');
  await expect(writePackage(path, tree, manifestBytes(manifest), manifest.files)).rejects.toThrow(/program\.js/);
  expect(readdirSync(dirname(path))).toEqual([]);
});

test('a signature changes nothing of the rest', async () => {
  const key = makeKey();
  const { path, tree, manifest, bytes } = await makePackage();
  const before = bytes();
  const text = manifestBytes(manifest);
  await writePackage(path, tree, text, manifest.files, signatureText(text, key.private));
  expect(bytes().length).toBeGreaterThan(before.length);
  await writePackage(path, tree, text, manifest.files);
  expect(bytes().equals(before)).toBe(true);
});
