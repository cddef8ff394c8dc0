/** What updates are trusted by: at most two keys in a folder, and a highest version that only ever rises. */
import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HighestVersion, trustedKeys } from '../../../src/release/package/trust';
import { filesWithPowerFor, PowerCut } from '../support';
import { freshDirectory, makeKey, removeDirectories } from './support';

afterEach(removeDirectories);

function folderWith(texts: Readonly<Record<string, string>>): string {
  const folder = freshDirectory();
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
  return folder;
}

describe('keys', () => {
  test('one or two are taken, by their names in order; other files are none', async () => {
    const [a, b] = [makeKey(), makeKey()];
    const folder = folderWith({ 'b.pem': b.pem, 'a.pem': a.pem, 'readme.txt': 'none' });
    expect((await trustedKeys(folder)).map(({ fingerprint }) => fingerprint)).toEqual([a.fingerprint, b.fingerprint]);
  });

  test('without a folder there is none', async () => {
    expect(await trustedKeys(join(freshDirectory(), 'nothing'))).toEqual([]);
  });

  const pem = (type: 'ed25519' | 'x25519', part: 'private' | 'public') => {
    const { privateKey, publicKey } = generateKeyPairSync(type as 'ed25519');
    return part === 'private'
      ? privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
      : publicKey.export({ type: 'spki', format: 'pem' }).toString();
  };
  const good = makeKey().pem;
  const refused: [what: string, texts: Readonly<Record<string, string>>, said: RegExp][] = [
    ['three keys', { 'a.pem': good, 'b.pem': good, 'c.pem': good }, /: holds 3 keys, and 2 are the most/],
    ['what is no key', { 'a.pem': good, 'b.pem': 'nothing' }, /b\.pem: is no public key in PEM/],
    ['an empty file', { 'a.pem': '' }, /a\.pem: is no public key in PEM/],
    ['a key that was cut off', { 'a.pem': good.slice(0, 60) }, /a\.pem: is no public key in PEM/],
    ['a private key', { 'a.pem': pem('ed25519', 'private') }, /a\.pem: is a private key, which belongs on no station/],
    [
      'a key of another kind',
      { 'a.pem': pem('x25519', 'public') },
      /a\.pem: is a key of x25519; must be one of ed25519/,
    ],
  ];

  test.each(refused)('%s: updates are refused, in words', async (_, texts, said) => {
    await expect(trustedKeys(folderWith(texts))).rejects.toMatchObject({
      code: 'package.untrusted',
      message: expect.stringMatching(said),
    });
  });
});

describe('the highest version', () => {
  test('only rises, and outlives the program', async () => {
    const path = join(freshDirectory(), 'trust', 'highest-version');
    expect(await new HighestVersion(path).read()).toBeUndefined();
    for (const [told, known] of [
      ['1.0.0', '1.0.0'],
      ['0.9.0', '1.0.0'],
      ['1.0.0', '1.0.0'],
      ['1.1.0-rc.1', '1.1.0-rc.1'],
      ['1.1.0', '1.1.0'],
      ['1.1.0-rc.2', '1.1.0'],
    ] as const) {
      await new HighestVersion(path).raise(told);
      expect([told, await new HighestVersion(path).read()]).toEqual([told, known]);
    }
  });

  test('of a program without a version nothing is kept', async () => {
    const path = join(freshDirectory(), 'highest-version');
    await new HighestVersion(path).raise('unbuilt');
    expect(await new HighestVersion(path).read()).toBeUndefined();
  });

  test('a power cut at any step leaves what was known, or what was told', async () => {
    const path = join(freshDirectory(), 'trust', 'highest-version');
    await new HighestVersion(path).raise('1.0.0');
    let cuts = 0;
    for (let operations = 0; operations < 100; operations += 1) {
      const { files, made } = filesWithPowerFor(operations);
      const known = (await new HighestVersion(path).read()) ?? '';
      const next = `1.0.${operations + 1}`;
      const raised = new HighestVersion(path, files).raise(next);
      await raised.catch((error) => expect(error).toBeInstanceOf(PowerCut));
      expect([known, next]).toContain(await new HighestVersion(path).read());
      if (made() <= operations) break;
      cuts += 1;
    }
    expect(cuts).toBe(3);
    await new HighestVersion(path).raise('2.0.0');
    expect(await new HighestVersion(path).read()).toBe('2.0.0');
    expect(readdirSync(join(path, '..'))).toEqual(['highest-version']);
  });

  test('a file in which anything is changed refuses updates, and says how to mend it', async () => {
    const path = join(freshDirectory(), 'highest-version');
    await new HighestVersion(path).raise('1.2.0');
    const right = readFileSync(path);
    const damaged = [Buffer.alloc(0), right.subarray(0, 9), Buffer.from('1.2.0\n'), Buffer.from('{}')];
    for (let place = 0; place < right.length; place += 1) {
      const changed = Buffer.from(right);
      changed[place] = (changed[place] ?? 0) ^ 1;
      damaged.push(changed);
    }
    for (const bytes of damaged) {
      writeFileSync(path, bytes);
      const refused = {
        code: 'package.untrusted',
        message: expect.stringMatching(/^updates are refused: .*highest-version: is damaged.*remove the file/),
      };
      await expect(new HighestVersion(path).read()).rejects.toMatchObject(refused);
      await expect(new HighestVersion(path).raise('9.0.0')).rejects.toMatchObject(refused);
    }
  });
});
