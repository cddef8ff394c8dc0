/** Packages: a good one is unpacked as it was made, and one that is not good changes nothing. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { realFiles } from '../../../src/release/files';
import { openPackage } from '../../../src/release/package/reader';
import { freshDirectory, goodConditions, makeKey, makePackage, releaseTexts, removeDirectories } from './support';

afterEach(removeDirectories);

const folderIn = (directory: string) => join(directory, 'incoming');

describe('a good package', () => {
  test('is verified, and unpacked as it was made', async () => {
    const key = makeKey();
    const { path, manifest } = await makePackage(key);
    const opened = await openPackage(path);
    expect(opened.manifest).toEqual(manifest);
    await opened.verify(goodConditions(key));
    const folder = folderIn(freshDirectory());
    const told: number[][] = [];
    await opened.unpackTo(folder, { onProgress: (...figures) => told.push(figures) });
    const found = (readdirSync(folder, { recursive: true }) as string[]).filter((name) =>
      statSync(join(folder, name)).isFile(),
    );
    expect(found.sort()).toEqual(Object.keys(releaseTexts).sort());
    for (const [name, text] of Object.entries(releaseTexts)) {
      expect([name, readFileSync(join(folder, name), 'utf8')]).toEqual([name, text]);
      expect([name, (statSync(join(folder, name)).mode & 0o777).toString(8)]).toEqual([
        name,
        name.startsWith('bin/') ? '755' : '644',
      ]);
    }
    const total = Object.values(releaseTexts).reduce((sum, text) => sum + text.length, 0);
    expect(told).toHaveLength(manifest.files.length);
    expect(told.at(-1)).toEqual([total, total]);
  });

  test('may be signed by either of two keys', async () => {
    const [former, next] = [makeKey(), makeKey()];
    for (const key of [former, next]) {
      const opened = await openPackage((await makePackage(key)).path);
      await opened.verify(goodConditions(former, next));
      expect((await opened.signedBy([former, next])).fingerprint).toBe(key.fingerprint);
    }
  });

  test('unpacking can be called off, and leaves nothing', async () => {
    const opened = await openPackage((await makePackage()).path);
    const folder = folderIn(freshDirectory());
    const off = new AbortController();
    const unpacking = opened.unpackTo(folder, { signal: off.signal, onProgress: () => off.abort() });
    await expect(unpacking).rejects.toMatchObject({ code: 'transfer.aborted' });
    expect(existsSync(folder)).toBe(false);
  });

  test('a folder with something in it stays as it is', async () => {
    const opened = await openPackage((await makePackage()).path);
    const folder = freshDirectory();
    writeFileSync(join(folder, 'mine'), 'untouched');
    await expect(opened.unpackTo(folder)).rejects.toMatchObject({ code: 'store.failed' });
    expect(readdirSync(folder)).toEqual(['mine']);
  });

  test('a medium that fails is told as one, and nothing is left', async () => {
    const opened = await openPackage((await makePackage()).path);
    const folder = folderIn(freshDirectory());
    const files = {
      ...realFiles,
      flush: async () => {
        throw Object.assign(new Error('EIO: i/o error'), { syscall: 'fsync' });
      },
    };
    await expect(opened.unpackTo(folder, { files })).rejects.toMatchObject({ code: 'store.failed' });
    expect(existsSync(folder)).toBe(false);
  });
});

describe('what is no package', () => {
  test.each(['', 'PK', 'a text\n'.repeat(1000)])('has no manifest, and nothing can be done with it', async (text) => {
    const path = join(freshDirectory(), 'file');
    writeFileSync(path, text);
    const opened = await openPackage(path);
    expect(opened.manifest).toBeUndefined();
    const folder = folderIn(freshDirectory());
    for (const refused of [opened.verify(goodConditions(makeKey())), opened.unpackTo(folder)]) {
      await expect(refused).rejects.toMatchObject({ code: 'package.invalid', message: expect.stringContaining(path) });
    }
    expect(existsSync(folder)).toBe(false);
  });

  test('a file that is not there is told as such', async () => {
    const path = join(freshDirectory(), 'nothing');
    await expect(openPackage(path)).rejects.toMatchObject({
      code: 'store.failed',
      message: expect.stringContaining('ENOENT'),
    });
  });
});
